"""Loading again, ownership, rollback: on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from data.domain.errors import Conflict, NotFound
from data.domain.journal import Entry
from data.domain.people import Actor
from data.domain.vocabulary import Action, CaseState, Role
from data.loaders.pipeline import load
from data.loaders.rollback import rollback
from data.store.journal import chained
from data.store.tables import before_images, case_contents, cases, changes, counters, journal
from data.world import World
from tests.data.loaders.conftest import GOOD, NOW
from tests.worlds import advance

LATER = NOW + timedelta(hours=1)
OPERATOR = Actor("zhou", Role.DISPATCHER)
SECOND = GOOD.replace("A1,井盖破损", "A2,井盖丢失")
WriteCsv = Callable[..., Path]


def _rows(world: World) -> dict[str, dict[str, Any]]:
    with world.store.read() as connection:
        found = connection.execute(text("SELECT * FROM visible_cases")).mappings()
        return {row["external_number"]: dict(row) for row in found}


def _journal(world: World, number: str) -> list[tuple[Any, ...]]:
    columns = (
        journal.c.sequence,
        journal.c.action,
        journal.c.from_state,
        journal.c.to_state,
        journal.c.actor,
    )
    query = select(*columns).join(cases, cases.c.id == journal.c.case_id)
    with world.store.read() as connection:
        found = connection.execute(
            query.where(cases.c.external_number == number).order_by(journal.c.sequence)
        )
        return [tuple(row) for row in found]


def _id(world: World, number: str) -> int:
    return int(_rows(world)[number]["id"])


def test_a_loaded_case_holds_everything(world: World, write_csv: WriteCsv) -> None:
    report = load(world, "calls", write_csv(GOOD), NOW)
    with world.store.read() as connection:
        row = dict(connection.execute(select(cases)).mappings().one())
        contents = connection.execute(select(case_contents)).mappings().one()
    expected = {
        "number": "320582999-20261120-0001",
        "source_key": "calls",
        "external_number": "A1",
        "title": "井盖破损",
        "category_code": "0201",
        "severity": "urgent",
        "state": "reported",
        "is_open": True,
        "version": 1,
        "intake_channel": "hotline",
        "reported_at": datetime(2026, 11, 20, 2, tzinfo=UTC),
        "lon": 120.611,
        "lat": 31.761,
        "input_crs": "wgs84",
        "location_grade": "A",
        "comprehensive_code": "C0",
        "police_code": "P0",
        "professional_code": None,
        "external_due_at": datetime(2026, 11, 22, 2, tzinfo=UTC),
        "category_due_at": datetime(2026, 11, 24, 2, tzinfo=UTC),  # Friday 10:00 and two working days
        "due_at": datetime(2026, 11, 22, 2, tzinfo=UTC),  # the stricter of the two
        "load_id": report.load_id,
        "source_line": 2,
        "changed_by": f"load:{report.load_id}",
    }
    assert {name: row[name] for name in expected} == expected
    assert len(row["source_hash"]) == 64
    assert contents["description"] == "路口井盖翘起"
    assert report.data_until == datetime(2026, 11, 20, 2, tzinfo=UTC)


def test_the_journal_of_an_import_is_that_of_the_store(world: World, write_csv: WriteCsv) -> None:
    closed = GOOD.replace(",,紧急", ",2026-11-21 09:00:00,紧急")
    report = load(world, "calls", write_csv(closed), NOW)
    with world.store.read() as connection:
        stored = [
            dict(row) for row in connection.execute(select(journal).order_by(journal.c.sequence)).mappings()
        ]
    reported = Entry(
        case_id=_id(world, "A1"),
        sequence=1,
        recorded_at=NOW,
        happened_at=datetime(2026, 11, 20, 2, tzinfo=UTC),
        actor=f"load:{report.load_id}",
        actor_role=Role.SYSTEM,
        action=Action.IMPORT,
        from_state=None,
        to_state=CaseState.REPORTED,
        payload={"source": "calls", "load": report.load_id, "line": 2},
    )
    over = replace(
        reported,
        sequence=2,
        happened_at=datetime(2026, 11, 21, 1, tzinfo=UTC),
        from_state=CaseState.REPORTED,
        to_state=CaseState.CLOSED,
    )
    expected = list(chained([reported, over], {}))
    assert [{k: v for k, v in row.items() if k != "id"} for row in stored] == expected
    assert [row["to_state"] for row in stored] == ["reported", "closed"]


def test_loading_the_same_file_again_changes_nothing(world: World, write_csv: WriteCsv) -> None:
    path = write_csv(GOOD, SECOND)
    load(world, "calls", path, NOW)
    before = _everything(world)
    report = load(world, "calls", path, LATER)
    assert (report.counts.inserted, report.counts.updated, report.counts.unchanged) == (0, 0, 2)
    assert _everything(world) == before


def _everything(world: World) -> list[Any]:
    with world.store.read() as connection:
        tables = (cases, case_contents, journal, changes, before_images, counters)
        return [connection.execute(select(t).order_by(*t.primary_key)).all() for t in tables]


def test_a_reload_writes_what_the_source_owns_and_nothing_else(world: World, write_csv: WriteCsv) -> None:
    load(world, "calls", write_csv(GOOD), NOW)
    changed = GOOD.replace("井盖破损", "井盖碎裂").replace("紧急", "一般").replace("11-22", "11-21")
    report = load(world, "calls", write_csv(changed), LATER)
    row = _rows(world)["A1"]
    assert report.counts.updated == 1
    assert (row["title"], row["severity"], row["version"]) == (
        "井盖碎裂",
        "urgent",
        1,
    )  # severity is not owned
    with world.store.read() as connection:
        due = connection.execute(select(cases.c.due_at)).scalar_one()
    assert due == datetime(2026, 11, 21, 2, tzinfo=UTC)
    assert row["load_id"] == report.load_id


def test_a_source_that_closes_a_case_adds_an_entry(world: World, write_csv: WriteCsv) -> None:
    load(world, "calls", write_csv(GOOD), NOW)
    second = load(world, "calls", write_csv(GOOD.replace(",,紧急", ",2026-11-21 09:00:00,紧急")), LATER)
    row = _rows(world)["A1"]
    assert (row["state"], bool(row["is_open"]), row["version"]) == ("closed", False, 2)
    assert _journal(world, "A1")[1] == (2, "import", "reported", "closed", f"load:{second.load_id}")


def test_where_an_operator_acted_the_source_no_longer_moves_the_case(
    world: World, write_csv: WriteCsv
) -> None:
    load(world, "calls", write_csv(GOOD), NOW)
    advance(world, _id(world, "A1"), Action.ACCEPT, OPERATOR, NOW)
    closed = GOOD.replace(",,紧急", ",2026-11-21 09:00:00,紧急").replace("井盖破损", "井盖碎裂")
    load(world, "calls", write_csv(closed), LATER)
    row = _rows(world)["A1"]
    assert (row["state"], row["closed_at"], row["title"]) == ("accepted", None, "井盖碎裂")
    assert row["changed_by"] == "zhou"


def test_a_rollback_takes_new_cases_out_of_sight(world: World, write_csv: WriteCsv) -> None:
    first = load(world, "calls", write_csv(GOOD, SECOND), NOW)
    report = rollback(world.store, first.load_id, LATER)
    assert (report.withdrawn, report.restored, report.kept) == (2, 0, [])
    assert _rows(world) == {}
    assert [entry[1] for entry in _journal(world, "A1")] == ["import", "withdraw"]
    with pytest.raises(Conflict, match="不能回滚"):
        rollback(world.store, first.load_id, LATER)


def test_a_case_that_an_operator_touched_is_only_marked(world: World, write_csv: WriteCsv) -> None:
    first = load(world, "calls", write_csv(GOOD, SECOND), NOW)
    advance(world, _id(world, "A1"), Action.ACCEPT, OPERATOR, NOW)
    report = rollback(world.store, first.load_id, LATER)
    assert report.withdrawn == 1
    assert [(kept.table, kept.name, kept.changed_by) for kept in report.kept] == [
        ("cases", "320582999-20261120-0001", "zhou")
    ]
    (row,) = _rows(world).values()
    assert (row["external_number"], row["state"], bool(row["is_withdrawn"])) == ("A1", "accepted", True)


def test_a_rollback_restores_rows_untouched_since_and_lists_the_others(
    world: World, write_csv: WriteCsv
) -> None:
    load(world, "calls", write_csv(GOOD, SECOND), NOW)
    before = _rows(world)
    second = load(
        world, "calls", write_csv(GOOD.replace("破损", "碎裂"), SECOND.replace("丢失", "被盗")), LATER
    )
    advance(world, _id(world, "A2"), Action.ACCEPT, OPERATOR, LATER)
    report = rollback(world.store, second.load_id, LATER)
    after = _rows(world)
    assert report.restored == 1
    assert [kept.changed_by for kept in report.kept] == ["zhou"]
    assert after["A1"] == before["A1"]
    assert (after["A2"]["title"], after["A2"]["state"]) == ("井盖被盗", "accepted")


def test_a_rollback_of_a_closing_opens_the_case_again(world: World, write_csv: WriteCsv) -> None:
    load(world, "calls", write_csv(GOOD), NOW)
    second = load(world, "calls", write_csv(GOOD.replace(",,紧急", ",2026-11-21 09:00:00,紧急")), LATER)
    rollback(world.store, second.load_id, LATER)
    row = _rows(world)["A1"]
    assert (row["state"], bool(row["is_open"]), row["closed_at"], row["version"]) == (
        "reported",
        True,
        None,
        3,
    )
    assert [entry[3] for entry in _journal(world, "A1")] == ["reported", "closed", "reported"]


def test_the_first_load_is_taken_back_after_a_second_one_changed_a_row(
    world: World, write_csv: WriteCsv
) -> None:
    first = load(world, "calls", write_csv(GOOD, SECOND), NOW)
    second = load(world, "calls", write_csv(GOOD.replace("破损", "碎裂"), SECOND), LATER)
    report = rollback(world.store, first.load_id, LATER)
    assert report.withdrawn == 1
    assert [kept.changed_by for kept in report.kept] == [f"load:{second.load_id}"]
    assert set(_rows(world)) == {"A1"}


def test_what_was_rolled_back_can_be_loaded_again(world: World, write_csv: WriteCsv) -> None:
    first = load(world, "calls", write_csv(GOOD, SECOND), NOW)
    rollback(world.store, first.load_id, LATER)
    again = load(world, "calls", write_csv(GOOD, SECOND), LATER)
    assert set(_rows(world)) == {"A1", "A2"}
    assert [entry[1] for entry in _journal(world, "A1")] == ["import", "withdraw", "import"]
    rollback(world.store, again.load_id, LATER)
    assert _rows(world) == {}


def test_contents_are_owned_restored_and_compared(world: World, write_csv: WriteCsv) -> None:
    load(world, "calls", write_csv(GOOD), NOW)
    second = load(world, "calls", write_csv(GOOD.replace("翘起", "塌陷")), LATER)
    assert second.counts.updated == 1
    assert _description(world) == "路口井盖塌陷"
    rollback(world.store, second.load_id, LATER)
    assert _description(world) == "路口井盖翘起"


def _description(world: World) -> str | None:
    with world.store.read() as connection:
        return connection.execute(select(case_contents.c.description)).scalar_one()


def test_many_changes_are_published_in_slices(world: World, write_csv: WriteCsv) -> None:
    lines = [GOOD.replace("A1,", f"B{number},") for number in range(1_203)]
    load(world, "calls", write_csv(*lines), NOW)
    report = load(world, "calls", write_csv(*[line.replace("破损", "碎裂") for line in lines]), LATER)
    assert report.counts.updated == 1_203
    assert {row["title"] for row in _rows(world).values()} == {"井盖碎裂"}
    assert rollback(world.store, report.load_id, LATER).restored == 1_203
    assert {row["title"] for row in _rows(world).values()} == {"井盖破损"}


def test_numbers_run_by_the_day_of_the_report(world: World, write_csv: WriteCsv) -> None:
    lines = [GOOD, SECOND, GOOD.replace("A1", "A3").replace("11-20 10", "11-21 01")]
    load(world, "calls", write_csv(*lines), NOW)
    numbers = {key: row["number"][10:] for key, row in _rows(world).items()}
    assert numbers == {"A1": "20261120-0001", "A2": "20261120-0002", "A3": "20261121-0001"}


def test_an_unknown_load_and_an_unknown_source(mini: World, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="没有编号为 99 的载入"):
        rollback(mini.store, 99, NOW)
    with pytest.raises(NotFound, match="没有名为“none”的来源；请从以下来源中选择：book、calls"):
        load(mini, "none", tmp_path / "x.csv", NOW)


def test_changed_by_an_unknown_hand_is_listed(mini: World, write_csv: WriteCsv) -> None:
    load(mini, "calls", write_csv(GOOD), NOW)
    second = load(mini, "calls", write_csv(GOOD.replace("破损", "碎裂")), LATER)
    with mini.store.write() as transaction:
        transaction.connection.execute(update(cases).values(title="手改", changed_by="cli:fix"))
    report = rollback(mini.store, second.load_id, LATER)
    assert [kept.changed_by for kept in report.kept] == ["cli:fix"]
    with mini.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(before_images)).scalar_one() > 0
