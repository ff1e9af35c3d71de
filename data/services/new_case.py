"""A new case as somebody tells it, and what cannot be one: each refusal names field, value and cure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from data.domain.clock import FUTURE_TOLERANCE
from data.domain.errors import InvalidInput
from data.domain.texts import check_printable
from data.domain.vocabulary import IntakeChannel, Severity
from data.services.sender import check_answers, check_number_is_given, check_sender
from data.town import Category
from data.world import World

TITLE_LIMIT = 60
OLDEST_REPORT = timedelta(days=366)
LONGEST = {"address": 200, "description": 2000, "reporter_name": 50, "reporter_telephone": 30}


@dataclass(frozen=True, slots=True)
class ReportCase:
    """A new case as somebody tells it; coordinates in `crs`, instants aware.

    `place` is a key of the gazetteer; `severity` goes before the category's own; `external_number` and
    `external_due_at` are those of whoever sent the case; `answers` are to the category's questions by key,
    None where nobody was asked.
    """

    title: str
    category: str
    intake_channel: IntakeChannel
    lon: float | None = None
    lat: float | None = None
    crs: str = "wgs84"
    address: str | None = None
    description: str | None = None
    reporter_name: str | None = None
    reporter_telephone: str | None = None
    happened_at: datetime | None = None
    source_key: str = "rest"
    is_demo: bool = False
    place: str | None = None
    severity: Severity | None = None
    external_number: str | None = None
    external_due_at: datetime | None = None
    answers: Mapping[str, str] | None = None


def check_report(world: World, command: ReportCase, now: datetime) -> Category:
    """Refuse what cannot be a case, naming the field; return its category."""
    _check_text(command)
    _check_lengths(command)
    _check_time(command, now)
    category = _category(world, command, now)
    if not 1 <= len(command.title.strip()) <= TITLE_LIMIT:
        raise InvalidInput(
            f"标题应为 1 至 {TITLE_LIMIT} 个字，收到 {len(command.title.strip())} 个",
            field="title",
            value=command.title[:TITLE_LIMIT],
            cure="请用一句话说明何事何处，细节写入 description",
        )
    _check_place(command)
    check_number_is_given(command.intake_channel, command.external_number)
    check_sender(command.external_number, command.external_due_at, now)
    check_answers(world.town.questions_of(category.code), command.answers)
    return category


def _category(world: World, command: ReportCase, now: datetime) -> Category:
    """Return the category, which must count on the day of the report."""
    category = world.town.category(command.category)
    day = now.astimezone(world.town.profile.zone).date()
    if category is None or not category.is_valid_on(day):
        reason = "没有编号为" if category is None else "已经停用或尚未启用编号为"
        raise InvalidInput(
            f"{reason}“{command.category}”的类别",
            field="category",
            value=command.category,
            cure="请从 GET /api/v1/categories 返回的 code 中选择",
        )
    return category


def _check_text(command: ReportCase) -> None:
    """Refuse texts that a database or a screen cannot hold: control characters and broken Unicode."""
    values = asdict(command)
    answers = values.pop("answers") or {}
    for name, value in (values | {f"answers.{key}": words for key, words in answers.items()}).items():
        if isinstance(value, str):
            check_printable(name, value)


def _check_lengths(command: ReportCase) -> None:
    for name, limit in LONGEST.items():
        words = getattr(command, name) or ""
        if len(words) > limit:
            raise InvalidInput(
                f"{name} 有 {len(words)} 个字，上限 {limit} 个",
                field=name,
                value=words[:TITLE_LIMIT],
                cure="请缩短后重新提交",
            )


def _check_place(command: ReportCase) -> None:
    if (command.lon is None) != (command.lat is None):
        missing = "lon" if command.lon is None else "lat"
        raise InvalidInput(
            "经度和纬度必须同时填写",
            field=missing,
            value=None,
            cure=f"请补上 {missing}，或两者都不填只写地址",
        )
    if command.lon is None and not command.place and not (command.address or "").strip():
        raise InvalidInput(
            "坐标和地址至少要有一项",
            field="address",
            value=command.address,
            cure="请填写 lon、lat，或填写地址",
        )


def _check_time(command: ReportCase, now: datetime) -> None:
    happened = command.happened_at
    if happened is None:
        return
    if happened.tzinfo is None:
        raise InvalidInput(
            "发生时间缺少时区",
            field="happened_at",
            value=happened.isoformat(),
            cure="请写成 2026-11-23T17:20:00+08:00",
        )
    if happened.replace(tzinfo=None) < (now - OLDEST_REPORT).replace(tzinfo=None):
        raise InvalidInput(
            f"发生时间 {happened.isoformat()} 早于一年前",
            field="happened_at",
            value=happened.isoformat(),
            cure="请核对日期；历史案卷请用 .venv/bin/python -m data.cli load 导入",
        )
    if happened > now + FUTURE_TOLERANCE:
        raise InvalidInput(
            f"发生时间 {happened.isoformat()} 晚于当前时间",
            field="happened_at",
            value=happened.isoformat(),
            cure="请核对日期与时区，发生时间不能在未来",
        )
