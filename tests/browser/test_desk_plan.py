"""Changing a plan before the press: the unit in charge always goes, and whoever takes its place goes instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


def test_another_unit_in_charge_goes_instead_of_the_planned_one(sit: Callable[..., Desk]) -> None:
    desk = sit()
    case_id = desk.report("阀门井渗水")
    desk.choose(case_id)
    planned = desk.page.locator('[data-responder="unit:water"]')
    planned.click()
    expect(planned).to_have_attribute("aria-checked", "true")
    before = desk.primary().inner_text()
    desk.page.select_option("[data-main-unit]", "power")
    expect(planned).to_have_attribute("aria-checked", "false")
    assert desk.primary().inner_text() == before
    desk.key("d")
    desk.shows(case_id, "已派遣")
    orders = desk.case(case_id)["orders"]
    assert [order["unit_code"] for order in orders if order["is_main"]] == ["power"]
    assert "water" not in {order["unit_code"] for order in orders}
