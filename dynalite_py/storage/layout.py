"""The file's layout: physical names, columns, DDL, the format's number and its upgrades.

Physical names are made of integers only (``items_7``, ``index_7_2``); the catalog maps names to
them, so no text of a user ever becomes part of an SQL statement.

items_<table>
    id       the row's own number; index rows point at it, and it outlives every update of the item
    hash     partition hash (``keys.hash_of``): Scan's order, parallel Scan's segments
    pk, sk   key columns in an encoding that compares as DynamoDB does; sk is '' without a sort key
    size     bytes as DynamoDB counts them; weight: bytes towards the 1 MB page
    version  raised by one with every write; a new item starts above every version that was ever
             deleted from its table (counts.last_version), so no version comes back
    item     canonical wire JSON without blanks, in its one spelling: filters read its bytes
    One unique index on (hash, pk, sk) serves key lookups, Query ranges and Scan order alike.

index_<table>_<index>
    hash, pk, sk   index key columns; tie orders entries of equal keys; base is items_<table>.id
    item           the projected entry with its size and weight; with projection ALL these are
                   NULL, 0, 0 and the base row is joined instead, so that a write that keeps the
                   index key does not touch the index

expiry_<table>     only of a table with a time to live
    base           items_<table>.id of an item whose attribute holds a time
    at             that time in microseconds since the epoch, rounded down; a second index on it
                   leads the sweep to what has expired

changes, shards, streams: the log (see ``changes``)
    changes.id     lane << 43 | sequence: the rows of a shard, which has a lane to itself while it
                   is there, lie together in order; sequences grow over the whole file, and none
                   comes back
    changes.at     microseconds since the epoch
    followers, checkpoints  who reads it by itself, and up to where in each shard
    log_floor      a sequence above which all that are to come are, should no row say so

loads              files that are being loaded into a table (see ``loads``)
    source         the file's name; stamp tells whether it is still the same file
    done           how many of its elements are in the table
"""

from __future__ import annotations

from functools import cache

APPLICATION_ID = 0x64796E61  # "dyna"
FORMAT = 2

_LOG_DDL = """
CREATE TABLE streams (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    table_id INTEGER NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    view_type TEXT NOT NULL,
    key_schema TEXT NOT NULL,
    created_at REAL NOT NULL,
    disabled_at REAL
);
CREATE INDEX streams_table ON streams (table_id);
CREATE INDEX streams_name ON streams (account, region, name, label);
CREATE TABLE shards (
    lane INTEGER PRIMARY KEY,
    stream_id INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    parent TEXT,
    first_hash INTEGER NOT NULL,
    last_hash INTEGER NOT NULL,
    opened_at REAL NOT NULL,
    closed_at REAL,
    first_sequence INTEGER NOT NULL,
    last_sequence INTEGER,
    trimmed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX shards_stream ON shards (stream_id);
CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    old_size INTEGER NOT NULL,
    new_size INTEGER NOT NULL,
    old TEXT,
    new TEXT
);
CREATE TABLE followers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    table_name TEXT NOT NULL,
    table_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    state TEXT NOT NULL
);
CREATE INDEX followers_name ON followers (kind, account, region, table_name);
CREATE INDEX followers_table ON followers (table_id);
CREATE TABLE checkpoints (
    follower_id INTEGER NOT NULL,
    shard TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (follower_id, shard)
) WITHOUT ROWID;
CREATE TABLE log_floor (sequence INTEGER NOT NULL);
INSERT INTO log_floor VALUES (0);
"""

_LOADS_DDL = """
CREATE TABLE loads (
    table_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    stamp TEXT NOT NULL,
    done INTEGER NOT NULL,
    PRIMARY KEY (table_id, source)
) WITHOUT ROWID;
"""

SYSTEM_DDL = f"""
CREATE TABLE tables (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    UNIQUE (account, region, name)
);
CREATE TABLE counts (
    table_id INTEGER NOT NULL,
    index_id INTEGER NOT NULL,
    items INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    last_version INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (table_id, index_id)
) WITHOUT ROWID;
CREATE TABLE tokens (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    operation TEXT NOT NULL,
    token TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    answer TEXT NOT NULL,
    expires_at REAL NOT NULL,
    PRIMARY KEY (account, region, operation, token)
) WITHOUT ROWID;
CREATE INDEX tokens_expiry ON tokens (expires_at);
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    table_id INTEGER NOT NULL,
    state TEXT NOT NULL
);
{_LOG_DDL}
{_LOADS_DDL}
"""

# Format 1 knew which tables have a stream, and had no log: theirs begin with the upgrade.
_NOW, _EPOCH = "julianday('now')", "2440587.5"
_LOG_OF_STREAMS = f"""
INSERT INTO streams (table_id, account, region, name, label, view_type, key_schema, created_at)
SELECT id, account, region, name, definition ->> '$.stream.label',
    definition ->> '$.stream.view_type',
    CASE WHEN definition ->> '$.sort_key' IS NULL
    THEN json_array(json_array(definition ->> '$.partition_key', 'HASH'))
    ELSE json_array(json_array(definition ->> '$.partition_key', 'HASH'),
        json_array(definition ->> '$.sort_key', 'RANGE')) END,
    (COALESCE(julianday(definition ->> '$.stream.label'), {_NOW}) - {_EPOCH}) * 86400.0
FROM tables
WHERE CASE WHEN json_valid(definition) THEN definition ->> '$.stream.enabled' END
ORDER BY id;
INSERT INTO shards (lane, stream_id, id, first_hash, last_hash, opened_at, first_sequence)
SELECT id - 1, id, format('shardId-%020d-%08x', ({_NOW} - {_EPOCH}) * 86400000, id),
    -9223372036854775807 - 1, 9223372036854775807, ({_NOW} - {_EPOCH}) * 86400.0, 1
FROM streams;
"""

# From format N to N + 1: the statements that a file of format N needs.
UPGRADES: dict[int, str] = {1: _LOG_DDL + _LOADS_DDL + _LOG_OF_STREAMS}


@cache
def items_table(table_id: int) -> str:
    """The name of a table's rows."""
    return f"items_{table_id:d}"


@cache
def index_table(table_id: int, index_id: int) -> str:
    """The name of an index's rows."""
    return f"index_{table_id:d}_{index_id:d}"


@cache
def expiry_table(table_id: int) -> str:
    """The name of the rows that say when a table's items expire."""
    return f"expiry_{table_id:d}"


def create_items(table_id: int) -> str:
    """DDL of a table's rows."""
    name = items_table(table_id)
    return f"""
CREATE TABLE {name} (
    id INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,
    pk NOT NULL,
    sk NOT NULL,
    size INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    version INTEGER NOT NULL,
    item TEXT NOT NULL
);
{create_key(table_id)}
"""


def key_index(table_id: int) -> str:
    """The name of the index over the key columns of a table's rows."""
    return f"{items_table(table_id)}_key"


def create_key(table_id: int) -> str:
    """DDL of that index."""
    return f"CREATE UNIQUE INDEX {key_index(table_id)} ON {items_table(table_id)} (hash, pk, sk);"


def create_index(table_id: int, index_id: int) -> str:
    """DDL of an index's rows."""
    return f"""
CREATE TABLE {index_table(table_id, index_id)} (
    hash INTEGER NOT NULL,
    pk NOT NULL,
    sk NOT NULL,
    tie INTEGER NOT NULL,
    base INTEGER NOT NULL,
    size INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    item TEXT,
    PRIMARY KEY (hash, pk, sk, tie, base)
) WITHOUT ROWID;
"""


def expiry_order(table_id: int) -> str:
    """The name of the index over the times in a table's expiry index."""
    return f"{expiry_table(table_id)}_at"


def create_expiry(table_id: int) -> str:
    """DDL of the rows that say when a table's items expire."""
    name = expiry_table(table_id)
    return f"""
CREATE TABLE {name} (
    base INTEGER PRIMARY KEY,
    at INTEGER NOT NULL
);
CREATE INDEX {expiry_order(table_id)} ON {name} (at);
"""
