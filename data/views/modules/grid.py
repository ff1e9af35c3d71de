"""Board and layers of 网格管理: who stands where, which grids were walked, how police and grid staff work together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from data.domain.board import Bar, Bars, Board, Columns, Layer, Listing, Number, Numbers, Part
from data.views.modules.grid_work import GridWork, Walked, Workload, read_walked, read_work
from data.views.modules.joint_gain import JointGain
from data.views.modules.view import Asked, ModuleView
from data.world import World

MOST_LISTED = 12
HEAVY, LIGHT = 2.0, 0.5
"""A grid's load per person against the town's median: from here on it stands out."""

LEVELS = (0.2, 0.4, 0.6, 0.8)


def board(world: World, asked: Asked) -> Board:
    """Return duty by hour, the coming night, patrols, joint work and load as they stand."""
    with world.store.read() as connection:
        work = read_work(world, connection, asked.now)
    zone = world.town.profile.zone
    return Board(
        (
            _numbers(work),
            *(_duty(work, zone) if work.is_duty_known else ()),
            _walked(work, asked.now),
            _load(work),
            _joint(work),
        )
    )


def _numbers(work: GridWork) -> Numbers:
    gain, handled = work.gain, sum(one.handled for one in work.joint)
    jointly = sum(one.jointly for one in work.joint)
    heavy = sum(one.ratio is not None and one.ratio >= HEAVY for one in work.workload)
    return Numbers(
        "值守与联动",
        (
            Number("今夜有空岗的网格", str(len(work.tonight)), "个", tone="soon" if work.tonight else "good"),
            Number("负荷偏重的网格", str(heavy), "个", f"人均案卷为中位数的 {HEAVY:g} 倍以上"),
            Number("联合处置", f"{jointly:,}", "件", f"近 30 天处置 {handled:,} 件中"),
            _gain(gain),
        ),
    )


def _gain(gain: JointGain) -> Number:
    """What joint handling saves; a difference that chance may have brought is told as none."""
    compared = f"同类相比：{gain.categories} 类、联合 {gain.cases} 件，派遣到处置的中位数之差"
    if gain.saved_minutes is None:
        return Number("联合处置比单独处置快", "样本不足", "", compared)
    minutes = abs(gain.saved_minutes)
    is_slower = gain.saved_minutes < 0
    if not gain.is_clear:
        side = "慢" if is_slower else "快"
        return Number(
            "联合与单独处置", "差别不明显", "", f"{compared}（{side} {minutes:.0f} 分钟）在偶然范围内"
        )
    title = "联合处置比单独处置" + ("慢" if is_slower else "快")
    return Number(title, f"{minutes:.0f}", "分钟", compared, "soon" if is_slower else "")


def _duty(work: GridWork, zone: tzinfo) -> tuple[Part, ...]:
    labels = tuple(f"{hour.begins_at.astimezone(zone):%H}" for hour in work.hours)
    rows = tuple((one.name, one.village, str(one.hours)) for one in work.tonight[:MOST_LISTED])
    more = len(work.tonight) - len(rows)
    return (
        Columns("未来 24 小时在班人数", labels, tuple(float(hour.people) for hour in work.hours), "人"),
        Columns("未来 24 小时无人排班的网格", labels, tuple(float(hour.vacant) for hour in work.hours), "个"),
        Listing(
            "今夜（20 时至次日 6 时）空岗",
            ("网格", "村社区", "空岗小时"),
            rows,
            (2,),
            f"另有 {more} 个网格" if more > 0 else "" if rows else "今夜每个网格都有人排班",
        ),
    )


def _walked(work: GridWork, now: datetime) -> Bars:
    """Bars of the share of a village's grids that were walked in a day, the least walked first."""
    rows = sorted(work.walked, key=lambda one: (one.last_day / one.grids, one.village))
    return Bars(
        "巡查覆盖：24 小时内走到的网格",
        tuple(_village(one, now) for one in rows),
        "右侧为最久未巡查的网格距今的天数",
    )


def _village(one: Walked, now: datetime) -> Bar:
    share = one.last_day / one.grids
    if one.never:
        note = f"{one.never} 个从未巡查"
    else:
        assert one.longest is not None
        note = f"{(now - one.longest).total_seconds() / 86400:.1f} 天"
    tone = "bad" if one.last_week < one.grids else "soon" if share < LEVELS[1] else ""
    return Bar(one.village, f"{one.last_day}/{one.grids}", share, note, tone)


def _load(work: GridWork) -> Listing:
    """The grids that have nobody of their own, then those with the most cases per person."""
    rows = work.workload[:MOST_LISTED]
    return Listing(
        "负荷：近 30 天人均案卷",
        ("网格", "村社区", "案卷", "在办", "人员", "人均", "比中位数"),
        tuple(_load_row(one) for one in rows),
        (2, 3, 4, 5, 6),
        "没有自己人员的网格列在最前；人均 = 近 30 天上报 ÷ 该网格人员",
        is_wide=True,
    )


def _load_row(one: Workload) -> tuple[str, ...]:
    load = "—" if one.load is None else f"{one.load:.1f}"
    ratio = "—" if one.ratio is None else f"{one.ratio:.1f} 倍"
    return (one.name, one.village, str(one.cases), str(one.open), str(one.people), load, ratio)


def _joint(work: GridWork) -> Listing:
    """Each police grid with the comprehensive grids in it, and how much of its work is done jointly."""
    rows = []
    for one in work.joint:
        parts = "、".join(f"{name} {100 * share:.0f}%" for name, share in one.parts)
        share = f"{100 * one.jointly / one.handled:.1f}%" if one.handled else "—"
        rows.append((one.name, str(one.handled), str(one.jointly), share, parts))
    return Listing(
        "警务网格与综合网格",
        ("警务网格", "处置", "联合", "联合占比", "其中的综合网格（占警务网格面积）"),
        tuple(rows),
        (1, 2, 3),
        "面积对照由边界计算，不手工填写；近 30 天",
        is_wide=True,
    )


def layers(world: World, asked: Asked) -> Sequence[Layer]:
    """Return patrol coverage by village."""
    with world.store.read() as connection:
        rows = read_walked(world, connection, asked.now)
    codes = {village.name: village.code12 for village in world.town.villages}
    walked = {
        codes[one.village]: (f"{one.last_day}/{one.grids}", _level(one.last_day / one.grids))
        for one in rows
        if one.village in codes
    }
    return (Layer("walked", "24 小时巡查覆盖", villages=walked, note="颜色越亮，走到的网格占比越高"),)


def _level(share: float) -> int:
    return 1 + sum(share >= bound for bound in LEVELS)


VIEW = ModuleView(board, layers)
