"""Opens a store: the keywords, their bounds, and what they mean to the engine."""

from __future__ import annotations

import os
from typing import Literal, TypeAlias, TypedDict

from dynalite_py import engine as engines
from dynalite_py import settings
from dynalite_py.doors.library import exceptions
from dynalite_py.doors.library.store import HERE, Store, check_caller, check_shards
from dynalite_py.model import caller as callers
from dynalite_py.model.clock import Clock

Durability: TypeAlias = Literal["full", "relaxed"]
Wording: TypeAlias = Literal["current", "older"]


class Options(TypedDict, total=False):
    """The keywords of ``connect``, for those who pass them on."""

    region: str
    account: str
    durability: Durability
    clock: Clock | None
    transitions: float
    wording: Wording
    ttl_interval: float
    ttl_pause: float
    eventual_lag: float
    eventual_seed: int | None
    kinesis_endpoint: str | None
    kinesis_sink: engines.Target | None
    stream_shards: int
    shard_hours: float


def connect(
    path: str | os.PathLike[str] = ":memory:",
    *,
    region: str = callers.DEFAULT_REGION,
    account: str = callers.DEFAULT_ACCOUNT,
    durability: Durability = "full",
    clock: Clock | None = None,
    transitions: float = 0,
    wording: Wording = "current",
    ttl_interval: float = settings.TTL_INTERVAL_SECONDS,
    ttl_pause: float = 0,
    eventual_lag: float = 0,
    eventual_seed: int | None = None,
    kinesis_endpoint: str | None = None,
    kinesis_sink: engines.Target | None = None,
    stream_shards: int = 1,
    shard_hours: float = 4,
) -> Store:
    """Open a store, made if it does not exist; ``:memory:`` lives as long as it is open.

    durability: "full" acknowledges a write when it is on the disk; "relaxed" leaves that to the
    system. clock: tells the time, for tests. transitions: milliseconds by that clock that tables
    take to be created, updated and deleted; 0: at once. wording: "older" words refusals as AWS did
    before it reworded some. ttl_interval: seconds by that clock between two sweeps that remove
    expired items; 0: ``sweep`` alone does. ttl_pause: seconds after a change of a table's time to
    live in which another is refused, 3600 at AWS. eventual_lag: milliseconds by that clock by which
    reads without ConsistentRead are late; 0: none is. eventual_seed: each such read is late by
    something from 0 to that, drawn from this number. stream_shards: how many each stream has at a
    time; shard_hours: after which others follow them; 0: never. kinesis_endpoint, kinesis_sink:
    where Kinesis destinations' records go: to a URL, through boto3, or to a file, a folder, a
    function; without them they wait. Raises: StoreError, ParamValidationError.
    """
    region = callers.DEFAULT_REGION if region in HERE else region
    check_caller(region, account)
    longest = settings.LONGEST_TRANSITION_MS
    _check_bound("transitions", transitions, longest, "milliseconds of a day")
    _check_bound("ttl_interval", ttl_interval, settings.LONGEST_TTL_SECONDS, "seconds of a day")
    _check_bound("ttl_pause", ttl_pause, settings.LONGEST_TTL_SECONDS, "seconds of a day")
    _check_lag(eventual_lag, eventual_seed)
    _check_stream(stream_shards, shard_hours)
    durations = engines.Transitions.of_milliseconds(
        create=transitions, update=transitions, delete=transitions, ttl_pause=1000 * ttl_pause
    )
    try:
        engine = engines.Engine.open(
            path,
            durability=durability,
            clock=clock,
            transitions=durations,
            wording=wording,
            ttl_interval=ttl_interval,
            late=engines.Lateness(eventual_lag / 1000, eventual_seed),
            kinesis_endpoint=kinesis_endpoint,
            kinesis_sink=kinesis_sink,
            stream_shards=stream_shards,
            shard_hours=shard_hours,
        )
    except engines.StoreError as failure:
        raise exceptions.StoreError(str(failure)) from failure
    return Store(engine, region=region, account=account)


def _check_bound(name: str, value: float, most: float, unit: str) -> None:
    if not 0 <= value <= most:
        raise exceptions.ParamValidationError(f"{name} takes {unit} at most, not {value!r:.100}")


def _check_stream(shards: int, hours: float) -> None:
    check_shards("stream_shards", shards)
    _check_bound("shard_hours", hours, settings.MOST_SHARD_HOURS, "hours of a day")


def _check_lag(milliseconds: float, seed: int | None) -> None:
    _check_bound("eventual_lag", milliseconds, settings.LONGEST_LAG_MS, "milliseconds of a minute")
    if seed is not None and not milliseconds:
        raise exceptions.ParamValidationError("eventual_seed needs eventual_lag")
