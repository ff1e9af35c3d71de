"""POST and GET /cases as a stranger's program would use them."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.store.tables import cases
from data.store.work_tables import case_answers
from data.world import utc_now

CASE = {"title": "井盖破损", "category": "0101", "intake_channel": "window", "lon": 120.63, "lat": 31.77}
URL = "/api/v1/cases"


def test_a_post_answers_what_was_written(client):
    answer = client.post(URL, json=CASE)
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{URL}/{body['id']}"
    assert len(body["comprehensive"]) == len(body["police"]) == 15
    assert body["is_edge"] in (True, False)
    assert body["is_repeated"] is False


def test_a_post_can_be_read_back(client):
    number = client.post(URL, json=CASE | {"description": "秘密"}).json()["id"]
    body = client.get(f"{URL}/{number}").json()
    assert (body["title"], body["state"], len(body["journal"])) == ("井盖破损", "reported", 1)
    assert "秘密" not in str(body)


def test_the_same_key_answers_the_same(client):
    first = client.post(URL, json=CASE, headers={"Idempotency-Key": "k1"})
    again = client.post(URL, json=CASE, headers={"Idempotency-Key": "k1"})
    assert again.json() == first.json() | {"is_repeated": True}
    assert len(client.get(URL).json()["items"]) == 1


def test_the_same_key_with_another_body_is_refused(client):
    client.post(URL, json=CASE, headers={"Idempotency-Key": "k1"})
    answer = client.post(URL, json=CASE | {"title": "别的"}, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 100}, "title"),
        ({"title": 7}, "title"),
        ({"title": None}, "title"),
        ({"category": "9999"}, "category"),
        ({"category": 101}, "category"),
        ({"intake_channel": "pigeon"}, "intake_channel"),
        ({"lon": "abc"}, "lon"),
        ({"lon": None}, "lon"),
        ({"lat": None}, "lat"),
        ({"lon": 0, "lat": 0}, "lon"),
        ({"lon": 31.77, "lat": 120.63}, "lon"),
        ({"lon": 1e308}, "lon"),
        ({"crs": "mars"}, "crs"),
        ({"crs": "EPSG:999999"}, "crs"),
        ({"crs": "gcj02" * 10}, "crs"),
        ({"happened_at": "2099-01-01T00:00:00Z"}, "happened_at"),
        ({"happened_at": "2026-11-23T10:00:00"}, "happened_at"),
        ({"happened_at": "昨天"}, "happened_at"),
        ({"actor": "leader"}, "actor"),
        ({"lon": None, "lat": None, "address": "  "}, "address"),
        ({"description": "字" * 3000}, "description"),
        ({"title": "井盖\x00破损"}, "title"),
        ({"address": "响铃\x07"}, "address"),
        ({"happened_at": "0001-01-01T00:00:00Z"}, "happened_at"),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, "happened_at"),
        ({"happened_at": "9999-12-31T23:59:59-14:00"}, "happened_at"),
        ({"happened_at": "2011-07-01T00:00:00Z"}, "happened_at"),
        ({"place": "village:320582105207"}, "place"),
        ({"lon": None, "lat": None, "place": "village:000"}, "place"),
        ({"severity": "huge"}, "severity"),
        ({"external_number": " "}, "external_number"),
        ({"external_number": "9" * 65}, "external_number"),
        ({"external_number": "1\x00"}, "external_number"),
        ({"external_due_at": "2026-11-01T08:00:00Z"}, "external_due_at"),
        ({"external_due_at": "2026-12-01T08:00:00"}, "external_due_at"),
        ({"external_due_at": "9999-12-31T23:59:59-14:00"}, "external_due_at"),
        ({"answers": {"amount": "很多"}}, "answers.amount"),
        ({"answers": {"colour": "红"}}, "answers.colour"),
        ({"answers": {"amount": 3}}, "answers.amount"),
        ({"answers": {"amount": "一" * 201}}, "answers.amount"),
        ({"answers": "一两袋"}, "answers"),
        ({"category": "0202", "answers": {}}, "answers.extent"),
    ],
)
def test_bad_input_names_field_and_cure(client, change, field):
    answer = client.post(URL, json=CASE | change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    [error] = [e for e in answer.json()["errors"] if e["field"] == field]
    assert error["message"]
    assert error["cure"]
    assert client.get(URL).json()["items"] == []


def test_a_post_may_say_all_that_the_desk_s_sheet_says(client, world):
    [question] = [
        q
        for c in client.get("/api/v1/categories").json()
        if c["code"] == "0202"
        for q in c["questions"]
        if q["required"]
    ]
    due_at = (utc_now() + timedelta(days=3)).replace(microsecond=0)
    said = {
        "title": "路灯不亮",
        "category": "0202",
        "intake_channel": "hotline",
        "place": "village:320582105207",
        "severity": "urgent",
        "external_number": "12345-9",
        "external_due_at": due_at.isoformat(),
        "answers": {question["key"]: question["choices"][0]},
    }
    refused = client.post(URL, json=said | {"external_number": " "})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "external_number"
    assert "还没有填写来单编号" in refused.json()["title"]
    answer = client.post(URL, json=said)
    assert (answer.status_code, answer.json()["location_grade"]) == (201, "C")
    with world.store.read() as connection:
        case = connection.execute(select(cases)).one()
        answers = connection.execute(select(case_answers.c.answers)).scalar_one()
    assert (case.severity, case.external_number, case.external_due_at) == ("urgent", "12345-9", due_at)
    assert (case.source_key, json.loads(answers)) == ("rest", said["answers"])
    again = client.post(URL, json=said)
    assert (again.status_code, again.json()["errors"][0]["field"]) == (409, "external_number")


def test_openapi_describes_what_a_new_case_may_say(client):
    fields = client.get("/api/openapi.json").json()["components"]["schemas"]["NewCase"]["properties"]
    assert {"place", "severity", "external_number", "external_due_at", "answers"} <= set(fields)
    assert all(fields[name]["description"] for name in ("place", "severity", "external_due_at", "answers"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lon": "abc"}, "“abc” 不符合字段 lon 的要求：应为数字"),
        ({"title": 7}, "“7” 不符合字段 title 的要求：应为文字"),
        (
            {"happened_at": "昨天"},
            "“昨天” 不符合字段 happened_at 的要求：应为带时区的时间，例如 2026-11-23T17:20:00+08:00",
        ),
        ({"severity": "mild"}, "“mild” 不在可选值之中：normal、elevated、urgent、critical"),
    ],
)
def test_a_wrong_value_is_told_what_is_wanted(client, change, message):
    assert client.post(URL, json=CASE | change).json()["errors"][0]["message"] == message


@pytest.mark.parametrize(
    ("actor", "is_told"),
    [
        (Actor("visitor", Role.WALL), False),
        (Actor("h", Role.UNIT_HANDLER, unit_code="water"), False),
        (Actor("g", Role.GRID_MEMBER), False),
        (Actor("h", Role.UNIT_HANDLER, unit_code="sanitation"), True),
        (Actor("zhang", Role.LEADER), True),
    ],
)
def test_who_may_not_see_the_journal_sees_the_case_as_a_screen_shows_it(client, as_actor, actor, is_told):
    number = client.post(URL, json=CASE).json()["id"]
    body = as_actor(actor).get(f"{URL}/{number}").json()
    assert body["title"] == "井盖破损"
    assert (body["journal"] is not None, body["orders"] is not None) == (is_told, is_told)
    assert ("demo-dispatcher" in str(body)) == is_told


def code_of(world, sensitivity):
    return next(c.code for c in world.town.categories if c.wall_sensitivity == sensitivity)


@pytest.mark.parametrize(
    ("actor", "is_told"),
    [
        (Actor("visitor", Role.WALL), False),
        (Actor("h", Role.UNIT_HANDLER, unit_code="enforcement"), False),
        (Actor("zhang", Role.INTAKE), True),
    ],
)
def test_a_case_that_no_screen_shows_is_unknown_to_whoever_looks_at_screens(
    client, as_actor, world, actor, is_told
):
    told = CASE | {"category": code_of(world, "hidden"), "external_number": "12345-9"}
    number = client.post(URL, json=told).json()["id"]
    seen = as_actor(actor)
    assert (len(seen.get(URL).json()["items"]) == 1) == is_told
    assert (seen.get(f"{URL}/{number}").status_code == 200) == is_told
    assert len(seen.get(URL, params={"category": told["category"]}).json()["items"]) == is_told


@pytest.mark.parametrize(
    ("actor", "is_told"), [(Actor("w", Role.WALL), False), (Actor("z", Role.LEADER), True)]
)
def test_a_filter_does_not_tell_what_a_mask_hides(client, as_actor, world, actor, is_told):
    code = code_of(world, "dimmed")
    grid = client.post(URL, json=CASE | {"category": code}).json()["comprehensive"]
    seen = as_actor(actor)
    assert [case["is_masked"] for case in seen.get(URL).json()["items"]] == [True]
    for query in ({"category": code}, {"grid": grid}):
        assert len(seen.get(URL, params=query).json()["items"]) == is_told


@pytest.mark.parametrize("field", ["title", "description", "address", "\\ud800"])
def test_broken_unicode_is_refused_not_stored(client, field):
    broken = '{"' + field + '": "\\ud800", '
    text = broken + '"title": "x", "category": "0101", "intake_channel": "window"}'
    answer = client.post(URL, content=text.encode(), headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_category_that_has_ended_is_refused(client, world, monkeypatch):
    ended = world.town.categories_by_code["0101"].model_copy(update={"valid_to": date(2025, 1, 1)})
    town = type(world.town)
    monkeypatch.setattr(town, "category", lambda self, code: ended)
    assert "停用" in client.post(URL, json=CASE).json()["errors"][0]["message"]


def test_a_repeat_is_answered_even_when_the_rules_have_changed(client, world, monkeypatch):
    first = client.post(URL, json=CASE, headers={"Idempotency-Key": "k"})
    monkeypatch.setattr(type(world.town), "category", lambda self, code: None)
    again = client.post(URL, json=CASE, headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'"text"', b"null", b'{"lon": NaN}'])
def test_a_body_that_is_no_case_is_refused(client, body):
    answer = client.post(URL, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_pages_of_the_list_meet_without_gap(client):
    ids = [client.post(URL, json=CASE).json()["id"] for _ in range(5)]
    first = client.get(URL, params={"limit": 3}).json()
    second = client.get(URL, params={"limit": 3, "before": first["next_before"]}).json()
    assert [c["id"] for c in first["items"] + second["items"]] == ids[::-1]
    assert second["next_before"] is None


@pytest.mark.parametrize(
    ("query", "count"),
    [("is_open=true", 1), ("is_open=false", 0), ("state=closed", 0), ("category=0101", 1), ("grid=x", 0)],
)
def test_the_list_can_be_narrowed(client, query, count):
    client.post(URL, json=CASE)
    assert len(client.get(f"{URL}?{query}").json()["items"]) == count


@pytest.mark.parametrize("number", ["0", "-1", "4711", "99999999999999999999999"])
def test_an_unknown_case_is_404(client, number):
    answer = client.get(f"{URL}/{number}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["cure"]


@pytest.mark.parametrize(
    "query",
    ["grid=%00", "category=a%20b", "limit=0", "limit=501", "before=0", "state=asleep", "is_open=maybe"],
)
def test_a_wrong_question_is_422(client, query):
    assert client.get(f"{URL}?{query}").status_code == 422


def test_a_sensitive_case_is_masked_in_the_list_too(client, world):
    code = next(c.code for c in world.town.categories if c.wall_sensitivity != "normal")
    client.post(URL, json=CASE | {"category": code, "address": "三号楼"})
    [case] = client.get(URL).json()["items"]
    category = world.town.category(code)
    assert (case["title"], case["address"], case["is_masked"]) == ("内容遮蔽", None, True)
    assert (case["lon"], case["category_code"], case["category_name"]) == (
        None,
        code[:2],
        category.major_name,
    )
    one = client.get(f"{URL}/{case['id']}")
    assert category.name not in one.text
    assert {entry["payload"] for entry in one.json()["journal"]} == {None}
