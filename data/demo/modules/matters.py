"""The demo's matters of enforcement, with samples of what a legal text says; the town sets its own."""

from __future__ import annotations

from dataclasses import dataclass

from data.demo.modules.rows import Row

CITATION = "演示样例，2026-11-26，非法律文本；请按镇执法依据填写"
CONDITIONS = "初次违法\n危害后果轻微\n及时改正"
NAMES: tuple[tuple[str, int, int], ...] = (
    ("占道经营", 12, 200),
    ("店外堆放", 12, 200),
    ("擅自设置户外广告", 24, 1500),
    ("垃圾分类不规范", 12, 200),
    ("油烟扰民", 12, 3000),
    ("未按规定公示证照", 24, 1000),
    ("施工扬尘未覆盖", 24, 10000),
    ("夜间施工噪声", 24, 8000),
    ("消防通道堵塞", 24, 2000),
    ("安全台账不全", 24, 5000),
    ("污水乱排", 24, 10000),
    ("建筑垃圾违规运输", 24, 5000),
    ("违法搭建", 36, 5000),
    ("特种设备未按期检验", 24, 20000),
    ("劳动防护用品不足", 24, 5000),
    ("危废贮存不规范", 36, 30000),
)
"""Name, months that an earlier finding counts, and a nominal fine in yuan."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter with what the demo needs of it."""

    code: str
    name: str
    window_months: int
    fine: int


MATTERS = tuple(
    Matter(f"DEMO-ZF{number + 1:02d}", name, months, fine)
    for number, (name, months, fine) in enumerate(NAMES)
)


def matter_rows() -> list[Row]:
    """Return a row per matter."""
    return [
        {
            "code": one.code,
            "name": one.name,
            "citation": CITATION,
            "window_months": one.window_months,
            "conditions": CONDITIONS,
        }
        for one in MATTERS
    ]
