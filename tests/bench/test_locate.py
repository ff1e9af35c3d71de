"""The measurement itself: it compares like with like, and its rows say which way is better."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import locate
from bench.table import BenchRow, less_is_better, more_is_better, print_table
from bench.town import make_grids, read_outline
from geo.topology import check_grids


def test_ours_and_the_baseline_agree_on_a_small_town(monkeypatch: pytest.MonkeyPatch) -> None:
    town = ("19 grids", {"comprehensive": 12, "police": 4, "professional": 3}, ">= 8x")
    monkeypatch.setattr(locate, "TOWNS", (town,))
    rows = list(locate.rows(Path("no such file"), points=3_000))
    assert [row.name.split(" ")[0] for row in rows] == ["build", "locate", "edge"]
    assert all(row.ours > 0 for row in rows)


def test_a_difference_from_the_baseline_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        locate, "TOWNS", (("4 grids", {"comprehensive": 2, "police": 1, "professional": 1}, ""),)
    )
    monkeypatch.setattr(locate, "_joined", lambda points, grids, kind: ["wrong"] * len(points))
    with pytest.raises(AssertionError, match="differ from the baseline"):
        list(locate.rows(Path("no such file"), points=100))


def test_the_grids_measured_on_are_clean_tilings() -> None:
    outline = read_outline(Path("no such file"))
    grids = make_grids(outline, {"comprehensive": 30, "police": 5, "professional": 3})
    assert [problem for problem in check_grids(grids, outline, "EPSG:4549") if problem.is_blocking] == []


def test_ratios_say_how_many_times_better_ours_is() -> None:
    assert less_is_better("time", 0.5, 2.0, "s").ratio == 4.0
    assert more_is_better("rate", 300.0, 100.0, "rows/s").ratio == 3.0
    assert less_is_better("alone", 0.5, None, "s").ratio is None


def test_the_table_lines_up(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([BenchRow("定位", 0.1, 0.8, "s", ">= 8x", 8.0), BenchRow("rows", 12_345.6, None, "rows/s")])
    header, first, second = capsys.readouterr().out.splitlines()
    assert header.split() == ["what", "ours", "baseline", "unit", "ratio", "aim"]
    assert first.split() == ["定位", "0.1", "0.8", "s", "8.00x", ">=", "8x"]
    assert second.split() == ["rows", "12,346", "rows/s"]
