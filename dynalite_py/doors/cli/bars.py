"""Progress bars of long commands."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator


@contextlib.contextmanager
def bar(unit: str) -> Generator[Callable[[int, int, str], None]]:
    """A bar on standard error, as long as something goes on; what it yields takes how far it is,
    and of what.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as shown:
        task = shown.add_task(unit, total=None)
        yield lambda done, total, of: shown.update(
            task, completed=done, total=total or None, description=of
        )
