"""DescribeTimeToLive and UpdateTimeToLive: the setting, its states by the clock, its refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine, Transitions
from dynalite_py.model import codec
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import catalog, jobs
from tests.facts.time_to_live import LATELY, OTHER, switch
from tests.support.engines import answer, make
from tests.support.slow_tables import IN_USE, NOW, SECONDS, STILL, Slow, demand, plain

OFF = {"TimeToLiveStatus": "DISABLED"}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/abc"
ALREADY_ON, ALREADY_OFF = "TimeToLive is already enabled", "TimeToLive is already disabled"
VALIDATION = "ValidationException"


def described(engine: Engine, name: str = "abc") -> dict[str, str]:
    return answer(engine, "DescribeTimeToLive", TableName=name)["TimeToLiveDescription"]


def change(engine: Engine, *, on: bool, attribute: str = "expires", name: str = "abc") -> Any:
    return answer(engine, "UpdateTimeToLive", **switch(name, on=on, attribute=attribute))


def refusal(engine: Engine, *, on: bool, attribute: str = "expires") -> str | None:
    with pytest.raises(DynamoDBError) as refused:
        change(engine, on=on, attribute=attribute)
    assert refused.value.code == VALIDATION
    return refused.value.message


@pytest.mark.parametrize("name", ["abc", ARN])
def test_time_to_live_is_off_and_names_no_attribute(engine: Engine, name: str) -> None:
    make(engine, "abc")
    assert described(engine, name) == OFF


@pytest.mark.parametrize("name", ["abc", ARN])
def test_the_answer_to_a_change_is_what_was_asked_for(engine: Engine, name: str) -> None:
    make(engine, "abc")
    for on in (True, False, True):
        given = switch(name, on=on)["TimeToLiveSpecification"]
        assert change(engine, on=on, name=name) == {"TimeToLiveSpecification": given}


def test_a_change_takes_effect_at_once_and_is_described(engine: Engine) -> None:
    make(engine, "abc")
    change(engine, on=True)
    assert described(engine) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    change(engine, on=False)
    assert described(engine) == OFF


def test_another_attribute_takes_its_place_when_it_is_off(engine: Engine) -> None:
    make(engine, "abc")
    change(engine, on=True)
    assert refusal(engine, on=True, attribute="until") == OTHER
    assert refusal(engine, on=False, attribute="until") == OTHER
    change(engine, on=False)
    change(engine, on=True, attribute="until")
    assert described(engine)["AttributeName"] == "until"


@pytest.mark.parametrize("attribute", ["a", "c", "é" * 255, "of spaces and . : #"])
def test_any_name_of_an_attribute_is_taken_those_of_keys_too(
    engine: Engine, attribute: str
) -> None:
    answer(engine, "CreateTable", **demand("abc"))
    change(engine, on=True, attribute=attribute)
    assert described(engine)["AttributeName"] == attribute
    with pytest.raises(DynamoDBError, match="already enabled"):
        change(engine, on=True, attribute=attribute)


def test_a_table_in_creation_or_deletion_is_not_described(slow: Slow) -> None:
    def refused(status: str) -> tuple[str, str]:
        state = f"in {status} state: Current table state is {status}"
        return VALIDATION, f"Cannot describe time to live while table is {state}"

    named = {"TableName": "abc"}
    slow.call("CreateTable", plain("abc"))
    assert slow.refusal("DescribeTimeToLive", named) == refused("CREATING")
    slow.later()
    assert described(slow.engine) == OFF
    slow.call("DeleteTable", named)
    assert slow.refusal("DescribeTimeToLive", named) == refused("DELETING")
    slow.later()
    assert slow.refusal("DescribeTimeToLive", named)[0] == "ResourceNotFoundException"


def test_a_table_in_creation_or_deletion_is_not_changed(slow: Slow) -> None:
    request = switch("abc")
    slow.call("CreateTable", plain("abc"))
    creating = (IN_USE, f"{STILL}Table abc is being created")
    assert slow.refusal("UpdateTimeToLive", request) == creating
    slow.later()
    slow.call("DeleteTable", {"TableName": "abc"})
    deleting = (IN_USE, f"{STILL}Table is being deleted: abc")
    assert slow.refusal("UpdateTimeToLive", request) == deleting


def test_a_change_that_takes_time_is_enabling_then_enabled(slow: Slow) -> None:
    slow.call("CreateTable", plain("abc"))
    slow.later()
    by_name = {"AttributeName": "expires"}
    change(slow.engine, on=True)
    assert described(slow.engine) == {"TimeToLiveStatus": "ENABLING", **by_name}
    assert slow.table("abc")["TableStatus"] == "ACTIVE"
    slow.later()
    assert described(slow.engine) == {"TimeToLiveStatus": "ENABLED", **by_name}
    change(slow.engine, on=False)
    assert described(slow.engine) == {"TimeToLiveStatus": "DISABLING", **by_name}
    slow.later()
    assert described(slow.engine) == OFF


def test_no_further_change_is_taken_while_one_takes_effect(slow: Slow) -> None:
    slow.call("CreateTable", plain("abc"))
    slow.later()
    change(slow.engine, on=True)
    slow.later(SECONDS - 1)
    assert refusal(slow.engine, on=False) == LATELY
    slow.later(1)
    change(slow.engine, on=False)
    assert refusal(slow.engine, on=True) == LATELY
    assert refusal(slow.engine, on=True, attribute="until") == LATELY
    slow.later()
    change(slow.engine, on=True, attribute="until")


def test_a_change_lasts_through_other_changes_of_its_table(active: Slow) -> None:
    change(active.engine, on=True, name="demand")
    active.new_index()
    assert described(active.engine, "demand")["TimeToLiveStatus"] == "ENABLING"
    active.later()
    change(active.engine, on=False, name="demand")
    active.drop_index("new")
    active.later()
    assert described(active.engine, "demand") == OFF
    active.drop_index("one")
    change(active.engine, on=True, name="demand")
    active.put(1, expires={"N": "5"})
    active.later()
    assert described(active.engine, "demand")["TimeToLiveStatus"] == "ENABLED"
    active.call("DeleteTable", {"TableName": "demand"})
    active.later()


@pytest.fixture
def paused(monkeypatch: pytest.MonkeyPatch) -> tuple[Engine, MovableClock]:
    """A store whose tables take a change of their time to live once an hour."""
    clock = MovableClock(NOW)
    engine = Engine.open(clock=clock, transitions=Transitions(ttl_pause=3600), ttl_interval=0)
    make(engine, "abc")
    return engine, clock


def test_a_change_too_soon_after_the_last_is_refused_where_that_is_set(
    paused: tuple[Engine, MovableClock],
) -> None:
    engine, clock = paused
    change(engine, on=True)
    clock.advance(3599)
    assert refusal(engine, on=False) == LATELY
    assert described(engine)["TimeToLiveStatus"] == "ENABLED"
    clock.advance(1)
    change(engine, on=False)
    assert refusal(engine, on=True) == LATELY
    clock.advance(3600)
    change(engine, on=True)
    engine.close()


def test_what_changes_nothing_is_told_before_the_pause(
    paused: tuple[Engine, MovableClock],
) -> None:
    engine, clock = paused
    assert refusal(engine, on=False) == ALREADY_OFF
    change(engine, on=True)
    assert refusal(engine, on=True) == ALREADY_ON
    assert refusal(engine, on=True, attribute="until") == OTHER
    clock.advance(3600)
    change(engine, on=False)
    assert refusal(engine, on=False) == ALREADY_OFF
    assert refusal(engine, on=False, attribute="until") == ALREADY_OFF
    engine.close()


def test_the_setting_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    engine = Engine.open(path)
    make(engine, "abc")
    change(engine, on=True)
    engine.close()
    engine = Engine.open(path)
    assert described(engine) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    engine.close()


def test_a_clock_that_was_set_back_takes_no_setting_back() -> None:
    slow = Transitions(update=SECONDS, ttl_pause=60)
    clock = MovableClock(NOW)
    engine = Engine.open(clock=clock, transitions=slow)
    make(engine, "abc")
    clock.advance(SECONDS)
    change(engine, on=True)
    assert described(engine)["TimeToLiveStatus"] == "ENABLING"
    clock.advance(-1)
    assert described(engine)["TimeToLiveStatus"] == "ENABLED"
    change(engine, on=False)
    engine.close()


def test_a_record_of_a_table_from_before_has_no_time_to_live(engine: Engine) -> None:
    make(engine, "abc")
    [(number, definition)] = engine.database.writer.execute("SELECT id, definition FROM tables")
    record = codec.decode(definition)
    del record["time_to_live"]
    table = catalog.decoded(number, codec.text(record))
    assert (table.time_to_live, table.expires_by) == (None, None)


def test_a_table_that_goes_takes_its_times_and_its_jobs_along(engine: Engine) -> None:
    make(engine, "abc")
    change(engine, on=True)
    names = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'expiry%'"
    assert engine.database.writer.execute(names).get == 2
    answer(engine, "DeleteTable", TableName="abc")
    assert engine.database.writer.execute(names).get == 0
    assert not jobs.exist(engine.database.writer)
    make(engine, "abc")
    assert described(engine) == OFF
