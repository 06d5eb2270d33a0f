"""Damages a file at random, and holds every way in which it is then used to its promise.

A round flips bits, overwrites stretches, or swaps pages of a sound file. Then:

- reading it answers each item as it was written, or with an error: never another item, never none;
- ``check`` finds the damage, wherever it is;
- ``check --repair`` ends with a sound file that has every item, or changes nothing;
- ``recover`` makes a sound file, and its report has every item that differs.

A swapped page has its checksum: what no checksum can see is not asked for in such rounds.

``python -m tests.crash.damage --seconds 600 --seed 1`` runs rounds with the seeds 1, 2, 3 ...
"""

from __future__ import annotations

import argparse
import collections
import logging
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from dynalite_py import care
from dynalite_py.engine import Engine, StoreError
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.storage.test_check import TABLE, item

PAGE = 4096
ITEMS = 300
DELETED = 60
Items = dict[str, dict[str, Any]]


def stored(number: int) -> dict[str, Any]:
    """An item of Music; some are so long that they go over several pages."""
    return {**item(number), "text": {"S": "x" * (9000 if number % 50 == 7 else 100)}}


EVERYTHING: Items = {f"title {number}": stored(number) for number in range(ITEMS)}


def key_of(content: dict[str, Any]) -> dict[str, Any]:
    """The key of an item of Music."""
    return {name: content[name] for name in ("artist", "title")}


def make(path: Path) -> bytes:
    """A sound, closed file with indexes, long items and free pages."""
    engine = Engine.open(path)
    engine.perform("CreateTable", TABLE, Caller())
    for number in range(ITEMS + DELETED):
        engine.perform("PutItem", {"TableName": "Music", "Item": stored(number)}, Caller())
    for number in range(ITEMS, ITEMS + DELETED):
        key = key_of(item(number))
        engine.perform("DeleteItem", {"TableName": "Music", "Key": key}, Caller())
    engine.close()
    return path.read_bytes()


def damaged(whole: bytes, chance: random.Random) -> tuple[bytes, bool]:
    """A file with one to some faults, in any of its pages; whether pages were swapped."""
    content = bytearray(whole)
    swapped = False
    for _ in range(chance.choice((1, 1, 1, 2, 5, 30))):
        at = chance.randrange(100, len(content))
        kind = chance.random()
        if kind < 0.6:
            content[at] ^= 1 << chance.randrange(8)
        elif kind < 0.8:
            content[at : at + 600] = chance.randbytes(len(content[at : at + 600]))
        else:
            swapped = True
            begin, other = (chance.randrange(len(content) // PAGE) * PAGE for _ in "ab")
            content[begin : begin + PAGE], content[other : other + PAGE] = (
                content[other : other + PAGE],
                content[begin : begin + PAGE],
            )
    return bytes(content), swapped


def readable(path: Path) -> Items:
    """Every item of a file that is sound."""
    engine = Engine.open(path)
    answer = codec.decode(engine.perform("Scan", {"TableName": "Music"}, Caller()))
    engine.close()
    return {one["title"]["S"]: one for one in answer["Items"]}


def findings(path: Path) -> list[str]:
    """What the check finds; where it does not begin, why."""
    try:
        return [step.finding for step in care.check_file(path) if step.finding is not None]
    except StoreError as refusal:
        return [str(refusal)]


def read_each(path: Path, *, is_strict: bool) -> str:
    """Ask for every item; is_strict: each is as it was. Returns what happened, in a word."""
    try:
        engine = Engine.open(path)
    except StoreError:
        return "not opened"
    failed = 0
    try:
        for title, content in EVERYTHING.items():
            try:
                request = {"TableName": "Music", "Key": key_of(content)}
                answer = engine.perform("GetItem", request, Caller())
            except DynamoDBError as refusal:
                if refusal.status != 500:
                    raise
                failed += 1
                continue
            if is_strict:
                assert codec.decode(answer).get("Item") == content, (title, answer)
    finally:
        engine.close()
    return "some not read" if failed else "all read"


def repaired(path: Path, before: bytes) -> str:
    """Repair. Returns what happened, in a word."""
    try:
        said = [step.finding for step in care.repair_file(path) if step.finding is not None]
    except StoreError:
        said = []
    if said and "nothing was changed" not in said[-1]:
        assert findings(path) == [], said
        assert readable(path) == EVERYTHING, said
        return "repaired"
    assert path.read_bytes() == before, said
    return "not repaired"


def recovered(path: Path, new: Path) -> str:
    """Recover. Returns what happened, in a word."""
    try:
        steps = [step for step in care.recover_file(path, new) if step.text is not None]
    except StoreError as refusal:
        if "no table of dynalite" not in str(refusal):
            raise
        return "nothing recovered"
    assert findings(new) == [], steps
    found = readable(new)
    report = "\n".join(step.text for step in steps if step.lost and step.text is not None)
    for title in EVERYTHING.keys() & found.keys():
        assert found[title] == EVERYTHING[title] or f'"{title}"' in report, (title, report)
    if found == EVERYTHING:
        return "all recovered"
    assert report
    # Deleted items may be back where the list of free pages is damaged, and items with changed keys
    # are named.
    return "some recovered" if EVERYTHING.keys() - found.keys() else "more recovered"


def one_round(whole: bytes, folder: Path, seed: int) -> list[str]:
    """Damage the file and use it in every way. Returns what happened, in words."""
    chance = random.Random(seed)
    content, swapped = damaged(whole, chance)
    if content == whole:
        return ["no damage"]
    path, new = folder / "music.db", folder / "new.db"
    for left in folder.iterdir():
        left.unlink()
    path.write_bytes(content)
    read = read_each(path, is_strict=not swapped)
    path.write_bytes(content)
    assert findings(path) or swapped, "the damage was not found"
    path.write_bytes(content)
    happened = [read, recovered(path, new)]
    path.write_bytes(content)
    return [*happened, repaired(path, content)]


def main() -> None:
    """Rounds until the time is over."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    logging.disable(logging.CRITICAL)
    counted: collections.Counter[str] = collections.Counter()
    end = time.monotonic() + given.seconds
    seed = given.seed
    with tempfile.TemporaryDirectory() as place:
        whole = make(Path(place) / "whole.db")
        folder = Path(place) / "rounds"
        folder.mkdir()
        while time.monotonic() < end:
            try:
                counted.update(one_round(whole, folder, seed))
            except BaseException:
                sys.stdout.write(f"seed {seed} failed\n")
                raise
            seed += 1
    summary = ", ".join(f"{word} {times}" for word, times in sorted(counted.items()))
    sys.stdout.write(f"seeds {given.seed} to {seed - 1}: {summary}\n")


if __name__ == "__main__":
    main()
