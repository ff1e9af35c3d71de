"""What a stranger may send on purpose: every request gets an answer that is meant, none a failure of the server's own."""

import json
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from app import create_app
from callbacks.callers import Caller
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.report import report_case
from data.settings import Settings
from tests.data.services.test_report import ACTOR, COMMAND
from tests.worlds import NOW

OWN = {"origin": "http://127.0.0.1:8050"}
HUGE = 2**70
JSON = {"content-type": "application/json"}
WHOLE = {"title": "异味", "category": "0403", "intake_channel": "window", "address": "街口"}
LEAD = Actor("zhao", Role.SHIFT_LEAD, "赵六")
GETS = [
    *(f"/api/v1/cases/{HUGE}{tail}" for tail in ("", "/photos", "/photos/1", "/plan", "/journal")),
    *(f"/api/v1/cases/1{tail}" for tail in (f"/photos/{HUGE}", f"/photos/-{HUGE}")),
    f"/api/v1/cases?before={HUGE}",
    "/api/v1/cases?state=%00&severity=%00&grid=%00&category=%00",
    "/api/v1/grids?kind=%00",
    "/api/v1/%00",
    "/api/v1/cases/%00",
    "/%00",
    "/" + "a" * 8000,
    "/login?next=%00",
    "/login?next=" + quote("//evil.example/" + "a" * 4000),
    "/assets/..%2f..%2fapp.py",
    "/assets/%2e%2e/%2e%2e/app.py",
    "/_dash-component-suites/dash/..%2f..%2f..%2fapp.py",
    "/_dash-component-suites/nothing/x.js",
]
ACTIONS = [
    {"version": HUGE},
    {"version": 1, "action": "sign", "order_id": HUGE},
    {"version": 1, "action": "merge", "into_case_id": HUGE, "reason": "同一件事"},
    {"version": 1, "action": "decline", "reason": "不\x00予"},
    {"version": 1, "action": "decline", "reason": "\ud800"},
    {"version": 1, "action": "decline", "reason": "x", "happened_at": "0001-01-01T00:00:00+14:00"},
    {"version": 1, "action": "accept", "happened_at": "9999-12-31T23:59:59-14:00"},
    {"version": 1, "action": "dispatch", "responders": ["\x00"]},
    {"version": 1, "action": "dispatch", "main_unit": "\x00"},
    {"version": 1, "action": "supervise", "reason": "办\x00", "reply_by": "2026-12-01T00:00:00Z"},
    {"version": 1, "action": "supervise", "reason": "办", "reply_by": "9999-12-31T23:59:59-14:00"},
    {"version": 1, "action": "supervise", "reason": "办", "reply_by": "0001-01-01T00:00:00+14:00"},
]
LOGINS = [
    {"name": "zhang\x00", "password": "x"},
    {"name": "z" * 70_000, "password": "x" * 70_000},
    {"account": "demo-intake\x00"},
    {"account": "demo-" + "x" * 70_000},
    {"name": "' OR 1=1 --", "password": "' OR 1=1 --"},
]


@pytest.fixture
def client(database_url, monkeypatch):
    """The served application on each kind of database, with one case; a shift lead asks."""
    api = create_app(Settings(database_url=database_url, simulate=0))
    report_case(api.state.world, COMMAND, ACTOR, NOW)

    async def find(_headers, *, is_press):
        return Caller(LEAD)

    monkeypatch.setattr(api.state.callers, "find", find)
    yield TestClient(
        api, base_url="http://127.0.0.1:8050", follow_redirects=False, raise_server_exceptions=False
    )
    api.state.world.close()


def test_no_request_ends_in_a_failure_of_the_server_s_own(client):
    answers = {path: client.get(path) for path in GETS}
    for body in ACTIONS:
        path = "/api/v1/cases/1/actions"
        content = json.dumps({"action": "accept"} | body).encode()
        answers[f"{path} {body}"] = client.post(path, content=content, headers=OWN | JSON)
    for number, form in enumerate(LOGINS):
        answers[f"login {number}"] = client.post("/login", data=form, headers=OWN)
    for key in (b"\x00", "钥".encode(), b"\xff\xfe", b"k" * 5000):
        headers = {"Idempotency-Key": key, **OWN}
        answers[f"key {key[:4]!r}"] = client.post("/api/v1/cases/1/actions", json={}, headers=headers)
    assert {what: answer.status_code for what, answer in answers.items() if answer.status_code >= 500} == {}
    assert not [what for what, answer in answers.items() if "import annotations" in answer.text]
    actions = {what: answer.status_code for what, answer in answers.items() if "/actions" in what}
    assert set(actions.values()) <= {404, 409, 422}


def test_no_callback_ends_in_a_failure_of_the_server_s_own(client):
    """What a page asks may be anything at all: the answer is a refusal in words."""
    broken = (
        *({"kind": kind} for kind in (None, "x", 7, [], "submit", "advice")),
        *({"kind": "advice", "fields": fields} for fields in (7, [], {"x": 10**400, "y": 1}, {"x": "a"})),
        {"kind": "submit", "key": "k" * 500, "fields": {"answers": 7, "title": "\x00"}},
        {"kind": "submit", "key": "\x00", "fields": WHOLE},
        {"kind": "submit", "fields": WHOLE | {"description": "长" * 3000}},
    )
    before = client.get("/api/v1/cases").json()["items"]
    answers = [ask(client, "new-case", question) for question in broken]
    answers += [
        ask(client, "alarm", {"verb": "shelve", "id": id_, "reason": "x\x00", "minutes": 5})
        for id_ in (1, HUGE, -1)
    ]
    others = (
        ("desk-found.children", "desk-search.data", "\x00\x00"),
        ("desk-drawer.children", "desk-case.data", {"id": HUGE}),
        ("desk-views.data", "desk-view-wish.data", {"drop": HUGE}),
        ("desk-views.data", "desk-view-wish.data", {"save": {"name": "\x00", "query": "?q=1"}}),
        ("desk-outcomes.data", "desk-intents.data", {"intents": [{"key": "\x00", "case_id": HUGE}]}),
        ("grid-card.children", "picked.data", {"code": "\x00"}),
        ("page.children", "location.pathname", "/\x00"),
    )
    answers += [call(client, *other) for other in others]
    assert {answer.status_code for answer in answers} <= {200, 422}
    assert client.get("/api/v1/cases").json()["items"] == before


def ask(client, name, question):
    """Ask as the page's script does: write the question, read the answer."""
    return call(client, f"{name}-answer.data", f"{name}-ask.data", question)


def call(client, output, changed, value):
    """Call a callback as a page does."""
    (to, to_property), (of, of_property) = output.split("."), changed.split(".")
    body = {
        "output": output,
        "outputs": {"id": to, "property": to_property},
        "inputs": [{"id": of, "property": of_property, "value": value}],
        "changedPropIds": [changed],
        "state": [],
    }
    return client.post("/_dash-update-component", json=body, headers=OWN)
