"""A client on the REST routes of a small world; feed and jobs are not started."""

import pytest
from starlette.testclient import TestClient

from callbacks import rest, server
from callbacks.callers import Caller
from callbacks.context import Context
from callbacks.hub import Hub
from callbacks.jobs import Jobs
from data.demo.accounts import make_demo_accounts
from tests.worlds import NOW, make_world


@pytest.fixture
def world(sqlite_url):
    """The home town with its grids."""
    opened = make_world(sqlite_url)
    make_demo_accounts(opened, NOW)
    yield opened
    opened.close()


@pytest.fixture
def client(world):
    """A client that talks to the ASGI application as a program on this machine would, with the demo token."""
    context = Context(world, Hub(world))
    api = server.create_api(context, Jobs(world))
    rest.register(api, context)
    server.stand_guard(api, context)
    headers = {"Authorization": f"Bearer {world.demo_token()}"}
    return TestClient(api, base_url="http://127.0.0.1:8050", headers=headers, raise_server_exceptions=False)


@pytest.fixture
def as_actor(client, monkeypatch):
    """Return a function that gives a client on whose requests somebody acts."""

    def given(actor):
        async def find(_headers, *, is_press):
            return Caller(actor)

        monkeypatch.setattr(client.app.state.callers, "find", find)
        return client

    return given
