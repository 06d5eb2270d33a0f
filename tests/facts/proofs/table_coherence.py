"""What the table operations refuse behind the model, and in which order."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED
from tests.facts.proof import proof

CHANGES = "tests/operations/test_update_table.py::test_a_refusal_is_the_services_own"
TAGS = "tests/operations/test_tags.py::test_a_refusal_is_the_services_own"


def _created(*names: str) -> list[str]:
    return [f"fact: CreateTable: {name}" for name in names]


PROOFS = (
    proof(
        "Units cannot be specified on demand",
        AWS_CAPTURED,
        *_created("on demand with units", "on demand with units | an empty list of definitions"),
    ),
    proof(
        "A provisioned table, also by default, needs both units",
        AWS_CAPTURED,
        *_created(
            "provisioned without units", "provisioned without units | an empty list of definitions"
        ),
    ),
    proof(
        "Units above 1000000000000 are out of bounds, reads first",
        AWS_CAPTURED,
        *_created(
            "units out of bounds",
            "units out of bounds | an empty list of definitions",
            "write units out of bounds",
        ),
    ),
    proof(
        "A key schema with more elements than definitions has an attribute without definition",
        AWS_CAPTURED,
        *_created(
            "an empty list of definitions",
            "an empty list of definitions | first not HASH",
            "two keys and one definition",
            "two keys alike and another definition",
        ),
    ),
    proof(
        "A single key that is none of the definitions is told with both lists",
        AWS_CAPTURED,
        *_created(
            "a key that is not defined",
            "a key that is not defined | an empty list of local indexes",
        ),
    ),
    proof(
        "The first element of a key schema is HASH",
        AWS_CAPTURED,
        *_created("first not HASH", "first not HASH | an empty list of local indexes"),
    ),
    proof(
        "Hash key and range key have different names",
        AWS_CAPTURED,
        *_created("two keys of one name", "two keys of one name | an empty list of local indexes"),
    ),
    proof(
        "The second element of a key schema is RANGE",
        AWS_CAPTURED,
        *_created("second not RANGE", "second not RANGE | an empty list of local indexes"),
    ),
    proof(
        "Empty lists of indexes are refused, local ones first",
        AWS_CAPTURED,
        *_created(
            "an empty list of local indexes",
            "an empty list of global indexes",
            "an empty list of local indexes | an empty list of global indexes",
        ),
    ),
    proof(
        "A local index needs a table with a range key",
        AWS_CAPTURED,
        *_created(
            "a local index without the table's range key",
            "a local index without the table's range key | a projection without type",
        ),
    ),
    proof(
        "An index's key that is not defined is told with both lists",
        AWS_CAPTURED,
        *_created(
            "an index key that is not defined",
            "an index key that is not defined | a projection without type",
        ),
    ),
    proof(
        "The key schema of an index has the faults of a table's",
        AWS_CAPTURED,
        *_created(
            "two index keys of one name",
            "first index key not HASH",
            "second index key not RANGE",
        ),
    ),
    proof(
        "A local index needs a range key",
        AWS_CAPTURED,
        *_created("a local index without range key"),
    ),
    proof(
        "A local index has the table's hash key",
        AWS_CAPTURED,
        *_created("a local index with another hash key"),
    ),
    proof("A projection needs a type", AWS_CAPTURED, *_created("a projection without type")),
    proof(
        "Names of projected attributes do not go with ALL and KEYS_ONLY",
        AWS_CAPTURED,
        *_created("ALL with names", "KEYS_ONLY with names"),
    ),
    proof(
        "INCLUDE needs names of projected attributes",
        AWS_CAPTURED,
        *_created("INCLUDE without names"),
        "fact: no projected attributes in the list",
    ),
    proof(
        "An index's name is given once, within a list and among both kinds",
        AWS_CAPTURED,
        *_created("one name of two local indexes", "one name of indexes of both kinds"),
    ),
    proof(
        "A table has at most 5 local and 20 global indexes",
        AWS_CAPTURED,
        *_created("six local indexes", "21 global indexes"),
    ),
    proof(
        "A name given twice is told before too many indexes",
        AWS_CAPTURED,
        *_created(
            "one name of two local indexes | six local indexes",
            "one name of two global indexes | 21 global indexes",
        ),
    ),
    proof(
        "A global index has no units of its own on demand",
        AWS_CAPTURED,
        *_created("units of an index on demand"),
    ),
    proof(
        "Every definition is part of a key",
        AWS_CAPTURED,
        *_created(
            "a definition that no key uses",
            "a definition that no key uses | on-demand maxima of a provisioned table",
        ),
    ),
    proof(
        "On-demand maxima do not go with provisioned units, and the read one is named first",
        AWS_CAPTURED,
        *_created(
            "on-demand maxima of a provisioned table", "a write maximum of a provisioned table"
        ),
    ),
    proof(
        "An on-demand maximum below 1 is out of range",
        AWS_CAPTURED,
        *_created("an on-demand maximum below 1"),
    ),
    proof(
        "That the table exists is told last",
        AWS_CAPTURED,
        *_created(
            "the table exists",
            "on demand with units | the table exists",
            "an empty list of definitions | the table exists",
            "one name of indexes of both kinds | the table exists",
            "a definition that no key uses | a table of this name",
            "an on-demand maximum below 1 | a table of this name",
        ),
    ),
    proof(
        "A name twice among projected attributes is refused", AWS_CAPTURED, "fact: 20 a name twice"
    ),
    proof(
        "More than 100 projected attributes over all indexes are refused",
        AWS_CAPTURED,
        "fact: more than 100 projected names",
    ),
    # UpdateTable.
    proof("A switch to provisioned needs units", AWS_CAPTURED, "fact: provisioned without units"),
    proof(
        "Units cannot be given to a table that is, or becomes, on demand",
        AWS_CAPTURED,
        "fact: on demand with units",
        "fact: units on demand",
    ),
    proof("Changed units have CreateTable's bound", AWS_CAPTURED, "fact: units out of bounds"),
    proof(
        "An element of index updates without an action is refused",
        AWS_CAPTURED,
        "fact: an element {}",
    ),
    proof("An index is changed once in a request", AWS_CAPTURED, "fact: one index twice"),
    proof(
        "One index is created or deleted at a time",
        AWS_CAPTURED,
        "fact: two creations",
        "fact: two deletions",
        "fact: a creation and a deletion",
    ),
    proof(
        "Units of an unknown index are a blocked action",
        AWS_CAPTURED,
        "fact: units of an unknown index",
    ),
    proof(
        "A change to equal units is refused with the figures", AWS_CAPTURED, "fact: the same units"
    ),
    proof(
        "On-demand maxima of a provisioned table are refused in UpdateTable's own words",
        AWS_CAPTURED,
        "fact: on-demand maxima of a provisioned table",
    ),
    proof(
        "An on-demand maximum of -1 removes it in an update",
        AWS_CAPTURED,
        "tests/operations/test_update_table.py::test_on_demand_maxima_merge_and_minus_one_removes",
    ),
    proof(
        "A redeclared attribute keeps its type silently",
        AWS_CAPTURED,
        "tests/operations/test_update_table.py::"
        "test_needless_and_redefined_attributes_are_dropped_in_silence",
    ),
    # The others.
    proof(
        "A protected table is not deleted",
        AWS_CAPTURED,
        "tests/operations/test_tables.py::test_a_protected_table_is_not_deleted",
    ),
    proof(
        "Table operations name the table that they do not find",
        AWS_CAPTURED,
        "fact: DescribeTable: an unknown table",
        "fact: DeleteTable: an unknown table",
        "fact: UpdateTable: an unknown table",
    ),
    proof(
        "Item operations do not name the table that they do not find",
        AWS_CAPTURED,
        "fact: PutItem: no table",
        "fact: GetItem: a table of 2 characters",
        "fact: Scan: no table",
    ),
    proof("Tag operations need an ARN", AWS_CAPTURED, TAGS),
    proof("Tag operations tell an ARN that is not a table's", AWS_CAPTURED, TAGS),
    proof("TagResource needs a tag", AWS_CAPTURED, TAGS),
    proof("UntagResource needs a tag key", AWS_CAPTURED, TAGS),
    proof("Tag operations name the ARN whose table they do not find", AWS_CAPTURED, TAGS),
)
