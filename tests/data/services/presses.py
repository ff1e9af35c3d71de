"""A case reported and a plan pressed as the tests of a dispatch want it."""

from datetime import timedelta

from sqlalchemy import select

from data.domain.people import Actor
from data.domain.vocabulary import Action, IntakeChannel, Role
from data.services.acting import act
from data.services.actions import CaseAction
from data.services.dispatch import dispatch_case
from data.services.dispatch_choice import DispatchCase
from data.services.report import ReportCase, report_case
from tests.worlds import NOW

SECOND = timedelta(seconds=1)
DISPATCHER = Actor("zhang", Role.DISPATCHER, "张三")
LEAD = Actor("li", Role.SHIFT_LEAD, "李四")


def report(world, category="0103"):
    command = ReportCase("占道", category, IntakeChannel.PATROL, 120.63, 31.77)
    return report_case(world, command, Actor("wang", Role.INTAKE), NOW).id


def rows(world, table):
    with world.store.read() as connection:
        return connection.execute(select(table).order_by(table.c.id)).mappings().all()


def press(world, case_id, version=1, actor=DISPATCHER, now=NOW, key=None, **change):
    return dispatch_case(world, DispatchCase(case_id, version, **change), actor, now, key)


def undo_dispatch(world, case_id, version, actor, now):
    return act(world, CaseAction(case_id, Action.UNDO, version), actor, now)


def recall_dispatch(world, case_id, version, reason, actor, now):
    return act(world, CaseAction(case_id, Action.RECALL, version, reason), actor, now)


def send_dispatch_now(world, case_id, version, actor, now, key=None):
    return act(world, CaseAction(case_id, Action.SEND_NOW, version), actor, now, key)
