"""The door of an observer's link as its holder and as strangers meet it: what is shown, refused, sent twice, logged."""

import logging
import re

import pytest
from sqlalchemy import MetaData, select
from starlette.testclient import TestClient

from app import create_app
from callbacks.link_door import without_secret
from data.services.observer_links import InviteObserver, invite_observer, revoke_link
from data.services.observer_opinions import answer_opinion
from data.settings import Settings
from data.store.modules.enforcement import observer_opinions
from data.world import utc_now
from tests.observers import DAY, LEAD, REDACTED, observed_town

LOCAL = "http://127.0.0.1"
KEY = re.compile(r'name="key" value="(\w+)"')
HIDDEN = {"origin": "null", "sec-fetch-site": "same-origin"}
"""What a browser sends of a page that tells no referrer."""


@pytest.fixture(scope="module")
def town(sqlite_template, tmp_path_factory):
    """The database of a town, made once; each test has a link of its own in it."""
    path = tmp_path_factory.mktemp("observe") / "cloud.db"
    path.write_bytes(sqlite_template.read_bytes())
    observed_town(f"sqlite:///{path}").close()
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def api(town):
    made = create_app(Settings(database_url=town, simulate=0, logins_per_minute=0))
    yield made
    made.state.world.close()


@pytest.fixture
def client(api):
    return TestClient(api, base_url=LOCAL, follow_redirects=False)


@pytest.fixture
def invite(api, request):
    """Return a function that makes a link: its secret and its number."""

    def made(observer="O1", cases=("C1", "C2"), now=None):
        key = f"{request.node.name}-{observer}-{now}"
        link = invite_observer(api.state.world, InviteObserver(observer, cases), key, LEAD, now or utc_now())
        return link.secret, link.link_id

    return made


def said_of(api, link_id):
    begin = observer_opinions.c.number.startswith(f"YJ-L{link_id}-")
    with api.state.world.store.read() as connection:
        return connection.execute(select(observer_opinions).where(begin)).all()


def form_of(page, words="请公开同类案例", case="C2"):
    return {"case": case, "text": words, "key": KEY.search(page.text)[1]}


def test_a_case_is_shown_without_whom_and_where(api, client, invite):
    secret, _ = invite()
    page = client.get(f"/observe/{secret}")
    assert page.status_code == 200
    for words in ("C1", "占道经营", "本镇试行 2026-01-01", "轻罚", "2026-11-05", "2026-11-03", "超过期限"):
        assert words in page.text
    assert api.state.world.town.unit_names["320582105204"] in page.text
    assert [words for words in (*REDACTED, secret, LEAD.display_name) if words in page.text] == []
    assert "<script" not in page.text


def test_every_answer_tells_nobody_and_is_kept_nowhere(client, invite):
    secret, _ = invite()
    answers = [
        client.get(f"/observe/{secret}"),
        client.get("/observe/guessed"),
        client.post(f"/observe/{secret}", data={}, headers={"origin": "https://evil.example"}),
        client.post(f"/observe/{secret}", data={"case": "C1", "text": "", "key": "k"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 403, 422]
    for answer in answers:
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "script" not in answer.headers["content-security-policy"]
    assert client.get("/login").headers["referrer-policy"] == "same-origin"


def test_unknown_expired_and_revoked_links_are_one_page(api, client, invite):
    expired, _ = invite(now=utc_now() - 8 * DAY)
    revoked, number = invite("O2")
    assert client.get(f"/observe/{revoked}").status_code == 200
    revoke_link(api.state.world, number, LEAD, utc_now())
    shown = [client.get(f"/observe/{one}") for one in (expired, revoked, "guessed", "a/b", "", "%00", "中")]
    assert {answer.status_code for answer in shown} == {404}
    assert len({answer.text for answer in shown}) == 1
    assert "请联系镇集成指挥中心" in shown[0].text
    told = client.post(f"/observe/{revoked}", data={"case": "C1", "text": "好", "key": "k"})
    assert (told.status_code, told.text) == (404, shown[0].text)


def test_a_double_press_gives_one_opinion_and_the_answer_is_seen(api, client, invite):
    secret, link_id = invite()
    form = form_of(client.get(f"/observe/{secret}"))
    pressed = [client.post(f"/observe/{secret}", data=form, headers=HIDDEN) for _ in range(2)]
    assert [answer.status_code for answer in pressed] == [303, 303]
    assert pressed[0].headers["location"] == f"/observe/{secret}?given=1"
    (opinion,) = said_of(api, link_id)
    assert "等待答复" in client.get(f"/observe/{secret}?given=1").text
    answer_opinion(api.state.world, opinion.number, "第三季度起<b>公开</b>", "a", LEAD, utc_now())
    page = client.get(f"/observe/{secret}").text
    assert "第三季度起&lt;b&gt;公开&lt;/b&gt;" in page
    changed = client.post(f"/observe/{secret}", data=form | {"text": "另一句"}, headers=HIDDEN)
    assert (changed.status_code, "刚才的意见已经提交" in changed.text) == (422, True)
    assert form_of(changed)["key"] != form["key"]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        {"cookie": "x=y"},
    ],
)
def test_a_form_from_elsewhere_gives_no_opinion(api, client, invite, headers):
    secret, link_id = invite()
    form = form_of(client.get(f"/observe/{secret}"))
    assert client.post(f"/observe/{secret}", data=form, headers=headers).status_code == 403
    assert said_of(api, link_id) == []


def test_what_cannot_be_an_opinion_stays_typed(api, client, invite):
    secret, link_id = invite()
    page = client.get(f"/observe/{secret}")
    long = client.post(f"/observe/{secret}", data=form_of(page, "长" * 1001), headers=HIDDEN)
    assert (long.status_code, "收到 1001 个" in long.text, "长" * 1001 in long.text) == (422, True, True)
    other = client.post(f"/observe/{secret}", data=form_of(page, case="<b>C9"), headers=HIDDEN)
    assert (other.status_code, "<b>C9" in other.text) == (404, False)
    assert said_of(api, link_id) == []


def test_no_secret_stands_in_a_log_or_in_the_database(api, invite, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    secret, _ = invite()
    client = TestClient(api, base_url=LOCAL, follow_redirects=False)
    assert client.post("/login", data={"account": "demo-wall"}, headers={"origin": LOCAL}).status_code == 303
    form = form_of(client.get(f"/observe/{secret}"))
    client.post(f"/observe/{secret}", data=form, headers=HIDDEN)
    client.post(f"/observe/{secret}", data=form, headers={"origin": "https://evil.example"})
    client.put(f"/observe/{secret}", headers={"origin": LOCAL})
    client.head(f"/observe/{secret}")
    api.state.audit.note(LEAD, "see_desk", f"GET /observe/{secret}/x?y", "refused")
    api.state.audit.flush()
    printed = capsys.readouterr()
    world, tables = api.state.world, MetaData()
    tables.reflect(world.store.engine)
    with world.store.read() as connection:
        kept = str([connection.execute(select(table)).all() for table in tables.sorted_tables])
    assert "observer_link" in kept
    ours = [
        record.getMessage() for record in caplog.records if record.name != "httpx"
    ]  # the test's own client
    assert secret not in kept + "".join(ours) + printed.out + printed.err


def test_an_address_is_kept_without_its_secret():
    assert without_secret("GET /observe/abc-_x/y?given=1") == "GET /observe/…?given=1"
    assert without_secret("GET /m/grid") == "GET /m/grid"


def test_whoever_guesses_is_asked_to_wait(town, invite):
    secret, _ = invite()
    guarded = create_app(Settings(database_url=town, simulate=0, logins_per_minute=3))
    client = TestClient(guarded, base_url=LOCAL, follow_redirects=False)
    assert [client.get(f"/observe/{secret}").status_code for _ in range(5)] == [200] * 5
    assert [client.get(f"/observe/guess{n}").status_code for n in range(4)] == [404, 404, 404, 429]
    waiting = client.get(f"/observe/{secret}")
    assert (waiting.status_code, "过于频繁" in waiting.text) == (429, True)
    assert int(waiting.headers["retry-after"]) in range(1, 21)
    assert waiting.headers["referrer-policy"] == "no-referrer"
    assert client.get("/login").status_code == 200
    guarded.state.world.close()
