"""Photos over REST: form in, picture out, refusals as problem+json, nothing for strangers."""

import pytest

from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.report import report_case
from tests.data.services.test_photos import picture
from tests.data.services.test_report import ACTOR, COMMAND
from tests.worlds import NOW

ZHANG = Actor("zhang", Role.DISPATCHER, "张三")


@pytest.fixture
def case_id(world):
    return report_case(world, COMMAND, ACTOR, NOW).id


def post(client, case_id, raw, kind="near"):
    return client.post(f"/api/v1/cases/{case_id}/photos", data={"kind": kind}, files={"file": ("a.jpg", raw)})


def test_a_photo_goes_in_and_comes_out(as_actor, case_id):
    client = as_actor(ZHANG)
    answer = post(client, case_id, picture())
    assert (answer.status_code, answer.json()["index"], answer.json()["kind"]) == (201, 1, "near")
    url = client.get(f"/api/v1/cases/{case_id}/photos").json()[0]["url"]
    shown = client.get(url)
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "private" in shown.headers["cache-control"]
    assert shown.content[:2] == b"\xff\xd8"


@pytest.mark.parametrize(
    ("raw", "kind", "field", "status"),
    [
        (b"\xff\xd8\xff no picture", "near", "file", 422),
        (b"", "near", "file", 422),
        (picture("GIF"), "near", "file", 422),
        (picture(), "selfie", "kind", 422),
    ],
)
def test_a_refusal_names_the_field_in_chinese(as_actor, case_id, raw, kind, field, status):
    answer = post(as_actor(ZHANG), case_id, raw, kind)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert error["cure"]


def test_a_missing_file_is_named(as_actor, case_id):
    answer = as_actor(ZHANG).post(f"/api/v1/cases/{case_id}/photos", data={"kind": "near"})
    assert answer.json()["errors"][0]["message"] == "缺少字段 file"


def test_without_a_photo_or_a_case_there_is_none(as_actor, case_id):
    client = as_actor(ZHANG)
    assert client.get(f"/api/v1/cases/{case_id}/photos").json() == []
    assert client.get(f"/api/v1/cases/{case_id}/photos/1").status_code == 404
    assert client.get("/api/v1/cases/999/photos").status_code == 404


@pytest.mark.parametrize(("actor", "status"), [(None, 401), (Actor("wall", Role.WALL), 403)])
def test_strangers_neither_add_nor_see(as_actor, case_id, actor, status):
    assert post(as_actor(ZHANG), case_id, picture()).status_code == 201
    client = as_actor(actor)
    assert post(client, case_id, picture()).status_code == status
    assert client.get(f"/api/v1/cases/{case_id}/photos").status_code == status
    assert client.get(f"/api/v1/cases/{case_id}/photos/1").status_code == status
