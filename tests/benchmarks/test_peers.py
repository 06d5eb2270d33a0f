"""Servers that are measured: found or absent with a reason, waited for, ended."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from benchmarks import harness, names, peers, workload
from benchmarks.servers import Recipe, RefusedError, Server


def plan_in(folder: Path) -> harness.Plan:
    """A plan that writes into a folder and knows no peers."""
    return harness.Plan(True, 1, 1, 1, folder, {})


def test_without_a_folder_of_peers_each_is_absent_with_the_reason(tmp_path: Path) -> None:
    found, absent = peers.recipes(plan_in(tmp_path))
    assert [recipe.name for recipe in found] == [harness.OURS, harness.FLOOR]
    assert list(absent) == list(names.PEERS)
    assert absent[names.DYNOXIDE] == "DYNALITE_PEERS names no folder"
    assert absent[names.MOTO] == "DYNALITE_PEERS_PYTHON names no folder"
    assert absent[names.DYNAMODB_LOCAL_3] == "DYNALITE_PEERS_JAVA names no folder"


def test_a_peer_that_is_not_installed_is_absent_with_the_missing_path(tmp_path: Path) -> None:
    plan = dataclasses.replace(plan_in(tmp_path), peers={peers.NODE_FOLDER: tmp_path})
    _, absent = peers.recipes(plan)
    assert absent[names.DYNALITE] == f"{tmp_path} has no node_modules/dynalite/cli.js"


def test_folders_of_peers_are_those_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(peers.NODE_FOLDER, str(tmp_path))
    monkeypatch.setenv(peers.PYTHON_FOLDER, "")
    monkeypatch.delenv(peers.JAVA_FOLDER, raising=False)
    assert peers.folders() == {peers.NODE_FOLDER: tmp_path}


def test_the_floor_serves_what_was_put_and_ends(tmp_path: Path) -> None:
    found, _ = peers.recipes(plan_in(tmp_path))
    floor = next(recipe for recipe in found if recipe.name == harness.FLOOR)
    server = Server(floor, tmp_path / "floor")
    try:
        server.create_table(workload.point_table(workload.POINTS))
        assert server.call("PutItem", workload.put_request(1)) == {}
        answer = server.call("GetItem", workload.get_request(1))
        assert answer == {"Item": workload.point(1)}
        assert server.call("GetItem", workload.get_request(2)) == {}
    finally:
        server.stop()
    with pytest.raises(RefusedError, match="GetItem"):
        server.call("GetItem", workload.get_request(1))


def test_a_server_that_ends_at_once_is_named_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no disk today')"]
    recipe = Recipe("broken", "1", lambda folder, port: command, picks_port=True)
    with pytest.raises(harness.UnmeasurableError, match="broken ended with 1: no disk today"):
        Server(recipe, tmp_path / "broken")


def test_a_server_that_cannot_be_filled_is_dropped_and_ours_never(tmp_path: Path) -> None:
    found, _ = peers.recipes(plan_in(tmp_path))
    floor = next(recipe for recipe in found if recipe.name == harness.FLOOR)

    def refuse(server: Server) -> None:
        raise harness.UnmeasurableError("full")

    server = Server(floor, tmp_path / "floor")
    fleet = peers.Fleet({harness.FLOOR: server}, {})
    peers.fill(fleet, refuse)
    assert (fleet.servers, fleet.absent) == ({}, {harness.FLOOR: "full"})
    assert not server.runs
    with pytest.raises(harness.UnmeasurableError, match="full"):
        peers.fill(peers.Fleet({harness.OURS: server}, {}), refuse)
