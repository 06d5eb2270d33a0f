"""Tables as other tools describe them: what CreateTable would be asked for, and what is beside.

A format's reader gives Definitions; who creates the tables decides what to do with each part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias, cast

Members: TypeAlias = dict[str, Any]
# More than any template of a person has, few enough for a hostile one to end.
MOST_TABLES: Final = 10_000
LONGEST_TEXT: Final = 1_000_000


class WrongDefinitionError(Exception):
    """A description that cannot be understood; the text says where, and why."""


class Definition(NamedTuple):
    """One table. create: the request of CreateTable. time_to_live: the attribute's name, or None.

    items: what the description brings along, in DynamoDB JSON. notes: what it asks for that is not
    created here, for a person.
    """

    create: Members
    time_to_live: str | None = None
    items: tuple[Members, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.create.get("TableName", ""))


class Field(NamedTuple):
    """A member of a CreateTable request, and how it is written in a description."""

    name: str
    kind: str  # text, number, truth, texts, tags, or the name of a group below
    theirs: str = ""  # their name, where it differs


KEY: Final = (Field("AttributeName", "text"), Field("KeyType", "text"))
ATTRIBUTE: Final = (Field("AttributeName", "text"), Field("AttributeType", "text"))
THROUGHPUT: Final = (Field("ReadCapacityUnits", "number"), Field("WriteCapacityUnits", "number"))
ON_DEMAND: Final = (Field("MaxReadRequestUnits", "number"), Field("MaxWriteRequestUnits", "number"))
WARM: Final = (Field("ReadUnitsPerSecond", "number"), Field("WriteUnitsPerSecond", "number"))
PROJECTION: Final = (Field("ProjectionType", "text"), Field("NonKeyAttributes", "texts"))
LOCAL_INDEX: Final = (
    Field("IndexName", "text"),
    Field("KeySchema", "keys"),
    Field("Projection", "projection"),
)
GLOBAL_INDEX: Final = (
    *LOCAL_INDEX,
    Field("ProvisionedThroughput", "throughput"),
    Field("OnDemandThroughput", "on_demand"),
    Field("WarmThroughput", "warm"),
)
STREAM: Final = (Field("StreamEnabled", "truth"), Field("StreamViewType", "text"))
ENCRYPTION: Final = (
    Field("Enabled", "truth"),
    Field("SSEType", "text"),
    Field("KMSMasterKeyId", "text"),
)
TABLE: Final = (
    Field("TableName", "text"),
    Field("AttributeDefinitions", "attributes"),
    Field("KeySchema", "keys"),
    Field("LocalSecondaryIndexes", "local_indexes"),
    Field("GlobalSecondaryIndexes", "global_indexes"),
    Field("BillingMode", "text"),
    Field("ProvisionedThroughput", "throughput"),
    Field("StreamSpecification", "stream"),
    Field("SSESpecification", "encryption"),
    Field("Tags", "tags"),
    Field("TableClass", "text"),
    Field("DeletionProtectionEnabled", "truth"),
    Field("WarmThroughput", "warm"),
    Field("OnDemandThroughput", "on_demand"),
)
_GROUPS: Final[Mapping[str, tuple[Field, ...]]] = {
    "throughput": THROUGHPUT,
    "on_demand": ON_DEMAND,
    "warm": WARM,
    "projection": PROJECTION,
    "stream": STREAM,
    "encryption": ENCRYPTION,
}
_LISTS: Final[Mapping[str, tuple[Field, ...]]] = {
    "attributes": ATTRIBUTE,
    "keys": KEY,
    "local_indexes": LOCAL_INDEX,
    "global_indexes": GLOBAL_INDEX,
}


def taken(given: Any, fields: Iterable[Field], where: str) -> Members:
    """The members of these fields, each in the type that the API takes.

    Descriptions write numbers and truths as texts, too. Other members are left out. Raises:
    WrongDefinitionError.
    """
    members = mapping(given, where)
    made: Members = {}
    for field in fields:
        value = members.get(field.theirs or field.name)
        if value is not None:
            made[field.name] = _value(value, field.kind, f"{where}.{field.name}")
    return made


def _value(value: Any, kind: str, where: str) -> Any:
    if kind in _GROUPS:
        return taken(value, _GROUPS[kind], where)
    if kind in _LISTS:
        return [
            taken(each, _LISTS[kind], f"{where}[{at}]")
            for at, each in enumerate(sequence(value, where))
        ]
    return _SCALARS[kind](value, where)


def mapping(value: Any, where: str) -> Members:
    """The value as an object. Raises: WrongDefinitionError."""
    if not isinstance(value, dict):
        raise WrongDefinitionError(f"{where} is no object")
    return cast("Members", value)


def members_of(value: Any) -> Members:
    """The value where it is an object; else one without members."""
    return cast("Members", value) if isinstance(value, dict) else {}


def sequence(value: Any, where: str) -> list[Any]:
    """The value as a list. Raises: WrongDefinitionError."""
    if not isinstance(value, list):
        raise WrongDefinitionError(f"{where} is no list")
    return cast("list[Any]", value)


def text(value: Any, where: str) -> str:
    """The value as a text; a number or truth is one, as YAML has it. Raises:
    WrongDefinitionError.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise WrongDefinitionError(f"{where} is no text")


def number(value: Any, where: str) -> int:
    """The value as a whole number. Raises: WrongDefinitionError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        return int(value) if isinstance(value, str) else _whole(value)
    except (TypeError, ValueError):
        raise WrongDefinitionError(f"{where} is no whole number") from None


def _whole(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise ValueError(value)


def truth(value: Any, where: str) -> bool:
    """The value as true or false. Raises: WrongDefinitionError."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise WrongDefinitionError(f"{where} is neither true nor false")


def texts(value: Any, where: str) -> list[str]:
    """The value as a list of texts. Raises: WrongDefinitionError."""
    return [text(each, f"{where}[{at}]") for at, each in enumerate(sequence(value, where))]


def tags(value: Any, where: str) -> list[Members]:
    """Tags as the API has them, from a list of Key and Value or from an object."""
    if isinstance(value, dict):
        pairs = cast("Members", value).items()
        return [{"Key": name, "Value": text(each, f"{where}.{name}")} for name, each in pairs]
    fields = (Field("Key", "text"), Field("Value", "text"))
    return [taken(each, fields, f"{where}[{at}]") for at, each in enumerate(sequence(value, where))]


def check_length(length: int, where: str) -> None:
    """Raises: WrongDefinitionError for a text that functions or variables made too long."""
    if length > LONGEST_TEXT:
        raise WrongDefinitionError(f"{where} becomes too long: {length} characters")


_SCALARS: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "text": text,
    "number": number,
    "truth": truth,
    "texts": texts,
    "tags": tags,
}


def check_count(tables: list[Definition]) -> list[Definition]:
    """The same tables. Raises: WrongDefinitionError where they are too many, or share a name."""
    if len(tables) > MOST_TABLES:
        raise WrongDefinitionError(f"there are {len(tables)} tables, the most is {MOST_TABLES}")
    names: set[str] = set()
    for each in tables:
        if each.name in names:
            raise WrongDefinitionError(f"table {each.name} is described twice")
        names.add(each.name)
    return tables
