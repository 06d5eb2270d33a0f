"""Servers that are measured: found or absent with a reason, waited for, ended."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from benchmarks import harness, peers, workload


def plan_in(folder: Path) -> harness.Plan:
    """A plan that writes into a folder and knows no peers."""
    return harness.Plan(True, 1, 1, 1, folder, None)


def test_without_a_folder_of_peers_each_is_absent_with_the_reason(tmp_path: Path) -> None:
    found, absent = peers.recipes(plan_in(tmp_path))
    assert [recipe.name for recipe in found] == [harness.OURS, harness.FLOOR]
    assert absent == dict.fromkeys(peers.PEERS, "DYNALITE_PEERS names no folder")


def test_a_peer_that_is_not_installed_is_absent_with_the_missing_path(tmp_path: Path) -> None:
    plan = dataclasses.replace(plan_in(tmp_path), peers_folder=tmp_path)
    _, absent = peers.recipes(plan)
    assert absent[peers.DYNALITE] == f"{tmp_path}/node_modules has no dynalite/cli.js"


def test_the_floor_serves_what_was_put_and_ends(tmp_path: Path) -> None:
    found, _ = peers.recipes(plan_in(tmp_path))
    floor = next(recipe for recipe in found if recipe.name == harness.FLOOR)
    server = peers.Server(floor, tmp_path / "floor")
    try:
        server.create_table(workload.point_table(workload.POINTS))
        assert server.call("PutItem", workload.put_request(1)) == {}
        answer = server.call("GetItem", workload.get_request(1))
        assert answer == {"Item": workload.point(1)}
        assert server.call("GetItem", workload.get_request(2)) == {}
    finally:
        server.stop()
    with pytest.raises(peers.RefusedError, match="GetItem"):
        server.call("GetItem", workload.get_request(1))


def test_a_server_that_ends_at_once_is_named_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no disk today')"]
    recipe = peers.Recipe("broken", "1", lambda folder, port: command, picks_port=True)
    with pytest.raises(harness.UnmeasurableError, match="broken ended with 1: no disk today"):
        peers.Server(recipe, tmp_path / "broken")
