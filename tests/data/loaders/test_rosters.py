"""Rosters: shifts of known people in known grids, one place at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from data.domain.errors import Conflict
from data.loaders import gathered, rosters
from data.loaders.errors import LoadRefused
from data.loaders.pipeline import load, make_target
from data.loaders.rollback import rollback
from data.store.tables import loads, shifts, staff
from data.town import load_town
from data.views.live import LivePicture
from data.world import World
from tests.data.loaders.conftest import NOW, load_rejects
from tests.data.loaders.test_staff import ROW, STAFF_HEADER

WriteCsv = Callable[..., Path]
ROSTER_HEADER = "工号,网格编码,上岗,下岗"
DAY = "S1,C0,2026-11-23 08:00,2026-11-23 20:00"
NIGHT = "S1,C1,2026-11-23 20:00,2026-11-24 08:00"


@pytest.fixture
def town(world: World, write_csv: WriteCsv) -> World:
    """Return the town with two members of staff."""
    load(world, "staff", write_csv(ROW, ROW.replace("S1", "S2"), header=STAFF_HEADER), NOW)
    return world


@pytest.fixture
def roster(write_csv: WriteCsv) -> WriteCsv:
    """Return a function that writes a roster."""
    return lambda *lines: write_csv(*lines, header=ROSTER_HEADER, name="roster.csv")


def _shifts(world: World) -> list[tuple[Any, ...]]:
    columns = (
        staff.c.staff_no,
        shifts.c.grid_code,
        shifts.c.starts_at,
        shifts.c.ends_at,
        shifts.c.source_line,
    )
    query = select(*columns).join(staff, staff.c.id == shifts.c.staff_id).order_by(shifts.c.starts_at)
    zone = world.town.profile.zone
    with world.store.read() as connection:
        return [
            (no, grid, f"{begin.astimezone(zone):%d %H}", f"{end.astimezone(zone):%d %H}", line)
            for no, grid, begin, end, line in connection.execute(query)
        ]


def test_a_roster_is_loaded_changed_and_taken_back(town: World, roster: WriteCsv) -> None:
    first = load(town, "shifts", roster(DAY, NIGHT), NOW)
    assert _shifts(town) == [("S1", "C0", "23 08", "23 20", 2), ("S1", "C1", "23 20", "24 08", 3)]
    assert load(town, "shifts", roster(DAY, NIGHT), NOW).counts.unchanged == 2
    second = load(town, "shifts", roster(DAY.replace("C0", "P1").replace("20:00", "19:00")), NOW)
    assert (second.counts.updated, _shifts(town)[0]) == (1, ("S1", "P1", "23 08", "23 19", 2))
    assert rollback(town.store, second.load_id or 0, NOW).restored == 1
    assert _shifts(town)[0] == ("S1", "C0", "23 08", "23 20", 2)
    assert rollback(town.store, first.load_id or 0, NOW).withdrawn == 2
    assert _shifts(town) == []


def test_who_is_on_the_roster_is_counted_on_the_screens(town: World, roster: WriteCsv) -> None:
    live = LivePicture(town)
    assert live.refresh(NOW)["figures"]["on_duty"]["value"] is None  # nothing known is not zero
    load(town, "shifts", roster(DAY), NOW)
    duty = live.refresh(NOW)["figures"]["on_duty"]
    assert (duty["value"], duty["of"]) == (0, 1)  # on shift, but without a fix


BAD = [
    ("nobody", DAY.replace("S1", "S9"), "工号", "S9", "人员名册里没有这个工号"),
    ("no number", DAY.replace("S1", ""), "工号", "", "不能为空"),
    ("nowhere", DAY.replace("C0", "C9"), "网格编码", "C9", "没有这个编码的网格"),
    ("backwards", "S1,C0,2026-11-23 20:00,2026-11-23 08:00", "下岗", "2026-11-23 08:00", "不晚于上岗时间"),
    ("no time", "S1,C0,2026-11-23 08:00,2026-11-23 08:00", "下岗", "2026-11-23 08:00", "不晚于上岗时间"),
    ("days long", "S1,C0,2026-11-23 08:00,2026-11-25 08:00", "下岗", "2026-11-25 08:00", "超过 24 小时"),
    ("no end", "S1,C0,2026-11-23 08:00,", "下岗", "", "不能为空"),
    ("wrong year", "S1,C0,2036-11-23 08:00,2036-11-23 20:00", "上岗", "2036-11-23 08:00", "400 天以后"),
    ("other format", "S1,C0,23.11.2026 8:00,2026-11-23 20:00", "上岗", "23.11.2026 8:00", "不是可识别的时间"),
]


@pytest.mark.parametrize(("line", "field", "value", "reason"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_bad_shift_is_refused_and_the_good_ones_stay(
    mini: World, write_csv: WriteCsv, roster: WriteCsv, line: str, field: str, value: str, reason: str
) -> None:
    load(mini, "staff", write_csv(ROW, ROW.replace("S1", "S2"), header=STAFF_HEADER), NOW)
    report = load(mini, "shifts", roster(DAY.replace("S1", "S2"), line), NOW)
    found = load_rejects(mini, report)
    assert report.counts.inserted == 1
    assert (found[0].row_number, found[0].field, found[0].value or "") == (3, field, value)
    assert reason in found[0].reason
    assert found[0].cure
    if reason == "不是可识别的时间":
        assert found[0].cure.startswith("请写成 2026-11-23 17:20，")


def test_a_shift_that_overlaps_another_of_the_file_is_refused(town: World, roster: WriteCsv) -> None:
    early = NIGHT.replace("20:00", "19:30")
    report = load(town, "shifts", roster(DAY, early, early.replace("S1", "S2")), NOW)
    (reject,) = load_rejects(town, report)
    assert (reject.row_number, reject.value) == (3, "2026-11-23 19:30 至 11-24 08:00")
    assert reject.reason == "与第 2 行重叠（2026-11-23 08:00 至 11-23 20:00）"
    assert "请改正时间" in reject.cure
    assert len(_shifts(town)) == 2


def test_a_shift_that_overlaps_what_stands_is_refused_unless_it_is_that_shift(
    town: World, roster: WriteCsv
) -> None:
    load(town, "shifts", roster(DAY, NIGHT), NOW)
    report = load(town, "shifts", roster(NIGHT.replace("20:00", "18:00"), DAY.replace("20:00", "21:00")), NOW)
    assert [reject.reason for reject in load_rejects(town, report)] == [
        "与已有的班次重叠（2026-11-23 08:00 至 11-23 20:00）",
        "与已有的班次重叠（2026-11-23 20:00 至 11-24 08:00）",
    ]
    shorter = load(
        town, "shifts", roster(DAY.replace("20:00", "18:00"), "S1,,2026-11-23 18:00,2026-11-23 20:00"), NOW
    )
    assert (shorter.counts.updated, shorter.counts.inserted, shorter.counts.rejected) == (1, 1, 0)


def test_a_roster_too_large_for_one_short_step_is_refused(
    mini: World, write_csv: WriteCsv, roster: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(mini, "staff", write_csv(ROW, header=STAFF_HEADER), NOW)
    monkeypatch.setattr(rosters, "MOST_ROWS", 1)
    with pytest.raises(LoadRefused, match="排班改动超过 1 行；请按月份拆分"):
        load(mini, "shifts", roster(DAY, NIGHT), NOW)
    assert _shifts(mini) == []


def test_a_roster_gives_way_to_another_writer(
    mini: World, write_csv: WriteCsv, roster: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(mini, "staff", write_csv(ROW, header=STAFF_HEADER), NOW)
    taken = [0]
    real = gathered.new_ids

    def too_late(*args: Any) -> list[int]:
        ids = real(*args)
        with mini.store.write() as transaction:
            hour = NOW + timedelta(days=5, hours=taken[0])
            values = {"staff_id": 1, "starts_at": hour, "ends_at": hour + timedelta(hours=1)}
            transaction.connection.execute(insert(shifts).values(values))
        taken[0] += 1
        return ids

    monkeypatch.setattr(gathered, "new_ids", too_late)
    with pytest.raises(Conflict, match="请再试一次"):
        load(mini, "shifts", roster(DAY), NOW)
    assert (taken[0], len(_shifts(mini))) == (3, 3)
    with mini.store.read() as connection:
        assert connection.execute(select(loads.c.id).where(loads.c.source_key == "shifts")).all() == []


def test_a_source_without_a_contract_is_refused_in_words(mini: World) -> None:
    source = load_town("fenghuang").sources["enterprise_monthly"].model_copy(update={"target": "weather"})
    with pytest.raises(
        LoadRefused, match=r"企业月报.*还不能载入；目前可载入：案卷 cases.*排班 shifts.*企业月报"
    ):
        make_target(mini, source, NOW)
