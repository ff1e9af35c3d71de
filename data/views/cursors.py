"""Where the next page begins, as a word that a client hands back and need not understand."""

from __future__ import annotations

import base64
import binascii
import hashlib

from data.domain.errors import InvalidInput

CHECK_BYTES = 4


def write_cursor(of: str, after: int) -> str:
    """Return the word for the place behind the number `after` of the list `of`, e.g. journal:17."""
    text = f"{of}:{after}".encode()
    return base64.urlsafe_b64encode(_check(text) + text).decode().rstrip("=")


def read_cursor(of: str, cursor: str) -> int:
    """Return the number behind which the page begins; raise `InvalidInput` for a word that is not of this list."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    check, text = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
    name, _, after = text.decode("utf-8", "replace").rpartition(":")
    if check != _check(text) or name != of or not after.isascii() or not after.isdigit():
        cure = "请原样传回上一页的 next_cursor；不带 cursor 即从头开始"
        raise InvalidInput("cursor 不是这份列表给出的", field="cursor", value=cursor, cure=cure)
    return int(after)


def _check(text: bytes) -> bytes:
    """Tell a mangled word from a whole one; it protects nothing, since the page is judged by rights alone."""
    return hashlib.blake2s(text, digest_size=CHECK_BYTES).digest()
