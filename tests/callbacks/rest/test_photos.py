"""Photos over REST: form in, picture out, refusals as problem+json, nothing for strangers."""

import io

import pytest
from PIL import Image

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
    assert shown.headers["cache-control"] == "no-store"
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


def phone_photo(quality=93):
    """A photo of 12 million pixels as a phone takes it: noisy, on its side, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 46.0, 12.0), 3: "E", 4: (120.0, 37.0, 48.0)})
    out = io.BytesIO()
    Image.effect_noise((4032, 3024), 24).convert("RGB").save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def test_a_phone_s_photo_of_four_megabytes_goes_the_whole_way(as_actor, case_id):
    raw = phone_photo()
    assert 4_000_000 < len(raw) < 9_000_000
    client = as_actor(ZHANG)
    answer = post(client, case_id, raw)
    assert (answer.status_code, answer.json()["width"], answer.json()["height"]) == (201, 1920, 2560)
    kept = Image.open(io.BytesIO(client.get(f"/api/v1/cases/{case_id}/photos/1").content))
    assert (kept.size, len(kept.getexif())) == ((1920, 2560), 0)


def test_a_photo_over_its_limit_is_refused_in_words_before_it_is_read(as_actor, case_id):
    answer = post(as_actor(ZHANG), case_id, b"\xff\xd8\xff" + b"x" * 10_000_000)
    assert answer.status_code == 413
    (error,) = answer.json()["errors"]
    assert (error["field"], error["message"]) == ("file", "照片 9.5 MB，超过上限 9.0 MB")
    assert error["cure"]


def test_a_photo_that_hides_its_length_is_cut_off_at_the_limit(as_actor, case_id):
    def endless():
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        for _ in range(160):
            yield b"x" * 65_536

    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = as_actor(ZHANG).post(f"/api/v1/cases/{case_id}/photos", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "file")


@pytest.mark.parametrize("path", ["/api/v1/cases/{}/actions", "/api/v1/cases/{}/photos/1", "/api/v1/cases"])
def test_the_limit_of_photos_holds_for_photos_alone(as_actor, case_id, path):
    answer = as_actor(ZHANG).post(path.format(case_id), content=b"x" * 300_000)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "body")


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
