"""``dynalite shell``: statements typed, piped or given on the command line."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from dynalite_py import settings
from dynalite_py.doors.cli import options

if TYPE_CHECKING:
    from dynalite_py.doors.shell.endpoint import Target

_INTERRUPTED = 130


@click.command()
@click.argument("file", required=False)
@options.options(*settings.SHELL)
@click.option("--region", default="", help="Region of the tables.")
@click.option("--profile", default="", help="Profile of the AWS configuration, for an endpoint.")
@click.option("-c", "--command", "texts", multiple=True, help="Carry out TEXT and end.")
@click.option("--param", "parameters", multiple=True, help="A value for a ? of the statements.")
@click.option("--keep-going", is_flag=True, help="Go on after a statement that failed.")
@click.option("--timing", is_flag=True, help="Tell time and capacity on standard error.")
@click.option("--create", is_flag=True, help="Make FILE where there is none.")
def shell(
    file: str | None,
    endpoint_url: str | None,
    output: str,
    history: str | None,
    region: str,
    profile: str,
    texts: tuple[str, ...],
    parameters: tuple[str, ...],
    keep_going: bool,
    timing: bool,
    create: bool,
) -> None:
    """Ask by PartiQL: a file, or any DynamoDB endpoint.

    FILE is opened by this process, which must be the only one to use it; :memory: is an empty
    store. --endpoint-url reaches a server that runs, or AWS, through boto3.

    Statements are typed (\\? is help), or come from -c or standard input. Then exit status 0 means
    that all went well, 1 that a statement failed, 2 that the command line is wrong.
    """
    typed = not texts and sys.stdin.isatty() and sys.stdout.isatty()
    repl = _repl() if typed else None
    target = _target(file, endpoint_url, region=region, profile=profile, create=create)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if repl is not None:
        from dynalite_py.doors.shell import screen

        sys.exit(repl.run(target, screen.standard(), output=output, history=history))
    lines = _lines(texts) if texts else sys.stdin
    sys.exit(_carried_out(target, lines, output, parameters, keep_going=keep_going, timing=timing))


def _target(
    file: str | None, endpoint_url: str | None, *, region: str, profile: str, create: bool
) -> Target:
    """What to talk to. Raises: click.UsageError, click.ClickException."""
    from dynalite_py.doors.shell import endpoint

    if file and endpoint_url:
        raise click.UsageError("FILE and --endpoint-url exclude each other.")
    try:
        if endpoint_url:
            return endpoint.url(endpoint_url, region=region, profile=profile)
        path = file or settings.DEFAULT_FILE
        if path != settings.IN_MEMORY and not create and not Path(path).exists():
            raise click.UsageError(f"There is no {path}; --create makes it.")
        return endpoint.file(path, region=region)
    except endpoint.UnreachableError as failure:
        raise click.ClickException(str(failure)) from failure


def _repl() -> ModuleType:
    """Raises: click.ClickException where the editor of lines is not installed."""
    try:
        from dynalite_py.doors.shell import repl
    except ModuleNotFoundError as failure:
        if failure.name is None or failure.name.partition(".")[0] != "prompt_toolkit":
            raise
        raise click.ClickException(
            "typing needs prompt_toolkit, which the extra `shell` brings: "
            "pip install 'dynalite_py[shell]'. Without it, -c TEXT and standard input work."
        ) from failure
    return repl


def _lines(texts: Iterable[str]) -> Iterable[str]:
    """The lines of all texts; each text ends its last statement."""
    for text in texts:
        yield from text.splitlines(keepends=True)
        yield "\n;\n"


def _carried_out(
    target: Target,
    lines: Iterable[str],
    output: str,
    parameters: tuple[str, ...],
    *,
    keep_going: bool,
    timing: bool,
) -> int:
    """Carry out a script. Returns the exit status."""
    from dynalite_py.doors.shell import batch, literals, screen
    from dynalite_py.doors.shell.session import Session, StoppedError

    session = Session(target, screen.standard(), screen.of(sys.stderr), output=output)
    session.timing = timing
    try:
        session.bound = [literals.value(text) for text in parameters]
        session.keeps_bound = True
        return batch.run(session, lines, keep_going=keep_going)
    except literals.NotAValueError as failure:
        raise click.BadParameter(str(failure), param_hint="--param") from failure
    except (KeyboardInterrupt, StoppedError):
        return _INTERRUPTED
    finally:
        session.close()
