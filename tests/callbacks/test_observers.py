"""The two forms of 综合执法 about observers: who sees them, what is read of what was typed, what is told."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from dash import no_update

from callbacks.audit import hearing_uses
from callbacks.observers import (
    answer_sent,
    answers_shown,
    link_made,
    link_revoked,
    link_url,
    links_shown,
    read_invitation,
)
from data.domain.errors import InvalidInput
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import Role
from data.services.observer_links import InviteObserver
from tests.observers import HANDLER, LEAD, STRANGER, observed_town

TYPED = {"observer": " O1 ", "cases": "C1、C2， C1;", "matter": "", "last_days": "", "days": "7"}
SHOWN_TO = {
    LEAD: (True, True),
    HANDLER: (True, False),
    STRANGER: (True, False),
    Actor("zhang", Role.DISPATCHER): (False, False),
    Actor("chen", Role.LEADER): (False, False),
    VISITOR: (False, False),
}


@pytest.fixture(scope="module")
def still_world(sqlite_template, tmp_path_factory):
    """A town in which nothing is written."""
    path = tmp_path_factory.mktemp("observers") / "cloud.db"
    path.write_bytes(sqlite_template.read_bytes())
    opened = observed_town(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture
def world(sqlite_url):
    opened = observed_town(sqlite_url)
    yield opened
    opened.close()


def words(parts):
    return json.dumps(parts, ensure_ascii=False, default=lambda part: part.to_plotly_json())


@pytest.mark.parametrize("actor", SHOWN_TO, ids=lambda actor: actor.name)
def test_each_form_is_shown_to_whoever_may_use_it(still_world, actor):
    answers, links = answers_shown(still_world, actor), links_shown(still_world, actor)
    assert (not answers["is_hidden"], not links["is_hidden"]) == SHOWN_TO[actor]
    assert bool(answers["waiting"]) == (actor in (LEAD, HANDLER))
    assert bool(links["codes"]) == (actor is LEAD)


def test_what_was_typed_is_read_as_a_command():
    assert read_invitation(TYPED) == InviteObserver("O1", ("C1", "C2", "C1"), days=7)
    more = TYPED | {"cases": None, "matter": "占道经营", "last_days": "30"}
    assert read_invitation(more) == InviteObserver("O1", (), "占道经营", 30, 7)
    for name, bad in (("days", ""), ("days", "一周"), ("days", "-1"), ("last_days", "99999"), ("days", "²")):
        with pytest.raises(InvalidInput, match="不是天数"):
            read_invitation(TYPED | {name: bad})


def test_a_link_is_shown_once_listed_and_revoked(world):
    made = link_made(world, TYPED, "k", LEAD)
    assert "http://127.0.0.1:8050/observe/" in words(made["secret"])
    assert "2 件案件" in words(made["secret"])
    assert "O1 教育工作者　有效\n2 件案件" in made["links"][0]["label"]
    again = link_made(world, TYPED, "k", LEAD)
    assert (again["secret"], "只显示一次" in words(again["told"])) == (no_update, True)
    assert len(again["links"]) == 1
    assert "请先在列表中选" in words(link_revoked(world, None, LEAD)["told"])
    ended = link_revoked(world, 1, LEAD)
    assert (ended["secret"], ended["links"][0]["disabled"]) == ([], True)
    assert "已撤销" in ended["links"][0]["label"]


def test_a_list_that_is_cut_says_so(world, monkeypatch):
    monkeypatch.setattr("data.views.observers.MOST_SHOWN", 1)
    monkeypatch.setattr("callbacks.observers.MOST_SHOWN", 1)
    for key in ("k1", "k2", "k3"):
        link_made(world, TYPED, key, LEAD)
    link_revoked(world, 3, LEAD)
    first, rest = links_shown(world, LEAD)["links"]
    assert first["value"] == 2  # the newest of those that hold, before the one that was revoked
    assert rest["disabled"]
    assert rest["label"].startswith("只列 1 条")


def test_an_answer_empties_the_form_and_a_refused_one_stays_typed_and_is_written_down(world):
    with hearing_uses() as uses:
        refused = answer_sent(world, "P1", "已说明", "a", STRANGER)
        unknown = link_made(world, TYPED | {"observer": "O9"}, "k", LEAD)
        forbidden = link_made(world, TYPED, "k", HANDLER)
        nothing = link_revoked(world, 1, HANDLER)
    assert (refused["text"], "只能答复观察意见中属于自己的部分" in words(refused["told"])) == (
        no_update,
        True,
    )
    assert ("O9" in words(unknown["told"]), "没有“邀请执法观察员”的权限" in words(forbidden["told"])) == (
        True,
        True,
    )
    assert nothing["links"] == []
    assert [(use.right, use.what, str(use.outcome)) for use in uses] == [
        ("answer_observer", "observer_opinion:P1", "refused"),
        ("invite_observer", "observer_link", "failed"),
        ("invite_observer", "observer_link", "refused"),
        ("invite_observer", "observer_link:1", "refused"),
    ]
    done = answer_sent(world, "P1", "已说明", "a", HANDLER)
    assert (done["text"], done["number"]) == ("", None)
    assert [row["value"] for row in done["waiting"]] == ["P2"]


def test_the_address_is_the_public_one_where_there_is_one():
    settings = SimpleNamespace(public_url="https://cloud.example.gov.cn", host="0.0.0.0", port=8050)
    assert link_url(settings, "s") == "https://cloud.example.gov.cn/observe/s"
