"""Texts that a database or a screen cannot hold: control characters and broken Unicode."""

from __future__ import annotations

import re

from data.domain.errors import InvalidInput

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SHOWN = 60


def check_printable(name: str, words: str) -> None:
    """Refuse a text with a character that cannot be kept, naming field and character."""
    broken = UNPRINTABLE.search(words)
    if broken is not None:
        raise InvalidInput(
            f"{name} 含有无法保存的字符（U+{ord(broken.group()):04X}）",
            field=name,
            value=ascii(words[:SHOWN]),
            cure="请删除这个字符后重新提交",
        )
