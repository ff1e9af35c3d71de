"""The table of doors against the running application: what has no row is named, and who has no right is refused."""

import inspect
import re

import dash
import pytest
from dash.backends._fastapi import FastAPIDashServer
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient

from app import create_app
from callbacks import pages
from callbacks.callers import Caller
from callbacks.gate import leaves
from callbacks.rights import CALLBACKS, PAGES, ROUTES, SOCKET_MESSAGES, Door, callback_key, route_lock
from data.cli.commands import COMMANDS
from data.cli.rights import COMMANDS_RIGHTS
from data.domain.people import Actor
from data.domain.rights import Right, may
from data.domain.vocabulary import Role
from data.settings import Settings

ROLES = [role for role in Role if role != Role.SYSTEM]


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """The application as it is served; its jobs and its feed do not run."""
    url = f"sqlite:///{tmp_path_factory.mktemp('doors') / 'cloud.db'}"
    return create_app(Settings(database_url=url, simulate=0, port=8050))


def declared(api):
    """Return (method, template) of every route of the application."""
    sockets = {r.path for r in api.routes if isinstance(r, WebSocketRoute)}
    return {
        ("WEBSOCKET" if leaf.template in sockets else method, leaf.template)
        for leaf in leaves(api)
        for method in leaf.methods or {"GET"}
    }


def test_every_route_has_a_row_and_every_row_a_route(api):
    routes = {("GET" if method == "HEAD" else method, path) for method, path in declared(api)}
    assert routes | {("GET", "{path:path}")} == set(ROUTES)  # the last one is declared when the server starts


def test_every_page_callback_message_and_command_has_a_row(api):
    running = {callback_key(k, v) for k, v in dash.get_app().callback_map.items() if "callback" in v}
    handler = inspect.getsource(FastAPIDashServer.serve_websocket_callback)
    assert set(PAGES) == set(pages.PAGES)
    assert set(CALLBACKS) == running
    assert set(SOCKET_MESSAGES) == set(re.findall(r'msg_type == "(\w+)"', handler))
    assert set(COMMANDS_RIGHTS) == set(_names(COMMANDS))


def _names(rows, above=""):
    for name, run, *_ in rows:
        full = f"{above} {name}".strip()
        yield from [full] if callable(run) else _names(run, full)


def test_a_route_without_a_row_stays_shut():
    assert route_lock("POST", "/api/v1/forgotten", "/api/v1/forgotten") is Door.SHUT
    assert route_lock("DELETE", "/api/v1/cases", "/api/v1/cases") is Door.SHUT


@pytest.mark.parametrize("role", ROLES)
def test_every_route_refuses_a_role_without_its_right(api, role, monkeypatch):
    async def find(_headers, *, is_press):
        return Caller(Actor("zhang", role))

    monkeypatch.setattr(api.state.callers, "find", find)
    client = TestClient(api, base_url="http://127.0.0.1:8050", raise_server_exceptions=False)
    for (method, template), lock in ROUTES.items():
        if isinstance(lock, Right) and method != "WEBSOCKET" and not may(Actor("zhang", role), lock):
            path = re.sub(r"\{\w+(:path)?\}", "1", template)
            assert client.request(method, path).status_code == 403, (method, path)
    for path, right in PAGES.items():
        assert (client.get(path).status_code == 403) == (not may(Actor("zhang", role), right))


@pytest.mark.parametrize("role", ROLES)
def test_every_callback_refuses_a_role_without_its_right(api, role, monkeypatch):
    async def find(_headers, *, is_press):
        return Caller(Actor("zhang", role))

    monkeypatch.setattr(api.state.callers, "find", find)
    client = TestClient(api, base_url="http://127.0.0.1:8050", raise_server_exceptions=False)
    for key, right in CALLBACKS.items():
        if "." in key and not may(Actor("zhang", role), right):
            names = [part.split(".") for part in key.strip(".").split("...")]
            outputs = [{"id": name, "property": prop} for name, prop in names]
            body = {
                "output": key,
                "outputs": outputs if key.startswith("..") else outputs[0],
                "inputs": [],
                "state": [],
            }
            assert client.post("/_dash-update-component", json=body).status_code == 403, key


def test_a_stranger_is_asked_to_log_in(api, monkeypatch):
    async def find(_headers, *, is_press):
        return Caller(None)

    monkeypatch.setattr(api.state.callers, "find", find)
    client = TestClient(api, base_url="http://127.0.0.1:8050", follow_redirects=False)
    assert client.get("/desk").headers["location"] == "/login?next=/desk"
    for (method, template), lock in ROUTES.items():
        if isinstance(lock, Right) and template.startswith(("/api", "/_")) and method != "WEBSOCKET":
            answer = client.request(method, re.sub(r"\{\w+(:path)?\}", "1", template))
            assert answer.status_code == 401, (method, template)
