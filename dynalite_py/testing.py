"""For tests of programs that use DynamoDB: asserts, and the fixtures for ``unittest``.

With pytest the fixtures (``dynalite_store``, ``dynalite_client``...) are there without an import.
"""

from dynalite_py.doors.testing.assertions import (
    ABSENT,
    assert_item,
    assert_items,
    assert_no_item,
)
from dynalite_py.doors.testing.mixin import DynaliteMixin

__all__ = ["ABSENT", "DynaliteMixin", "assert_item", "assert_items", "assert_no_item"]
