"""Sockets as a browser opens them: refused callbacks, unknown messages, foreign origins, ended sessions."""

import dash
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app import create_app
from callbacks import rights
from data.domain.people import COMMAND_LINE
from data.domain.rights import Right
from data.services.accounts import revoke_all
from data.settings import Settings
from tests.worlds import NOW

URL, OWN = "/_dash-ws-callback", {"origin": "http://127.0.0.1:8050"}


@pytest.fixture
def api(sqlite_url, monkeypatch):
    """The served application, where following the feed wants the right to the desk."""
    table = {**rights.CALLBACKS, "feed": Right.SEE_DESK}
    monkeypatch.setattr(rights, "CALLBACKS", table)
    return create_app(Settings(database_url=sqlite_url, simulate=0, tick_seconds=0.05))


@pytest.fixture
def client(api):
    return TestClient(api, base_url="http://127.0.0.1:8050", follow_redirects=False)


def feed_request():
    output = next(k for k, v in dash.get_app().callback_map.items() if v.get("websocket"))
    return {"type": "callback_request", "requestId": "r", "rendererId": "p", "payload": {"output": output}}


def test_a_visitor_is_refused_a_feed_that_is_not_his_and_keeps_the_socket(client):
    with client.websocket_connect("ws://127.0.0.1:8050" + URL, headers=OWN) as socket:
        socket.send_json(feed_request())
        answer = socket.receive_json()
        assert (answer["requestId"], answer["payload"]["code"]) == ("r", 403)
        socket.send_json({"type": "heartbeat"})
        assert socket.receive_json() == {"type": "heartbeat_ack"}


@pytest.mark.parametrize("text", ['{"type": "steal"}', "[]", "{", '{"type": null}'])
def test_an_unknown_message_ends_the_socket(client, text):
    with client.websocket_connect("ws://127.0.0.1:8050" + URL, headers=OWN) as socket:
        socket.send_text(text)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == 4403


def test_a_foreign_page_gets_no_socket(client):
    client.post("/login", data={"account": "demo-dispatcher"}, headers=OWN)
    for origin in ("http://evil.example", "null", None):
        headers = {"origin": origin} if origin else {}
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect("ws://127.0.0.1:8050" + URL, headers=headers),
        ):
            pass


def test_the_socket_of_a_session_ends_soon_after_it(client, api):
    client.post("/login", data={"account": "demo-dispatcher"}, headers=OWN)
    with client.websocket_connect("ws://127.0.0.1:8050" + URL, headers=OWN) as socket:
        socket.send_json({"type": "heartbeat"})
        assert socket.receive_json() == {"type": "heartbeat_ack"}
        revoke_all(api.state.world, "demo-dispatcher", COMMAND_LINE, NOW)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 4001
