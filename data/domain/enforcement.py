"""What decisions and observers of enforcement are called; a decision is a person's, the program proposes none."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DECISIONS: Mapping[str, str] = MappingProxyType(
    {"first_exempt": "首违不罚", "exempt": "免罚", "light": "轻罚", "fined": "处罚"}
)
OBSERVERS: Mapping[str, str] = MappingProxyType(
    {"entrepreneur": "企业家", "educator": "教育工作者", "community": "社区干部"}
)
