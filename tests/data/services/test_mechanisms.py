"""Editing mechanisms: what may be changed, by whom, once a press; kept with who did it; and safe from files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, insert, select

from data.domain.errors import Conflict, Forbidden, InvalidInput, KeyReused, NotFound
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.loaders.pipeline import load
from data.loaders.rollback import rollback
from data.services.mechanisms import MOST, ChangeMechanism, change_mechanism, check_mechanism
from data.store.account_tables import audit_log
from data.store.mechanism_tables import mechanism_changes, mechanism_settings
from data.store.modules.mediation import mechanisms
from data.store.tables import request_keys
from data.views.mechanisms import read_changes, read_mechanisms
from tests.data.loaders.sample_books import book
from tests.data.services.life import DISPATCHER, LEAD
from tests.worlds import NOW, make_world

TODAY = date(2026, 11, 23)
NAMES = (
    ("screening", "排查预警", True),
    ("joint", "重大纠纷联合化解", True),
    ("m4", "机制四（待配置）", False),
)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    opened = make_world(f"sqlite:///{tmp_path_factory.mktemp('mechanisms')}/cloud.db")
    yield opened
    opened.close()


@pytest.fixture
def world(town):
    """Two published mechanisms and one of the town's own, as a file brings them."""
    fill(town)
    return town


def fill(world):
    with world.store.write() as transaction:
        connection = transaction.connection
        for table in (mechanisms, mechanism_settings, mechanism_changes, request_keys, audit_log):
            connection.execute(delete(table))
        rows = [dict(zip(("key", "name", "is_published"), row, strict=True)) for row in NAMES]
        connection.execute(insert(mechanisms), [row | {"is_demo": False} for row in rows])


def edit(world, key="m4", actor=LEAD, press="k1", **fields):
    return change_mechanism(world, ChangeMechanism(key, **fields), actor, NOW, press)


def known(world):
    with world.store.read() as connection:
        return read_mechanisms(connection)


def names(world):
    return [one.name for one in known(world)]


def test_an_own_mechanism_is_renamed_described_and_the_edit_is_kept(world):
    told = edit(world, name=" 法官 驻点联调 ", description="法官每周到站，与调解员共同调解。")
    assert told.changes == (
        ("name", "机制四（待配置）", "法官 驻点联调"), ("description", "", "法官每周到站，与调解员共同调解。"),
    )  # fmt: skip
    assert names(world) == ["排查预警", "重大纠纷联合化解", "法官 驻点联调"]
    with world.store.read() as connection:
        kept = [(one.key, one.by, one.words) for one in read_changes(connection)]
        note = connection.execute(select(audit_log)).one()
    assert ("m4", "li", "名称：机制四（待配置） → 法官 驻点联调") in kept
    assert (note.right, note.object, note.actor) == ("change_mechanisms", "mechanism:m4", "li")


def test_a_published_name_stays_and_the_rest_of_it_may_be_told(world):
    with pytest.raises(InvalidInput, match="公布的名称"):
        edit(world, "screening", name="改名")
    assert edit(world, "screening", name="排查预警", description="网格每月排查一次。").changes == (
        ("description", "", "网格每月排查一次。"),
    )


def test_the_same_press_twice_is_one_edit_and_another_body_is_refused(world):
    first = edit(world, name="甲机制")
    assert edit(world, name="甲机制") == replace(first, is_repeated=True)
    with pytest.raises(KeyReused):
        edit(world, name="乙机制")
    with pytest.raises(Conflict, match="没有改动"):
        edit(world, name="甲机制", press="k2")
    with world.store.read() as connection:
        assert len(read_changes(connection)) == 1


@pytest.mark.parametrize("role", [role for role in Role if role not in ("shift_lead", "system")])
def test_only_the_shift_lead_edits(world, role):
    with pytest.raises(Forbidden):
        edit(world, actor=Actor("other", role), name="甲机制")
    with pytest.raises(Forbidden):
        check_mechanism(world, ChangeMechanism("m4", name="甲机制"), DISPATCHER, NOW)


@pytest.mark.parametrize(("key", "fields", "error"), [
    ("none", {"name": "甲"}, NotFound),
    ("m4", {"name": " "}, InvalidInput),
    ("m4", {"name": "长" * 31}, InvalidInput),
    ("m4", {"name": "排查预警"}, InvalidInput),
    ("m4", {"description": "长" * 121}, InvalidInput),
    ("m4", {"name": "坏\x00"}, InvalidInput),
    ("m4", {"is_active": False, "active_from": date(2026, 11, 22)}, InvalidInput),
    ("m4", {"position": 4}, InvalidInput),
    ("m4", {"position": 0}, InvalidInput),
    ("", {"description": "没有名称"}, InvalidInput),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(world, key, fields, error):
    with pytest.raises(error):
        edit(world, key, **fields)
    assert names(world) == [name for _key, name, _is in NAMES]
    with world.store.read() as connection:
        assert not read_changes(connection)


def test_it_is_switched_off_and_on_from_a_day(world):
    december = date(2026, 12, 1)
    edit(world, is_active=False, active_from=december)
    one = known(world)[2]
    assert (one.is_on(TODAY), one.is_on(december), one.state_on(TODAY)) == (
        True,
        False,
        "启用，2026-12-01 起停用",
    )
    assert one.state_on(december) == "停用（2026-12-01 起）"
    edit(world, press="k2", is_active=True)  # taken back before it came
    assert known(world)[2].state_on(december) == "启用"
    edit(world, press="k3", is_active=False)
    assert known(world)[2].state_on(TODAY) == "停用（2026-11-23 起）"
    with pytest.raises(Conflict, match="没有改动"):
        edit(world, press="k4", is_active=False)


def test_one_is_added_and_can_be_put_in_order(world):
    told = edit(world, "", name="律师说和", description="律师每周坐班。", position=2)
    assert (told.key, told.changes[0]) == ("own_1", ("added", "", "律师说和"))
    assert names(world) == ["排查预警", "律师说和", "重大纠纷联合化解", "机制四（待配置）"]
    edit(world, "m4", press="k2", position=1)
    assert names(world) == ["机制四（待配置）", "排查预警", "律师说和", "重大纠纷联合化解"]
    for number in range(MOST - 4):
        edit(world, "", press=f"more{number}", name=f"机制{number}")
    with pytest.raises(Conflict, match=f"已有 {MOST} 项"):
        edit(world, "", press="k9", name="再多一项")


def test_a_check_tells_the_same_and_writes_nothing(world):
    told = check_mechanism(world, ChangeMechanism("m4", name="甲机制"), LEAD, NOW)
    assert told.changes == (("name", "机制四（待配置）", "甲机制"),)
    assert "甲机制" not in names(world)


def test_a_file_undoes_no_edit_and_an_edit_no_file(world, tmp_path):
    """The file's name is kept beside the own one; published by the file, it goes by the file's name."""
    edit(world, name="法官联调", is_active=False)
    _load(world, tmp_path, "m4", "机制四（新表头）", "否")
    one = known(world)[2]
    assert (one.name, one.file_name, one.is_active) == ("法官联调", "机制四（新表头）", False)
    _load(world, tmp_path, "m4", "法官驻点", "是")
    assert (one := next(each for each in known(world) if each.key == "m4")).name == "法官驻点"
    assert one.is_active is False


def test_a_rollback_keeps_a_mechanism_that_was_edited(world, tmp_path):
    loaded = _load(world, tmp_path, "m5", "机制五", "否")
    edit(world, "m5", name="专家评理")
    report = rollback(world.store, loaded.load_id, NOW, "li")
    assert [(kept.table, kept.name) for kept in report.kept] == [("mechanisms", "m5")]
    assert "专家评理" in names(world)


def _load(world, folder, *cells):
    source = world.town.sources["mediation_mechanisms"]
    path = folder / f"{cells[0]}-{len(cells[1])}.xlsx"
    path.write_bytes(book(source, [list(cells)]))
    return load(world, source.key, path, NOW)


def test_editing_and_adding_on_each_database(database_url):
    opened = make_world(database_url)
    fill(opened)
    edit(opened, name="甲机制", position=1)
    edit(opened, "", press="k2", name="乙机制")
    assert names(opened) == ["甲机制", "排查预警", "重大纠纷联合化解", "乙机制"]
    opened.close()
