"""Photos of a case: decoded to be sure that they are what they claim, written anew without metadata, hashed."""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from data.domain.errors import Conflict, InvalidInput
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.domain.vocabulary import PhotoKind
from data.store.tables import cases
from data.store.work_tables import photos
from data.views.photos import known_photos, owned_case
from data.world import World

MEBIBYTE = 1024 * 1024
MOST_PIXELS = 40_000_000
LEAST_SIDE, LONGEST_SIDE = 16, 2560
MOST_PER_CASE = 20
QUALITY = 85
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
AT_ONCE = threading.BoundedSemaphore(2)
"""Decoding takes up to some 300 MB a photo, so no more than two at a time."""
CURE = "请用手机或电脑重新拍照，保存为 JPEG、PNG 或 WebP 后再上传"


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A photo as it is kept: encoded anew, nothing but pixels in it."""

    content: bytes
    media_type: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) of what is kept."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class PhotoReceipt:
    """What was kept; `is_repeated` where the case had this very photo already. `index` counts from 1."""

    id: int
    index: int
    kind: str
    media_type: str
    width: int
    height: int
    sha256: str
    is_repeated: bool = False


def add_photo(
    world: World, case_id: int, kind: PhotoKind, raw: bytes, actor: Actor, now: datetime
) -> PhotoReceipt:
    """Keep a photo of a case; raise `NotFound`, `Forbidden`, `Conflict` where there are too many, or `InvalidInput`."""
    with world.store.read() as connection:
        authorise(actor, Right.ADD_PHOTO, owned_case(connection, case_id))
    _check_length(len(raw), world.settings.max_photo_bytes)
    with AT_ONCE:
        clean = clean_photo(raw)
    with world.store.write() as transaction:
        connection = transaction.connection
        connection.execute(select(cases.c.id).where(cases.c.id == case_id).with_for_update())
        known = known_photos(connection, case_id)
        hashes = [row.sha256 for row in known]
        if clean.sha256 in hashes:
            index = hashes.index(clean.sha256)
            return _receipt(known[index].id, index + 1, known[index].kind, clean, is_repeated=True)
        if len(known) >= MOST_PER_CASE:
            raise Conflict(
                f"这件案卷已有 {len(known)} 张照片", field="file", cure=f"每件案卷最多 {MOST_PER_CASE} 张"
            )
        key = connection.execute(insert(photos).values(_row(case_id, kind, clean, actor, now)))
        transaction.changed("photos", now, case_id)
        assert key.inserted_primary_key is not None
        return _receipt(int(key.inserted_primary_key[0]), len(known) + 1, str(kind), clean)


def clean_photo(raw: bytes) -> CleanPhoto:
    """Decode an upload and write it anew: orientation applied, metadata gone, no side over 2560 pixels.

    What it claims to be does not count, what it decodes to does. Raises `InvalidInput` for what is no JPEG, PNG or
    WebP, damaged, or of too many pixels, which is known before a pixel is decoded.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=list(FORMATS)) as image:
                _check_size(image.width, image.height)
                kind = (
                    "JPEG" if image.format == "MPO" else str(image.format)
                )  # two pictures in one, as phones do
                image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded smaller at once
                upright = ImageOps.exif_transpose(image)
                upright.load()
    except InvalidInput:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _refused("照片的像素过多", len(raw)) from error
    except UnidentifiedImageError as error:
        raise _refused("文件不是 JPEG、PNG 或 WebP 照片", len(raw)) from error
    except Exception as error:  # a decoder may fail in any way on damaged data
        raise _refused("照片已损坏，无法读取", len(raw)) from error
    return _encoded(upright, kind)


def _check_length(length: int, most: int) -> None:
    if not length:
        raise _refused("照片是空的", 0)
    if length > most:
        raise _refused(f"照片 {length / MEBIBYTE:.1f} MB，超过上限 {most // MEBIBYTE} MB", length)


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _refused(
            f"照片 {width}×{height} 像素过多，上限 {MOST_PIXELS // 10000} 万像素", f"{width}×{height}"
        )
    if min(width, height) < LEAST_SIDE:
        raise _refused(f"照片 {width}×{height} 太小，看不清现场", f"{width}×{height}")


def _encoded(image: Any, kind: str) -> CleanPhoto:
    """Write the pixels alone into a fresh file of the same kind."""
    plain = image.convert("RGBA" if kind != "JPEG" and "A" in image.getbands() else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain.info = {}
    out = io.BytesIO()
    plain.save(out, kind, **({} if kind == "PNG" else {"quality": QUALITY}))
    return CleanPhoto(out.getvalue(), FORMATS[kind], plain.width, plain.height)


def _refused(message: str, value: object) -> InvalidInput:
    return InvalidInput(message, code="bad_photo", field="file", value=value, cure=CURE)


def _row(case_id: int, kind: PhotoKind, clean: CleanPhoto, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "kind": str(kind),
        "media_type": clean.media_type,
        "content": clean.content,
        "sha256": clean.sha256,
        "width": clean.width,
        "height": clean.height,
        "added_at": now,
        "added_by": actor.name,
    }


def _receipt(
    photo_id: int, index: int, kind: str, clean: CleanPhoto, *, is_repeated: bool = False
) -> PhotoReceipt:
    return PhotoReceipt(
        photo_id, index, kind, clean.media_type, clean.width, clean.height, clean.sha256, is_repeated
    )
