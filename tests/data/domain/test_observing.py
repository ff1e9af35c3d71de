"""What of a text is hidden, how a revisit is said, and what a link is worth."""

from datetime import date, timedelta

import pytest

from data.domain.errors import InvalidInput
from data.domain.observing import HIDDEN_NUMBER, LinkState, checked_text, link_state, revisit_stage
from tests.worlds import NOW

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "number",
    ["13812345678", "138 1234 5678", "138-1234-5678", "+8613812345678", "１３８１２３４５６７８", "0512-58421234",
     "051258421234", "32058219800101123X", "320582198001011234"],
)  # fmt: skip
def test_numbers_of_people_are_hidden(number):
    assert checked_text(f"请打{number}找我", "意见") == f"请打{HIDDEN_NUMBER}找我"


@pytest.mark.parametrize(
    "words", ["罚款 5000 元", "2026-11-23 已整改", "案件 YJ-20261123000145", "第 12345 号"]
)
def test_other_numbers_stay(words):
    assert checked_text(words, "意见") == words


@pytest.mark.parametrize("words", ["", " \n ", "字" * 1001, "坏\x00字", "\ud800"])
def test_texts_that_cannot_be_are_refused(words):
    with pytest.raises(InvalidInput):
        checked_text(words, "意见")


@pytest.mark.parametrize(
    ("due", "done", "words", "tone"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), "2026-11-20（按期）", "good"),
        (date(2026, 11, 20), date(2026, 11, 21), "2026-11-21（超过期限）", "bad"),
        (None, date(2026, 11, 21), "2026-11-21", ""),
        (None, None, "不需要", ""),
        (date(2026, 11, 22), None, "应在 2026-11-22 前，已超期", "bad"),
        (TODAY, None, "应在 2026-11-23 前", ""),
    ],
)
def test_a_revisit_is_on_time_until_its_day_is_over(due, done, words, tone):
    stage = revisit_stage(due, done, TODAY)
    assert (stage.words, stage.tone) == (words, tone)


def test_a_link_ends_at_its_instant_and_a_revoked_one_stays_revoked():
    end = NOW + timedelta(days=7)
    assert link_state(end, None, end - timedelta(microseconds=1)) is LinkState.OPEN
    assert link_state(end, None, end) is LinkState.EXPIRED
    assert link_state(end, NOW, end) is LinkState.REVOKED
