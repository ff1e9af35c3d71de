"""What is wrong with a town folder, said in Chinese with file, row, field, value and cure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from data.domain.errors import TownError

PROJECT = Path(__file__).resolve().parents[2]

Spot = tuple[str | int, ...]

# error type of the validator -> (what is wrong, cure); {braces} take the validator's own figures
WORDING = {
    "missing": ("缺少这一项", "请补上"),
    "extra_forbidden": ("是不认识的项", "请删去或改正名称"),
    "float_parsing": ("不是数字", "请填数字，例如 2"),
    "float_type": ("不是数字", "请填数字，例如 2"),
    "finite_number": ("不是有限的数字", "请填数字，例如 2"),
    "int_parsing": ("不是整数", "请填整数，例如 2"),
    "int_type": ("不是整数", "请填整数，例如 2"),
    "int_from_float": ("不是整数", "请填整数，例如 2"),
    "date_type": ("不是日期", "请写成 2026-01-31"),
    "date_parsing": ("不是日期", "请写成 2026-01-31"),
    "date_from_datetime_parsing": ("不是日期", "请写成 2026-01-31"),
    "date_from_datetime_inexact": ("不是日期", "请写成 2026-01-31"),
    "time_type": ("不是时刻", "请写成 08:00"),
    "time_parsing": ("不是时刻", "请写成 08:00"),
    "bool_type": ("不是“是/否”", "请填 是 或 否"),
    "bool_parsing": ("不是“是/否”", "请填 是 或 否"),
    "enum": ("不在可选值内", "可选：{expected}"),
    "literal_error": ("不在可选值内", "可选：{expected}"),
    "string_type": ("不是文字", "请填文字"),
    "string_pattern_mismatch": ("格式不对", "应符合 {pattern}"),
    "string_too_short": ("太短", "至少 {min_length} 个字符"),
    "string_too_long": ("太长", "至多 {max_length} 个字符"),
    "greater_than": ("超出范围", "应大于 {gt}"),
    "greater_than_equal": ("超出范围", "应不小于 {ge}"),
    "less_than": ("超出范围", "应小于 {lt}"),
    "less_than_equal": ("超出范围", "应不大于 {le}"),
    "too_short": ("个数太少：现有 {actual_length} 个", "应有 {min_length} 个"),
    "too_long": ("个数太多：现有 {actual_length} 个", "应有 {max_length} 个"),
    "dict_type": ("不是“名称: 值”的一组", "请逐行写“名称: 值”"),
    "model_type": ("不是“名称: 值”的一组", "请逐行写“名称: 值”"),
    "tuple_type": ("不是列表", "请写成列表，例如 [a, b]"),
}
SHOWN_LENGTH = 60


def shown_path(path: Path) -> str:
    """Return the path as people know it: from the project's root where it lies inside."""
    resolved = path.resolve()
    return resolved.relative_to(PROJECT).as_posix() if resolved.is_relative_to(PROJECT) else str(path)


def problem(
    path: Path,
    what: str,
    cure: str,
    *,
    line: int | None = None,
    field: str | None = None,
    value: object = None,
) -> TownError:
    """Build `<file> 第 <line> 行 <field>: “<value>” <what>；<cure>` from the parts that are known."""
    row = f" 第 {line} 行" if line else ""
    column = f" {field}" if field else ""
    shown = "" if value is None else f"“{_shorten(value)}” "
    message = f"{shown_path(path)}{row}{column}: {shown}{what}"
    return TownError(message, field=field, value=value, cure=cure)


def first_problem(error: ValidationError, path: Path, data: Any, line_of: Any) -> TownError:
    """Turn the validator's first complaint into an error; `line_of(spot)` finds its line in the file."""
    detail = error.errors(include_url=False)[0]
    spot = _spot_in(data, detail["loc"], is_absent=detail["type"] == "missing")
    what, cure = _wording(detail)
    value = detail["input"] if isinstance(detail["input"], str | int | float) else None
    field = ".".join(map(str, spot)) or None
    return problem(path, what, cure, line=line_of(spot), field=field, value=value)


def _wording(detail: Any) -> tuple[str, str]:
    """Look up what to say; a rule of our own brings its words as “what；cure”."""
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        what, _, cure = str(context["error"]).partition("；")
        return what, cure or "请改正"
    what, cure = WORDING.get(detail["type"], ("不合要求", "请对照说明改正"))
    choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    named = {**context, "expected": choices.replace(", ", "、")}
    return what.format(**named), cure.format(**named)


def _spot_in(data: Any, loc: Sequence[str | int], *, is_absent: bool) -> Spot:
    """Keep of a validator's location what stands in the data: it also names branches of unions."""
    spot: list[str | int] = []
    for part in loc:
        if _has(data, part):
            data = data[part]
        elif isinstance(data, Mapping) and is_absent:
            return (*spot, part)
        else:
            break
        spot.append(part)
    return tuple(spot)


def _has(data: Any, part: str | int) -> bool:
    if isinstance(data, Mapping):
        return part in data
    return isinstance(data, list | tuple) and isinstance(part, int) and part < len(data)


def _shorten(value: object) -> str:
    text = str(value).replace("\n", " ")
    return text if len(text) <= SHOWN_LENGTH else text[:SHOWN_LENGTH] + "…"
