"""The demo's enterprises: 203 above scale, three listed, four leading industries; names and codes are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from data.demo.modules.rows import Stage
from data.demo.phrases import PLACE_KINDS
from data.domain.credit_code import check_letter

PART = 31
ABOVE_SCALE = {"new_materials": 48, "equipment": 43, "biomedicine": 17, "semiconductor": 15, "other": 80}
BELOW_SCALE = {"new_materials": 20, "equipment": 26, "biomedicine": 6, "semiconductor": 5, "other": 119}
NEW_IN_YEAR, LISTED, CLOSED = 17, 3, 4
STYLES = (
    "恒",
    "瑞",
    "华",
    "晟",
    "远",
    "锦",
    "诚",
    "泰",
    "宏",
    "卓",
    "德",
    "嘉",
    "新",
    "联",
    "万",
    "信",
    "博",
    "启",
)
ENDS = (
    "达",
    "源",
    "盛",
    "科",
    "岳",
    "兴",
    "邦",
    "隆",
    "腾",
    "创",
    "辉",
    "通",
    "铭",
    "立",
    "安",
    "越",
    "凯",
    "利",
)
TRADES = {
    "new_materials": ("新材料", "复合材料", "高分子材料"),
    "equipment": ("智能装备", "精密机械", "重型装备"),
    "biomedicine": ("生物医药", "医疗器械"),
    "semiconductor": ("半导体", "微电子"),
    "other": ("纺织", "包装", "五金", "物流", "食品", "建材", "家居"),
}


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An invented enterprise; `since` is the day on which it came above scale, `size` weighs its months."""

    code: str
    name: str
    industry: str
    since: date | None
    listed_on: date | None
    opened_on: date
    closed_on: date | None
    place: int
    size: float

    @property
    def subject_key(self) -> str:
        """The key under which modules name it."""
        return f"enterprise:{self.code}"


@lru_cache(maxsize=4)
def enterprises_of(stage: Stage) -> tuple[Enterprise, ...]:
    """Return every enterprise of a demo, the above-scale ones first."""
    rng = stage.rng(PART)
    above = [industry for industry, count in ABOVE_SCALE.items() for _ in range(count)]
    below = [industry for industry, count in BELOW_SCALE.items() for _ in range(count)]
    count, today = len(above) + len(below), stage.today
    leading = [number for number, industry in enumerate(above) if industry != "other"]
    new = set(rng.choice(len(above), NEW_IN_YEAR, replace=False).tolist())
    listed = set(rng.choice([n for n in leading if n not in new], LISTED, replace=False).tolist())
    names, places = _names([*above, *below], rng), _places(stage, count, rng)
    ages = _ages(today, len(above), new, rng)
    return tuple(
        Enterprise(
            code=_code(number, rng),
            name=names[number],
            industry=industry,
            since=today - timedelta(days=ages[number]) if number < len(above) else None,
            listed_on=today - timedelta(days=int(rng.integers(500, 2500))) if number in listed else None,
            opened_on=today - timedelta(days=int(rng.integers(5000, 8000))),
            closed_on=today - timedelta(days=int(rng.integers(30, 300)))
            if number >= count - CLOSED
            else None,
            place=places[number],
            size=float(rng.lognormal(0, 0.8)) * _weight(number < len(above), number in listed, number in new),
        )
        for number, industry in enumerate([*above, *below])
    )


def _ages(today: date, count: int, new: set[int], rng: np.random.Generator) -> list[int]:
    """Return for how many days each has been above scale; the new ones since this year began, where that is long ago."""
    this_year = today.timetuple().tm_yday
    longest = this_year if this_year > 60 else 340
    return [int(rng.integers(15, longest) if n in new else rng.integers(400, 4500)) for n in range(count)]


def _weight(is_above: bool, is_listed: bool, is_new: bool) -> float:
    """How much an enterprise weighs beside an ordinary one above scale."""
    if is_new:
        return 0.25
    return 12.0 if is_listed else 1.0 if is_above else 0.05


def _code(number: int, rng: np.random.Generator) -> str:
    """Return a credit code that no register would give out."""
    body = f"91320582DM{number + 1:04d}{int(rng.integers(100)):02d}0"
    return body + check_letter(body)


def _names(industries: list[str], rng: np.random.Generator) -> list[str]:
    """Return a name for each, none twice, each saying that it is invented."""
    words = [first + last for first in STYLES for last in ENDS]
    chosen = rng.permutation(len(words))
    found = []
    for number, industry in enumerate(industries):
        trades = TRADES[industry]
        word = words[chosen[number % len(words)]]
        found.append(f"演示·{word}{trades[number % len(trades)]}有限公司")
    return found


def _places(stage: Stage, count: int, rng: np.random.Generator) -> list[int]:
    """Return a place of the pool for each, mostly in parks and along roads."""
    places = stage.scene.places
    weights = np.array(
        [{"site": 6.0, "road": 1.5, "settlement": 0.5}.get(kind, 0.05) for kind in PLACE_KINDS]
    )
    chance = weights[places.kind]
    return [int(n) for n in rng.choice(len(places.kind), count, replace=False, p=chance / chance.sum())]
