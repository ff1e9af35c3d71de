"""How large a request may be: a photo has its own limit, everything else another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.responses import Response

from callbacks.rest.problems import problem

PHOTOS = re.compile(r"/api/v1/cases/[^/]+/photos/?")
FORM_BYTES = 64 * 1024
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The largest bodies in bytes: of any request, and of a photo as it is uploaded."""

    body: int
    photo: int

    def most(self, path: str) -> int:
        """Return how large a request's body may be; a photo comes in a form, which has words of its own."""
        return self.photo + FORM_BYTES if PHOTOS.fullmatch(path) else self.body

    def refusal(self, path: str, length: int | None = None) -> Response:
        """Return the answer to a body that is too large; `length` is what it says of itself, None for nothing."""
        size = "" if length is None else f" {_size(length)}"
        if PHOTOS.fullmatch(path):
            message = f"照片{size}，超过上限 {_size(self.photo)}"
            return _refusal("file", length, message, "请把照片缩小或降低拍摄质量，一次上传一张")
        message = f"请求正文{size}，超过上限 {_size(self.body)}"
        return _refusal("body", length, message, "请缩短内容，或分几次提交")


def _refusal(field: str, length: int | None, message: str, cure: str) -> Response:
    return problem(
        413, "too_large", message, [{"field": field, "value": length, "message": message, "cure": cure}]
    )


def _size(count: int) -> str:
    """Return a number of bytes as a person reads it."""
    return f"{count / MEBIBYTE:.1f} MB" if count >= MEBIBYTE else f"{count / 1024:.0f} KB"
