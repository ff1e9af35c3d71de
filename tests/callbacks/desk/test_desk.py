"""What the desk asks besides presses: the drawer, the search, the views, each answered in words."""

from sqlalchemy import insert

from callbacks.desk import drawer as drawer_module
from callbacks.desk.drawer import drawer_of
from callbacks.desk.search import found
from callbacks.desk.views import views_of
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import Role
from data.store.account_tables import users
from data.views.gazetteer import GazetteerBook
from data.world import utc_now
from tests.callbacks.desk.conftest import ZHANG
from tests.layouts.words import words_of
from tests.worlds import NOW


def shown(world, wish, actor=ZHANG):
    return words_of(drawer_of(world, wish, actor))


def test_no_case_chosen_says_how_one_is_chosen(world):
    for wish in (None, {}, {"id": "1"}, {"id": None}):
        assert "未选择案卷" in shown(world, wish)


def test_a_chosen_case_is_drawn(world, case_id):
    words = shown(world, {"id": case_id, "version": 1, "stamp": "x"})
    assert "占道" in words
    assert "一键派遣" in words


def test_a_case_that_is_not_there_and_a_seat_that_has_no_desk_are_told_so(world, case_id):
    assert "没有编号为 4711 的案卷" in shown(world, {"id": 4711})
    assert "没有“使用坐席”的权限" in shown(world, {"id": case_id}, VISITOR)
    handler = Actor("x", Role.UNIT_HANDLER, unit_code="enforcement")
    assert "没有“使用坐席”的权限" in shown(world, {"id": case_id}, handler)


def test_a_drawer_that_fails_says_so(world, case_id, monkeypatch):
    def broken(*_arguments):
        raise OSError("disk")

    monkeypatch.setattr(drawer_module, "read_drawer", broken)
    words = shown(world, {"id": case_id})
    assert "不能显示" in words
    assert "disk" not in words


def test_the_search_lists_cases_then_places_or_says_that_there_is_nothing(world, case_id):
    book = GazetteerBook(world)
    rows = found(world, book, "占道", ZHANG, utc_now())
    assert vars(rows[0])["data-found"] == f"case:{case_id}"
    places = found(world, book, "杏市村", ZHANG, utc_now())
    assert vars(places[0])["data-found"].startswith("at:")
    assert "没有找到“<b>无</b>”" in words_of(found(world, book, "<b>无</b>", ZHANG, utc_now()))


def test_views_are_kept_listed_and_refused_beside_the_list(world):
    row = {"id": 1, "name": "zhang", "display_name": "张三", "role": "dispatcher", "password_hash": "-"}
    with world.store.write() as transaction:
        times = {"created_at": NOW, "password_changed_at": NOW}
        transaction.connection.execute(insert(users).values(row | times))
    kept = views_of(world, {"save": {"name": "超期", "query": "?tab=overdue"}, "n": 1}, ZHANG)
    assert ([one["name"] for one in kept["rows"]], kept["refusal"]) == (["超期"], None)
    refused = views_of(world, {"save": {"name": "", "query": "?tab=all"}}, ZHANG)
    assert len(refused["rows"]) == 1
    assert "视图名" in refused["refusal"]
    assert views_of(world, {"save": "x", "drop": "1"}, ZHANG)["refusal"] is None
    assert views_of(world, {"drop": kept["rows"][0]["id"]}, ZHANG)["rows"] == []
    assert views_of(world, {"save": {"name": "a", "query": "?a=b"}}, VISITOR)["refusal"]
