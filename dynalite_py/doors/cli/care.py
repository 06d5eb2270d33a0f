"""``dynalite check`` looks after a file; ``dynalite healthcheck`` asks a running server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dynalite_py import settings
from dynalite_py.doors.cli import options

if TYPE_CHECKING:
    from http.client import HTTPConnection

_SHOWN = 100
_TIMEOUT_SECONDS = 5.0


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Check a whole file for damage.

    SQLite's own check comes first, then every item, index entry and counter of FILE. Nothing is
    changed. Exit status 1 and a list on standard output where something is wrong.
    """
    from dynalite_py import engine

    try:
        findings = _findings(file)
    except engine.StoreError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if not findings:
        click.echo(f"{file}: nothing is wrong")
        return
    for finding in findings[:_SHOWN]:
        click.echo(finding)
    if len(findings) > _SHOWN:
        click.echo(f"... and {len(findings) - _SHOWN} more")
    sys.exit(1)


def _findings(file: Path) -> list[str]:
    """Everything that is wrong with the file; a bar on standard error shows the progress."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from dynalite_py import engine

    found: list[str] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("items", total=None)
        for done, total, finding in engine.check_file(file):
            bar.update(task, completed=done, total=total or None)
            if finding is not None:
                found.append(finding)
    return found


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
