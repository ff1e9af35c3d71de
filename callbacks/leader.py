"""The leader's page in words: cards, what needs attention with its main sources, and rankings."""

from __future__ import annotations

from datetime import datetime, timedelta

from callbacks.indicator_words import indicator_row, number_words, signed_words
from data.town import IndicatorDefinition
from data.views.freshness import LateSource
from data.views.indicators import Wanted
from data.views.leader import Attention, Cause, LeaderView, Ranking, leader_view
from data.world import World
from layouts.leader import ModuleCard, Notice, RankingPart, RankRow, Shown

FACET_WORDS = {"unit": "单位", "village": "村社区", "category": "类别"}
MOST_NAMED = 6


def leader_shown(world: World, wanted: Wanted, now: datetime) -> Shown:
    """Read the leader's page and put it into words."""
    view, zone = leader_view(world, wanted, now), world.town.profile.zone
    return Shown(
        cards=tuple(
            ModuleCard(
                card.module.name, card.module.path, tuple(indicator_row(one, zone) for one in card.figures)
            )
            for card in view.cards
        ),
        notices=_notices(view, now),
        rankings=tuple(_ranking(one) for one in view.rankings),
    )


def _notices(view: LeaderView, now: datetime) -> tuple[Notice, ...]:
    return (*(_attention(one) for one in view.attention), *(_source(one, now) for one in view.late_sources))


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
        told = f"{now}，目标 {found.target:g}"
    else:
        told = f"{now}，上期 {_value(definition, (found.figure.value or 0.0) - item.amount)}"
    return Notice(
        title, f"{told}{_sources(item)}", definition.id, item.facet, "bad" if item.weight >= 0.5 else "soon"
    )


def _value(definition: IndicatorDefinition, value: float | None) -> str:
    return f"{number_words(definition, value)}{'%' if definition.unit == '%' else _unit(definition)}"


def _unit(definition: IndicatorDefinition) -> str:
    return "" if definition.unit == "%" else f" {definition.unit}"


def _sources(item: Attention) -> str:
    if not item.parts:
        return ""
    names = "、".join(f"{name}（占 {100 * share:.0f}%）" for name, share in item.parts)
    return f"；按{FACET_WORDS[item.facet]}看主要来自{names}"


def _source(one: LateSource, now: datetime) -> Notice:
    if one.until is None:
        return Notice(f"{one.name} 未到", "还没有收到过数据，相关指标不完整", "", "", "bad")
    days = (now - one.until) / timedelta(days=1)
    age = f"{days:.1f} 天" if days >= 1 else f"{days * 24:.1f} 小时"
    return Notice(f"{one.name} 迟到", f"数据截至 {age}前，相关指标按旧数据计算", "", "", "soon")


def _ranking(ranking: Ranking) -> RankingPart:
    definition = ranking.definition
    return RankingPart(
        id=definition.id,
        by=ranking.by,
        title=definition.name,
        unit=definition.rank_per.unit if definition.rank_per else definition.unit,
        rows=_rank_rows(ranking),
        note=_rank_note(ranking),
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
    if ranking.too_small:
        named = "、".join(ranking.too_small[:MOST_NAMED])
        more = " 等" if len(ranking.too_small) > MOST_NAMED else ""
        told.append(
            f"{len(ranking.too_small)} 个样本不足（少于 {_least(ranking.definition):g}），不排名：{named}{more}"
        )
    return "，".join(told)
