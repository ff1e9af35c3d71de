"""Photos: what is kept, and that nothing but a plain picture gets in."""

import io
import struct
import zlib

import pytest
from PIL import Image

from data.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from data.domain.people import Actor
from data.domain.vocabulary import PhotoKind, Role
from data.services import photos as service
from data.services.photos import add_photo, clean_photo
from data.services.report import report_case
from data.views.photos import list_photos, read_photo
from tests.data.services.test_report import ACTOR, COMMAND
from tests.worlds import NOW, make_world

ZHANG = Actor("zhang", Role.DISPATCHER, "张三")


def picture(kind="JPEG", size=(64, 48), colour=(200, 30, 30), **options):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def bomb(side=30_000):
    """A PNG of a few hundred bytes that claims 900 million pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_three_kinds_are_kept_as_what_they_are(kind):
    clean = clean_photo(picture(kind))
    assert clean.media_type == service.FORMATS[kind]
    assert Image.open(io.BytesIO(clean.content)).format == kind
    assert (clean.width, clean.height) == (64, 48)


def test_metadata_is_gone_and_orientation_is_applied():
    exif = Image.Exif()
    exif[0x010E] = "某某家门口"
    exif[0x0112] = 6
    clean = clean_photo(picture(exif=exif.tobytes()))
    kept = Image.open(io.BytesIO(clean.content))
    assert not kept.getexif()
    assert "某某".encode() not in clean.content
    assert (clean.width, clean.height) == (48, 64)


def test_a_comment_and_what_hangs_behind_the_picture_are_gone():
    clean = clean_photo(picture(comment=b"<script>x</script>") + b"<html>behind</html>")
    assert b"<script>" not in clean.content
    assert b"<html>" not in clean.content


def test_a_large_picture_is_made_smaller():
    clean = clean_photo(picture(size=(4000, 1000)))
    assert (clean.width, clean.height) == (2560, 640)


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"\xff\xd8\xff\xe0" + b"no picture" * 20, "不是 JPEG|已损坏"),
        (picture()[:300], "已损坏|不是 JPEG"),
        (b"GIF89a" + b"\0" * 50, "不是 JPEG"),
        (picture("GIF"), "不是 JPEG"),
        (picture("BMP"), "不是 JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是 JPEG"),
        (bomb(), "像素过多"),
        (bomb(8000), "像素过多"),
        (picture(size=(15, 400)), "太小"),
    ],
)
def test_anything_else_is_refused_in_words(raw, word):
    with pytest.raises(InvalidInput, match=word) as refusal:
        clean_photo(raw)
    assert (refusal.value.code, refusal.value.field) == ("bad_photo", "file")
    assert "JPEG" in refusal.value.cure


@pytest.mark.parametrize(
    ("raw", "word"), [(b"", "空的"), (b"x" * (1024 * 1024 + 1), r"1\.0 MB，超过上限 1 MB")]
)
def test_nothing_and_too_much_are_refused(sqlite_url, raw, word):
    world = make_world(sqlite_url, max_photo_mb=1)
    case = report_case(world, COMMAND, ACTOR, NOW).id
    with pytest.raises(InvalidInput, match=word):
        add_photo(world, case, PhotoKind.NEAR, raw, ZHANG, NOW)


def test_two_pictures_in_one_file_as_phones_write_them_are_one_jpeg():
    out = io.BytesIO()
    first, second = (Image.new("RGB", (64, 48), colour) for colour in ((200, 30, 30), (30, 200, 30)))
    first.save(out, "MPO", save_all=True, append_images=[second])
    clean = clean_photo(out.getvalue())
    assert clean.media_type == "image/jpeg"
    assert Image.open(io.BytesIO(clean.content)).format == "JPEG"


def test_the_place_where_a_photo_was_taken_is_gone():
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 46.0, 12.0), 3: "E", 4: (120.0, 37.0, 48.0)})
    raw = picture(exif=exif.tobytes())
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(0x8825)[2]
    assert not Image.open(io.BytesIO(clean_photo(raw).content)).getexif()


def test_a_photo_is_kept_listed_and_read(world):
    case = report_case(world, COMMAND, ACTOR, NOW).id
    first = add_photo(world, case, PhotoKind.NEAR, picture(), ZHANG, NOW)
    second = add_photo(world, case, PhotoKind.AFTER, picture("PNG"), ZHANG, NOW)
    listed = list_photos(world, case, ZHANG)
    assert [(p["index"], p["kind_label"]) for p in listed] == [(1, "近景"), (2, "处置后")]
    content, media_type = read_photo(world, case, 2, ZHANG)
    assert (media_type, service.hashlib.sha256(content).hexdigest()) == ("image/png", second.sha256)
    assert (first.index, second.index) == (1, 2)


def test_the_same_photo_twice_is_kept_once(world):
    case = report_case(world, COMMAND, ACTOR, NOW).id
    first = add_photo(world, case, PhotoKind.NEAR, picture(), ZHANG, NOW)
    again = add_photo(world, case, PhotoKind.FAR, picture(), ZHANG, NOW)
    assert (again.id, again.is_repeated, again.kind) == (first.id, True, "near")
    assert len(list_photos(world, case, ZHANG)) == 1


def test_a_case_has_at_most_so_many(world, monkeypatch):
    monkeypatch.setattr(service, "MOST_PER_CASE", 1)
    case = report_case(world, COMMAND, ACTOR, NOW).id
    add_photo(world, case, PhotoKind.NEAR, picture(), ZHANG, NOW)
    with pytest.raises(Conflict, match="已有 1 张"):
        add_photo(world, case, PhotoKind.NEAR, picture(colour=(1, 2, 3)), ZHANG, NOW)


@pytest.mark.parametrize("case_id", [0, -1, 99, 2**70])
def test_an_unknown_case_is_not_found(world, case_id):
    with pytest.raises(NotFound):
        add_photo(world, case_id, PhotoKind.NEAR, picture(), ZHANG, NOW)
    with pytest.raises(NotFound):
        list_photos(world, case_id, ZHANG)


@pytest.mark.parametrize("index", [0, -1, 2, 2**70])
def test_an_unknown_photo_is_not_found(world, index):
    case = report_case(world, COMMAND, ACTOR, NOW).id
    add_photo(world, case, PhotoKind.NEAR, picture(), ZHANG, NOW)
    with pytest.raises(NotFound, match="没有第"):
        read_photo(world, case, index, ZHANG)


def test_whose_the_case_is_not_neither_adds_nor_sees(world):
    case = report_case(world, COMMAND, ACTOR, NOW).id
    own = Actor("a", Role.UNIT_HANDLER, unit_code="sanitation")
    assert add_photo(world, case, PhotoKind.AFTER, picture(), own, NOW).index == 1
    for other in (Actor("b", Role.UNIT_HANDLER, unit_code="water"), Actor("w", Role.WALL)):
        with pytest.raises(Forbidden):
            add_photo(world, case, PhotoKind.AFTER, picture(), other, NOW)
        with pytest.raises(Forbidden):
            read_photo(world, case, 1, other)
