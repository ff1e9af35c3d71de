"""Figures of indicators in words: value, change and its tone, why there is none, and how late its sources are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from data.domain.measures import Lack
from data.town import IndicatorDefinition
from data.views.freshness import LateSource
from data.views.indicators import IndicatorFigure
from data.views.lens import moment
from layouts.parts.indicators import IndicatorRow


def indicator_row(one: IndicatorFigure, zone: tzinfo) -> IndicatorRow:
    """Return a figure in words."""
    definition = one.definition
    return IndicatorRow(
        id=definition.id,
        name=definition.name,
        definition=definition.definition,
        value=number_words(definition, one.figure.value),
        unit=definition.unit,
        note=_note(one),
        late=late_words(one.late, zone),
        target="" if one.target is None else f"目标 {one.target:g}",
        reached=one.attainment,
        trend=one.trend,
        change=_change(definition, one.mom),
        change_tone=_tone(definition, one.mom),
        as_of=moment(one.as_of),
    )


def _note(one: IndicatorFigure) -> str:
    """Why there is no value, or that it is being counted anew; else the year-on-year change."""
    if one.figure.lack is Lack.SMALL_SAMPLE:
        return f"样本不足（{one.figure.sample}/{one.definition.minimum_sample}）"
    if one.figure.value is None:
        return "暂无数据"
    if one.is_recounting:
        return "重算中"
    if one.is_present:
        return "此刻"
    return "" if one.yoy is None else f"同比 {signed_words(one.definition, one.yoy)}"


def number_words(definition: IndicatorDefinition, value: float | None) -> str:
    return "" if value is None else f"{value:,.{definition.decimals}f}"


def _change(definition: IndicatorDefinition, change: float | None) -> str:
    if change is None:
        return ""
    arrow = "▲" if change > 0 else "▼" if change < 0 else ""
    return f"{arrow} {signed_words(definition, change)}".strip()


def signed_words(definition: IndicatorDefinition, change: float) -> str:
    """Write a difference with its sign; that of two shares is in percentage points."""
    unit = " 个百分点" if definition.unit == "%" else ""
    return f"{change:+,.{definition.decimals}f}{unit}".replace("-", "−")


def _tone(definition: IndicatorDefinition, change: float | None) -> str:
    if not change or definition.direction == "none":
        return ""
    return "good" if (change > 0) == (definition.direction == "up") else "soon"


def late_words(sources: Iterable[LateSource], zone: tzinfo) -> str:
    """Say of each late source until when its data reach and how old they may be."""
    return "；".join(_late(source, zone) for source in sources)


def _late(source: LateSource, zone: tzinfo) -> str:
    if source.until is None:
        return f"{source.name}未到，还没有收到过数据"
    until = source.until.astimezone(zone)
    stamp = f"{until.month}月{until.day}日 {until:%H:%M}"
    return f"{source.name}数据截至 {stamp}，迟于容许 {span_words(source.tolerance_minutes)}"


def span_words(minutes: float) -> str:
    """Write a number of minutes in its largest fitting unit."""
    for word, size in (("天", 1440), ("小时", 60)):
        if minutes >= size:
            return f"{minutes / size:g} {word}"
    return f"{minutes:g} 分钟"
