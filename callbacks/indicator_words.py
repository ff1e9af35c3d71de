"""Figures of indicators in words: value, change and its tone, why there is none, and how late its sources are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta, tzinfo

from data.domain.measures import Figure, Lack
from data.domain.periods import PeriodKind
from data.town import IndicatorDefinition
from data.views.counting import Progress
from data.views.freshness import LateSource
from data.views.indicators import IndicatorFigure
from data.views.lens import moment
from layouts.parts.indicators import IndicatorRow


def indicator_row(one: IndicatorFigure, zone: tzinfo, is_yearly: bool = False) -> IndicatorRow:
    """Return a figure in words; its change is that against the period before, or against the last year's."""
    definition = one.definition
    change = one.yoy if is_yearly else one.mom
    return IndicatorRow(
        id=definition.id,
        name=definition.name,
        definition=definition.definition,
        value=number_words(definition, one.figure.value),
        unit=definition.unit,
        notes=_notes(one, is_yearly),
        late=late_words(one.late, zone),
        target="" if one.target is None else target_words(one.target),
        reached=one.attainment,
        trend=one.trend,
        change=_change(definition, change) if change is not None else _uncompared(one, is_yearly),
        change_tone=_tone(definition, change),
        as_of=moment(one.as_of),
    )


def _notes(one: IndicatorFigure, is_yearly: bool) -> tuple[str, ...]:
    """Why there is no value, or that it is being counted anew; else the comparison that stands nowhere else."""
    if one.figure.value is None:
        return (_counting_note(one.counting) if one.counting is not None else lack_words(one),)
    words = (_month(one), _said(one, is_yearly), exempted_words(one.figure))
    return tuple(word for word in words if word)


def exempted_words(figure: Figure) -> str:
    """Say how many an appeal took out of a figure: they are listed among its rows."""
    return f"豁免 {figure.exempted:,}" if figure.exempted else ""


def _month(one: IndicatorFigure) -> str:
    """Of what comes once a month: which month this is, or to which it reaches."""
    if not one.definition.monthly:
        return ""
    last = one.period.end - timedelta(days=1)
    return f"{last.month}月数" if one.period.kind is PeriodKind.MONTH else f"至{last.month}月"


def _said(one: IndicatorFigure, is_yearly: bool) -> str:
    if one.is_recounting:
        return "重算中"
    if one.is_present:
        return "此刻"
    name, other = ("环比", one.mom) if is_yearly else ("同比", one.yoy)
    if other is None:
        return _uncompared(one, not is_yearly)
    flat = _is_flat(one.definition, other)
    return f"{name} {'持平' if flat else signed_words(one.definition, other)}"


def lack_words(one: IndicatorFigure) -> str:
    """Say why there is no value."""
    if one.counting is not None:
        return counting_words(one.counting)
    if one.figure.lack is Lack.NOT_TOLD:
        return "所选范围没有数据"
    if one.figure.lack is Lack.SMALL_SAMPLE:
        return f"样本不足（{one.figure.sample}/{one.definition.minimum_sample}）"
    return "暂无数据"


def counting_words(progress: Progress) -> str:
    """Say how far the history is counted."""
    return f"正在统计历史数据，已统计 {progress.done:,} / {progress.total:,} 天"


def _counting_note(progress: Progress) -> str:
    """The same in the space beside a figure."""
    return f"统计中 {progress.done:,} / {progress.total:,} 天"


def _uncompared(one: IndicatorFigure, is_yearly: bool) -> str:
    """Say why there is nothing to compare a figure with; nothing where there is no figure either."""
    lack = one.yoy_lack if is_yearly else one.mom_lack
    if one.figure.value is None or lack is None:
        return ""
    return f"{'同期' if is_yearly else '上期'}{'样本不足' if lack is Lack.SMALL_SAMPLE else '无数据'}"


def target_words(target: float) -> str:
    """Write a target as it was set."""
    return f"目标 {target:,.10g}"


def number_words(definition: IndicatorDefinition, value: float | None) -> str:
    return "" if value is None else f"{value:,.{definition.decimals}f}".replace("-", "−")


def _change(definition: IndicatorDefinition, change: float) -> str:
    if _is_flat(definition, change):
        return "持平"
    arrow = "▲" if change > 0 else "▼"
    return f"{arrow} {signed_words(definition, change)}".strip()


def signed_words(definition: IndicatorDefinition, change: float) -> str:
    """Write a difference with its sign; that of two shares is in percentage points."""
    unit = " 个百分点" if definition.unit == "%" else ""
    return f"{change:+,.{definition.decimals}f}{unit}".replace("-", "−")


def _is_flat(definition: IndicatorDefinition, change: float) -> bool:
    """Whether a change is less than what is written of the figure."""
    return round(change, definition.decimals) == 0


def _tone(definition: IndicatorDefinition, change: float | None) -> str:
    if change is None or _is_flat(definition, change) or definition.direction == "none":
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
