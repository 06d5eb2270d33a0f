"""Reads of one turn of a thread share a snapshot: to begin and end one takes two locks of the file
and as long as finding an item.

A read that begins after a commit could be seen has to see it. So the writer counts, before a commit
can be seen and after it was: an odd count means that one is under way. Only while the count stays
as it was, and even, does a read go on with the snapshot of the one before.
"""

from __future__ import annotations

import contextlib
import threading

import apsw

# So many reads of a turn have snapshots of their own: to share one is worth it for several.
ALONE = 2


class Thread:
    """What a thread has of a database: its reading connection, the reads of its turn so far (None:
    it has no turn), and the count of commits as of which they share a snapshot.
    """

    __slots__ = ("as_of", "reader", "reads")

    def __init__(self) -> None:
        self.reader: apsw.Connection | None = None
        self.reads: int | None = None
        self.as_of = 0


class Threads(threading.local):
    """Each thread's own. One look at a thread's attribute takes as long as three at another's."""

    def __init__(self) -> None:
        self.its = Thread()


def join(thread: Thread, db: apsw.Connection, commits: int) -> None:
    """Another read of a turn that has had ``ALONE``."""
    if db.in_transaction:
        if thread.as_of == commits:
            return
        db.execute("COMMIT")
    if not commits & 1:  # Else what is read now might be older than what others have read.
        db.execute("BEGIN")
        thread.as_of = commits


def let_go(db: apsw.Connection) -> None:
    """End the snapshot of a turn."""
    if db.in_transaction:
        with contextlib.suppress(apsw.Error):  # The next turn's reads try again.
            db.execute("COMMIT")
