"""The indicator engine on random rows against plain SQL on the same rows, month by month and split by place."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import bindparam, text

from data.domain.enforcement import DECISIONS
from data.domain.periods import PeriodKind
from data.store.modules.approval import approvals, departments, service_items
from data.store.modules.enforcement import enforcement_cases, matters
from data.store.modules.mediation import disputes, mediation_stations
from data.store.types import Instant
from data.views.aggregate_check import verify_aggregates
from data.views.indicators import Wanted, figures_of, split_of
from tests.data.views.facts.records import MONDAY, count, few_rows, write
from tests.worlds import make_world

ZONE = MONDAY.tzinfo
MONTHS = range(1, 12)  # of 2026, the last one running
FIRST = datetime(2025, 12, 20, tzinfo=ZONE)
MINUTES = int((MONDAY - FIRST).total_seconds() // 60)
VILLAGES = ("320582105001", "320582105209")
GRIDS = ("320582105001001", "320582105001002", None)
ROWS = 240

RECEIVED, DECIDED, DUE = (
    f"{name} >= :begin AND {name} < :end" for name in ("received_at", "decided_at", "due_at")
)
FOUND, OPENED, CLOSED = (
    f"{name} >= :begin AND {name} < :end" for name in ("found_at", "opened_at", "closed_at")
)
OWED = f"{DUE} AND due_at < :now AND coalesce(outcome, '') <> 'withdrawn'"


def tally(condition: str, what: str = "1") -> str:
    """SQL: the sum over the rows that fulfil a condition."""
    return f"sum(CASE WHEN {condition} THEN {what} ELSE 0 END)"


def share(part: str, whole: str) -> str:
    """SQL: which percentage of some rows fulfils a further condition; NULL of none."""
    return f"100.0 * {tally(f'{whole} AND {part}')} / nullif({tally(whole)}, 0)"


PLAIN: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "approval": (
        "approvals",
        {
            "approvals_received": tally(RECEIVED),
            "approvals_decided": tally(DECIDED),
            "online_share": share("is_online", RECEIVED),
            "approval_on_time": share("decided_at <= due_at", OWED),
        },
    ),
    "enforcement": (
        "enforcement_cases",
        {
            "enforcement_cases": tally(FOUND),
            "fines": f"{tally(DECIDED, 'coalesce(fine_yuan, 0)')} / 10000.0",
            "first_exempt_share": share("decision = 'first_exempt'", DECIDED),
            "light_share": share("decision = 'light'", DECIDED),
            "relapse_share": share("relapsed", FOUND),
        },
    ),
    "mediation": (
        "disputes",
        {
            "disputes_opened": tally(OPENED),
            "mediation_success_rate": share("outcome = 'agreed'", CLOSED),
            "out_of_court_rate": share("outcome <> 'court'", CLOSED),
            "dispute_relapse_rate": share("is_relapse", OPENED),
        },
    ),
}
"""By module: the table, and each indicator as SQL over it."""


CODES = {
    "unit": ("enforcement", "safety"),
    "department": ("D1", "D2"),
    "grid": GRIDS[:2],
    "category": ("M1", "M2"),
    "village": VILLAGES,
}
"""What the rows are drawn from."""


@pytest.fixture(scope="module", params=[3, 14, 159])
def world(request, tmp_path_factory):
    draw = random.Random(request.param)
    opened = few_rows(make_world(f"sqlite:///{tmp_path_factory.mktemp('random')}/cloud.db"))
    write_approvals(opened, draw)
    write_enforcement(opened, draw)
    write_disputes(opened, draw)
    count(opened)
    yield opened
    opened.close()


def moments(draw, number):
    """Rising instants from the first day on; one that lies ahead has not happened, and so have none after it."""
    at = FIRST + timedelta(minutes=draw.randrange(MINUTES))
    found = [at]
    for _ in range(number - 1):
        at = at and at + timedelta(minutes=draw.randrange(40 * 1440)) if draw.random() < 0.8 else None
        found.append(at if at and at < MONDAY else None)
        at = found[-1]
    return found


def write_approvals(world, draw):
    write(world, departments, [{"code": "D1", "name": "市监"}, {"code": "D2", "name": "住建"}])
    item = {"limit_work_days": 2, "item_class": "construction"}
    items = [
        {"code": f"I{n}", "name": f"事项{n}", "department_code": f"D{1 + n % 2}", **item} for n in range(5)
    ]
    write(world, service_items, items)
    rows = []
    for n in range(ROWS):
        received, decided = moments(draw, 2)
        due = received + timedelta(minutes=draw.randrange(20 * 1440))
        outcome = draw.choice(["granted", "refused", "withdrawn"]) if decided else None
        place = {"item_code": f"I{draw.randrange(5)}", "is_online": draw.random() < 0.4, "window_code": None}
        times = {"received_at": received, "due_at": due, "decided_at": decided}
        rows.append({"number": f"A{n}", "outcome": outcome, **place, **times})
    write(world, approvals, rows)


def write_enforcement(world, draw):
    matter = {"name": "占道", "citation": "例", "window_months": 12}
    write(world, matters, [{"code": code, **matter} for code in ("M1", "M2")])
    rows = []
    for n in range(ROWS):
        found, decided = moments(draw, 2)
        decision = draw.choice(list(DECISIONS)) if decided else None
        fine = draw.randrange(20_000) if decision == "fined" else None
        where = {
            "comprehensive_code": draw.choice(GRIDS),
            "unit_code": draw.choice(["enforcement", "safety"]),
        }
        about = {"subject_key": f"place:{n % 7}", "matter_code": draw.choice(["M1", "M2"]), **where}
        said = {"decision": decision, "fine_yuan": fine, "relapsed": draw.random() < 0.2}
        rows.append({"number": f"C{n}", "found_at": found, "decided_at": decided, **about, **said})
    write(world, enforcement_cases, rows)


def write_disputes(world, draw):
    write(
        world,
        mediation_stations,
        [{"code": f"S{n}", "name": f"{n}站", "village_code": code} for n, code in enumerate(VILLAGES)],
    )
    rows = []
    for n in range(ROWS):
        begun, closed = moments(draw, 2)
        outcome = draw.choice(["agreed", "failed", "court"]) if closed else None
        where = {"station_code": draw.choice(["S0", "S1"]), "kind": "邻里纠纷", "level": "village"}
        signs = {"warning": False, "signals": 0, "is_relapse": draw.random() < 0.3}
        times = {"opened_at": begun, "town_at": None, "city_at": None, "closed_at": closed}
        rows.append({"number": f"D{n}", "outcome": outcome, **where, **signs, **times})
    write(world, disputes, rows)


def asked_plainly(world, module, month, where="1 = 1", joined=""):
    """Ask the raw table itself for every figure of a month that the town's clock bounds."""
    table, figures = PLAIN[module]
    said = ", ".join(f"{sql} AS {name}" for name, sql in figures.items())
    query = text(f"SELECT {said} FROM {table} {joined} WHERE {where}")
    names = [name for name in (":begin", ":end", ":now") if name in query.text]
    query = query.bindparams(*(bindparam(name[1:], type_=Instant()) for name in names))
    bounds = {"begin": datetime(2026, month, 1, tzinfo=ZONE), "end": next_month(month), "now": MONDAY}
    with world.store.read() as connection:
        row = connection.execute(query, {name[1:]: bounds[name[1:]] for name in names}).one()
    return dict(row._mapping)


def next_month(month):
    return datetime(2026, month + 1, 1, tzinfo=ZONE)


def wanted_of(month):
    last = (next_month(month) - timedelta(days=1)).date()
    return Wanted(PeriodKind.MONTH, min(last, MONDAY.date()))


@pytest.mark.parametrize("module", PLAIN)
def test_every_month_equals_plain_sql(world, module):
    for month in MONTHS:
        plain = asked_plainly(world, module, month)
        figures = figures_of(world, module, wanted_of(month), MONDAY)
        ours = {one.definition.id: one.figure.value for one in figures}
        assert {name: ours[name] for name in plain} == pytest.approx(plain), f"{month} 月"
        assert any(plain.values()), f"{month} 月 has no rows, so it proves nothing"


@pytest.mark.parametrize(
    ("module", "indicator", "by", "column", "joined"),
    [
        ("enforcement", "first_exempt_share", "unit", "unit_code", ""),
        ("enforcement", "relapse_share", "grid", "comprehensive_code", ""),
        ("enforcement", "fines", "category", "matter_code", ""),
        ("approval", "approval_on_time", "unit", "department_code", "JOIN service_items ON code = item_code"),
        (
            "mediation",
            "mediation_success_rate",
            "village",
            "village_code",
            "JOIN mediation_stations ON code = station_code",
        ),
    ],
)
def test_a_split_equals_plain_sql(world, module, indicator, by, column, joined):
    compared = 0
    for month in MONTHS:
        ours = dict(split_of(world, indicator, by, wanted_of(month), MONDAY))
        for code in CODES[by if module != "approval" else "department"]:
            plain = asked_plainly(world, module, month, f"{column} = '{code}'", joined)[indicator]
            value = ours[code].value if code in ours else None
            assert (value or 0.0) == pytest.approx(float(plain or 0.0)), f"{month} 月 {code}"
            compared += bool(plain)
    assert compared >= len(MONTHS), "too few figures to prove anything"


def test_what_was_counted_equals_the_rows(world):
    assert verify_aggregates(world, MONDAY).found == 0


def test_the_rows_lie_on_both_sides_of_midnight_and_of_the_year(world):
    """The bounds are tested by rows: some days of the town are another day in UTC."""
    with world.store.read() as connection:
        found = connection.execute(disputes.select()).all()
    local = [row.opened_at.astimezone(ZONE) for row in found]
    assert any(at.date() != row.opened_at.date() for at, row in zip(local, found, strict=True))
    assert {date(2025, 12, 31) < at.date() for at in local} == {True, False}
