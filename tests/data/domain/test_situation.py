"""What changed between two pictures is little, and applying it gives the newer one."""

from hypothesis import given
from hypothesis import strategies as st

from data.domain.situation import apply, difference

KEYS = st.text("abc", min_size=1, max_size=2)
ROWS = st.dictionaries(KEYS, st.fixed_dictionaries({"x": st.integers(0, 3)}), max_size=5)
FIGURES = st.fixed_dictionaries({name: st.integers(0, 2) for name in ("open", "overdue", "today")})
PICTURES = st.fixed_dictionaries(
    {
        "cases": ROWS,
        "staff": ROWS,
        "figures": FIGURES,
        "grids": ROWS,
        "geometry": st.text("ab", min_size=1, max_size=1),
        "hidden": st.integers(0, 2),
        "sources": st.lists(st.integers(0, 2), max_size=2),
        "trend": st.integers(0, 2),
        "demo_progress": st.none() | st.floats(0, 1),
        "is_simulated": st.booleans(),
    }
)


@given(PICTURES, PICTURES)
def test_applying_the_difference_gives_the_newer_picture(old, new):
    assert apply(old, difference(old, new)) == new


@given(PICTURES)
def test_no_change_is_empty(picture):
    assert difference(picture, dict(picture)) == {}


def test_only_what_changed_travels():
    old = {
        "cases": {"1": {"x": 1}, "2": {"x": 2}},
        "staff": {},
        "figures": {"open": 2},
        "grids": {"g": 1, "h": 1, "gone": 1},
        "geometry": "before",
    }
    new = {
        "cases": {"2": {"x": 2}, "3": {"x": 3}},
        "staff": {},
        "figures": {"open": 2},
        "grids": {"g": 2, "h": 1},
        "geometry": "after",
    }
    assert difference(old, new) == {
        "cases": {"put": {"3": {"x": 3}}, "drop": ["1"]},
        "grids": {"put": {"g": 2}, "drop": ["gone"]},
        "geometry": "after",
    }
