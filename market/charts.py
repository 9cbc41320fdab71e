"""Pictures of numbers, worked out here and drawn by a template as SVG: bars, and a line over the days.

All is in a box of 0 to 100 both ways, stretched by the page; words stand beside it as text, so that they can be read,
enlarged and translated. Each picture comes with the same numbers as a table.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

TICKS = 4
_GAP = 0.32  # of a bar's room
_LABELS = 7  # below a line: more would not fit on a phone


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str
    text: str  # the value for people
    value: int


@dataclass(frozen=True)
class Chart:
    """`ticks` from the top down, evenly spaced; `labels` from the start to the end, evenly spaced."""

    title: str
    kind: str  # bars, line
    bars: Sequence[Bar]
    line: str  # path data
    area: str
    ticks: Sequence[str]
    grid: Sequence[float]
    labels: Sequence[str]
    summary: str
    total: str
    zero: float = 100.0  # where nothing is

    @property
    def is_empty(self) -> bool:
        return not any(bar.value for bar in self.bars)


def bar_chart(
    title: str,
    points: Sequence[tuple[str, int]],
    written: Callable[[int], str],
    *,
    short: Callable[[int], str] | None = None,
    summary: str = "",
    total: str = "",
) -> Chart:
    """`points`: label and value; values may be below zero (a month of refunds)."""
    return _chart("bars", title, points, written, short or written, summary, total)


def line_chart(
    title: str,
    points: Sequence[tuple[str, int]],
    written: Callable[[int], str],
    *,
    summary: str = "",
    total: str = "",
) -> Chart:
    return _chart("line", title, points, written, written, summary, total)


def _chart(
    kind: str, title: str, points: Sequence[tuple[str, int]], written: Callable[[int], str],
    short: Callable[[int], str], summary: str, total: str,
) -> Chart:  # fmt: skip
    low, high = scale(min([0, *(value for _label, value in points)]), max([0, *(value for _label, value in points)]))
    span = high - low

    def at(value: int) -> float:
        return round(100 - (value - low) * 100 / span, 3)

    room = 100 / max(1, len(points))
    bars = [
        Bar(
            round(index * room + room * _GAP / 2, 3), min(at(value), at(0)), round(room * (1 - _GAP), 3),
            round(abs(at(value) - at(0)), 3), label, written(value), value,
        )
        for index, (label, value) in enumerate(points)
    ]  # fmt: skip
    corners = [(round((index + 0.5) * room, 3), at(value)) for index, (_label, value) in enumerate(points)]
    line = "M" + "L".join(f"{x} {y}" for x, y in corners) if corners else ""
    area = f"{line}L{corners[-1][0]} {at(0)}L{corners[0][0]} {at(0)}Z" if corners else ""
    steps = [low + span * step // TICKS for step in range(TICKS, -1, -1)]
    labels = [label for label, _value in points]
    return Chart(
        title, kind, bars, line, area, [short(step) for step in steps], [at(step) for step in steps],
        labels if kind == "bars" else _thinned(labels), summary, total, at(0),
    )  # fmt: skip


def _thinned(labels: Sequence[str]) -> list[str]:
    """So many that they can be read, evenly chosen, the first and the last among them."""
    if len(labels) <= _LABELS:
        return list(labels)
    last = len(labels) - 1
    return [labels[round(index * last / (_LABELS - 1))] for index in range(_LABELS)]


def scale(low: int, high: int) -> tuple[int, int]:
    """Round ends of an axis around these values, a whole multiple of TICKS apart."""
    span = max(high - low, 1)
    for step in _steps():
        start = (low // step) * step
        if start + step * TICKS >= high and step * TICKS >= span:
            return start, start + step * TICKS
    raise AssertionError("steps grow without end")


def _steps() -> Iterator[int]:
    size = 1
    while True:
        for factor in (1, 2, 5):
            yield size * factor
        size *= 10
