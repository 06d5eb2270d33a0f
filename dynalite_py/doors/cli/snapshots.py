"""Commands that keep the states of a file and bring them back: ``snapshot``, ``snapshots``,
``restore``.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from dynalite_py.doors.cli.bars import bar
from dynalite_py.doors.cli.care import EXISTING, refusals


@click.command()
@click.argument("file", type=EXISTING)
@click.argument("name")
@click.option("--replace", is_flag=True, help="Let it take the place of the one of that name.")
def snapshot(file: Path, name: str, replace: bool) -> None:
    """Keep a file as it is now under a name.

    Works also while a server uses FILE, which goes on meanwhile. The copy lies in the folder
    FILE.snapshots, which only its owner may read. `dynalite restore` brings it back.
    """
    from dynalite_py import care

    with refusals(), bar("pages") as show:
        for done, total in care.snapshot_file(file, name, replace=replace):
            show(done, total, "pages")
    click.echo(f"{file}: kept as {name}")


@click.command()
@click.argument("file", type=EXISTING)
@click.argument("name")
def restore(file: Path, name: str) -> None:
    """Let a file become again what was kept under a name.

    Everything that came into FILE since then is gone. FILE must not be in use. Whoever is killed in
    the middle finds FILE as it was before.
    """
    from dynalite_py import care

    with refusals(), bar("pages") as show:
        for done, total in care.restore_file(file, name):
            show(done, total, "pages")
    click.echo(f"{file}: as it was kept under {name}")


@click.command()
@click.argument("file", type=EXISTING)
@click.option("--delete", metavar="NAME", help="Forget this one first.")
def snapshots(file: Path, delete: str | None) -> None:
    """List what was kept of a file, the oldest first: time (UTC), bytes, name."""
    from dynalite_py import care

    with refusals():
        if delete is not None:
            care.delete_snapshot_of_file(file, delete)
        for name, created_at, size_bytes in care.snapshots_of_file(file):
            moment = datetime.datetime.fromtimestamp(created_at, datetime.UTC)
            click.echo(f"{moment:%Y-%m-%d %H:%M:%S}  {size_bytes:>15,}  {name}")
