"""The form of a mechanism: filled with what stands, a check first, and only what was checked is saved."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import insert

from callbacks.mechanisms import change_shown, form_shown
from data.domain.people import VISITOR
from data.store.modules.mediation import mechanisms
from tests.data.services.life import DISPATCHER, LEAD
from tests.worlds import make_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    opened = make_world(f"sqlite:///{tmp_path_factory.mktemp('form')}/cloud.db")
    rows = (("screening", "排查预警", True), ("m4", "机制四（待配置）", False))
    with opened.store.write() as transaction:
        told = [dict(zip(("key", "name", "is_published"), row, strict=True), is_demo=True) for row in rows]
        transaction.connection.execute(insert(mechanisms), told)
    yield opened
    opened.close()


def words(told):
    parts = [part.to_plotly_json() for part in told["told"]]
    return json.dumps(parts, ensure_ascii=False, default=lambda c: c.to_plotly_json())


def typed(world, key, **more):
    filled = form_shown(world, key, LEAD)
    names = ("name", "description", "active", "active_from", "position")
    return {"picked": {"pick": "", "key": key}, **{name: filled[name] for name in names}} | more


def test_the_form_is_filled_for_the_shift_lead_alone(world):
    shown = form_shown(world, "screening", LEAD)
    assert (shown["hidden"], shown["open"], shown["is_fixed"], shown["name"]) == (
        False,
        True,
        True,
        "排查预警",
    )
    assert form_shown(world, "m4", LEAD)["is_fixed"] is False
    assert form_shown(world, "", LEAD)["about"] == "新增一项"
    for actor in (DISPATCHER, VISITOR):
        shown = form_shown(world, "m4", actor)
        assert (shown["hidden"], shown["open"]) == (True, False)
        assert "没有“编辑解纷机制”的权限" in words(
            change_shown(world, typed(world, "m4"), actor, is_final=False)
        )


@pytest.mark.parametrize(("more", "said"), [
    ({"active_from": "下周"}, "“下周”不是日期"),
    ({"position": "第一"}, "“第一”不是次序"),
    ({}, "没有改动"),
])  # fmt: skip
def test_what_cannot_be_says_why_and_offers_nothing_to_save(world, more, said):
    told = change_shown(world, typed(world, "m4", **more), LEAD, is_final=False)
    assert said in words(told)
    assert (told["checked"], told["is_hidden"]) == (None, True)


def test_what_was_checked_is_saved_once(world):
    checked = change_shown(world, typed(world, "m4", name="法官联调", active="off"), LEAD, is_final=False)
    assert "检查通过，尚未保存：法官联调" in words(checked)
    assert "启用停用：启用 → 停用" in words(checked)
    for _ in range(2):
        assert "已保存：法官联调" in words(change_shown(world, checked["checked"], LEAD, is_final=True))
    shown = form_shown(world, "m4", LEAD)
    assert (shown["name"], shown["active"], shown["active_from"]) == ("法官联调", "off", "")
    assert "没有改动" in words(change_shown(world, typed(world, "m4"), LEAD, is_final=False))
