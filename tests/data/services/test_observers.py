"""Links, opinions and answers on both databases: who may, what is counted, and what a second press does."""

import shutil
from dataclasses import replace

import pytest
from sqlalchemy import select

from data.domain.errors import CloudError, Conflict, Forbidden, InvalidInput, KeyReused, NotFound
from data.domain.people import COMMAND_LINE, Actor
from data.domain.vocabulary import Role
from data.services.measures import count_marked
from data.services.observer_links import InviteObserver, invite_observer, revoke_link
from data.services.observer_opinions import GiveOpinion, answer_opinion, erase_opinion, give_opinion
from data.services.secrets import token_hash
from data.settings import Settings
from data.store.account_tables import audit_log
from data.store.modules.enforcement import observer_opinions
from data.store.observer_tables import observer_answers, observer_link_cases, observer_links
from data.store.tables import request_keys
from data.views.aggregate_check import verify_aggregates
from data.views.observer_page import observer_page
from data.views.observers import observer_links_of, waiting_opinions
from data.world import open_world
from tests.data.views.facts.records import count, few_rows, values
from tests.observers import DAY, HANDLER, LEAD, SHOP, STRANGER, observed_town
from tests.worlds import NOW

INVITE = InviteObserver("O1", ("C2",))


@pytest.fixture(scope="module")
def town_file(sqlite_template, tmp_path_factory):
    """The file of a town, made once for this module."""
    path = tmp_path_factory.mktemp("observers") / "cloud.db"
    shutil.copy(sqlite_template, path)
    observed_town(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def world(town_file, tmp_path):
    """The town in a file of its own."""
    opened = open_world(Settings(database_url=f"sqlite:///{shutil.copy(town_file, tmp_path)}", simulate=0))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def still_world(town_file):
    """The town itself, in which every press is refused."""
    opened = open_world(Settings(database_url=f"sqlite:///{town_file}", simulate=0))
    yield opened
    opened.close()


@pytest.fixture
def either_world(database_url):
    """On SQLite and on PostgreSQL, for what the kind of database could change."""
    opened = observed_town(database_url)
    yield opened
    opened.close()


def rows(world, table):
    with world.store.read() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def invited(world, command=INVITE, now=NOW, key="k1"):
    return invite_observer(world, command, key, LEAD, now)


def say(world, secret, words="建议公开", case="C2", key="f1", now=NOW):
    return give_opinion(world, token_hash(secret), GiveOpinion(case, words, key), now)


def test_a_link_shows_the_chosen_cases_and_those_spoken_of(world):
    made = invited(world)
    assert made.cases == 2
    assert made.expires_at == NOW + 7 * DAY
    page = observer_page(world, token_hash(made.secret), NOW)
    assert [case.number for case in page.cases] == ["C2", "C1"]
    assert [one.number for one in page.opinions] == ["P1"]


def test_the_cases_of_a_matter_in_the_last_days(world):
    for matter in ("M2", "扬尘"):
        for days, numbers in ((3, ["C1"]), (4, ["C2", "C1"])):
            made = invited(world, InviteObserver("O1", matter=matter, last_days=days), key=f"{matter}{days}")
            page = observer_page(world, token_hash(made.secret), NOW)
            assert [case.number for case in page.cases] == numbers


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"observer": "O9"}, NotFound, "O9"),
        ({"cases": ("C2", "C9", "C8")}, InvalidInput, "C8、C9"),
        ({"matter": "无此事项", "last_days": 9}, InvalidInput, "无此事项"),
        ({"matter": "M1"}, InvalidInput, "近多少天"),
        ({"days": 31}, InvalidInput, "1 至 30"),
        ({"days": 0}, InvalidInput, "1 至 30"),
    ],
)
def test_what_cannot_be_a_link_says_why(still_world, more, error, words):
    with pytest.raises(error, match=words):
        invited(still_world, replace(INVITE, **more))
    assert rows(still_world, observer_links) == []


def test_a_link_without_cases_and_one_with_too_many_are_refused(world, monkeypatch):
    monkeypatch.setattr("data.services.observer_links.MOST_CASES", 1)
    with pytest.raises(InvalidInput, match="共 2 件"):
        invited(world)
    with world.store.write() as transaction:
        transaction.connection.execute(observer_opinions.delete())
    with pytest.raises(InvalidInput, match="没有可以观察的案件"):
        invited(world, InviteObserver("O1"))


def test_the_same_press_makes_one_link_and_keeps_no_secret(world):
    made, again = invited(world), invited(world)
    assert (again.link_id, again.secret) == (made.link_id, None)
    assert len(rows(world, observer_links)) == 1
    kept = str(
        [rows(world, table) for table in (observer_links, observer_link_cases, request_keys, audit_log)]
    )
    assert made.secret not in kept + repr(made)


@pytest.mark.parametrize("actor", [HANDLER, Actor("zhang", Role.DISPATCHER), Actor("chen", Role.LEADER)])
def test_only_the_shift_lead_invites_and_revokes(still_world, actor):
    with pytest.raises(Forbidden):
        invite_observer(still_world, INVITE, "k", actor, NOW)
    with pytest.raises(Forbidden):
        revoke_link(still_world, 1, actor, NOW)


def test_an_expired_and_a_revoked_link_show_and_take_nothing(world):
    made, revoked = invited(world), invited(world, key="k2")
    revoke_link(world, revoked.link_id, LEAD, NOW)
    revoke_link(world, revoked.link_id, LEAD, NOW + DAY)
    for secret, now in ((made.secret, NOW + 7 * DAY), (revoked.secret, NOW), ("guessed", NOW)):
        assert observer_page(world, token_hash(secret), now) is None
        with pytest.raises(NotFound, match="链接无效"):
            say(world, secret, now=now)
    assert [str(row.state) for row in observer_links_of(world, NOW + 7 * DAY)] == ["revoked", "expired"]
    with pytest.raises(NotFound, match="99"):
        revoke_link(world, 99, LEAD, NOW)


def test_an_opinion_is_kept_once_without_telephone_numbers(world):
    secret = invited(world).secret
    number = say(world, secret, "请打 13812345678")
    assert say(world, secret, "请打 13812345678") == number
    kept = [row for row in rows(world, observer_opinions) if row["number"] == number]
    assert [(row["opinion"], row["observer_code"], row["enforcement_number"]) for row in kept] == [
        ("请打 （号码已隐去）", "O1", "C2")
    ]
    with pytest.raises(KeyReused):
        say(world, secret, "另一条")
    assert "13812345678" not in str([rows(world, table) for table in (audit_log, request_keys)])


def test_only_cases_of_the_link_and_only_so_many_opinions(world, monkeypatch):
    secret = invited(world, InviteObserver("O2")).secret
    with pytest.raises(NotFound, match="没有这件案件"):
        say(world, secret, case="C2")
    monkeypatch.setattr("data.services.observer_opinions.MOST_OPINIONS", 2)
    assert [say(world, secret, case="C1", key=key) for key in ("a", "b")] == ["YJ-L1-01", "YJ-L1-02"]
    with pytest.raises(Conflict, match="到了上限"):
        say(world, secret, case="C1", key="c")


def test_an_answer_is_seen_by_the_observer_and_is_counted_by_itself(either_world):
    few = few_rows(either_world)
    count(few)
    before = values(few, "enforcement")
    secret = invited(either_world).secret
    number = say(either_world, secret)
    answer_opinion(either_world, number, "已公开", "a1", LEAD, NOW)
    answer_opinion(either_world, number, "已公开", "a1", LEAD, NOW)
    answer_opinion(either_world, "P1", "依据见决定书", "a2", HANDLER, NOW)
    while count_marked(few, NOW):
        pass
    after = values(few, "enforcement")
    names = ("observer_opinions", "observer_answered", "observer_open")
    assert [before[name] for name in names] == [2, 0.0, 2]
    assert [after[name] for name in names] == [3, pytest.approx(66.6667), 1]
    assert verify_aggregates(few, NOW).found == 0
    page = observer_page(either_world, token_hash(secret), NOW)
    assert {one.number: one.answer for one in page.opinions} == {"P1": "依据见决定书", number: "已公开"}
    noted = [
        (row["actor"], row["object"])
        for row in rows(either_world, audit_log)
        if row["right"] == "answer_observer"
    ]
    assert noted == [("li", f"observer_opinion:{number}"), ("wang", "observer_opinion:P1")]


def test_the_second_answer_hears_who_was_quicker(world):
    answer_opinion(world, "P1", "先答", "a", LEAD, NOW)
    with pytest.raises(Conflict, match="li 已经答复"):
        answer_opinion(world, "P1", "后答", "b", HANDLER, NOW)
    assert [row["text"] for row in rows(world, observer_answers)] == ["先答"]


@pytest.mark.parametrize(
    ("number", "words", "actor", "error"),
    [
        ("P1", "好", STRANGER, Forbidden),
        ("P1", "好", Actor("x", Role.UNIT_HANDLER), Forbidden),
        ("P1", "好", Actor("zhang", Role.DISPATCHER), Forbidden),
        ("P9", "好", LEAD, NotFound),
        ("P1", "  ", LEAD, InvalidInput),
        ("P1", f"{SHOP}已整改", LEAD, InvalidInput),
    ],
)
def test_what_is_no_answer_leaves_the_opinion_open(still_world, number, words, actor, error):
    with pytest.raises(error) as refusal:
        answer_opinion(still_world, number, words, "a", actor, NOW)
    assert isinstance(refusal.value, CloudError)
    assert rows(still_world, observer_answers) == []
    assert {row["answered_at"] for row in rows(still_world, observer_opinions)} == {None}


def test_a_unit_sees_the_opinions_on_its_own_cases_alone(world):
    say(world, invited(world).secret)
    assert [one.number for one in waiting_opinions(world, LEAD)] == ["P1", "P2", "YJ-L1-01"]
    assert [one.number for one in waiting_opinions(world, HANDLER)] == ["P1", "P2"]
    assert [one.number for one in waiting_opinions(world, STRANGER)] == ["YJ-L1-01"]
    assert waiting_opinions(world, Actor("x", Role.UNIT_HANDLER)) == ()


def test_the_words_of_an_opinion_can_be_erased_and_it_still_counts(world):
    secret = invited(world).secret
    answer_opinion(world, "P1", "依据见决定书", "a", LEAD, NOW)
    erase_opinion(world, "P1", COMMAND_LINE, NOW)
    (page,) = observer_page(world, token_hash(secret), NOW).opinions
    assert (page.words, page.answer, page.answered) == ("（已删除）", "（已删除）", "2026-11-23")
    kept = str(
        [rows(world, table) for table in (observer_opinions, observer_answers, audit_log, request_keys)]
    )
    assert "裁量依据" not in kept
    assert "决定书" not in kept
    with pytest.raises(NotFound, match="P9"):
        erase_opinion(world, "P9", COMMAND_LINE, NOW)
    with pytest.raises(Forbidden):
        erase_opinion(world, "P1", LEAD, NOW)
