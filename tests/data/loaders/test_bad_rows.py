"""One line per way in which a row or a file can be wrong, with the Chinese that says so."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from data.loaders.contracts import unreadable
from data.loaders.errors import LoadRefused
from data.loaders.pipeline import load
from data.town import ColumnRule, load_town
from data.world import World
from tests.data.loaders.conftest import GOOD, HEADER, NOW, load_rejects

COLUMNS = HEADER.split(",")


def _row(**changes: str) -> str:
    cells = dict(zip(COLUMNS, GOOD.split(","), strict=True)) | changes
    return ",".join(cells[name] for name in COLUMNS)


BAD_ROWS = [
    # what is wrong, the line, field, value, words of the reason
    ("no key", _row(工单编号=""), "工单编号", "", "不能为空"),
    ("blank key", _row(工单编号="　 "), "工单编号", "　 ", "不能为空"),
    ("long key", _row(工单编号="9" * 65), "工单编号", "9" * 65, "编号超过 64"),
    ("no title", _row(标题=""), "标题", "", "不能为空"),
    ("long title", _row(标题="长" * 301), "标题", "长" * 199 + "…", "标题超过 300"),
    ("no category", _row(类别=""), "类别", "", "不能为空"),
    ("unknown category", _row(类别="飞碟"), "类别", "飞碟", "类别没有对应"),
    ("no time", _row(上报时间=""), "上报时间", "", "不能为空"),
    ("not a time", _row(上报时间="昨天"), "上报时间", "昨天", "不是可识别的时间"),
    ("a year alone", _row(上报时间="2026"), "上报时间", "2026", "不是可识别的时间"),
    ("30 February", _row(上报时间="2026-02-30 10:00"), "上报时间", "2026-02-30 10:00", "不是可识别的时间"),
    ("25 o'clock", _row(上报时间="2026-11-20 25:00"), "上报时间", "2026-11-20 25:00", "不是可识别的时间"),
    ("year 9999", _row(上报时间="9999-12-31 23:59"), "上报时间", "9999-12-31 23:59", "不是可识别的时间"),
    ("year 1900", _row(上报时间="1900-01-01 00:00"), "上报时间", "1900-01-01 00:00", "早于 1950"),
    ("tomorrow", _row(上报时间="2026-11-24 10:00"), "上报时间", "2026-11-24 10:00", "晚于现在"),
    ("six minutes on", _row(上报时间="2026-11-23 17:38:09"), "上报时间", "2026-11-23 17:38:09", "晚于现在"),
    ("closed tomorrow", _row(办结时间="2026-11-24 10:00"), "办结时间", "2026-11-24 10:00", "晚于现在"),
    ("closed before", _row(办结时间="2026-11-19 10:00"), "办结时间", "2026-11-19 10:00", "早于上报时间"),
    ("bad deadline", _row(办理时限="尽快"), "办理时限", "尽快", "不是可识别的时间"),
    ("word as longitude", _row(经度="东经"), "经度", "东经", "不是数字"),
    ("unit behind", _row(纬度="31.7°"), "纬度", "31.7°", "不是数字"),
    ("infinite", _row(经度="inf"), "经度", "inf", "不是数字"),
    ("nan", _row(经度="nan"), "经度", "nan", "不是数字"),
    ("latitude missing", _row(纬度=""), "纬度", "", "只填了一项"),
    ("longitude missing", _row(经度=""), "经度", "", "只填了一项"),
    ("swapped", _row(经度="31.761", 纬度="120.611"), "经度, 纬度", "31.761, 120.611", "无效"),
    ("no such place", _row(经度="999", 纬度="31.761"), "经度, 纬度", "999.0, 31.761", "无效"),
    ("zero", _row(经度="0", 纬度="0"), "经度, 纬度", "0.0, 0.0", "不在小镇的任何网格内"),
    ("next town", _row(经度="120.7", 纬度="31.761"), "经度, 纬度", "120.7, 31.761", "不在小镇的任何网格内"),
    ("unknown severity", _row(紧急程度="火速"), "紧急程度", "火速", "紧急程度不认识"),
    ("long text", _row(描述="字" * 4001), "描述", "字" * 199 + "…", "文字超过 4000"),
    ("too few cells", "A2,只有,三格", "（整行）", "A2,只有,三格", "有 3 列，表头有 10 列"),
    ("too many cells", GOOD + ",多了", "（整行）", GOOD + ",多了", "有 11 列"),
    ("NUL", _row(标题="a\0b"), "（整行）", _row(标题="a␀b"), "空字节"),
]


@pytest.mark.parametrize(
    ("line", "field", "value", "reason"), [c[1:] for c in BAD_ROWS], ids=[c[0] for c in BAD_ROWS]
)
def test_a_bad_row_is_refused_and_the_good_ones_stay(
    mini: World, write_csv: Callable[..., Path], line: str, field: str, value: str, reason: str
) -> None:
    path = write_csv(_row(工单编号="B1"), line, _row(工单编号="B2"))
    report = load(mini, "calls", path, NOW)
    (reject,) = load_rejects(mini, report)
    assert (report.counts.inserted, report.counts.rejected, report.counts.read) == (2, 1, 3)
    assert (reject.row_number, reject.field, reject.value or "") == (3, field, value)
    assert reason in reject.reason
    assert reject.cure


def test_every_reason_of_a_row_is_told(mini: World, write_csv: Callable[..., Path]) -> None:
    path = write_csv(_row(标题="", 类别="飞碟", 上报时间="2026-11-24 10:00"))
    found = load_rejects(mini, load(mini, "calls", path, NOW))
    assert {reject.field for reject in found} == {"标题", "类别", "上报时间"}


def test_the_second_of_two_rows_with_one_key_is_refused(mini: World, write_csv: Callable[..., Path]) -> None:
    report = load(mini, "calls", write_csv(GOOD, _row(标题="另一件")), NOW)
    (reject,) = load_rejects(mini, report)
    assert (reject.row_number, reject.value, reject.reason) == (3, "A1", "编号与第 2 行重复")


BAD_FILES = [
    ("empty", b"", "文件是空的"),
    ("blank lines", b"\n\n\n", "缺少必需的列"),
    ("no header", GOOD.encode(), "缺少必需的列"),
    (
        "missing column",
        HEADER.replace("类别", "分类").encode() + b"\n",
        "缺少必需的列：category（类别）；文件里的列是：工单编号、标题、分类",
    ),
    ("UTF-16", (HEADER + "\n").encode("utf-16"), "UTF-16"),
    ("broken gzip", gzip.compress(HEADER.encode())[:-9], "压缩文件已损坏"),
    ("image", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "文件“bad.csv”是图片"),
    ("wrong encoding", HEADER.encode("shift-jis", "replace"), "缺少必需的列"),
]


@pytest.mark.parametrize(("content", "message"), [c[1:] for c in BAD_FILES], ids=[c[0] for c in BAD_FILES])
def test_a_file_of_the_wrong_shape_is_refused_whole(
    mini: World, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(LoadRefused) as refused:
        load(mini, "calls", path, NOW)
    assert message in str(refused.value)
    assert refused.value.cure


def test_a_missing_file_and_a_folder_are_refused(mini: World, tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(LoadRefused, match="找不到文件"):
            load(mini, "calls", path, NOW)


def test_a_bad_time_is_cured_in_the_format_of_its_source() -> None:
    own = ColumnRule(type="datetime", format=("%Y年%m月%d日 %H:%M", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M"))
    assert unreadable(own) == (
        "不是可识别的时间",
        "请写成 2026年11月23日 17:20 或 2026/11/23 17:20，或在来源的 format 里补上这种格式",
    )
    assert "2026-11-23 17:20:00" in unreadable(ColumnRule(type="datetime"))[1]
    month = ColumnRule(type="date", format="%Y%m")
    assert unreadable(month)[1].startswith("请写成 202611，")


def test_every_source_of_the_town_takes_the_example_that_its_cure_shows() -> None:
    rules = [
        rule
        for source in load_town("fenghuang").sources.values()
        for rule in source.columns.values()
        if rule.type in ("datetime", "date") and rule.format
    ]
    assert rules
    for rule in rules:
        shown = unreadable(rule)[1].removeprefix("请写成 ").split("，或在来源")[0].split(" 或 ")
        for example in shown:
            assert any(_reads(example, pattern) for pattern in rule.format), example


def _reads(text: str, pattern: str) -> bool:
    try:
        datetime.strptime(text, pattern)  # noqa: DTZ007
    except ValueError:
        return False
    return True


def test_of_a_broken_row_only_the_beginning_is_kept(mini: World, write_csv: Callable[..., Path]) -> None:
    ragged = GOOD.replace("井盖破损", "井盖破损" * 20) + ",反映人·01,13900000000"
    report = load(mini, "calls", write_csv(GOOD.replace("A1", "A2"), ragged), NOW)
    (reject,) = load_rejects(mini, report)
    assert (reject.row_number, reject.value) == (3, ragged[:79] + "…")
