"""Records: subjects without names of persons, columns that contradict, what a file does not say, and rollbacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from data.cli.sample import sample_lines
from data.domain.people import person_hash
from data.loaders import records
from data.loaders.errors import LoadRefused
from data.loaders.pipeline import load
from data.loaders.records import end_of
from data.loaders.rollback import rollback
from data.store.measure_tables import measure_marks
from data.store.modules.economy import enterprise_months, enterprises
from data.store.modules.enforcement import enforcement_cases, matters
from data.store.modules.party import assessment_methods
from data.store.modules.shared import subject_uses, subjects
from data.store.tables import loads, metadata
from data.world import World
from tests.data.loaders import records_town as town
from tests.data.loaders.conftest import NOW
from tests.data.loaders.sample_books import FOLDER, book, header

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[World]:
    """Return the town with every example loaded."""
    world = town.open_town(f"sqlite:///{tmp_path}/town.db")
    town.load_samples(world)
    yield world
    world.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a town with every example that tests leave as it is."""
    world = town.open_town(f"sqlite:///{tmp_path_factory.mktemp('rules')}/town.db")
    town.load_samples(world)
    yield world
    world.close()


def test_a_person_is_a_keyed_hash_and_nothing_else(shared: World) -> None:
    row = town.stored(shared, enforcement_cases)[1]
    known_as = f"person:{person_hash(b'key', '演示证件0002', None)}"
    assert row["subject_key"] == known_as
    found = {each["key"]: each for each in town.stored(shared, subjects)}
    assert (found[known_as]["kind"], found[known_as]["name"]) == ("person", None)
    with shared.store.read() as connection:
        for table in metadata.tables.values():
            assert "演示证件" not in str(connection.execute(select(table)).all()), table.name


def test_subjects_are_registered_once_with_each_use(shared: World) -> None:
    found = {row["key"]: row["name"] for row in town.stored(shared, subjects)}
    assert found["place:演示场所01"] == "演示小吃店"
    assert found["enterprise:91320582MA1DEMX019"] == "演示新材料有限公司"
    uses = [
        (row["module"], row["purpose"])
        for row in town.stored(shared, subject_uses)
        if row["subject_key"] == "place:演示场所01"
    ]
    assert uses == [("enforcement", "inspections"), ("enforcement", "enforcement_cases")]


def test_an_enterprise_that_is_renamed_is_renamed_among_the_subjects(loaded: World, tmp_path: Path) -> None:
    path = town.write_book(
        tmp_path, "economy_enterprises", town.with_cell("economy_enterprises", "name", "改名有限公司")
    )
    report = load(loaded, "economy_enterprises", path, NOW)
    assert report.counts.updated == 1
    assert town.stored(loaded, subjects)[0]["name"] == "改名有限公司"
    assert report.load_id is not None
    rollback(loaded.store, report.load_id, NOW)
    assert town.stored(loaded, subjects)[0]["name"] == "演示新材料有限公司"


CONTRADICTIONS = [
    ("approval_approvals", "decided_at", "2026-11-19 10:00", "办结时间", "早于“受理时间”"),
    ("approval_approvals", "due_at", "2026-11-19 10:00", "承诺办结时间", "早于“受理时间”"),
    ("approval_approvals", "outcome", "", "办理结果", "填了“办结时间”而没有填这一项"),
    ("approval_approvals", "decided_at", "", "办结时间", "填了“办理结果”而没有填这一项"),
    ("mediation_disputes", "closed_at", "2026-10-19 09:00", "办结时间", "早于“受理时间”"),
    ("civic_safety_surveys", "safe", "1201", "感到安全人数", "大于“样本数”"),
    ("approval_reviews", "stars", "6", "评价星级", "应在 1 到 5 之间"),
    ("party_assessments", "score", "100.5", "得分", "应在 0 到 100 之间"),
    ("party_assessment_methods", "weights", "甲=40；乙=50", "权重", "合计不是 100"),
    ("economy_enterprises", "code", "91320582MA1DEMX018", "统一社会信用代码", "代码不对"),
    ("enterprise_monthly", "month", "2026-09-15", "报告期", "不是一个月的第一天"),
    ("enterprise_monthly", "output_yuan", "12500000000001", "产值", "数目过大"),
]


@pytest.mark.parametrize(("key", "field", "text", "name", "reason"), CONTRADICTIONS)
def test_what_cannot_be_is_refused(
    shared: World, tmp_path: Path, key: str, field: str, text: str, name: str, reason: str
) -> None:
    path = town.write_book(tmp_path, key, town.with_cell(key, field, text))
    report = load(shared, key, path, NOW, is_preview=True)
    assert [(r.row_number, r.field, r.value) for r in report.rejects] == [(3, name, text)]
    assert reason in report.rejects[0].reason


def test_whole_yuan_and_weights_are_stored_in_one_way(shared: World) -> None:
    assert town.stored(shared, enterprise_months)[1]["tax_yuan"] == 655_000
    assert town.stored(shared, assessment_methods)[0]["weights"] == '{"按期处置率":40.0,"群众评价":60.0}'


def test_columns_that_a_file_does_not_have_are_left_alone(loaded: World, tmp_path: Path) -> None:
    source = town.TOWN.sources["enterprise_monthly"]
    path = tmp_path / "short.xlsx"
    path.write_bytes(book(source, [["91320582MA1DEMX019", "2026-09", "1"]], header(source)[:3]))
    assert load(loaded, "enterprise_monthly", path, NOW).counts.updated == 1
    row = town.stored(loaded, enterprise_months)[0]
    assert (row["output_yuan"], row["tax_yuan"], row["employees"]) == (1, 630_000, 186)


def test_rows_that_others_refer_to_stay(loaded: World) -> None:
    with loaded.store.read() as connection:
        query = select(loads.c.source_key, loads.c.id).where(loads.c.status == "published")
        ids = {key: load_id for key, load_id in connection.execute(query)}
    kept = rollback(loaded.store, ids["economy_enterprises"], NOW).kept
    assert [(each.table, each.name, each.why) for each in kept] == [
        ("enterprises", "91320582MA1DEMX019", "仍被其他行引用"),
        ("enterprises", "91320582MA1DEMX02C", "仍被其他行引用"),
    ]
    assert len(town.stored(loaded, enterprises)) == 2
    assert [each.name for each in rollback(loaded.store, ids["staff"], NOW).kept] == ["S001"]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    world = town.open_town(f"sqlite:///{tmp_path}/town.db")
    try:
        report = load(world, "enforcement_matters", FOLDER / "enforcement_matters.xlsx", NOW, is_preview=True)
        assert (report.counts.inserted, report.load_id) == (1, None)
        assert town.stored(world, matters) == []
        (line,) = sample_lines(report, world.town)
        assert "事项编码 M01，事项名称 店外占道经营，依据 演示依据第一条，回溯期（月） 12" in line
        path = FOLDER / "enforcement_observers.xlsx"
        lines = sample_lines(load(world, "enforcement_observers", path, NOW, is_preview=True), world.town)
        assert next(lines) == "  第 3 行：观察员编号 O01，观察员类别 企业家"
    finally:
        world.close()


def test_days_are_marked_to_be_counted_anew(loaded: World, tmp_path: Path) -> None:
    def marks() -> int:
        with loaded.store.read() as connection:
            query = select(func.count()).where(
                measure_marks.c.module == "civic", measure_marks.c.begin == date(2026, 11, 12)
            )
            return int(connection.execute(query).scalar_one())

    before = marks()
    assert before > 0
    path = town.write_book(
        tmp_path, "civic_legal_services", town.with_cell("civic_legal_services", "persons", "7")
    )
    report = load(loaded, "civic_legal_services", path, NOW)
    assert report.load_id is not None
    changed = marks()
    assert changed > before
    rollback(loaded.store, report.load_id, NOW)
    assert marks() > changed


def test_more_rows_than_one_short_step_can_write_are_refused(
    loaded: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_ROWS", 0)
    rows = town.with_cell("enforcement_matters", "name", "改名")
    with pytest.raises(LoadRefused, match="执法事项清单改动超过 0 行；请按月份拆分"):
        load(loaded, "enforcement_matters", town.write_book(tmp_path, "enforcement_matters", rows), NOW)


def test_a_day_and_a_month_speak_up_to_their_end() -> None:
    assert end_of(NOW, ZONE, is_month=False) == NOW
    assert end_of(date(2026, 11, 22), ZONE, is_month=False) == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert end_of(date(2026, 1, 1), ZONE, is_month=True) == datetime(2026, 1, 31, 16, tzinfo=UTC)
    assert end_of(date(2026, 2, 1), ZONE, is_month=True) == datetime(2026, 2, 28, 16, tzinfo=UTC)


def test_records_say_how_new_they_are_and_lists_speak_of_now(shared: World) -> None:
    with shared.store.read() as connection:
        query = select(loads.c.source_key, loads.c.data_until)
        until = {key: at for key, at in connection.execute(query)}
    assert until["enterprise_monthly"] == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert until["approval_reviews"] == datetime(2026, 11, 22, 2, tzinfo=UTC)
    assert until["economy_enterprises"] == NOW
