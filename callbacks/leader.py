"""The leader's page in words: cards, what needs attention with its main sources, and rankings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from callbacks.indicator_words import (
    counting_words,
    indicator_row,
    lack_words,
    number_words,
    signed_words,
    target_words,
)
from data.town import IndicatorDefinition
from data.views.freshness import LateSource
from data.views.indicators import Wanted
from data.views.leader import Attention, Cause, LeaderView, Ranking, leader_view
from data.views.residents import Residents
from data.world import World
from layouts.leader import (
    ModuleCard,
    Notice,
    RankingPart,
    RankRow,
    ResidentsPart,
    ResidentsRow,
    Shown,
)
from layouts.parts.indicators import PERIOD_WORDS

FACET_WORDS = {"unit": "单位", "village": "村社区", "category": "类别"}
MOST_NAMED = 6
MOST_SOURCES = 3


def leader_shown(
    world: World, wanted: Wanted, now: datetime, only: str = "", is_yearly: bool = False, scope: str = ""
) -> Shown:
    """Read the leader's page and put it into words (see `leader_view`); `scope` is the query of links to modules."""
    view, zone = leader_view(world, wanted, now, only, is_yearly), world.town.profile.zone
    return Shown(
        cards=tuple(
            ModuleCard(
                card.module.name,
                f"{card.module.path}?{scope}" if scope else card.module.path,
                tuple(indicator_row(one, zone, is_yearly) for one in card.figures),
            )
            for card in view.cards
        ),
        notices=_notices(view, now),
        rankings=tuple(_ranking(one) for one in view.rankings),
        residents=None if view.residents is None else _residents(view.residents, wanted),
        is_single=bool(only),
        against="与去年同期比" if is_yearly else "与上期比",
    )


def _notices(view: LeaderView, now: datetime) -> tuple[Notice, ...]:
    late = _sources(view.late_sources, now) if view.late_sources else ()
    return (*(_attention(one) for one in view.attention), *late)


def _residents(found: Residents, wanted: Wanted) -> ResidentsPart:
    satisfied, reported = found.satisfied, found.reported
    rows = []
    if satisfied is not None:
        sample = (
            f"评价 {satisfied.figure.sample:,} 件"
            if satisfied.figure.value is not None
            else lack_words(satisfied)
        )
        value = number_words(satisfied.definition, satisfied.figure.value)
        rows.append(ResidentsRow("热线满意率", sample, value, "%", indicator=satisfied.definition.id))
    if found.repeated is not None:
        rows.append(
            ResidentsRow(
                "多发点位", "30 天内同一地点 3 件以上", f"{found.repeated:,}", "处", path="/m/dispatch"
            )
        )
    total = number_words(reported.definition, reported.figure.value) if reported else ""
    return ResidentsPart(f"{PERIOD_WORDS[wanted.kind]}上报 {total} 件" if total else "", tuple(rows))


def _attention(item: Attention) -> Notice:
    definition, found = item.found.definition, item.found
    amount = signed_words(definition, item.amount)
    if item.cause is Cause.BELOW_TARGET:
        distance = amount.lstrip("+−")
        side = "低于" if item.amount < 0 else "高于"
        title = f"{definition.name} {side}目标 {distance}{_unit(definition)}"
    else:
        title = f"{definition.name} {amount}{_unit(definition)}"
    now = f"现为 {_value(definition, found.figure.value)}"
    if item.cause is Cause.BELOW_TARGET:
        told = f"{now}，{target_words(found.target or 0.0)}"
    else:
        then = "上期" if item.cause is Cause.WORSE else "去年同期"
        told = f"{now}，{then} {_value(definition, (found.figure.value or 0.0) - item.amount)}"
    return Notice(
        title, f"{told}{_parts(item)}", definition.id, item.facet, "bad" if item.weight >= 0.5 else "soon"
    )


def _value(definition: IndicatorDefinition, value: float | None) -> str:
    return f"{number_words(definition, value)}{'%' if definition.unit == '%' else _unit(definition)}"


def _unit(definition: IndicatorDefinition) -> str:
    return "" if definition.unit == "%" else f" {definition.unit}"


def _parts(item: Attention) -> str:
    if not item.parts:
        return ""
    names = "、".join(f"{name}（占 {100 * share:.0f}%）" for name, share in item.parts)
    return f"；按{FACET_WORDS[item.facet]}看主要来自{names}"


def _sources(late: Sequence[LateSource], now: datetime) -> tuple[Notice, ...]:
    """One word for all sources that are late, the worst by name; figures that rest on them say so themselves."""
    named = "、".join(_source(one, now) for one in late[:MOST_SOURCES])
    more = f" 等 {len(late)} 个" if len(late) > MOST_SOURCES else ""
    tone = "bad" if late[0].until is None else "soon"
    return (Notice(f"{len(late)} 个数据来源迟到或未到", f"{named}{more}，相关指标不完整", "", "", tone),)


def _source(one: LateSource, now: datetime) -> str:
    if one.until is None:
        return f"{one.name}未到"
    days = (now - one.until) / timedelta(days=1)
    return f"{one.name}迟到 {f'{days:.1f} 天' if days >= 1 else f'{days * 24:.1f} 小时'}"


def _ranking(ranking: Ranking) -> RankingPart:
    definition = ranking.definition
    return RankingPart(
        id=definition.id,
        by=ranking.by,
        title=definition.name,
        unit=definition.rank_per.unit if definition.rank_per else definition.unit,
        rows=() if ranking.counting else _rank_rows(ranking),
        note=counting_words(ranking.counting) if ranking.counting else _rank_note(ranking),
    )


def _rank_rows(ranking: Ranking) -> tuple[RankRow, ...]:
    definition = ranking.definition
    most = max((one.figure.value or 0.0 for one in ranking.rows), default=0.0) or 1.0
    return tuple(
        RankRow(
            one.place,
            one.name,
            f"{one.figure.value:,.1f}" if definition.rank_per else number_words(definition, one.figure.value),
            max(0.0, (one.figure.value or 0.0) / most),
            f"样本 {one.figure.sample:,}" if definition.sample or definition.rank_per else "",
        )
        for one in ranking.rows
    )


def _least(definition: IndicatorDefinition) -> float:
    return definition.rank_per.minimum if definition.rank_per else definition.minimum_sample


def _rank_note(ranking: Ranking) -> str:
    told = [f"共 {ranking.total} 个参与排名"]
    if len(ranking.rows) < ranking.total:
        told.append(f"列出最前和最后各 {len(ranking.rows) // 2} 个")
    if ranking.exempted:
        told.append(f"申诉豁免 {ranking.exempted:,} 件另列，点开可查")
    if ranking.too_small:
        named = "、".join(ranking.too_small[:MOST_NAMED])
        more = " 等" if len(ranking.too_small) > MOST_NAMED else ""
        told.append(
            f"{len(ranking.too_small)} 个样本不足（少于 {_least(ranking.definition):g}），不排名：{named}{more}"
        )
    return "，".join(told)
