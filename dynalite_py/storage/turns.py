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


class Thread(threading.local):
    """What each thread has of a database: its reading connection, the reads of its turn so far
    (None: it has no turn), and the count of commits as of which they share a snapshot.
    """

    reader: apsw.Connection | None = None
    reads: int | None = None
    as_of = 0


def join(thread: Thread, db: apsw.Connection, commits: int) -> None:
    """The next read of a turn. The first has no snapshot to share: it may be the only one."""
    assert thread.reads is not None
    thread.reads += 1
    if thread.reads == 1:
        return
    if db.in_transaction:
        if thread.as_of == commits:
            return
        db.execute("COMMIT")
    if not commits & 1:  # Else what is read now might be older than what others have read.
        db.execute("BEGIN")
        thread.as_of = commits


def end(thread: Thread) -> None:
    """The end of a turn, and of its snapshot."""
    db, shares = thread.reader, (thread.reads or 0) > 1
    thread.reads = None
    if shares and db is not None and db.in_transaction:
        with contextlib.suppress(apsw.Error):  # The next turn's reads try again.
            db.execute("COMMIT")
