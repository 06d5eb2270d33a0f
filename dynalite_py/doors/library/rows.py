"""The rows that answer a question in SQL, and frames of them where the libraries are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from importlib import import_module
from typing import Any, cast

_LARGEST, _LEAST = (1 << 63) - 1, -(1 << 63)


class Rows:
    """Names of columns and rows of plain Python values: str, int, Decimal, bytes, bool, None, list,
    dict, set.
    """

    __slots__ = ("columns", "rows")

    def __init__(self, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        self.columns: list[str] = list(columns)
        self.rows: list[tuple[Any, ...]] = list(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.rows)

    def __getitem__(self, at: int) -> tuple[Any, ...]:
        return self.rows[at]

    def __repr__(self) -> str:
        return f"<Rows: {len(self.rows)} of {', '.join(self.columns)}>"

    def to_dicts(self) -> list[dict[str, Any]]:
        """A dict for each row; of columns of one name, the last one counts."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_pandas(self) -> Any:
        """A pandas DataFrame. Raises: ImportError where pandas is not installed."""
        pandas = _library("pandas")
        frame = pandas.DataFrame(self.rows, columns=range(len(self.columns)))
        frame.columns = self.columns
        return frame

    def to_polars(self) -> Any:
        """A polars DataFrame. Raises: ImportError where polars is not installed."""
        polars = _library("polars")
        series = [
            polars.Series(name, self._column(at), strict=False)
            for at, name in enumerate(unlike(self.columns))
        ]
        return polars.DataFrame(series)

    def to_arrow(self) -> Any:
        """A pyarrow Table. Raises: ImportError where pyarrow is not installed."""
        pyarrow = _library("pyarrow")
        arrays = [pyarrow.array(self._column(at)) for at in range(len(self.columns))]
        return pyarrow.table(arrays, names=unlike(self.columns))

    def _column(self, at: int) -> list[Any]:
        """The values of a column as a typed column can hold them.

        Sets are lists; whole numbers among decimals, and those beyond 64 bits, are decimals; values
        of several types are texts.
        """
        cells = [_listed(row[at]) for row in self.rows]
        kinds: set[type] = {type(cell) for cell in cells if cell is not None}
        if kinds <= {int, Decimal} and kinds:
            wide = Decimal in kinds or any(
                cell is not None and not _LEAST <= cell <= _LARGEST for cell in cells
            )
            return [None if cell is None else Decimal(cell) if wide else cell for cell in cells]
        if len(kinds) > 1:
            return [cell if cell is None or isinstance(cell, str) else str(cell) for cell in cells]
        return cells


def _listed(value: Any) -> Any:
    if isinstance(value, set):
        return sorted(cast("set[Any]", value))
    if isinstance(value, list):
        return [_listed(member) for member in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: _listed(member) for name, member in cast("dict[str, Any]", value).items()}
    return value


def unlike(names: Sequence[str], numbered: str = "{}_{}") -> list[str]:
    """The names, later ones of one name with a number: ``numbered`` puts both together."""
    taken: list[str] = []
    for name in names:
        unique, number = name, 2
        while unique in taken:
            unique, number = numbered.format(name, number), number + 1
        taken.append(unique)
    return taken


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as failure:
        raise ImportError(
            f"{name} is not installed: pip install {name}, or 'dynalite_py[analytics]'", name=name
        ) from failure
