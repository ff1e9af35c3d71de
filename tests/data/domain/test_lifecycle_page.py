"""The paper of the lifecycles says what the tables say."""

from pathlib import Path

import pytest

from data.domain import lifecycle_page as page
from data.domain.guards import Guard
from data.domain.lifecycle import CASE_STEPS, ORDER_STEPS, Stay
from data.domain.vocabulary import Action, CaseState, OrderState

PAPER = Path(__file__).resolve().parents[3] / "docs/lifecycle.md"


def test_the_paper_is_what_the_tables_give():
    cure = "run: .venv/bin/python -m data.domain.lifecycle_page > docs/lifecycle.md"
    assert PAPER.read_text(encoding="utf-8") == page.lifecycle_page(), cure


def test_every_state_action_and_guard_stands_in_it():
    text = page.lifecycle_page()
    actions = {step.action for step in CASE_STEPS} | {action for _, action in ORDER_STEPS}
    assert all(f'state "{state.label}" as {state}' in text for state in (*CaseState, *OrderState))
    assert all(action.label in text for action in actions)
    assert all(f"| `{guard}` | {guard.label} |" in text for guard in Guard)


def test_the_diagram_has_exactly_the_moves_of_the_table():
    """A suspension leads back to where it came from; what stays where it is has no arrow."""
    moves = {(step.state or "[*]", step.to) for step in CASE_STEPS if not isinstance(step.to, Stay)}
    back = {("suspended", step.state) for step in CASE_STEPS if step.action is Action.SUSPEND}
    assert set(page._case_edges()) == {(str(a), str(b)) for a, b in moves | back}


@pytest.mark.parametrize(("table", "lost"), [("CASE_STEPS", CASE_STEPS[:-1]), ("CASE_STEPS", CASE_STEPS[1:])])
def test_a_row_more_or_less_is_another_paper(monkeypatch, table, lost):
    before = page.lifecycle_page()
    monkeypatch.setattr(page, table, lost)
    assert page.lifecycle_page() != before
