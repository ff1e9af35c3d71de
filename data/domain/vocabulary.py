"""The words of the town: every closed list of values, with the Chinese a screen shows."""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """A value of a closed list that knows its Chinese label."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Word:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    __hash__ = str.__hash__
    """A word is its text; Enum would hash its name, in Python."""


class GridKind(Word):
    """The three overlapping kinds of grid."""

    COMPREHENSIVE = "comprehensive", "综合网格"
    POLICE = "police", "警务网格"
    PROFESSIONAL = "professional", "专业网格"


class Severity(Word):
    """How urgent a case is; the order is from least to most urgent."""

    NORMAL = "normal", "一般"
    ELEVATED = "elevated", "较急"
    URGENT = "urgent", "紧急"
    CRITICAL = "critical", "特急"

    @property
    def rank(self) -> int:
        """0 for 一般 up to 3 for 特急."""
        return list(type(self)).index(self)


class ClockKind(Word):
    """The four kinds of time limit."""

    URGENT_HOURS = "urgent_hours", "紧急工作时"
    WORK_HOURS = "work_hours", "工作时"
    WORK_DAYS = "work_days", "工作日"
    CALENDAR_DAYS = "calendar_days", "自然日"

    @property
    def is_working(self) -> bool:
        """Whether the clock runs only inside working time."""
        return self in WORKING_KINDS


WORKING_KINDS = frozenset({ClockKind.WORK_HOURS, ClockKind.WORK_DAYS})


class WallSensitivity(Word):
    """What the wall may show of a category."""

    HIDDEN = "hidden", "不上墙"
    DIMMED = "dimmed", "内容遮蔽"
    NORMAL = "normal", "正常显示"


class CaseState(Word):
    """The states of a case."""

    REPORTED = "reported", "已上报"
    ACCEPTED = "accepted", "已受理"
    FILED = "filed", "已立案"
    DISPATCHED = "dispatched", "已派遣"
    SIGNED = "signed", "已签收"
    ON_SCENE = "on_scene", "已到场"
    HANDLED = "handled", "已处置"
    VERIFIED = "verified", "已核查"
    CLOSED = "closed", "已结案"
    RATED = "rated", "已评价"
    DECLINED = "declined", "不予受理"
    MERGED = "merged", "并案"
    RETURNED = "returned", "退单"
    ADJUDICATING = "adjudicating", "裁定中"
    REWORK = "rework", "返工"
    SUSPENDED = "suspended", "挂起"

    @property
    def is_open(self) -> bool:
        """Whether a case in this state still waits for somebody."""
        return self not in FINISHED_STATES


FINISHED_STATES = frozenset({CaseState.CLOSED, CaseState.RATED, CaseState.DECLINED, CaseState.MERGED})


class OrderState(Word):
    """The states of an order."""

    SENT = "sent", "已派出"
    SIGNED = "signed", "已签收"
    ON_SCENE = "on_scene", "已到场"
    HANDLED = "handled", "已处置"
    CONFIRMED = "confirmed", "已确认"
    RETURNED = "returned", "已退单"
    RECALLED = "recalled", "已撤回"


class ResponderKind(Word):
    """Who a dispatch plan proposes."""

    UNIT = "unit", "承办单位"
    GRID_MEMBER = "grid_member", "网格员"
    POLICE_LINK = "police_link", "联动请求"
    SITE_OWNER = "site_owner", "场所负责人"


class ShortfallReason(Word):
    """Why a dispatch plan has a gap."""

    NO_PLACE = "no_place", "案卷未定位"
    NO_UNIT = "no_unit", "没有对应单位"
    NOBODY_ON_DUTY = "nobody_on_duty", "无人在岗"
    OUTSIDE_RADIUS = "outside_radius", "超出半径"
    POSITION_TOO_OLD = "position_too_old", "位置过旧"
    ALL_AT_LIMIT = "all_at_limit", "均达负荷上限"
    SKILL_MISSING = "skill_missing", "缺少技能"
    EQUIPMENT_MISSING = "equipment_missing", "缺少装备"


class Channel(Word):
    """How a notice reaches a responder; the responder's own web page is always among them."""

    WEB = "web", "处置网页"
    SMS = "sms", "短信"
    WECOM = "wecom", "企业微信"
    DINGTALK = "dingtalk", "钉钉"
    FEISHU = "feishu", "飞书"
    EMAIL = "email", "邮件"
    WEBHOOK = "webhook", "接口推送"


class ReturnCode(Word):
    """Why a unit gives an order back; only `WRONG_UNIT` counts against the dispatch."""

    WRONG_UNIT = "wrong_unit", "非本单位职责"
    OTHER_OWNER = "other_owner", "设施权属另有单位"
    WRONG_PLACE = "wrong_place", "地点不在辖区"
    TOO_LITTLE = "too_little", "描述不清无法处置"
    REPEATED = "repeated", "重复派遣"
    OTHER = "other", "其他原因"


class Role(Word):
    """Who may act."""

    INTAKE = "intake", "受理员"
    DISPATCHER = "dispatcher", "派遣员"
    SHIFT_LEAD = "shift_lead", "值班长"
    UNIT_HANDLER = "unit_handler", "承办单位"
    GRID_MEMBER = "grid_member", "网格员"
    VERIFIER = "verifier", "核查员"
    LEADER = "leader", "领导"
    WALL = "wall", "大屏"
    SYSTEM = "system", "系统"


class Action(Word):
    """What a journal entry records."""

    REPORT = "report", "上报"
    IMPORT = "import", "导入"
    ACCEPT = "accept", "受理"
    DECLINE = "decline", "不予受理"
    CONFIRM = "confirm", "核实"
    FILE = "file", "立案"
    MERGE = "merge", "并案"
    DISPATCH = "dispatch", "派遣"
    SEND_NOW = "send_now", "立即发送"
    UNDO = "undo", "撤销"
    RECALL = "recall", "撤回"
    SIGN = "sign", "签收"
    ARRIVE = "arrive", "到场"
    HANDLE = "handle", "处置"
    UNIT_CONFIRM = "unit_confirm", "单位确认"
    RETURN = "return", "退单"
    ADJUDICATE = "adjudicate", "裁定"
    VERIFY = "verify", "核查"
    REWORK = "rework", "返工"
    CLOSE = "close", "结案"
    REOPEN = "reopen", "重开"
    REPLY = "reply", "回复"
    RATE = "rate", "评价"
    REQUEST_EXTENSION = "request_extension", "申请延期"
    APPROVE_EXTENSION = "approve_extension", "同意延期"
    REFUSE_EXTENSION = "refuse_extension", "不同意延期"
    SUSPEND = "suspend", "挂起"
    RESUME = "resume", "恢复"
    APPEAL = "appeal", "申诉"
    DECIDE_APPEAL = "decide_appeal", "申诉裁定"
    SUPERVISE = "supervise", "督办"
    ANSWER_SUPERVISION = "answer_supervision", "督办回复"
    RECLOCK = "reclock", "重算时限"
    WITHDRAW = "withdraw", "撤回导入"


class AsOf(Word):
    """How a past instant is looked at: by what the centre had been told by then, or by what had happened by then."""

    KNOWN = "known", "当时所知"
    HAPPENED = "happened", "实际发生"


class IntakeChannel(Word):
    """How a case came in."""

    GRID_MEMBER = "grid_member", "网格员上报"
    HOTLINE = "hotline", "12345热线"
    WINDOW = "window", "窗口受理"
    PATROL = "patrol", "巡查发现"
    POLICE_LINK = "police_link", "公安联动"
    ENTERPRISE = "enterprise", "企业来电"
    SUPERIOR = "superior", "上级交办"
    ONLINE = "online", "网上提交"
    SENSOR = "sensor", "感知设备"
    REVIEW = "review", "好差评"
    OTHER = "other", "其他"

    @property
    def must_be_answered(self) -> bool:
        """Whether the sender is owed a reply and a 回访: 12345 and superior orders."""
        return self in (IntakeChannel.HOTLINE, IntakeChannel.SUPERIOR)


class LoadStatus(Word):
    """How far a load has come."""

    STAGING = "staging", "载入中"
    PUBLISHING = "publishing", "发布中"
    PUBLISHED = "published", "已发布"
    REFUSED = "refused", "整份拒收"
    ROLLING_BACK = "rolling_back", "回滚中"
    ROLLED_BACK = "rolled_back", "已回滚"


class GridChangeKind(Word):
    """What may be done to grids."""

    MERGE = "merge", "合并"
    MOVE = "move", "划转"
    SPLIT = "split", "拆分"


class Freshness(Word):
    """How late a source is."""

    FRESH = "fresh", "正常"
    LATE = "late", "迟到"
    MISSING = "missing", "未到"


class LocationGrade(Word):
    """How far a case's place can be trusted."""

    A = "A", "坐标可信"
    B = "B", "地址匹配"
    C = "C", "仅到村社区"
    D = "D", "默认点位，待核"
    NONE = "none", "未定位"


class PhotoKind(Word):
    """What a photo shows."""

    NEAR = "near", "近景"
    FAR = "far", "远景"
    BEFORE = "before", "处置前"
    AFTER = "after", "处置后"
