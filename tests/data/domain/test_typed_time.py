"""Times as they are typed at the telephone: what is understood, and what is not guessed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from data.domain.typed_time import read_typed_time

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 17, 32, 8, tzinfo=UTC)  # 24 November, 01:32 in the town


@pytest.mark.parametrize(
    ("words", "local"),
    [
        ("2026-11-25 14:30", "2026-11-25T14:30:00+08:00"),
        ("2026-11-25T14:30", "2026-11-25T14:30:00+08:00"),
        ("2026/1/5 9:05", "2026-01-05T09:05:00+08:00"),
        ("2026年11月25日14时30分", "2026-11-25T14:30:00+08:00"),
        ("2026年11月25日 14点30", "2026-11-25T14:30:00+08:00"),
        ("11-25 14:30", "2026-11-25T14:30:00+08:00"),
        ("00:10", "2026-11-24T00:10:00+08:00"),
        (" １４：３０ ", "2026-11-24T14:30:00+08:00"),
    ],
)
def test_what_a_person_types_is_read_in_the_town_s_time(words, local):
    assert read_typed_time(words, NOW, ZONE).isoformat() == local


@pytest.mark.parametrize(
    "words",
    [
        "",
        "昨天",
        "下午三点",
        "14",
        "24:00",
        "12:60",
        "2026-02-30 08:00",
        "13-01 08:00",
        "2026-11-25",
        "1:2:3",
    ],
)
def test_what_names_no_time_is_not_guessed(words):
    assert read_typed_time(words, NOW, ZONE) is None
