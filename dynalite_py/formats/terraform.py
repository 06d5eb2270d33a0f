"""Terraform's plans and states as JSON (``terraform show -json``): tables, and items of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dynalite_py.formats import definitions
from dynalite_py.formats.definitions import Definition, Field, Members, WrongDefinitionError
from dynalite_py.model import codec

_TABLE = "aws_dynamodb_table"
_ITEM = "aws_dynamodb_table_item"
_DEEPEST = 50
_SETTINGS: Final = (
    Field("TableName", "text", "name"),
    Field("BillingMode", "text", "billing_mode"),
    Field("TableClass", "text", "table_class"),
    Field("DeletionProtectionEnabled", "truth", "deletion_protection_enabled"),
    Field("Tags", "tags", "tags"),
)
_UNITS: Final = (
    Field("ReadCapacityUnits", "number", "read_capacity"),
    Field("WriteCapacityUnits", "number", "write_capacity"),
)
_ON_DEMAND: Final = (
    Field("MaxReadRequestUnits", "number", "max_read_request_units"),
    Field("MaxWriteRequestUnits", "number", "max_write_request_units"),
)
_ATTRIBUTE: Final = (Field("AttributeName", "text", "name"), Field("AttributeType", "text", "type"))
_ELSEWHERE: Final = {
    "replica": "replicas",
    "point_in_time_recovery": "point-in-time recovery",
    "import_table": "the import from S3",
    "restore_source_name": "the restore",
}


def fits(document: Any) -> bool:
    """Whether this is a plan or a state, also one as it is kept."""
    return isinstance(document, dict) and (
        "planned_values" in document or "terraform_version" in document
    )


def tables(document: Any) -> list[Definition]:
    """The tables of a plan or state, those of modules too. Raises: WrongDefinitionError."""
    whole = definitions.mapping(document, "the plan")
    values = whole.get("planned_values") or whole.get("values")
    if values is None:
        raise WrongDefinitionError(
            "it has no values: give what terraform show -json prints of a plan or a state"
        )
    known = definitions.mapping(values, "values")
    resources = list(_resources(known.get("root_module") or {}, 0))
    items: dict[str, list[Members]] = {}
    for kind, values, where in resources:
        if kind == _ITEM:
            name = definitions.text(values.get("table_name"), f"{where}.table_name")
            items.setdefault(name, []).append(_item(values, where))
    return [_table(values, items, where) for kind, values, where in resources if kind == _TABLE]


def _resources(module: Any, depth: int) -> Iterator[tuple[str, Members, str]]:
    """Type, values and address of every resource of a module and of those inside it."""
    if depth > _DEEPEST:
        raise WrongDefinitionError("modules are nested too deeply")
    given = definitions.mapping(module, "a module")
    for each in definitions.sequence(given.get("resources") or [], "resources"):
        resource = definitions.mapping(each, "a resource")
        kind = resource.get("type")
        if kind in (_TABLE, _ITEM) and resource.get("mode", "managed") == "managed":
            where = str(resource.get("address", kind))
            yield kind, definitions.mapping(resource.get("values"), where), where
    for each in definitions.sequence(given.get("child_modules") or [], "child_modules"):
        yield from _resources(each, depth + 1)


def _item(values: Members, where: str) -> Members:
    try:
        decoded = codec.decode(definitions.text(values.get("item"), f"{where}.item"))
    except codec.NotJsonError as failure:
        raise WrongDefinitionError(f"{where}.item is no JSON: {failure}") from None
    return definitions.mapping(decoded, f"{where}.item")


def _table(values: Members, items: dict[str, list[Members]], where: str) -> Definition:
    create = definitions.taken(values, _SETTINGS, where)
    if "TableName" not in create:
        raise WrongDefinitionError(
            f"{where}.name is not known before it is applied: apply it, and show the state"
        )
    create.setdefault("BillingMode", "PROVISIONED")
    attributes = definitions.sequence(values.get("attribute") or [], f"{where}.attribute")
    create["AttributeDefinitions"] = [
        definitions.taken(each, _ATTRIBUTE, f"{where}.attribute") for each in attributes
    ]
    create["KeySchema"] = _keys(values, where)
    if create["BillingMode"] == "PROVISIONED":
        create["ProvisionedThroughput"] = definitions.taken(values, _UNITS, where)
    create |= _on_demand(values, where)
    for theirs, ours, is_global in (
        ("global_secondary_index", "GlobalSecondaryIndexes", True),
        ("local_secondary_index", "LocalSecondaryIndexes", False),
    ):
        given = definitions.sequence(values.get(theirs) or [], f"{where}.{theirs}")
        if given:
            with_units = is_global and create["BillingMode"] == "PROVISIONED"
            create[ours] = [
                _index(each, values, f"{where}.{theirs}", with_units=with_units) for each in given
            ]
    if not create.get("Tags"):
        create.pop("Tags", None)
    _add_features(create, values, where)
    notes = tuple(
        f"{where}: {named} is not set up here"
        for theirs, named in _ELSEWHERE.items()
        if _is_on(values.get(theirs))
    )
    return Definition(
        create, _time_to_live(values, where), tuple(items.get(create["TableName"], ())), notes
    )


def _keys(values: Members, where: str, hash_key: str | None = None) -> list[Members]:
    """The key schema by hash_key and range_key, or by key_schema blocks, which newer ones have."""
    blocks = values.get("key_schema")
    if blocks:
        fields = (
            Field("AttributeName", "text", "attribute_name"),
            Field("KeyType", "text", "key_type"),
        )
        return [
            definitions.taken(each, fields, f"{where}.key_schema")
            for each in definitions.sequence(blocks, f"{where}.key_schema")
        ]
    schema: list[Members] = []
    for name, role in (
        (values.get("hash_key") or hash_key, "HASH"),
        (values.get("range_key"), "RANGE"),
    ):
        if name:
            schema.append({"AttributeName": definitions.text(name, where), "KeyType": role})
    return schema


def _index(given: Any, table: Members, where: str, *, with_units: bool) -> Members:
    values = definitions.mapping(given, where)
    projection: Members = {
        "ProjectionType": definitions.text(values.get("projection_type", "ALL"), where)
    }
    if values.get("non_key_attributes"):
        projection["NonKeyAttributes"] = definitions.texts(values["non_key_attributes"], where)
    made: Members = {
        "IndexName": definitions.text(values.get("name"), f"{where}.name"),
        "KeySchema": _keys(values, where, table.get("hash_key")),
        "Projection": projection,
    }
    if with_units:
        made["ProvisionedThroughput"] = definitions.taken(values, _UNITS, where)
    return made | _on_demand(values, where)


def _on_demand(values: Members, where: str) -> Members:
    """The limits of a table or index that is paid by request, where it has some."""
    for block in definitions.sequence(values.get("on_demand_throughput") or [], where):
        return {"OnDemandThroughput": definitions.taken(block, _ON_DEMAND, where)}
    return {}


def _add_features(create: Members, values: Members, where: str) -> None:
    if values.get("stream_enabled"):
        create["StreamSpecification"] = {
            "StreamEnabled": True,
            "StreamViewType": definitions.text(values.get("stream_view_type"), where),
        }
    for each in definitions.sequence(values.get("server_side_encryption") or [], where):
        block = definitions.mapping(each, f"{where}.server_side_encryption")
        if block.get("enabled"):
            create["SSESpecification"] = {"Enabled": True, "SSEType": "KMS"}
            if block.get("kms_key_arn"):
                create["SSESpecification"]["KMSMasterKeyId"] = block["kms_key_arn"]


def _time_to_live(values: Members, where: str) -> str | None:
    for block in definitions.sequence(values.get("ttl") or [], f"{where}.ttl"):
        given = definitions.mapping(block, f"{where}.ttl")
        if given.get("enabled") and given.get("attribute_name"):
            return definitions.text(given["attribute_name"], f"{where}.ttl")
    return None


def _is_on(value: Any) -> bool:
    """Whether a block or setting asks for something; a block may say that it does not."""
    if isinstance(value, list):
        return any(_is_on(each) for each in value)
    return bool(value) and definitions.members_of(value).get("enabled", True) is not False
