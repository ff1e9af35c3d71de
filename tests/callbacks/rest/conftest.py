"""A client on the REST routes of a small world; feed and jobs are not started."""

import pytest
from starlette.testclient import TestClient

from callbacks import rest, server
from callbacks.context import Context
from callbacks.guard import Guard
from callbacks.hub import Hub
from callbacks.jobs import Jobs
from tests.worlds import make_world


@pytest.fixture
def world(sqlite_url):
    """The home town with its grids."""
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def client(world):
    """A client that talks to the ASGI application as a browser on this machine would."""
    context = Context(world, Hub(world))
    api = server.create_api(context, Jobs(world))
    rest.register(api, context)
    api.add_middleware(Guard, script_hashes=(), max_body_bytes=world.settings.max_body_kb * 1024)
    return TestClient(api, base_url="http://127.0.0.1:8050", raise_server_exceptions=False)
