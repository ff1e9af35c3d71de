"""A few matters, subjects, inspections and cases of 综合执法, by whose rows tests of 首违不罚 reckon by hand."""

from __future__ import annotations

from datetime import timedelta

from data.domain.credit_code import check_letter as credit_letter
from data.domain.identity import check_letter
from data.domain.people import Actor, person_hash
from data.domain.vocabulary import Role
from data.settings import Settings
from data.store.modules.enforcement import enforcement_cases, inspections, matters
from data.store.modules.shared import subjects
from data.views.exemption import Wanted
from data.world import open_world
from tests.data.views.facts.records import write
from tests.worlds import NOW

KEY = "a key of this test alone"
LEAD = Actor("li", Role.SHIFT_LEAD, "李四")
HANDLER = Actor("wang", Role.UNIT_HANDLER, "王五", unit_code="enforcement")
DAY = timedelta(days=1)
NUMBER = "32058219900101001" + check_letter("32058219900101001")
FIRM = "91320582MA1DEM000" + credit_letter("91320582MA1DEM000")
PERSON = f"person:{person_hash(KEY.encode(), NUMBER, None)}"
FIRM_ASKED = Wanted(kind="firm", subject=FIRM, matter="M1")
MET = ({"answer": "met", "evidence": "现场笔录 1 号"}, {"answer": "met", "evidence": "整改照片 2 张"})


def opened_world(url):
    opened = open_world(Settings(database_url=url, simulate=0, hash_key=KEY))
    law = {"citation": "本镇试行 第一条", "window_months": 12, "conditions": "危害轻微\n及时改正"}
    write(opened, matters, [{"code": "M1", "name": "占道", **law}, {"code": "M2", "name": "堆放", **law}])
    names = [(f"enterprise:{FIRM}", "enterprise", "演示小吃店"), ("place:P1", "place", "演示一号店")]
    write(opened, subjects, [{"key": key, "kind": kind, "name": name} for key, kind, name in names])
    write(opened, subjects, [{"key": PERSON, "kind": "person"}])
    # rows of others, from two years ago until yesterday: the data reach over every window here
    write(
        opened,
        enforcement_cases,
        [case("OLD", "place:other", 730, "fined"), case("NEW", "place:other", 1, "fined")],
    )
    write(opened, inspections, [look("OLD", "place:other", 730), look("NEW", "place:other", 1)])
    yield opened
    opened.close()


def case(number, subject, days, decision=None, *, matter="M1", unit="enforcement"):
    at = NOW - days * DAY
    told = {
        "number": number,
        "subject_key": subject,
        "matter_code": matter,
        "unit_code": unit,
        "found_at": at,
    }
    return told | {"decided_at": at + DAY if decision else None, "decision": decision, "relapsed": False}


def look(number, subject, days, *, found=True, matter="M1"):
    told = {"number": number, "subject_key": subject, "matter_code": matter, "unit_code": "enforcement"}
    return told | {"inspected_at": NOW - days * DAY, "found": found}
