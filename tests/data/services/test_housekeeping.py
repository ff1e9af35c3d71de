"""Forgetting in time, and what must be kept."""

from datetime import timedelta

from sqlalchemy import func, insert, select

from data.domain.people import COMMAND_LINE
from data.domain.vocabulary import Role
from data.services import housekeeping
from data.services.accounts import NewAccount, create_account
from data.services.audit import Note, Outcome, write_notes
from data.services.housekeeping import hold_job, tidy
from data.services.secrets import token_hash
from data.services.sessions import log_in, log_out
from data.store.account_tables import audit_log, sessions
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


def test_sessions_that_ended_a_month_ago_are_forgotten(world):
    create_account(
        world, NewAccount("zhang", "张三", Role.INTAKE, "correct horse battery"), COMMAND_LINE, NOW
    )
    early = log_in(world, "zhang", "correct horse battery", NOW)
    late = log_in(world, "zhang", "correct horse battery", NOW + timedelta(days=2))
    log_out(world, early.token, early.actor, NOW)
    for days, left in ((30, [early, late]), (31, [late]), (33, [])):
        tidy(world, NOW + timedelta(days=days))
        with world.store.read() as connection:
            kept = connection.execute(select(sessions.c.token_hash)).scalars().all()
        assert set(kept) == {token_hash(login.token) for login in left}


def test_audit_lines_are_kept_as_long_as_the_setting_says(world):
    for days in (0, 300, 364, 366):
        at = NOW - timedelta(days=days)
        write_notes(world, [Note(at, COMMAND_LINE, "manage_data", f"{days}", Outcome.DONE)])
    tidy(world, NOW)
    with world.store.read() as connection:
        kept = connection.execute(select(audit_log.c.object).order_by(audit_log.c.id)).scalars().all()
    assert kept == ["0", "300", "364"]


def test_a_job_has_one_holder(world):
    assert hold_job(world, "demo", "a", NOW, 30)
    assert not hold_job(world, "demo", "b", NOW, 30)
