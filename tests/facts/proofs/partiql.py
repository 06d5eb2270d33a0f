"""PartiQL: the three operations of statements."""

from __future__ import annotations

from tests.facts import (
    partiql_costs,
    partiql_lists,
    partiql_reads,
    partiql_syntax,
    partiql_writes,
)
from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import Proof, proof

_MODULES = (partiql_syntax, partiql_reads, partiql_writes, partiql_lists)
_NAMES = (
    *(row.name for module in _MODULES for row in (*module.FACTS, *module.ANSWERS)),
    *(row.name for row in partiql_costs.ANSWERS),
)
_PROPERTIES = "tests/properties/test_partiql.py::"
_SELECTS = _PROPERTIES + "test_a_select_finds_what_query_scan_and_python_find"
_WRITES = _PROPERTIES + "test_statements_write_what_the_plain_operations_write"
_PAGES = "tests/facts/test_partiql_pages.py::"


def _rows(*parts: str) -> tuple[str, ...]:
    """The rows of the tables with one of these in their names; each part has at least one."""
    found: list[str] = []
    for part in parts:
        rows = [f"fact: {name}" for name in _NAMES if part in name]
        assert rows, part
        found += rows
    return tuple(dict.fromkeys(found))


def _known(fact: str, source: str, *parts: str) -> Proof:
    return proof(fact, source, *_rows(*parts))


PROOFS = (
    # Texts.
    _known("a statement that starts with no known word: Expected data manipulation", AWS_CAPTURED,
           "SLECT * FROM", "UPDATE Payment-x"),
    _known("a keyword in the place of a value: Unexpected keyword", AWS_CAPTURED,
           "INSERT INTO urls (key"),
    _known("a lexer's fault has an envelope and no detail", AWS_CAPTURED,
           'SELECT * FROM "music', "WHERE pk = 'it''s"),
    _known("keywords, names in quotes or bare, and blanks are free", AWS_CAPTURED,
           "select * from music where", 'Select * From "music"', "SELECT *\n\tFROM"),
    _known("reserved words of expressions are names in statements", DOCS,
           "SELECT year FROM", "SELECT Total FROM", "SELECT name FROM"),
    _known("1, 1.0 and 1e0 are one number", DOCS, "n = 5.0", "n = 5e0", "n = .5e+1"),
    _known("a number has at most 38 digits", DOCS, "WHERE n = 111111111"),
    _known("literals of every type but binary", DOCS, "INSERT INTO solo VALUE {'id': 3, 's'"),
    _known("a parameter is of any type and stands for any value", DOCS,
           "INSERT INTO solo VALUE {'id': 3, 'v': ?}", "n IN [?, ?]", "s = '?'"),
    _known("COUNT is refused with its place and a length of five", AWS_CAPTURED,
           'SELECT COUNT(*) FROM "music"', "SELECT pk, COUNT(*)", "SELECT\n COUNT(*)",
           'SELECT "COUNT"'),
    _known("members are checked before the statement is read", AWS_CAPTURED, "SLECT{'Limit': 0}",
           "SLECT{'ReturnConsumedCapacity'"),
    # Conditions.
    _known("equality is there for every type and fits within one alone", AWS_CAPTURED,
           "AND ss = <<", "AND ls = [", "AND m = {", "AND n = '5'", "AND n <> '5'"),
    _known("what has no order is refused as an operand before the table is looked for",
           AWS_CAPTURED, "FROM nowhere WHERE n <", "FROM nowhere WHERE n BETWEEN"),
    _known("an item without the attribute fulfils no comparison", AWS_CAPTURED, "AND zz < 1",
           "AND zz BETWEEN", "AND zz IN [1]"),
    _known("IS MISSING, IS NULL and their negations", AWS_CAPTURED, "n2 IS MISSING",
           "n2 IS NOT MISSING", "z IS NULL"),
    _known("AND, OR, NOT and brackets follow logic", AWS_CAPTURED, "NOT (n = 5 OR n = 7)",
           "NOT (n = 5 AND", "AND (n = 5 OR n = 7 AND"),
    _known("the functions of conditions in any case", DOCS, "attribute_type(n, 'N')",
           "BEGINS_WITH(s", "Contains(s", "SIZE(ss)"),
    proof("conditions hold where the same FilterExpression holds", DOCS, _SELECTS),
    # FROM and indexes.
    _known("an unknown table, also with an index", AWS_CAPTURED, "SELECT * FROM nowhere",
           '"nowhere"."gix"'),
    _known("names of tables are case-sensitive", AWS_CAPTURED, "SELECT * FROM MUSIC"),
    _known("an unknown index is not named", AWS_CAPTURED, '"music"."none"', "FROM music.music"),
    _known("at most two components behind FROM", AWS_CAPTURED, '"a"."b"."c"'),
    _known("no component is empty", AWS_CAPTURED, 'SELECT * FROM ""'),
    _known("UPDATE and DELETE know no index", AWS_CAPTURED, 'UPDATE "nowhere"."gix"',
           "DELETE FROM music.gix"),
    _known("INSERT into an index names the place of the table", AWS_CAPTURED,
           'INSERT INTO "abcdefgh"."idx"', "INSERT INTO abcdefgh.idx"),
    _known("a consistent read of a global index is refused, of a local one is not", AWS_CAPTURED,
           "SELECT * FROM music.gix WHERE g = 'x'{'ConsistentRead'",
           "FROM music.lix WHERE pk = 'a' AND l = 2{'ConsistentRead'"),
    _known("a global index shows what it has; other columns are refused", AWS_CAPTURED,
           "SELECT n FROM music.gix", "SELECT pk, n, s, m.a FROM music.gix",
           "SELECT * FROM music.gix WHERE g = 'y'"),
    _known("a local index fetches columns, but not for *", AWS_CAPTURED,
           "SELECT s, l FROM music.lix", "SELECT * FROM music.lix WHERE pk = 'a'"),
    _known("a keyed read of an index does not filter by what it lacks", AWS_CAPTURED,
           "FROM music.gix WHERE g = 'x' AND n", "FROM music.gix WHERE g IN",
           "FROM music.lix WHERE pk = 'a' AND n"),
    _known("in an unkeyed read of an index, what it lacks is missing", AWS_CAPTURED,
           "FROM music.gix WHERE n = 5", "FROM music.gix WHERE NOT n = 5", "(g = 'x' OR g = 'y')"),
    # Which items, and in which order.
    _known("a read is by key, by several keys, or of everything", DOCS, "AND sk BETWEEN 2 AND 3",
           "WHERE pk IN ['a', 'b'] AND sk = 1", "WHERE pk = 'b' OR n = 7", "WHERE pk > 'a'"),
    _known("an item without the columns is {} and counts", AWS_CAPTURED, "SELECT unique_key FROM"),
    _known("ORDER BY needs WHERE", AWS_CAPTURED, "SELECT * FROM music ORDER BY sk"),
    _known("ORDER BY the sort key alone is for one partition", AWS_CAPTURED,
           "WHERE pk = 'a' OR pk = 'b' ORDER BY sk"),
    _known("ORDER BY names keys of what is read", AWS_CAPTURED, "WHERE pk = 'a' ORDER BY n",
           "FROM music.gall WHERE g = 'x' ORDER BY sk"),
    _known("ORDER BY, ASC and DESC", DOCS, "ORDER BY sk ASC", "ORDER BY sk DESC",
           "ORDER BY id DESC", "ORDER BY h DESC"),
    _known("a token that cannot be read", AWS_CAPTURED, "WHERE pk = 'a'{'NextToken'"),
    proof("a page ends with NextToken and LastEvaluatedKey, also without items", AWS_CAPTURED,
          _PAGES + "test_a_page_without_items_has_both_members", _SELECTS),
    proof("Limit counts what is read", DOCS,
          _PAGES + "test_a_page_without_items_has_both_members"),
    proof("a token is of its table, statement and parameters", AWS_CAPTURED,
          _PAGES + "test_a_token_of_another_statement_is_refused"),
    proof("Limit may change between pages, and rows vanish", DOCS,
          _PAGES + "test_a_walk_goes_on_behind_what_was_deleted"),
    proof("several partitions come in pages of ten items", DOCS,
          _PAGES + "test_several_partitions_come_in_pages_of_ten"),
    # Writes.
    _known("INSERT over an item: DuplicateItemException", DOCS,
           "INSERT INTO music VALUE {'pk': 'a', 'sk': 1, 'n': 2}"),
    _known("a write without RETURNING answers an empty list", AWS_CAPTURED,
           "INSERT INTO solo VALUE {'id': 3, 'v': 'three'}"),
    _known("items of more than 400 KB", AWS_CAPTURED, "'v': ?}, 'xxxxx", "SET v = ? WHERE"),
    _known("UPDATE and DELETE name one item", AWS_CAPTURED,
           "UPDATE music SET n = 1 WHERE pk = 'a'", "UPDATE music SET n = 1 WHERE sk = 1",
           "DELETE FROM music WHERE pk = 'a'"),
    _known("UPDATE creates nothing", AWS_CAPTURED,
           "UPDATE music SET n = 1 WHERE pk = 'a' AND sk = 9"),
    _known("further terms are a condition", AWS_CAPTURED, "UPDATE music SET n = 1 WHERE pk = 'a' "
           "AND sk = 1 AND n = 6", "DELETE FROM music WHERE pk = 'a' AND sk = 1 AND n = 6"),
    _known("a path's parents must be there", AWS_CAPTURED, "SET newlist[0]", "SET s[0]"),
    _known("beyond its end a list grows by one; REMOVE shifts; of nothing it does nothing",
           AWS_CAPTURED, "SET ls[9] = 'end'", "REMOVE ls[1]", "REMOVE nope"),
    _known("list_append, set_add, set_delete, + and -", DOCS, "list_append(ls, ['z'])",
           "set_add(ns, <<3, 2>>)", "set_delete(ns, <<2, 9>>)", "SET n = n + 1", "SET n = n - 1.5"),
    _known("SET and REMOVE repeat and mix", DOCS, "SET n = 6 SET s", "SET n = 6, s",
           "SET n = 6 REMOVE s REMOVE t"),
    _known("RETURNING ALL shows the item, MODIFIED what was touched", AWS_CAPTURED,
           "RETURNING ALL OLD *", "RETURNING ALL NEW *", "RETURNING MODIFIED OLD *",
           "RETURNING MODIFIED NEW *"),
    _known("DELETE returns ALL OLD alone", AWS_CAPTURED, "sk = 1 RETURNING MODIFIED OLD *",
           "AND n = 5 RETURNING ALL OLD *", "sk = 9 RETURNING ALL OLD *"),
    _known("DELETE of nothing succeeds", DOCS, "DELETE FROM music WHERE pk = 'a' AND sk = 9 AND n"),
    proof("statements write what the plain operations write", DOCS, _WRITES),
    # Batches.
    _known("a batch reads or writes", AWS_CAPTURED, "PartiQL batch: reads and writes"),
    _known("a batch has no item twice", AWS_CAPTURED, "PartiQL batch: an item read twice",
           "PartiQL batch: an item written twice", "PartiQL batch: INSERT and UPDATE of one key",
           "PartiQL batch: an item twice beside a fault"),
    _known("a batch's members answer one by one", AWS_CAPTURED, "PartiQL batch: reads, one",
           "PartiQL batch: writes", "PartiQL batch: RETURNING", "PartiQL batch: an INSERT over"),
    _known("a member that is refused before it runs has no TableName", AWS_CAPTURED,
           "PartiQL batch: a member that does not parse", "PartiQL batch: a DELETE's wrong",
           "PartiQL batch: a SELECT without its key"),
    _known("a batch never shows the old item of a failed condition", AWS_CAPTURED,
           "PartiQL batch: a condition that fails"),
    # Transactions.
    _known("RETURNING and indexes are refused in transactions", AWS_CAPTURED,
           "PartiQL transaction: RETURNING", "PartiQL transaction: an index"),
    _known("a transaction reads or writes", AWS_CAPTURED, "PartiQL transaction: reads and writes"),
    _known("a transaction has no item twice", AWS_CAPTURED,
           "PartiQL transaction: an item read twice", "PartiQL transaction: an item written"),
    _known("a transaction is whole or not at all, with a reason for each member", DOCS,
           "PartiQL transaction: a condition that fails", "PartiQL transaction: every member",
           "PartiQL transaction: an INSERT over an item", "PartiQL transaction: writes"),
    _known("a transaction reads items", DOCS, "PartiQL transaction: reads, one"),
    _known("EXISTS needs a key and one more condition", DOCS,
           "PartiQL transaction: EXISTS with the key only",
           "PartiQL transaction: EXISTS that does not hold"),
    _known("a token asks for nothing twice", AWS_CAPTURED, "PartiQL transaction: the same token"),
    proof("a token with other statements", AWS_CAPTURED,
          _PAGES + "test_a_token_of_other_statements_is_a_mismatch"),
    proof("each member of a cancelled transaction has its reason, with its item where asked", DOCS,
          _PAGES + "test_a_cancelled_transaction_has_a_reason_for_each_member"),
    proof("a failed condition shows the item where it is asked to", DOCS,
          _PAGES + "test_a_failed_condition_shows_the_item_where_it_is_asked_to"),
    proof("statements and TransactWriteItems remember tokens apart", AWS_CAPTURED,
          _PAGES + "test_the_tokens_of_both_kinds_of_transactions_do_not_meet"),
    proof("an item has 400 KB in all; no key or action is counted apart", AWS_CAPTURED,
          _PAGES + "test_an_item_has_at_most_409600_bytes_whatever_its_key"),
    proof("an index on two attributes has the items with both", AWS_CAPTURED,
          _PAGES + "test_an_index_on_two_attributes_has_items_with_both"),
    proof("a token is base64 in the standard alphabet", AWS_CAPTURED,
          _PAGES + "test_a_token_is_base64_with_padding"),
    proof("a sort key's range is what Limit counts in", DOCS,
          _PAGES + "test_limit_counts_what_is_in_the_range"),
    proof("a page ends at 1 MB", DOCS, _PAGES + "test_a_page_ends_at_a_megabyte"),
    proof("statements and lists of them have their bounds", DOCS,
          _PAGES + "test_lists_and_texts_have_bounds"),
    # Capacity.
    proof("a replay costs reads", AWS_CAPTURED,
          _PAGES + "test_a_replay_costs_what_a_replay_of_the_plain_operation_costs"),
    _known("a SELECT costs what it walks", AWS_CAPTURED, "SELECT f FROM costs WHERE pk = 'a'"),
    _known("an index read costs its index", AWS_CAPTURED, "SELECT pk FROM costs.gix",
           "SELECT pk FROM costs.lix"),
    _known("what a local index fetches costs each item by itself", AWS_CAPTURED,
           "SELECT f FROM narrow.lix"),
    _known("INSERT costs as PutItem", AWS_CAPTURED, "PartiQL costs: INSERT INTO costs"),
    _known("UPDATE costs the larger image, and indexes that it changes", AWS_CAPTURED,
           "PartiQL costs: UPDATE costs", "PartiQL costs: UPDATE narrow"),
    _known("DELETE costs the old image, of nothing one unit", AWS_CAPTURED,
           "PartiQL costs: DELETE FROM costs"),
    _known("a transaction doubles the table's units and mirrors them", AWS_CAPTURED,
           "PartiQL costs: an INSERT in a transaction", "PartiQL costs: SELECTs in a transaction"),
    _known("a batch adds failed writes to the total alone", AWS_CAPTURED,
           "PartiQL costs: a failure and a success", "PartiQL costs: failures alone",
           "PartiQL costs: failures of one table", "PartiQL costs: three failures"),
)  # fmt: skip
