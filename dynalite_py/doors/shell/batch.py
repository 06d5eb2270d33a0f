"""A script carried out without a person: it stops at the first failure unless told otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from dynalite_py.doors.shell import commands, script
from dynalite_py.doors.shell.session import FailedError, LeaveError, Session


def run(session: Session, lines: Iterable[str], *, keep_going: bool) -> int:
    """Carry out all statements and commands. Returns the exit status: 0, or 1 where one failed."""
    failed = False
    try:
        for line, piece in script.pieces(lines):
            try:
                commands.perform_piece(session, piece)
            except FailedError as failure:
                failed = True
                session.complain(f"line {line}: {failure}")
                if not keep_going:
                    break
    except LeaveError:
        pass
    except FailedError as failure:  # The text itself cannot be read on.
        session.complain(str(failure))
        return 1
    except UnicodeDecodeError as failure:
        session.complain(f"the script is not UTF-8: {failure.reason}")
        return 1
    if session.queued is not None:
        session.complain("the transaction was not committed; nothing of it was written")
        failed = True
    return int(failed)
