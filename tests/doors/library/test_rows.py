"""Rows of an answer, and frames of them where their libraries are installed."""

from __future__ import annotations

import importlib.util
from decimal import Decimal
from typing import Any

import pytest

from dynalite_py.doors.library import rows as module
from dynalite_py.doors.library.rows import Rows

ROWS = Rows(
    ["a", "b", "b"],
    [("x", 1, {"r"}), (None, Decimal("2.5"), None), ("y", 10**30, {"q", "p"})],
)


def test_rows_are_a_sequence_with_names() -> None:
    assert len(ROWS) == 3
    assert ROWS[0] == ("x", 1, {"r"})
    assert [row[0] for row in ROWS] == ["x", None, "y"]
    assert ROWS.to_dicts()[1] == {"a": None, "b": None}
    assert repr(ROWS) == "<Rows: 3 of a, b, b>"


@pytest.mark.parametrize(
    ("method", "name"),
    [("to_pandas", "pandas"), ("to_polars", "polars"), ("to_arrow", "pyarrow")],
)
def test_a_missing_library_is_named(
    method: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(wanted: str) -> Any:
        raise ImportError(wanted)

    monkeypatch.setattr(module, "import_module", absent)
    with pytest.raises(ImportError, match=f"{name} is not installed: pip install {name}"):
        getattr(ROWS, method)()


def needs(name: str) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed")


def test_pandas_keeps_python_values() -> None:
    needs("pandas")
    frame = ROWS.to_pandas()
    assert list(frame.columns) == ["a", "b", "b"]
    assert frame.iloc[2, 1] == 10**30


def test_polars_has_typed_columns() -> None:
    needs("polars")
    frame = ROWS.to_polars()
    assert frame.columns == ["a", "b", "b_2"]
    assert frame["b"].to_list() == [Decimal(1), Decimal("2.5"), Decimal(10**30)]
    assert frame["b_2"].to_list() == [["r"], None, ["p", "q"]]


def test_arrow_has_typed_columns() -> None:
    needs("pyarrow")
    table = ROWS.to_arrow()
    assert table.column_names == ["a", "b", "b_2"]
    assert table.column("b").to_pylist() == [Decimal(1), Decimal("2.5"), Decimal(10**30)]


def test_columns_of_several_types_are_texts() -> None:
    mixed = Rows(["a"], [("x",), (1,), (None,), (True,)])
    assert mixed._column(0) == ["x", "1", None, "True"]  # pyright: ignore[reportPrivateUsage]
    whole = Rows(["a"], [(1,), (None,)])
    assert whole._column(0) == [1, None]  # pyright: ignore[reportPrivateUsage]
