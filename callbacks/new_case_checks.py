"""What keeps a sheet 登记案卷 from being filed: everything that is wrong with it at once, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.domain.errors import InvalidInput
from data.domain.typed_time import read_typed_time
from data.domain.vocabulary import IntakeChannel, Severity
from data.services.sender import check_answers, check_number_is_given, check_sender
from data.town import Category, Town

POLICE_MAJOR = "07"
TIME_EXAMPLES = "2026-11-25 14:30、11-25 14:30（今年）或 14:30（今天）"
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PoliceHint:
    """What a caller must hear before the case is filed: the sentence, and the words beside its tick."""

    words: str
    tick: str


def police_hint(town: Town, category: Category | None, title: str) -> PoliceHint | None:
    """Return what the caller must hear, None where the matter has nothing of the police.

    A matter is one of theirs (警情) by its major class 治安联动, or where its title says so in so many words;
    one to which they come as well has the other emergency numbers beside it.
    """
    said = next((word for word in town.police_words if word in title), None)
    if said is not None or (category is not None and category.major == POLICE_MAJOR):
        why = f"（标题写有“{said}”）" if said is not None else ""
        return PoliceHint(f"警情请拨打 110，镇里不派警{why}", "已告知来电人拨打 110")
    if category is not None and category.needs_police:
        return PoliceHint("须公安到场：有危险请先拨打 110，火情 119，急救 120", "已告知来电人")
    return None


def problems_of(town: Town, fields: Fields, now: datetime) -> list[InvalidInput]:
    """Return everything that is wrong with what was typed, in the order of the sheet."""
    return [problem for check in CHECKS for problem in _caught(check, town, fields, now)]


def typed_instant(town: Town, fields: Fields, name: str, now: datetime) -> datetime | None:
    """Read a time as the town's clock shows it; raise `InvalidInput` for one that is none."""
    given = str(fields.get(name) or "").strip()
    instant = read_typed_time(given, now, town.profile.zone)
    if given and instant is None:
        raise InvalidInput(
            f"“{given[:30]}”不是时间", field=name, value=given[:30], cure=f"请写成 {TIME_EXAMPLES}"
        )
    return instant


def answers_of(fields: Fields) -> dict[str, str]:
    """Return the answers that were given, as texts."""
    given = fields.get("answers")
    return {str(key): str(words) for key, words in given.items()} if isinstance(given, dict) else {}


Check = Callable[[Town, Fields, datetime], Iterator[InvalidInput]]


def _caught(check: Check, town: Town, fields: Fields, now: datetime) -> Iterator[InvalidInput]:
    """A check yields what is wrong, or raises it where a service finds it."""
    try:
        yield from check(town, fields, now)
    except InvalidInput as problem:
        yield problem


def _text(fields: Fields, name: str) -> str:
    return str(fields.get(name) or "").strip()


def _title(town: Town, fields: Fields, now: datetime) -> Iterator[InvalidInput]:
    if not _text(fields, "title"):
        yield InvalidInput("标题还没有填写", field="title", cure="请用一句话写明什么事")


def _place(town: Town, fields: Fields, now: datetime) -> Iterator[InvalidInput]:
    if not _text(fields, "address") and not _text(fields, "place") and fields.get("x") is None:
        yield InvalidInput("地点还没有填写", field="address", cure="请写地点，或直接点地图")


def _category(town: Town, fields: Fields, now: datetime) -> Iterator[InvalidInput]:
    if not _text(fields, "category"):
        yield InvalidInput("类别还没有选择", field="category", cure="请选择类别；建议仅供参考")


def _severity(town: Town, fields: Fields, now: datetime) -> Iterator[InvalidInput]:
    if _text(fields, "severity") and _text(fields, "severity") not in set(Severity):
        yield InvalidInput("没有这个等级", field="severity", cure="请选择等级")


def _told(town: Town, fields: Fields, now: datetime) -> Iterator[InvalidInput]:
    hint = police_hint(town, town.category(_text(fields, "category")), _text(fields, "title"))
    if hint is not None and not fields.get("told_110"):
        yield InvalidInput("还没有告知来电人", field="told_110", cure=f"告知之后请勾选“{hint.tick}”")


def _answers(town: Town, fields: Fields, now: datetime) -> Iterator[InvalidInput]:
    """Each required question that is open, and each answer that is none."""
    category, given = town.category(_text(fields, "category")), answers_of(fields)
    questions = town.questions_of(category.code) if category else ()
    for question in questions:
        wrong = question.problem(given.get(question.key, ""))
        if wrong is not None:
            yield InvalidInput(wrong[0], field=f"answers.{question.key}", cure=wrong[1])
    if category is not None:
        check_answers((), {key: "" for key in set(given) - {question.key for question in questions}})


def _channel(town: Town, fields: Fields, now: datetime) -> Iterator[InvalidInput]:
    if _text(fields, "intake_channel") not in set(IntakeChannel):
        yield InvalidInput("渠道还没有选择", field="intake_channel", cure="请选择渠道")


def _happened(town: Town, fields: Fields, now: datetime) -> Iterator[InvalidInput]:
    typed_instant(town, fields, "happened_at", now)
    yield from ()


def _number(town: Town, fields: Fields, now: datetime) -> Iterator[InvalidInput]:
    if _text(fields, "intake_channel") in set(IntakeChannel):
        check_number_is_given(
            IntakeChannel(_text(fields, "intake_channel")), _text(fields, "external_number")
        )
    yield from ()


def _sender(town: Town, fields: Fields, now: datetime) -> Iterator[InvalidInput]:
    due = typed_instant(town, fields, "external_due_at", now)
    check_sender(_text(fields, "external_number") or None, due, now)
    yield from ()


CHECKS: tuple[Check, ...] = (
    _title,
    _place,
    _category,
    _severity,
    _told,
    _answers,
    _channel,
    _happened,
    _number,
    _sender,
)
"""In the order in which the sheet asks."""
