"""Orders that ended, a case that came back, requests and answers that are owed: what the drawer says of them."""

from dataclasses import replace

from data.domain.vocabulary import CaseState, OrderState
from layouts.desk.drawer import drawer_parts
from tests.data.domain.plan_facts import plan
from tests.layouts.desk.drawers import ORDER, drawer
from tests.layouts.desk.test_drawer import attributes, classes
from tests.layouts.words import words_of

S = CaseState


def test_orders_that_ended_are_folded_away_under_their_number():
    back = replace(ORDER, number="2026-1-0", state=OrderState.RECALLED)
    parts = drawer_parts(drawer(S.DISPATCHED, orders=(back, ORDER)))
    assert attributes(parts, "data-order") == ["2026-1-1", "2026-1-0"]
    assert "已撤回 1 张" in words_of(parts)
    assert "ended" in classes(parts)
    assert "ended" not in classes(drawer_parts(drawer(S.DISPATCHED, orders=(ORDER,))))


def test_a_returned_case_names_who_gave_it_back_beside_the_plan():
    back = replace(ORDER, state=OrderState.RETURNED, returned="非本单位职责")
    words = "综合执法局已退单：非本单位职责；请核对主办单位"
    assert words in words_of(drawer_parts(drawer(S.RETURNED, orders=(back,), plan=plan())))
    assert words not in words_of(drawer_parts(drawer(S.FILED, orders=(back,), plan=plan())))


def test_a_request_and_an_owed_answer_are_told():
    shown = words_of(drawer_parts(drawer(S.SIGNED, pending=("延期待批：等配件",))))
    assert "延期待批：等配件" in shown
    closed = drawer(S.CLOSED, primary=None, waits_for=(), owes_reply=True)
    assert "案卷已结案，还没有回复来单方" in words_of(drawer_parts(closed))
