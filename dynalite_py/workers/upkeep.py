"""Keeps the file small unasked: gives free pages back while there are many, and empties a long log
in a moment without writes.
"""

from __future__ import annotations

import logging

import apsw

from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import upkeep
from dynalite_py.storage.database import Database
from dynalite_py.storage.writer import Writer

_LOG = logging.getLogger(__name__)
# How long it waits between two looks while there may be something to do.
PAUSE_SECONDS = 1.0


class Upkeep:
    """What was seen at the last look; one for an open store."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer
        self._seen = -1
        self._watching = False

    @property
    def watching(self) -> bool:
        """Whether another look is due after a pause."""
        return self._watching

    def step(self) -> bool:
        """One bounded piece of work. Returns whether there was something to do at once."""
        if self._database.memory or self._database.failure is not None:
            self._watching = False
            return False
        try:
            return self._step()
        except (apsw.Error, DynamoDBError) as failure:
            # Nothing depends on it: a disk that is full or fails is told by the writes themselves.
            _LOG.info("the file could not be made smaller yet: %s", failure)
            self._watching = True
            return False

    def _step(self) -> bool:
        database = self._database
        changes = database.writer.total_changes()
        quiet, self._seen = changes == self._seen, changes
        if database.read(upkeep.has_much_free):
            self._writer.perform(upkeep.give_back)
            self._watching = True
            return True
        long = upkeep.log_is_long(database)
        if long and quiet:
            long = not upkeep.empty_log(database)
        self._watching = long or not quiet
        if not self._watching:
            database.watched = False
        return False
