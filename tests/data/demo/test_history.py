"""The history: chains, states, clocks and words of a month of the full-size demo."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from statistics import median
from typing import Any

import pytest
from sqlalchemy import select

from data.demo.phrases import read_phrases
from data.domain.clock import deadline
from data.domain.fold import CaseFacts, checked_happening, grow
from data.domain.guards import Attempt
from data.domain.journal import GENESIS, Entry, entry_hash
from data.domain.orders import order_after
from data.domain.steps import find_step
from data.domain.vocabulary import Action, OrderState, Role
from data.store.journal import entry_of
from data.store.tables import case_contents, cases, journal, loads, orders, persons
from data.store.unit_of_work import Store
from data.town import Town
from data.world import working_calendar
from tests.data.demo.conftest import REFERENCE, rows


@pytest.fixture(scope="module")
def entries(demo: Store) -> dict[int, list[Any]]:
    """Return the journal of each case in order."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows(demo, select(journal).order_by(journal.c.case_id, journal.c.sequence)):
        found[row.case_id].append(row)
    return found


@pytest.fixture(scope="module")
def written(demo: Store) -> list[Any]:
    """Return every case."""
    return rows(demo, select(cases).order_by(cases.c.id))


@pytest.fixture(scope="module")
def chains(demo: Store) -> dict[int, list[Entry]]:
    """Return the journal of each case as entries."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for row in rows(demo, select(journal).order_by(journal.c.case_id, journal.c.sequence)):
        found[row.case_id].append(entry_of(row))
    return found


def test_every_chain_recomputes(entries: dict[int, list[Any]], chains: dict[int, list[Entry]]) -> None:
    for case_id, chain in chains.items():
        previous = GENESIS
        for entry, row in zip(chain, entries[case_id], strict=True):
            assert (row.previous_hash, row.hash) == (previous, entry_hash(entry, previous))
            assert row.is_time_flagged == entry.is_time_flagged
            previous = row.hash


def test_the_whole_history_replays_through_the_lifecycle(
    written: list[Any], chains: dict[int, list[Entry]]
) -> None:
    """Each step is one of the table, by a role that may take it, with every guard holding."""
    for case in written:
        facts = CaseFacts()
        for number, entry in enumerate(chains[case.id], 1):
            assert entry.sequence == number
            assert checked_happening(entry.happened_at, facts, entry.recorded_at) == entry.happened_at
            attempt = attempt_of(entry, facts, case.intake_channel)
            assert entry.from_state is facts.state
            assert find_step(facts.state, entry.action, entry.actor_role, attempt) is entry.to_state
            grow(facts, entry)
        assert facts.state is not None
        assert (case.state, case.is_open) == (facts.state, facts.state.is_open)
        assert (case.version, case.changed_by) == (facts.sequence, facts.last_actor)
        assert (case.handled_at, case.dispatched_at) == (facts.handled_at, facts.first_dispatched_at)
        assert (case.returns, case.reworks, case.reopens) == (facts.returns, facts.reworks, facts.reopens)


def attempt_of(entry: Entry, facts: CaseFacts, channel: str) -> Attempt:
    """Return what the entry says was typed."""
    rating = entry.payload.get("rating")
    return Attempt(
        facts=facts,
        now=entry.recorded_at,
        reason=entry.reason,
        has_return_code="code" in entry.payload,
        text="回复" if "text_hash" in entry.payload else None,
        rating=rating if isinstance(rating, int) else None,
        is_revisited=entry.payload.get("revisited") is True,
        must_reply=channel in ("hotline", "superior"),
    )


def test_members_report_and_their_unit_confirms(chains: dict[int, list[Entry]]) -> None:
    handled = [e for chain in chains.values() for e in chain if e.action is Action.HANDLE]
    by_members = [e for e in handled if e.actor_role is Role.GRID_MEMBER]
    assert all(e.from_state is e.to_state for e in by_members)
    assert 0.1 < len(by_members) / len(handled) < 0.9
    confirmed = [e for chain in chains.values() for e in chain if e.action is Action.UNIT_CONFIRM]
    assert {e.actor_role for e in confirmed} == {Role.UNIT_HANDLER}


def test_orders_are_where_the_journal_took_them(demo: Store, chains: dict[int, list[Entry]]) -> None:
    for order in rows(demo, select(orders).order_by(orders.c.id)):
        state = OrderState.SENT
        chain = chains[order.case_id]
        sent = next(
            i for i, e in enumerate(chain) if e.happened_at == order.sent_at and e.action == "dispatch"
        )
        for entry in chain[sent + 1 :]:
            if entry.action is Action.DISPATCH:
                break
            state = order_after(state, entry, order.number, order.is_main)
        assert order.state == state
        assert (order.returned_at is not None) == (order.return_code is not None) == (state == "returned")


def test_columns_follow_the_journal(written: list[Any], entries: dict[int, list[Any]]) -> None:
    for case in written:
        times: dict[str, list[Any]] = defaultdict(list)
        for row in entries[case.id]:
            times[row.action].append(row.happened_at)
        assert case.reported_at == times["report"][0]
        assert case.dispatched_at == next(iter(times["dispatch"]), None)
        assert case.closed_at == (times["close"][-1] if not case.is_open and times["close"] else None)
        counts = [len(times[name]) for name in ("return", "rework", "reopen")]
        assert [case.returns, case.reworks, case.reopens] == counts


def test_nothing_lies_in_the_future_and_nothing_before_what_it_follows(entries: dict[int, list[Any]]) -> None:
    for chain in entries.values():
        before = chain[0].recorded_at
        for row in chain:
            assert before <= row.happened_at <= row.recorded_at <= REFERENCE
            before = row.recorded_at


def test_some_field_steps_are_claimed_much_later(entries: dict[int, list[Any]]) -> None:
    flagged = [row for chain in entries.values() for row in chain if row.is_time_flagged]
    assert {row.action for row in flagged} <= {"sign", "arrive", "handle"}
    assert 0.002 < len(flagged) / sum(len(chain) for chain in entries.values()) < 0.03


def test_deadlines_are_those_of_the_clock(written: list[Any], town: Town) -> None:
    calendar = working_calendar(town)
    for case in [case for case in written if case.dispatched_at][::7]:
        category = town.categories_by_code[case.category_code]
        limit = deadline(case.dispatched_at, category.limit_amount, category.limit_clock, calendar)
        assert (case.category_due_at, case.is_due_provisional) == (limit.at, limit.is_provisional)
        if not case.is_open:
            assert case.due_at == min(limit.at, case.external_due_at or limit.at)


def test_orders_follow_their_cases(demo: Store, written: list[Any], entries: dict[int, list[Any]]) -> None:
    of_case: dict[int, list[Any]] = defaultdict(list)
    for order in rows(demo, select(orders).order_by(orders.c.id)):
        of_case[order.case_id].append(order)
    for case in written:
        sent = [row.recorded_at for row in entries[case.id] if row.action == "dispatch"]
        main = [order for order in of_case[case.id] if order.is_main]
        assert [order.sent_at for order in main] == sent
        assert all(order.unit_code == case.main_unit for order in main)
        assert sum(order.state == "returned" for order in main) == case.returns
        if case.state == "closed":
            assert main[-1].state == "confirmed"
        if case.is_joint and sent and case.main_unit != "police":
            assert any(order.unit_code == "police" for order in of_case[case.id] if not order.is_main)


def shares(written: list[Any]) -> dict[str, float]:
    """Return the shares of what went otherwise than planned."""
    done = [case for case in written if case.handled_at]
    strict = [min(c.category_due_at, c.external_due_at or c.category_due_at) for c in done]
    return {
        "late": sum(c.handled_at > due for c, due in zip(done, strict, strict=True)) / len(done),
        "returned": sum(c.returns > 0 for c in written) / len(written),
        "reworked": sum(c.reworks > 0 for c in written) / len(written),
        "reopened": sum(c.reopens > 0 for c in written) / len(written),
        "unplaced": sum(c.lon is None for c in written) / len(written),
    }


@pytest.mark.parametrize(
    ("share", "least", "most"),
    [
        ("late", 0.025, 0.055),
        ("returned", 0.03, 0.05),
        ("reworked", 0.012, 0.028),
        ("reopened", 0.005, 0.015),
        ("unplaced", 0.028, 0.042),
    ],
)
def test_some_work_goes_wrong(written: list[Any], share: str, least: float, most: float) -> None:
    assert least < shares(written)[share] < most


def test_a_third_of_the_police_matters_is_handled_jointly(written: list[Any], town: Town) -> None:
    police = [c.is_joint for c in written if town.categories_by_code[c.category_code].needs_police]
    assert 0.28 < sum(police) / len(police) < 0.40


def test_what_is_handled_jointly_takes_less_of_its_time(written: list[Any], town: Town) -> None:
    police = [
        c
        for c in written
        if c.handled_at
        and c.external_due_at is None
        and town.categories_by_code[c.category_code].needs_police
    ]
    share = {
        is_joint: median(
            (c.handled_at - c.dispatched_at) / (c.due_at - c.dispatched_at)
            for c in police
            if c.is_joint is is_joint
        )
        for is_joint in (True, False)
    }
    assert 0.65 < share[True] / share[False] < 0.95


def test_external_numbers_stand_with_external_deadlines(written: list[Any]) -> None:
    with_number = [case for case in written if case.external_number]
    assert {case.intake_channel for case in with_number} == {"hotline", "superior"}
    assert all(case.external_due_at and case.external_number.startswith("演示-") for case in with_number)
    assert len({case.external_number for case in with_number}) == len(with_number)


def test_words_are_obviously_not_a_persons(demo: Store, written: list[Any], town: Town) -> None:
    titles = {title for words in read_phrases(town).titles.values() for title in words}
    assert {case.title for case in written} <= titles
    assert len({case.title for case in written}) > 200
    for content in rows(demo, select(case_contents)):
        assert content.description.startswith("（演示）")
        assert (content.reporter_name, content.reporter_telephone) == ("演示市民", None)
    for person in rows(demo, select(persons)):
        assert person.telephone is None
        assert "·" in person.name


def test_numbers_run_from_one_each_day(written: list[Any]) -> None:
    of_day: dict[str, list[int]] = defaultdict(list)
    for case in written:
        of_day[case.number[:18]].append(int(case.number[19:]))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in of_day.values())


def test_every_place_is_named_or_missing_as_its_grade_says(written: list[Any]) -> None:
    for case in written:
        assert (case.lon is None) == (case.location_grade == "none") == (case.comprehensive_code is None)
    hot = defaultdict(int)
    for case in written:
        hot[case.lon, case.lat] += case.lon is not None
    assert sum(count >= 3 for count in hot.values()) > 100


def test_sources_are_fresh_but_for_one_late(demo: Store, town: Town) -> None:
    until = dict(
        rows(demo, select(loads.c.source_key, loads.c.data_until).where(loads.c.data_until.is_not(None)))
    )
    ages = {
        key: (REFERENCE - until[key]).total_seconds() / 60 / source.freshness_minutes
        if key in until
        else None
        for key, source in town.sources.items()
        if source.freshness_minutes
    }
    assert until["enterprise_monthly"] == datetime(
        REFERENCE.year, REFERENCE.month, 1, tzinfo=town.profile.zone
    )
    assert 1 < ages.pop("police_link") < 4
    assert all(age is not None and 0 <= age <= 1 for age in ages.values())
