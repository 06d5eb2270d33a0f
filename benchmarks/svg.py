"""Charts as SVG text: horizontal bars in groups, and lines over a logarithmic axis.

A chart brings its own ground and follows the reader's colour scheme by a style sheet of its own, so
that it is readable on a light page and on a dark one. Every bar and every line is labelled in
words: colour alone tells nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, MARGIN = 860, 16
LABEL_WIDTH, VALUE_WIDTH = 250, 120
BAR, GAP, GROUP_GAP, HEAD = 15, 3, 16, 62
PLOT_HEIGHT, AXIS_LEFT, AXIS_BOTTOM, LEGEND_WIDTH = 300, 70, 44, 170
# By turns on both grounds with a contrast of 3 to 1 or more; the first is ours.
LIGHT = ("#0b6bcb", "#6b7280", "#b45309", "#a16207", "#15803d", "#9333ea", "#be123c", "#0f766e")
DARK = ("#5aa9ff", "#9ca3af", "#f0a35e", "#d9b84a", "#4ade80", "#c084fc", "#fb7185", "#2dd4bf")


@dataclass(frozen=True, slots=True)
class Bars:
    """One group of bars. values: by the name of what was measured; texts: written behind them."""

    name: str
    values: Mapping[str, float]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart: points of (x, y), both above zero."""

    name: str
    points: Sequence[tuple[float, float]]


def _style() -> str:
    def colours(ground: str, ink: str, faint: str, fills: Sequence[str]) -> str:
        rules = [f".ground{{fill:{ground}}}", f"text{{fill:{ink}}}", f".axis{{stroke:{faint}}}"]
        rules += [f".s{n}{{fill:{fill}}}.l{n}{{stroke:{fill}}}" for n, fill in enumerate(fills)]
        return "".join(rules)

    font = "text{font:13px system-ui,sans-serif}.title{font-size:17px;font-weight:600}"
    light = colours("#ffffff", "#1f2328", "#d0d7de", LIGHT)
    dark = colours("#0d1117", "#e6edf3", "#3d444d", DARK)
    line = "polyline{fill:none;stroke-width:2.5}"
    return (
        f"<style>{font}.small{{font-size:12px}}{line}{light}"
        f"@media(prefers-color-scheme:dark){{{dark}}}</style>"
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", style: str = "") -> str:
    """One line of words."""
    shown = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{shown}>{escape(words)}</text>'


def document(height: float, title: str, subtitle: str, body: Sequence[str]) -> str:
    """A whole file."""
    box = f'viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
            f"<title>{escape(title)}</title>",
            _style(),
            f'<rect class="ground" width="{WIDTH}" height="{height:.0f}" rx="8"/>',
            text(MARGIN, 28, title, style="title"),
            text(MARGIN, 48, subtitle, style="small"),
            *body,
            "</svg>",
            "",
        ]
    )


def bars(title: str, subtitle: str, groups: Sequence[Bars], subjects: Sequence[str]) -> str:
    """Bars whose lengths are in proportion within their group; the longest fills the width."""
    body: list[str] = []
    room = WIDTH - MARGIN - LABEL_WIDTH - VALUE_WIDTH
    y = float(HEAD)
    for group in groups:
        y += GROUP_GAP
        body.append(text(MARGIN, y, group.name))
        y += 6
        most = max(group.values.values())
        for subject in (name for name in subjects if name in group.values):
            length = max(1.0, room * group.values[subject] / most)
            baseline = y + BAR - 3
            colour = subjects.index(subject) % len(LIGHT)
            place = f'x="{LABEL_WIDTH}" y="{y:.1f}" width="{length:.1f}" height="{BAR}" rx="2"'
            body += [
                text(LABEL_WIDTH - 8, baseline, subject, anchor="end", style="small"),
                f'<rect class="s{colour}" {place}/>',
                text(LABEL_WIDTH + length + 6, baseline, group.texts[subject], style="small"),
            ]
            y += BAR + GAP
    return document(y + MARGIN, title, subtitle, body)


def lines(
    title: str,
    subtitle: str,
    drawn: Sequence[Line],
    *,
    axes: tuple[str, str],
    order: Sequence[str] = (),
) -> str:
    """Lines over two logarithmic axes. axes: names of x and y; order: decides the colours."""
    xs = sorted({x for line in drawn for x, _ in line.points})
    ys = [y for line in drawn for _, y in line.points]
    low, high = _decades(min(ys), max(ys))
    left, right = AXIS_LEFT, WIDTH - LEGEND_WIDTH
    top, bottom = HEAD + 14, HEAD + 14 + PLOT_HEIGHT

    def place_x(x: float) -> float:
        span = math.log(xs[-1] / xs[0]) or 1.0
        return left + 12 + (right - left - 24) * math.log(x / xs[0]) / span

    def place_y(y: float) -> float:
        return bottom - PLOT_HEIGHT * math.log(y / low) / math.log(high / low)

    body = [text(left, top - 6, axes[1], style="small")]
    for y in _ticks(low, high):
        at = place_y(y)
        body += [
            f'<line class="axis" x1="{left}" x2="{right}" y1="{at:.1f}" y2="{at:.1f}"/>',
            text(left - 8, at + 4, f"{y:,g}", anchor="end", style="small"),
        ]
    body += [text(place_x(x), bottom + 18, f"{x:,g}", anchor="middle", style="small") for x in xs]
    body.append(text((left + right) / 2, bottom + 36, axes[0], anchor="middle", style="small"))
    taken: list[float] = []
    for line in sorted(drawn, key=lambda line: line.points[-1][1]):  # labels from below upwards
        known = list(order) if line.name in order else [one.name for one in drawn]
        colour = known.index(line.name) % len(LIGHT)
        points = " ".join(f"{place_x(x):.1f},{place_y(y):.1f}" for x, y in line.points)
        body.append(f'<polyline class="l{colour}" points="{points}"/>')
        label = place_y(line.points[-1][1]) + 4
        if taken and label > taken[-1] - 15:
            label = taken[-1] - 15
        taken.append(label)
        body.append(text(right + 6, label, line.name, style="small"))
    return document(bottom + AXIS_BOTTOM, title, subtitle, body)


def _decades(least: float, most: float) -> tuple[float, float]:
    """Bounds of an axis: the powers of ten around some values."""
    low = 10.0 ** math.floor(math.log10(least))
    high = 10.0 ** math.ceil(math.log10(most))
    return low, high if high > low else low * 10


def _ticks(low: float, high: float) -> list[float]:
    decades = round(math.log10(high / low))
    start = round(math.log10(low))
    whole = [10.0 ** (start + n) for n in range(decades + 1)]
    if decades > 2:
        return whole
    between = [factor * tick for tick in whole[:-1] for factor in (1, 2, 5)]
    return [*between, whole[-1]]
