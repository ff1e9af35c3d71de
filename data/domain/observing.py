"""What an observer of enforcement may see, on which terms, and how it is said; nothing here names a person or a place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from data.domain.errors import InvalidInput
from data.domain.texts import check_printable
from data.domain.vocabulary import Word

DEFAULT_DAYS, MOST_DAYS = 7, 30
MOST_CASES = 100
"""The cases of one link."""

MOST_OPINIONS = 30
"""What may be said by one link."""

LONGEST_TEXT = 1000
HIDDEN_NUMBER = "（号码已隐去）"
DIGIT, GAP = "[0-9０-９]", r"[\s\-－]?"
NUMBERS = re.compile(
    rf"(?<!{DIGIT})(?:"
    rf"{DIGIT}{{17}}[0-9０-９Xx]"
    rf"|(?:[+＋]?86{GAP})?[1１][3-9３-９]{DIGIT}{GAP}{DIGIT}{{4}}{GAP}{DIGIT}{{4}}"
    rf"|[0０]{DIGIT}{{2,3}}{GAP}{DIGIT}{{7,8}}"
    rf")(?!{DIGIT})"
)
"""Numbers of identity cards, mobile telephones, and of telephones with their area."""


class LinkState(Word):
    """What a link is worth."""

    OPEN = "open", "有效"
    EXPIRED = "expired", "已过期"
    REVOKED = "revoked", "已撤销"


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a case: what it is, its day in words, and a tone (`good`, `bad` or none)."""

    name: str
    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ObservedCase:
    """A case as an observer sees it: no subject, no place within the village, no amount, nobody's name."""

    number: str
    matter: str
    citation: str
    village: str
    decision: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class OwnOpinion:
    """What the observer said of a case, and the answer; `answered` is its day, "" while it waits."""

    number: str
    case_number: str
    given: str
    words: str
    answered: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ObserverPage:
    """All that the page of a link shows; `link_id` is for the program alone."""

    link_id: int
    observer: str
    valid_until: str
    cases: tuple[ObservedCase, ...]
    opinions: tuple[OwnOpinion, ...]
    opinions_left: int
    is_stale: bool = False
    is_demo: bool = False


def link_state(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> LinkState:
    """Return what a link is worth now; one that was revoked stays so."""
    if revoked_at is not None:
        return LinkState.REVOKED
    return LinkState.OPEN if now < expires_at else LinkState.EXPIRED


def revisit_stage(due_on: date | None, revisited_on: date | None, today: date) -> Stage:
    """Return how the revisit went; one without a day to be kept is neither late nor on time."""
    if revisited_on is not None:
        if due_on is None:
            return Stage("回访", revisited_on.isoformat())
        is_late = revisited_on > due_on
        word = "超过期限" if is_late else "按期"
        return Stage("回访", f"{revisited_on.isoformat()}（{word}）", "bad" if is_late else "good")
    if due_on is None:
        return Stage("回访", "不需要")
    if due_on < today:
        return Stage("回访", f"应在 {due_on.isoformat()} 前，已超期", "bad")
    return Stage("回访", f"应在 {due_on.isoformat()} 前")


def checked_text(words: str, what: str) -> str:
    """Return a text as it may be kept, numbers of telephones and identity cards hidden; `what` names it in a refusal."""
    kept = words.replace("\r\n", "\n").strip()
    check_printable(what, kept)
    if not 1 <= len(kept) <= LONGEST_TEXT:
        raise InvalidInput(
            f"{what}应为 1 至 {LONGEST_TEXT} 个字，收到 {len(kept)} 个",
            field="text",
            value=kept[:60],
            cure="请写明要点后重新提交",
        )
    return NUMBERS.sub(HIDDEN_NUMBER, kept)
