"""A change of one item as others read it: as a record of DynamoDB Streams, of a Lambda event, of a
Kinesis stream.

Each ``for_...`` binds what a stream's records have in common and returns what makes one record's
JSON text. Images are the stored texts as they are. Source: facts, Record shape and Kinesis
destination.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from dynalite_py.model import codec, sizes

USER, TTL, REPLICATION = 0, 1, 2
# The view types that show the item before a change, and after it.
WITH_OLD = frozenset({"OLD_IMAGE", "NEW_AND_OLD_IMAGES"})
WITH_NEW = frozenset({"NEW_IMAGE", "NEW_AND_OLD_IMAGES"})
# The service's numbers have 21 digits at least.
_FIRST_NUMBER = 10**20
_MICROSECONDS = 1_000_000
_EVENT_ID_BYTES = 16
_SERVICE = "dynamodb.amazonaws.com"
# Ahead of ``dynamodb`` in a record; spelled once, since a record is little more than this.
_BY_STREAM_TTL = f',"userIdentity":{{"PrincipalId":"{_SERVICE}","Type":"Service"}}'
_BY_TTL = f',"userIdentity":{{"type":"Service","principalId":"{_SERVICE}"}}'
_BY_NOBODY = ',"userIdentity":null'


class Record(NamedTuple):
    """One change. at: microseconds since the epoch; old, new: the item's stored text, None where
    there was or is none; their sizes are in bytes as DynamoDB counts. origin: USER, TTL or
    REPLICATION.
    """

    sequence: int
    at: int
    origin: int
    old_size: int
    new_size: int
    old: str | None
    new: str | None


# Makes the JSON text of a change.
Writer: TypeAlias = Callable[[Record], str]


def number_of(sequence: int) -> str:
    """A sequence as the wire has it: 21 digits, growing."""
    return str(_FIRST_NUMBER + sequence)


def sequence_of(number: str) -> int:
    """The sequence of a number of the wire; below 0 for one that is before all of ours."""
    return int(number) - _FIRST_NUMBER


def event_name(record: Record) -> str:
    """INSERT, MODIFY or REMOVE."""
    if record.old is None:
        return "INSERT"
    return "REMOVE" if record.new is None else "MODIFY"


def for_streams(arn: str, region: str, view_type: str, key_names: Sequence[str]) -> Writer:
    """Records as GetRecords gives them. arn: the stream's; key_names: of the table's key."""
    event_id, data = _event_ids(arn), _stream_data(view_type, key_names)
    place = codec.text(region)

    def write(record: Record) -> str:
        by = _BY_STREAM_TTL if record.origin == TTL else ""
        return (
            f'{{"eventID":"{event_id(record.sequence).hex()}","eventName":"{event_name(record)}",'
            f'"eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":{place},'
            f'"dynamodb":{data(record)}{by}}}'
        )

    return write


def for_lambda(arn: str, region: str, view_type: str, key_names: Sequence[str]) -> Writer:
    """Records as a function of Lambda's gets them: those of the stream, with its ARN."""
    event_id, data = _event_ids(arn), _stream_data(view_type, key_names)
    place, source = codec.text(region), codec.text(arn)

    def write(record: Record) -> str:
        by = _BY_TTL if record.origin == TTL else ""
        return (
            f'{{"eventID":"{event_id(record.sequence).hex()}","eventName":"{event_name(record)}",'
            f'"eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":{place},'
            f'"dynamodb":{data(record)}{by},"eventSourceARN":{source}}}'
        )

    return write


def for_kinesis(
    table_arn: str, table_name: str, region: str, key_names: Sequence[str], precision: str
) -> Writer:
    """Records as a Kinesis stream gets them. precision: ``MILLISECOND`` or ``MICROSECOND``."""
    event_id, keys = _event_ids(table_arn), _keys(key_names)
    place, name = codec.text(region), codec.text(table_name)
    fine = precision == "MICROSECOND"

    def write(record: Record) -> str:
        key_text, key_size = keys(record)
        moment = record.at if fine else record.at // 1000
        members = [f'"ApproximateCreationDateTime":{moment:d}', f'"Keys":{key_text}']
        if record.new is not None:
            members.append(f'"NewImage":{record.new}')
        if record.old is not None:
            members.append(f'"OldImage":{record.old}')
        members.append(f'"SizeBytes":{key_size + record.old_size + record.new_size:d}')
        if fine:
            members.append('"ApproximateCreationDateTimePrecision":"MICROSECOND"')
        identity = uuid.UUID(bytes=event_id(record.sequence))
        by = _BY_TTL if record.origin == TTL else _BY_NOBODY
        return (
            f'{{"awsRegion":{place},"eventID":"{identity}","eventName":"{event_name(record)}"{by},'
            f'"recordFormat":"application/json","tableName":{name},'
            f'"dynamodb":{{{",".join(members)}}},"eventSource":"aws:dynamodb"}}'
        )

    return write


def _stream_data(view_type: str, key_names: Sequence[str]) -> Writer:
    """What makes the member ``dynamodb`` of a record of a stream."""
    keys = _keys(key_names)
    with_new = view_type in WITH_NEW
    with_old = view_type in WITH_OLD

    def data(record: Record) -> str:
        sequence, at, _, old_size, new_size, old, new = record
        key_text, size = keys(record)
        images = ""
        if with_new and new is not None:
            images = f'"NewImage":{new},'
            size += new_size
        if with_old and old is not None:
            images += f'"OldImage":{old},'
            size += old_size
        return (
            f'{{"ApproximateCreationDateTime":{at // _MICROSECONDS:d},"Keys":{key_text},{images}'
            f'"SequenceNumber":"{_FIRST_NUMBER + sequence:d}","SizeBytes":{size:d},'
            f'"StreamViewType":"{view_type}"}}'
        )

    return data


def _keys(names: Sequence[str]) -> Callable[[Record], tuple[str, int]]:
    """What gives the key's attributes of a change as JSON, and their size in bytes."""

    def keys(record: Record) -> tuple[str, int]:
        text = record.new if record.new is not None else record.old
        assert text is not None, "a change has an item before or after it"
        item = codec.decode(text)
        key = {name: item[name] for name in names}
        return codec.text(key), sizes.of_item(key)

    return keys


def _event_ids(seed: str) -> Callable[[int], bytes]:
    """What gives the identity of a change: the same one at every reading.

    seed: what tells the stream from others.
    """
    seeded = hashlib.blake2b(seed.encode(), digest_size=_EVENT_ID_BYTES)

    def event_id(sequence: int) -> bytes:
        hashed = seeded.copy()
        hashed.update(b"/%d" % sequence)
        return hashed.digest()

    return event_id
