"""What loads write, change and take back stands up to the verification, with an operator in between."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from data.domain.vocabulary import Action
from data.loaders.pipeline import load
from data.loaders.rollback import rollback
from data.services.sealing import seal_next
from data.store.tables import cases
from data.views.verification import Verification, verify_journal
from data.world import World
from tests.data.loaders.conftest import GOOD, NOW
from tests.data.loaders.test_reload import LATER, OPERATOR, SECOND, WriteCsv, _id
from tests.data.views.tampering import tamper
from tests.worlds import advance

CLOSED = GOOD.replace(",,紧急", ",2026-11-21 08:00:30,紧急")


def _sealed(world: World) -> Verification:
    while seal_next(world, LATER):
        pass
    return verify_journal(world.store)


def test_loads_reloads_and_rollbacks(world: World, write_csv: WriteCsv) -> None:
    first = load(world, "calls", write_csv(GOOD, SECOND), NOW)
    advance(world, _id(world, "A2"), Action.ACCEPT, OPERATOR, NOW)
    again = load(
        world, "calls", write_csv(CLOSED, SECOND.replace("丢失", "翘起")), NOW + timedelta(minutes=1)
    )
    assert _sealed(world).listed == []
    for report in (again, first):
        rollback(world.store, report.load_id or 0, LATER)
        assert _sealed(world).listed == []


def test_a_case_hidden_by_hand_is_named(mini: World, write_csv: WriteCsv) -> None:
    load(mini, "calls", write_csv(GOOD, SECOND), NOW)
    tamper(mini.store, "UPDATE cases SET is_withdrawn = 1 WHERE external_number = 'A1'")
    (finding,) = _sealed(mini).listed
    assert (finding.field, finding.row.startswith("案卷 ")) == ("is_withdrawn", True)


def test_a_load_that_is_not_finished_has_no_journal_yet(mini: World, write_csv: WriteCsv) -> None:
    load(mini, "calls", write_csv(GOOD), NOW)
    with mini.store.read() as connection:
        load_id = connection.execute(select(cases.c.load_id)).scalar_one()
    tamper(mini.store, "DELETE FROM journal")
    assert "流转记录全部缺失" in str(verify_journal(mini.store).listed[0])
    tamper(mini.store, f"UPDATE loads SET status = 'staging' WHERE id = {load_id}")
    assert verify_journal(mini.store).listed == []
