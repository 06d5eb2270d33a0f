"""Writes ``dynalite_py/operations/api_model.txt`` out of botocore's models of the API.

``python -m tests.api_model.generate`` after an update of botocore: new operations and members
appear as changed lines. A test holds that the file is what the installed botocore gives. The file
keeps what requests are made of, nothing of the answers; ``operations/api_model.py`` reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import botocore.session

import dynalite_py

Shapes: TypeAlias = Mapping[str, Mapping[str, Any]]

FILE = Path(dynalite_py.__file__).parent / "operations" / "api_model.txt"
SERVICES = ("dynamodb", "dynamodbstreams")
API_VERSION = "2012-08-10"
HEAD = """\
# What the requests of the API are made of. Generated from botocore's model; do not edit:
# python -m tests.api_model.generate
#
# operation NAME: INPUT
# structure NAME: and below it a line for each member: MEMBER SHAPE, or MEMBER! SHAPE if required
# list NAME: SHAPE [BOUNDS]                map NAME: KEY-SHAPE VALUE-SHAPE [BOUNDS]
# string NAME: [BOUNDS] [/PATTERN/]        string NAME: VALUE | VALUE ...
# integer, long, double NAME: [BOUNDS]     blob, boolean, timestamp NAME:
# BOUNDS are MINIMUM..MAXIMUM, each of which may be absent.
"""


def model_of(service: str) -> Mapping[str, Any]:
    """A service's whole model, as botocore carries it."""
    loader = botocore.session.Session().get_component("data_loader")
    return loader.load_service_model(service, "service-2", API_VERSION)


def inputs_of(model: Mapping[str, Any]) -> dict[str, str]:
    """The input shape of every operation."""
    return {
        name: operation["input"]["shape"] for name, operation in sorted(model["operations"].items())
    }


def reached(shapes: Shapes, names: Iterator[str]) -> set[str]:
    """The shapes that these are made of, themselves included."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        shape = shapes[name]
        pending += [member["shape"] for member in shape.get("members", {}).values()]
        pending += [shape[part]["shape"] for part in ("member", "key", "value") if part in shape]
    return found


def declaration(name: str, shape: Mapping[str, Any]) -> str:
    """One shape in the form of the file."""
    kind = shape["type"]
    if kind == "structure":
        required = frozenset(shape.get("required", ()))
        content = "".join(
            f"\n    {member}{'!' if member in required else ''} {described['shape']}"
            for member, described in shape["members"].items()
        )
    elif "enum" in shape:
        content = " | ".join(shape["enum"])
    else:
        parts = [shape[part]["shape"] for part in ("member", "key", "value") if part in shape]
        if "min" in shape or "max" in shape:
            parts.append(f"{shape.get('min', '')}..{shape.get('max', '')}")
        if "pattern" in shape:
            parts.append(f"/{shape['pattern']}/")
        content = " ".join(parts)
    return f"{kind} {name}: {content}".replace(": \n", ":\n").rstrip()


def lines_of(services: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Every declaration: operations first, then shapes by kind and name."""
    declarations: dict[str, str] = {}
    for model in services.values():
        inputs = inputs_of(model)
        yield from (f"operation {name}: {shape}" for name, shape in inputs.items())
        for name in reached(model["shapes"], iter(inputs.values())):
            line = declaration(name, model["shapes"][name])
            assert declarations.setdefault(name, line) == line, f"two shapes are called {name}"
    yield from sorted(declarations.values())


def content() -> str:
    """The file's whole text."""
    services = {service: model_of(service) for service in SERVICES}
    return HEAD + "\n" + "\n".join(lines_of(services)) + "\n"


if __name__ == "__main__":
    FILE.write_text(content(), encoding="utf-8")
