"""The past as it was known and as it happened: late words, deadlines then, what nobody kept, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.domain.errors import InvalidInput
from data.domain.people import Actor
from data.domain.vocabulary import Action, AsOf, Role
from data.services.acting import act
from data.services.actions import CaseAction
from data.services.report import report_case
from data.views.live import LivePicture
from data.views.past_situation import situation_at
from tests.data.services.test_report import ACTOR, COMMAND
from tests.worlds import NOW, advance

MINUTE = timedelta(minutes=1)
LEAD = Actor("li", Role.SHIFT_LEAD, "李四")
LATER = NOW + timedelta(days=9)
KNOWN, HAPPENED = AsOf.KNOWN, AsOf.HAPPENED


def then(world, minutes, as_of=KNOWN):
    return situation_at(world, NOW + minutes * MINUTE, as_of, LATER)


def states(world, minutes):
    """Return the states of the open cases as known and as happened."""
    return tuple(
        [case["state"] for case in then(world, minutes, as_of)["cases"].values()]
        for as_of in (KNOWN, HAPPENED)
    )


def step(world, case_id, action, recorded, happened=None, **details):
    claimed = None if happened is None else NOW + happened * MINUTE
    asked = CaseAction(case_id, action, reason="试", happened_at=claimed, details=details)
    act(world, asked, LEAD, NOW + recorded * MINUTE)


def test_a_case_told_late_had_happened_before_it_was_known(world):
    report_case(world, replace(COMMAND, happened_at=NOW - 60 * MINUTE), ACTOR, NOW)
    assert states(world, -61) == ([], [])
    assert states(world, -60) == ([], ["reported"])
    assert states(world, -1) == ([], ["reported"])
    assert states(world, 0) == (["reported"], ["reported"])
    assert then(world, -30, HAPPENED)["figures"]["today"]["value"] == 1


def test_a_step_told_late(world):
    case_id = report_case(world, COMMAND, ACTOR, NOW).id
    for minute, action in enumerate((Action.ACCEPT, Action.FILE, Action.DISPATCH), 1):
        advance(world, case_id, action, LEAD, NOW + minute * MINUTE)
    step(world, case_id, Action.SIGN, 40, happened=10)
    step(world, case_id, Action.ARRIVE, 41, happened=20)
    assert [states(world, minute) for minute in (0, 1, 3, 9, 10, 39, 40, 41)] == [
        (["reported"], ["reported"]),
        (["accepted"], ["accepted"]),
        (["dispatched"], ["dispatched"]),
        (["dispatched"], ["dispatched"]),
        (["dispatched"], ["signed"]),
        (["dispatched"], ["on_scene"]),
        (["signed"], ["on_scene"]),
        (["on_scene"], ["on_scene"]),
    ]


def test_a_closed_case_was_open_and_a_reopened_one_was_closed(world):
    case_id = report_case(world, COMMAND, ACTOR, NOW).id
    road = (Action.ACCEPT, Action.FILE, Action.DISPATCH, Action.SIGN, Action.ARRIVE, Action.HANDLE)
    ends = (Action.UNIT_CONFIRM, Action.VERIFY, Action.CLOSE, Action.REOPEN)
    for minute, action in enumerate((*road, *ends), 1):
        advance(world, case_id, action, LEAD, NOW + minute * MINUTE)
    assert [then(world, minute)["figures"]["open"]["value"] for minute in (8, 9, 10)] == [1, 0, 1]


def test_the_deadline_is_that_of_then(world):
    case_id = report_case(world, COMMAND, ACTOR, NOW).id
    for minute, action in enumerate((Action.ACCEPT, Action.FILE, Action.DISPATCH), 1):
        advance(world, case_id, action, LEAD, NOW + minute * MINUTE)
    stages = world.town.stages
    dues = [then(world, minute)["cases"][str(case_id)]["due_at"] for minute in (0, 1, 5)]
    assert dues[0] == text(NOW + stages.accept)
    assert dues[1] == text(NOW + MINUTE + stages.dispatch)
    assert dues[2] == LivePicture(world).refresh(NOW + 5 * MINUTE)["cases"][str(case_id)]["due_at"]
    overdue = [
        situation_at(world, NOW + MINUTE * m, KNOWN, LATER)["figures"]["overdue"]["value"] for m in (0, 5)
    ]
    assert overdue == [0, 0]


def text(instant):
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_waiting_case_turned_overdue(world):
    report_case(world, COMMAND, ACTOR, NOW)
    figures = [then(world, minute)["figures"] for minute in (1, 60)]
    assert [figure["overdue"]["value"] for figure in figures] == [0, 1]
    assert [figure["due_within_hour"]["value"] for figure in figures] == [1, 0]


def test_the_shape_is_the_live_one_s_and_what_nobody_keeps_is_not_made_up(world):
    report_case(world, COMMAND, ACTOR, NOW)
    past, live = then(world, 0), LivePicture(world).refresh(NOW)
    assert set(past) - set(live) == {"at", "as", "note"}
    assert set(live) - set(past) == {"plain_since"}
    assert set(past["figures"]) == set(live["figures"])
    assert set(past["grids"]) == set(live["grids"])
    assert (past["revision"], past["staff"], past["note"]) == (None, {}, None)
    assert past["figures"]["on_duty"]["value"] is None
    assert past["figures"]["late_sources"]["value"] is None
    ((key, case),) = past["cases"].items()
    assert case == live["cases"][key] | {"version": None}


@pytest.mark.parametrize(
    "instant", [NOW - MINUTE, datetime(1, 1, 1, tzinfo=UTC), datetime(1900, 1, 1, tzinfo=UTC)]
)
@pytest.mark.parametrize("as_of", AsOf)
def test_before_the_first_record_there_is_no_figure(world, instant, as_of):
    report_case(world, COMMAND, ACTOR, NOW)
    picture = situation_at(world, instant, as_of, NOW)
    assert picture["cases"] == {}
    assert {
        picture["figures"][name]["value"] for name in ("open", "overdue", "due_within_hour", "today")
    } == {None}
    assert "没有任何记录" in picture["note"]


def test_a_sensitive_case_is_masked_as_on_the_screens(world):
    for sensitivity in ("hidden", "dimmed"):
        code = next(c.code for c in world.town.categories if c.wall_sensitivity == sensitivity)
        report_case(world, replace(COMMAND, category=code), ACTOR, NOW)
    picture = then(world, 1)
    ((_, dimmed),) = picture["cases"].items()
    assert (picture["hidden"], picture["figures"]["open"]["value"]) == (1, 2)
    assert (dimmed["is_dimmed"], dimmed["x"]) == (True, None)


def test_the_future_is_refused(world):
    with pytest.raises(InvalidInput, match="不能查看未来的态势") as refused:
        situation_at(world, NOW + MINUTE, KNOWN, NOW)
    assert "2026-11-23 17:32" in refused.value.cure
