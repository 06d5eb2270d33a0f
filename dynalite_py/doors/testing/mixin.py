"""The fixtures of tests that are methods of a ``unittest.TestCase``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from dynalite_py.doors.library.boto3_transport import boto3_client, boto3_resource
from dynalite_py.doors.library.store import Store
from dynalite_py.doors.testing import assertions, contents, templates
from dynalite_py.doors.testing.servers import LocalServer
from dynalite_py.doors.testing.templates import Content, Seed, Tables

if TYPE_CHECKING:
    from unittest import TestCase as _TestCase

    from types_boto3_dynamodb import DynamoDBClient, DynamoDBServiceResource
else:
    _TestCase = object


class DynaliteMixin(_TestCase):
    """Stands before ``unittest.TestCase``, or a class made of it, among a test case's bases: each
    test has a store of its own, ``self.dynalite_store``.

    dynalite_tables, dynalite_seed: what the store begins with, as of the marker of pytest's plugin.
    """

    dynalite_tables: ClassVar[Tables | None] = None
    dynalite_seed: ClassVar[Any] = None
    dynalite_store: Store
    _dynalite_template: ClassVar[Store]
    _dynalite_servers: ClassVar[list[LocalServer]]

    @classmethod
    def setUpClass(cls) -> None:
        """Make the tables and items once."""
        super().setUpClass()
        cls._dynalite_servers = []
        cls._dynalite_template = templates.empty()
        cls.addClassCleanup(cls._dynalite_close)
        # A function among the class's attributes would be a method.
        seed: Seed | None = cls.__dict__.get("dynalite_seed", cls.dynalite_seed)
        if isinstance(seed, staticmethod):
            seed = seed.__func__
        templates.fill(cls._dynalite_template, Content(cls.dynalite_tables, seed))

    @classmethod
    def _dynalite_close(cls) -> None:
        for server in cls._dynalite_servers:
            server.close()
        cls._dynalite_template.close()

    def setUp(self) -> None:
        """Give the test its own store."""
        super().setUp()
        self.dynalite_store = templates.fork(self._dynalite_template)
        self.addCleanup(self.dynalite_store.close)

    @property
    def dynalite_client(self) -> DynamoDBClient:
        """A boto3 client over the test's store."""
        return boto3_client(self.dynalite_store)

    @property
    def dynalite_resource(self) -> DynamoDBServiceResource:
        """A boto3 resource over the test's store."""
        return boto3_resource(self.dynalite_store)

    def dynalite_endpoint(self) -> str:
        """The URL of a server that shows the test's store from now on, until the test ends.

        Clients that are built meanwhile, with whatever SDK, reach it without further settings.
        """
        if not self._dynalite_servers:
            self._dynalite_servers.append(LocalServer())
        server = self._dynalite_servers[0]
        return self.enterContext(server.showing(self.dynalite_store))

    def assertItem(self, target: Any, /, *where: Any, **expected: Any) -> dict[str, Any]:  # noqa: N802 - unittest's way
        """As ``assert_item``."""
        return assertions.assert_item(target, *where, **expected)

    def dynalite_changes(self) -> str:
        """What the test has made of its tables, as lines for a person."""
        return contents.difference(
            contents.of(self._dynalite_template), contents.of(self.dynalite_store)
        )
