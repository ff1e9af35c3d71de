"""One row of a measurement and the table that shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import east_asian_width


@dataclass(frozen=True)
class BenchRow:
    """Ours beside a baseline of the same run, both in `unit`.

    `ratio` is how many times better ours is (greater is better, whichever way the unit runs); None where
    there is no baseline. `aim` says in words what was hoped for, empty if nothing.
    """

    name: str
    ours: float
    baseline: float | None
    unit: str
    aim: str = ""
    ratio: float | None = None


def less_is_better(name: str, ours: float, baseline: float | None, unit: str, aim: str = "") -> BenchRow:
    """A row of times or sizes: the ratio is baseline ÷ ours."""
    return BenchRow(
        name, ours, baseline, unit, aim, baseline / ours if baseline is not None and ours else None
    )


def more_is_better(name: str, ours: float, baseline: float | None, unit: str, aim: str = "") -> BenchRow:
    """A row of rates: the ratio is ours ÷ baseline."""
    return BenchRow(name, ours, baseline, unit, aim, ours / baseline if baseline else None)


def print_table(rows: Iterable[BenchRow]) -> None:
    """Print rows under a header, columns aligned, each row as soon as it is known."""
    print(_line(("what", "ours", "baseline", "unit", "ratio", "aim")))
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}x"
        print(
            _line((row.name, _number(row.ours), _number(row.baseline), row.unit, ratio, row.aim)), flush=True
        )


_WIDTHS = (62, 12, 12, 8, 9, 18)


def _line(cells: tuple[str, ...]) -> str:
    return "  ".join(_pad(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def _pad(text: str, width: int) -> str:
    shown = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * max(width - shown, 0)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
