"""Checking 首违不罚: what was found before, the conditions that a person judges, and what that person decides.

The program counts and lists. It proposes neither a decision nor a fine, and forbids no decision: one that goes
against what was found needs a reason of its own, and is kept with that fact.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.domain.errors import InvalidInput
from data.domain.periods import shifted
from data.domain.vocabulary import Word

LONGEST_TEXT = 1000
LATE_AFTER = timedelta(days=31)
"""Offices load their ledgers by the month: rows that end longer before a finding leave a gap."""


class Answer(Word):
    """What a person says of a condition."""

    MET = "met", "符合"
    UNMET = "unmet", "不符合"
    UNKNOWN = "unknown", "无法核实"


class CheckDecision(Word):
    """What a person decides; the words of a case's decision, and that none is made yet."""

    FIRST_EXEMPT = "first_exempt", "首违不罚"
    EXEMPT = "exempt", "免罚"
    LIGHT = "light", "轻罚"
    FINED = "fined", "处罚"
    OPEN = "open", "暂不决定"


@dataclass(frozen=True, slots=True)
class Record:
    """An inspection that found something, or a case: its number, the town's day, and what was decided, in words."""

    kind: str
    number: str
    on: date
    words: str


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when the rows of a table reach; None where it has none."""

    name: str
    begin: date | None
    end: date | None

    def said(self) -> str:
        """Return the same in words."""
        return f"{self.name}数据自 {self.begin} 至 {self.end}" if self.begin else f"没有{self.name}数据"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the data say of one subject in one matter, seen from the day of the finding in hand.

    `within` lie in the window before that day, `outside` before the window; `beside` on that day or after it, where a
    person says whether they are this very finding. Of other matters there is nothing but a number.
    """

    matter_code: str
    matter_name: str
    citation: str
    window_months: int
    conditions: tuple[str, ...]
    subject: str
    is_registered: bool
    found_on: date
    since: date
    within: tuple[Record, ...]
    beside: tuple[Record, ...]
    outside: tuple[Record, ...]
    other_matters: int
    spans: tuple[Span, ...]
    case_number: str | None = None

    @property
    def data_begin(self) -> date | None:
        """The day from which every table has rows; None where one has none."""
        begins = [span.begin for span in self.spans if span.begin is not None]
        return max(begins) if begins and len(begins) == len(self.spans) else None

    @property
    def data_end(self) -> date | None:
        """The last day on which every table has rows; None where one has none."""
        ends = [span.end for span in self.spans if span.end is not None]
        return min(ends) if ends and len(ends) == len(self.spans) else None

    def gaps(self) -> tuple[tuple[date, date], ...]:
        """Return the parts of the window of which the data know nothing; only where every table has rows."""
        found = []
        if self.data_begin is not None and self.data_begin > self.since:
            found.append((self.since, min(self.data_begin, self.found_on)))
        if self.data_end is not None and self.data_end < self.found_on - LATE_AFTER:
            found.append((max(self.data_end, self.since), self.found_on))
        return tuple(found)

    @property
    def is_covered(self) -> bool:
        """Whether the data reach from the beginning of the window to the finding in hand."""
        return self.data_begin is not None and not self.gaps()

    def said(self) -> str:
        """Return in words whether there are earlier findings, as far as the data reach: their silence clears nobody."""
        reach = "，".join(span.said() for span in self.spans)
        if self.within:
            return f"回溯期内有 {len(self.within)} 条在前记录（{reach}）"
        if self.data_begin is None:
            return f"无法判断有无在前记录：{reach}"
        if self.is_covered:
            return f"没有在前记录（{reach}）"
        return (
            f"现有数据中没有在前记录，但没有覆盖整个回溯期（{self.since} 起）：{reach}；"
            f"{'、'.join(f'{begin} 至 {end}' for begin, end in self.gaps())} 的情况须另行核实"
        )

    def numbers(self) -> dict[str, object]:
        """Return what was found as plain numbers and days: what is kept with a decision."""
        return {
            "window_months": self.window_months,
            "since": self.since.isoformat(),
            "within": len(self.within),
            "beside": len(self.beside),
            "outside": len(self.outside),
            "other_matters": self.other_matters,
            "data_begin": None if self.data_begin is None else self.data_begin.isoformat(),
            "data_end": None if self.data_end is None else self.data_end.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """What a person says of one condition, with the evidence in words."""

    answer: Answer
    evidence: str = ""


def window_begin(day: date, months: int) -> date:
    """Return the day so many calendar months before, the month's last where it has no such day."""
    month = shifted(day.replace(day=1), -months)
    return month.replace(day=min(day.day, monthrange(month.year, month.month)[1]))


def conditions_in(text: str | None) -> tuple[str, ...]:
    """Return a matter's conditions, one a line."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def read_judged(rows: Sequence[Mapping[str, object]], conditions: Sequence[str]) -> tuple[Judged, ...]:
    """Return the answers to all conditions; raise `InvalidInput` naming the one that lacks answer or evidence."""
    if len(rows) != len(conditions):
        raise InvalidInput(
            f"事项有 {len(conditions)} 项条件，收到 {len(rows)} 项",
            field="conditions",
            cure="请重新查询后填写",
        )
    return tuple(_judged(row, words) for row, words in zip(rows, conditions, strict=True))


def _judged(row: Mapping[str, object], words: str) -> Judged:
    if row.get("answer") not in set(Answer):
        raise InvalidInput(
            f"条件“{words}”还没有核对", field="conditions", cure="请选“符合”“不符合”或“无法核实”"
        )
    answer, evidence = Answer(str(row["answer"])), str(row.get("evidence") or "").strip()
    if answer is Answer.MET and not evidence:
        raise InvalidInput(
            f"条件“{words}”选了“符合”，没有写证据", field="evidence", cure="请写明凭什么认定符合"
        )
    return Judged(answer, evidence)


def goes_against(decision: CheckDecision, within: int, judged: Sequence[Judged]) -> bool:
    """Whether 首违不罚 was decided although there are findings in the window, or a condition was not found met."""
    is_met = all(one.answer is Answer.MET for one in judged)
    return decision is CheckDecision.FIRST_EXEMPT and (within > 0 or not is_met)
