"""TagResource, UntagResource and ListTagsOfResource."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED
from tests.facts.proof import proof

TAGS = "tests/operations/test_tags.py::"

ORDER = (
    proof(
        "A tag operation without ResourceArn is refused before anything else is looked at",
        AWS_CAPTURED,
        "fact: TagResource without an ARN",
        "fact: UntagResource without an ARN",
        "fact: ListTagsOfResource without an ARN",
    ),
    proof(
        "A ResourceArn that is no ARN at all is refused before missing Tags and TagKeys",
        AWS_CAPTURED,
        "fact: TagResource of what is no ARN at all",
        "fact: UntagResource of what is no ARN at all",
        "fact: ListTagsOfResource of what is no ARN at all",
    ),
    proof(
        "Missing Tags and TagKeys are told in the model's form before an ARN that is no table's",
        AWS_CAPTURED,
        "fact: order: Tags that are missing before an ARN that is no table's",
        "fact: order: TagKeys that are missing before an ARN that is no table's",
        "fact: TagResource without Tags",
        "fact: UntagResource without TagKeys",
    ),
    proof(
        "An ARN that is no table's is refused before an empty list of tags",
        AWS_CAPTURED,
        "fact: tags of another service's resource",
        "fact: TagResource of a table's index",
        "fact: UntagResource of a table's index",
    ),
    proof(
        "An empty list of tags or keys is refused before the table is looked for",
        AWS_CAPTURED,
        "fact: order: an empty list of tags before the table",
        "fact: an empty list of tag keys",
    ),
    proof(
        "Bad tags are refused before the table is looked for",
        AWS_CAPTURED,
        "fact: order: bad tags before the table",
    ),
)

REFUSALS = (
    proof(
        "The ARN of another service's resource is refused as an invalid TableArn",
        AWS_CAPTURED,
        "fact: tags of another service's resource",
        "fact: UntagResource of another service's resource",
        "fact: ListTagsOfResource of another service's resource",
    ),
    proof(
        "The ARN of an index is refused: only a table or stream is accepted",
        AWS_CAPTURED,
        "fact: TagResource of a table's index",
        "fact: UntagResource of a table's index",
        "fact: ListTagsOfResource of a table's index",
    ),
    proof(
        "Tables have tags, backups have none",
        AWS_CAPTURED,
        TAGS + "test_tags_of_the_creation_are_listed",
        "fact: TagResource of a table's backup",
        "fact: UntagResource of a table's backup",
        "fact: ListTagsOfResource of a table's backup",
    ),
    proof(
        "An empty list of tags and one of keys have texts of their own, spelled Atleast",
        AWS_CAPTURED,
        "fact: an empty list of tags",
        "fact: an empty list of tag keys",
    ),
    proof(
        "A tag key has 1 to 128 characters and a value 0 to 256, of whatever script",
        AWS_CAPTURED,
        TAGS + "test_key_and_value_may_have_128_and_256_characters_of_any_script",
        "fact: the tag key ''",
        "fact: the tag key 'kkkkkkkkk'",
        "fact: the tag value 'vvvvvvvvv'",
    ),
    proof(
        "Tags are made of letters, digits, white space and a few signs",
        AWS_CAPTURED,
        TAGS + "test_a_tag_is_added_or_replaced_with_an_empty_answer",
        TAGS + "test_key_and_value_may_have_128_and_256_characters_of_any_script",
        "fact: the character '#' in a tag key",
        "fact: the character '<' in a tag key",
        "fact: the character '*' in a tag key",
        "fact: the emoji of a tag value",
    ),
    proof(
        "A tag without Value is refused, and one with an empty value is taken",
        AWS_CAPTURED,
        "fact: a tag without value",
        TAGS + "test_tags_of_the_creation_are_listed",
    ),
    proof("An empty tag key is refused", AWS_CAPTURED, "fact: the tag key ''"),
    proof(
        "A bad tag key is refused by name",
        AWS_CAPTURED,
        "fact: the tag key 'a;'",
        "fact: the tag key 'kkkkkkkkk'",
    ),
    proof(
        "A bad tag value is refused by name",
        AWS_CAPTURED,
        "fact: the tag value 'a#'",
        "fact: the tag value 'vvvvvvvvv'",
    ),
    proof(
        "A tag key that begins with aws: is refused by name",
        AWS_CAPTURED,
        "fact: a tag key of AWS's own",
    ),
    proof("A tag key twice in a request is refused", AWS_CAPTURED, "fact: a tag key twice"),
    proof(
        "More than 50 tags of one table are refused, and replaced ones do not count again",
        AWS_CAPTURED,
        "fact: 51 tags",
        TAGS + "test_a_replaced_tag_does_not_count_towards_the_limit",
    ),
    proof(
        "TagResource and ListTagsOfResource of an unknown table name its ARN",
        AWS_CAPTURED,
        "fact: TagResource of an unknown table",
        "fact: ListTagsOfResource of an unknown table",
    ),
    proof(
        "UntagResource of an unknown table names nothing",
        AWS_CAPTURED,
        "fact: UntagResource of an unknown table",
    ),
)

ANSWERS = (
    proof(
        "TagResource and UntagResource answer 200 and no byte of body, which the SDKs take",
        AWS_CAPTURED,
        TAGS + "test_tag_and_untag_answer_without_a_body",
        TAGS + "test_the_sdk_takes_the_empty_answers",
    ),
    proof(
        "ListTagsOfResource answers keys and values, and all 50 in one page",
        AWS_CAPTURED,
        TAGS + "test_tags_of_the_creation_are_listed",
        TAGS + "test_a_replaced_tag_does_not_count_towards_the_limit",
    ),
    proof(
        "UntagResource of keys that are not there is fine",
        AWS_CAPTURED,
        TAGS + "test_keys_are_removed_and_unknown_ones_are_fine",
    ),
    proof(
        "TagResource replaces the value of a key that is there",
        AWS_CAPTURED,
        TAGS + "test_a_tag_is_added_or_replaced_with_an_empty_answer",
    ),
)

PROOFS = (*ORDER, *REFUSALS, *ANSWERS)
