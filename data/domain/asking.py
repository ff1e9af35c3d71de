"""Requests that wait for somebody's decision while the case itself goes on: who decides, and how that is told."""

from __future__ import annotations

from data.domain.fold import CaseFacts
from data.domain.lifecycle import CASE_STEPS
from data.domain.vocabulary import Action, Role, Word


class Asking(Word):
    """What a case may ask for besides its next step."""

    EXTENSION = "extension", "延期待批"
    APPEAL = "appeal", "申诉待裁定"

    @property
    def by(self) -> Action:
        """The action that asks."""
        return Action.REQUEST_EXTENSION if self is Asking.EXTENSION else Action.APPEAL

    @property
    def answered_by(self) -> Action:
        """An action that answers."""
        return Action.APPROVE_EXTENSION if self is Asking.EXTENSION else Action.DECIDE_APPEAL

    def of(self, facts: CaseFacts) -> bool:
        """Whether a case asks for it now."""
        return facts.is_extension_pending if self is Asking.EXTENSION else facts.is_appeal_pending


def asked_of(facts: CaseFacts) -> Asking | None:
    """Return what a case asks for, the more pressing first."""
    return next((asking for asking in Asking if asking.of(facts)), None)


def decided_by(role: Role) -> tuple[Asking, ...]:
    """Return what a role decides by the lifecycle."""
    actions = {step.action for step in CASE_STEPS if step.role is role}
    return tuple(asking for asking in Asking if asking.answered_by in actions)
