"""Finding a source's columns under the names that its files use."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from data.loaders.contracts import REQUIRED_FIELDS
from data.loaders.errors import LoadRefused
from data.town import SourceProfile

SEARCHED_ROWS = 30
SHOWN_HEADERS = 40


def plain(name: object) -> str:
    """Return a header without blanks, width and case differences, so that 「经 度 」 finds 经度."""
    text = unicodedata.normalize("NFKC", str(name)).replace("\ufeff", "")
    return "".join(text.split()).casefold()


def match_columns(header: Sequence[str], profile: SourceProfile) -> dict[str, int]:
    """Return the position of each target field in a header; the first alias that is found wins."""
    positions: dict[str, int] = {}
    for position, name in enumerate(header):
        positions.setdefault(plain(name), position)
    found: dict[str, int] = {}
    for field, rule in profile.columns.items():
        for alias in (*rule.aliases, field):
            if plain(alias) in positions:
                found[field] = positions[plain(alias)]
                break
    return found


def find_header(rows: Iterable[Sequence[str]], profile: SourceProfile) -> int | None:
    """Return the position of the row that names most of the source's columns, or None if no row names any."""
    scores = [len(match_columns(row, profile)) for row in rows]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def missing_fields(found: Iterable[str], profile: SourceProfile) -> list[str]:
    """Return the fields that a file must have and has not."""
    required = [field for field, rule in profile.columns.items() if rule.required]
    required += [*profile.natural_key, *REQUIRED_FIELDS[profile.target]]
    given = {*found, *profile.defaults}
    given |= {field for field, rule in profile.columns.items() if rule.default is not None}
    return [field for field in dict.fromkeys(required) if field not in given]


def require_columns(header: Sequence[str], found: Iterable[str], profile: SourceProfile) -> None:
    """Raise `LoadRefused` naming every missing column and what was found instead."""
    missing = missing_fields(found, profile)
    if not missing:
        return
    wanted = "、".join(_wanted(field, profile) for field in missing)
    names = [str(name).strip() for name in header if str(name).strip()]
    seen = "、".join(names[:SHOWN_HEADERS]) or "（没有表头）"
    raise LoadRefused(
        f"文件缺少必需的列：{wanted}；文件里的列是：{seen}",
        code="missing_column",
        field=missing[0],
        value=seen,
        cure=f"请补上该列，或把文件里的列名加入来源“{profile.key}”的 columns.{missing[0]}.aliases；"
        "若列名是乱码，请检查 encoding",
    )


def _wanted(field: str, profile: SourceProfile) -> str:
    rule = profile.columns.get(field)
    aliases = " / ".join(rule.aliases[:4]) if rule else ""
    return f"{field}（{aliases}）" if aliases else field
