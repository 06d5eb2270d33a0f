"""Serverless Framework's ``serverless.yml``: the tables among its resources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from dynalite_py.formats import cloudformation, definitions
from dynalite_py.formats.definitions import Definition, Members, WrongDefinitionError

# The innermost variables first; AWS's own pseudo parameters and Fn::Sub's names have no such form.
_VARIABLE = re.compile(r"\$\{((?:self|opt|sls|env|param|aws):[^${}]*)\}")
# One of several values, divided by commas: commas in quotes divide nothing.
_VALUE = re.compile(r"""(?:'[^']*'|"[^"]*"|[^,])+""")
_MOST_TURNS = 100
_DEEPEST = 50
# What a file may take altogether: aliases of YAML let a short one become very long.
_MOST_VALUES = 1_000_000
_CHARACTERS_A_VALUE = 100
_UNKNOWN: Final = object()


def fits(document: Any) -> bool:
    """Whether this is such a file."""
    return isinstance(document, dict) and "service" in document and "provider" in document


def tables(
    document: Any,
    parameters: Mapping[str, str],
    *,
    region: str,
    account: str,
    environment: Mapping[str, str],
) -> list[Definition]:
    """The tables of a service. parameters: also what ``--param`` and ``--stage`` would give
    (``stage=dev``). environment: for ``${env:NAME}``. Raises: WrongDefinitionError.
    """
    service = _Service(
        definitions.mapping(document, "the service"), parameters, environment, region
    )
    given = service.resolved(service.document.get("resources") or {}, "resources")
    parts = definitions.sequence(given, "resources") if isinstance(given, list) else [given]
    template: Members = {"Resources": {}, "Conditions": {}, "Parameters": {}, "Mappings": {}}
    for at, part in enumerate(parts):
        members = definitions.mapping(part, f"resources[{at}]")
        for section, known in template.items():
            known.update(definitions.mapping(members.get(section) or {}, section))
    name = service.resolved(service.document["service"], "service")
    if isinstance(name, dict):  # as older versions have it
        name = name.get("name", "service")
    stack = f"{name}-{service.stage()}"
    return cloudformation.tables(template, parameters, region=region, account=account, stack=stack)


class _Service:
    """A service's file and what its variables are."""

    def __init__(
        self,
        document: Members,
        parameters: Mapping[str, str],
        environment: Mapping[str, str],
        region: str,
    ) -> None:
        self.document = document
        self._parameters = parameters
        self._environment = environment
        self._region = region
        self._values = 0

    def stage(self, depth: int = 0) -> str:
        """The stage: given, the provider's, or dev."""
        given = self._parameters.get("stage")
        own = definitions.members_of(self.document.get("provider")).get("stage")
        # The provider's own is often "${opt:stage, 'dev'}".
        return given or str(self.resolved(own or "dev", "provider.stage", depth))

    def resolved(self, value: Any, where: str, depth: int = 0) -> Any:
        """A value with its variables put in. Raises: WrongDefinitionError."""
        self._values += 1
        if isinstance(value, str):
            self._values += len(value) // _CHARACTERS_A_VALUE
        if depth > _DEEPEST:
            raise WrongDefinitionError(
                f"{where} is nested too deeply, or variables lead to variables without an end"
            )
        if self._values > _MOST_VALUES:
            raise WrongDefinitionError(f"{where} becomes too long")
        if isinstance(value, dict):
            members = definitions.mapping(value, where)
            return {
                name: self.resolved(each, f"{where}.{name}", depth + 1)
                for name, each in members.items()
            }
        if isinstance(value, list):
            return [
                self.resolved(each, f"{where}[{at}]", depth + 1)
                for at, each in enumerate(definitions.sequence(value, where))
            ]
        return self._text(value, where, depth) if isinstance(value, str) else value

    def _text(self, text: str, where: str, depth: int) -> Any:
        for _ in range(_MOST_TURNS):
            match = _VARIABLE.search(text)
            if match is None:
                if re.search(r"\$\{(file|ssm|s3|cf|git)\b", text):
                    raise WrongDefinitionError(
                        f"{where}: {text!r:.100} is not worked out here: give a value in its place"
                    )
                return text
            found = self._variable(match[1], where, depth)
            if match[0] == text:
                return self.resolved(found, where, depth + 1)
            inner = definitions.text(found, f"{where}: {match[0]}")
            definitions.check_length(len(text) + text.count(match[0]) * len(inner), where)
            text = text.replace(match[0], inner)
        raise WrongDefinitionError(f"{where}: variables lead to variables without an end")

    def _variable(self, expression: str, where: str, depth: int) -> Any:
        """The first of several, divided by commas, that has a value."""
        for part in _VALUE.findall(expression):
            found = self._one(part.strip(), where, depth)
            if found is not _UNKNOWN:
                return found
        raise WrongDefinitionError(
            f"{where}: ${{{expression}}} has no value: give it as a parameter"
        )

    def _one(self, part: str, where: str, depth: int) -> Any:
        if part[:1] in ("'", '"') and part[-1:] == part[:1]:
            return part[1:-1]
        source, _, name = part.partition(":")
        match source:
            case "self":
                return self._own(name, where, depth)
            case "env":
                return self._environment.get(name, _UNKNOWN)
            case "opt":
                return self._parameters.get(name, _UNKNOWN)
            case "param":
                return self._parameter(name, where, depth)
            case "sls":
                return self.stage(depth + 1) if name == "stage" else _UNKNOWN
            case "aws":
                return self._region if name == "region" else _UNKNOWN
            case _:
                return _number_or_unknown(part)

    def _parameter(self, name: str, where: str, depth: int) -> Any:
        """A parameter: given, the stage's, or the default of all stages."""
        if name in self._parameters:
            return self._parameters[name]
        declared = definitions.members_of(self.document.get("params"))
        for stage in (self.stage(depth + 1), "default"):
            found = definitions.members_of(declared.get(stage))
            if name in found:
                return self.resolved(found[name], where, depth + 1)
        return _UNKNOWN

    def _own(self, path: str, where: str, depth: int) -> Any:
        """A value elsewhere in the file."""
        if path == "provider.stage":
            return self.stage(depth + 1)
        found: Any = self.document
        for part in path.split("."):
            if isinstance(found, str):
                found = self.resolved(found, where, depth + 1)
            if isinstance(found, list) and part.isdigit():
                listed = definitions.sequence(found, where)
                found = dict(enumerate(listed)).get(int(part), _UNKNOWN)
            else:
                found = definitions.members_of(found).get(part, _UNKNOWN)
            if found is _UNKNOWN:
                return _UNKNOWN
        return self.resolved(found, where, depth + 1)


def _number_or_unknown(part: str) -> Any:
    """A plain default, such as 5 or true."""
    if part.isdigit():
        return int(part)
    return {"true": True, "false": False}.get(part, _UNKNOWN)
