"""What must hold for a step besides state and role: small pure questions to an attempt and the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from data.domain.fold import CaseFacts
from data.domain.vocabulary import Word

UNDO_WITHIN = timedelta(seconds=30)
MOST_EXTENSIONS = 2
LONGEST_SUSPENSION = timedelta(days=366)
"""A year at most; the longest year counts."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Guard(Word):
    """What must hold besides state and role, with the sentence of its refusal."""

    REASON = "reason", "需要填写理由"
    RETURN_CODE = "return_code", "退单须选择原因代码"
    ASSISTING = "assisting", "所指派遣单不是协办派遣单"
    FIRST_RETURN = "first_return", "第一次退单"
    RETURNED_BEFORE = "returned_before", "第二次退单转入裁定"
    WITHIN_UNDO = "within_undo", "只能在派遣后 30 秒内、签收和立即发送之前撤销"
    NOTICES_WAIT = "notices_wait", "通知已经发出，没有等待发送的通知"
    OTHER_OPEN_CASE = "other_open_case", "只能并入另一件在办案卷"
    UNIT_NAMED = "unit_named", "裁定须写明承办单位"
    ASSISTS_DONE = "assists_done", "协办派遣单尚未办完或撤回"
    WORK_DONE = "work_done", "现场尚未报告处置完成"
    NOT_OVERDUE = "not_overdue", "已经超期，不能再申请延期"
    EXTENSION_LEFT = "extension_left", "最多延期两次"
    EXTENSION_PENDING = "extension_pending", "没有待批的延期申请"
    NO_EXTENSION_PENDING = "no_extension_pending", "已有一份延期申请待批"
    NOT_SUSPENDED_BEFORE = "not_suspended_before", "一件案卷只能挂起一次"
    UNTIL_WITHIN_YEAR = "until_within_year", "挂起须写明一年之内的恢复日期"
    REPLY_TEXT = "reply_text", "需要填写回复内容"
    REPLIED = "replied", "须先回复来单方，才能评价"
    REVISITED = "revisited", "须先回访，才能评价"
    RATING = "rating", "评价须为 1 至 5 分"
    WAS_OVERDUE = "was_overdue", "没有超期的案卷无从申诉"
    APPEAL_PENDING = "appeal_pending", "没有待裁定的申诉"
    NO_APPEAL_PENDING = "no_appeal_pending", "已有一份申诉待裁定"
    EXEMPTION = "exemption", "申诉裁定须写明是否免责"
    REPLY_DATE = "reply_date", "督办须写明晚于现在的回复日期"
    SUPERVISION_PENDING = "supervision_pending", "没有待回复的督办"
    SUPERVISION_NAMED = "supervision_named", "须写明一份尚未回复的督办编号"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody wants to do, and what is known besides the journal; defaults are "nothing said".

    `is_overdue`: past its deadline now; `was_overdue`: now or when it was handled. `must_reply`: the case
    came from 12345 or a superior. `assists_open`: assisting orders that are neither done nor withdrawn.
    `notices_wait`: some notices of the dispatch still wait for the undo to pass.
    """

    facts: CaseFacts = field(default_factory=CaseFacts)
    now: datetime = LONG_AGO
    reason: str | None = None
    has_return_code: bool = False
    is_assisting: bool = False
    into_is_open: bool = False
    unit: str | None = None
    until: datetime | None = None
    reply_by: datetime | None = None
    text: str | None = None
    rating: int | None = None
    supervision: str | None = None
    exempt: bool | None = None
    is_revisited: bool = False
    must_reply: bool = False
    assists_open: int = 0
    is_overdue: bool = False
    was_overdue: bool = False
    notices_wait: bool = False


def holds(guard: Guard, attempt: Attempt) -> bool:
    """Whether a guard holds for an attempt."""
    return JUDGES[guard](attempt)


def _is_within_undo(attempt: Attempt) -> bool:
    sent = attempt.facts.dispatch_recorded_at
    return sent is not None and not attempt.facts.is_sent_now and attempt.now - sent <= UNDO_WITHIN


def _is_until_within_year(attempt: Attempt) -> bool:
    return attempt.until is not None and attempt.now < attempt.until <= attempt.now + LONGEST_SUSPENSION


def _says(text: str | None) -> bool:
    return bool(text and text.strip())


JUDGES: Mapping[Guard, Callable[[Attempt], bool]] = {
    Guard.REASON: lambda a: _says(a.reason),
    Guard.RETURN_CODE: lambda a: a.has_return_code,
    Guard.ASSISTING: lambda a: a.is_assisting,
    Guard.FIRST_RETURN: lambda a: a.facts.returns == 0,
    Guard.RETURNED_BEFORE: lambda a: a.facts.returns > 0,
    Guard.WITHIN_UNDO: _is_within_undo,
    Guard.NOTICES_WAIT: lambda a: a.notices_wait,
    Guard.OTHER_OPEN_CASE: lambda a: a.into_is_open,
    Guard.UNIT_NAMED: lambda a: _says(a.unit),
    Guard.ASSISTS_DONE: lambda a: a.assists_open == 0,
    Guard.WORK_DONE: lambda a: a.facts.is_work_done,
    Guard.NOT_OVERDUE: lambda a: not a.is_overdue,
    Guard.EXTENSION_LEFT: lambda a: a.facts.extensions < MOST_EXTENSIONS,
    Guard.EXTENSION_PENDING: lambda a: a.facts.is_extension_pending,
    Guard.NO_EXTENSION_PENDING: lambda a: not a.facts.is_extension_pending,
    Guard.NOT_SUSPENDED_BEFORE: lambda a: a.facts.suspensions == 0,
    Guard.UNTIL_WITHIN_YEAR: _is_until_within_year,
    Guard.REPLY_TEXT: lambda a: _says(a.text),
    Guard.REPLIED: lambda a: a.facts.is_replied or not a.must_reply,
    Guard.REVISITED: lambda a: a.is_revisited or not a.must_reply,
    Guard.RATING: lambda a: a.rating is not None and 1 <= a.rating <= 5,
    Guard.WAS_OVERDUE: lambda a: a.was_overdue,
    Guard.APPEAL_PENDING: lambda a: a.facts.is_appeal_pending,
    Guard.NO_APPEAL_PENDING: lambda a: not a.facts.is_appeal_pending,
    Guard.EXEMPTION: lambda a: a.exempt is not None,
    Guard.REPLY_DATE: lambda a: a.reply_by is not None and a.reply_by > a.now,
    Guard.SUPERVISION_PENDING: lambda a: bool(a.facts.open_supervisions),
    Guard.SUPERVISION_NAMED: lambda a: a.supervision in a.facts.open_supervisions,
}

FIELDS: Mapping[Guard, str] = {
    Guard.REASON: "reason",
    Guard.RETURN_CODE: "reason_code",
    Guard.ASSISTING: "order_id",
    Guard.OTHER_OPEN_CASE: "into_case_id",
    Guard.UNIT_NAMED: "unit",
    Guard.UNTIL_WITHIN_YEAR: "until",
    Guard.REPLY_TEXT: "text",
    Guard.REVISITED: "revisited",
    Guard.RATING: "rating",
    Guard.EXEMPTION: "exempt",
    Guard.REPLY_DATE: "reply_by",
    Guard.SUPERVISION_NAMED: "supervision",
}
"""Guards that judge what was typed: the refusal names the field, and another value is the cure."""
