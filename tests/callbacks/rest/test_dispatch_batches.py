"""A batch over REST: proposed, pressed, repeated, raced; what is refused as a whole and what case by case."""

import pytest
from sqlalchemy import func, select

from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.report import report_case
from data.store.tables import orders
from data.world import utc_now
from tests.data.services.test_report import ACTOR, COMMAND

DISPATCHER = Actor("zhang", Role.DISPATCHER, "张三")


@pytest.fixture
def send(as_actor):
    """Return a function that sends a batch in somebody's name."""

    def sent(cases, actor=DISPATCHER, key=None, **fields):
        headers = {"Idempotency-Key": key} if key else {}
        body = {"cases": cases, **fields}
        return as_actor(actor).post("/api/v1/dispatch-batches", json=body, headers=headers)

    return sent


@pytest.fixture
def waiting(world):
    now = utc_now()
    return [{"case_id": report_case(world, COMMAND, ACTOR, now).id, "version": 1} for _ in range(3)]


def _orders(world):
    with world.store.read() as connection:
        return connection.execute(select(func.count()).select_from(orders)).scalar_one()


def test_a_dry_run_proposes_and_writes_nothing(send, world, waiting):
    answer = send(waiting, dry_run=True)
    plan = answer.json()["plan"]
    assert answer.status_code == 200
    assert [item["case_id"] for item in plan["items"]] == [case["case_id"] for case in waiting]
    assert plan["total_cost"] <= plan["one_by_one_cost"]
    assert _orders(world) == 0


def test_each_case_has_its_answer_and_a_repeat_the_first_ones(send, world, waiting):
    waiting[1]["version"] = 7
    first = send(waiting, key="b" * 128).json()["results"]
    assert [result["code"] for result in first] == [None, "stale_version", None]
    assert first[0]["receipt"]["state"] == "dispatched"
    again = send(waiting, key="b" * 128).json()["results"]
    assert [r["receipt"] and r["receipt"]["orders"] for r in again] == [
        r["receipt"] and r["receipt"]["orders"] for r in first
    ]
    assert again[0]["receipt"]["is_repeated"] is True
    assert _orders(world) == sum(len(r["receipt"]["orders"]) for r in first if r["receipt"])
    assert send(waiting[:1], key="b" * 128).status_code == 422


@pytest.mark.parametrize(
    ("cases", "fields"),
    [
        ([], {}),
        ([{"case_id": 1}], {}),
        ([{"case_id": 1, "version": 1}] * 2, {}),
        ([{"case_id": 1, "version": 1, "actor": "li"}], {}),
        ([{"case_id": 1, "version": 1}], {"role": "leader"}),
    ],
)
def test_a_refusal_names_the_field(send, cases, fields):
    answer = send(cases, **fields)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"]


@pytest.mark.parametrize("role", [Role.WALL, Role.INTAKE, Role.LEADER, Role.GRID_MEMBER])
@pytest.mark.parametrize("dry_run", [True, False])
def test_who_may_not_dispatch_batches(send, waiting, role, dry_run):
    assert send(waiting, Actor("x", role), dry_run=dry_run).status_code == 403


def test_a_batch_stands_in_openapi(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    assert "Idempotency-Key" in str(paths["/api/v1/dispatch-batches"]["post"]["parameters"])
