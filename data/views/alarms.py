"""The alarms of the desk: what runs, who has seen it, and how many there are per operator."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from data.domain.alarms import LOAD_WINDOW, Alarm, AlarmKind, AlarmLoad, alarm_load
from data.domain.rights import ROLES, Right
from data.domain.vocabulary import Severity
from data.store.account_tables import sessions, users
from data.store.tables import visible_cases
from data.store.work_tables import alarms
from data.views.lens import moment
from data.world import World

SEEN_WITHIN = timedelta(minutes=10)
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ShownAlarm:
    """One running alarm as the strip shows it; instants as the browser reads them."""

    id: int
    case_id: int
    number: str
    title: str
    place: str
    kind: str
    kind_label: str
    severity: str
    raised_at: str | None
    is_sounding: bool
    is_acknowledged: bool
    acknowledged_by: str | None
    acknowledged_until: str | None
    acknowledge_reason: str | None
    is_shelved: bool
    shelved_by: str | None
    shelved_until: str | None
    shelve_reason: str | None


def alarm_board(world: World, now: datetime) -> dict[str, Any]:
    """Return the running alarms, sounding ones first, and the alarm load, as plain JSON."""
    with world.store.read() as connection:
        shown = running_alarms(connection, now)
        load = load_of(connection, now)
    return {
        "alarms": [asdict(one) for one in shown],
        "sounding": sum(one.is_sounding for one in shown),
        "load": {
            "per_operator": round(load.per_operator, 1),
            "raised": load.raised,
            "operators": load.operators,
            "is_too_high": load.is_too_high,
        },
    }


def running_alarms(connection: Connection, now: datetime) -> list[ShownAlarm]:
    """Return the alarms that run at `now`: the sounding, then the acknowledged, then the shelved; 特急 first."""
    c = visible_cases.c
    facts = (c.number, c.title, c.address, c.severity)
    query = (
        select(alarms, *facts)
        .join(visible_cases, c.id == alarms.c.case_id)
        .where(alarms.c.ended_at.is_(None))
        .order_by(alarms.c.raised_at)
        .limit(MOST_SHOWN)
    )
    shown = [_shown(row, now) for row in connection.execute(query).mappings()]
    return sorted(shown, key=_place)


def _place(one: ShownAlarm) -> tuple[bool, bool, bool, bool]:
    """What waits for its dispatch goes before what is late, and of late ones 特急 before 紧急."""
    is_critical = one.severity == Severity.CRITICAL
    return (not one.is_sounding, one.is_shelved, one.kind != AlarmKind.CRITICAL, not is_critical)


def load_of(connection: Connection, now: datetime) -> AlarmLoad:
    """Return the alarms of the last hour per operator; operators are the desk's sessions seen lately."""
    raised = select(alarms.c.raised_at).where(alarms.c.raised_at > now - LOAD_WINDOW)
    roles = [str(role) for role in ROLES[Right.HANDLE_ALARM]]
    present = (
        select(func.count(func.distinct(sessions.c.user_id)))
        .join(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.seen_at > now - SEEN_WITHIN, sessions.c.revoked_at.is_(None))
        .where(users.c.role.in_(roles))
    )
    instants = connection.execute(raised).scalars().all()
    return alarm_load(instants, int(connection.execute(present).scalar_one()), now)


def _why(kind: AlarmKind, severity: Severity) -> str:
    """Return why an alarm runs; what is late is named by its own severity."""
    return f"{severity.label}超期" if kind is AlarmKind.OVERDUE else kind.label


def _shown(row: Any, now: datetime) -> ShownAlarm:
    state = Alarm(row["raised_at"], row["ended_at"], row["acknowledged_until"], row["shelved_until"])
    return ShownAlarm(
        id=row["id"],
        case_id=row["case_id"],
        number=row["number"],
        title=row["title"],
        place=row["address"] or "",
        kind=row["kind"],
        kind_label=_why(AlarmKind(row["kind"]), Severity(row["severity"])),
        severity=row["severity"],
        raised_at=moment(row["raised_at"]),
        is_sounding=state.is_sounding(now),
        is_acknowledged=state.is_acknowledged(now),
        acknowledged_by=row["acknowledged_by"],
        acknowledged_until=moment(row["acknowledged_until"]),
        acknowledge_reason=row["acknowledge_reason"],
        is_shelved=state.is_shelved(now),
        shelved_by=row["shelved_by"],
        shelved_until=moment(row["shelved_until"]),
        shelve_reason=row["shelve_reason"],
    )
