"""What holds of every clock: against the walk by minutes, in pieces, in time, and with pauses."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data.domain.case_clock import order_clock, read_clock
from data.domain.case_times import case_times
from data.domain.clock import Limit
from data.domain.stages import StageLimits
from data.domain.vocabulary import ClockKind
from tests.data.domain.clock_oracle import KNOWN_2026, SHANGHAI, local, script, walked_due

STEP = timedelta(minutes=5)
FIRST = local("09-21 00:00")
STARTS = st.integers(0, 100 * 288).map(lambda n: FIRST + n * STEP)
LIMITS = st.builds(Limit, st.sampled_from([0.5, 1, 2, 2.5, 3]), st.sampled_from(list(ClockKind)))
GAPS = st.integers(0, 4 * 288).map(lambda n: n * STEP)


def line(name, at, **payload):
    words = "".join(f" {key}={value}" for key, value in payload.items())
    return f"{name} {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}{words}"


def journal(start, gap=None, length=None, *, is_extended=False):
    lines = [line(name, start) for name in ("report", "accept", "file", "dispatch")]
    if is_extended:
        lines += [line("request_extension", start), line("approve_extension", start)]
    if gap is not None:
        lines.append(line("suspend", start + gap, until=(start + gap + length).isoformat()))
    return script("; ".join(lines))


def read(entries, limit, now, external=None):
    return read_clock(entries, limit, StageLimits(), KNOWN_2026, external, now)


@settings(max_examples=60, deadline=None)
@given(STARTS, LIMITS, GAPS, GAPS, st.booleans())
def test_the_walk_by_minutes_finds_the_same_deadline(start, limit, gap, length, is_extended):
    found = read(journal(start, gap, length, is_extended=is_extended), limit, start)
    unpaused = read(journal(start, is_extended=is_extended), limit, start).due_at
    pauses = [(start + gap, start + gap + length)] if start + gap < unpaused else []
    assert found.due_at == walked_due(start, limit, pauses, KNOWN_2026, int(is_extended), STEP)


@given(STARTS, LIMITS, GAPS, GAPS, GAPS)
def test_a_pause_never_shortens_the_time_left(start, limit, gap, length, later):
    now = start + gap + later
    with_pause, without = read(journal(start, gap, length), limit, now), read(journal(start), limit, now)
    assert with_pause.remaining >= without.remaining
    assert with_pause.due_at >= without.due_at


@given(STARTS, LIMITS, GAPS, GAPS, GAPS, GAPS)
def test_time_never_runs_backwards(start, limit, gap, length, first, second):
    entries = journal(start, gap, length)
    early, late = (read(entries, limit, start + at) for at in sorted((gap + first, gap + second)))
    assert early.elapsed <= late.elapsed
    assert early.remaining >= late.remaining
    assert early.share_used <= late.share_used
    assert early.elapsed + early.remaining == late.elapsed + late.remaining


@given(STARTS, GAPS, GAPS, st.integers(1, 4))
def test_in_pieces_equals_whole(start, gap, length, cut):
    entries = journal(start, gap, length, is_extended=True)
    whole, pieces = case_times(entries, SHANGHAI), case_times(entries[:cut], SHANGHAI)
    for entry in entries[cut:]:
        pieces.read(entry, SHANGHAI)
    assert pieces == whole


@given(STARTS, LIMITS, GAPS)
def test_nothing_is_left_exactly_at_the_deadline(start, limit, gap):
    entries = journal(start, gap, timedelta(hours=5))
    due = read(entries, limit, start).due_at
    assume(start + gap < due)
    at, after = read(entries, limit, due), read(entries, limit, due + STEP)
    assert (at.remaining, at.is_overdue, at.overdue_since, at.share_used) == (timedelta(), False, None, 1.0)
    assert (after.is_overdue, after.overdue_since) == (True, due)


def test_the_ladder_reads_shares_of_the_clock_s_own_time():
    entries, limit = journal(local("11-23 11:00")), Limit(2, ClockKind.WORK_HOURS)
    nows = ("11-23 12:00", "11-23 13:30", "11-23 14:36", "11-23 15:00", "11-23 16:00")
    assert [read(entries, limit, local(now)).share_used for now in nows] == [0.5, 0.5, 0.8, 1.0, 1.5]


def test_the_limit_that_the_dispatch_wrote_down_counts():
    entries = journal(local("11-23 09:00"))
    entries[3].payload["limit"] = [3, "work_hours"]
    assert read(entries, Limit(1, ClockKind.WORK_DAYS), FIRST).due_at == local("11-23 12:00")


def test_an_order_counts_from_its_own_dispatch_and_stops_when_it_is_done():
    entries, limit = journal(local("11-23 09:00")), Limit(2, ClockKind.WORK_HOURS)
    sent, now = local("11-23 17:00"), local("11-24 12:00")
    open_order = order_clock(entries, sent, limit, KNOWN_2026, None, now)
    assert (open_order.due_at, open_order.overdue_since) == (local("11-24 09:00"), local("11-24 09:00"))
    done = order_clock(entries, sent, limit, KNOWN_2026, None, now, local("11-24 08:30"))
    assert (done.overdue_since, done.elapsed) == (None, timedelta(hours=1.5))
    strict = order_clock(entries, sent, limit, KNOWN_2026, local("11-23 18:00"), now)
    assert strict.due_at == local("11-23 18:00")


def test_a_claimed_time_before_its_predecessor_counts_as_that_one():
    entries = script("report 11-23 09:00; accept 11-23 08:00")
    assert read(entries, Limit(1, ClockKind.WORK_HOURS), FIRST).due_at == local("11-23 09:15")


def test_an_empty_journal_is_refused():
    with pytest.raises(ValueError, match="empty journal"):
        read([], Limit(1, ClockKind.WORK_HOURS), FIRST)


def test_years_are_laid_out_once_and_long_sums_agree_with_days():
    start = datetime.combine(date(2026, 11, 23), datetime.min.time(), SHANGHAI)
    assert read(journal(start), Limit(600, ClockKind.WORK_DAYS), start).due_at == walked_due(
        start, Limit(600, ClockKind.WORK_DAYS), (), KNOWN_2026, 0, timedelta(hours=1)
    )
