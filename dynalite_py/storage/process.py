"""How SQLite is set for the whole process, before its first use."""

from __future__ import annotations

import apsw


def count_no_memory() -> None:
    """Have SQLite keep no count of its memory, whose lock every thread takes for every block: two
    statements that read much JSON at once took half as long again each.

    SQLite takes that setting before its first use alone; where this process uses it otherwise
    already, it is left as it is.
    """
    if apsw.connections():
        return
    apsw.shutdown()
    apsw.config(apsw.SQLITE_CONFIG_MEMSTATUS, False)
    apsw.initialize()
