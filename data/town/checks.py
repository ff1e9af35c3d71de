"""Checks between the files of a town folder: nothing twice, and every code names something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from data.town.indicators import IndicatorDefinition
from data.town.parts import IndicatorList, TownParts
from data.town.reading import Document, Sheet
from data.town.sources import SourceProfile

SHARE_TOLERANCE = 0.005


def check_parts(parts: TownParts) -> None:
    """Run every check in turn; raise `TownError` at the first problem."""
    for check in CHECKS:
        check(parts)


def check_unique(parts: TownParts) -> None:
    """Refuse a key that stands twice in a table."""
    _unique(parts.villages, "code12", lambda row: row.code12)
    _unique(parts.units, "code", lambda row: row.code)
    _unique(parts.categories, "minor", lambda row: (row.code, row.valid_from), lambda row: row.code)
    _unique(parts.calendar, "date", lambda row: row.date)
    _unique(parts.published, "key", lambda row: row.key)
    _unique(parts.escalation, "percent", lambda row: row.percent)
    _unique(parts.stage_limits, "stage", lambda row: row.stage)
    _unique(
        parts.responsibilities,
        "category_code",
        lambda row: (row.category_code, row.village_code, row.valid_from),
        lambda row: f"{row.category_code}/{row.village_code}",
    )


def check_unit_codes(parts: TownParts) -> None:
    """Refuse a unit code that units.csv lacks; a town without that table is not checked."""
    codes = {unit.code for unit in parts.units.rows}
    if not codes:
        return
    _known(parts.units, "parent", lambda row: [row.parent], codes, "units.csv")
    for sheet in (parts.categories, parts.responsibilities):
        _known(sheet, "main_unit", lambda row: [row.main_unit], codes, "units.csv")
        _known(sheet, "assisting_units", lambda row: row.assisting_units, codes, "units.csv")
    for document in parts.sources:
        if document.value.owner_unit not in (None, *codes):
            raise _unknown(document, ("owner_unit",), document.value.owner_unit, "units.csv")
    for listed, index, indicator in _indicators(parts):
        if indicator.owner not in (None, *codes):
            raise _unknown(listed, ("indicators", index, "owner"), indicator.owner, "units.csv")


def check_responsibilities(parts: TownParts) -> None:
    """Refuse a responsibility for a category or village that does not exist."""
    categories = {row.code for row in parts.categories.rows}
    villages = {row.code12 for row in parts.villages.rows} | {"*"}
    sheet = parts.responsibilities
    _known(sheet, "category_code", lambda row: [row.category_code], categories, "categories.csv")
    _known(sheet, "village_code", lambda row: [row.village_code], villages, "villages.csv")


def check_working_time(parts: TownParts) -> None:
    """Refuse working periods that overlap."""
    sheet = parts.working_time
    order = sorted(range(len(sheet.rows)), key=lambda index: sheet.rows[index].start)
    for before, after in pairwise(order):
        if sheet.rows[after].start < sheet.rows[before].end:
            what = f"与第 {sheet.lines[before]} 行的时段重叠"
            raise sheet.problem(
                after, "start", sheet.rows[after].start.strftime("%H:%M"), what, "请错开两个时段"
            )


def check_sources(parts: TownParts) -> None:
    """Refuse a source key twice, a key or owned field without a column, a category code unknown."""
    categories = {row.code for row in parts.categories.rows}
    seen: set[str] = set()
    for document in parts.sources:
        source = document.value
        if source.key in seen:
            raise document.problem(("key",), source.key, "与另一个数据源重名", "请换一个 key")
        seen.add(source.key)
        _check_fields(document)
        for word, code in source.category_map.items():
            if code not in categories:
                raise _unknown(document, ("category_map", word), code, "categories.csv")


def check_arrivals(parts: TownParts) -> None:
    """Refuse shares that do not add up to 1 and minors that categories.csv lacks."""
    document, majors = parts.arrivals, parts.arrivals.value.majors
    codes = {row.code for row in parts.categories.rows}
    for major, row in majors.items():
        for minor in row.minors:
            if major + minor not in codes:
                raise _unknown(document, ("majors", major, "minors", minor), major + minor, "categories.csv")
        if sum(row.minors.values()) <= 0 or sum(row.hours) <= 0:
            raise document.problem(("majors", major), major, "权重全为 0", "请至少填一个大于 0 的权重")
    total = sum(row.share for row in majors.values())
    if majors and abs(total - 1) > SHARE_TOLERANCE:
        raise document.problem(("majors",), f"{total:.3f}", "各大类占比之和不等于 1", "请调整各大类的 share")


def check_indicators(parts: TownParts) -> None:
    """Refuse an indicator version that stands twice, in one file or in two."""
    seen: set[tuple[str, str]] = set()
    for document, index, row in _indicators(parts):
        if (row.id, row.version) in seen:
            spot = ("indicators", index, "id")
            raise document.problem(spot, row.id, "同一版本出现两次", "请删去一条或换一个版本号")
        seen.add((row.id, row.version))


def _indicators(parts: TownParts) -> Iterator[tuple[Document[IndicatorList], int, IndicatorDefinition]]:
    """Yield every definition with its file and its place in it."""
    for document in parts.indicators:
        for index, row in enumerate(document.value.indicators):
            yield document, index, row


def check_dispatch(parts: TownParts) -> None:
    """Refuse a limit, a team or a card's step of a unit that units.csv lacks; without that table none is checked."""
    codes = {unit.code for unit in parts.units.rows}
    table = parts.dispatch.value
    for part, named in (("unit_limits", table.unit_limits), ("teams", table.teams)):
        for code in named:
            if codes and code not in codes:
                raise _unknown(parts.dispatch, (part, code), code, "units.csv")
    for spot, code in _card_units(parts):
        if codes and code not in codes:
            raise _unknown(parts.plan_cards, spot, code, "units.csv")


def check_plan_cards(parts: TownParts) -> None:
    """Refuse a card that stands twice, and a category that categories.csv lacks."""
    known = {row.code for row in parts.categories.rows} | {row.major for row in parts.categories.rows} | {"*"}
    seen: set[str] = set()
    for index, card in enumerate(parts.plan_cards.value.plan_cards):
        if card.key in seen:
            spot = ("plan_cards", index, "key")
            raise parts.plan_cards.problem(spot, card.key, "与另一张预案重名", "请换一个 key")
        seen.add(card.key)
        for place, code in enumerate(card.categories):
            if code not in known:
                where = ("plan_cards", index, "categories", place)
                raise _unknown(parts.plan_cards, where, code, "categories.csv")


def _card_units(parts: TownParts) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, card in enumerate(parts.plan_cards.value.plan_cards):
        for number, step in enumerate(card.steps):
            if step.unit:
                yield ("plan_cards", index, "steps", number, "unit"), step.unit


def check_questions(parts: TownParts) -> None:
    """Refuse questions of a category that does not exist, and a key that is asked twice."""
    document, asked = parts.questions, parts.questions.value.questions
    codes = {row.code for row in parts.categories.rows} | {row.major for row in parts.categories.rows}
    for code, questions in asked.items():
        if code not in codes:
            raise _unknown(document, ("questions", code), code, "categories.csv")
        seen = {question.key for question in asked.get(code[:2], ())} if len(code) == 4 else set()
        for index, question in enumerate(questions):
            if question.key in seen:
                spot = ("questions", code, index, "key")
                raise document.problem(spot, question.key, "这个问题出现两次", "请删去一个或换一个 key")
            seen.add(question.key)


def check_approval(parts: TownParts) -> None:
    """Refuse bad reviews that would open a case of no category, or at no place."""
    document, rule = parts.approval, parts.approval.value.bad_reviews
    if rule is None:
        return
    if rule.category not in {row.code for row in parts.categories.rows}:
        raise _unknown(document, ("bad_reviews", "category"), rule.category, "categories.csv")
    if document.value.service_centre is None:
        what = "缺少便民服务中心的位置"
        raise document.problem(("bad_reviews",), rule.category, what, "请写出 service_centre 的名称和经纬度")


def check_score(parts: TownParts) -> None:
    """Refuse a version of the score that stands twice, or two that begin on one day."""
    document = parts.score
    for name in ("version", "valid_from"):
        seen = set()
        for index, version in enumerate(document.value.versions):
            value = str(getattr(version, name))
            if value in seen:
                raise document.problem(("versions", index, name), value, "与另一版相同", "请删去一版或改正")
            seen.add(value)


CHECKS: tuple[Callable[[TownParts], None], ...] = (
    check_unique,
    check_unit_codes,
    check_responsibilities,
    check_working_time,
    check_sources,
    check_arrivals,
    check_indicators,
    check_dispatch,
    check_plan_cards,
    check_questions,
    check_approval,
    check_score,
)


def _unique(
    sheet: Sheet[Any], field: str, key: Callable[[Any], object], shown: Callable[[Any], object] | None = None
) -> None:
    first: dict[object, int] = {}
    for index, row in enumerate(sheet.rows):
        if key(row) in first:
            what = f"与第 {sheet.lines[first[key(row)]]} 行重复"
            raise sheet.problem(index, field, (shown or key)(row), what, "请删去一行或改正")
        first[key(row)] = index


def _known(
    sheet: Sheet[Any],
    field: str,
    codes_of: Callable[[Any], Iterable[str | None]],
    known: set[str],
    where: str,
) -> None:
    for index, row in enumerate(sheet.rows):
        for code in codes_of(row):
            if code is not None and code not in known:
                raise sheet.problem(index, field, code, f"在 {where} 里没有", f"请先补进 {where}，或改正编码")


def _unknown(document: Document[Any], spot: tuple[str | int, ...], code: object, where: str) -> Exception:
    return document.problem(spot, code, f"在 {where} 里没有", f"请先补进 {where}，或改正编码")


def _check_fields(document: Document[SourceProfile]) -> None:
    """Refuse a natural key or an owned field that neither columns nor defaults give."""
    source = document.value
    given = source.columns.keys() | source.defaults.keys()
    for part, names in (("natural_key", source.natural_key), ("owns", source.owns)):
        for name in names:
            if name not in given:
                raise document.problem((part,), name, "不在 columns 里", "请在 columns 里写出这一项")
