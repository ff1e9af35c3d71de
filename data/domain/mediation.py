"""Words and rules of 多元解纷: the ladder, the three teams, how a dispute ends, and what makes a warning."""

from __future__ import annotations

from data.domain.vocabulary import Word

SIGNALS_NEEDED = 2
"""A warning counts as one from this many signs of different kinds on; a single sign may be chance."""


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
