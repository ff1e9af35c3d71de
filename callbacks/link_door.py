"""What stands before the links of observers: their address, what every answer carries, and what no log may keep."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

LINKS = "/observe/"
SECRET = re.compile(rf"{LINKS}[^\s?#&\"']*", re.IGNORECASE)
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }
)


def is_link(path: str) -> bool:
    """Whether an address is that of a link."""
    return path.startswith(LINKS)


def without_secret(words: str) -> str:
    """Return words from which no link can be opened."""
    return SECRET.sub(f"{LINKS}…", words)
