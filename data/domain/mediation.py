"""Words and rules of 多元解纷: the ladder, the three teams, how a dispute ends, and what makes a warning."""

from __future__ import annotations

from collections.abc import Iterable

from data.domain.vocabulary import Word

SIGNALS_NEEDED = 2
"""A warning counts as one from this many independent signs on; a single sign may be chance."""


class Level(Word):
    """The steps of the ladder, lowest first."""

    VILLAGE = "village", "村级"
    TOWN = "town", "镇级"
    CITY = "city", "市级"


class Team(Word):
    """The three teams."""

    GRID_MEDIATOR = "grid_mediator", "网格调解员"
    LAW_VOLUNTEER = "law_volunteer", "普法志愿者"
    LEGAL_WORKER = "legal_worker", "法律工作者"


class Outcome(Word):
    """How a dispute ended."""

    AGREED = "agreed", "达成协议"
    FAILED = "failed", "调解不成"
    COURT = "court", "转入诉讼"


class SignalKind(Word):
    """Signs that something brews in a grid."""

    GRID_REPORTS = "grid_reports", "网格上报矛盾纠纷"
    HOTLINE_CALLS = "hotline_calls", "热线反映矛盾纠纷"
    POLICE_LINKS = "police_links", "公安联动矛盾纠纷"
    RELAPSES = "relapses", "纠纷反复"
    UNPERFORMED = "unperformed", "协议逾期未履行"

    @property
    def origin(self) -> str:
        """Who saw it: signs of one origin are not independent of one another."""
        return ORIGINS.get(self, "调解台账")


ORIGINS = {
    SignalKind.GRID_REPORTS: "网格",
    SignalKind.HOTLINE_CALLS: "热线",
    SignalKind.POLICE_LINKS: "公安",
}


def are_enough(kinds: Iterable[SignalKind]) -> bool:
    """Whether signs make a warning: two of different origin at least."""
    return len({kind.origin for kind in kinds}) >= SIGNALS_NEEDED


class MechanismField(Word):
    """What an edit of a mechanism changed."""

    ADDED = "added", "新增"
    NAME = "name", "名称"
    DESCRIPTION = "description", "说明"
    ACTIVE = "active", "启用停用"
    POSITION = "position", "次序"
