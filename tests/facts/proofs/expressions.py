"""What all expressions have in common: texts, names, values, syntax, reserved words."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import Proof, proof

_CONDITIONS = "tests/wire/test_conditions.py::"
_WIRE = "tests/wire/test_expressions.py::"
_LEGAL = f"{_CONDITIONS}test_a_text_at_the_edge_of_the_rules_is_legal"
_FREE = "tests/wire/test_updates.py::test_keywords_and_blanks_are_free"
_KINDS = ("condition", "enveloped condition", "filter")


def _condition(*names: str) -> tuple[str, ...]:
    return tuple(f"fact: {kind}: {name}" for kind in _KINDS for name in names)


def _every(*names: str) -> tuple[str, ...]:
    """Rows of one name in every kind of expression."""
    kinds = (*_KINDS, "update", "projection", "key condition")
    return tuple(f"fact: {kind}: {name}" for kind in kinds for name in names)


def _syntax(fact: str, *texts: str) -> Proof:
    return proof(fact, AWS_CAPTURED, *_condition(*(f"syntax: {text}" for text in texts)))


COMMON: tuple[Proof, ...] = (
    proof("An expression may not be the empty text", AWS_CAPTURED, *_every("an empty text")),
    proof(
        "An expression has at most 4096 bytes, as it is sent",
        AWS_CAPTURED,
        *_every("4097 bytes"),
        *_condition("4098 bytes of 2049 letters"),
        _LEGAL,
    ),
    proof(
        "An expression has at most 300 operators: comparisons, AND, OR, NOT",
        AWS_CAPTURED,
        *_condition("151 comparisons and 150 ANDs", "301 ORs and comparisons"),
        _LEGAL,
    ),
    proof(
        "The count of operators stops at 301", AWS_CAPTURED, *_condition("909 NOTs count as 301")
    ),
    proof("Functions and parentheses do not count as operators", AWS_CAPTURED, _LEGAL),
    proof(
        "A document path has at most 32 parts",
        AWS_CAPTURED,
        *_condition("a path of 33 parts"),
        "fact: update: a path of 33 parts",
        "fact: projection: a path of 33 parts",
        _LEGAL,
    ),
    proof(
        "A list index beyond all lists is refused with its number",
        AWS_CAPTURED,
        *_condition("an index beyond all lists"),
        "fact: update: an index beyond all lists",
    ),
    proof(
        "An undefined name is refused by its placeholder",
        AWS_CAPTURED,
        *_every("an undefined name"),
        *_condition("an undefined name inside a path"),
    ),
    proof(
        "An undefined value is refused by its placeholder",
        AWS_CAPTURED,
        *_condition("an undefined value", "an undefined value without a map"),
        "fact: update: an undefined value",
        "fact: update: an undefined value to add",
        "fact: key condition: an undefined value",
    ),
    proof(
        "A reserved word as a plain name is refused in the letters of the text",
        AWS_CAPTURED,
        *_condition("a reserved word as typed", "size as a name"),
        "fact: update: a reserved word",
        "fact: projection: a reserved word",
        "fact: key condition: a reserved word",
    ),
    proof(
        "Doubled parentheses are refused as redundant",
        AWS_CAPTURED,
        *_condition(
            "doubled parentheses",
            "doubled parentheses around a part",
            "doubled parentheses around an operand",
        ),
        "fact: update: doubled parentheses",
        "fact: key condition: doubled parentheses",
    ),
    proof(
        "An unknown function is refused by its name, inside another call as well",
        AWS_CAPTURED,
        *_condition("an unknown function", "an unknown function inside another"),
        "fact: update: an unknown function",
        "fact: key condition: an unknown function",
    ),
    proof(
        "Names of functions are known in small letters alone",
        AWS_CAPTURED,
        *_condition("a function in other letters", "a function in capitals"),
        "fact: update: a function in other letters",
    ),
    proof(
        "A boolean function may not be an operand or an argument",
        AWS_CAPTURED,
        *_condition("a boolean function compared", "a boolean function as an argument"),
    ),
    proof("size alone is no condition", AWS_CAPTURED, *_condition("size alone")),
    proof(
        "list_append may not stand inside list_append",
        AWS_CAPTURED,
        "fact: update: list_append inside list_append",
    ),
    proof(
        "if_not_exists and list_append are not allowed in a condition, by name",
        AWS_CAPTURED,
        *_condition("if_not_exists in a condition", "list_append in a condition"),
    ),
    proof(
        "A function with a wrong number of operands is refused with the number",
        AWS_CAPTURED,
        *_condition("too few operands", "too many operands"),
        "fact: update: if_not_exists of one operand",
        "fact: key condition: begins_with of one operand",
    ),
    proof(
        "A constant of a type that an operator does not take is refused with operator and type",
        AWS_CAPTURED,
        *_condition("begins_with of a constant N", "size of a constant BOOL"),
        "fact: update: + with a S",
        "fact: key condition: begins_with of a number",
    ),
    proof(
        "attribute_exists, attribute_not_exists and if_not_exists take a path first",
        AWS_CAPTURED,
        *_condition("attribute_exists of a constant", "attribute_not_exists of a constant"),
        "fact: update: if_not_exists of a value",
    ),
    proof(
        "One path as both operands is refused with the operator and the path",
        AWS_CAPTURED,
        *_condition("one path on both sides of =", "one path twice in contains"),
        "fact: key condition: one path twice",
    ),
    proof(
        "Every text of an expression's fault begins with the parameter",
        AWS_CAPTURED,
        *_every("an empty text", "an undefined name"),
    ),
    proof(
        "Faults of expressions are enveloped on PutItem and UpdateItem and bare elsewhere",
        AWS_CAPTURED,
        *_condition("an undefined value"),
        "fact: update: an undefined value",
        "fact: update of a transaction: an undefined value",
        "tests/operations/test_expressions.py::"
        "test_faults_of_conditions_and_updates_are_enveloped_on_put_and_update_alone",
    ),
)
MAPS: tuple[Proof, ...] = (
    proof(
        "A name that no expression uses is refused, bare",
        AWS_CAPTURED,
        "fact: PutItem: a name that nothing uses",
        "fact: GetItem: a name that nothing uses",
    ),
    proof(
        "Values that no expression uses are refused, bare",
        AWS_CAPTURED,
        "fact: UpdateItem: values that nothing uses",
    ),
    proof(
        "Names without any expression are refused",
        AWS_CAPTURED,
        *(
            f"fact: {each}: names alone"
            for each in ("PutItem", "UpdateItem", "DeleteItem", "GetItem", "Scan", "Query")
        ),
    ),
    proof(
        "Values without an expression that may use them are refused with what is null",
        AWS_CAPTURED,
        "fact: DeleteItem: values alone",
        "fact: Query: values without a filter or key condition",
        "fact: Scan: values without a filter",
    ),
    proof(
        "PutItem and UpdateItem refuse values without an expression in the envelope, no more said",
        AWS_CAPTURED,
        "fact: PutItem: values alone",
        "fact: UpdateItem: values alone",
    ),
    proof(
        "An empty map of names beside an expression is refused, bare",
        AWS_CAPTURED,
        "fact: PutItem: no entry in the names",
        "fact: DeleteItem: no entry in the names",
        "fact: GetItem: no entry in the names",
    ),
    proof(
        "An empty map of values beside an expression is refused, bare",
        AWS_CAPTURED,
        "fact: PutItem: no entry in the values",
        "fact: UpdateItem: no entry in the values",
        "fact: DeleteItem: no entry in the values",
    ),
    proof(
        "A key of the names that is no #name is refused with the key",
        AWS_CAPTURED,
        *(
            f"fact: DeleteItem: a name's key {key!r}"
            for key in ("a", "#", "#a.b", "##a", ":a", "#é")
        ),
    ),
    proof(
        "A key of the values that is no :value is refused with the key",
        AWS_CAPTURED,
        *(f"fact: PutItem: a value's key {key!r}" for key in ("b", ":", ":a.b", "#a")),
    ),
    proof(
        "A bad value is refused with its own text and its key",
        AWS_CAPTURED,
        "fact: PutItem: value: an empty value",
        "fact: Query: value: an empty string set",
    ),
    proof(
        "A request that can only project has no ExpressionAttributeValues",
        AWS_CAPTURED,
        f"{_WIRE}test_an_operation_that_only_projects_has_no_values",
    ),
    proof(
        "Names beside legacy parameters alone count as without an expression",
        AWS_CAPTURED,
        "fact: PutItem: names beside legacy parameters",
        "fact: GetItem: names beside legacy parameters",
    ),
    proof(
        "A key of the maps may begin with a digit or an underscore",
        AWS_CAPTURED,
        f"{_WIRE}test_a_key_of_the_names_may_begin_with_a_digit_or_underscore",
    ),
    proof(
        "A key of the maps has at most 255 bytes",
        DOCS,
        "tests/wire/test_sizes.py::test_names_and_values_have_keys_of_255_bytes_at_most",
    ),
    proof(
        "The maps of names and values have at most 2 MB together",
        DOCS,
        "tests/wire/test_sizes.py::test_names_and_values_have_two_megabytes_at_most",
    ),
    proof(
        "A name that is no text is a SerializationException",
        AWS_CAPTURED,
        f"{_WIRE}test_a_name_that_is_no_text_is_a_serialization_fault",
    ),
    proof(
        "A placeholder stands for one literal name, be it reserved or with dots and brackets",
        AWS_CAPTURED,
        f"{_CONDITIONS}test_a_placeholder_stands_for_one_literal_name",
        "tests/wire/test_projections.py::test_a_placeholder_is_one_literal_name",
    ),
    proof(
        "The check for unused entries looks at all expressions of the request together",
        AWS_CAPTURED,
        f"{_CONDITIONS}test_one_map_serves_all_expressions_of_a_request",
    ),
    proof(
        "An entry that stands in a branch which is not evaluated counts as used",
        AWS_CAPTURED,
        f"{_CONDITIONS}test_a_name_in_a_branch_that_is_not_evaluated_counts_as_used",
    ),
    proof(
        "The check for unused entries comes after the faults of all expressions",
        AWS_CAPTURED,
        "fact: Scan: syntax of the projection | unused name",
    ),
)
ORDER: tuple[Proof, ...] = (
    proof(
        "In a condition parentheses come before unknown functions",
        AWS_CAPTURED,
        *_condition("parentheses | unknown function"),
    ),
    proof(
        "In a condition unknown functions come before misused ones",
        AWS_CAPTURED,
        *_condition("unknown function | misplaced function"),
    ),
    proof(
        "In a condition misused functions come before reserved words",
        AWS_CAPTURED,
        *_condition("misplaced function | reserved word"),
    ),
    proof(
        "In a condition reserved words come before what is undefined",
        AWS_CAPTURED,
        *_condition("reserved word | undefined name"),
    ),
    proof(
        "Comparisons and functions are then checked one by one from the left",
        AWS_CAPTURED,
        *_condition(
            "distinct | type of a later condition",
            "type of the first condition | undefined value of the second",
        ),
    ),
    proof(
        "In each of them: what is undefined, the number of operands, distinct operands, types",
        AWS_CAPTURED,
        *_condition("undefined value | count", "count | distinct"),
        *_condition("one path twice in attribute_type"),
    ),
    proof(
        "In an update reserved words come before unknown functions",
        AWS_CAPTURED,
        "fact: update: reserved word | unknown function",
    ),
    proof(
        "In an update unknown functions come before a repeated section",
        AWS_CAPTURED,
        "fact: update: unknown function | repeated section",
    ),
    proof(
        "In an update a repeated section comes before undefined names, these before values",
        AWS_CAPTURED,
        "fact: update: repeated section | undefined name",
        "fact: update: undefined name | undefined value",
    ),
    proof(
        "In an update undefined values come before overlaps, these before conflicts",
        AWS_CAPTURED,
        "fact: update: undefined value | overlap",
        "fact: update: overlap | conflict",
    ),
    proof(
        "In an update clashes of paths come before operands of ADD and DELETE",
        AWS_CAPTURED,
        "fact: update: conflict | ADD's operand",
    ),
    proof(
        "In an update operands of ADD and DELETE come before operands of functions",
        AWS_CAPTURED,
        "fact: update: ADD's operand | function's operand",
    ),
    proof(
        "In a projection: reserved words, undefined names, overlaps, conflicts",
        AWS_CAPTURED,
        "fact: projection: reserved word | undefined name",
        "fact: projection: undefined name | overlap",
        "fact: projection: overlap | conflict",
    ),
)
SYNTAX: tuple[Proof, ...] = (
    _syntax("A plain name must not begin with an underscore", "_a = :v", "_f(b)"),
    _syntax("A plain name must not begin with a digit", "1a = :v"),
    _syntax("A plain name has letters, digits and underscores", "hi-there = :v", "hi$there = :v"),
    _syntax("There are no literals and no quotes", "a = 5", "a = 'x'", '"x" = :v'),
    _syntax("There are no !=, == and &&", "a != :v", "a == :v", "a = :v && b = :v", "!x = :v"),
    proof("Keywords stand in any letter case", AWS_CAPTURED, _LEGAL, _FREE),
    proof("Blanks are free between tokens, also inside paths", AWS_CAPTURED, _LEGAL, _FREE),
    proof(
        "A syntax error shows the text from the token before the offending one to the one behind",
        AWS_CAPTURED,
        "fact: update: an underscore first",
        "fact: update: no section",
        *_condition("a character of no token", "a word behind a word"),
        "tests/language/test_parse.py::"
        "test_a_syntax_error_names_its_token_and_what_stands_around_it",
    ),
    proof(
        "A character that begins no token is a token of its own in a syntax error",
        AWS_CAPTURED,
        *_condition("a character of no token", "syntax: hi$there = :v"),
    ),
    proof(
        "A sum of three is a syntax error, in parentheses as well",
        AWS_CAPTURED,
        "fact: update: a sum of three",
        "fact: update: a sum in parentheses and more",
    ),
    proof(
        "A sum as a function's operand is a syntax error",
        AWS_CAPTURED,
        "fact: update: a sum as an operand",
    ),
    proof(
        "A sum and its operands may stand in parentheses",
        AWS_CAPTURED,
        "tests/wire/test_updates.py::test_a_sum_may_stand_in_parentheses",
    ),
    _syntax("A negative or empty index is a syntax error", "a[-1] = :v", "a[] = :v"),
    _syntax("A value as an index is a syntax error", "a[:v] = :v"),
    _syntax(
        "A path with a number, a dot too many or a dot first", "a.0 = :v", "a..b = :v", ".a = :v"
    ),
    proof(
        "A comma at the end is a syntax error",
        AWS_CAPTURED,
        "fact: update: a comma at the end",
        "fact: projection: a comma at the end",
        "fact: update: a comma before a section",
    ),
    _syntax("Two expressions without an operator are a syntax error", "a = :v b = :v"),
    proof("NOT may stand twice", AWS_CAPTURED, _LEGAL),
    _syntax("IN without choices is a syntax error", "a IN ()"),
    _syntax("A path or value alone is no condition", "a", ":v", "NOT a", "a AND :v"),
    proof(
        "A value as the target of SET is a syntax error",
        AWS_CAPTURED,
        "fact: update: a value as target",
    ),
    proof(
        "An undefined value in a wrong place is refused as undefined",
        AWS_CAPTURED,
        *_condition("an undefined value where a path belongs"),
    ),
    proof(
        "Comparison, IN, BETWEEN, functions, parentheses, NOT, AND, OR bind in this order",
        DOCS,
        f"{_CONDITIONS}test_a_condition_says_of_an_item",
        "tests/language/test_parse.py::test_a_text_becomes_its_tree",
    ),
)
WORDS: tuple[Proof, ...] = (
    proof(
        "There are 573 reserved words",
        DOCS,
        f"{_WIRE}test_no_reserved_word_is_a_plain_name_in_any_letters",
        "tests/language/test_reserved.py::test_there_are_573_reserved_words",
    ),
    proof(
        "A reserved word is refused in every kind of expression, in any letter case",
        AWS_CAPTURED,
        f"{_WIRE}test_no_reserved_word_is_a_plain_name_in_any_letters",
        "tests/language/test_reserved.py::test_a_reserved_word_is_known_in_any_letter_case",
    ),
    proof(
        "A reserved word is refused at every place of a path",
        AWS_CAPTURED,
        *_condition("a reserved word inside a path", "a reserved word behind an index"),
        f"{_WIRE}test_no_reserved_word_is_a_plain_name_in_any_letters",
    ),
    proof(
        "A placeholder may stand for a reserved word",
        AWS_CAPTURED,
        f"{_WIRE}test_a_reserved_word_may_stand_behind_a_placeholder",
    ),
    proof(
        "Names of functions other than size are no reserved words",
        DOCS,
        f"{_CONDITIONS}test_words_that_are_not_reserved_are_plain_names",
        "tests/language/test_reserved.py::test_other_words_are_free",
    ),
)
PROOFS = (*COMMON, *MAPS, *ORDER, *SYNTAX, *WORDS)
