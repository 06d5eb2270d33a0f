"""``--trigger TABLE=MODULE:FUNCTION``: finds the function that a user means, and reads its options.

The module is the user's own code: it is imported, from the folder that the server was started in or
from wherever Python finds it, and runs in the server's process.
"""

from __future__ import annotations

import dataclasses
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dynalite_py.model import trigger_errors

if TYPE_CHECKING:
    from dynalite_py.engine import TriggerOptions

_FORM = "TABLE=MODULE:FUNCTION[,OPTION=VALUE...]"
_SWITCHES = {"true": True, "false": False}


def read(text: str) -> TriggerOptions:
    """What one ``--trigger`` asks for. Raises: click.UsageError."""
    from dynalite_py.engine import TriggerError, TriggerOptions

    target, *rest = text.split(",")
    table, _, place = target.partition("=")
    module, _, function = place.partition(":")
    if not (table and module and function):
        raise click.UsageError(f"--trigger takes {_FORM}, not {text!r:.200}.")
    given = dict(_option(each) for each in rest)
    kinds = {field.name: field.default for field in dataclasses.fields(TriggerOptions)}
    known = [name for name in kinds if name not in ("table", "handler")]
    try:
        for name in given:
            if name not in known:
                raise trigger_errors.unknown_option(name, known)
        values = {name: _value(name, value, kinds[name]) for name, value in given.items()}
        values.setdefault("name", f"{module}:{function}")
        return TriggerOptions(table=table, handler=_function(module, function), **values)
    except TriggerError as failure:
        raise click.UsageError(f"--trigger {target}: {failure}.") from None


def _option(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().replace("-", "_"), value


def _value(name: str, text: str, default: object) -> Any:
    """A value by the type of its default. Raises: click.UsageError."""
    if name == "filter":
        return _pattern(Path(text))
    if isinstance(default, bool):
        if text not in _SWITCHES:
            raise click.UsageError(f"--trigger: {name} is true or false, not {text!r:.100}.")
        return _SWITCHES[text]
    if isinstance(default, int | float):
        try:
            return type(default)(text)
        except ValueError:
            raise click.UsageError(f"--trigger: {name} is a number, not {text!r:.100}.") from None
    return text


def _pattern(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise click.UsageError(f"--trigger: the filter {path} cannot be read: {failure}") from None


def _function(module: str, path: str) -> Callable[..., Any]:
    """Import what is named. Raises: click.UsageError; whatever the module itself raises."""
    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as failure:
        raise click.UsageError(f"--trigger: {failure}; looked in {here} too.") from failure
    for name in path.split("."):
        found = getattr(found, name, None)
    if found is None:
        raise click.UsageError(f"--trigger: module {module} has no {path}.")
    return found
