"""Board and layers of 指挥调度: where the time goes, late causes, returns, places that come back, the load of alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from data.domain.board import Bar, Bars, Board, Cell, Columns, Layer, Listing, Number, Numbers
from data.views.modules.dispatch_work import (
    STAGES,
    DispatchWork,
    Returned,
    TimeSpent,
    read_work,
)
from data.views.modules.view import Asked, ModuleView, spots_of, today_of
from data.views.repeated_places import RepeatedPlace, repeated_place_list
from data.world import World

MOST_LISTED = 12
HOUR_MINUTES = 60.0
TENS_IN_AN_HOUR = 6


def board(world: World, asked: Asked) -> Board:
    """Return the last thirty days of dispatching as they stand."""
    with world.store.read() as connection:
        work = read_work(world, connection, asked.now)
    places = repeated_place_list(world, asked.now, most=MOST_LISTED)
    return Board(
        (
            _numbers(work),
            _stages(work),
            _late(work),
            _spent("按主责单位", "单位", work.by_unit),
            _spent("按大类", "大类", work.by_category),
            _returned(work),
            _places(world, asked, places),
            _alarms(world, work),
        )
    )


def _numbers(work: DispatchWork) -> Numbers:
    closed, returned = work.everything.cases, sum(one.returned for one in work.returned)
    load = work.alarm_load
    return Numbers(
        "近 30 天",
        (
            Number("结案", f"{closed:,}", "件"),
            Number("上报到结案平均", *duration(work.everything.total)) if closed
            else Number("上报到结案平均", "暂无数据"),
            Number("处置超期", f"{work.late:,}", "件", _share(work.late, closed), "bad" if work.late else ""),
            Number("退单", f"{returned:,}", "件", "" if returned else "近 30 天没有退单"),
            Number(
                "报警负荷", f"{load.per_operator:.1f}", "次/人·10 分钟",
                f"近一小时 {load.raised} 次，坐席 {load.operators} 人；EEMUA 191 建议低于 1",
                "bad" if load.is_too_high else "",
            ),
        ),
    )  # fmt: skip


def _share(part: int, whole: int) -> str:
    return f"占结案 {100 * part / whole:.1f}%" if whole else ""


def duration(minutes: float) -> tuple[str, str]:
    """Write minutes in the unit that reads best: minutes below two hours, hours above."""
    if minutes < 2 * HOUR_MINUTES:
        return f"{minutes:.0f}", "分钟"
    return f"{minutes / HOUR_MINUTES:.1f}", "小时"


def _stages(work: DispatchWork) -> Bars:
    """Bars of the mean time in each stage of a case's life."""
    minutes, total = work.everything.minutes, work.everything.total
    most = max(minutes, default=0.0) or 1.0
    bars = [
        Bar(stage.label, " ".join(duration(one)), one / most, f"{100 * one / total:.0f}%" if total else "")
        for stage, one in zip(STAGES, minutes, strict=True)
    ]
    return Bars("时间花在哪里", tuple(bars), "每件平均；六段相加即上报到结案，夜间与非工作时间计入")


def _late(work: DispatchWork) -> Bars:
    most = max((cause.cases for cause in work.late_causes), default=1)
    bars = [
        Bar(
            cause.stage.label,
            f"{cause.cases} 件",
            cause.cases / most,
            f"{100 * cause.cases / work.late:.0f}%",
        )
        for cause in sorted(work.late_causes, key=lambda one: -one.cases)
    ]
    return Bars("超期案卷的时间主要花在", tuple(bars), "每件超期案卷计入它用时最长的一段")


def _spent(title: str, head: str, rows: Sequence[TimeSpent]) -> Listing:
    heads = (head, "结案", *(stage.label for stage in STAGES), "合计")
    told = [
        (one.name, str(one.cases), *(_short(minutes) for minutes in (*one.minutes, one.total)))
        for one in rows
    ]
    note = "每件平均，单位为小时；按总用时从多到少"
    return Listing(title, heads, tuple(told), tuple(range(1, len(heads))), note, is_wide=True)


def _short(minutes: float) -> str:
    return f"{minutes / HOUR_MINUTES:.1f}"


def _returned(work: DispatchWork) -> Listing:
    return Listing(
        "退单",
        ("单位", "派遣单", "退单", "占比", "原因"),
        tuple(_returned_row(one) for one in work.returned),
        (1, 2, 3),
        is_wide=True,
    )


def _returned_row(one: Returned) -> tuple[str, ...]:
    reasons = "、".join(f"{name} {count}" for name, count in one.reasons)
    return (one.unit, str(one.orders), str(one.returned), f"{100 * one.returned / one.orders:.1f}%", reasons)


def _places(world: World, asked: Asked, places: Sequence[RepeatedPlace]) -> Listing:
    """The places with three cases or more; their addresses only for who may see single cases."""
    names = dict(
        zip(
            *(world.grids.current(today_of(world, asked.now)).frame[key] for key in ("code", "name")),
            strict=True,
        )
    )
    rows = [
        (
            _place_name(one, names, is_named=asked.may_see_rows),
            str(one.count),
            str(one.open_count),
            "、".join(f"{name} {count}" for name, count in one.categories.items()),
        )
        for one in places
    ]
    return Listing(
        "多发点位",
        ("位置", "近 30 天", "在办", "类别"),
        tuple(rows),
        (1, 2),
        "同一地点 30 天内三件以上",
        is_wide=True,
    )


def _place_name(one: RepeatedPlace, names: dict[str, str], *, is_named: bool) -> Cell:
    grid = names.get(one.comprehensive or "", "网格外")
    if not is_named:
        return Cell(grid)
    return Cell(f"{grid} {one.address or ''}".strip(), href=f"/desk?tab=all&case={one.cases[-1].id}")


def _alarms(world: World, work: DispatchWork) -> Columns:
    zone = world.town.profile.zone
    labels = tuple(f"{hour.begins_at.astimezone(zone):%H}" for hour in work.alarm_hours)
    return Columns(
        "过去 24 小时的报警",
        labels,
        tuple(float(hour.raised) for hour in work.alarm_hours),
        "次/小时",
        note=f"每人每 10 分钟不足一次为宜：一人值守即每小时少于 {TENS_IN_AN_HOUR} 次",
    )


def layers(world: World, asked: Asked) -> Sequence[Layer]:
    """Return the places that come back; for who may not see single cases, how many there are in each village."""
    places = repeated_place_list(world, asked.now)
    note = "同一地点 30 天内三件以上"
    if asked.may_see_rows:
        rows = [
            (one.lon, one.lat, f"{one.address or '多发点位'}：{one.count} 件", "place", "") for one in places
        ]
        spots = spots_of(world, asked.now, rows)
        return (Layer("repeated", "多发点位", (("place", "多发点位"),), spots, note=note),)
    frame = world.grids.current(today_of(world, asked.now)).frame
    villages = dict(zip(frame["code"], frame["village_code"], strict=True))
    counts = Counter(villages.get(one.comprehensive or "") for one in places)
    told = {str(code): (f"{count} 处", min(5, count)) for code, count in counts.items() if code}
    return (Layer("repeated", "多发点位", villages=told, note=note),)


VIEW = ModuleView(board, layers)
