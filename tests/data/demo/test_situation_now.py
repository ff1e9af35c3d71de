"""What stands open at the reference, at several hours of the week; and who is on duty then."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from data.demo.block import CASE_COLUMNS
from data.demo.build import build_block, draw_chunk
from data.demo.people import duty_at, fixes
from data.demo.plan import make_plan
from data.demo.scene import Scene
from data.demo.working import utc_text
from data.domain.vocabulary import WallSensitivity
from geo.crs import Projector
from geo.locate import GridIndex
from tests.data.demo.conftest import REFERENCE, SEED

MONDAY_EVENING = REFERENCE
WEDNESDAY_MORNING = datetime(2026, 11, 25, 1, 5, tzinfo=UTC)
SATURDAY_NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)


def open_rows(scene: Scene, at: datetime) -> tuple[list[dict[str, object]], int]:
    """Return the cases that stand open at an instant, and how many were reported that day."""
    plan = make_plan(scene.town, at, SEED, 164.0, 24)
    chunk = plan.chunks(scene.town.profile.zone)[0]
    draft = draw_chunk(scene, plan, chunk)
    today = int((draft.reports.day == len(chunk.days) - 1).sum())
    written = build_block(draft, 0, len(draft.reports)).cases
    found = [dict(zip(CASE_COLUMNS, row, strict=True)) for row in written]
    return [row for row in found if row["is_open"]], today


@pytest.mark.parametrize(
    ("at", "soon", "today"),
    [
        (MONDAY_EVENING, (10, 18), (110, 390)),
        (WEDNESDAY_MORNING, (10, 18), (10, 60)),
        (SATURDAY_NOON, (2, 18), (40, 110)),
        (SUNDAY_NIGHT, (0, 18), (0, 15)),
    ],
)
def test_the_picture_at_any_hour(
    scene: Scene, at: datetime, soon: tuple[int, int], today: tuple[int, int]
) -> None:
    found, reported = open_rows(scene, at)
    now, in_an_hour = utc_text(at), utc_text(at + timedelta(hours=1))
    late = [row for row in found if row["due_at"] < now]
    near = [row for row in found if now <= row["due_at"] <= in_an_hour]
    assert 120 <= len(found) <= 136
    assert 4 <= len(late) <= 8
    assert soon[0] <= len(near) <= soon[1]
    assert today[0] <= reported <= today[1]
    assert 1 <= sum(row["lon"] is None for row in found) <= 10


def test_few_are_urgent_and_some_are_masked(scene: Scene) -> None:
    found, _ = open_rows(scene, MONDAY_EVENING)
    severity = Counter(row["severity"] for row in found)
    assert 1 <= severity["urgent"] + severity["critical"] <= 25
    assert severity["critical"] <= 3
    words = [scene.town.categories_by_code[row["category_code"]].wall_sensitivity for row in found]
    assert words.count(WallSensitivity.DIMMED) >= 5
    assert words.count(WallSensitivity.NORMAL) >= 80


def test_who_there_is(scene: Scene) -> None:
    roles = Counter(person.role for person in scene.roster.people)
    assert roles == {"grid_member": 150, "police": 40, "auxiliary": 40, "site": 24, "bureau": 46}
    assert {person.staff_kind for person in scene.roster.people} == {
        "administrative",
        "institution",
        "contract",
    }
    grids = Counter(person.grid_code for person in scene.roster.people)
    assert all(grids[code] >= 1 for code in scene.grids["code"])
    assert len({person.name for person in scene.roster.people}) == len(scene.roster.people)


@pytest.mark.parametrize(
    ("at", "planned", "present"),
    [
        (MONDAY_EVENING, (230, 242), (206, 218)),
        (SATURDAY_NOON, (120, 170), (105, 155)),
        (SUNDAY_NIGHT, (15, 60), (12, 55)),
    ],
)
def test_who_is_on_duty(
    scene: Scene, at: datetime, planned: tuple[int, int], present: tuple[int, int]
) -> None:
    """Planned are more than seen, and exactly three comprehensive grids have nobody."""
    duty = duty_at(scene, at)
    seen = fixes(scene, duty, at, np.random.default_rng(1))
    fresh = {fix.person.number for fix in seen if at - fix.fixed_at <= timedelta(minutes=30)}
    people = {number for number, _ in duty.posts}
    assert planned[0] <= len(people) <= planned[1]
    assert present[0] <= len(fresh) <= present[1]
    covered = {code for number, code in duty.posts if number in fresh}
    villages = {code for code, village in scene.roster.villages.items() if village}
    assert len(villages - covered) == 3


def test_people_are_in_their_grids(scene: Scene) -> None:
    """Nearly all: a step beside the road may end across the border."""
    seen = fixes(scene, duty_at(scene, MONDAY_EVENING), MONDAY_EVENING, np.random.default_rng(1))
    members = [fix for fix in seen if fix.person.role == "grid_member"]
    index = GridIndex.build(scene.grids, scene.town.profile.projected_crs)
    found = index.locate([fix.lon for fix in members], [fix.lat for fix in members]).comprehensive
    at_home = [code == fix.person.grid_code for code, fix in zip(found, members, strict=True)]
    assert sum(at_home) / len(at_home) > 0.9


def test_people_walk(scene: Scene) -> None:
    """Two minutes later nobody of the field is where he was, and nobody has flown."""
    people = [(person, person.grid_code) for person in scene.roster.people if person.role != "bureau"]
    beats = scene.beats()
    start = MONDAY_EVENING.timestamp()
    projector = Projector(scene.town.profile.projected_crs)
    before, after = (
        np.array(projector.forward(*beats.positions(people, np.full(len(people), start + wait))))
        for wait in (0, 120)
    )
    moved = np.hypot(*(after - before))
    assert (moved > 1).mean() > 0.95
    assert moved.max() <= 120 * 5.0 + 1
