"""Serverless Framework's ``serverless.yml``: the tables among its resources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from dynalite_py.formats import cloudformation, definitions
from dynalite_py.formats.definitions import Definition, Members, WrongDefinitionError

# The innermost variables first; AWS's own pseudo parameters and Fn::Sub's names have no such form.
_VARIABLE = re.compile(r"\$\{((?:self|opt|sls|env|param|aws|custom|provider):?[^${}]*)\}")
_MOST_TURNS = 100
_DEEPEST = 100
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
    name = service.document["service"]
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

    def stage(self) -> str:
        """The stage: given, the provider's, or dev."""
        given = self._parameters.get("stage")
        provider = self.document.get("provider")
        own = provider.get("stage") if isinstance(provider, dict) else None
        # The provider's own is often "${opt:stage, 'dev'}".
        return given or str(self.resolved(own or "dev", "provider.stage"))

    def resolved(self, value: Any, where: str, depth: int = 0) -> Any:
        """A value with its variables put in. Raises: WrongDefinitionError."""
        if depth > _DEEPEST:
            raise WrongDefinitionError(f"{where} is nested too deeply")
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
            text = text.replace(match[0], definitions.text(found, f"{where}: {match[0]}"))
        raise WrongDefinitionError(f"{where}: variables lead to variables without an end")

    def _variable(self, expression: str, where: str, depth: int) -> Any:
        """The first of several, divided by commas, that has a value."""
        for part in expression.split(","):
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
            case "opt" | "param":
                return self._parameters.get(name, _UNKNOWN)
            case "sls":
                return self.stage() if name == "stage" else _UNKNOWN
            case "aws":
                return self._region if name == "region" else _UNKNOWN
            case _:
                return _number_or_unknown(part)

    def _own(self, path: str, where: str, depth: int) -> Any:
        """A value elsewhere in the file."""
        if depth > _DEEPEST:
            raise WrongDefinitionError(f"{where}: variables lead to variables without an end")
        if path == "provider.stage":
            return self.stage()
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
