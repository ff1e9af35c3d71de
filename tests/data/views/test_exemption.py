"""What was found before, seen from a finding in hand: by days of the town, and nobody's number in any answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from data.domain.credit_code import check_letter as credit_letter
from data.domain.errors import CloudError, InvalidInput
from data.domain.exemption import Earlier, Span
from data.domain.identity import check_letter, is_identity_number
from data.domain.people import person_hash
from data.settings import Settings
from data.store.modules.enforcement import enforcement_cases, inspections, matters
from data.views.exemption import Wanted, look_up
from data.world import open_world
from tests.data.exemption_rows import (
    DAY,
    FIRM,
    FIRM_ASKED,
    HANDLER,
    KEY,
    LEAD,
    NUMBER,
    PERSON,
    case,
    look,
    opened_world,
)
from tests.data.views.facts.records import write
from tests.worlds import NOW


@pytest.fixture
def world(sqlite_url):
    """The home town without its grids, which nobody asks for here."""
    yield from opened_world(sqlite_url)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """The same for all that is refused: nothing of it is written."""
    yield from opened_world(f"sqlite:///{tmp_path_factory.mktemp('quiet')}/cloud.db")


def test_earlier_findings_lie_within_before_or_beside(world):
    firm = f"enterprise:{FIRM}"
    cases = [case("C1", firm, 30, "fined"), case("C2", firm, 500, "light"), case("C3", firm, 0)]
    write(world, enforcement_cases, [*cases, case("C4", firm, 30, matter="M2"), case("C5", "place:P1", 30)])
    write(world, inspections, [look("I1", firm, 10), look("I2", firm, 10, found=False)])
    found = look_up(world, FIRM_ASKED, HANDLER, NOW)
    assert [(one.kind, one.number, one.words) for one in found.within] == [
        ("检查", "I1", "发现问题"),
        ("案件", "C1", "处罚"),
    ]
    assert ([one.number for one in found.outside], [one.number for one in found.beside]) == (["C2"], ["C3"])
    assert found.other_matters == 1
    assert (found.since, found.citation, found.is_covered) == (date(2025, 11, 23), "本镇试行 第一条", True)
    assert found.subject == "演示小吃店"


@pytest.mark.parametrize(
    ("on", "where"),
    [
        ("2025-11-22T23:59:59+08:00", "outside"),
        ("2025-11-23T00:00:00+08:00", "within"),
        ("2026-11-22T23:59:59+08:00", "within"),
        ("2026-11-23T00:00:00+08:00", "beside"),
    ],
)
def test_the_window_goes_by_the_days_of_the_town(world, on, where):
    at = NOW.fromisoformat(on)
    write(world, enforcement_cases, [case("C1", "place:P1", 0) | {"found_at": at}])
    found = look_up(world, Wanted(kind="firm", subject="演示一号店", matter="占道"), LEAD, NOW)
    assert {name: len(getattr(found, name)) for name in ("outside", "within", "beside")} == {
        name: int(name == where) for name in ("outside", "within", "beside")
    }


def test_a_person_is_found_by_the_keyed_hash_whichever_way_the_file_wrote_the_last_letter(world):
    number = "32058219900101" + next(
        f"{n:03d}X" for n in range(1000) if check_letter(f"32058219900101{n:03d}") == "X"
    )
    small = f"person:{person_hash(KEY.encode(), number.lower(), None)}"
    write(world, enforcement_cases, [case("C1", small, 30, "fined"), case("C2", PERSON, 30, "fined")])
    for typed, expected in ((number, "C1"), (number.lower(), "C1"), (NUMBER, "C2")):
        found = look_up(world, Wanted(kind="person", subject=typed, matter="M1"), LEAD, NOW)
        assert [one.number for one in found.within] == [expected]
        assert typed not in str(found)


WRONG = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        ("person", WRONG, "末位校验不符"),
        ("person", "320582900101001", "不是 18 位居民身份证号"),
        ("person", NUMBER.replace("0101", "1301"), "不是 18 位居民身份证号"),
        ("firm", NUMBER, "像是个人的证件号"),
        ("firm", WRONG, "像是个人的证件号"),
        ("firm", FIRM[:-1] + ("0" if FIRM[-1] != "0" else "1"), "信用代码末位校验不符"),
        ("firm", "无此小店", "登记库中没有这个名称"),
        ("firm", "一\x00店", "无法识别的字符"),
        ("firm", "", "没有填写主体"),
        ("", FIRM, "没有选择主体类型"),
    ],
)
def test_a_wrong_subject_is_told_with_its_cure_and_never_repeated(quiet, kind, subject, words):
    with pytest.raises(InvalidInput) as error:
        look_up(quiet, Wanted(kind=kind, subject=subject, matter="M1"), LEAD, NOW)
    assert words in error.value.message
    assert error.value.cure
    assert not subject or subject not in f"{error.value} {error.value.value} {error.value.details}"


def test_a_name_that_is_nearly_right_is_offered(quiet):
    with pytest.raises(InvalidInput, match="相近的登记名称：演示小吃店"):
        look_up(quiet, Wanted(kind="firm", subject="小吃", matter="M1"), LEAD, NOW)


def test_without_a_kept_hash_key_a_person_is_not_called_clean(sqlite_url):
    opened = open_world(Settings(database_url=sqlite_url, simulate=0))
    write(opened, matters, [{"code": "M1", "name": "占道", "citation": "例", "window_months": 12}])
    with pytest.raises(InvalidInput, match="没有设置人员哈希密钥"):
        look_up(opened, Wanted(kind="person", subject=NUMBER, matter="M1"), LEAD, NOW)
    opened.close()


def test_a_subject_that_nobody_knows_has_no_records_as_far_back_as_the_data_go(world):
    code = "91320582MA1DEM111"
    asked = Wanted(kind="firm", subject=code + credit_letter(code), matter="M1")
    found = look_up(world, asked, LEAD, NOW)
    assert (found.within, found.is_registered, found.is_covered) == ((), False, True)
    assert found.data_begin == (NOW - 730 * DAY).date()
    write(world, matters, [{"code": "M3", "name": "搭建", "citation": "例", "window_months": 36}])
    assert not look_up(world, replace(asked, matter="M3"), LEAD, NOW).is_covered


def test_a_case_brings_its_subject_matter_and_day(world):
    write(world, enforcement_cases, [case("C1", PERSON, 5), case("C2", PERSON, 40, "fined")])
    found = look_up(world, Wanted(case_number="C1"), HANDLER, NOW)
    assert [one.number for one in found.within] == ["C2"]
    assert (found.found_on, found.case_number, found.beside) == (date(2026, 11, 18), "C1", ())
    assert "person" not in found.subject


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (replace(FIRM_ASKED, matter=""), "没有填写事项"),
        (replace(FIRM_ASKED, matter="M9"), "没有事项“M9”"),
        (replace(FIRM_ASKED, found_on="昨天"), "不是日期"),
        (replace(FIRM_ASKED, found_on="2026-11-24"), "还没有到"),
        (replace(FIRM_ASKED, case_number="C1"), "又填了主体或事项"),
        (Wanted(case_number="C9"), "没有这个案件编号"),
        (Wanted(case_number="OLD"), "已有决定"),
    ],
)
def test_what_cannot_be_asked_says_why(quiet, wanted, words):
    with pytest.raises(CloudError, match=words) as error:
        look_up(quiet, wanted, LEAD, NOW)
    assert error.value.cure


def test_the_last_letter_of_an_identity_number_is_checked():
    assert is_identity_number("11010519491231002X")  # the example of GB 11643
    assert not is_identity_number("110105194912310021")


def test_silence_of_data_clears_nobody():
    day = date(2026, 11, 26)

    def said(*spans):
        told = [
            Span(name, begin and date.fromisoformat(begin), end and date.fromisoformat(end))
            for name, begin, end in spans
        ]
        empty = Earlier(
            "M", "占道", "例", 12, (), "某店", True, day, date(2025, 11, 26), (), (), (), 0, tuple(told)
        )
        return empty.said()

    cases, looks = ("案件", "2025-11-26", "2026-10-26"), ("检查", "2024-01-01", "2026-11-25")
    assert said(cases, looks).startswith("没有在前记录（")
    assert "2025-11-26 至 2025-11-27 的情况须另行核实" in said(("案件", "2025-11-27", "2026-11-25"), looks)
    assert "2026-10-25 至 2026-11-26 的情况须另行核实" in said(cases, ("检查", "2024-01-01", "2026-10-25"))
    assert said(cases, ("检查", None, None)).startswith("无法判断有无在前记录")
