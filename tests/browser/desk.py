"""One seat at the desk, as its operator uses it: keys, queue, drawer, strips; and what REST says of a case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import insert, select

from data.settings import Settings
from data.store.tables import cases, shifts, staff
from data.world import open_world, utc_now
from tests.browser.server import TOKEN, Server

SMALL_TOWN = {
    "CLOUD_DEMO_MONTHS": "1",
    "CLOUD_DEMO_CASES_PER_DAY": "30",
    "CLOUD_SIMULATE": "0",
    "CLOUD_TICK_SECONDS": "1",
}
PATIENCE_MS = 30_000
HOUR = timedelta(hours=1)
LEAK = "0206"
"""Leaking water main: 较急, so notices wait for the undo; 4 hours by day and night; water, helped by municipal."""


class Desk:
    """A desk that stands in a page; `server` is the town's, `category` what it reports unless told otherwise."""

    READY = "() => document.documentElement.dataset.link === 'live' && Boolean(window.cloud.desk.state.seat)"

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server
        self.category = LEAK
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)

    def report(self, title: str, **fields: Any) -> int:
        """Report a case over REST and wait until this desk knows it; return its id."""
        body = {"category": self.category, "address": "恬庄村", **self.server.place(), **fields}
        case_id = int(self.server.post_case(title, **body)["id"])
        self.page.wait_for_function("(id) => id in cloud.feed.state.picture.cases", arg=str(case_id))
        return case_id

    def man(self, case_id: int, people: int = 4) -> None:
        """Put more grid members on shift in the grid of a case, whatever the hour of the test."""
        world = open_world(Settings(database_url=self.server.database_url))
        now = utc_now()
        with world.store.write() as transaction:
            place = select(cases.c.comprehensive_code).where(cases.c.id == case_id)
            grid = transaction.connection.execute(place).scalar_one()
            member = select(staff.c.id).where(staff.c.role == "grid_member").order_by(staff.c.id.desc())
            ids = transaction.connection.execute(member.limit(people)).scalars().all()
            span = {"grid_code": grid, "starts_at": now - HOUR, "ends_at": now + 12 * HOUR, "is_demo": True}
            transaction.connection.execute(insert(shifts), [{"staff_id": one, **span} for one in ids])
            transaction.changed("staff", now)
        world.close()

    def case(self, case_id: int) -> dict[str, Any]:
        """Return a case with its orders and journal over REST."""
        return self.server.get(f"/api/v1/cases/{case_id}", TOKEN)

    def row(self, case_id: int) -> Locator:
        """Return a case's row in the queue."""
        return self.page.locator(f'[data-desk="queue"] [data-case="{case_id}"]')

    def choose(self, case_id: int) -> None:
        """Press a case's row and wait for its drawer."""
        self.row(case_id).locator(".case-button").click()
        self.shows(case_id)

    def shows(self, case_id: int, words: str = "") -> None:
        """Wait until the drawer shows a case, in a state if one is named by its words."""
        case = self.page.locator(f"#desk-drawer:not([data-stale]) [data-subject*='\"case_id\": {case_id},']")
        expect(case.locator(".drawer-number")).to_contain_text(words)

    def key(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            self.page.keyboard.press(key)

    def primary(self) -> Locator:
        """Return the drawer's one button."""
        return self.page.locator("#desk-drawer .primary")

    def menu(self, words: str) -> None:
        """Press a row of the menu of other actions."""
        self.page.click("#desk-drawer details.menu summary")
        self.page.click(f'#desk-drawer .menu-row:has-text("{words}")')

    def fill_form(self, texts: dict[str, str], choices: dict[str, str] | None = None) -> None:
        """Fill the open form and send it; it closes when the server has taken it."""
        form = self.page.locator('dialog[data-desk="form"]')
        for name, value in (choices or {}).items():
            form.locator(f'[name="{name}"]').select_option(value)
        for name, words in texts.items():
            form.locator(f'[name="{name}"]').fill(words)
        form.locator(".go").click()
        expect(form).to_be_hidden()

    def strips(self, kind: str) -> Locator:
        """Return the strips of a kind: undo, refused, done, sending, unsent."""
        return self.page.locator(f'.strip-row[data-kind="{kind}"]')


def quiet_category(server: Server) -> str:
    """Return a category that is neither urgent nor the police's, and of which no case is open in the demo town."""
    for row in server.get("/api/v1/categories"):
        path = f"/api/v1/cases?is_open=true&category={row['code']}&limit=1"
        is_calm = row["severity"] == "normal" and not row["is_police_matter"]
        if is_calm and not server.get(path, TOKEN)["items"]:
            return str(row["code"])
    raise AssertionError("every category of the demo town has open cases")


def actions_of(case: dict[str, Any]) -> list[str]:
    """Return the actions of a case's journal in their order."""
    return [entry["action"] for entry in case["journal"]]


def instant(text: str) -> datetime:
    """Return an instant that REST or a page wrote, to the millisecond as REST writes it."""
    found = datetime.fromisoformat(text)
    return found.replace(microsecond=found.microsecond // 1000 * 1000)
