"""Reporting a case: the way in for REST, the simulation and, later, the desk."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from data.domain.alarms import CaseNow
from data.domain.journal import Entry, canonical_json, commitment
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.domain.vocabulary import Action, CaseState, Severity
from data.services.alarms import raise_for_case
from data.services.case_clocks import clock_columns
from data.services.new_case import ReportCase, check_report
from data.services.place import Place, place_of_address, place_of_key, place_of_point
from data.services.requests import Request, claim, first_result, remember
from data.services.sender import check_number_is_new
from data.store.journal import append
from data.store.measure_marks import days_of, mark_days
from data.store.numbers import take_numbers
from data.store.tables import case_contents, cases
from data.store.unit_of_work import Transaction
from data.store.work_tables import case_answers
from data.town import Category
from data.views.case_clock import clock_of
from data.world import World


@dataclass(frozen=True, slots=True)
class CaseReceipt:
    """What the reporter gets back; `is_repeated` where the same request had been made before."""

    id: int
    number: str
    state: str
    reported_at: str
    comprehensive: str | None
    police: str | None
    professional: str | None
    is_edge: bool
    location_grade: str
    is_repeated: bool = False


Also = Callable[[Transaction, CaseReceipt], None]
"""What else is written in the transaction of a new case; an error there undoes the case."""


def nothing_else(_transaction: Transaction, _receipt: CaseReceipt) -> None:
    """Write the case alone."""


def report_case(
    world: World,
    command: ReportCase,
    actor: Actor,
    now: datetime,
    request_key: str | None = None,
    also: Also = nothing_else,
) -> CaseReceipt:
    """Write one reported case with its first journal entry, and what `also` writes; the same request key gives
    the first receipt, and writes nothing.

    Raises `Forbidden`, `InvalidInput` naming the field, and `KeyReused` for a request key with another body.
    """
    authorise(actor, Right.REPORT_CASE)
    request = _request(command, actor, request_key)
    earlier = _earlier(world, request)
    if earlier is not None:
        return earlier
    category = check_report(world, command, now)
    place, address = _place(world, command, now)
    with world.store.write() as transaction:
        known = claim(transaction.connection, request, now) if request else None
        if known is not None:
            return CaseReceipt(**{**known, "is_repeated": True})
        check_number_is_new(transaction.connection, command.external_number)
        placed = _place_columns(place) | {"address": address}
        receipt = _write(world, transaction, command, category, placed, actor, now)
        also(transaction, receipt)
        if request:
            remember(transaction.connection, request, asdict(receipt))
    return receipt


def _earlier(world: World, request: Request | None) -> CaseReceipt | None:
    """Return what the same request was answered before: a repeat is not judged by what changed since."""
    if request is None:
        return None
    with world.store.read() as connection:
        known = first_result(connection, request)
    return None if known is None else CaseReceipt(**{**known, "is_repeated": True})


def _place(world: World, command: ReportCase, now: datetime) -> tuple[Place, str | None]:
    """Return the place, and its words: the address as told, else the name that was chosen."""
    on = (command.happened_at or now).astimezone(world.town.profile.zone).date()
    address = (command.address or "").strip() or None
    if command.lon is not None and command.lat is not None:
        return place_of_point(world, command.lon, command.lat, command.crs, on), address
    if command.place:
        place, name = place_of_key(world, command.place, on)
        return place, address or name
    return place_of_address(world, address or "", on), address


def _request(command: ReportCase, actor: Actor, key: str | None) -> Request | None:
    if key is None:
        return None
    body = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in asdict(command).items()}
    return Request(actor.name, "report_case", key, body)


def _write(
    world: World,
    transaction: Transaction,
    command: ReportCase,
    category: Category,
    place: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> CaseReceipt:
    """Insert the case, its erasable content and its first entry; tell the screens."""
    connection = transaction.connection
    day = now.astimezone(world.town.profile.zone).date()
    number = take_numbers(connection, world.town.profile.code, day)[0]
    happened = min(command.happened_at or now, now)
    first = _first_entry(command, actor, now, happened)
    row = _case_row(command, category, actor, number, happened) | place
    row |= clock_columns(clock_of(world, row, [first], now))
    case_id = _inserted_id(connection, row)
    content = {"content": _write_content(connection, case_id, command)}
    append(connection, [replace(first, case_id=case_id, payload={**first.payload, **content})])
    mark_days(connection, days_of([row], world.town.profile.zone), now)
    transaction.changed("cases", now, case_id)
    raise_for_case(transaction, case_id, CaseNow(Severity(row["severity"]), CaseState.REPORTED, None), now)
    return _receipt(case_id, number, happened, place)


def _first_entry(command: ReportCase, actor: Actor, now: datetime, happened: datetime) -> Entry:
    """Return the entry of the report, before the case has a key and its content a commitment."""
    payload: dict[str, object] = {"category": command.category, "channel": str(command.intake_channel)}
    if command.severity is not None:
        payload["severity"] = str(command.severity)
    return Entry(
        0,
        1,
        now,
        happened,
        actor.name,
        actor.role,
        Action.REPORT,
        None,
        CaseState.REPORTED,
        payload=payload,
    )


def _receipt(case_id: int, number: str, happened: datetime, place: dict[str, Any]) -> CaseReceipt:
    return CaseReceipt(
        id=case_id,
        number=number,
        state=str(CaseState.REPORTED),
        reported_at=happened.isoformat(),
        comprehensive=place["comprehensive_code"],
        police=place["police_code"],
        professional=place["professional_code"],
        is_edge=place["is_edge"],
        location_grade=place["location_grade"],
    )


def _case_row(
    command: ReportCase, category: Category, actor: Actor, number: str, happened: datetime
) -> dict[str, Any]:
    """Return the columns of a case that has just been reported, its place and its clock aside."""
    return {
        "number": number,
        "source_key": command.source_key,
        "title": command.title.strip(),
        "category_code": category.code,
        "severity": str(command.severity or category.severity),
        "state": str(CaseState.REPORTED),
        "is_open": True,
        "version": 1,
        "intake_channel": str(command.intake_channel),
        "reported_at": happened,
        "external_number": (command.external_number or "").strip() or None,
        "external_due_at": command.external_due_at,
        "input_crs": command.crs if command.lon is not None else None,
        "main_unit": category.main_unit,
        "changed_by": actor.name,
        "is_demo": command.is_demo,
    }


def _place_columns(place: Place) -> dict[str, Any]:
    return {
        "lon": place.lon,
        "lat": place.lat,
        "location_grade": str(place.grade),
        "comprehensive_code": place.comprehensive,
        "police_code": place.police,
        "professional_code": place.professional,
        "is_edge": place.is_edge,
    }


def _inserted_id(connection: Connection, row: dict[str, Any]) -> int:
    key = connection.execute(insert(cases).values(row)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _write_content(connection: Connection, case_id: int, command: ReportCase) -> str | None:
    """Store the residents' free text where it can be erased; return its salted commitment."""
    texts = [command.description, command.reporter_name, command.reporter_telephone]
    answers = {key: words.strip() for key, words in (command.answers or {}).items() if words.strip()}
    if answers:
        texts.append(canonical_json(answers))
        connection.execute(insert(case_answers).values(case_id=case_id, answers=texts[-1]))
    if not any(texts):
        return None
    salt = secrets.token_hex(16)
    connection.execute(
        insert(case_contents).values(
            case_id=case_id,
            description=command.description,
            reporter_name=command.reporter_name,
            reporter_telephone=command.reporter_telephone,
            salt=salt,
        )
    )
    return commitment(salt, *texts)
