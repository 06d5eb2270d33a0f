"""SerializationException: values of a wrong JSON type."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED
from tests.facts.proof import proof

HERE = "tests/wire/test_type_faults.py::"
STRING = HERE + "test_a_string_takes_no_other_json_type"
BOOLEAN = HERE + "test_a_boolean_takes_no_other_json_type"
WHOLE = HERE + "test_a_whole_number_takes_no_other_json_type"
BLOB = HERE + "test_a_blob_takes_no_other_json_type"
BAD_BASE64 = HERE + "test_bad_base64_is_no_blob"
LIST = HERE + "test_a_list_takes_no_other_json_type"
MAP = HERE + "test_a_map_takes_no_other_json_type"
MEMBER = HERE + "test_a_structure_that_is_a_member_takes_no_other_json_type"
ENTRY = HERE + "test_a_structure_inside_a_list_or_map_takes_no_other_json_type"
LIST_ENTRY = HERE + "test_a_list_as_a_maps_value_takes_no_other_json_type"
MAP_ELEMENT = HERE + "test_a_map_as_a_lists_element_takes_no_other_json_type"
FIRST = HERE + "test_a_wrong_type_is_refused_before_everything_else"

PROOFS = (
    proof(
        "A wrong JSON type is a SerializationException of status 400 with one text under Message",
        AWS_CAPTURED,
        STRING,
    ),
    proof(
        "A wrong JSON type is refused before every ValidationException, missing members, too",
        AWS_CAPTURED,
        FIRST,
    ),
    proof(
        "Members unknown to the model are skipped whatever their type",
        AWS_CAPTURED,
        HERE + "test_members_that_the_model_does_not_know_may_be_anything",
    ),
    proof(
        "null is no wrong type for any member",
        AWS_CAPTURED,
        HERE + "test_null_is_no_wrong_type_anywhere",
    ),
    proof("A boolean for a string is a TRUE_VALUE or FALSE_VALUE", AWS_CAPTURED, STRING),
    proof("A whole number for a string is a NUMBER_VALUE", AWS_CAPTURED, STRING),
    proof("A decimal number for a string is a DECIMAL_VALUE", AWS_CAPTURED, STRING),
    proof("A list for a string is an unrecognized collection type", AWS_CAPTURED, STRING),
    proof("An object for a string is a start where none is expected", AWS_CAPTURED, STRING),
    proof("Another word than true or false for a boolean is unexpected", AWS_CAPTURED, BOOLEAN),
    proof(
        "The words true and false, in any letter case, are booleans",
        AWS_CAPTURED,
        HERE + "test_a_boolean_may_be_written_as_a_word",
        "tests/operations/test_schema.py::"
        "test_values_are_read_as_leniently_as_the_service_reads_them",
    ),
    proof("A number for a boolean cannot be converted", AWS_CAPTURED, BOOLEAN),
    proof("A list for a boolean is an unrecognized collection type", AWS_CAPTURED, BOOLEAN),
    proof("An object for a boolean is a start where none is expected", AWS_CAPTURED, BOOLEAN),
    proof(
        "A string for a whole number cannot be converted to Integer or Long", AWS_CAPTURED, WHOLE
    ),
    proof(
        "A boolean for a whole number cannot be converted to Integer or Long", AWS_CAPTURED, WHOLE
    ),
    proof(
        "The fraction of a decimal for a whole number is cut off, downwards",
        AWS_CAPTURED,
        HERE + "test_the_fraction_of_a_whole_number_is_cut_off",
        HERE + "test_the_fraction_of_capacity_units_is_cut_off",
    ),
    proof("A list for a whole number is an unrecognized collection type", AWS_CAPTURED, WHOLE),
    proof("An object for a whole number is a start where none is expected", AWS_CAPTURED, WHOLE),
    proof("Only base64 text is convertible to a blob", AWS_CAPTURED, BLOB),
    proof("A list for a blob is an unrecognized ByteBuffer", AWS_CAPTURED, BLOB),
    proof("An object for a blob is a start where none is expected", AWS_CAPTURED, BLOB),
    proof(
        "Base64 whose length is no multiple of 4 is refused with its length",
        AWS_CAPTURED,
        HERE + "test_base64_comes_in_fours",
    ),
    proof("Base64 with bad characters or bad padding is refused", AWS_CAPTURED, BAD_BASE64),
    proof("A scalar for a list is an unexpected field type", AWS_CAPTURED, LIST),
    proof("An object for a list is a start where none is expected", AWS_CAPTURED, LIST),
    proof(
        "A scalar for a list that is a map's value is Java's own refusal of a cast",
        AWS_CAPTURED,
        LIST_ENTRY,
    ),
    proof(
        "An object for a list that is a map's value is a start where none is expected",
        AWS_CAPTURED,
        LIST_ENTRY,
    ),
    proof(
        "A scalar for a map that is a list's element is Java's own refusal of a cast",
        AWS_CAPTURED,
        MAP_ELEMENT,
    ),
    proof(
        "A list for a map that is a list's element is an unrecognized collection type",
        AWS_CAPTURED,
        MAP_ELEMENT,
    ),
    proof("A scalar for a map is an unexpected field type", AWS_CAPTURED, MAP),
    proof(
        "A list for a map is an unrecognized collection type that names the map's values",
        AWS_CAPTURED,
        MAP,
    ),
    proof(
        "A scalar for a structure that is a member is an unexpected field type",
        AWS_CAPTURED,
        MEMBER,
    ),
    proof(
        "A scalar for a structure inside a list or map is an unexpected value type in payload",
        AWS_CAPTURED,
        ENTRY,
    ),
    proof(
        "A list for a structure is an unrecognized collection type that names the shape",
        AWS_CAPTURED,
        MEMBER,
        ENTRY,
    ),
    proof(
        "Item, Key, ExclusiveStartKey, ExpressionAttributeValues and M are maps of AttributeValue",
        AWS_CAPTURED,
        MAP,
    ),
    proof(
        "Expected, AttributeUpdates, KeyConditions and filters are maps of their own shapes",
        AWS_CAPTURED,
        MAP,
    ),
    proof(
        "RequestItems is a map of KeysAndAttributes, or of lists of WriteRequest",
        AWS_CAPTURED,
        MAP,
    ),
    proof("ExpressionAttributeNames is a map of String", AWS_CAPTURED, MAP),
    proof(
        "The members that are structures are told from those inside lists and maps",
        AWS_CAPTURED,
        MEMBER,
        ENTRY,
    ),
    proof("Limit, Segment and TotalSegments are of the type Integer", AWS_CAPTURED, WHOLE),
    proof("ReadCapacityUnits and WriteCapacityUnits are of the type Long", AWS_CAPTURED, WHOLE),
    proof(
        "Names, expressions, enums, S, N and the elements of SS and NS are strings",
        AWS_CAPTURED,
        STRING,
    ),
    proof(
        "BOOL, NULL, ConsistentRead, ScanIndexForward, StreamEnabled and Exists are booleans",
        AWS_CAPTURED,
        BOOLEAN,
    ),
    proof(
        "An unknown word for an enum is a violation of the model, not a wrong type",
        AWS_CAPTURED,
        HERE + "test_an_enum_with_an_unknown_word_is_no_wrong_type",
    ),
    proof(
        "A projection type that is a list is a SerializationException",
        AWS_CAPTURED,
        HERE + "test_a_projection_type_that_is_a_list_is_refused",
    ),
    proof(
        "The text about an unexpected start has no period",
        AWS_CAPTURED,
        STRING,
        LIST,
    ),
)
