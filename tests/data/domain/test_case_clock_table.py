"""The clock of a case, row by row; each row names the days that it crosses.

2026: 1–7 October are off, Sunday 27 September and Saturday 10 October are worked; nothing is known of 2027
(`KNOWN_2027` is the calendar that arrives later). Working time is 08–12 and 14–18. 23 November is a Monday.
"""

from __future__ import annotations

import pytest

from data.domain.case_clock import read_clock
from data.domain.clock import Limit
from data.domain.stages import StageLimits
from data.domain.vocabulary import ClockKind
from tests.data.domain.clock_oracle import KNOWN_2026, KNOWN_2027, local, script, walked_due

U, H, D, N = ClockKind.URGENT_HOURS, ClockKind.WORK_HOURS, ClockKind.WORK_DAYS, ClockKind.CALENDAR_DAYS
FAR = local("2029-01-01 00:00")

# first dispatch, limit, deadline
PLAIN = [
    ("11-23 09:00", 2, U, "11-23 11:00"),  # Monday morning
    ("11-23 23:30", 1, U, "11-24 00:30"),  # through midnight
    ("11-23 11:30", 2, U, "11-23 13:30"),  # lunch counts
    ("10-01 10:00", 4, U, "10-01 14:00"),  # a holiday counts
    ("11-28 22:00", 12, U, "11-29 10:00"),  # Saturday to Sunday
    ("12-31 23:00", 2, U, "2027-01-01 01:00"),  # 年末: runs on, never 暂定
    ("2028-02-28 23:00", 2, U, "2028-02-29 01:00"),  # a leap day
    ("11-23 09:00", 2, H, "11-23 11:00"),  # Monday morning
    ("11-23 11:00", 2, H, "11-23 15:00"),  # over lunch 12–14
    ("11-23 12:30", 1, H, "11-23 15:00"),  # starts in the lunch break
    ("11-23 10:00", 2, H, "11-23 12:00"),  # ends at noon, not at 14:00
    ("11-23 17:00", 2, H, "11-24 09:00"),  # over the night
    ("11-23 03:00", 1, H, "11-23 09:00"),  # before work begins
    ("11-23 20:00", 1, H, "11-24 09:00"),  # after work ended
    ("11-23 18:00", 1, H, "11-24 09:00"),  # exactly when work ends
    ("11-27 17:00", 2, H, "11-30 09:00"),  # Friday to Monday
    ("11-28 10:00", 1, H, "11-30 09:00"),  # dispatched on a Saturday
    ("11-29 23:59", 4, H, "11-30 12:00"),  # Sunday night, to Monday noon
    ("09-26 10:00", 1, H, "09-27 09:00"),  # Saturday; Sunday 27 Sept is worked (调休)
    ("09-25 17:00", 10, H, "09-28 09:00"),  # Friday 1 h, make-up Sunday 8 h, Monday 1 h
    ("09-30 17:00", 2, H, "10-08 09:00"),  # over National Day, 1–7 Oct
    ("10-09 17:00", 2, H, "10-10 09:00"),  # Friday to the worked Saturday 10 Oct
    ("10-10 17:00", 2, H, "10-12 09:00"),  # worked Saturday, Sunday off, Monday
    ("12-31 17:00", 1, H, "12-31 18:00"),  # 年末: ends on the last day known
    ("11-23 08:00", 1, D, "11-23 18:00"),  # a whole day of 8 h
    ("11-23 09:00", 1, D, "11-24 09:00"),  # 7 h today, 1 h tomorrow
    ("11-23 14:00", 1, D, "11-24 12:00"),  # half and half
    ("11-23 12:00", 1, D, "11-24 12:00"),  # from noon: the afternoon and a morning
    ("11-26 14:00", 2, D, "11-30 12:00"),  # over a weekend
    ("09-30 14:00", 3, D, "10-10 12:00"),  # 30 Sept half, 8 and 9 Oct, half of the worked 10 Oct
    ("09-24 08:00", 5, D, "09-29 18:00"),  # Thu, Fri, worked Sunday, Mon, Tue
    ("11-23 08:00", 0.5, D, "11-23 12:00"),  # half a working day
    ("11-23 08:00", 10, D, "12-04 18:00"),  # two working weeks
    ("11-23 17:32", 7, N, "11-30 17:32"),  # same time a week later
    ("09-30 10:00", 3, N, "10-03 10:00"),  # holidays count
    ("12-30 10:00", 3, N, "2027-01-02 10:00"),  # no calendar needed: never 暂定
    ("11-27 18:00", 1, N, "11-28 18:00"),  # ends on a Saturday
    ("2028-02-28 08:00", 2, N, "2028-03-01 08:00"),  # over a leap day
]
# past the days that the calendar covers: 暂定, then with the calendar of 2027
PROVISIONAL = [
    ("12-31 17:00", 2, H, "2027-01-01 09:00", "2027-01-04 09:00"),  # Friday 1 Jan: a weekday → off
    ("12-30 14:00", 3, D, "2027-01-04 12:00", "2027-01-05 12:00"),  # one holiday later
    ("12-31 14:00", 1, D, "2027-01-01 12:00", "2027-01-04 12:00"),  # half a day each side of the year
    ("2027-01-08 17:00", 2, H, "2027-01-11 09:00", "2027-01-09 09:00"),  # Sat 9 Jan is a make-up day: earlier
    ("2027-01-09 10:00", 1, H, "2027-01-11 09:00", "2027-01-09 11:00"),  # dispatched on that Saturday
    ("2027-01-07 08:00", 3, D, "2027-01-11 18:00", "2027-01-09 18:00"),  # Thu, Fri, make-up Sat
    ("12-28 08:00", 10, D, "2027-01-08 18:00", "2027-01-09 18:00"),  # one day lost, one made up
    ("2027-06-04 17:00", 2, H, "2027-06-07 09:00", "2027-06-07 09:00"),  # nothing special: stays
]
# first dispatch, limit, what happened, extensions that count, deadline
MOVED = [
    ("11-23 09:00", 2, H, "ask 11-23 10:00; grant 11-23 10:30", 1, "11-23 15:00"),  # 4 h over lunch
    ("11-23 09:00", 2, H, "ask 11-23 10:00; refuse 11-23 10:30", 0, "11-23 11:00"),  # refused
    (
        "11-23 09:00",
        2,
        H,
        "ask 11-23 10:59; grant 11-23 16:00",
        1,
        "11-23 15:00",
    ),  # asked in time, granted late
    ("11-23 09:00", 2, H, "ask 11-23 11:01; grant 11-23 11:30", 0, "11-23 11:00"),  # asked too late: nothing
    (
        "11-23 09:00",
        2,
        H,
        "ask 11-23 10:00; grant 11-23 10:01; ask 11-23 14:30; grant 11-23 14:40",
        2,
        "11-23 17:00",
    ),
    (
        "11-23 08:00",
        1,
        H,  # a third one does not count
        "ask 11-23 08:10; grant 11-23 08:11; ask 11-23 08:20; grant 11-23 08:21; ask 11-23 08:30; grant 11-23 08:31",
        2,
        "11-23 11:00",
    ),
    ("11-27 08:00", 1, D, "ask 11-27 09:00; grant 11-27 10:00", 1, "11-30 18:00"),  # Friday and Monday
    ("11-23 09:00", 3, N, "ask 11-24 09:00; grant 11-25 09:00", 1, "11-29 09:00"),  # three more days
    ("11-23 09:00", 4, U, "ask 11-23 12:00; grant 11-23 12:30", 1, "11-23 17:00"),  # lunch counts
    ("12-31 15:00", 3, H, "ask 12-31 16:00; grant 12-31 16:30", 1, "2027-01-01 11:00"),  # now 暂定
    (
        "11-23 09:00",
        4,
        H,
        "suspend 11-23 10:00 until=2026-11-25T15:00+08:00; resume 11-25 15:00",
        0,
        "11-25 18:00",
    ),
    (
        "11-23 09:00",
        4,
        H,
        "suspend 11-23 10:00 until=2026-12-10; resume 11-24 08:00",
        0,
        "11-24 11:00",
    ),  # early
    ("11-23 09:00", 4, H, "suspend 11-23 10:00 until=2026-11-25", 0, "11-25 11:00"),  # by itself, at midnight
    (
        "11-23 09:00",
        4,
        H,
        "suspend 11-23 12:30 until=2026-11-23T13:30+08:00",
        0,
        "11-23 15:00",
    ),  # inside lunch
    ("11-23 09:00", 4, H, "suspend 11-23 20:00 until=2026-11-24", 0, "11-23 15:00"),  # after the deadline
    ("09-30 17:00", 4, H, "suspend 09-30 17:30 until=2026-10-06", 0, "10-08 11:30"),  # inside 1–7 Oct
    (
        "09-29 09:00",
        2,
        D,
        "suspend 09-29 17:00 until=2026-10-09",
        0,
        "10-10 10:00",
    ),  # to the make-up Saturday
    (
        "09-29 09:00",
        2,
        D,
        "suspend 09-29 17:00 until=2026-10-01; resume 10-05 09:00",
        0,
        "10-09 10:00",
    ),  # resumed later than named
    ("11-26 08:00", 3, D, "suspend 11-27 08:00 until=2026-11-29", 0, "12-01 18:00"),  # Fri off; Mon, Tue left
    (
        "11-27 16:00",
        1,
        D,
        "suspend 11-28 09:00 until=2026-11-29T09:00+08:00",
        0,
        "11-30 16:00",
    ),  # weekend only
    (
        "11-23 09:00",
        3,
        N,
        "suspend 11-24 09:00 until=2026-11-30T12:00+08:00",
        0,
        "12-02 12:00",
    ),  # two days left
    (
        "11-23 09:00",
        6,
        U,
        "suspend 11-23 10:00 until=2026-11-24",
        0,
        "11-24 05:00",
    ),  # five hours from midnight
    ("11-23 09:00", 6, U, "suspend 11-23 22:00 until=2026-11-25", 0, "11-23 15:00"),  # after the deadline
    (
        "12-30 09:00",
        1,
        D,
        "suspend 12-30 14:00 until=2027-01-04",
        0,
        "2027-01-04 15:00",
    ),  # 3 h on 30 Dec, 5 h on Monday
    (
        "11-23 09:00",
        2,
        H,
        "ask 11-23 10:00; grant 11-23 10:10; suspend 11-23 10:30 until=2026-11-24",
        1,
        "11-24 10:30",
    ),
    (
        "11-23 09:00",
        2,
        H,
        "suspend 11-23 10:00 until=2026-11-24; ask 11-24 08:30; grant 11-24 08:40",
        1,
        "11-24 11:00",
    ),
]
TO_DISPATCH = "report 11-23 09:00; accept 11-23 09:05; file 11-23 09:10; dispatch 11-23 09:15"
TO_SCENE = f"{TO_DISPATCH}; sign 11-23 09:20; arrive 11-23 09:40"
ON_TIME = f"{TO_SCENE}; unit_confirm 11-23 10:15"
LATE = f"{TO_SCENE}; unit_confirm 11-23 15:00"
# journal (limit 2 working hours from 09:15: until 11:15 on Monday 23 Nov), now, external, stage, deadline, overdue since
STAGES = [
    ("report 11-23 09:00", "11-23 09:10", None, "accept", "11-23 09:15", None),
    ("report 11-28 03:00", "11-28 03:20", None, "accept", "11-28 03:15", None),  # plain time, Saturday night
    ("report 11-23 09:00; accept 11-23 09:05", "11-23 09:06", None, "dispatch", "11-23 09:20", None),
    ("report 11-23 09:00; decline 11-23 09:05", "11-24 09:00", None, "done", "11-23 09:15", None),
    ("report 11-23 09:00; accept 11-23 09:05; decline 11-23 09:30", "11-24 09:00", None, "done", "11-23 09:20", None),
    ("report 11-23 09:00; merge 11-23 09:05", "11-24 09:00", None, "done", "11-23 09:15", None),
    (TO_DISPATCH, "11-23 09:16", None, "handle", "11-23 11:15", None),
    (TO_DISPATCH, "11-23 12:00", None, "handle", "11-23 11:15", "11-23 11:15"),
    (TO_DISPATCH, "11-23 09:16", "11-23 10:00", "handle", "11-23 10:00", None),  # external stricter
    (TO_DISPATCH, "11-23 10:30", "11-23 10:00", "handle", "11-23 10:00", "11-23 10:00"),
    (TO_DISPATCH, "11-23 09:16", "11-24 10:00", "handle", "11-23 11:15", None),  # external looser
    (TO_DISPATCH, "11-23 09:16", "11-23 11:15", "handle", "11-23 11:15", None),  # both the same
    (TO_DISPATCH, "11-23 09:16", "11-23 08:00", "handle", "11-23 08:00", "11-23 09:15"),  # passed before dispatch
    (f"{TO_DISPATCH}; undo 11-23 09:15", "11-23 09:16", None, "dispatch", "11-23 09:20", None),
    (f"{TO_DISPATCH}; recall 11-23 10:00", "11-23 10:01", None, "dispatch", "11-23 10:15", None),
    (f"{TO_DISPATCH}; recall 11-23 11:10", "11-23 11:11", None, "dispatch", "11-23 11:15", None),  # case due first
    (f"{TO_DISPATCH}; return 11-23 10:00", "11-23 10:01", None, "handle", "11-23 11:15", None),
    (f"{TO_DISPATCH}; return 11-23 10:00; dispatch 11-23 16:00", "11-23 16:01", None, "handle", "11-23 11:15",
     "11-23 11:15"),  # never restarts
    (ON_TIME, "11-23 10:20", None, "verify", "11-23 10:45", None),
    (LATE, "11-23 15:05", None, "verify", "11-23 11:45", "11-23 11:15"),  # handled late stays overdue
    (f"{ON_TIME}; verify 11-23 10:20", "11-23 10:21", None, "verify", "11-23 10:45", None),
    (f"{ON_TIME}; verify 11-23 10:20; close 11-23 10:30", "11-30 09:00", None, "done", "11-23 11:15", None),
    (f"{ON_TIME}; verify 11-23 10:20; close 11-23 12:00", "11-30 09:00", None, "done", "11-23 11:15", "11-23 11:45"),
    (f"{LATE}; verify 11-23 15:10; close 11-23 15:20", "11-30 09:00", None, "done", "11-23 11:15", "11-23 11:15"),
    (f"{ON_TIME}; rework 11-23 10:30", "11-23 10:31", None, "handle", "11-23 11:15", None),
    (f"{ON_TIME}; rework 11-23 10:30", "11-23 11:16", None, "handle", "11-23 11:15", "11-23 11:15"),
    (f"{ON_TIME}; verify 11-23 10:20; close 11-23 10:30; reopen 11-24 09:00", "11-24 09:01", None, "dispatch",
     "11-24 09:15", None),
    (f"{ON_TIME}; verify 11-23 10:20; close 11-23 10:30; reopen 11-24 09:00; dispatch 11-24 09:10", "11-24 09:11",
     None, "handle", "11-23 11:15", "11-24 09:10"),  # the case clock never restarts
    ("report 11-23 09:00; accept 11-23 09:05; suspend 11-23 09:10 until=2026-11-24", "11-23 12:00", None,
     "dispatch", "11-24 00:10", None),  # ten minutes left from midnight on
    ("import 11-23 09:00", "11-23 09:01", None, "handle", "11-23 11:00", None),  # counts from the report
    ("import 11-23 09:00; import 11-23 17:00 to=closed", "11-24 09:00", None, "done", "11-23 11:00", "11-23 11:00"),
    ("import 11-23 09:00; accept 11-23 09:10", "11-23 09:11", None, "dispatch", "11-23 09:25", None),
]  # fmt: skip
STAGE_LIMITS = StageLimits()


def dispatched(start: str, events: str = "") -> str:
    names = {"ask ": "request_extension ", "grant ": "approve_extension ", "refuse ": "refuse_extension "}
    for short, name in names.items():
        events = events.replace(short, name)
    lines = f"report {_full(start)}; accept {_full(start)}; file {_full(start)}; dispatch {_full(start)}"
    return f"{lines}; {events}" if events else lines


def _full(start: str) -> str:
    return start if len(start) > len("11-23 09:00") else f"2026-{start}"


def read(text, amount, kind, calendar=KNOWN_2026, external=None, now=FAR):
    return read_clock(script(text), Limit(amount, kind), STAGE_LIMITS, calendar, external, now)


def test_the_table_is_as_long_as_it_should_be():
    assert len(PLAIN) + len(PROVISIONAL) + len(MOVED) + len(STAGES) >= 80


@pytest.mark.parametrize(("start", "amount", "kind", "due"), PLAIN)
def test_handling(start, amount, kind, due):
    found = read(dispatched(start), amount, kind)
    assert found.due_at == found.category_due_at == local(due)
    assert walked_due(local(start), Limit(amount, kind), (), KNOWN_2026) == local(due)
    assert found.is_provisional is (kind in (H, D) and local(due) > local("2027-01-01 00:00"))
    assert found.overdue_since == local(due)


@pytest.mark.parametrize(("start", "amount", "kind", "guessed", "known"), PROVISIONAL)
def test_provisional_until_the_calendar_arrives(start, amount, kind, guessed, known):
    before, after = read(dispatched(start), amount, kind), read(dispatched(start), amount, kind, KNOWN_2027)
    assert (before.due_at, before.is_provisional) == (local(guessed), True)
    assert (after.due_at, after.is_provisional) == (local(known), False)
    assert walked_due(local(start), Limit(amount, kind), (), KNOWN_2027) == local(known)


@pytest.mark.parametrize(("start", "amount", "kind", "events", "extensions", "due"), MOVED)
def test_extended_and_suspended(start, amount, kind, events, extensions, due):
    found = read(dispatched(start, events), amount, kind)
    assert (found.due_at, found.extensions) == (local(due), extensions)
    pauses = [(pause.begin, pause.end) for pause in found.pauses if pause.begin < local(due)]
    assert walked_due(local(start), Limit(amount, kind), pauses, KNOWN_2026, extensions) == local(due)


@pytest.mark.parametrize(("text", "now", "external", "stage", "due", "overdue"), STAGES)
def test_stages(text, now, external, stage, due, overdue):
    found = read(text, 2, H, external=external and local(external), now=local(now))
    assert (found.stage, found.due_at) == (stage, local(due))
    assert found.overdue_since == (overdue and local(overdue))
    assert found.external_due_at == (external and local(external))
