"""What one request may see: the tables of its caller's account and region, the clock, the
settings.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeAlias

from dynalite_py.model import arns, errors
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import Clock
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Table
from dynalite_py.operations.transitions import AT_ONCE, Transitions

if TYPE_CHECKING:
    from dynalite_py.storage.catalog import Catalog
    from dynalite_py.storage.claims import Claims
    from dynalite_py.storage.database import Database

_LOG = logging.getLogger(__name__)

Request: TypeAlias = dict[str, Any]


class Scope:
    """One caller's view of the store. extensions: members that DynamoDB does not know are read.
    secret: the store's, for tokens.
    """

    __slots__ = (
        "_catalog",
        "account",
        "caller",
        "claims",
        "clock",
        "database",
        "extensions",
        "region",
        "secret",
        "transitions",
    )

    def __init__(
        self,
        caller: Caller,
        *,
        catalog: Catalog,
        claims: Claims,
        clock: Clock,
        database: Database,
        transitions: Transitions = AT_ONCE,
        secret: bytes = b"",
    ) -> None:
        self.caller = caller
        self.account = caller.account
        self.region = caller.region
        self.extensions = caller.extensions
        self.clock = clock
        self.database = database
        self.claims = claims
        self.transitions = transitions
        self.secret = secret
        self._catalog = catalog

    @property
    def catalog(self) -> Catalog:
        """Every table of the store; table operations change it."""
        return self._catalog

    def table(self, name: str) -> Table:
        """The table an item operation names, by name or ARN. Raises: DynamoDBError (not found)."""
        table = self._catalog.find(self.account, self.region, name)
        if table is not None and table.ready:
            return table
        table = self.named(name)
        if table is None or table.hidden:
            raise errors.table_not_found()
        return table

    def known(self, name: str) -> Table | None:
        """The table of this very name, ready for item operations; None asks for a closer look."""
        table = self._catalog.find(self.account, self.region, name)
        return table if table is None or table.ready else self._usable(table)

    def named(self, name: str) -> Table | None:
        """The table of this name or ARN in any state; None where there is none."""
        account, region, short = self.account, self.region, name
        if name.startswith("arn:"):
            parsed = arns.parse_table(name)
            if parsed is None:
                return None
            region, account, short = parsed
            if region != self.region:
                return None
        table = self._catalog.find(account, region, short)
        if table is not None and table.change is not None:
            table = table.at(self.clock.now())
        if table is None:
            self._name_other_places(short, account)
        return table

    def _name_other_places(self, name: str, asked: str) -> None:
        """The commonest newcomer's trap: the table is there, in another region or account.

        asked: the account that was looked into.
        """
        for account, region in self._catalog.elsewhere(name, self.clock.now()):
            _LOG.warning(
                "no table %s in region %s, account %s; there is one in region %s, account %s",
                name,
                self.region,
                asked,
                region,
                account,
            )

    def check_free(self, table: Table, key: Key) -> None:
        """Refuse a write to an item that a transaction under way has. Raises: DynamoDBError."""
        if self.claims.holds((table.id, key)):
            raise errors.transaction_conflict()

    def current(self, table: Table) -> Table:
        """The table's present record, inside a write.

        Raises: DynamoDBError where it is gone meanwhile.
        """
        current = self._catalog.current(table.id)
        if current is not None and not current.ready:
            current = self._usable(current)
        if current is None:
            raise errors.table_not_found()
        return current

    def _usable(self, table: Table) -> Table | None:
        """What the table is at this time, if operations on items find it."""
        now = table.at(self.clock.now())
        return None if now is None or now.hidden else now
