"""The second command: draw what a kept run found, as SVG in docs/plots/.

python -m benchmarks.plots [RESULT]      # the newest kept run, where none is named
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import growth, http, kept, names, peers, report, svg, ycsb
from benchmarks.harness import FLOOR, OURS, Figure

FOLDER = peers.CHECKOUT / "docs" / "plots"
SUBJECTS = names.SUBJECTS
WITHOUT_FLOOR = tuple(name for name in SUBJECTS if name != FLOOR)

Figures = Mapping[str, Figure]


def rates(
    figures: Figures, wanted: Mapping[str, str], title: str, subjects: Sequence[str]
) -> str | None:
    """Bars of some figures, by their name in the plot; None where none of them was measured."""
    groups: list[svg.Bars] = []
    for name, shown in wanted.items():
        figure = figures.get(name)
        if figure is None:
            continue
        values = {
            subject: spread.median
            for subject, spread in figure.values.items()
            if subject in subjects
        }
        texts = {subject: report.number(value) for subject, value in values.items()}
        if values:
            groups.append(svg.Bars(f"{shown}, {figure.unit}", values, texts))
    if not groups:
        return None
    units = {figures[name].unit for name in wanted if name in figures}
    better = "longer is better" if all("/s" in unit for unit in units) else "shorter is better"
    return svg.bars(title, f"medians of one run; {better}", groups, subjects)


def over_connections(figures: Figures, title: str, name: str) -> str | None:
    """Lines of one operation at every number of connections."""
    measured = {
        count: figures[figure]
        for count in http.CONNECTIONS
        for figure in ((names.get if name == "GetItem" else names.put)(count),)
        if figure in figures
    }
    lines = [
        svg.Line(subject, points)
        for subject in SUBJECTS
        if (
            points := [
                (float(count), figure.values[subject].median)
                for count, figure in measured.items()
                if subject in figure.values
            ]
        )
        and len(points) > 1
    ]
    if not lines:
        return None
    axes = ("connections", "requests/s")
    return svg.lines(
        title, "medians of one run; higher is better", lines, axes=axes, order=SUBJECTS
    )


def over_sizes(figures: Figures) -> str | None:
    """Lines of GetItem and PutItem in a growing table."""
    lines: list[svg.Line] = []
    for operation, name in (("GetItem", names.get_at), ("PutItem", names.put_at)):
        points = [
            (float(size), figures[name(size)].values[OURS].median)
            for size in growth.SIZES
            if name(size) in figures and OURS in figures[name(size)].values
        ]
        if len(points) > 1:
            lines.append(svg.Line(operation, points))
    if not lines:
        return None
    title = "A growing table, in process"
    subtitle = "medians, not durable; lower is better"
    return svg.lines(title, subtitle, lines, axes=("items in the table", "µs a call"))


def drawn(figures: Sequence[Figure]) -> dict[str, str]:
    """Every plot that the figures allow, by the name of its file."""
    found = {figure.name: figure for figure in figures}
    operations = {
        names.get(8): "GetItem",
        names.put(8): "PutItem, durable here",
        names.UPDATE: "UpdateItem with condition",
        names.FILTERED_QUERY: "Query of 50 items, half filtered out",
        names.LARGE_PAGE: "Query, a page of 1 MB",
        names.TRANSACTION: "TransactWriteItems of 10 puts",
        names.INDEXED_PUT: "PutItem with five global indexes",
    }
    mixes = {ycsb.name_of(mix): f"YCSB {mix.letter}" for mix in ycsb.MIXES}
    costs = {
        names.START: "start to first answer",
        names.IDLE_MEMORY: "memory, idle",
        names.FILE_BYTES: "file per item of 250 bytes",
        names.LARGE_SCAN: "Scan of 100,000 items, 100 pass the filter",
    }
    plots = {
        "operations.svg": rates(found, operations, "Requests a second at 8 connections", SUBJECTS),
        "ycsb.svg": rates(found, mixes, "YCSB at 8 connections", WITHOUT_FLOOR),
        "costs.svg": rates(found, costs, "Time, memory and file", WITHOUT_FLOOR),
        "get.svg": over_connections(found, "GetItem by connections", "GetItem"),
        "put.svg": over_connections(found, "Durable PutItem by connections", "PutItem"),
        "growth.svg": over_sizes(found),
    }
    return {name: plot for name, plot in plots.items() if plot is not None}


def write(figures: Sequence[Figure], folder: Path) -> list[str]:
    """Write every plot that the figures allow; the names of the files. Raises: OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    plots = drawn(figures)
    for name, plot in plots.items():
        (folder / name).write_text(plot, encoding="utf-8")
    return list(plots)


def main(given: Sequence[str] | None = None) -> int:
    """Draw the plots of a kept run; 2 where there is none."""
    paths = sys.argv[1:] if given is None else list(given)
    path = Path(paths[0]) if paths else kept.newest(kept.FOLDER)
    if path is None:
        print("no run is kept: python -m benchmarks.run")
        return 2
    for name in write(kept.read(path).figures, FOLDER):
        print(f"docs/plots/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
