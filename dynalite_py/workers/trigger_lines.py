"""What a trigger has read of one shard and not dealt with. Without threads and files."""

from __future__ import annotations

from collections import deque

from dynalite_py.model import arns, codec, limits, records
from dynalite_py.model.records import Record
from dynalite_py.storage.changes import Shard, Stream
from dynalite_py.workers.event_filters import Matches
from dynalite_py.workers.trigger_batches import Batch, Taken
from dynalite_py.workers.trigger_options import TriggerOptions

_ENVELOPE_BYTES = len('{"Records":[]}')
# So many records that nobody wants are passed over before that is written down.
_PASSED = 1000


class Line:
    """One shard on its way to the handler.

    read_to: the last sequence that was read; saved: the checkpoint in the file; to_save: what it is
    to be, None where it is that. waiting: batches that were made, the first of which is to be tried
    next. end: the shard's, once all is read. behind: there may be more that was not read.
    """

    def __init__(self, stream: Stream, shard: Shard, after: int) -> None:
        self.arn = arns.stream(arns.table(stream.region, stream.account, stream.name), stream.label)
        self.shard = shard.id
        self.read_to = self.saved = after
        self.waiting: deque[Batch] = deque()
        self.end: int | None = None
        self.behind = True
        self.to_save: int | None = None
        self.passed = 0
        self.buffered_bytes = 0
        self._buffer: deque[Taken] = deque()
        self._first_at = 0.0
        keys = [name for name, _ in stream.key_schema]
        self._write = records.for_lambda(self.arn, stream.region, stream.view_type, keys)

    @property
    def empty(self) -> bool:
        """Whether nothing waits for the handler."""
        return not self._buffer and not self.waiting

    def held_bytes(self) -> int:
        """How much is kept of it in memory."""
        waiting = sum(taken.size for batch in self.waiting for taken in batch.records)
        return self.buffered_bytes + waiting

    def finish(self, end: int) -> None:
        """All that the shard has or ever will have is read."""
        self.end = end
        self.read_to = max(self.read_to, end)

    def waits(self) -> int:
        """How many records wait for the handler."""
        return len(self._buffer) + sum(len(batch.records) for batch in self.waiting)

    def wanted(self, options: TriggerOptions) -> int:
        """How many records more the next batch has room for."""
        if self.buffered_bytes >= limits.TRIGGER_PAYLOAD_BYTES:
            return 0
        return max(options.batch_size - len(self._buffer), 0)

    def take(self, found: list[Record], matches: Matches | None, now: float) -> int:
        """Add what was read behind what is there; what the filter does not want counts as done.

        Returns how many that is.
        """
        before = self.passed
        for record in found:
            text = self._write(record)
            self.read_to = record.sequence
            if matches is not None and not matches(codec.decode(text)):
                self.passed += 1
                continue
            if not self._buffer:
                self._first_at = now
            size = len(text) if text.isascii() else len(text.encode())
            self._buffer.append(Taken(record.sequence, record.at, size + 1, text))
            self.buffered_bytes += size + 1
        return self.passed - before

    def due_at(self, options: TriggerOptions) -> float | None:
        """When the next call is due, in epoch seconds; None where nothing waits for it."""
        if self.waiting:
            return self.waiting[0].retry_at
        if not self._buffer:
            return None
        if self.end is not None or self.wanted(options) == 0:
            return 0.0
        return self._first_at + options.batch_window

    def batch(self, options: TriggerOptions) -> Batch:
        """Take the next batch from what was read, which is something."""
        taken = [self._buffer.popleft()]
        size = _ENVELOPE_BYTES + taken[0].size
        while self._buffer and len(taken) < options.batch_size:
            size += self._buffer[0].size
            if size > limits.TRIGGER_PAYLOAD_BYTES:
                break
            taken.append(self._buffer.popleft())
        self.buffered_bytes -= sum(each.size for each in taken)
        through = self._buffer[0].sequence - 1 if self._buffer else self.read_to
        return Batch(tuple(taken), through)

    def passed_to(self) -> int | None:
        """The sequence to note although nothing was called; None: that is not worth a write."""
        if not self.empty or self.read_to == self.saved:
            return None
        return self.read_to if self.passed >= _PASSED or self.end is not None else None

    def reached(self, through: int) -> int:
        """The checkpoint once the first batch that waits is done up to a sequence.

        Of a shard that is read to its end, it is the end.
        """
        left = bool(self._buffer) or len(self.waiting) > 1
        return through if left or self.end is None else max(through, self.end)
