"""Command line options made from settings, and the spellings of other DynamoDB programs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from dynalite_py import settings
from dynalite_py.settings import Setting

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_SHORT_FLAGS = {"host": ("-H",), "port": ("-p",)}
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def options(*wanted: Setting, hidden: bool = False) -> Callable[[Decorated], Decorated]:
    """A decorator that gives a command an option for each setting."""

    def decorate(command: Decorated) -> Decorated:
        for setting in reversed(wanted):  # Decorators apply from the last to the first.
            command = _option(setting, hidden=hidden)(command)
        return command

    return decorate


def _option(setting: Setting, *, hidden: bool) -> Callable[[Decorated], Decorated]:
    kind: Any = click.Choice(setting.choices) if setting.choices else None
    if setting.most is not None:
        kind = click.IntRange(setting.least, setting.most)
    # The value is optional, then.
    bare: dict[str, Any] = {} if setting.bare is None else {"flag_value": setting.bare}
    return click.option(
        *_SHORT_FLAGS.get(setting.name, ()),
        setting.flag,
        *(f"--{alias}" for alias in setting.aliases),
        setting.name,
        default=setting.default,
        envvar=setting.variable,
        help=setting.help,
        hidden=hidden,
        is_flag=setting.default is False,
        **bare,
        multiple=setting.repeated,
        show_default=setting.default not in (None, False),
        type=kind,
    )


def spelled(arguments: list[str]) -> list[str]:
    """A command line with every long option as ``--kebab-case``.

    DynamoDB Local writes ``-inMemory``, npm's dynalite ``--createTableMs``. Short options (``-p``),
    values and everything after ``--`` stay as they are.
    """
    done: list[str] = []
    for at, argument in enumerate(arguments):
        if argument == "--":
            return done + arguments[at:]
        name, equals, value = argument.lstrip("-").partition("=")
        if argument.startswith("-") and len(name) > 1 and name[0].isalpha():
            done.append(f"--{_CAPITAL.sub('-', name).lower()}{equals}{value}")
        else:
            done.append(argument)
    return done


class Tolerant(click.Command):
    """A command that takes its options in the spellings of other programs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line in this program's own spelling."""
        return super().parse_args(ctx, spelled(args))


def without_effect(ctx: click.Context) -> list[str]:
    """A warning for each option on the command line that changes nothing here."""
    given = click.core.ParameterSource.COMMANDLINE
    return [
        f"{setting.flag} has no effect: {setting.help}"
        for setting in settings.WITHOUT_EFFECT
        if ctx.get_parameter_source(setting.name) is given
    ]
