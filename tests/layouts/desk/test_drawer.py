"""The drawer draws every state; its buttons carry what they do; what is typed by people stays text."""

import itertools
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from dash.development.base_component import Component

from data.domain.case_times import Pause, Stage
from data.domain.drawer import CaseHit, PlaceHit
from data.domain.offers import SAID, offer
from data.domain.plan_values import PlanCard, PlanStep, QueueChange
from data.domain.vocabulary import Action, CaseState, LocationGrade, OrderState, Role, Severity
from layouts.desk.drawer import drawer_parts, drawer_refusal, drawer_rest
from layouts.desk.found import found_list
from layouts.desk.keys import KEYS, help_dialog
from tests.data.domain.plan_facts import NOW, plan
from tests.layouts.desk.drawers import CLOCK, FACTS, HOUR, LIKELY, LINE, ORDER, UNITS, drawer
from tests.layouts.words import words_of

A, S = Action, CaseState
SCRIPT = '<script>alert("1")</script> & "\'\\'


def walk(part):
    """Every component of a part, the part itself first."""
    if isinstance(part, list | tuple):
        for child in part:
            yield from walk(child)
    elif isinstance(part, Component):
        yield part
        yield from walk(getattr(part, "children", None))


def attributes(part, name):
    return [vars(one)[name] for one in walk(part) if name in vars(one)]


def offered(part):
    return [json.loads(said) for said in attributes(part, "data-do")]


def classes(part):
    return {name for one in walk(part) for name in str(getattr(one, "className", "") or "").split()}


# --- Every state -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "role"), itertools.product(S, (Role.DISPATCHER, Role.SHIFT_LEAD, Role.LEADER))
)
def test_every_state_is_drawn_with_its_subject_and_its_offers(state, role):
    shown = drawer(state, role)
    parts = drawer_parts(shown)
    [subject] = attributes(parts, "data-subject")
    assert json.loads(subject) == {
        "case_id": 7, "number": shown.number, "title": shown.title, "version": 3,
    }  # fmt: skip
    said = offered(parts)
    wanted = [shown.primary] if shown.primary else []
    assert [one["action"] for one in said] == [str(one.action) for one in (*wanted, *shown.menu)]
    for one in said:
        assert [field["name"] for field in one["fields"]] == [f.name for f in SAID.get(A(one["action"]), ())]
    assert state.label in words_of(parts)
    json.dumps([part.to_plotly_json() for part in parts], default=lambda c: c.to_plotly_json())


def test_whose_turn_it_is_where_nothing_is_to_be_done_here():
    assert "下一步由派遣员、值班长办理" in words_of(
        drawer_parts(drawer(S.FILED, Role.INTAKE, waits_for=("派遣员", "值班长")))
    )
    assert "案卷已结案" in words_of(drawer_parts(drawer(S.CLOSED)))


def test_an_assisting_order_that_is_out_keeps_the_case_from_being_checked():
    helper = replace(ORDER, number="2026-1-1A1", is_main=False)
    waiting = drawer(S.HANDLED, orders=(ORDER, helper), primary=None, waits_for=("核查员",))
    assert "协办派遣单办完或撤回之后，才能核查" in words_of(drawer_parts(waiting))
    done = replace(waiting, orders=(ORDER, replace(helper, state=OrderState.HANDLED)))
    assert "下一步由核查员办理" in words_of(drawer_parts(done))


def test_without_a_case_and_without_a_right_the_drawer_says_so():
    assert "按 N 登记新案卷" in words_of(drawer_rest())
    assert words_of(drawer_refusal(SCRIPT)) == f"不能显示 {SCRIPT}"


# --- 核实 and 核查 -----------------------------------------------------------------------------------


def test_checking_before_filing_and_after_handling_are_told_apart():
    before, after = words_of(drawer_parts(drawer(S.ACCEPTED))), words_of(drawer_parts(drawer(S.HANDLED)))
    assert "核实在立案之前" in before
    assert "核查在处置之后：结果合格，才能结案" in after
    assert "由原单位重办" in after
    both = words_of(help_dialog())
    assert all(word in both for word in ("核实", "核查", "立案之前", "处置之后"))


def test_the_help_names_every_key():
    caps = [word for key in KEYS for word in key.caps]
    shown = words_of(help_dialog())
    assert all(cap in shown for cap in caps)
    assert len({cap for cap in caps}) == len(caps)


# --- Facts, limits, clock ----------------------------------------------------------------------------


def test_the_facts_of_the_case():
    shown = words_of(drawer_parts(drawer()))
    for word in (
        "恬庄古街 12 号",
        "B 级",
        "综合 恬庄一 · 警务 三",
        "占道经营",
        "来单 12345-7",
        "王大妈",
        "半幅路",
        "演示数据",
    ):
        assert word in shown
    masked = replace(
        FACTS, description=None, reporter=None, answers=(), address=None, grade=LocationGrade.NONE
    )
    words = words_of(drawer_parts(drawer(facts=replace(masked, is_sensitive=True, is_demo=False, grids=()))))
    assert "反映人" not in words
    assert "情况" not in words
    for word in ("未写地址", "未定位", "敏感，大屏遮蔽"):
        assert word in words
    assert "演示数据" not in words


def test_both_deadlines_stand_side_by_side_and_count_by_themselves():
    clock = replace(
        CLOCK,
        stage=Stage.HANDLE,
        case_started_at=NOW,
        category_due_at=NOW + HOUR,
        external_due_at=NOW + 2 * HOUR,
    )
    parts = drawer_parts(drawer(S.DISPATCHED, clock=clock))
    assert attributes(parts, "data-due")[:2] == [(NOW + HOUR).isoformat(), (NOW + 2 * HOUR).isoformat()]
    words = words_of(parts)
    assert "处置时限" in words
    assert "来单时限" in words
    assert "处置时限，派遣后起算" in words_of(drawer_parts(drawer(plan=plan())))


@pytest.mark.parametrize(("late", "word"), [(-HOUR, "按期"), (HOUR, "超期")])
def test_a_case_that_is_done_says_whether_its_limits_were_kept(late, word):
    ended = NOW + late
    clock = replace(
        CLOCK, stage=Stage.DONE, closing_due_at=NOW, external_due_at=NOW, ended_at=ended, read_at=ended
    )
    parts = drawer_parts(replace(drawer(S.CLOSED), clock=clock))
    assert words_of(parts).count(word) == 2  # of the closing, and of the sender's own deadline
    assert not attributes(parts, "data-due")


def test_what_moved_or_stopped_the_clock_is_said():
    clock = replace(
        CLOCK,
        is_provisional=True,
        extensions=2,
        pauses=(Pause(NOW, NOW + HOUR, "等材料", "李四"), Pause(NOW, NOW + HOUR, None, None)),
        overdue_since=NOW,
        stage=Stage.DONE,
        elapsed=timedelta(minutes=95),
    )
    words = words_of(drawer_parts(drawer(S.CLOSED, clock=clock, repeats=4)))
    for word in (
        "时限暂定",
        "已延期 2 次",
        "等材料，李四 批准",
        "曾超期",
        "用时 1 小时 35 分",
        "4 件",
        "30 天内同地点",
    ):
        assert word in words
    assert "None" not in words


def test_the_journal_says_whether_its_chain_holds():
    late = replace(LINE, sequence=2, is_time_flagged=True, words="补")
    assert "校验通过" in words_of(drawer_parts(drawer(journal=(LINE, late))))
    broken = words_of(drawer_parts(drawer(journal=(LINE, late), broken_at=2)))
    assert "第 2 条校验不符，请报告值班长" in broken
    assert "补记" in broken


# --- Plan and orders ---------------------------------------------------------------------------------


def test_a_plan_shows_points_reasons_gaps_and_can_be_changed_by_whoever_presses():
    found = plan()
    parts = drawer_parts(drawer(plan=found, severity=Severity.NORMAL))
    words = words_of(parts)
    assert attributes(parts, "data-responder")
    assert {one.key for one in found.responders} >= set(attributes(parts, "data-responder"))
    assert all(reason.words in words for one in found.responders for reason in one.reasons)
    assert all(f"缺口：{gap.words}" in words for gap in found.shortfalls)
    assert f"{len(found.proposed)} 个对象" in words
    assert "30 秒内可撤销" in words
    watched = drawer_parts(drawer(role=Role.INTAKE, plan=found))
    assert attributes(watched, "data-responder") == []
    assert attributes(watched, "data-main-unit") == []


def test_a_plan_card_its_steps_and_a_queue_that_will_be_late():
    step = PlanStep("疏散群众", "派出所", ("扩音器",))
    found = plan()
    change = QueueChange(3, 4, 1, True)
    found = replace(
        found,
        card=PlanCard("gas", "燃气泄漏", (step,), "样例"),
        is_at_once=True,
        edge_note="距邻格 12 米",
        queue_after={one.unit_code: change for one in found.responders},
        main_unit=None,
    )
    words = words_of(drawer_parts(drawer(plan=found, severity=Severity.CRITICAL)))
    for word in (
        "预案：燃气泄漏（1 步，缺 1 项）",
        "疏散群众",
        "缺 扩音器",
        "距邻格 12 米",
        "派后在办 3 → 4，超期 1，新单将超期",
    ):
        assert word in words
    assert "立即通知（特急）" in words
    assert "请选择主办单位" in words
    assert "没有派遣方案：正在载入" in words_of(drawer_parts(drawer(no_plan="正在载入")))


def test_orders_carry_their_own_reports_and_the_thirty_seconds():
    sign = offer(A.SIGN, {"order_id": 9})
    helper = replace(ORDER, number="2026-1-1A1", is_main=False, offers=(sign,), due_at=None)
    until = NOW + timedelta(seconds=30)
    parts = drawer_parts(drawer(S.DISPATCHED, orders=(ORDER, helper), undo_until=until, may_send_now=True))
    assert attributes(parts, "data-order") == ["2026-1-1", "2026-1-1A1"]
    assert attributes(parts, "data-until") == [until.isoformat()]
    assert attributes(parts, "data-key") == ["Z", "S"]
    assert {"action": "sign", "details": {"order_id": 9}} in [
        {key: one[key] for key in ("action", "details")} for one in offered(parts)
    ]
    gone = drawer_parts(drawer(S.DISPATCHED, orders=(ORDER,), undo_until=until))
    assert attributes(gone, "data-key") == ["Z"]
    assert attributes(drawer_parts(drawer(S.SIGNED, orders=(ORDER,))), "data-until") == []


def test_units_stand_among_the_choices_of_a_decision():
    said = next(
        one
        for one in offered(drawer_parts(drawer(S.ADJUDICATING, Role.SHIFT_LEAD)))
        if one["action"] == "adjudicate"
    )
    [unit] = [field for field in said["fields"] if field["name"] == "unit"]
    assert unit["options"] == [list(one) for one in UNITS]


# --- What people typed -------------------------------------------------------------------------------


def test_what_people_typed_stays_text():
    """Children are text to the browser, and attributes are JSON: a tag in a title is seven letters, not a tag."""
    facts = replace(FACTS, description=SCRIPT, address=SCRIPT, reporter=SCRIPT, answers=((SCRIPT, SCRIPT),))
    likely = replace(LIKELY, title=SCRIPT, merge=replace(offer(A.MERGE, {"into_number": SCRIPT}), fields=()))
    parts = drawer_parts(
        drawer(
            title=SCRIPT, facts=facts, likely=(likely,), journal=(replace(LINE, words=SCRIPT, actor=SCRIPT),)
        )
    )
    assert words_of(parts).count(SCRIPT) >= 7
    assert {type(one).__name__ for one in walk(parts)}.isdisjoint({"Script", "Iframe", "Markdown"})
    assert json.loads(attributes(parts, "data-subject")[0])["title"] == SCRIPT
    merge = next(one for one in offered(parts) if one["details"].get("into_number"))
    assert (merge["details"]["into_number"], merge["fields"]) == (SCRIPT, [])
    assert attributes(parts, "data-look") == ["8"]


def test_what_was_found_leads_to_its_place():
    case = CaseHit(7, "2026-7", SCRIPT, "", Severity.URGENT, S.FILED)
    late = CaseHit(8, "2026-8", "漏水", "", Severity.URGENT, S.CLOSED, is_on_time=False)
    assert "已结案 · 超期" in words_of(found_list("漏", [late], []))
    grid = PlaceHit("恬庄一", "综合网格", "恬庄村", "320582105204003", "comprehensive", 1.0, 2.0)
    road = PlaceHit("凤恬路", "道路", "", None, None, -10.5, 20.0)
    rows = found_list("恬", [case], [grid, road])
    assert [vars(row)["data-found"] for row in rows] == ["case:7", "grid:320582105204003", "at:-10.5_20.0"]
    assert SCRIPT in words_of(rows)
    assert "没有找到" in words_of(found_list("无", [], []))
    assert "found-row" in classes(rows)
