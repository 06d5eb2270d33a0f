"""One operation of the API as data: name, handler, and where its work runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import apsw

from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage.claims import Place
from dynalite_py.storage.items import Row
from dynalite_py.storage.writer import Transaction, Work

# read: a few rows, at once on the caller's thread. range: a page of rows, on a reading thread of a
# server where it is long. write: in the writer's group. transaction: a write that claims its items
# from arrival to answer. control: in the writer, alone, because it changes the catalog. statement:
# the request's text tells; the handler returns its kind and the work.
Kind: TypeAlias = Literal["read", "range", "write", "transaction", "control", "statement"]
OfKind: TypeAlias = tuple[Kind, Callable[..., bytes]]


class RangeRead(Protocol):
    """The work of a range operation."""

    def __call__(self, db: apsw.Connection, *, brief: bool = False) -> bytes:
        """The answer's bytes; brief: give up where it is long. Raises: ranges.TooLongError."""
        ...


# Rows that were read at a moment before, by their places; None where there was none.
LateRows: TypeAlias = Mapping[Place, Row | None]


class BatchRead(Protocol):
    """The work of a batch of reads, each of which asks for the present or may be late."""

    @property
    def may_be_late(self) -> Sequence[Place]:
        """The items whose reads do not ask for ConsistentRead."""
        ...

    def __call__(
        self, db: apsw.Connection, *, brief: bool = False, late: LateRows | None = None
    ) -> bytes:
        """As of a RangeRead. late: the rows of those items, if they are not to be read here."""
        ...


@dataclass(frozen=True, slots=True)
class ClaimingWork:
    """The work of a transaction.

    claim: takes hold of what the transaction works on and returns what lets it go again. Raises:
    DynamoDBError where another transaction has a part of it.
    """

    run: Work
    claim: Callable[[], Callable[[], None]]

    def __call__(self, transaction: Transaction) -> bytes:
        """The answer's bytes. Raises: DynamoDBError."""
        return self.run(transaction)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation.

    handler: checks a request in the service's order and returns its work, which
    is run by kind: a function of a connection (read), a RangeRead, a function of a Transaction
    (write, control) or ClaimingWork (transaction), to the answer's bytes; with its kind where only
    the request tells that (statement). plain: the work of a request that is seen to be right at one
    look, before the schema is asked; None where it is not.
    """

    name: str
    kind: Kind
    handler: Callable[[Scope, Request], Callable[..., bytes] | OfKind]
    plain: Callable[[Scope, Request], Callable[..., bytes] | None] | None = None
