"""How often one address may try to log in and to write, and how the address behind a proxy is known."""

import pytest
import uvicorn
from starlette.testclient import TestClient

import app
from callbacks.throttle import MOST_ADDRESSES, Buckets, address_of
from data.domain.people import COMMAND_LINE
from data.domain.vocabulary import Role
from data.services.accounts import NewAccount, create_account
from data.settings import Settings
from tests.worlds import NOW, make_world

PASSWORD = "correct horse battery"
HOST = "cloud.example.gov.cn"
OWN = {"origin": f"https://{HOST}"}
CASE = {"title": "井盖破损", "category": "0101", "intake_channel": "window", "lon": 120.63, "lat": 31.77}


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def served(sqlite_url, monkeypatch):
    """Return a function that gives the application as uvicorn runs it behind a proxy, seen from a peer."""
    world = make_world(sqlite_url)
    create_account(world, NewAccount("zhang", "张三", Role.DISPATCHER, PASSWORD), COMMAND_LINE, NOW)
    world.close()
    given = {}
    monkeypatch.setattr(uvicorn, "run", lambda api, **options: given.update(app=api, **options))
    limits = {"logins_per_minute": 3, "writes_per_minute": 2}
    app.serve(
        Settings(
            database_url=sqlite_url, simulate=0, public_url=f"https://{HOST}", proxy="10.0.0.1", **limits
        )
    )
    config = uvicorn.Config(**given)
    config.load()

    def client(peer):
        return TestClient(
            config.loaded_app, base_url=f"https://{HOST}", client=(peer, 1234), follow_redirects=False
        )

    return client


def log_in(client, password="wrong", **headers):
    return client.post("/login", data={"name": "zhang", "password": password}, headers=OWN | headers)


def test_a_bucket_empties_and_fills_again():
    clock = Clock()
    buckets = Buckets(6, clock)
    assert [buckets.take("a") for _ in range(6)] == [0.0] * 6
    assert buckets.take("a") == pytest.approx(10.0)
    assert buckets.take("b") == 0.0
    clock.now = 10.0
    assert (buckets.take("a"), buckets.take("a")) == (0.0, pytest.approx(10.0))
    clock.now = 1e6
    assert [buckets.take("a") > 0 for _ in range(7)] == [False] * 6 + [True]


def test_no_limit_is_no_limit_and_addresses_are_not_kept_for_ever():
    assert not any(Buckets(0).take("a") for _ in range(1000))
    buckets = Buckets(1, Clock())
    for number in range(MOST_ADDRESSES + 5):
        buckets.take(str(number))
    assert buckets.take(str(MOST_ADDRESSES + 4)) > 0
    assert buckets.take("0") == 0.0


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_address_counts_as_itself_and_ipv6_as_its_network(host, key):
    assert address_of({"client": (host, 1)}) == key
    assert address_of({"client": None}) == ""


def test_failed_logins_of_one_address_end_in_429_and_others_go_on(served):
    client = served("192.0.2.7")
    assert [log_in(client).status_code for _ in range(3)] == [401] * 3
    refused = log_in(client, PASSWORD)
    assert (refused.status_code, int(refused.headers["retry-after"]) in range(1, 21)) == (429, True)
    assert "登录尝试过于频繁" in refused.text
    assert "content-security-policy" in refused.headers
    assert log_in(served("192.0.2.8"), PASSWORD).status_code == 303


def test_logins_that_succeed_do_not_count(served):
    assert [log_in(served("192.0.2.7"), PASSWORD).status_code for _ in range(5)] == [303] * 5


def test_writes_over_rest_end_in_429_and_reading_goes_on(served):
    client = served("192.0.2.7")
    assert log_in(client, PASSWORD).status_code == 303
    answers = [client.post("/api/v1/cases", json=CASE, headers=OWN) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    body = answers[-1].json()
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert (body["title"], body["type"]) == ("这个地址的提交过于频繁", "urn:cloud:too_many")
    assert body["errors"][0]["cure"] == f"请在 {answers[-1].headers['retry-after']} 秒后再试"
    assert client.get("/api/v1/cases").status_code == 200
    assert len(client.get("/api/v1/cases").json()["items"]) == 2


def test_behind_the_proxy_each_caller_counts_for_itself(served):
    client = served("10.0.0.1")
    for _ in range(3):
        log_in(client, **{"x-forwarded-for": "198.51.100.1"})
    assert log_in(client, **{"x-forwarded-for": "198.51.100.1"}).status_code == 429
    assert log_in(client, **{"x-forwarded-for": "198.51.100.2"}).status_code == 401


def test_nobody_but_the_proxy_may_say_whom_a_request_comes_from(served):
    client = served("192.0.2.7")
    tries = [log_in(client, **{"x-forwarded-for": f"198.51.100.{number}"}) for number in range(4)]
    assert [answer.status_code for answer in tries] == [401, 401, 401, 429]
    behind = served("10.0.0.1")  # what the caller wrote stands before what the proxy added
    tries = [log_in(behind, **{"x-forwarded-for": f"203.0.113.{n}, 198.51.100.9"}) for n in range(4)]
    assert [answer.status_code for answer in tries] == [401, 401, 401, 429]
