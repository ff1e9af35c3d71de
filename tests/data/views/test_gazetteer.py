"""The gazetteer: what is found for what somebody types, and the grade that a name earns."""

from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update

from data.domain.errors import Conflict, InvalidInput
from data.services.report import report_case
from data.store.tables import cases, journal, key_places
from data.store.work_tables import case_answers
from data.views.gazetteer import GRADES, GazetteerBook, PlaceKind, build_gazetteer
from tests.data.services.test_report import ACTOR, COMMAND
from tests.worlds import NOW, make_world

TODAY = NOW.date()
NOWHERE = replace(COMMAND, lon=None, lat=None)


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def gazetteer(world):
    return build_gazetteer(world, TODAY)


@pytest.mark.parametrize(
    ("typed", "name", "kind", "grade"),
    [
        ("恬庄古街", "恬庄古街", PlaceKind.PLACE, "B"),
        ("甜庄古街", "恬庄古街", PlaceKind.PLACE, "B"),
        ("韩国", "韩国工业园", PlaceKind.PLACE, "B"),
        ("工业园", "韩国工业园", PlaceKind.PLACE, "B"),
        ("凤凰镇 凤凰山", "凤凰山", PlaceKind.PLACE, "B"),
        ("杏市", "杏市村", PlaceKind.VILLAGE, "C"),
        ("杏市02", "杏市02", PlaceKind.GRID, "C"),
        ("３２０５８２１０５２０７", "杏市村", PlaceKind.VILLAGE, "C"),
        ("凤凰大道", "凤凰大道", PlaceKind.ROAD, "D"),
        ("奚浦", "奚浦塘", PlaceKind.RIVER, "D"),
    ],
)
def test_the_first_hit(gazetteer, typed, name, kind, grade):
    hit = gazetteer.search(typed)[0]
    assert (hit.name, hit.kind, str(hit.grade)) == (name, kind, grade)


@pytest.mark.parametrize("typed", ["", "  ", "，", "完全没有的地方名称"])
def test_nothing_is_found_for_nothing(gazetteer, typed):
    assert gazetteer.search(typed) == []


def test_hits_are_few_and_exact_before_prefix_before_part(gazetteer):
    names = [hit.name for hit in gazetteer.search("恬庄")]
    assert len(names) <= 8
    assert names.index("恬庄村") < names.index("恬庄01")
    assert len(gazetteer.search("凤凰", limit=3)) == 3


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("恬庄古街 12 号", "恬庄古街"),
        ("江苏省张家港市凤凰镇恬庄村3组", "恬庄村"),
        ("韩国工业园 7 号车间", "韩国工业园"),
        ("凤凰大道 5 号", None),
        ("金谷路 8 号", None),
        ("凤凰镇人民路 5 号", None),
        ("某处", None),
    ],
)
def test_an_address_names_its_longest_known_name(gazetteer, address, name):
    """A road hides the village's name inside it and does not itself say where."""
    found = gazetteer.match(address)
    assert (found.name if found else None) == name


def test_every_kind_has_a_grade_and_every_name_a_point_in_or_near_the_town(gazetteer):
    assert set(GRADES) == set(PlaceKind)
    assert all(120.5 < n.lon < 120.8 and 31.7 < n.lat < 31.85 for n in gazetteer.names)
    assert len({n.key for n in gazetteer.names}) == len(gazetteer.names)


def test_new_key_places_are_found_without_a_restart(world):
    book = GazetteerBook(world)
    assert book.current(TODAY) is book.current(TODAY)
    assert not [hit for hit in book.current(TODAY).search("老码头") if hit.name == "老码头"]
    with world.store.write() as transaction:
        row = {"name": "老码头", "kind": "河道口", "lon": 120.63, "lat": 31.77, "is_demo": True}
        transaction.connection.execute(insert(key_places).values(row))
        transaction.changed("loads", NOW)
    hit = book.current(TODAY).search("老码头")[0]
    assert (hit.kind, hit.grade, hit.hint) == (PlaceKind.KEY_PLACE, "B", "河道口")


# --- The same rule in a report -----------------------------------------------------------------------


def row(world):
    with world.store.read() as connection:
        return connection.execute(select(cases).order_by(cases.c.id.desc()).limit(1)).one()


def test_a_chosen_name_gives_point_grids_grade_and_words(world, gazetteer):
    village = gazetteer.search("杏市村")[0]
    receipt = report_case(world, replace(NOWHERE, place=village.key), ACTOR, NOW)
    case = row(world)
    assert (receipt.location_grade, case.location_grade, case.address) == ("C", "C", "杏市村")
    assert (case.lon, case.lat) == (village.lon, village.lat)
    assert case.comprehensive_code.startswith("320582105207")


def test_the_words_of_the_reporter_go_before_the_name(world, gazetteer):
    report_case(
        world, replace(NOWHERE, place=gazetteer.search("杏市村")[0].key, address="村部旁"), ACTOR, NOW
    )
    assert row(world).address == "村部旁"


def test_a_click_is_more_than_a_name(world, gazetteer):
    receipt = report_case(world, replace(COMMAND, place=gazetteer.search("杏市村")[0].key), ACTOR, NOW)
    assert receipt.location_grade == "A"


def test_a_name_that_is_gone_is_refused(world):
    with pytest.raises(InvalidInput) as refusal:
        report_case(world, replace(NOWHERE, place="place:9:没有"), ACTOR, NOW)
    assert refusal.value.field == "place"


# --- What a sender brings, and answers ---------------------------------------------------------------


def test_a_stricter_deadline_of_the_sender_counts_from_the_start(world):
    soon = NOW.replace(minute=40)
    command = replace(COMMAND, external_number=" 12345-1 ", external_due_at=soon, severity="urgent")
    report_case(world, command, ACTOR, NOW)
    case = row(world)
    assert (case.external_number, case.external_due_at, case.due_at) == ("12345-1", soon, soon)
    assert case.severity == "urgent"


def test_a_known_number_is_refused_with_its_case(world):
    first = report_case(world, replace(COMMAND, external_number="12345-1"), ACTOR, NOW)
    for source in ("rest", "desk"):
        with pytest.raises(Conflict, match=first.number):
            report_case(world, replace(COMMAND, external_number="12345-1", source_key=source), ACTOR, NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"external_number": " "}, "external_number"),
        ({"external_number": "x" * 65}, "external_number"),
        ({"external_due_at": NOW}, "external_due_at"),
        ({"external_due_at": NOW.replace(year=2028)}, "external_due_at"),
        ({"external_due_at": NOW.replace(tzinfo=None, hour=23)}, "external_due_at"),
        ({"category": "0403", "answers": {}}, "answers.smell"),
        ({"category": "0403", "answers": {"smell": "香"}}, "answers.smell"),
        ({"category": "0403", "answers": {"smell": "燃气", "unwell": "否", "zz": "1"}}, "answers.zz"),
        (
            {"category": "0202", "answers": {"extent": "一盏", "pole_number": "长" * 201}},
            "answers.pole_number",
        ),
        ({"category": "0202", "answers": {"extent": "一盏", "pole_number": "\x00"}}, "answers.pole_number"),
    ],
)
def test_bad_senders_and_answers_are_refused_by_field(world, change, field):
    with pytest.raises(InvalidInput) as refusal:
        report_case(world, replace(COMMAND, **change), ACTOR, NOW)
    assert refusal.value.field == field
    assert refusal.value.cure


def test_answers_stand_where_they_can_be_erased(world):
    answers = {"extent": "几盏", "pole_number": " L-12 "}
    receipt = report_case(world, replace(COMMAND, category="0202", answers=answers), ACTOR, NOW)
    with world.store.read() as connection:
        kept = connection.execute(select(case_answers)).one()
        payload = connection.execute(select(journal.c.payload)).scalar_one()
    assert (kept.case_id, kept.answers) == (receipt.id, '{"extent":"几盏","pole_number":"L-12"}')
    assert "L-12" not in payload
    assert '"content":"' in payload


def test_whoever_was_not_asked_need_not_answer(world):
    assert report_case(world, replace(COMMAND, category="0403"), ACTOR, NOW).number
    with world.store.write() as transaction:
        transaction.connection.execute(update(cases).values(is_open=False))
