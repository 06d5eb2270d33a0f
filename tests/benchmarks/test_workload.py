"""The measured items are what the figures' names say of them."""

from __future__ import annotations

import itertools
import pathlib

from benchmarks import floors, workload
from dynalite_py.model import limits, sizes


def test_items_of_points_and_orders_have_250_bytes() -> None:
    for item in (workload.point(0), workload.point(4_999_999), *workload.orders()):
        assert sizes.of_item(item) == workload.ITEM_BYTES


def test_the_scanned_items_fit_one_page() -> None:
    items = list(workload.readings())
    assert len({(item["pk"]["S"], item["sk"]["S"]) for item in items}) == 10_000
    assert sum(sizes.measure(item, "sk")[1] for item in items) < limits.PAGE_BYTES


def test_the_filters_let_through_what_the_figures_say() -> None:
    amounts = [int(item["amount"]["N"]) for item in workload.orders()]
    least = int(workload.filtered_query_request(0)["ExpressionAttributeValues"][":least"]["N"])
    assert sum(amount >= least for amount in amounts) * 2 == len(amounts)
    most = int(workload.filtered_scan_request()["ExpressionAttributeValues"][":most"]["N"])
    assert sum(int(item["amount"]["N"]) < most for item in workload.readings()) == 200


def test_transactions_under_way_together_touch_different_items() -> None:
    firsts = range(0, workload.POINT_COUNT, workload.TRANSACTION_ITEMS)
    keys = [
        write["Put"]["Item"]["pk"]["S"]
        for first in firsts
        for write in workload.transaction_request(first)["TransactItems"]
    ]
    assert len(set(keys)) == len(keys) == workload.POINT_COUNT


def test_another_turn_moves_all_five_index_rows() -> None:
    before, after = workload.indexed(7, 0), workload.indexed(7, 1)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"g1", "g2", "g3", "g4", "g5"}


def test_batches_hold_all_items_and_at_most_25_of_them() -> None:
    items = [workload.point(number) for number in range(60)]
    batches = [
        request["RequestItems"]["points"]
        for request in workload.batch_requests("points", iter(items))
    ]
    assert [len(batch) for batch in batches] == [25, 25, 10]
    assert [put["PutRequest"]["Item"] for put in itertools.chain(*batches)] == items


def test_the_floor_finds_what_it_wrote(tmp_path: pathlib.Path) -> None:
    db = floors.opened(tmp_path / "floor.db", durable=True)
    orders = list(workload.orders())
    floors.fill(db, orders)
    row = floors.row_of(workload.order(3, 4))
    floors.put(db, row)
    floors.update(db, row[:3], row)
    start = row[:2]
    assert floors.get(db, row[:3]) == (row[-1],)
    assert len(floors.rows(db, floors.SELECT_PARTITION, start)) == 50
    assert len(floors.rows(db, floors.SELECT_PARTITION_FILTERED, (*start, 35))) == 25
    assert (
        db.execute("SELECT version FROM items WHERE hash = ? AND pk = ? AND sk = ?", row[:3]).get
        == 3
    )
    db.close()


def test_sized_items_have_the_size_that_they_are_made_for() -> None:
    for size_bytes in (4_096, 102_400):
        assert sizes.of_item(workload.sized(123_456, size_bytes)) == size_bytes


def test_the_large_partition_has_more_than_a_page() -> None:
    items = list(workload.large_partition())
    assert sum(sizes.measure(item, "sk")[1] for item in items) > limits.PAGE_BYTES
    assert len({item["sk"]["S"] for item in items}) == len(items)


def test_one_entry_in_a_thousand_passes_and_all_have_keys_of_their_own() -> None:
    entries = list(map(workload.entry, range(workload.ENTRY_COUNT)))
    most = int(workload.large_scan_request()["ExpressionAttributeValues"][":most"]["N"])
    passing = sum(int(entry["amount"]["N"]) < most for entry in entries)
    assert passing == workload.ENTRIES_THAT_PASS
    assert all(abs(sizes.of_item(entry) - workload.ITEM_BYTES) <= 2 for entry in entries[:1000])
    assert len({(entry["pk"]["S"], entry["sk"]["S"]) for entry in entries}) == len(entries)
