"""INSERT, UPDATE and DELETE: the writes of PutItem, UpdateItem and DeleteItem behind a statement.

Source: facts, PartiQL, Writes.
"""

from __future__ import annotations

from typing import TypeAlias

from dynalite_py.language import nodes, partiql_access, partiql_parse, updates
from dynalite_py.language.conditions import Predicate
from dynalite_py.model import errors, keys, partiql_errors, sizes
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Table
from dynalite_py.model.values import Item
from dynalite_py.operations import expressions, replies, update_item, writes
from dynalite_py.operations.partiql_statements import Values
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import indexes, items
from dynalite_py.storage.writer import Transaction, Work

WriteStatement: TypeAlias = nodes.Insert | nodes.UpdateStatement | nodes.DeleteStatement


class Write:
    """One statement's write of one item, checked as far as it can be without the stored item.

    key_item: the key attributes. new: of an INSERT. update, holds: of the others.
    """

    __slots__ = ("holds", "key", "key_item", "new", "statement", "table", "update", "values")

    def __init__(
        self, statement: WriteStatement, bound: Values, table: Table, key: Key, key_item: Item
    ) -> None:
        self.statement = statement
        self.values = bound
        self.table = table
        self.key = key
        self.key_item = key_item
        self.new: writes.New | None = None
        self.update: expressions.BoundUpdate | None = None
        self.holds: Predicate | None = None

    @property
    def place(self) -> tuple[int, Key]:
        """What names the item among all items."""
        return self.table.id, self.key

    @property
    def name(self) -> str:
        """The table's name as the statement gives it."""
        return self.statement.table


def write(scope: Scope, statement: WriteStatement, bound: Values) -> Write:
    """The write, checked in the service's order. Raises: DynamoDBError."""
    if isinstance(statement, nodes.Insert):
        return _insert(scope, statement, bound)
    if statement.index is not None:
        raise partiql_errors.write_to_index()
    table = scope.table(statement.table)
    target = partiql_access.target(statement, table.key_names)
    key_item = key_of(table, target, bound)
    found = Write(statement, bound, table, keys.of_key(table, key_item), key_item)
    found.holds = target.holds
    inside = target.inside
    if isinstance(statement, nodes.UpdateStatement):
        program: updates.Program = partiql_parse.program(statement)
        found.update = expressions.BoundUpdate(program, bound)
        update_item.check_targets(table, found.update)
        inside |= partiql_access.entered(statement.update)
    if inside:
        keys.check_inside(table, inside)
    return found


def key_of(table: Table, target: partiql_access.Target, bound: Values) -> Item:
    """The key attributes of a target. Raises: DynamoDBError."""
    key_item: Item = {}
    for name, value_name in target.keys:
        value = bound[value_name]
        partiql_access.check_key_value(name, table.attributes[name], value)
        key_item[name] = value
    return key_item


def _insert(scope: Scope, statement: nodes.Insert, bound: Values) -> Write:
    item: Item = bound[statement.item.name]["M"]
    table = scope.table(statement.table)
    for name in table.key_names:
        if name not in item:
            raise partiql_errors.missing_key(name)
        partiql_access.check_key_value(name, table.attributes[name], item[name])
    key = writes.put_key(table, item)
    text = writes.checked_text(item)
    found = Write(statement, bound, table, key, keys.key_item(table, item))
    found.new = (item, text, sizes.measure(item, table.sort_key))
    return found


def decided(
    found: Write, present: Table, old: items.Row | None, *, shown: bool = False
) -> writes.New | None:
    """The new item; None: there is none afterwards.

    present: the table as it is now. shown: a failed condition shows the stored item. Raises:
    DynamoDBError.
    """
    if isinstance(found.statement, nodes.Insert):
        assert found.new is not None
        if old is not None:
            raise partiql_errors.duplicate_item()
        if present is not found.table:
            keys.check_index_keys(present, found.new[0])
        return found.new
    before = writes.decoded(old)
    deleting = isinstance(found.statement, nodes.DeleteStatement)
    if before is None:
        if deleting:
            return None
        raise errors.condition_failed()
    if found.holds is not None and not found.holds(before, found.values):
        raise errors.condition_failed(before if shown else None)
    if deleting:
        return None
    after = update_item.updated(present, found.update, before, found.key_item)
    assert after is not None
    new = writes.new_item(after, present.sort_key)
    update_item.check_result_size(new)
    return new


def returned(found: Write, old: items.Row | None, new: writes.New | None) -> str | None:
    """JSON text of what RETURNING shows; None for nothing."""
    returning = None if isinstance(found.statement, nodes.Insert) else found.statement.returning
    if returning is None:
        return None
    of_new = returning.endswith("NEW")
    if returning.startswith("ALL"):
        if of_new:
            return None if new is None else new[1]
        return None if old is None else old[3]
    assert found.update is not None
    image = (None if new is None else new[0]) if of_new else writes.decoded(old)
    fragment = found.update.updated(image)
    return writes.new_item(fragment, None)[1] if fragment else None


def spent(
    old: items.Row | None, new: writes.New | None, changes: list[indexes.Change]
) -> replies.Consumed:
    """The units of one write."""
    consumed = replies.Consumed()
    new_bytes = None if new is None else new[2][0]
    consumed.add_write(replies.table_write_units(old, new_bytes), changes)
    return consumed


def writing(scope: Scope, request: Request, statement: WriteStatement, bound: Values) -> Work:
    """What carries out one statement. Raises: DynamoDBError."""
    found = write(scope, statement, bound)
    scope.check_free(found.table, found.key)
    shown = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    mode = replies.capacity_mode(request)

    def work(transaction: Transaction) -> bytes:
        present = scope.current(found.table)
        old = items.read(transaction.db, present.id, found.key)
        new = decided(found, present, old, shown=shown)
        changes = writes.store(transaction, present, found.key, new, old)
        members: list[str] = []
        if mode is not None:
            consumed = spent(old, new, changes).shown(found.name, mode)
            members.append(replies.member("ConsumedCapacity", consumed))
        members.append(f'"Items":[{returned(found, old, new) or ""}]')
        return replies.joined(members)

    return work
