"""The page on compatibility says what the code says; the counts of its last columns are a run's."""

from __future__ import annotations

from tests.api_model import coverage


def test_the_page_lists_every_operation_as_the_code_has_it() -> None:
    table = coverage.PAGE.read_text("utf-8").partition(coverage.BEGIN)[2]
    shown = table.partition(coverage.END)[0].strip().splitlines()
    known = list(coverage.rows(set()))
    assert [row.split("|")[1:5] for row in shown] == [row.split("|")[1:5] for row in known]
