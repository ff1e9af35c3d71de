"""What a sender brings besides the matter: its own number and deadline; and the answers to the questions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from data.domain.errors import Conflict, InvalidInput
from data.domain.vocabulary import IntakeChannel
from data.store.tables import visible_cases
from data.town.questions import Question

NUMBER_LIMIT = 64
FARTHEST_DEADLINE = timedelta(days=366)


def check_sender(number: str | None, due_at: datetime | None, now: datetime) -> None:
    """Refuse a number that is too long, and a deadline without zone, already past, or over a year off."""
    if number is not None and not 1 <= len(number.strip()) <= NUMBER_LIMIT:
        raise InvalidInput(
            f"来单编号应为 1 至 {NUMBER_LIMIT} 个字符，收到 {len(number.strip())} 个",
            field="external_number",
            value=number[:NUMBER_LIMIT],
            cure="请照来单原样填写编号；没有编号则留空",
        )
    if due_at is None:
        return
    if due_at.tzinfo is None or not now < due_at <= now + FARTHEST_DEADLINE:
        raise InvalidInput(
            f"来单时限 {due_at.isoformat()} 应在现在之后、一年之内，并带时区",
            field="external_due_at",
            value=due_at.isoformat(),
            cure="请核对来单上的办结时限",
        )


def check_number_is_given(channel: IntakeChannel, number: str | None) -> None:
    """Refuse a case of 12345 or of a superior without the number under which its sender asks for the reply."""
    if IntakeChannel(channel).must_be_answered and not (number or "").strip():
        raise InvalidInput(
            f"渠道“{IntakeChannel(channel).label}”的案卷还没有填写来单编号",
            field="external_number",
            value=number,
            cure="请照来单填写编号和时限；不是来单的，请改选其他渠道",
        )


def check_number_is_new(connection: Connection, number: str | None) -> None:
    """Refuse a sender's number under which a case stands already, naming that case."""
    if number is None:
        return
    query = select(visible_cases.c.number).where(visible_cases.c.external_number == number.strip()).limit(1)
    known = connection.execute(query).scalar_one_or_none()
    if known is not None:
        raise Conflict(
            f"来单编号“{number.strip()}”已登记为案卷 {known}",
            field="external_number",
            value=number,
            cure=f"请打开案卷 {known} 处理，不要重复登记",
        )


def check_answers(questions: tuple[Question, ...], answers: Mapping[str, str] | None) -> None:
    """Refuse an answer to no question, one that is not offered, and a required question left open."""
    if answers is None:
        return
    known = {question.key: question for question in questions}
    for key in answers:
        if key not in known:
            raise _answer_error(key, answers[key], f"这个类别没有名为 {key} 的问题", "请重新选择类别后再填")
    for question in questions:
        wrong = question.problem(answers.get(question.key, ""))
        if wrong is not None:
            raise _answer_error(question.key, answers.get(question.key), *wrong)


def _answer_error(key: str, value: str | None, message: str, cure: str) -> InvalidInput:
    return InvalidInput(message, field=f"answers.{key}", value=value, cure=cure)
