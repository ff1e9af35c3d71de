"""An assessment of 综合执法局 that rests on three orders of November: two of them late, one in time."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert

from data.domain.vocabulary import Action
from data.services.appeal_judgement import DecideAppeal, RaiseAppeal
from data.services.assessment_appeals import DecidedAppeal, RaisedAppeal, decide_appeal, raise_appeal
from data.store.modules.party import assessment_methods, assessments
from data.world import World
from tests.data.domain.clock_oracle import local
from tests.data.services.life import LEADER, UNIT, Life

A = Action
NOVEMBER = date(2026, 11, 1)
THEN = local("12-03 10:00")
CODE, OTHER = "KH-1", "KH-2"


def assessed(code: str, unit: str, **more: Any) -> dict[str, Any]:
    """Return an assessment of November."""
    who = {"code": code, "period": NOVEMBER, "staff_kind": "institution", "unit_code": unit}
    return {**who, "method_version": "2026-1", "score": 88.0, "exempted": 0, "is_demo": True} | more


def write_assessments(world: World, weights: str = '{"处置结果": 60, "重点任务": 40}') -> None:
    """Write the method, an assessment of the unit and one of another unit."""
    method = {"version": "2026-1", "staff_kind": "institution", "weights": weights}
    row = method | {"valid_from": date(2026, 1, 1), "is_demo": True}
    with world.store.write() as transaction:
        transaction.connection.execute(insert(assessment_methods), [row])
        rows = [assessed(CODE, "enforcement"), assessed(OTHER, "safety")]
        transaction.connection.execute(insert(assessments), rows)


def live_cases(world: World) -> list[str]:
    """Live three cases of November; return their numbers, the two late ones first."""
    numbers = []
    for handled in ("11-23 14:30", "11-23 15:30", "11-23 09:40"):
        life = Life.begin(world).sent()
        life.walk("11-23 09:10", A.SIGN)
        life.walk("11-23 09:30", A.ARRIVE)
        life.do(A.HANDLE, UNIT, handled)
        numbers.append(str(life.row["number"]))
    return numbers


def raised(world: World, *cases: str, **more: Any) -> RaisedAppeal:
    """Raise an appeal of the unit's assessment as its handler."""
    told = {"actor": UNIT, "key": "k1", "assessment": CODE, "reason": "系统停电", "now": THEN} | more
    command = RaiseAppeal(told["assessment"], cases, told["reason"])
    return raise_appeal(world, command, told["actor"], told["now"], told["key"])


def decided(world: World, appeal: str, *granted: str, **more: Any) -> DecidedAppeal:
    """Decide an appeal as the leader."""
    told = {"actor": LEADER, "key": "k2", "reason": "停电属实"} | more
    return decide_appeal(
        world, DecideAppeal(appeal, granted, told["reason"]), told["actor"], THEN, told["key"]
    )
