"""Single-table design: keys of many entity types from templates, and items read back by them.

An entity has a template for each attribute of the table's key and of the indexes it is in:
``{"PK": "CUSTOMER#{customer}", "SK": "ORDER#{order:08d}"}``. Templates make the keys of an item,
the condition of a query for what is known of a key, and the fields out of a key again.
Source: facts, Key design.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

Fields: TypeAlias = Mapping[str, Any]
Templates: TypeAlias = Mapping[str, str]
PlainItem: TypeAlias = dict[str, Any]

TYPE_ATTRIBUTE = "type"

_FIELD = re.compile(r"\{([A-Za-z_]\w*)(?::0([1-9]\d?)d)?\}")


class TemplateError(ValueError):
    """A template, or a set of them, that keys could not be read back by."""


class FieldError(ValueError):
    """A field that is missing, or does not fit its place in a key."""


class _Field(NamedTuple):
    """A field's place in a template. digits: of a number, 0 for a text. ends: the text behind."""

    name: str
    digits: int
    ends: str


@dataclass(frozen=True, slots=True)
class Template:
    """A key's text with fields: ``ORDER#{order:08d}``, a number in eight digits to sort by.

    head: the text before the first field.
    """

    text: str
    head: str
    fields: tuple[_Field, ...]
    pattern: re.Pattern[str]

    def key(self, fields: Fields) -> str:
        """The key. Raises: FieldError."""
        return self.head + "".join(_part(one, fields) + one.ends for one in self.fields)

    def prefix(self, fields: Fields) -> tuple[str, bool]:
        """The key as far as its fields are given, and whether that is the whole.

        Raises: FieldError where one is given behind one that is not.
        """
        made = self.head
        for at, one in enumerate(self.fields):
            if fields.get(one.name) is None:
                late = [other.name for other in self.fields[at:] if other.name in fields]
                if late:
                    raise FieldError(f"{self.text}: {late[0]} is given without {one.name}")
                return made, False
            made += _part(one, fields) + one.ends
        return made, True

    def fields_of(self, key: Any) -> PlainItem | None:
        """The fields of a key; None where it is not one of this template."""
        found = self.pattern.fullmatch(key) if isinstance(key, str) else None
        if found is None:
            return None
        return {
            one.name: int(found[one.name]) if one.digits else found[one.name] for one in self.fields
        }


@functools.lru_cache(maxsize=1024)
def template(text: str) -> Template:
    """A template out of its text. Raises: TemplateError."""
    places = list(_FIELD.finditer(text))
    bare = _FIELD.sub("", text)
    if "{" in bare or "}" in bare:
        raise TemplateError(f"{text}: a field is {{name}}, or {{name:08d}} for a number")
    ends = [*(place.start() for place in places[1:]), len(text)][: len(places)]
    fields = tuple(
        _Field(place[1], int(place[2] or 0), text[place.end() : end])
        for place, end in zip(places, ends, strict=True)
    )
    if len({one.name for one in fields}) < len(fields):
        raise TemplateError(f"{text}: a field occurs twice")
    if any(not one.ends and not one.digits for one in fields[:-1]):
        raise TemplateError(f"{text}: something must stand between two fields")
    head = text[: places[0].start()] if places else text
    pattern = re.escape(head) + "".join(
        f"(?P<{one.name}>{_pattern(one)}){re.escape(one.ends)}" for one in fields
    )
    return Template(text, head, fields, re.compile(pattern, re.DOTALL))


def _pattern(one: _Field) -> str:
    if one.digits:
        return f"[0-9]{{{one.digits}}}"
    return f"[^{re.escape(one.ends[0])}]+" if one.ends else ".+"


def _part(one: _Field, fields: Fields) -> str:
    """A field's text in its key. Raises: FieldError."""
    value = fields.get(one.name)
    if value is None:
        raise FieldError(f"The field {one.name} is missing")
    if one.digits:
        if type(value) is not int or not 0 <= value < 10**one.digits:
            raise FieldError(f"{one.name} is a number of {one.digits} digits, not {value!r:.100}")
        return f"{value:0{one.digits}d}"
    if not isinstance(value, str) or not value:
        raise FieldError(f"{one.name} is a text, not {value!r:.100}")
    if one.ends and one.ends[0] in value:
        raise FieldError(f"{one.name} must not have {one.ends[0]!r}, which ends it: {value!r:.100}")
    return value


@dataclass(frozen=True, slots=True)
class Index:
    """An index of the table, shared by entities under one pair of attributes: GSI overloading."""

    name: str
    partition_key: str
    sort_key: str | None = None
    projection: Literal["ALL", "KEYS_ONLY"] = "ALL"


@dataclass(frozen=True, slots=True)
class Entity:
    """A type of items. keys: a template for each attribute of the table's key and its indexes'.

    An item in which a field of an index's template is missing is not in that index.
    """

    name: str
    keys: Templates


@dataclass(frozen=True, slots=True)
class SingleTable:
    """A table of several entities. type_attribute: says which one an item is."""

    name: str
    entities: Sequence[Entity]
    partition_key: str = "PK"
    sort_key: str = "SK"
    indexes: Sequence[Index] = ()
    type_attribute: str = TYPE_ATTRIBUTE
    _by_name: dict[str, Entity] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {entity.name: entity for entity in self.entities}
        object.__setattr__(self, "_by_name", by_name)
        if len(by_name) < len(self.entities):
            raise TemplateError("Two entities have one name")
        known = self._key_attributes()
        for entity in self.entities:
            for attribute in (self.partition_key, self.sort_key):
                if attribute not in entity.keys:
                    raise TemplateError(f"{entity.name} has no template for {attribute}")
            for attribute, text in entity.keys.items():
                template(text)
                if attribute not in known:
                    raise TemplateError(f"{entity.name}: {attribute} is in no key of {self.name}")

    def key(self, entity: str, **fields: Any) -> PlainItem:
        """The key of an item, in plain values. Raises: FieldError."""
        templates = self._entity(entity).keys
        names = (self.partition_key, self.sort_key)
        return {name: template(templates[name]).key(fields) for name in names}

    def item(self, entity: str, attributes: Fields) -> PlainItem:
        """The attributes with the keys made of them, and the type.

        Keys that are among the attributes are made anew. Raises: FieldError.
        """
        given = self._entity(entity)
        if attributes.get(self.type_attribute, entity) != entity:
            raise FieldError(f"{self.type_attribute} is the entity's name, {entity}")
        made = self.key(entity, **attributes)
        for index in self.indexes:
            names = [name for name in (index.partition_key, index.sort_key) if name in given.keys]
            keys = {name: template(given.keys[name]) for name in names if name is not None}
            needed = {one.name for key in keys.values() for one in key.fields}
            if all(attributes.get(name) is not None for name in needed):
                made.update((name, key.key(attributes)) for name, key in keys.items())
        return {**self._without_keys(attributes), **made, self.type_attribute: entity}

    def entity_of(self, item: Fields) -> str:
        """Which entity an item is: by its type, else by the only one whose key it has.

        Raises: FieldError where it is none.
        """
        name = item.get(self.type_attribute)
        if name in self._by_name:
            return name
        fitting = [
            entity.name
            for entity in self.entities
            if all(
                template(entity.keys[key]).fields_of(item.get(key)) is not None
                for key in (self.partition_key, self.sort_key)
            )
        ]
        if len(fitting) == 1:
            return fitting[0]
        raise FieldError(f"An item of {self.name} is of no known entity")

    def parsed(self, item: Fields) -> tuple[str, PlainItem]:
        """Which entity an item is, and its attributes without keys and type, fields with them.

        Raises: FieldError.
        """
        entity = self.entity_of(item)
        found: PlainItem = {}
        for attribute, text in self._by_name[entity].keys.items():
            if attribute in item:
                fields = template(text).fields_of(item[attribute])
                if fields is None:
                    raise FieldError(f"{attribute} is no key of {entity}: {item[attribute]!r:.100}")
                found |= fields
        return entity, {**found, **self._without_keys(item)}

    def query(self, entity: str, *, index: str | None = None, **fields: Any) -> dict[str, Any]:
        """What a Query for an entity needs: as keywords of ``Table.query``, in plain values.

        fields: all of the partition key's, and the first ones of the sort key's. The items of other
        entities under the same keys are among the answers. Raises: FieldError.
        """
        templates = self._entity(entity).keys
        partition, sort = self._keys_of(index)
        if partition not in templates:
            raise TemplateError(f"{entity} is not in the index {index}")
        values = {":partition": template(templates[partition]).key(fields)}
        names, condition = {"#partition": partition}, "#partition = :partition"
        if sort is not None and sort in templates:
            values[":sort"], whole = template(templates[sort]).prefix(fields)
            if values[":sort"]:
                names["#sort"] = sort
                condition += " AND #sort = :sort" if whole else " AND begins_with(#sort, :sort)"
            else:
                del values[":sort"]
        given = {"key_condition": condition, "names": names, "values": values}
        return given if index is None else {**given, "index": index}

    def definition(self) -> dict[str, Any]:
        """A CreateTable request, on demand."""
        keys = self._key_attributes()
        request: dict[str, Any] = {
            "TableName": self.name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name in keys
            ],
            "KeySchema": _schema(self.partition_key, self.sort_key),
        }
        if self.indexes:
            request["GlobalSecondaryIndexes"] = [
                {
                    "IndexName": index.name,
                    "KeySchema": _schema(index.partition_key, index.sort_key),
                    "Projection": {"ProjectionType": index.projection},
                }
                for index in self.indexes
            ]
        return request

    def _without_keys(self, item: Fields) -> PlainItem:
        hidden = {*self._key_attributes(), self.type_attribute}
        return {name: value for name, value in item.items() if name not in hidden}

    def _entity(self, name: str) -> Entity:
        try:
            return self._by_name[name]
        except KeyError:
            raise TemplateError(f"{self.name} has no entity {name!r:.100}") from None

    def _keys_of(self, index: str | None) -> tuple[str, str | None]:
        if index is None:
            return self.partition_key, self.sort_key
        for one in self.indexes:
            if one.name == index:
                return one.partition_key, one.sort_key
        raise TemplateError(f"{self.name} has no index {index!r:.100}")

    def _key_attributes(self) -> list[str]:
        names: Iterable[str | None] = (
            self.partition_key,
            self.sort_key,
            *(name for index in self.indexes for name in (index.partition_key, index.sort_key)),
        )
        return list(dict.fromkeys(name for name in names if name is not None))


def _schema(partition_key: str, sort_key: str | None) -> list[dict[str, str]]:
    schema = [{"AttributeName": partition_key, "KeyType": "HASH"}]
    if sort_key is not None:
        schema.append({"AttributeName": sort_key, "KeyType": "RANGE"})
    return schema
