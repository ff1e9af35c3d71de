"""The gatehouse as an attacker meets it: where a login leads, the cookie, the demo's seats, who may be asked at all."""

import logging

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app import create_app
from callbacks.login import safe_next
from data.domain.errors import CloudError
from data.domain.people import COMMAND_LINE
from data.domain.vocabulary import Role
from data.services.accounts import NewAccount, create_account
from data.services.sessions import log_in, log_in_demo
from data.services.tokens import add_token
from data.settings import Settings
from data.store.account_tables import audit_log, users
from data.world import utc_now
from tests.worlds import NOW, make_world

PASSWORD = "correct horse battery"
HOST = "cloud.example.gov.cn"
PUBLIC = f"https://{HOST}"
LOCAL = "http://127.0.0.1:8050"
DESK = {"name": "zhang", "password": PASSWORD}


@pytest.fixture
def serve(sqlite_url):
    """Return a function that serves one database, to this machine or to strangers, and gives a client."""
    world = make_world(sqlite_url)
    create_account(world, NewAccount("zhang", "张三", Role.DISPATCHER, PASSWORD), COMMAND_LINE, NOW)
    world.close()
    opened = []

    def given(public_url="", base_url=None):
        api = create_app(Settings(database_url=sqlite_url, simulate=0, public_url=public_url))
        opened.append(api.state.world)
        return TestClient(api, base_url=base_url or public_url or LOCAL, follow_redirects=False)

    yield given
    for one in opened:
        one.close()


def log_in_over(client, form=None, origin=None, **headers):
    own = {"origin": origin or str(client.base_url).rstrip("/")}
    return client.post("/login", data=form or DESK, headers=own | headers)


LEADS_HOME = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/desk",
    "HTTPS:evil.example",
    "javascript:alert(1)",
    "/\tevil.example/",
    "/\n/evil.example",
    " //evil.example",
    "data:text/html,x",
    "evil.example",
    "",
    "/login",
    "/logout",
    "/api/v1/cases",
    "/_dash-layout",
    "/\x00",
    "/desk?" + "a" * 3000,
    "//[",
]


@pytest.mark.parametrize("path", LEADS_HOME)
def test_a_login_never_leads_out_of_the_house(path):
    assert safe_next(path) == "/"


@pytest.mark.parametrize(
    "path", ["/desk", "/desk?case=7", "/wall", "/%2F%2Fevil.example", "/%5Cevil", "/中文"]
)
def test_a_login_leads_to_a_page_of_the_house(path):
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]
)
def test_neither_form_link_nor_referer_leads_out(serve, path):
    client = serve()
    assert log_in_over(client, DESK | {"next": path}).headers["location"] == "/"
    assert 'name="next" value="/"' in client.get("/login", params={"next": path}).text
    page = client.get("/login", headers={"referer": f"https://evil.example{path}"})
    assert 'name="next" value="/"' in page.text


def test_what_is_reflected_is_escaped(serve):
    page = serve().get("/login", params={"next": '/desk"><script>x</script>'}).text
    assert "<script>" not in page


def test_the_cookie_here_and_over_https(serve):
    local = log_in_over(serve()).headers["set-cookie"]
    assert local.startswith("cloud-8050=")
    assert "secure" not in local.lower()
    public = log_in_over(serve(PUBLIC)).headers["set-cookie"]
    assert public.startswith("__Host-cloud=")
    for cookie in (local, public):
        assert {"HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
        assert "domain" not in cookie.lower()
    assert "Secure" in public


def test_a_session_works_over_https_and_ends_with_the_logout(serve):
    client = serve(PUBLIC)
    assert client.get("/desk").headers["location"] == "/login?next=/desk"
    log_in_over(client)
    assert client.get("/").status_code == 200
    stolen = client.cookies["__Host-cloud"]
    left = client.post("/logout", headers={"origin": PUBLIC})
    assert left.headers["location"] == "/login"
    assert left.headers["clear-site-data"] == '"storage"'  # what a tab kept is not for the next one
    assert client.get("/", headers={"cookie": f"__Host-cloud={stolen}"}).status_code == 303


def test_a_logout_without_a_session_leads_to_the_login_and_writes_nothing(serve):
    client = serve(PUBLIC)
    for cookie in ("__Host-cloud=gone", "__Host-cloud=", "x=y"):
        answer = client.post("/logout", headers={"origin": PUBLIC, "cookie": cookie})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    world = client.app.state.world
    with world.store.read() as connection:
        rights = connection.execute(select(audit_log.c.right)).scalars().all()
    assert "log_out" not in rights


@pytest.mark.parametrize(
    "origin", [f"http://{HOST}", f"{PUBLIC}:444", "https://evil.example", "null", f"{PUBLIC}.evil.example"]
)
def test_over_https_another_origin_writes_nothing_and_gets_no_socket(serve, origin):
    client = serve(PUBLIC)
    log_in_over(client)
    assert log_in_over(client, origin=origin).status_code == 403
    assert client.post("/api/v1/cases", json={}, headers={"origin": origin}).status_code == 403
    assert client.post("/_dash-update-component", json={}, headers={"origin": origin}).status_code == 403
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(f"wss://{HOST}/_dash-ws-callback", headers={"origin": origin}),
    ):
        pass


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost", f"{HOST}:8443", f"{HOST}.evil.example", ""])
def test_over_https_only_the_public_name_is_answered(serve, host):
    assert serve(PUBLIC).get("/login", headers={"host": host}).status_code == 421


def test_demo_seats_stay_shut_before_strangers(serve):
    assert 'value="demo-dispatcher"' in serve().get("/login").text  # the accounts now stand in the database
    client = serve(PUBLIC)
    assert "demo-" not in client.get("/login").text
    for form in ({"account": "demo-dispatcher"}, {"account": "zhang"}, {"account": "' OR 1=1 --"}):
        answer = log_in_over(client, form)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert log_in_over(client, {"name": "demo-dispatcher", "password": ""}).status_code == 401


def test_what_a_demo_account_opened_here_opens_nothing_before_strangers(serve):
    """The same database, first served to this machine and then to strangers."""
    local = serve()
    world = local.app.state.world
    session = log_in_demo(world, "demo-shift-lead", utc_now()).token
    token = add_token(world, "demo-dispatcher", "热线", COMMAND_LINE, utc_now()).secret
    shows = ({"cookie": f"cloud-8050={session}"}, {"authorization": f"Bearer {token}"})
    assert [local.get("/api/v1/cases/1/plan", headers=show).status_code for show in shows] == [404, 404]
    client = serve(PUBLIC)
    shows = ({"cookie": f"__Host-cloud={session}"}, {"authorization": f"Bearer {token}"})
    shows += ({"authorization": f"Bearer {world.demo_token()}"},)
    assert [client.get("/api/v1/cases/1/plan", headers=show).status_code for show in shows] == [401] * 3


def test_a_stranger_sees_nothing_but_the_doors(serve):
    client = serve(PUBLIC)
    for path in ("/", "/wall", "/desk", "/m/grid", "/anything"):
        assert client.get(path).status_code == 303
    for path in ("/api/v1/situation", "/api/v1/cases", "/api/docs", "/api/openapi.json", "/_dash-layout"):
        assert client.get(path).status_code == 401
    assert client.get("/assets/cloud.css").status_code == 200
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect(f"wss://{HOST}/_dash-ws-callback", headers={"origin": PUBLIC}),
    ):
        pass
    assert closed.value.code == 4001


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"public_url": PUBLIC}, "还没有账号"),
        ({"host": "0.0.0.0", "public_url": PUBLIC}, "还没有账号"),
        ({"public_url": PUBLIC, "demo_token": "x"}, "还没有账号"),
    ],
)
def test_strangers_are_not_served_before_there_is_an_account(sqlite_url, settings, word):
    make_world(sqlite_url).close()
    with pytest.raises(CloudError, match=word):
        create_app(Settings(database_url=sqlite_url, simulate=0, **settings))


def test_a_demo_token_is_refused_where_it_opens_nothing(serve, sqlite_url):
    with pytest.raises(CloudError, match="CLOUD_DEMO_TOKEN") as refusal:
        create_app(Settings(database_url=sqlite_url, simulate=0, public_url=PUBLIC, demo_token="very-secret"))
    assert "very-secret" not in str(refusal.value)


def test_nothing_of_a_case_stays_in_a_browser(serve):
    client = serve()
    log_in_over(client)
    assert client.get("/api/v1/cases").headers["cache-control"] == "no-store"
    assert client.get("/desk").headers["cache-control"] == "no-cache"
    assert client.get("/desk").headers["cross-origin-resource-policy"] == "same-origin"


def test_a_socket_that_reconnects_keeps_no_session_awake(serve, monkeypatch):
    client = serve()
    touched = []
    monkeypatch.setattr("callbacks.callers.touch", lambda *given: touched.append(given))
    monkeypatch.setattr("data.views.accounts.TOUCH_AFTER", NOW - NOW)
    log_in(client.app.state.world, "zhang", PASSWORD, utc_now())
    log_in_over(client)
    with client.websocket_connect(
        "ws://127.0.0.1:8050/_dash-ws-callback", headers={"origin": LOCAL}
    ) as socket:
        socket.send_json({"type": "heartbeat"})
        assert socket.receive_json() == {"type": "heartbeat_ack"}
    assert touched == []
    client.get("/desk")
    assert len(touched) == 1


def test_no_secret_stands_in_a_log(serve, caplog, capsys):
    """Logins, tokens and cookies, right and wrong, and an error of the database with a password's hash in it."""
    caplog.set_level(logging.DEBUG)
    client = serve()
    world = client.app.state.world
    token = add_token(world, "zhang", "热线", COMMAND_LINE, utc_now()).secret
    log_in_over(client, DESK | {"password": "wrong-but-secret"})
    log_in_over(client, {"name": "typed-as-name", "password": "x"})
    log_in_over(client)
    for shown in (token, "cf_guessed-token", str(world.demo_token())):
        client.get("/api/v1/cases/1/plan", headers={"authorization": f"Bearer {shown}"})
    row = {"name": "zhang", "password_hash": "hash-of-a-password"}
    with pytest.raises(IntegrityError) as error, world.store.write() as transaction:
        transaction.connection.execute(insert(users).values(row))
    logging.getLogger("test").error("failed", exc_info=error.value)
    client.app.state.audit.flush()
    secrets = (PASSWORD, "wrong-but-secret", "typed-as-name", token, "cf_guessed-token", "hash-of-a-password")
    secrets += (str(world.demo_token()), client.cookies["cloud-8050"])
    printed = capsys.readouterr()
    assert "IntegrityError" in caplog.text
    assert [secret for secret in secrets if secret in caplog.text + printed.out + printed.err] == []
