"""Past instants of a month of the demo, held against the journal folded by hand and against the live picture."""

from datetime import timedelta
from itertools import groupby

import pytest
from sqlalchemy import select

from data.domain.fold import fold
from data.domain.vocabulary import AsOf
from data.settings import Settings
from data.store.journal import entry_of
from data.store.tables import journal
from data.views.live import LivePicture
from data.views.past_situation import situation_at
from data.world import World, open_world
from tests.data.demo.conftest import REFERENCE


@pytest.fixture(scope="module")
def world(demo) -> World:
    opened = open_world(Settings(database_url=str(demo.engine.url), simulate=0))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def journals(demo):
    with demo.read() as connection:
        rows = connection.execute(select(journal).order_by(journal.c.case_id, journal.c.sequence))
        return {
            key: [entry_of(row) for row in found] for key, found in groupby(rows, lambda row: row.case_id)
        }


def folded(journals, at, as_of):
    """Return the state of every case that was open, by folding all journals."""
    facts = {
        key: fold(e for e in entries if (e.recorded_at if as_of is AsOf.KNOWN else e.happened_at) <= at)
        for key, entries in journals.items()
    }
    return {
        key: found.state for key, found in facts.items() if found.state is not None and found.state.is_open
    }


@pytest.mark.parametrize("as_of", AsOf)
@pytest.mark.parametrize("hours", [0, 0.2, 3, 31, 200, 555])
def test_every_open_case_is_found_in_its_state(world, journals, hours, as_of):
    at = REFERENCE - timedelta(hours=hours)
    picture = situation_at(world, at, as_of, REFERENCE)
    wanted = folded(journals, at, as_of)
    assert picture["figures"]["open"]["value"] == len(wanted) > 0
    assert len(picture["cases"]) + picture["hidden"] == len(wanted)
    assert all(wanted[case["id"]] == case["state"] for case in picture["cases"].values())


def test_known_and_happened_differ(world):
    """Steps in the field are told minutes after they are done."""
    at = REFERENCE - timedelta(hours=3)
    known, happened = (situation_at(world, at, as_of, REFERENCE)["cases"] for as_of in AsOf)
    both = set(known) & set(happened)
    assert any(known[key]["state"] != happened[key]["state"] for key in both)


def test_the_present_instant_is_the_live_picture(world):
    live, past = LivePicture(world).refresh(REFERENCE), situation_at(world, REFERENCE, AsOf.KNOWN, REFERENCE)
    without = {"version": None}
    assert past["cases"] == {key: case | without for key, case in live["cases"].items()}
    assert (past["hidden"], past["geometry"], past["trend"]) == (
        live["hidden"],
        live["geometry"],
        live["trend"],
    )
    for name in ("open", "overdue", "due_within_hour", "today"):
        assert past["figures"][name]["value"] == live["figures"][name]["value"]
    assert {key: grid["open"] for key, grid in past["grids"].items()} == {
        key: grid["open"] for key, grid in live["grids"].items()
    }
