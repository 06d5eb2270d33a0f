"""The store for coroutines."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py import exceptions
from dynalite_py.doors.library import opening
from dynalite_py.doors.library.async_client import AsyncClient
from dynalite_py.doors.library.async_pages import AsyncWaiter
from dynalite_py.doors.library.client import Client
from dynalite_py.doors.library.pages import WAITERS
from dynalite_py.storage.writer import Transaction

TABLE: dict[str, Any] = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
}


def item(number: int, **attributes: Any) -> Any:
    """An item of Music."""
    return {"pk": {"S": "a"}, "sk": {"N": str(number)}, **attributes}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[dynalite_py.AsyncStore]:
    """A store with the table Music."""
    async with dynalite_py.connect_async(tmp_path / "store.db") as opened:
        await opened.create_table(**TABLE)
        yield opened


def test_every_method_of_the_client_is_there_to_be_awaited() -> None:
    for name, method in vars(Client).items():
        if name.startswith("_") or not callable(method):
            continue
        twin = vars(AsyncClient)[name]
        ours, theirs = inspect.signature(twin), inspect.signature(method)
        assert str(ours.parameters) == str(theirs.parameters), name
        assert twin.__doc__ == method.__doc__ or name in {"call", "get_paginator", "get_waiter"}
        waits = name not in {"can_paginate", "detach", "get_paginator", "get_waiter"}
        assert inspect.iscoroutinefunction(twin) is waits, name


def test_options_are_those_of_connect() -> None:
    taken = set(inspect.signature(dynalite_py.connect).parameters) - {"path"}
    assert set(opening.Options.__annotations__) == taken


async def test_items_are_written_and_read(store: dynalite_py.AsyncStore) -> None:
    await store.put_item(TableName="Music", Item=item(1, b={"B": b"\x00"}))
    read = await store.get_item(TableName="Music", Key=item(1))
    assert read.get("Item") == item(1, b={"B": b"\x00"})
    assert (await store.describe_table(TableName="Music"))["Table"]["TableStatus"] == "ACTIVE"
    assert store.meta.region_name == "us-east-1"


async def test_what_is_refused_is_raised_as_the_other_client_does(
    store: dynalite_py.AsyncStore,
) -> None:
    with pytest.raises(exceptions.ResourceNotFoundException) as read:
        await store.get_item(TableName="Nowhere", Key=item(1))
    assert len(read.value.response["ResponseMetadata"]["RequestId"]) == 52
    with pytest.raises(exceptions.ConditionalCheckFailedException):
        await store.put_item(
            TableName="Music", Item=item(1), ConditionExpression="attribute_exists(pk)"
        )
    with pytest.raises(exceptions.ParamValidationError, match="GetItem has no Kee"):
        await store.call("GetItem", {"TableName": "Music", "Kee": item(1)})
    with pytest.raises(exceptions.DynaliteError):
        await store.put_item(TableName="Music", Item={"pk": {"N": "1"}})


async def test_many_writes_at_once_share_commits(store: dynalite_py.AsyncStore) -> None:
    commits = store.store.engine.measure()
    before = sum(commits.sizes.counts)
    writes = [store.put_item(TableName="Music", Item=item(number)) for number in range(200)]
    await asyncio.gather(*writes)
    assert (await store.scan(TableName="Music", Select="COUNT"))["Count"] == 200
    assert sum(commits.sizes.counts) - before < 100


async def test_the_loop_goes_on_while_a_write_waits(store: dynalite_py.AsyncStore) -> None:
    blocked, free = threading.Event(), threading.Event()

    def work(_: Transaction) -> bytes:
        blocked.set()
        free.wait()
        return b"{}"

    store.store.engine.writer.submit(work, lambda _: None)
    await asyncio.to_thread(blocked.wait)
    writing = asyncio.ensure_future(store.put_item(TableName="Music", Item=item(1)))
    assert "Item" not in await store.get_item(TableName="Music", Key=item(1))
    assert not writing.done()
    free.set()
    await writing
    assert "Item" in await store.get_item(TableName="Music", Key=item(1))


async def test_a_cancelled_call_harms_no_other(store: dynalite_py.AsyncStore) -> None:
    writes = [
        asyncio.ensure_future(store.put_item(TableName="Music", Item=item(number)))
        for number in range(50)
    ]
    await asyncio.sleep(0)
    for write in writes[::2]:
        write.cancel()
    done = await asyncio.gather(*writes, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in done[::2])
    assert not any(isinstance(each, BaseException) for each in done[1::2])
    found = (
        await store.query(
            TableName="Music",
            KeyConditionExpression="pk = :a",
            ExpressionAttributeValues={":a": {"S": "a"}},
        )
    )["Items"]
    written = {int(each["sk"]["N"]) for each in found}  # type: ignore[index]
    assert set(range(1, 50, 2)) <= written


async def test_pages_are_read_by_async_for(store: dynalite_py.AsyncStore) -> None:
    for number in range(25):
        await store.put_item(TableName="Music", Item=item(number))
    pages = store.get_paginator("scan").paginate(
        TableName="Music", PaginationConfig={"PageSize": 10, "MaxItems": 22}
    )
    assert [len(page["Items"]) async for page in pages] == [10, 10, 2]
    full = await pages.build_full_result()
    assert full["Count"] == 25
    assert len(full["Items"]) == 22
    rest = store.get_paginator("scan").paginate(
        TableName="Music", PaginationConfig={"StartingToken": full["NextToken"]}
    )
    assert [len(page["Items"]) async for page in rest] == [3]
    assert store.can_paginate("query")
    with pytest.raises(exceptions.ParamValidationError):
        store.get_paginator("put_item")


async def test_a_waiter_waits_for_a_table(store: dynalite_py.AsyncStore) -> None:
    await store.get_waiter("table_exists").wait(TableName="Music")
    assert store.waiter_names == ["table_exists", "table_not_exists"]
    with pytest.raises(exceptions.ParamValidationError):
        store.get_waiter("table_maybe")
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await store.delete_table(TableName="Music")

    waiter = AsyncWaiter(store.describe_table, WAITERS["table_not_exists"], pause=pause)
    await waiter.wait(TableName="Music", WaiterConfig={"Delay": 7})
    assert pauses == [7]
    with pytest.raises(exceptions.WaiterError):
        await store.get_waiter("table_exists").wait(
            TableName="Music", WaiterConfig={"Delay": 0, "MaxAttempts": 2}
        )


async def test_other_regions_have_clients_of_their_own(store: dynalite_py.AsyncStore) -> None:
    elsewhere = store.client(region="eu-west-1")
    assert elsewhere is store.client(region="eu-west-1")
    assert (await elsewhere.list_tables())["TableNames"] == []
    with pytest.raises(exceptions.ParamValidationError):
        store.client(account="1")


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = await dynalite_py.connect_async(tmp_path / "store.db")
    client = store.client(region="eu-west-1")
    await store.close()
    await store.close()
    assert store.closed
    for call in (store.list_tables, client.list_tables):
        with pytest.raises(exceptions.StoreClosedError):
            await call()
    with pytest.raises(exceptions.StoreClosedError):
        store.client()


async def test_a_store_that_was_closed_behind_its_back_says_so(tmp_path: Path) -> None:
    store = await dynalite_py.connect_async(tmp_path / "store.db")
    store.store.close()
    with pytest.raises(exceptions.StoreClosedError):
        await store.list_tables()


async def test_closing_answers_what_waits(tmp_path: Path) -> None:
    async with dynalite_py.connect_async(tmp_path / "store.db") as store:
        await store.create_table(**TABLE)
        writes = [
            asyncio.ensure_future(store.put_item(TableName="Music", Item=item(number)))
            for number in range(50)
        ]
        await asyncio.sleep(0)
    await asyncio.gather(*writes)


async def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database at all " * 100)
    with pytest.raises(exceptions.StoreError):
        await dynalite_py.connect_async(tmp_path / "notes.txt")


async def test_an_opening_that_is_cancelled_leaves_the_file_free(tmp_path: Path) -> None:
    begun = asyncio.ensure_future(_opened(tmp_path))
    await asyncio.sleep(0)
    begun.cancel()
    with pytest.raises(asyncio.CancelledError):
        await begun
    while True:
        try:
            store = await dynalite_py.connect_async(tmp_path / "store.db")
        except exceptions.StoreError:  # It is in use until that opening has come to its end.
            await asyncio.sleep(0.01)
        else:
            await store.close()
            return


async def _opened(folder: Path) -> dynalite_py.AsyncStore:
    return await dynalite_py.connect_async(folder / "store.db")


def test_one_store_serves_loops_that_come_and_go(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "store.db") as plain:
        plain.create_table(**TABLE)
        store = dynalite_py.AsyncStore(plain)
        for number in range(3):
            asyncio.run(_put(store, number))
        assert plain.scan(TableName="Music")["Count"] == 3


async def _put(store: dynalite_py.AsyncStore, number: int) -> None:
    await store.put_item(TableName="Music", Item=item(number))


def test_asyncio_is_loaded_by_who_asks_for_it() -> None:
    program = (
        "import sys, dynalite_py\n"
        "assert 'asyncio' not in sys.modules\n"
        "dynalite_py.connect_async\n"
        "assert 'asyncio' in sys.modules\n"
        "try:\n    dynalite_py.connect_slowly\n"
        "except AttributeError as failure:\n    print(failure)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout == "module 'dynalite_py' has no attribute 'connect_slowly'\n"
