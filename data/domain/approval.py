"""What approvals are called, and when a review is bad and its repair late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "enterprise_opening": "企业开办",
        "construction": "工程建设",
        "public_service": "公共服务",
        "other": "其他事项",
    }
)
KEY_CLASSES = ("enterprise_opening", "construction", "public_service")
OUTCOMES: Mapping[str, str] = MappingProxyType({"granted": "准予", "refused": "不予", "withdrawn": "撤回"})
BAD_STARS, GOOD_STARS = 2, 4
"""At most so many stars are a bad review, at least so many a good one."""

REPAIR_LIMIT = timedelta(days=7)
"""Within which a bad review is to be made good; a sample of 2026-11-26, no national standard."""
