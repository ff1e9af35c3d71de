"""Saved views: kept for whoever made them, replaced by name, limited, and never somebody else's to touch."""

from dataclasses import replace

import pytest
from sqlalchemy import insert

from data.domain.errors import Conflict, Forbidden, InvalidInput
from data.domain.people import SYSTEM, VISITOR, Actor
from data.domain.vocabulary import Role
from data.services.saved_views import LONGEST_NAME, MOST_VIEWS, drop_view, list_views, save_view
from data.store.account_tables import users
from tests.worlds import NOW

ZHANG = Actor("zhang", Role.DISPATCHER, "张三", user_id=1)
LI = Actor("li", Role.SHIFT_LEAD, "李四", user_id=2)


@pytest.fixture(autouse=True)
def _accounts(world):
    times = {"created_at": NOW, "password_changed_at": NOW}
    rows = [
        {"id": a.user_id, "name": a.name, "display_name": a.display_name, "role": str(a.role)}
        | {"password_hash": "-", **times}
        for a in (ZHANG, LI)
    ]
    with world.store.write() as transaction:
        transaction.connection.execute(insert(users), rows)


def shown(world, actor=ZHANG):
    return [(row["name"], row["query"]) for row in list_views(world, actor)]


def test_views_are_listed_by_name_for_whoever_made_them(world):
    save_view(world, "超期", "?tab=overdue", ZHANG, NOW)
    save_view(world, "  恬庄   特急 ", "?severity=critical&village=320582105208", ZHANG, NOW)
    save_view(world, "别人的", "?tab=all", LI, NOW)
    assert shown(world) == [
        ("恬庄 特急", "?severity=critical&village=320582105208"),
        ("超期", "?tab=overdue"),
    ]
    assert shown(world, LI) == [("别人的", "?tab=all")]


def test_the_same_name_anew_replaces_the_old_one(world):
    save_view(world, "超期", "?tab=overdue", LI, NOW)
    for query in ("?tab=overdue", "?tab=all"):
        save_view(world, "超期", query, ZHANG, NOW)
    assert shown(world) == [("超期", "?tab=all")]
    assert shown(world, LI) == [("超期", "?tab=overdue")]


def test_only_one_s_own_view_is_forgotten(world):
    save_view(world, "甲", "?tab=all", ZHANG, NOW)
    [row] = list_views(world, ZHANG)
    drop_view(world, row["id"], LI)
    drop_view(world, 4711, ZHANG)
    assert shown(world) == [("甲", "?tab=all")]
    drop_view(world, row["id"], ZHANG)
    drop_view(world, row["id"], ZHANG)
    assert shown(world) == []


def test_a_full_list_takes_no_new_name_and_keeps_the_old_ones(world):
    for number in range(MOST_VIEWS):
        save_view(world, f"视图{number:02d}", "?tab=all", ZHANG, NOW)
    with pytest.raises(Conflict, match=str(MOST_VIEWS)):
        save_view(world, "再一个", "?tab=all", ZHANG, NOW)
    save_view(world, "视图00", "?tab=overdue", ZHANG, NOW)
    assert len(shown(world)) == MOST_VIEWS
    assert shown(world)[0] == ("视图00", "?tab=overdue")
    save_view(world, "再一个", "?tab=all", LI, NOW)


@pytest.mark.parametrize("name", ["", "   ", "长" * (LONGEST_NAME + 1)])
def test_a_name_that_cannot_be_is_refused(world, name):
    with pytest.raises(InvalidInput) as refused:
        save_view(world, name, "?tab=all", ZHANG, NOW)
    assert refused.value.field == "name"
    assert shown(world) == []


@pytest.mark.parametrize(
    "query", ["", "?", "tab=all", "/desk?tab=all", "?a=<script>", "?a=b#c", "?a=b c", "?" + "a" * 400]
)
def test_a_query_that_is_none_of_the_desk_s_is_refused(world, query):
    with pytest.raises(InvalidInput) as refused:
        save_view(world, "甲", query, ZHANG, NOW)
    assert refused.value.field == "query"


def test_who_has_no_account_or_no_desk_keeps_none(world):
    for actor in (VISITOR, replace(ZHANG, role=Role.UNIT_HANDLER), replace(ZHANG, user_id=None)):
        with pytest.raises(Forbidden):
            save_view(world, "甲", "?tab=all", actor, NOW)
        with pytest.raises(Forbidden):
            drop_view(world, 1, actor)
    assert list_views(world, VISITOR) == list_views(world, SYSTEM) == []
    assert shown(world) == []
