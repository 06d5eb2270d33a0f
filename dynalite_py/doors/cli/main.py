"""The command ``dynalite``: its subcommands, and what it does when none is named.

Start-up has a budget, so the subcommands' modules import the engine, the server and rich only when
they run.
"""

from __future__ import annotations

import click

import dynalite_py
from dynalite_py.doors.cli import care, create, data, demo, serve, shell, snapshots, sql


class Commands(click.Group):
    """The subcommands; options without a subcommand are those of ``serve``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``serve`` before options that are not this command's own.

        Other local DynamoDB programs have no subcommands: their command lines work as they are.
        """
        if args and args[0].startswith("-") and args[0] not in ("-h", "--help", "--version"):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(dynalite_py.__version__, message="dynalite %(version)s")
def main() -> None:
    """A DynamoDB-compatible store on SQLite, kept in one file.

    Start with `dynalite serve`: it listens on http://127.0.0.1:8000 and keeps its tables in
    ./dynalite.db. In a second terminal, `eval "$(dynalite env)"` points every AWS SDK and the AWS
    CLI there. `dynalite demo` shows what the store can do.
    """


main.add_command(serve.serve)
main.add_command(serve.env)
main.add_command(create.create)
main.add_command(data.load)
main.add_command(data.dump)
main.add_command(care.check)
main.add_command(care.recover)
main.add_command(care.backup)
main.add_command(care.vacuum)
main.add_command(snapshots.snapshot)
main.add_command(snapshots.snapshots)
main.add_command(snapshots.restore)
main.add_command(care.healthcheck)
main.add_command(sql.sql)
main.add_command(demo.demo)
main.add_command(shell.shell)
