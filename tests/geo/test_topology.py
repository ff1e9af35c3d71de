"""Planted faults are found with their grids, place and size; a clean set has none."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.topology import ProblemKind, Tolerances, areas_m2, check_grids, crosswalk, current
from tests.geo.towns import PROJECTED_CRS, SOUTH, STEP, WEST, checkerboard, grids, square, town_outline

SQUARE_M2 = 641_000  # about: 740 m by 866 m


def found(table: Any, outline: Any = None, **options: Any) -> list[tuple[str, tuple[str, ...], bool]]:
    outline = town_outline() if outline is None else outline
    problems = check_grids(table, outline, PROJECTED_CRS, **options)
    return [(problem.kind_of_problem.value, problem.grid_codes, problem.is_blocking) for problem in problems]


def police(*shapes: Any) -> Any:
    return grids(*((f"p{number}", "police", shape) for number, shape in enumerate(shapes)))


def test_a_clean_town_has_no_problem() -> None:
    assert found(checkerboard()) == []


WIDE, NARROW = 0.01, 0.0004  # of a step: about 7 m and 0.3 m

# name, grids over the outline of two squares, what is found
FAULTS = (
    ("overlap", police(square(0, 0, 1 + WIDE, 1), square(1, 0)), [("overlap", ("p0", "p1"), True)]),
    ("gap", police(square(0, 0, 1 - WIDE, 1), square(1, 0)), [("gap", ("p0", "p1"), True)]),
    ("hair overlap", police(square(0, 0, 1 + NARROW, 1), square(1, 0)), [("overlap", ("p0", "p1"), False)]),
    ("hair gap", police(square(0, 0, 1 - NARROW, 1), square(1, 0)), [("gap", ("p0", "p1"), False)]),
    ("outside", police(square(0, 0), square(1, 0, 1.2, 1)), [("outside", ("p1",), True)]),
    ("far outside", police(square(0, 0), square(1, 0), square(9, 9)), [("outside", ("p2",), True)]),
    ("empty", police(square(0, 0, 2, 1), shapely.Polygon()), [("empty", ("p1",), True)]),
    ("missing", police(square(0, 0, 2, 1), None), [("empty", ("p1",), True)]),
    ("line", police(square(0, 0, 2, 1), square(0, 0).boundary), [("invalid", ("p1",), True)]),
    (
        "sliver",
        police(square(0, 0, 1, 1), square(1, 0, 1 - 0.005, 1), square(2 - 0.005, 0, 0.005, 1)),
        [("sliver", ("p2",), False)],
    ),
    (
        "duplicate code",
        grids(("p0", "police", square(0, 0)), ("p0", "police", square(1, 0))),
        [("duplicate_code", ("p0",), True)],
    ),
    (
        "missing code",
        grids((None, "police", square(0, 0)), ("p1", "police", square(1, 0))),
        [("missing_code", (), True)],
    ),
    (
        "unknown kind",
        grids(("p0", "police", square(0, 0, 2, 1)), ("x", "fire", square(0, 0))),
        [("unknown_kind", ("x",), True)],
    ),
    (
        "no village",
        grids(("c0", "comprehensive", square(0, 0, 2, 1), None), ("p0", "police", square(0, 0, 2, 1), None)),
        [("no_village", ("c0",), True)],
    ),
)


@pytest.mark.parametrize(("name", "table", "expected"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_planted_faults_are_found_and_nothing_else(name: str, table: Any, expected: Any) -> None:
    assert found(table, square(0, 0, 2, 1)) == expected


def test_a_self_crossing_ring_is_named_with_its_place() -> None:
    bow_tie = shapely.Polygon(
        [(WEST, SOUTH), (WEST + STEP, SOUTH + STEP), (WEST + STEP, SOUTH), (WEST, SOUTH + STEP)]
    )
    problems = check_grids(police(bow_tie), None, PROJECTED_CRS)
    (invalid,) = [problem for problem in problems if problem.kind_of_problem is ProblemKind.INVALID]
    assert invalid.is_blocking
    assert "自相交" in invalid.message
    assert (invalid.lon, invalid.lat) == (
        pytest.approx(WEST + STEP / 2, abs=1e-5),
        pytest.approx(SOUTH + STEP / 2, abs=1e-5),
    )


def test_an_overlap_has_its_place_size_and_words() -> None:
    table = police(square(0, 0, 1.5, 1), square(1, 0))
    (overlap,) = check_grids(table, square(0, 0, 2, 1), PROJECTED_CRS)
    assert overlap.size_m2 == pytest.approx(SQUARE_M2 / 2, rel=0.01)
    assert overlap.length_m == pytest.approx(2 * (370 + 866), rel=0.01)
    assert square(1, 0, 0.5, 1).contains(shapely.Point(overlap.lon, overlap.lat))
    assert "p0" in overlap.message
    assert "p1" in overlap.message
    assert "平方米" in overlap.message


def test_without_an_outline_holes_between_grids_are_gaps() -> None:
    ring = [square(column, row) for column in range(3) for row in range(3) if (column, row) != (1, 1)]
    (gap,) = check_grids(police(*ring), None, PROJECTED_CRS)
    assert gap.kind_of_problem is ProblemKind.GAP
    assert gap.size_m2 == pytest.approx(SQUARE_M2, rel=0.01)
    assert len(gap.grid_codes) == 8


def test_professional_sites_may_overlap_and_leave_gaps() -> None:
    sites = grids(("s0", "professional", square(0, 0)), ("s1", "professional", square(0.5, 0)))
    assert found(sites, square(0, 0, 4, 4)) == []


def test_blocking_problems_come_first_and_tolerances_can_be_set() -> None:
    table = police(square(0, 0, 1 + NARROW, 1), square(1, 0, 0.8, 1))
    outline = square(0, 0, 2, 1)
    assert [blocking for *_, blocking in found(table, outline)] == [True, False]
    strict = Tolerances(noise_width_m=0.0)
    assert [blocking for *_, blocking in found(table, outline, tolerances=strict)] == [True, True]
    loose = Tolerances(min_area_m2=1e6)
    assert found(table, outline, tolerances=loose) == []


def test_the_outline_may_be_a_frame_a_series_or_a_geometry() -> None:
    frame = grids(("t", "police", town_outline()))
    for outline in (town_outline(), frame, frame.geometry):
        assert check_grids(checkerboard(), outline, PROJECTED_CRS) == []


def test_areas_are_square_metres_of_the_projected_crs() -> None:
    table = checkerboard().set_index("code")
    areas = areas_m2(table, PROJECTED_CRS)
    assert areas["c00"] == pytest.approx(SQUARE_M2, rel=0.005)
    assert areas["p0"] == pytest.approx(8 * SQUARE_M2, rel=0.005)
    assert list(areas.index) == list(table.index)


def test_feet_are_measured_in_metres() -> None:
    block = grids(("a", "police", shapely.box(-71.06, 42.36, -71.05, 42.37)))
    assert areas_m2(block, "EPSG:2249")[0] == pytest.approx(823.9 * 1110.9, rel=0.002)


def test_the_crosswalk_shares_add_up() -> None:
    table = crosswalk(checkerboard(), "police", "comprehensive", PROJECTED_CRS)
    assert list(table.columns) == ["code_a", "code_b", "area_m2", "share_of_a"]
    assert len(table) == 16
    assert np.allclose(table.groupby("code_a")["share_of_a"].sum(), 1.0, atol=1e-6)
    assert table["share_of_a"].iloc[0] == pytest.approx(1 / 8, abs=1e-3)
    sites = crosswalk(checkerboard(), "professional", "comprehensive", PROJECTED_CRS)
    assert sites["code_b"].tolist() == ["c05", "c06", "c09", "c10"]
    assert sites["share_of_a"].tolist() == pytest.approx([0.25] * 4, abs=1e-3)


def test_a_crosswalk_with_an_absent_kind_is_empty() -> None:
    police_only = checkerboard().query("kind == 'police'")
    assert crosswalk(police_only, "police", "comprehensive", PROJECTED_CRS).empty


ENDS = date(2026, 7, 1)
# valid_from, valid_to, valid on the day itself
BOUNDS = (
    (None, None, True),
    (date(2026, 7, 1), None, True),
    (date(2026, 7, 2), None, False),
    (date(2020, 1, 1), date(2026, 7, 1), False),
    (date(2020, 1, 1), date(2026, 7, 2), True),
    (pd.Timestamp("2020-01-01"), pd.NaT, True),
    ("2020-01-01", "", True),
    ("2020-01-01", "2026-07-01", False),
)


@pytest.mark.parametrize(("valid_from", "valid_to", "is_valid"), BOUNDS)
def test_a_grid_is_valid_from_its_first_day_to_the_day_before_its_end(
    valid_from: Any, valid_to: Any, is_valid: bool
) -> None:
    table = police(square(0, 0)).assign(valid_from=[valid_from], valid_to=[valid_to])
    assert len(current(table, ENDS)) == int(is_valid)


def test_grids_without_dates_are_always_valid() -> None:
    assert len(current(checkerboard(), ENDS)) == 19
