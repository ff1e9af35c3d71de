"""Forgetting in time, and what must be kept."""

from datetime import timedelta

from sqlalchemy import func, insert, select

from data.services import housekeeping
from data.services.housekeeping import hold_job, tidy
from data.store.tables import changes, request_keys
from tests.worlds import NOW


def test_old_request_keys_are_forgotten(world):
    row = {"actor": "a", "operation": "o", "body_hash": "h", "result": "{}"}
    with world.store.write() as transaction:
        for key, age in (("old", 31), ("young", 29)):
            values = row | {"key": key, "created_at": NOW - timedelta(days=age)}
            transaction.connection.execute(insert(request_keys).values(values))
    tidy(world, NOW)
    with world.store.read() as connection:
        assert connection.execute(select(request_keys.c.key)).scalars().all() == ["young"]


def test_old_changes_are_pruned_but_each_topic_keeps_its_newest(world, monkeypatch):
    monkeypatch.setattr(housekeeping, "CHANGES_KEPT", 3)
    before = world.store.revision()
    with world.store.write() as transaction:
        for _ in range(10):
            transaction.changed("cases", NOW)
    tidy(world, NOW)
    with world.store.read() as connection:
        rows = connection.execute(select(changes.c.topic, func.count()).group_by(changes.c.topic)).all()
    assert dict(map(tuple, rows)) == {"grids": 1, "cases": 3}
    assert world.store.revision() == before + 10


def test_a_job_has_one_holder(world):
    assert hold_job(world, "demo", "a", NOW, 30)
    assert not hold_job(world, "demo", "b", NOW, 30)
