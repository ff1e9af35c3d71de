"""Accounts and sessions on both databases: guessing, rotation, revocation, expiry, and what is never kept."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text

from data.demo.accounts import make_demo_accounts
from data.domain.errors import CloudError, Forbidden, InvalidInput, NotFound, Unauthenticated
from data.domain.people import COMMAND_LINE, VISITOR
from data.domain.vocabulary import Role
from data.services.accounts import NewAccount, change_password, change_role, create_account, set_disabled
from data.services.secrets import hash_password, needs_rehash, token_hash
from data.services.sessions import log_in, log_in_demo, log_out
from data.services.tokens import add_token, revoke_token
from data.store.account_tables import audit_log, users
from data.views.accounts import session_seat, token_seat
from tests.worlds import NOW

PASSWORD = "correct horse battery"
SECOND = timedelta(seconds=1)


@pytest.fixture
def zhang(world):
    create_account(world, NewAccount("zhang", "张三", Role.DISPATCHER, PASSWORD), COMMAND_LINE, NOW)
    return "zhang"


def seat(world, token, now=NOW):
    return session_seat(world, token_hash(token), now)


def fail(world, name, now):
    with pytest.raises(Unauthenticated) as refusal:
        log_in(world, name, "wrong", now)
    return str(refusal.value)


def test_a_login_knows_who_acts_and_rotates(world, zhang):
    first = log_in(world, zhang, PASSWORD, NOW)
    second = log_in(world, zhang, PASSWORD, NOW, presented=first.token)
    assert first.token != second.token
    assert seat(world, first.token) is None
    assert (seat(world, second.token).actor.display_name, second.actor.role) == ("张三", Role.DISPATCHER)


def test_a_cookie_that_somebody_planted_never_becomes_a_session(world, zhang):
    login = log_in(world, zhang, PASSWORD, NOW, presented="planted")
    assert login.token != "planted"
    assert seat(world, "planted") is None


def test_guessing_locks_for_longer_and_longer(world, zhang):
    at = NOW
    for _ in range(5):
        fail(world, zhang, at)
    with pytest.raises(Unauthenticated):
        log_in(world, zhang, PASSWORD, at + 29 * SECOND)
    at += 31 * SECOND
    fail(world, zhang, at)
    with pytest.raises(Unauthenticated):
        log_in(world, zhang, PASSWORD, at + 59 * SECOND)
    assert log_in(world, zhang, PASSWORD, at + 61 * SECOND).actor.name == zhang
    fail(world, zhang, at + 62 * SECOND)  # forgotten: one failure locks nobody


def test_many_guesses_at_once_get_no_further_than_five(world, zhang, monkeypatch):
    looked = []
    monkeypatch.setattr("data.services.sessions.is_password", lambda p, h: bool(h and looked.append(h)))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: fail(world, zhang, NOW), range(24)))
    assert len(looked) == 5


def test_a_refusal_does_not_say_why_and_always_looks_at_a_hash(world, zhang, monkeypatch):
    verified = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, h, p: (verified.append(h), verify(self, h, p))[1]
    )
    words = {fail(world, "nobody", NOW), fail(world, zhang, NOW)}
    set_disabled(world, zhang, True, COMMAND_LINE, NOW)
    words.add(fail(world, zhang, NOW))
    assert (len(words), len(verified)) == (1, 3)


@pytest.mark.parametrize(
    "change",
    [
        lambda w: set_disabled(w, "zhang", True, COMMAND_LINE, NOW),
        lambda w: change_password(w, "zhang", "another long one", COMMAND_LINE, NOW),
        lambda w: change_role(w, "zhang", Role.INTAKE, None, COMMAND_LINE, NOW),
        lambda w: log_out(w, w.token, VISITOR, NOW),
    ],
    ids=["disable", "password", "role", "logout"],
)
def test_what_ends_a_session_ends_it_at_once(world, zhang, change):
    login = log_in(world, zhang, PASSWORD, NOW)
    token = add_token(world, zhang, "热线", COMMAND_LINE, NOW)
    assert seat(world, login.token)
    if change.__code__.co_names[0] == "log_out":
        log_out(world, login.token, login.actor, NOW)
    else:
        change(world)
        assert token_seat(world, token_hash(token.secret), NOW) is None
    assert seat(world, login.token) is None


def test_a_session_ends_by_itself(world, zhang):
    token = log_in(world, zhang, PASSWORD, NOW).token
    assert seat(world, token, NOW + timedelta(minutes=119))
    assert seat(world, token, NOW + timedelta(minutes=120)) is None
    assert seat(world, token, NOW + timedelta(hours=13)) is None


def test_a_token_ends_by_date_and_by_number(world, zhang):
    dated, named = (add_token(world, zhang, "x", COMMAND_LINE, NOW, days) for days in (1, None))
    later = NOW + timedelta(days=1)
    assert token_seat(world, token_hash(dated.secret), later) is None
    assert token_seat(world, token_hash(named.secret), later).actor.name == zhang
    revoke_token(world, named.id, COMMAND_LINE, NOW)
    assert token_seat(world, token_hash(named.secret), NOW) is None
    with pytest.raises(NotFound):
        revoke_token(world, named.id, COMMAND_LINE, NOW)


def test_no_secret_is_kept_or_logged(world, zhang, caplog):
    caplog.set_level(logging.DEBUG)
    fail(world, "my-secret-typed-as-name", NOW)
    login, token = log_in(world, zhang, PASSWORD, NOW), add_token(world, zhang, "x", COMMAND_LINE, NOW)
    with world.store.read() as connection:
        tables = ("users", "sessions", "api_tokens", "audit_log")
        kept = str([connection.execute(text(f"SELECT * FROM {t}")).all() for t in tables])
    secrets = (PASSWORD, login.token, token.secret, "my-secret-typed-as-name")
    assert not [s for s in secrets if s in kept or s in caplog.text or s in repr((login, token))]
    assert token_hash(login.token) in kept


def test_the_log_says_who_logged_in_and_who_was_refused(world, zhang):
    log_in(world, zhang, PASSWORD, NOW)
    fail(world, zhang, NOW)
    with world.store.read() as connection:
        lines = connection.execute(select(audit_log.c.right, audit_log.c.outcome, audit_log.c.object)).all()
    assert [tuple(line) for line in lines] == [
        ("manage_accounts", "done", "user:zhang"),
        ("log_in", "done", "user:zhang"),
        ("log_in", "refused", "user:zhang"),
    ]


@pytest.mark.usefixtures("real_passwords")
def test_a_hash_of_other_parameters_is_made_anew(world, zhang):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with world.store.write() as transaction:
        transaction.connection.execute(users.update().values(password_hash=weak))
    log_in(world, zhang, PASSWORD, NOW)
    with world.store.read() as connection:
        kept = connection.execute(select(users.c.password_hash)).scalar_one()
    assert (needs_rehash(weak), needs_rehash(kept), needs_rehash(hash_password("x"))) == (True, False, False)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "system"}, "name"),
        ({"name": "a b"}, "name"),
        ({"display_name": ""}, "display_name"),
        ({"role": Role.SYSTEM}, "role"),
        ({"role": Role.UNIT_HANDLER}, "unit_code"),
        ({"unit_code": "nowhere"}, "unit_code"),
        ({"password": "short"}, "password"),
        ({"password": "aaaaaaaaaaaaaa"}, "password"),
        ({"password": "xx-wang-2026-xx"}, "password"),
    ],
)
def test_a_bad_account_names_field_and_cure(world, change, field):
    given = {"name": "wang", "display_name": "王五", "role": Role.INTAKE, "password": PASSWORD} | change
    with pytest.raises(InvalidInput) as refusal:
        create_account(world, NewAccount(**given), COMMAND_LINE, NOW)
    assert (refusal.value.field, bool(refusal.value.cure)) == (field, True)
    assert given["password"] not in str(refusal.value)


def test_only_who_may_manages_accounts(world, zhang):
    actor = log_in(world, zhang, PASSWORD, NOW).actor
    with pytest.raises(Forbidden):
        create_account(world, NewAccount("li", "李四", Role.INTAKE, PASSWORD), actor, NOW)


def test_a_demo_account_opens_by_a_press_and_never_by_a_password(world, zhang):
    make_demo_accounts(world, NOW)
    assert log_in_demo(world, "demo-intake", NOW).actor.role == Role.INTAKE
    fail(world, "demo-intake", NOW)
    for name in ("zhang", "nobody"):
        with pytest.raises(CloudError):
            log_in_demo(world, name, NOW)
