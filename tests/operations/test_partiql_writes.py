"""INSERT, UPDATE and DELETE: what they write, return and refuse."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from tests.support.calls import perform, refusal
from tests.support.statements import refused, run

# Writes.


def item(engine: Engine, sort: int) -> dict[str, Any]:
    """An item of partition a without its keys."""
    key = {"pk": {"S": "a"}, "sk": {"N": str(sort)}}
    found = perform(engine, "GetItem", TableName="music", Key=key).get("Item", {})
    return {name: value for name, value in found.items() if name not in key}


def test_a_statement_may_have_a_hundred_parameters_and_more(music: Engine) -> None:
    names = [f"a{number}" for number in range(150)]
    members = ", ".join(f"'{name}': ?" for name in names)
    parameters = [{"S": name} for name in names]
    run(music, f"INSERT INTO music VALUE {{'pk': 'a', 'sk': 77, {members}}}", *parameters)
    assert item(music, 77) == dict(zip(names, parameters, strict=True))


UPDATES: list[tuple[str, dict[str, Any]]] = [
    ("SET n = n + 1", {"n": {"N": "11"}}),
    ("SET n = n - 1.5 SET o = 'x'", {"n": {"N": "8.5"}, "o": {"S": "x"}}),
    ("SET n = n + 1, o = n", {"n": {"N": "11"}, "o": {"N": "10"}}),
    ("SET m.z = true REMOVE ls", {"m": {"M": {"z": {"BOOL": True}}}, "ls": None}),
    ("SET ls[0] = NULL", {"ls": {"L": [{"NULL": True}, {"N": "2"}]}}),
    ("SET ls[9] = 3", {"ls": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}}),
    ("REMOVE ls[0]", {"ls": {"L": [{"N": "2"}]}}),
    ("SET ls = list_append(ls, [3])", {"ls": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}}),
    ("SET ls = LIST_APPEND([0], ls)", {"ls": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}}),
    ("SET ss = set_add(ss, <<'r'>>)", {"ss": {"SS": ["p", "q", "r"]}}),
    ("SET made = SET_ADD(made, <<1>>)", {"made": {"NS": ["1"]}}),
    ("SET ss = set_delete(ss, <<'p','x'>>)", {"ss": {"SS": ["q"]}}),
    ("SET ss = set_delete(ss, <<'p','q'>>)", {"ss": None}),
    ("SET o = if_not_exists(o, 5)", {"o": {"N": "5"}}),
    ("REMOVE absent", {}),
]


@pytest.mark.parametrize(("clauses", "changes"), UPDATES)
def test_an_update_changes_its_item(music: Engine, clauses: str, changes: dict[str, Any]) -> None:
    before = item(music, 1)
    assert run(music, f"UPDATE music {clauses} WHERE pk='a' AND sk=1") == {"Items": []}
    expected = {name: value for name, value in (before | changes).items() if value is not None}
    assert item(music, 1) == expected


RETURNED: list[tuple[str, str, list[Any]]] = [
    ("SET n = 5", "MODIFIED OLD", [{"n": {"N": "10"}}]),
    ("SET n = 5", "MODIFIED NEW", [{"n": {"N": "5"}}]),
    ("SET o = 5", "MODIFIED OLD", []),
    ("REMOVE n", "MODIFIED NEW", []),
    ("REMOVE ls[0]", "MODIFIED OLD", [{"ls": {"L": [{"N": "1"}]}}]),
    ("REMOVE ls[0]", "MODIFIED NEW", [{"ls": {"L": [{"N": "2"}]}}]),
    ("SET ls[1] = 'y', ls[0] = 'x'", "MODIFIED NEW", [{"ls": {"L": [{"S": "x"}, {"S": "y"}]}}]),
    ("SET ls[5] = 3", "MODIFIED NEW", []),
    ("SET m.y = 1, m.z = 2", "MODIFIED NEW", [{"m": {"M": {"y": {"N": "1"}, "z": {"N": "2"}}}}]),
]


@pytest.mark.parametrize(("clauses", "variant", "expected"), RETURNED)
def test_returning_modified_shows_the_touched_paths(
    music: Engine, clauses: str, variant: str, expected: list[Any]
) -> None:
    text = f"UPDATE music {clauses} WHERE pk='a' AND sk=1 RETURNING {variant} *"
    assert run(music, text)["Items"] == expected


def test_returning_all_shows_the_whole_item(music: Engine) -> None:
    text = "UPDATE music SET n = 5 WHERE pk='a' AND sk=1 RETURNING ALL"
    old = run(music, f"{text} OLD *")["Items"][0]
    new = run(music, f"{text} NEW *")["Items"][0]
    assert old["n"] == {"N": "10"}
    assert new == old | {"n": {"N": "5"}}
    assert run(music, "DELETE FROM music WHERE pk='a' AND sk=1 RETURNING ALL OLD *") == {
        "Items": [new]
    }
    assert run(music, "DELETE FROM music WHERE pk='a' AND sk=1 RETURNING ALL OLD *") == {
        "Items": []
    }


MANDATORY = "Where clause does not contain a mandatory equality on all key attributes"
FAILED = "The conditional request failed"
REFUSED_WRITES = [
    ("UPDATE music SET n=1 WHERE pk='a'", MANDATORY),
    ("UPDATE music SET n=1 WHERE sk=1", MANDATORY),
    ("UPDATE music SET n=1", MANDATORY),
    ("DELETE FROM music", MANDATORY),
    ("DELETE FROM music WHERE pk='a' AND sk>1", MANDATORY),
    ("DELETE FROM music WHERE pk='a' AND sk=1 OR sk=2", MANDATORY),
    ("DELETE FROM music WHERE pk IN ['a'] AND sk=1", MANDATORY),
    ("UPDATE music SET n=1 WHERE pk='nobody' AND sk=1", FAILED),
    ("UPDATE music SET n=1 WHERE pk='nobody' AND sk=1 AND n IS MISSING", FAILED),
    ("UPDATE music SET n=1 WHERE pk='a' AND sk=1 AND n=11", FAILED),
    ("DELETE FROM music WHERE pk='a' AND sk=1 AND n=11", FAILED),
    ("UPDATE music.gix SET n=1 WHERE g='g1'", "This operation is not supported on an index"),
    ("DELETE FROM nowhere.gix WHERE g='g1'", "This operation is not supported on an index"),
    ("UPDATE nowhere SET n=1 WHERE g='g1'", "Requested resource not found"),
    (
        "UPDATE music SET pk='x' WHERE pk='a' AND sk=1",
        (
            "One or more parameter values were invalid: Cannot update attribute pk. This attribute "
            "is part of the key"
        ),
    ),
    (
        "UPDATE music SET o = o + 1 WHERE pk='a' AND sk=1",
        "The provided expression refers to an attribute that does not exist in the item",
    ),
    (
        "UPDATE music SET o.p = 1 WHERE pk='a' AND sk=1",
        "The document path provided in the update expression is invalid for update",
    ),
    (
        "UPDATE music SET m.z = 1 SET m = 1 WHERE pk='a' AND sk=1",
        (
            "Two document paths overlap with each other; must remove or rewrite one of these "
            "paths; path one: [m], path two: [m, z]"
        ),
    ),
    ("INSERT INTO music VALUE {'pk':'a','sk':1}", "Duplicate primary key exists in table"),
    ("INSERT INTO music VALUE {'pk':'a'}", "Key attribute should be present in the item: Key sk"),
    (
        "INSERT INTO music VALUE {'pk':'a','sk':'x'}",
        "Key attribute's data type should match its data type in table's schema: Key sk",
    ),
    (
        "INSERT INTO music VALUE {'pk':'','sk':1}",
        (
            "One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty string value. Key: pk"
        ),
    ),
    (
        "EXISTS(SELECT * FROM music WHERE pk='a' AND sk=1 AND n=1)",
        "EXISTS can only be used in ExecuteTransaction write requests.",
    ),
]


@pytest.mark.parametrize(("text", "message"), REFUSED_WRITES)
def test_a_write_is_refused_in_the_services_words(
    shared_music: Engine, text: str, message: str
) -> None:
    assert refused(shared_music, text) == message


def test_a_refused_write_shows_the_item_if_asked(shared_music: Engine) -> None:
    text = "UPDATE music SET n=1 WHERE pk='b' AND sk=7 AND n=11"
    asked = {"Statement": text, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    shown = refusal(shared_music, "ExecuteStatement", **asked)
    assert shown.extra == {"Item": {"pk": {"S": "b"}, "sk": {"N": "7"}, "name": {"S": "B"}}}
    assert refusal(shared_music, "ExecuteStatement", Statement=text).extra == {}


def test_a_miss_of_delete_asks_for_nothing_more(shared_music: Engine) -> None:
    text = "DELETE FROM music WHERE pk='nobody' AND sk=7 AND n=11"
    found = run(shared_music, text, ReturnConsumedCapacity="INDEXES")
    assert found == {
        "ConsumedCapacity": {
            "CapacityUnits": 1.0,
            "Table": {"CapacityUnits": 1.0},
            "TableName": "music",
        },
        "Items": [],
    }


def test_an_insert_consumes_units_of_every_index(music: Engine) -> None:
    text = "INSERT INTO music VALUE {'pk':'n','sk':1,'g':'g','l':'l'}"
    found = run(music, text, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert found["CapacityUnits"] == 3.0
    assert found["GlobalSecondaryIndexes"] == {"gix": {"CapacityUnits": 1.0}}
    assert found["LocalSecondaryIndexes"] == {"lix": {"CapacityUnits": 1.0}}


ALL_TYPES: dict[str, dict[str, Any]] = {
    "s": {"S": "x"},
    "n": {"N": "1"},
    "b": {"B": "AAE="},
    "t": {"BOOL": True},
    "u": {"NULL": True},
    "l": {"L": [{"N": "1"}, {"M": {"a": {"SS": ["p"]}}}]},
    "m": {"M": {"a": {"L": []}}},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2"]},
    "bs": {"BS": ["AAE="]},
}


def test_a_parameter_may_be_of_every_type(music: Engine) -> None:
    members = ",".join(f"'{name}':?" for name in ALL_TYPES)
    run(music, f"INSERT INTO solo VALUE {{'id':1,{members}}}", *ALL_TYPES.values())
    [found] = run(music, "SELECT * FROM solo WHERE id=1")["Items"]
    assert found == {"id": {"N": "1"}, **ALL_TYPES}
    for name, value in ALL_TYPES.items():
        assert len(run(music, f"SELECT * FROM solo WHERE {name}=?", value)["Items"]) == 1
        run(music, f"UPDATE solo SET copy=? WHERE id=1 AND {name}=?", value, value)
        [copied] = run(music, "SELECT copy FROM solo WHERE id=1")["Items"]
        assert copied == {"copy": value}


def test_the_size_of_an_item_is_its_own(music: Engine) -> None:
    room = 409_600 - len("id") - 2 - len("f")
    run(music, "INSERT INTO solo VALUE {'id':1,'f':?}", {"S": "x" * room})
    assert refused(music, "INSERT INTO solo VALUE {'id':2,'f':?}", {"S": "x" * (room + 1)}) == (
        "Item size has exceeded the maximum allowed size"
    )
    assert refused(music, "UPDATE solo SET f=? WHERE id=1", {"S": "x" * (room + 1)}) == (
        "Item size to update has exceeded the maximum allowed size"
    )
