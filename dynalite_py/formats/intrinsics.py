"""CloudFormation's intrinsic functions, worked out as far as a table's properties need them.

What depends on resources that are not there, on other stacks or on AWS itself is refused, with the
name of what was asked for; it can be given as a parameter of that name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from dynalite_py.formats import definitions
from dynalite_py.formats.definitions import Members, WrongDefinitionError
from dynalite_py.model import codec

TABLE_TYPES: Final = frozenset(
    {"AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable"}
)
_DEEPEST = 100
# What a template may take altogether: aliases of YAML let a short one become very long.
_MOST_VALUES = 1_000_000
_CHARACTERS_A_VALUE = 100
_FROM_ITS_STORE = "AWS::SSM::Parameter::Value<"
_PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")
_LITERAL = re.compile(r"\$\{!([^}]*)\}")
# Stands for a member that is not to be there.
NO_VALUE: Final = object()


class Template:
    """A template with its parameters. region, account, stack: what pseudo parameters say."""

    def __init__(
        self,
        document: Members,
        parameters: Mapping[str, str],
        *,
        region: str,
        account: str,
        stack: str,
    ) -> None:
        self._sections = document
        self._pseudo: dict[str, Any] = {
            "AWS::Region": region,
            "AWS::AccountId": account,
            "AWS::StackName": stack,
            "AWS::StackId": f"arn:aws:cloudformation:{region}:{account}:stack/{stack}/0",
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NotificationARNs": [],
            "AWS::NoValue": NO_VALUE,
        }
        self._given = dict(parameters)
        self._region, self._account, self.stack = region, account, stack
        self._values = 0

    def section(self, name: str) -> Members:
        """A section of the template, empty where there is none. Raises: WrongDefinitionError."""
        return definitions.mapping(self._sections.get(name) or {}, name)

    def resolved(self, value: Any, where: str, depth: int = 0) -> Any:
        """A value with its functions worked out. Raises: WrongDefinitionError."""
        self._values += 1
        if isinstance(value, str):
            self._values += len(value) // _CHARACTERS_A_VALUE
        if depth > _DEEPEST or self._values > _MOST_VALUES:
            raise WrongDefinitionError(f"{where} is nested too deeply, or too long")
        if isinstance(value, dict):
            members = definitions.mapping(value, where)
            function = _function_of(members)
            if function is not None:
                return self._call(function, members[function], where, depth)
            return self._members(members, where, depth)
        if isinstance(value, list):
            given = definitions.sequence(value, where)
            found = [
                self.resolved(each, f"{where}[{at}]", depth + 1) for at, each in enumerate(given)
            ]
            return [each for each in found if each is not NO_VALUE]
        if isinstance(value, str) and "{{resolve:" in value:
            raise WrongDefinitionError(f"{where}: {value!r:.100} is resolved by AWS alone")
        return value

    def _members(self, members: Members, where: str, depth: int) -> Members:
        found = {
            name: self.resolved(each, f"{where}.{name}", depth + 1)
            for name, each in members.items()
        }
        return {name: each for name, each in found.items() if each is not NO_VALUE}

    def _call(self, function: str, argument: Any, where: str, depth: int) -> Any:
        name = function.removeprefix("Fn::")
        known = _FUNCTIONS.get(name)
        if known is None:
            raise WrongDefinitionError(f"{where}: Fn::{name} is not worked out here")
        return known(self, argument, where, depth + 1)

    def holds(self, name: Any, where: str, depth: int = 0) -> bool:
        """Whether a condition of the template holds. Raises: WrongDefinitionError."""
        conditions = self.section("Conditions")
        if not isinstance(name, str) or name not in conditions:
            raise WrongDefinitionError(f"{where}: there is no condition {name!r:.100}")
        found = self.resolved(conditions[name], f"Conditions.{name}", depth + 1)
        return definitions.truth(found, f"Conditions.{name}")

    def referred(self, name: str, where: str, depth: int) -> Any:
        """What Ref says of a parameter, a pseudo parameter or a table of the template."""
        if name in self._given:
            return self._typed(name)
        if name in self._pseudo:
            return self._pseudo[name]
        parameters = self.section("Parameters")
        if name in parameters:
            given = definitions.mapping(parameters[name], f"Parameters.{name}")
            # The default of a parameter that is kept elsewhere is its name there.
            if "Default" not in given or str(given.get("Type")).startswith(_FROM_ITS_STORE):
                raise WrongDefinitionError(
                    f"{where}: the parameter {name} has no value: give it one"
                )
            return self._typed(name, given["Default"])
        resource = definitions.members_of(self.section("Resources").get(name))
        if _is_table(resource):
            return self.table_name(name, resource, depth)
        raise WrongDefinitionError(
            f"{where}: what {name} refers to is known to AWS alone: give a parameter {name}"
        )

    def _typed(self, name: str, default: Any = None) -> Any:
        """A parameter's value, as a list where its type is one."""
        value = self._given.get(name, default)
        declared = definitions.members_of(self.section("Parameters").get(name))
        kind = str(declared.get("Type", "String"))
        if kind.startswith("List<") or kind == "CommaDelimitedList":
            return [each.strip() for each in str(value).split(",")]
        return value

    def table_name(self, logical_id: str, resource: Members, depth: int = 0) -> str:
        """The name of a table; without one in the template, as CloudFormation makes them, but for
        the random end.
        """
        properties = definitions.mapping(resource.get("Properties") or {}, logical_id)
        given = properties.get("TableName")
        name = NO_VALUE
        if given is not None:
            name = self.resolved(given, f"{logical_id}.TableName", depth + 1)
        return (
            f"{self.stack}-{logical_id}" if name is NO_VALUE else definitions.text(name, logical_id)
        )

    def attribute(self, argument: Any, where: str, depth: int) -> Any:
        """What Fn::GetAtt says: the ARN of a table of the template."""
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        found = definitions.texts(parts, where)
        if len(found) != 2:
            raise WrongDefinitionError(f"{where}: Fn::GetAtt takes a resource and its attribute")
        given = self._given.get(".".join(found))
        if given is not None:
            return given
        resource = definitions.members_of(self.section("Resources").get(found[0]))
        if found[1:] != ["Arn"] or not _is_table(resource):
            raise WrongDefinitionError(f"{where}: {'.'.join(found)} is known to AWS alone")
        name = self.table_name(found[0], resource, depth)
        return f"arn:aws:dynamodb:{self._region}:{self._account}:table/{name}"

    def mapped(self, argument: Any, where: str, depth: int) -> Any:
        """What Fn::FindInMap finds."""
        parts = definitions.sequence(self.resolved(argument, where, depth), where)
        found: Any = self.section("Mappings")
        for part in parts[:3]:
            if not isinstance(found, dict) or not isinstance(part, str | int) or part not in found:
                if len(parts) > 3 and isinstance(parts[3], dict) and "DefaultValue" in parts[3]:
                    return parts[3]["DefaultValue"]
                raise WrongDefinitionError(f"{where}: the mapping has no {part!r:.100}")
            found = found[part]
        return found

    def substituted(self, argument: Any, where: str, depth: int) -> str:
        """What Fn::Sub makes of a text."""
        own: Members = {}
        text = argument
        if isinstance(argument, list):
            parts = definitions.sequence(argument, where)
            if len(parts) != 2:
                raise WrongDefinitionError(
                    f"{where}: Fn::Sub takes a text, or a text and an object"
                )
            text = parts[0]
            own = definitions.mapping(self.resolved(parts[1], where, depth), where)

        length = 0

        def value(match: re.Match[str]) -> str:
            nonlocal length
            name = match[1].strip()
            if name in own:
                found = own[name]
            elif "." in name:
                found = self.attribute(name, where, depth)
            else:
                found = self.referred(name, where, depth)
            inner = definitions.text(found, f"{where}: ${{{name}}}")
            length += len(inner)
            definitions.check_length(length, where)
            return inner

        replaced = _PLACEHOLDER.sub(value, definitions.text(text, where))
        return _LITERAL.sub(r"${\1}", replaced)


def _is_table(resource: Members) -> bool:
    return resource.get("Type") in TABLE_TYPES


def _function_of(members: Members) -> str | None:
    """The name of the function that an object of one member calls."""
    if len(members) != 1:
        return None
    [name] = members
    is_one = name in ("Ref", "Condition") or name.startswith("Fn::")
    return name if is_one else None


def _ref(template: Template, argument: Any, where: str, depth: int) -> Any:
    return template.referred(definitions.text(argument, where), where, depth)


def _condition(template: Template, argument: Any, where: str, depth: int) -> Any:
    # An object of this one member is a function among conditions, and no property of a table.
    return template.holds(argument, where, depth)


def _join(template: Template, argument: Any, where: str, depth: int) -> Any:
    parts = definitions.sequence(template.resolved(argument, where, depth), where)
    if len(parts) != 2 or not isinstance(parts[0], str):
        raise WrongDefinitionError(f"{where}: Fn::Join takes a text and a list")
    texts = definitions.texts(parts[1], where)
    definitions.check_length(sum(map(len, texts)) + len(parts[0]) * len(texts), where)
    return parts[0].join(texts)


def _split(template: Template, argument: Any, where: str, depth: int) -> Any:
    parts = definitions.texts(template.resolved(argument, where, depth), where)
    if len(parts) != 2 or not parts[0]:
        raise WrongDefinitionError(f"{where}: Fn::Split takes two texts")
    return parts[1].split(parts[0])


def _select(template: Template, argument: Any, where: str, depth: int) -> Any:
    parts = definitions.sequence(template.resolved(argument, where, depth), where)
    at = definitions.number(parts[0], where) if len(parts) == 2 else -1
    listed = definitions.sequence(parts[-1] if parts else None, where)
    if not 0 <= at < len(listed):
        raise WrongDefinitionError(f"{where}: Fn::Select takes a place in a list")
    return listed[at]


def _if(template: Template, argument: Any, where: str, depth: int) -> Any:
    parts = definitions.sequence(argument, where)
    if len(parts) != 3:
        raise WrongDefinitionError(f"{where}: Fn::If takes a condition and two values")
    chosen = parts[1] if template.holds(parts[0], where, depth) else parts[2]
    return template.resolved(chosen, where, depth)


def _equals(template: Template, argument: Any, where: str, depth: int) -> bool:
    parts = definitions.sequence(template.resolved(argument, where, depth), where)
    if len(parts) != 2:
        raise WrongDefinitionError(f"{where}: Fn::Equals takes two values")
    # Parameters are texts, and YAML's numbers and truths are not.
    left, right = (
        definitions.text(part, where) if isinstance(part, int | float) else part for part in parts
    )
    return left == right


def _truths(template: Template, argument: Any, where: str, depth: int) -> list[bool]:
    parts = definitions.sequence(template.resolved(argument, where, depth), where)
    return [definitions.truth(part, where) for part in parts]


def _not(template: Template, argument: Any, where: str, depth: int) -> bool:
    return not any(_truths(template, argument, where, depth))


def _and(template: Template, argument: Any, where: str, depth: int) -> bool:
    return all(_truths(template, argument, where, depth))


def _or(template: Template, argument: Any, where: str, depth: int) -> bool:
    return any(_truths(template, argument, where, depth))


def _import(template: Template, argument: Any, where: str, depth: int) -> Any:
    name = definitions.text(template.resolved(argument, where, depth), where)
    return template.referred(name, f"{where}: Fn::ImportValue", depth)


def _length(template: Template, argument: Any, where: str, depth: int) -> int:
    return len(definitions.sequence(template.resolved(argument, where, depth), where))


def _json_text(template: Template, argument: Any, where: str, depth: int) -> str:
    return codec.text(template.resolved(argument, where, depth))


_FUNCTIONS: Final[Mapping[str, Callable[[Template, Any, str, int], Any]]] = {
    "And": _and,
    "Condition": _condition,
    "Equals": _equals,
    "FindInMap": Template.mapped,
    "GetAtt": Template.attribute,
    "If": _if,
    "ImportValue": _import,
    "Join": _join,
    "Length": _length,
    "Not": _not,
    "Or": _or,
    "Ref": _ref,
    "Select": _select,
    "Split": _split,
    "Sub": Template.substituted,
    "ToJsonString": _json_text,
}
