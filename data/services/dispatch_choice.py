"""What a press sends: the plan as it stands, or as the operator changed it; each refusal names its cure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from data.domain.errors import Conflict, InvalidInput
from data.domain.plan import DispatchPlan, Reason, Responder
from data.domain.vocabulary import ResponderKind
from data.store.tables import staff
from data.town import Town
from data.views.plan_rows import read_loads

UNIT = "unit:"
MOST_RESPONDERS = 50


@dataclass(frozen=True, slots=True)
class DispatchCase:
    """One press: `version` is the one that was seen, `responders` the keys to send (None: all proposed).

    `main_unit` is the operator's change; a key `unit:CODE` adds a unit that the plan does not list.
    """

    case_id: int
    version: int | None
    responders: tuple[str, ...] | None = None
    main_unit: str | None = None
    send_now: bool = False

    def body(self) -> dict[str, object]:
        """Return the press as plain JSON, which a request key is bound to."""
        return {
            "case_id": self.case_id,
            "version": self.version,
            "responders": None if self.responders is None else list(self.responders),
            "main_unit": self.main_unit,
            "send_now": self.send_now,
        }


def chosen_responders(town: Town, plan: DispatchPlan, command: DispatchCase) -> list[Responder]:
    """Return whom the press sends, the main unit first.

    Raises `InvalidInput` where no unit is named or a unit is unknown, and `Conflict` (`plan_changed`) for a
    person who cannot be sent any more.
    """
    main = _main(town, plan, command)
    listed = {responder.key: responder for responder in plan.responders}
    keys = (
        [r.key for r in plan.proposed if not r.is_main] if command.responders is None else command.responders
    )
    if len(keys) > MOST_RESPONDERS:
        what = f"一次最多派遣 {MOST_RESPONDERS} 个对象，收到 {len(keys)} 个"
        raise InvalidInput(what, field="responders", value=len(keys), cure="请减少派遣对象")
    others = [_listed(town, listed, key) for key in dict.fromkeys(keys) if key != main.key]
    return [main, *(replace(responder, is_main=False) for responder in others)]


def hold_people(connection: Connection, sent: Sequence[Responder], now: datetime) -> None:
    """Lock the people of a press, and refuse whoever has reached his load limit since the plan was made.

    Presses for other cases wait here for the same people, so that no limit is passed by pressing at once.
    """
    people = [responder for responder in sent if responder.staff_id is not None]
    if not people:
        return
    ids = [responder.staff_id for responder in people]
    connection.execute(select(staff.c.id).where(staff.c.id.in_(ids)).order_by(staff.c.id).with_for_update())
    loads = read_loads(connection, now)
    for responder in people:
        if loads.of_person(responder.staff_id or 0) >= responder.load_limit:
            raise _cannot_be_sent(responder.key)


def _main(town: Town, plan: DispatchPlan, command: DispatchCase) -> Responder:
    wanted = command.main_unit or plan.main_unit
    if wanted is None:
        raise InvalidInput(
            "没有主办单位，不能派遣",
            field="main_unit",
            value=None,
            cure="请选择主办单位，或把这一类别补进 responsibility.csv",
        )
    known = next((r for r in plan.responders if r.key == UNIT + wanted), None)
    if known is not None:
        return known if known.is_main else replace(known, is_main=True, reasons=_typed("主办"))
    return replace(_added_unit(town, wanted, "main_unit"), is_main=True, reasons=_typed("主办"))


def _listed(town: Town, listed: Mapping[str, Responder], key: str) -> Responder:
    if key in listed:
        return listed[key]
    if key.startswith(UNIT):
        return _added_unit(town, key.removeprefix(UNIT), "responders")
    raise _cannot_be_sent(key)


def _cannot_be_sent(key: str) -> Conflict:
    return Conflict(
        f"派遣对象“{key}”已不在可派范围：不在岗、超出半径、位置过旧或已达负荷上限",
        code="plan_changed",
        field="responders",
        value=key,
        cure="请刷新派遣方案后重新选择",
    )


def _added_unit(town: Town, code: str, field: str) -> Responder:
    """A unit that the operator names; the police desk is asked, like everywhere."""
    names = town.unit_names
    if code not in names:
        raise InvalidInput("没有这个单位", field=field, value=code, cure="请从单位或村社区中选择")
    unit = town.units_by_code.get(code)
    kind = ResponderKind.POLICE_LINK if unit and unit.kind == "police" else ResponderKind.UNIT
    return Responder(UNIT + code, kind, code, None, names[code], False, _typed("协办"), True)


def _typed(part: str) -> tuple[Reason, ...]:
    return (Reason(f"派遣员指定{part}"),)
