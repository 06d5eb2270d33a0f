"""Templates of CloudFormation, SAM and the CDK: their DynamoDB tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dynalite_py.formats import definitions
from dynalite_py.formats.definitions import (
    TABLE,
    Definition,
    Field,
    Members,
    WrongDefinitionError,
)
from dynalite_py.formats.intrinsics import NO_VALUE, TABLE_TYPES, Template

_GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"
_SIMPLE_TABLE = "AWS::Serverless::SimpleTable"
# SAM's words for the types of a simple table's key.
_SIMPLE_TYPES: Final = {"String": "S", "Number": "N", "Binary": "B"}
_TIME_TO_LIVE = (Field("AttributeName", "text"), Field("Enabled", "truth"))
# Settings that are no part of CreateTable, with the member that turns each off.
_ELSEWHERE: Final = {
    "PointInTimeRecoverySpecification": (
        "point-in-time recovery",
        "PointInTimeRecoveryEnabled",
    ),
    "ContributorInsightsSpecification": ("contributor insights", "Enabled"),
    "KinesisStreamSpecification": ("the Kinesis destination", ""),
    "ImportSourceSpecification": ("the import from S3", ""),
    "ResourcePolicy": ("the resource policy", ""),
}


_OF_REPLICAS: Final = frozenset(
    {"Region", "ReadProvisionedThroughputSettings", "GlobalSecondaryIndexes"}
)


def fits(document: Any) -> bool:
    """Whether this is a template."""
    return isinstance(document, dict) and isinstance(document.get("Resources"), dict)


def tables(
    document: Any,
    parameters: Mapping[str, str],
    *,
    region: str,
    account: str,
    stack: str,
) -> list[Definition]:
    """The tables of a template, those whose condition does not hold left out.

    parameters: values for those of the template, and for whatever AWS alone knows. Raises:
    WrongDefinitionError.
    """
    whole = definitions.mapping(document, "the template")
    template = Template(whole, parameters, region=region, account=account, stack=stack)
    return list(_tables(template))


def _tables(template: Template) -> Iterator[Definition]:
    for logical_id, given in template.section("Resources").items():
        if logical_id.startswith("Fn::"):
            raise WrongDefinitionError(f"{logical_id} is not worked out here")
        resource = definitions.members_of(given)
        kind = resource.get("Type")
        if kind not in TABLE_TYPES:
            continue
        if "Condition" in resource and not template.holds(resource["Condition"], logical_id):
            continue
        properties = definitions.mapping(resource.get("Properties") or {}, logical_id)
        asked = {name: each for name, each in properties.items() if name not in _ELSEWHERE}
        if isinstance(asked.get("Replicas"), list):
            asked["Replicas"] = [_of_replica(each) for each in asked["Replicas"]]
        found = definitions.mapping(template.resolved(asked, logical_id), logical_id)
        found["TableName"] = template.table_name(logical_id, resource)
        if kind == _SIMPLE_TABLE:
            found = _simple(template, found, logical_id)
        elif kind == _GLOBAL_TABLE:
            found = _of_global(found, logical_id)
        yield _definition(found, logical_id, _notes(template, properties, logical_id))


def _of_replica(given: Any) -> Any:
    """What a replica says of units: the rest of it may depend on what AWS alone knows."""
    if not isinstance(given, dict) or "Region" not in given:
        return given
    members = definitions.members_of(given)
    return {name: each for name, each in members.items() if name in _OF_REPLICAS}


def _notes(template: Template, given: Members, where: str) -> tuple[str, ...]:
    """What is asked for and not set up here; it may depend on what AWS alone knows."""
    named: list[str] = []
    for theirs, (what, switch) in _ELSEWHERE.items():
        try:
            value = template.resolved(given.get(theirs), where)
        except WrongDefinitionError:
            value = True
        is_off = str(definitions.members_of(value).get(switch, "")).lower() == "false"
        if value and value is not NO_VALUE and not is_off:
            named.append(what)
    if given.get("Replicas"):
        named.append("replicas")
    return tuple(f"{where}: {what} is not set up here" for what in named)


def _definition(properties: Members, where: str, notes: tuple[str, ...]) -> Definition:
    create = definitions.taken(_in_the_apis_words(properties, where), TABLE, where)
    ttl = None
    if properties.get("TimeToLiveSpecification") is not None:
        given = definitions.taken(
            properties["TimeToLiveSpecification"], _TIME_TO_LIVE, f"{where}.TimeToLiveSpecification"
        )
        ttl = given.get("AttributeName") if given.get("Enabled") else None
    return Definition(create, ttl, notes=notes)


def _in_the_apis_words(properties: Members, where: str) -> Members:
    """The same properties where a template's words differ from the API's."""
    found = dict(properties)
    stream = found.get("StreamSpecification")
    if stream is not None:
        given = definitions.mapping(stream, f"{where}.StreamSpecification")
        found["StreamSpecification"] = {"StreamEnabled": True, **given}
    key = found.get("SSESpecification")
    if key is not None:
        given = definitions.mapping(key, f"{where}.SSESpecification")
        found["SSESpecification"] = {"Enabled": given.get("SSEEnabled"), **given}
    return found


def _simple(template: Template, properties: Members, where: str) -> Members:
    """A table of SAM: one key, paid by request unless units are given."""
    shared = template.resolved(template.section("Globals").get("SimpleTable") or {}, "Globals")
    found = {**definitions.mapping(shared, "Globals.SimpleTable"), **properties}
    key = definitions.mapping(found.get("PrimaryKey") or {}, f"{where}.PrimaryKey")
    name = definitions.text(key.get("Name", "id"), f"{where}.PrimaryKey.Name")
    kind = definitions.text(key.get("Type", "String"), f"{where}.PrimaryKey.Type")
    found["AttributeDefinitions"] = [
        {"AttributeName": name, "AttributeType": _SIMPLE_TYPES.get(kind, kind)}
    ]
    found["KeySchema"] = [{"AttributeName": name, "KeyType": "HASH"}]
    if "ProvisionedThroughput" not in found:
        found["BillingMode"] = "PAY_PER_REQUEST"
    return found


def _of_global(properties: Members, where: str) -> Members:
    """A global table, as the table of one region that it is here. Units that scale begin at their
    least.
    """
    found = dict(properties)
    if found.get("BillingMode") != "PROVISIONED":
        found["BillingMode"] = "PAY_PER_REQUEST"
        return found
    replicas = definitions.sequence(found.get("Replicas") or [], f"{where}.Replicas")
    first = definitions.mapping(replicas[0], f"{where}.Replicas[0]") if replicas else {}
    found["ProvisionedThroughput"] = _units(found, first)
    found["GlobalSecondaryIndexes"] = [
        {**index, "ProvisionedThroughput": _units(index, _of_index(first, index))}
        for index in map(
            definitions.members_of,
            definitions.sequence(found.get("GlobalSecondaryIndexes") or [], where),
        )
    ] or None
    return found


def _of_index(replica: Members, index: Members) -> Members:
    """What a replica says of an index."""
    listed = definitions.sequence(replica.get("GlobalSecondaryIndexes") or [], "Replicas")
    for each in map(definitions.members_of, listed):
        if each.get("IndexName") == index.get("IndexName"):
            return each
    return {}


def _units(writes: Members, reads: Members) -> Members:
    return {
        "ReadCapacityUnits": _least(reads.get("ReadProvisionedThroughputSettings"), "Read"),
        "WriteCapacityUnits": _least(writes.get("WriteProvisionedThroughputSettings"), "Write"),
    }


def _least(given: Any, kind: str) -> int:
    """Fixed units, or the least of those that scale; 5 where nothing is said."""
    settings = definitions.members_of(given)
    scaling = definitions.members_of(settings.get(f"{kind}CapacityAutoScalingSettings"))
    found = settings.get(f"{kind}CapacityUnits", scaling.get("MinCapacity", 5))
    return definitions.number(found, f"{kind}CapacityUnits")
