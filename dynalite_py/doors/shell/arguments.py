"""The words behind a backslash command."""

from __future__ import annotations

import shlex

from dynalite_py.doors.shell.session import FailedError


def words(rest: str, usage: str, least: int, most: int) -> list[str]:
    """The words; quotes hold blanks. Raises: FailedError with the usage."""
    try:
        found = shlex.split(rest)
    except ValueError as failure:
        raise FailedError(f"{failure}: {usage}") from None
    if not least <= len(found) <= most:
        raise FailedError(f"usage: {usage}")
    return found
