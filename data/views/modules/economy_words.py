"""What the economy's codes are called, and how its figures are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

INDUSTRIES: Mapping[str, str] = MappingProxyType(
    {
        "new_materials": "新材料",
        "equipment": "高端装备",
        "biomedicine": "生物医药",
        "semiconductor": "特色半导体",
        "other": "其他",
    }
)
LEADING = ("new_materials", "equipment", "biomedicine", "semiconductor")

MEASURE_WORDS: Mapping[str, tuple[str, str, float, int]] = MappingProxyType(
    {
        "output_yuan": ("产值", "亿元", 1e8, 2),
        "tax_yuan": ("税收", "万元", 1e4, 0),
        "investment_yuan": ("固定资产投资", "亿元", 1e8, 2),
        "power_kwh": ("用电量", "万千瓦时", 1e4, 0),
    }
)
"""By measure: its name, the unit it is written in, how many of the stored unit that is, and decimals."""


def month_word(month: date) -> str:
    """Write a month as people say it."""
    return f"{month.year}年{month.month}月"


def months_words(months: Iterable[date]) -> str:
    """Write months in a row, the year once."""
    told, year = [], 0
    for month in months:
        told.append(f"{month.year}年{month.month}" if month.year != year else f"{month.month}")
        year = month.year
    return "、".join(told) + "月" if told else ""


def signed(share: float) -> str:
    """Write a change with its sign in percent."""
    return f"{100 * share:+.1f}%".replace("-", "−")
