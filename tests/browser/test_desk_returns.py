"""A case returned twice goes to the shift lead, whose decision corrects the responsibility list."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

CABLE = "0207"
"""Hanging cables: telecom by the list; no other test of the desk reports them."""


def _return(desk: Desk, why: str) -> None:
    desk.menu("记录退单")
    desk.fill_form({"reason": why}, choices={"reason_code": "wrong_unit"})


def _plan(desk: Desk, case_id: int) -> dict[str, Any]:
    return desk.page.request.get(f"{desk.server.url}/api/v1/cases/{case_id}/plan").json()


def _corrections(desk: Desk) -> list[tuple[str, str, str]]:
    query = "SELECT category_code, main_unit, citation FROM responsibility_changes WHERE category_code = ?"
    with closing(sqlite3.connect(f"file:{desk.server.folder / 'cloud.db'}?mode=ro", uri=True)) as connection:
        return connection.execute(query, (CABLE,)).fetchall()


def test_two_returns_an_adjudication_and_a_corrected_list(sit: Callable[..., Desk]) -> None:
    desk, lead = sit("dispatcher"), sit("shift_lead")
    case_id = desk.report("通信线缆垂落路面", category=CABLE)
    assert _plan(desk, case_id)["main_unit"] == "telecom"
    desk.choose(case_id)
    for words, state in (("线缆不属于本单位", "退单"), ("再次核实仍不属于本单位", "裁定中")):
        desk.key("d")
        desk.shows(case_id, "已派遣")
        _return(desk, words)
        desk.shows(case_id, state)
        expect(desk.page.locator("#desk-drawer .journal")).to_contain_text(words)
    expect(desk.page.locator("#desk-drawer .no-primary")).to_contain_text("值班长")
    assert _corrections(desk) == []

    lead.choose(case_id)
    expect(lead.primary()).to_contain_text("裁定")
    lead.key("e")
    lead.fill_form(
        {"reason": "该段线缆由供电所架设", "citation": "裁定记录"},
        choices={"unit": "power", "corrects": "yes"},
    )
    lead.shows(case_id, "已立案")
    assert _corrections(desk) == [(CABLE, "power", "裁定记录")]

    after = desk.report("另一处线缆垂落", category=CABLE)
    assert _plan(desk, after)["main_unit"] == "power"
    desk.choose(after)
    main = desk.page.locator("#desk-drawer .responder", has_text="主办").first
    expect(main).to_contain_text("供电")
