"""Who may do what: one table of right → roles, one rule of whose case it is, and one function that judges.

A right is coarse: whether a role may open a door at all. Which action a role may take in which state of
a case is said by the lifecycle alone (`data.domain.steps`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from data.domain.errors import Forbidden
from data.domain.people import Actor
from data.domain.vocabulary import Role, Word


class Right(Word):
    """What somebody may be allowed to do."""

    SEE_SITUATION = "see_situation", "查看态势"
    SEE_DESK = "see_desk", "使用坐席"
    SEE_CASE = "see_case", "查看案卷"
    SEE_JOURNAL = "see_journal", "查看流转记录"
    SEE_SENSITIVE = "see_sensitive", "查看敏感内容"
    SEE_RESIDENT = "see_resident", "查看居民信息"
    SEE_PLAN = "see_plan", "查看派遣方案"
    SEE_SCORE = "see_score", "查看单位评分"
    REPORT_CASE = "report_case", "上报案卷"
    ACT_ON_CASE = "act_on_case", "办理案卷"
    DISPATCH_CASE = "dispatch_case", "派遣案卷"
    ADD_PHOTO = "add_photo", "上传照片"
    HANDLE_ALARM = "handle_alarm", "处理警报"
    MANAGE_ACCOUNTS = "manage_accounts", "管理账号"
    MANAGE_DATA = "manage_data", "管理数据"
    CHANGE_GRIDS = "change_grids", "调整网格"
    APPEAL_ASSESSMENT = "appeal_assessment", "申诉考核"
    DECIDE_ASSESSMENT = "decide_assessment", "裁定考核申诉"
    CHANGE_MECHANISMS = "change_mechanisms", "编辑解纷机制"
    CHECK_EXEMPTION = "check_exemption", "核对首违不罚"
    INVITE_OBSERVER = "invite_observer", "邀请执法观察员"
    ANSWER_OBSERVER = "answer_observer", "答复观察意见"
    SEE_AUDIT = "see_audit", "查看审计日志"


R = Role
CENTRE = frozenset({R.INTAKE, R.DISPATCHER, R.SHIFT_LEAD, R.VERIFIER, R.LEADER})
BOUND = frozenset({R.UNIT_HANDLER, R.GRID_MEMBER})
"""Roles that see and touch only what is theirs."""

ROLES: Mapping[Right, frozenset[Role]] = MappingProxyType(
    {
        Right.SEE_SITUATION: CENTRE | BOUND | {R.WALL},
        Right.SEE_DESK: CENTRE,
        Right.SEE_CASE: CENTRE | BOUND,
        Right.SEE_JOURNAL: CENTRE | BOUND,
        Right.SEE_SENSITIVE: CENTRE | BOUND,
        Right.SEE_RESIDENT: (CENTRE - {R.LEADER}) | BOUND,
        Right.SEE_PLAN: CENTRE,
        Right.SEE_SCORE: CENTRE | {R.UNIT_HANDLER},
        Right.REPORT_CASE: BOUND | {R.INTAKE, R.DISPATCHER, R.SHIFT_LEAD},
        Right.ACT_ON_CASE: CENTRE | BOUND,
        Right.DISPATCH_CASE: frozenset({R.DISPATCHER, R.SHIFT_LEAD}),
        Right.ADD_PHOTO: (CENTRE - {R.LEADER}) | BOUND,
        Right.HANDLE_ALARM: frozenset({R.INTAKE, R.DISPATCHER, R.SHIFT_LEAD}),
        Right.MANAGE_ACCOUNTS: frozenset({R.SHIFT_LEAD}),
        Right.MANAGE_DATA: frozenset(),
        Right.CHANGE_GRIDS: frozenset({R.SHIFT_LEAD}),
        Right.APPEAL_ASSESSMENT: frozenset({R.SHIFT_LEAD, R.UNIT_HANDLER}),
        Right.DECIDE_ASSESSMENT: frozenset({R.LEADER}),
        Right.CHANGE_MECHANISMS: frozenset({R.SHIFT_LEAD}),
        Right.CHECK_EXEMPTION: frozenset({R.SHIFT_LEAD, R.UNIT_HANDLER}),
        Right.INVITE_OBSERVER: frozenset({R.SHIFT_LEAD}),
        Right.ANSWER_OBSERVER: frozenset({R.SHIFT_LEAD, R.UNIT_HANDLER}),
        Right.SEE_AUDIT: frozenset({R.SHIFT_LEAD, R.LEADER}),
    }
)
"""The reviewed table. The program itself (`Role.SYSTEM`) has every right; no account can have that role."""

ONLY_OWN = frozenset(
    {
        Right.SEE_CASE,
        Right.SEE_JOURNAL,
        Right.SEE_SENSITIVE,
        Right.SEE_RESIDENT,
        Right.SEE_SCORE,
        Right.ACT_ON_CASE,
        Right.ADD_PHOTO,
        Right.APPEAL_ASSESSMENT,
        Right.CHECK_EXEMPTION,
        Right.ANSWER_OBSERVER,
    }
)
"""Rights that a bound role has over its own cases and orders alone."""


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose a case or an order is: the units of the case and its orders, and the people by account name.

    A responder's account is named by the staff number, so `people` holds the staff numbers of the orders.
    """

    unit_codes: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


def may(actor: Actor, right: Right) -> bool:
    """Whether the actor's role has the right at all, whatever the object: the question at a door."""
    return actor.role == Role.SYSTEM or actor.role in ROLES[right]


def require(actor: Actor, right: Right) -> None:
    """Let pass at a door, or raise `Forbidden`; whose object it is, is asked behind it by `authorise`."""
    if not may(actor, right):
        raise _refusal(actor, right)


def authorise(actor: Actor, right: Right, obj: Owned | None = None) -> None:
    """Let pass, or raise `Forbidden`; a bound role needs an object of its own where the right asks for one."""
    require(actor, right)
    if actor.role in BOUND and right in ONLY_OWN and not _is_own(actor, obj):
        raise Forbidden(
            f"{actor.role.label}只能{right.label}中属于自己的部分",
            field="actor",
            value=actor.name,
            cure="请由承办单位、承办人本人或指挥中心操作",
        )


def _is_own(actor: Actor, obj: Owned | None) -> bool:
    if obj is None:
        return False
    if actor.role == Role.UNIT_HANDLER:
        return actor.unit_code is not None and actor.unit_code in obj.unit_codes
    return actor.name in obj.people


def _refusal(actor: Actor, right: Right) -> Forbidden:
    allowed = "、".join(role.label for role in Role if role in ROLES[right])
    return Forbidden(
        f"角色“{actor.role.label}”没有“{right.label}”的权限",
        field="right",
        value=str(right),
        cure=f"请由以下角色操作：{allowed}" if allowed else "只能在服务器的命令行上操作",
    )
