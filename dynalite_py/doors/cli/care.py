"""Commands that look after a file (``check``, ``recover``, ``backup``, ``vacuum``), and
``healthcheck``, which asks a running server.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dynalite_py import settings
from dynalite_py.doors.cli import bars, options

if TYPE_CHECKING:
    from http.client import HTTPConnection

_SHOWN = 100
_TIMEOUT_SECONDS = 5.0
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=EXISTING)
@click.option("--repair", is_flag=True, help="Make anew what is wrong and follows from the items.")
def check(file: Path, repair: bool) -> None:
    """Check a whole file for damage.

    The checksum of every page comes first, then SQLite's own check, then every item, index entry
    and counter of FILE. Nothing is changed. Exit status 1 and a list on standard output where
    something is wrong.

    With --repair, indexes, sizes and counters are then made anew from the items, and what was
    changed is listed. The items themselves are never touched: where one is damaged, see
    `dynalite recover`. Exit status 0 where nothing is wrong any more.
    """
    with refusals():
        findings = _findings(file)
        if not findings:
            click.echo(f"{file}: nothing is wrong")
            return
        _list(findings)
        if not repair:
            sys.exit(1)
        _repair(file)


def _repair(file: Path) -> None:
    """Repair, say what was changed, check again."""
    from dynalite_py import care

    changes: list[str] = []
    with bars.bar("tables") as show:
        for done, total, change, of in care.repair_file(file):
            show(done, total, of)
            if change is not None:
                changes.append(change)
    click.echo("repair:")
    _list(changes)
    left = _findings(file)
    if not left:
        click.echo(f"{file}: nothing is wrong any more")
        return
    click.echo("still wrong:")
    _list(left)
    click.echo(f"items are damaged: `dynalite recover {file} NEW` saves what can be read")
    sys.exit(1)


def _list(lines: list[str]) -> None:
    for line in lines[:_SHOWN]:
        click.echo(line)
    if len(lines) > _SHOWN:
        click.echo(f"... and {len(lines) - _SHOWN} more")


def _findings(file: Path) -> list[str]:
    """Everything that is wrong with the file; a bar on standard error shows the progress."""
    from dynalite_py import care

    found: list[str] = []
    with bars.bar("items") as show:
        for done, total, finding, of in care.check_file(file):
            show(done, total, of)
            if finding is not None:
                found.append(finding)
    return found


@contextlib.contextmanager
def refusals() -> Generator[None]:
    """Show a refusal as one line, with exit status 1."""
    from dynalite_py import engine

    try:
        yield
    except engine.StoreError as refusal:
        raise click.ClickException(str(refusal)) from refusal


@click.command()
@click.argument("file", type=EXISTING)
@click.argument("new", type=_NEW)
def recover(file: Path, new: Path) -> None:
    """Save what can be read of a damaged file.

    Everything that can be read of FILE goes into the file NEW, which must not exist; FILE stays as
    it is. A report on standard output names what is lost, and items that may have changed. Exit
    status 0 where every item was saved, 1 where the report has something to look at or nothing
    could be saved.

    FILE must not be in use. Index entries and counters are made anew.
    """
    from dynalite_py import care

    steps: list[care.Recovered] = []
    with refusals(), bars.bar("items") as show:
        for step in care.recover_file(file, new):
            show(step.done, step.total, "items")
            if step.text is not None:
                steps.append(step)
    for step in steps:
        click.echo(step.text)
    click.echo(f"{new}: {max(step.done for step in steps)} items")
    if any(step.lost for step in steps):
        sys.exit(1)


@click.command()
@click.argument("source", metavar="SRC", type=EXISTING)
@click.argument("destination", metavar="DST", type=_NEW)
def backup(source: Path, destination: Path) -> None:
    """Copy a file, also while a server uses it.

    DST is the store SRC as it is at the moment when the copy begins; reads and writes go on
    meanwhile. DST must not exist. It appears when it is whole and on the disk, and only its owner
    may read it.

    Both processes must run on the same machine.
    """
    from dynalite_py import care

    with refusals(), bars.bar("pages") as show:
        for done, total in care.backup_file(source, destination):
            show(done, total, "pages")
    click.echo(f"{destination}: {destination.stat().st_size:,} bytes")


@click.command()
@click.argument("file", type=EXISTING)
def vacuum(file: Path) -> None:
    """Make a file as small as it can be.

    FILE is written anew without its free space, and gets checksums if it was made before there were
    any. It must not be in use. A file in use gives most of its free space back by itself.
    """
    from dynalite_py import care

    with refusals(), bars.bar("vacuum"):
        before, after = care.vacuum_file(file)
    click.echo(f"{file}: {before:,} bytes before, {after:,} now")


def _connection(host: str, port: int, certificate: str | None) -> HTTPConnection:
    """A connection not yet opened; HTTPS where there is a certificate to trust. Raises: OSError."""
    import ssl
    from http import client

    if certificate is None:
        return client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)
    trust = ssl.create_default_context(cafile=certificate)
    return client.HTTPSConnection(host, port, timeout=_TIMEOUT_SECONDS, context=trust)


@click.command()
@options.options(settings.HOST, settings.PORT, settings.TLS_CERT)
def healthcheck(host: str, port: int, tls_cert: str | None) -> None:
    """Ask a running server whether it is well.

    Exit status 0 or 1, for containers and scripts.
    """
    from http.client import HTTPException

    try:
        connection = _connection(host, port, tls_cert)
    except OSError as failure:
        raise click.ClickException(f"{tls_cert} cannot be used: {failure}") from failure
    try:
        connection.request("GET", "/_dynalite/health")
        answer = connection.getresponse()
        text = answer.read(4096).decode(errors="replace").strip()
    except (OSError, HTTPException) as failure:
        raise click.ClickException(f"{host}:{port} does not answer: {failure}") from failure
    finally:
        connection.close()
    if answer.status != 200:
        raise click.ClickException(f"{host}:{port} answers {answer.status}: {text}")
    click.echo(text)
