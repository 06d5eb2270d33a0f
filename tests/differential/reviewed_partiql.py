"""The differences of PartiQL's statements that were looked at; ``reviewed`` says how they are told.

The numbers name sections of the facts about PartiQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.differential.compare import Difference

# Why, theirs, ours, where: as the fields of reviewed.Rule.
Row = tuple[str, str, str, Callable[[Difference], bool] | None]


def _text(difference: Difference) -> str:
    return str(difference.step.request.get("Statement", ""))


def _says(pattern: str) -> Callable[[Difference], bool]:
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return lambda difference: compiled.search(_text(difference)) is not None


def _fragments(difference: Difference) -> bool:
    return not difference.after and _says("RETURNING MODIFIED")(difference)


def _bare(difference: Difference) -> Any:
    """Both answers of a batch without names of tables and texts of errors."""
    return [
        [
            {"Error": each["Error"]["Code"]} if "Error" in each else each.get("Item")
            for each in side.body["Responses"]
        ]
        for side in (difference.theirs, difference.ours)
    ]


def _same_members(difference: Difference) -> bool:
    if "Responses" not in difference.ours.body:
        return False
    theirs, ours = _bare(difference)
    return theirs == ours


def _same_items(difference: Difference) -> bool:
    return difference.theirs.body.get("Items") == difference.ours.body.get("Items")


_VE = "ValidationException "
_WF = _VE + "Statement wasn't well formed, can't be processed: "
ROWS: tuple[Row, ...] = (
    ("1.6: the service names a detail where they repeat the statement", _WF, _WF, None),
    ("3.2: nothing is compared with what is not there", "200", "200", _says("<>|!=")),
    ("5.4: DELETE of nothing succeeds, whatever else was asked", "ConditionalCheckFailed", "200",
     _says("^DELETE")),
    ("3.2, 5.2: a text's own faults come before what is stored", "ConditionalCheckFailed", _VE,
     _says("'absent'")),
    ("5.3: MODIFIED shows the touched paths alone", "200", "200", _fragments),
    ("4.1: the text of a consistent read of a global index", _VE + "Consistent read cannot be true",
     _VE + "Strongly consistent read", None),
    ("4.4: the text of ORDER BY what is no key", _VE + "Variable reference",
     _VE + r"Attribute \w+ in ORDER BY", None),
    ("4.4: two partitions in the order of the sort key are refused", "200",
     _VE + "Must have hash key in ORDER BY", None),
    ("4.4: ORDER BY orders several partitions too", "200", "200", _says("ORDER BY")),
    ("4.3: what a keyed read of an index cannot see is refused", "200",
     _VE + ".*Secondary index .* does not project one or more", None),
    ("4.3: what an unkeyed read of an index cannot see is missing", "200", "200",
     _says(r"music\.gix|Pair\.(scores|tags|byScore)")),
    ("4.2: a value may stand before the key", "200", "200", _says("2 < sk")),
    ("4.5: a read of several partitions ends with its last item", "200", "200",
     lambda found: _says("IN|OR")(found) and _same_items(found)),
    ("6: what a batch answers for a member", "200", "200", _same_members),
    ("5.1: the class is DuplicateItemException", "DuplicateItem ", "DuplicateItemException ", None),
    ("4.1: the place of an INSERT into an index", _VE + "FROM clause may only",
     _VE + "FROM clause may only", None),
    ("12.4: a condition among operands is refused as in a ConditionExpression",
     "200|ConditionalCheckFailed|" + _VE,
     _VE + "(The function is not allowed to be used this way|Unsupported operator in)", None),
    ("1.4: a path has plain indexes and NOT stands before a whole comparison", "200|" + _VE, _WF,
     _says(r"NOT [?]|\[(-1|[?]|a|b)\]|@s")),
    ("3.2: the text shows values as their types", _VE + "The BETWEEN operator",
     _VE + "The BETWEEN operator", None),
    ("3.3: the text lists the types that the service has", _VE + ".*: attribute_type, operand type",
     _VE + ".*: attribute_type, operand type", None),
    ("5.2: what an operand comes to is known when it is there", _VE + "Incorrect operand type",
     _VE + "An operand in the update|ConditionalCheckFailed", _says("^UPDATE")),
    ("4.2: several partitions come in pages of ten", "200", "200",
     lambda found: _says(" (IN|OR) ")(found) and "NextToken" in found.ours.body),
    ("3.2: IN names at most fifty partitions", "200", _VE + "Too many decomposed read", None),
    ("3.1: 38 digits, also behind zeros", "200", _VE + "DynamoDB only supports precision", None),
)  # fmt: skip
