"""Times as a person types them at the telephone, in the town's time."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

TYPED = re.compile(
    r"(?:(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?[ T]*)?"
    r"(?P<hour>\d{1,2})[:点时](?P<minute>\d{2})分?"
)


def read_typed_time(words: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the instant that the words name in the town's time, None where they name none.

    `2026-11-25 14:30`, `11-25 14:30` and `14:30` are read; what is left out is that of `now`. Full-width signs and
    年月日点分 count too.
    """
    plain = unicodedata.normalize("NFKC", words).strip()
    found = TYPED.fullmatch(plain)
    if found is None:
        return None
    local = now.astimezone(zone)
    year, month, day = (int(found[part] or getattr(local, part)) for part in ("year", "month", "day"))
    try:
        return datetime(year, month, day, int(found["hour"]), int(found["minute"]), tzinfo=zone)
    except ValueError:
        return None
