"""Registering a case at the desk and its alarm, in a real browser: type, suggestion, place, duplicates, filed, calm."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import uvicorn
from playwright.sync_api import Page, expect

from app import create_app
from callbacks.callers import Caller
from data.demo.run import generate_demo
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.opening import open_town
from data.services.category_learning import learn_categories
from data.settings import Settings
from data.world import utc_now
from tests.browser.conftest import READY, OpenPage
from tests.browser.server import free_port
from tests.data.services.test_photos import picture

pytestmark = pytest.mark.browser

ZHANG = Actor("zhang", Role.DISPATCHER, "张三")
PATIENCE_MS = 60_000
SPY = """() => {
  window.tones = 0;
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
}"""


DROP_THE_FIRST = """() => {
  window.dropped = 0;
  const hear = cloud.newCase.hear;
  cloud.newCase.hear = (answer) => {
    if (answer && answer.kind && !window.dropped) window.dropped += 1; // as Dash does with an older question's answer
    else hear(answer);
  };
}"""


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a small town that has learned its categories, with an operator behind every request."""
    path = tmp_path_factory.mktemp("seat") / "cloud.db"
    settings = Settings(database_url=f"sqlite:///{path}", simulate=0, demo_months=1, demo_cases_per_day=30)
    world = open_town(settings)
    generate_demo(
        world.store,
        world.town,
        reference=utc_now(),
        seed=1,
        hmac_key=b"k",
        cases_per_day=30,
        months=1,
        is_parallel=False,
    )
    learn_categories(world, utc_now())
    world.close()
    api = create_app(settings)

    async def zhang(_headers: object, *, is_press: bool) -> Caller:
        return Caller(ZHANG)

    api.state.callers.find = zhang

    port = free_port()
    server = uvicorn.Server(uvicorn.Config(api, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


def _desk(open_page: OpenPage, seat: str) -> Page:
    page = open_page(seat + "/desk")
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    return page


def _open_sheet(page: Page) -> None:
    page.keyboard.press("n")
    page.wait_for_selector("dialog.new-case[open]")
    page.wait_for_function("() => document.querySelectorAll('#nc-category option').length > 50")


def _fill_smell(page: Page, title: str = "管道有刺鼻异味") -> None:
    page.fill("#nc-title", title)
    page.click('.suggestion[data-suggest="0403"]')
    page.fill("#nc-address", "韩国工业")
    page.wait_for_selector('.hit[data-name="韩国工业园"]')
    page.focus("#nc-address")
    page.keyboard.press("Enter")
    expect(page.locator('[data-advice="spot"] .grade')).to_contain_text("B 级")
    page.select_option('[data-answer="smell"]', "燃气")
    page.select_option('[data-answer="unwell"]', "否")


def test_typed_suggested_placed_filed_and_then_a_duplicate(open_page: OpenPage, seat: str) -> None:
    page = _desk(open_page, seat)
    _open_sheet(page)
    _fill_smell(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator('[data-error="intake_channel"]')).to_contain_text("渠道还没有选择")
    assert page.input_value("#nc-title") == "管道有刺鼻异味"
    page.select_option("#nc-intake_channel", "enterprise")
    page.click('[data-new-case="press"]')
    page.wait_for_selector("dialog.new-case:not([open])", state="attached")
    page.wait_for_function(
        "() => Object.values(cloud.feed.state.picture.cases).some((row) => row.title === '管道有刺鼻异味')"
    )
    _open_sheet(page)
    assert page.input_value("#nc-title") == ""
    _fill_smell(page, "管道有刺鼻的异味")
    expect(page.locator('[data-advice="duplicates"] .duplicate').first).to_contain_text("管道有刺鼻异味")


def test_no_word_of_the_browser_s_own_language_shows(open_page: OpenPage, seat: str) -> None:
    """Times are typed, and the file input is out of sight with a Chinese label that works by keyboard too."""
    page = _desk(open_page, seat)
    _open_sheet(page)
    kinds = page.eval_on_selector_all("dialog input", "all => all.map((one) => one.type)")
    assert set(kinds) == {"text", "search", "tel", "checkbox", "file"}
    assert page.locator("#nc-photos").bounding_box()["width"] <= 1
    page.evaluate(
        "() => document.addEventListener('click', (event) => { window.clicked = event.target.id; }, true)"
    )
    page.focus("#nc-photos")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => window.clicked === 'nc-photos'"
    )  # a headless browser may open no dialog for it
    with page.expect_file_chooser() as chosen:
        page.click(".photo-button")
    photo = {"name": "路口.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    chosen.value.set_files([photo, photo | {"name": "近景.jpg", "buffer": picture(colour=(1, 2, 3))}])
    expect(page.locator(".photo-names")).to_have_text("已选 2 张：路口.jpg、近景.jpg")


def test_typed_times_and_photos_go_with_the_case(open_page: OpenPage, seat: str) -> None:
    page = _desk(open_page, seat)
    _open_sheet(page)
    _fill_smell(page, "管道刺鼻异味带照片")
    page.select_option("#nc-intake_channel", "hotline")
    expect(page.locator('label[for="nc-external_number"]')).to_have_text("来单编号（必填）")
    page.fill("#nc-external_due_at", "明天")
    page.set_input_files("#nc-photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.click('[data-new-case="press"]')
    expect(page.locator('[data-error="external_number"]')).to_contain_text("还没有填写来单编号")
    expect(page.locator('[data-error="external_due_at"]')).to_contain_text("“明天”不是时间")
    page.fill("#nc-external_number", "12345-2026-0881")
    page.fill("#nc-external_due_at", f"{utc_now() + timedelta(days=3):%Y-%m-%d} 14：30")
    with page.expect_response("**/photos") as answer:
        page.click('[data-new-case="press"]')
    assert answer.value.status == 201
    page.wait_for_selector("dialog.new-case:not([open])", state="attached")
    _open_sheet(page)
    expect(page.locator(".photo-names")).to_have_text("未选择，可选多张")


def test_what_is_typed_outlives_a_reload(open_page: OpenPage, seat: str) -> None:
    page = _desk(open_page, seat)
    _open_sheet(page)
    page.fill("#nc-title", "断线时填写的标题")
    page.fill("#nc-description", "三楼")
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_function(READY)
    _open_sheet(page)
    assert page.input_value("#nc-title") == "断线时填写的标题"
    assert page.input_value("#nc-description") == "三楼"


def test_a_critical_case_sounds_until_it_is_acknowledged(open_page: OpenPage, seat: str) -> None:
    page = _desk(open_page, seat)
    page.evaluate(SPY)
    page.click('[data-alarms="test"]')
    expect(page.locator('[data-alarms="sound"]')).to_contain_text("声音已测试")
    for words in ("已静音", "声音已测试"):
        page.click('[data-alarms="mute-word"]')
        expect(page.locator('[data-alarms="sound"]')).to_contain_text(words)
    _open_sheet(page)
    page.fill("#nc-title", "厂房起火")
    page.select_option("#nc-category", "0401")
    expect(page.locator('[data-new-case="police"]')).to_contain_text("火情 119")
    for key, words in {"trapped": "否", "burning": "厂房", "called_119": "是"}.items():
        page.select_option(f'[data-answer="{key}"]', words)
    page.check("#nc-told_110")
    page.fill("#nc-address", "恬庄古街")
    page.click('.hit[data-name="恬庄古街"]')
    page.select_option("#nc-intake_channel", "window")
    before = page.evaluate("() => window.tones")
    page.click('[data-new-case="press"]')
    alarm = page.locator(".alarm", has_text="厂房起火")
    expect(alarm).to_have_attribute("data-sounding", "true")
    page.wait_for_function("(before) => window.tones > before", arg=before)
    alarm.locator('[data-verb="acknowledge"]').click()
    expect(alarm).to_have_attribute("data-sounding", "false")
    expect(alarm).to_contain_text("已确认")
    expect(page.locator('[data-alarms="load"]')).to_contain_text("次/10 分钟")


def test_a_press_without_an_answer_keeps_everything_and_is_settled_by_itself(
    open_page: OpenPage, seat: str
) -> None:
    """The question is lost on its way; the note says so within seconds, and the same key is asked again."""
    page = _desk(open_page, seat)
    _open_sheet(page)
    _fill_smell(page, "断线时登记的管道异味")
    page.select_option("#nc-intake_channel", "enterprise")
    page.evaluate("() => { window.send = dash_clientside.set_props; dash_clientside.set_props = () => {}; }")
    page.click('[data-new-case="press"]')
    expect(page.locator('[data-new-case="note"]')).to_contain_text("不知是否已登记", timeout=5000)
    assert page.input_value("#nc-title") == "断线时登记的管道异味"
    page.evaluate("() => { dash_clientside.set_props = window.send; }")
    page.wait_for_selector("dialog.new-case:not([open])", state="attached")


def test_a_sheet_that_was_sent_before_a_reload_is_settled_after_it(open_page: OpenPage, seat: str) -> None:
    """The server filed it and the answer was lost; the page that was loaded anew asks by the same key."""
    page = _desk(open_page, seat)
    _open_sheet(page)
    _fill_smell(page, "答复丢失的管道异味")
    page.select_option("#nc-intake_channel", "enterprise")
    page.evaluate("() => { cloud.newCase.hear = () => {}; }")
    page.click('[data-new-case="press"]')
    titles = "Object.values(cloud.feed.state.picture.cases).map((row) => row.title)"
    page.wait_for_function(f"() => {titles}.includes('答复丢失的管道异味')")
    page.reload()
    page.wait_for_function(READY)
    page.wait_for_function("() => cloud.desk.state.isStarted && !cloud.newCase.state.isOpen")
    expect(page.locator("#desk-drawer .drawer-title")).to_have_text("答复丢失的管道异味")
    assert page.evaluate(f"() => {titles}.filter((title) => title === '答复丢失的管道异味').length") == 1


def test_the_choices_come_with_any_answer(open_page: OpenPage, seat: str) -> None:
    """Of two questions only the newer is answered: typing before the first answer must not cost the categories."""
    page = _desk(open_page, seat)
    page.evaluate(DROP_THE_FIRST)
    page.keyboard.press("n")
    page.fill("#nc-title", "管道有刺鼻异味")
    page.select_option("#nc-category", "0403")
    assert page.evaluate("() => window.dropped") == 1


def test_a_place_and_a_click_agree_and_the_map_marks_the_point(open_page: OpenPage, seat: str) -> None:
    page = _desk(open_page, seat)
    marks = "() => cloud.points.counts().picked"
    _open_sheet(page)
    _fill_smell(page, "选点的管道异味")
    page.wait_for_function(f"{marks} === 1".replace("() => ", ""))
    box = page.locator(".map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.5)
    expect(page.locator('[data-advice="spot"] .grade')).to_contain_text("A 级")
    assert page.input_value("#nc-address") == ""  # the name was of another place
    page.fill("#nc-address", "桥东头路边")
    expect(page.locator('[data-advice="spot"] .grade')).to_contain_text("A 级")
    page.wait_for_timeout(600)
    assert page.input_value("#nc-address") == "桥东头路边"
    assert page.evaluate(marks) == 1
    page.click('[data-new-case="unpick"]')
    page.wait_for_function("cloud.points.counts().picked === 0")
    assert page.input_value("#nc-address") == "桥东头路边"
    page.keyboard.press("Escape")


def test_all_that_is_wrong_is_red_at_once_and_the_note_counts_down(open_page: OpenPage, seat: str) -> None:
    page = _desk(open_page, seat)
    _open_sheet(page)
    page.evaluate("() => cloud.newCase.state.fields = {}")
    page.fill("#nc-title", "")
    page.keyboard.press("Control+Enter")
    note = page.locator('[data-new-case="note"]')
    expect(note).to_have_text("有 4 项需要改正，见红字")
    expect(page.locator("#nc-title")).to_be_focused()
    page.keyboard.type("有人打架")
    expect(note).to_have_text("有 3 项需要改正，见红字")
    expect(page.locator('[data-new-case="police"]')).to_contain_text("标题写有“打架”")
    page.select_option("#nc-category", "0202")
    page.select_option("#nc-intake_channel", "window")
    page.fill("#nc-address", "恬庄古街")
    expect(note).to_be_hidden()
    page.keyboard.press("Escape")
