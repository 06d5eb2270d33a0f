"""Descriptions with members that are empty, or of another type than they should be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.described_tables import REQUEST, only

DESCRIBED = {**REQUEST, "TableStatus": "ACTIVE"}


@pytest.mark.parametrize("empty", [None, "x", {}])
@pytest.mark.parametrize("name", ["BillingModeSummary", "TableClassSummary", "SSEDescription"])
def test_members_that_say_nothing_are_left_out(name: str, empty: Any) -> None:
    assert only({"Table": {**DESCRIBED, name: empty}}).create == REQUEST
