"""CreateTable: what it refuses, in which order, and what it takes."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

TABLES = "tests/operations/test_tables.py::"
INDEXES = "tests/operations/test_table_indexes.py::"
DESCRIPTIONS = "tests/operations/test_table_descriptions.py::"

ORDER = (
    proof(
        "CreateTable looks at its table's name before the model looks at anything",
        AWS_CAPTURED,
        "fact: order: the length of the name before the model",
        "fact: a short bad name: its length comes first",
    ),
    proof(
        "CreateTable's model faults are told before those of the billing mode",
        AWS_CAPTURED,
        "fact: order: the model before the billing mode",
    ),
    proof(
        "CreateTable holds billing mode and throughput together before it looks at bounds",
        AWS_CAPTURED,
        "fact: order: the billing mode before the bounds of units",
    ),
    proof(
        "CreateTable looks at the bounds of throughput before the definitions of the table's keys",
        AWS_CAPTURED,
        "fact: order: the bounds of units before definitions",
    ),
    proof(
        "CreateTable looks for the definitions of the table's keys before the key schema's form",
        AWS_CAPTURED,
        "fact: order: definitions before the key schema",
    ),
    proof(
        "CreateTable looks at the key schema's form before empty lists of indexes",
        AWS_CAPTURED,
        "fact: order: the key schema before empty lists of indexes",
    ),
    proof(
        "CreateTable refuses an empty list of indexes before it looks at any index",
        AWS_CAPTURED,
        "fact: order: empty lists before every index",
    ),
    proof(
        "CreateTable checks all local indexes before any global one",
        AWS_CAPTURED,
        "fact: order: local indexes before global ones",
    ),
    proof(
        "CreateTable checks all global indexes before names that local and global ones share",
        AWS_CAPTURED,
        "fact: order: global indexes before names of both kinds",
    ),
    proof(
        "CreateTable refuses names that local and global indexes share before unused definitions",
        AWS_CAPTURED,
        "fact: order: names of both kinds before unused definitions",
    ),
    proof(
        "CreateTable refuses unused definitions before a faulty stream specification",
        AWS_CAPTURED,
        "fact: order: unused definitions before the stream",
    ),
    proof(
        "A bad CreateTable for a name that is taken is told its own fault, not that the name is "
        "taken",
        AWS_CAPTURED,
        TABLES + "test_a_bad_request_for_a_table_that_exists_is_told_its_own_fault",
        "fact: order: the stream before the name that is taken",
        "fact: order: on-demand maxima before the name that is taken",
        "fact: a bad request for a table that exists",
    ),
    proof(
        "Names of keys, index keys and projected attributes that are empty or longer than 255 are "
        "a fault of the model, ahead of everything about coherence",
        AWS_CAPTURED,
        "fact: a key name of 256 characters, before everything coherent",
        "fact: a defined name of 256 characters",
        "fact: an index key name of 256 characters, though it is not defined",
        "fact: an empty index key name",
        "fact: a projected name of 256 characters",
    ),
    proof(
        "A CreateTable without KeySchema and AttributeDefinitions is refused as the model refuses "
        "missing members",
        AWS_CAPTURED,
        "fact: nothing but a name",
    ),
)

CAPACITY = (
    proof(
        "CreateTable refuses PAY_PER_REQUEST with ProvisionedThroughput",
        AWS_CAPTURED,
        "fact: 1 on demand with units",
    ),
    proof(
        "CreateTable refuses PROVISIONED, also where no mode is named, without "
        "ProvisionedThroughput",
        AWS_CAPTURED,
        "fact: 2 provisioned without units",
        "fact: 2 PROVISIONED without units",
    ),
    proof(
        "CreateTable refuses units above 1 000 000 000 000 with their value, reads first",
        AWS_CAPTURED,
        "fact: 3 units out of bounds, reads first",
        "fact: 3 write units out of bounds",
    ),
    proof(
        "CreateTable refuses OnDemandThroughput of a provisioned table and names the first member "
        "that is there, reads first, with a full stop at the end",
        AWS_CAPTURED,
        "fact: 32 on-demand maxima of a provisioned table",
        "fact: 32 an on-demand maximum of writes for a provisioned table",
    ),
    proof(
        "CreateTable refuses an on-demand maximum below 1, also -1, after the one about the mode",
        AWS_CAPTURED,
        "fact: 33 an on-demand maximum of 0",
        "fact: 33 an on-demand maximum of -1",
        "fact: 33 an on-demand maximum of -1 writes",
        "fact: order: on-demand maxima, their mode before their range",
    ),
    proof(
        "An empty OnDemandThroughput is taken by CreateTable and stores nothing",
        AWS_CAPTURED,
        TABLES + "test_what_asks_for_nothing_is_as_if_absent",
    ),
)

KEYS = (
    proof(
        "CreateTable with more key elements than definitions says that some key has no definition",
        AWS_CAPTURED,
        "fact: 4 no definitions",
        "fact: 4 no definitions of two",
        "fact: 4 fewer definitions than keys",
        "fact: 4 one other definition, two keys",
        "fact: 4 one definition, the key twice",
        "fact: 4 before same names",
    ),
    proof(
        "CreateTable with enough definitions but none of a key lists keys and definitions",
        AWS_CAPTURED,
        "fact: 5 a key that is not defined",
    ),
    proof(
        "CreateTable refuses one name for both keys before it looks at their roles",
        AWS_CAPTURED,
        "fact: 6 same names, before roles",
        "fact: 6 same names, both of them HASH and defined",
    ),
    proof(
        "CreateTable refuses a first key element that is not HASH",
        AWS_CAPTURED,
        "fact: 7 first not HASH",
    ),
    proof(
        "CreateTable refuses a second key element that is not RANGE",
        AWS_CAPTURED,
        "fact: 8 second not RANGE",
    ),
    proof(
        "CreateTable refuses three elements in the table's key schema in the model's form",
        AWS_CAPTURED,
        "fact: 9 three key elements",
    ),
    proof(
        "CreateTable refuses a definition that no key uses on a table without indexes",
        AWS_CAPTURED,
        "fact: 26 a definition that no key uses",
    ),
    proof(
        "CreateTable refuses an attribute that is defined twice, with the same type or another, "
        "and names it",
        AWS_CAPTURED,
        "fact: 28 an attribute defined twice",
        "fact: 28 an attribute defined with two types",
    ),
    proof(
        "An attribute has one type for its table and all its indexes",
        AWS_CAPTURED,
        "fact: 28 an index key of a second type",
        "fact: a new index key of another type",
    ),
    proof(
        "CreateTable refuses an attribute type other than S, N and B in the model's form",
        AWS_CAPTURED,
        "fact: 29 a definition of another type",
    ),
)

INDEX_TEXTS = (
    proof(
        "CreateTable refuses an empty list of local or of global indexes",
        AWS_CAPTURED,
        "fact: 10 no local index in the list",
        "fact: 10 no global index in the list",
    ),
    proof(
        "CreateTable refuses a local index on a table without sort key",
        AWS_CAPTURED,
        "fact: 11 a local index without a table's sort key",
    ),
    proof(
        "An index key that is not defined is refused with all key attributes of the first faulty "
        "index, defined ones included",
        AWS_CAPTURED,
        "fact: 12 an undefined key",
        "fact: 12 an undefined key of a global index, told with the defined one",
    ),
    proof(
        "The form of an index's key schema is refused in the words of the table's",
        AWS_CAPTURED,
        "fact: 13 same names",
        "fact: 13 same names in a global index key",
        "fact: 13 first not HASH",
        "fact: 13 first not HASH, second not RANGE",
        "fact: 13 second not RANGE",
        "fact: a local index of two HASH",
    ),
    proof(
        "CreateTable refuses a local index without sort key",
        AWS_CAPTURED,
        "fact: 14 no sort key",
    ),
    proof(
        "CreateTable refuses a local index with another partition key than its table's and names "
        "both",
        AWS_CAPTURED,
        "fact: 15 another partition key",
    ),
    proof(
        "CreateTable refuses a local index of three key elements with a text that says 2",
        AWS_CAPTURED,
        "fact: 16 three key elements",
    ),
    proof(
        "CreateTable refuses a projection without type",
        AWS_CAPTURED,
        "fact: 17 no projection type",
        "fact: 17 no projection type in a local index",
    ),
    proof(
        "CreateTable refuses NonKeyAttributes with ALL and with KEYS_ONLY",
        AWS_CAPTURED,
        "fact: 18 named attributes with ALL",
        "fact: 18 named attributes with KEYS_ONLY",
    ),
    proof(
        "CreateTable refuses INCLUDE without NonKeyAttributes",
        AWS_CAPTURED,
        "fact: 19 INCLUDE of nothing",
        "fact: 19 INCLUDE of nothing in a local index",
    ),
    proof(
        "CreateTable refuses a name twice in NonKeyAttributes with a text about duplicates",
        AWS_CAPTURED,
        "fact: 20 a name twice",
    ),
    proof(
        "A number in NonKeyAttributes is a SerializationException",
        AWS_CAPTURED,
        "fact: 21 a number among the projected names",
    ),
    proof(
        "CreateTable refuses an index name twice: in one list, over both, and of two indexes alike",
        AWS_CAPTURED,
        "fact: 22 a name twice among local indexes",
        "fact: 22 two global indexes of one name",
        "fact: 22 two global indexes alike",
        "fact: 22 a name of both kinds",
    ),
    proof(
        "CreateTable refuses a sixth local index",
        AWS_CAPTURED,
        "fact: 23 six local indexes",
    ),
    proof(
        "CreateTable refuses a twenty-first global index",
        AWS_CAPTURED,
        "fact: 24 twenty-one global indexes",
    ),
    proof(
        "CreateTable refuses ProvisionedThroughput of a global index on an on-demand table",
        AWS_CAPTURED,
        "fact: 25 units of an index on demand",
    ),
)

SETTINGS = (
    proof(
        "CreateTable refuses an enabled stream without view type",
        AWS_CAPTURED,
        "fact: 30 a stream without view type",
    ),
    proof(
        "CreateTable refuses a disabled stream with view type",
        AWS_CAPTURED,
        "fact: 31 a disabled stream with view type",
    ),
    proof(
        "A StreamSpecification that only says false is taken by CreateTable and is as if absent",
        AWS_CAPTURED,
        TABLES + "test_what_asks_for_nothing_is_as_if_absent",
    ),
    proof(
        "An empty StreamSpecification is refused: StreamEnabled is required",
        AWS_CAPTURED,
        "fact: an empty stream specification",
        "fact: an empty stream specification in an update",
    ),
    proof(
        "An SSESpecification that only says false is taken by CreateTable and is as if absent",
        AWS_CAPTURED,
        TABLES + "test_what_asks_for_nothing_is_as_if_absent",
    ),
    proof(
        "A CreateTable with more than 50 tags, or tags with bad characters or too long ones, is "
        "refused and creates nothing",
        AWS_CAPTURED,
        TABLES + "test_bad_tags_make_no_table",
        "fact: 36 a tag with a bad key",
        "fact: 36 a tag key of 129 characters",
        "fact: 36 a tag value of 257 characters",
        "fact: 36 a tag value with a bad character",
        "fact: 36 a tag key of AWS's own",
        "fact: 36 a tag key twice",
        "fact: 36 more than 50 tags",
    ),
    proof(
        "CreateTable over an existing table is a ResourceInUseException that names the table",
        AWS_CAPTURED,
        "fact: 37 the table exists",
    ),
    proof(
        "CreateTable takes a ResourcePolicy, which no description of the table ever shows",
        DOCS,
        TABLES + "test_a_resource_policy_may_have_20480_bytes",
        DESCRIPTIONS + "test_a_table_with_everything_has_these_members_in_each_state",
    ),
)

ODDITIES = (
    proof(
        "An index may equal its table",
        AWS_CAPTURED,
        INDEXES + "test_the_tables_keys_may_be_index_keys_in_any_order",
        INDEXES + "test_a_local_index_may_equal_the_table",
    ),
    proof(
        "Several indexes may have equal keys under different names",
        AWS_CAPTURED,
        INDEXES + "test_the_tables_keys_may_be_index_keys_in_any_order",
        INDEXES + "test_a_local_index_may_equal_the_table",
    ),
    proof(
        "NonKeyAttributes may name key attributes, to no effect",
        AWS_CAPTURED,
        INDEXES + "test_an_index_has_the_keys_and_what_it_projects",
    ),
    proof(
        "Names of tables and indexes may begin with a dot",
        AWS_CAPTURED,
        TABLES + "test_odd_but_legal_definitions_are_accepted",
    ),
    proof(
        "The keys of a global index may be the table's own in any order",
        AWS_CAPTURED,
        INDEXES + "test_the_tables_keys_may_be_index_keys_in_any_order",
    ),
    proof(
        "Key attributes may be called attrs and :attrs",
        AWS_CAPTURED,
        TABLES + "test_odd_but_legal_definitions_are_accepted",
    ),
)

PROOFS = (*ORDER, *CAPACITY, *KEYS, *INDEX_TEXTS, *SETTINGS, *ODDITIES)
