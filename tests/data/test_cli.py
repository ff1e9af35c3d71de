"""The command line as a person meets it: Chinese, exit codes, no tracebacks."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from data.cli import main
from data.cli.accounts import NO_ACCOUNT
from data.cli.handover import MARKS
from data.store.unit_of_work import Store
from layouts import theme
from tests.data.loaders.conftest import (
    GOOD,
    HEADER,
    mini_folder,
    square,
    town_features,
    write_csv,
    write_features,
)
from tests.data.views.tampering import tamper

__all__ = ["mini_folder", "write_csv"]
Run = Callable[..., tuple[int, str, str]]
FORMULA = GOOD.replace("A1", "A9").replace("紧急,", "=cmd|' /C calc'!A0,")


@pytest.fixture
def run(
    mini_folder: Path,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Run:
    """Return a function that runs a command in the small town and gives exit code, output and errors."""
    monkeypatch.setenv("CLOUD_TOWN", str(mini_folder))
    monkeypatch.setenv("CLOUD_DATABASE_URL", sqlite_url)

    def run_it(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    run_it("load", "grids", write_features(tmp_path / "town.geojson", town_features()))
    return run_it


def test_init_says_whose_database_it_is(run: Run) -> None:
    assert run("init") == (0, f"数据库已就绪：小镇（320582999），来源 9 个\n{NO_ACCOUNT}\n", "")


def test_a_dry_run_previews_and_writes_nothing(run: Run, write_csv: Callable[..., Path]) -> None:
    code, out, _ = run("load", "calls", write_csv(GOOD, GOOD), "--dry-run")
    assert code == 0
    assert "预览（未写入）：读取 2 行，新增 1，更新 0，未变 0，拒收 1" in out
    assert "第 3 行 工单编号“A1”：编号与第 2 行重复；请在文件里只保留一行" in out
    assert "calls" not in run("loads")[1]


def test_a_dry_run_lists_rejects_in_the_order_of_the_file(run: Run, write_csv: Callable[..., Path]) -> None:
    without_title = GOOD.replace("A1,井盖破损", "A2,")
    out = run("load", "calls", write_csv(GOOD, GOOD, without_title), "--dry-run")[1]
    assert out.index("第 3 行") < out.index("第 4 行")


def test_a_dry_run_speaks_the_town_s_words_and_time(run: Run, write_csv: Callable[..., Path]) -> None:
    closed = GOOD.replace(",,紧急", ",2026-11-21 08:00:30,紧急").replace("A1", "A2")
    out = run("load", "calls", write_csv(GOOD, closed), "--dry-run")[1]
    head, first, second = out.splitlines()[1:]
    assert head == "前 2 行映射结果（Asia/Shanghai 时间）："
    assert first == (
        "  第 2 行：工单编号 A1，标题 井盖破损，类别 公共设施/井盖，紧急程度 紧急，受理渠道 12345热线，状态 已上报，"
        "上报时间 2026-11-20 10:00，办理时限 2026-11-22 10:00，期限 2026-11-22 10:00，经度 120.611000，"
        "纬度 31.761000，定位 坐标可信，综合网格 C0，警务网格 P0，描述 路口井盖翘起"
    )
    assert "状态 已结案，上报时间 2026-11-20 10:00，办结时间 2026-11-21 08:00:30" in second
    assert not re.search(r"[a-z_]{4,}|\+00:00", "".join((first, second)))


def test_a_dry_run_of_staff_and_grids_uses_the_source_s_own_words(
    run: Run, write_csv: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = "工号,姓名,电话,单位,岗位,身份,网格"
    path = write_csv("S1,网格员·01,1390000,office,网格员,编外,C0", header=header, name="staff.csv")
    monkeypatch.setenv("CLOUD_HASH_KEY", "key")
    out = run("load", "staff", path, "--dry-run")[1]
    row = "第 2 行：工号 S1，姓名 网格员·01，电话 1390000，单位 office，岗位 网格员，身份 编外，网格 C0"
    assert row in out
    features = town_features()
    features[0]["properties"] |= {"启用": "2026-12-01", "人口": 100}
    grids = run("load", "grids", write_features(tmp_path / "g.geojson", features), "--dry-run")[1]
    assert "第 1 行：编码 P0，类型 警务网格，启用 2026-12-01，人口 100" in grids


def test_a_file_refused_whole_is_listed_with_its_reason(run: Run, write_csv: Callable[..., Path]) -> None:
    code, _, err = run("load", "calls", write_csv(GOOD, header="甲,乙", name="wrong.csv"))
    assert (code, err.startswith("错误：文件缺少必需的列")) == (1, True)
    assert "2  calls  wrong.csv  整份拒收" in run("loads")[1]
    out = run("rejects", 2)[1]
    assert out.startswith(
        "载入 2 拒收 0 行，原因 1 条\n整个文件：文件缺少必需的列：external_number（工单编号 / 编号）"
    )
    _header, row = csv.reader(io.StringIO(run("rejects", 2, "--csv")[1]))
    assert row[:2] == ["", "（整个文件）"]
    assert "状态是“整份拒收”" in run("rollback", 2)[2]


def test_load_loads_rejects_and_rollback(run: Run, write_csv: Callable[..., Path]) -> None:
    path = write_csv(GOOD, FORMULA)
    assert "载入 2 已发布：读取 2 行，新增 1，更新 0，未变 0，拒收 1" in run("load", "calls", path)[1]
    assert "2  calls  calls.csv  已发布" in run("loads")[1]
    assert "第 3 行 紧急程度“=cmd|' /C calc'!A0”：紧急程度不认识" in run("rejects", 2)[1]
    assert "载入 2 已回滚：恢复 0 行，撤回 1 行，保留 0 行" in run("rollback", 2)[1]
    assert "已回滚" in run("loads")[1]


def test_rejects_as_csv_hold_no_formula(run: Run, write_csv: Callable[..., Path]) -> None:
    run("load", "calls", write_csv(FORMULA))
    header, row = csv.reader(io.StringIO(run("rejects", 2, "--csv")[1]))
    assert header == ["行号", "字段", "值", "原因", "处理办法"]
    assert row[:3] == ["2", "紧急程度", "'=cmd|' /C calc'!A0"]


def test_check_grids_lists_every_problem_and_fails(run: Run, tmp_path: Path) -> None:
    good = write_features(tmp_path / "good.geojson", town_features())
    assert run("check-grids", good)[:2] == (0, "共 0 处问题，其中 0 处不能接受\n")
    wide = town_features()
    wide[2]["geometry"] = square(0, 0, 2)
    code, out, err = run("check-grids", write_features(tmp_path / "bad.geojson", wide))
    assert (code, err) == (1, "错误：这套边界不能采用；请改正带 ✗ 的问题后再检查\n")
    assert "✗ 网格 C0 与 C1 重叠" in out
    assert "（120.6" in out


ERRORS = [
    (("load", "calls", "none.csv"), "错误：找不到文件“none.csv”；请核对路径\n"),
    (("load", "ufo", "x.csv"), "错误：没有名为“ufo”的来源；请从以下来源中选择：book、calls、"),
    (("rejects", "77"), "错误：没有编号为 77 的载入；请用 loads 命令查看已有的载入\n"),
    (("rollback", "77"), "错误：没有编号为 77 的载入"),
    (("init", "--town", "nowhere"), "错误：找不到城镇“nowhere”"),
    (("init", "--town", "fenghuang"), "错误：数据库属于“小镇”，不能用作“凤凰镇”"),
    (("demo",), "错误：“小镇”不是演示城镇"),
]


@pytest.mark.parametrize(("arguments", "message"), ERRORS, ids=[" ".join(e[0]) for e in ERRORS])
def test_an_error_is_one_chinese_sentence(run: Run, arguments: tuple[str, ...], message: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith(message)
    assert "Traceback" not in err


def test_the_journal_is_verified(run: Run, write_csv: Callable[..., Path], sqlite_url: str) -> None:
    run("load", "calls", write_csv(GOOD))
    code, out, err = run("verify-journal")
    assert (code, err) == (0, "")
    assert out == (
        "已核对案卷 1 件、流转记录 1 条、派遣单 0 张、封存 0 个：全部一致\n"
        "尚无封存，1 条流转记录未封存；服务或 app.py work 运行后每分钟封存一次\n"
    )
    store = Store.open(sqlite_url)
    tamper(store, "UPDATE cases SET state = 'closed'", "UPDATE journal SET actor = 'somebody'")
    store.close()
    code, out, err = run("verify-journal")
    assert (code, err) == (1, "错误：流转记录核对未通过，1 处不一致；请先处理列在最前的一处，再重新核对\n")
    assert (
        "✗ 案卷 1 的流转记录第 1 条（编号 1）：内容与它的哈希不符，无法指明是哪一列；请保留数据库原样" in out
    )


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUD_PORT", "eight")
    code, _, err = run("loads")
    assert code == 1
    assert "CLOUD_PORT=eight" in err


def test_a_snapshot_holds_the_open_cases(run: Run, write_csv: Callable[..., Path], tmp_path: Path) -> None:
    run("load", "calls", write_csv(GOOD))
    code, out, _ = run("snapshot", tmp_path / "now.html")
    page = (tmp_path / "now.html").read_text(encoding="utf-8")
    assert (code, out) == (0, f"已写出 {tmp_path / 'now.html'}\n")
    assert "井盖破损" in page
    assert "320582999-20261120-0001" in page


def test_a_snapshot_is_coloured_like_the_screens() -> None:
    assert {severity: colour for severity, (colour, _) in MARKS.items()} == {
        severity: mark.colour for severity, mark in theme.MARKS.items()
    }


def test_the_header_of_the_test_has_the_columns_of_the_source() -> None:
    assert len(HEADER.split(",")) == len(GOOD.split(","))


def test_a_changed_limit_is_previewed_written_and_then_stands(
    run: Run,
    write_csv: Callable[..., Path],
    mini_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = shutil.copytree(mini_folder, tmp_path / "changed")
    monkeypatch.setenv("CLOUD_TOWN", str(folder))
    run("load", "calls", write_csv(GOOD.replace("2026-11-22 10:00:00", "")))
    table = folder / "categories.csv"
    table.write_text(table.read_text().replace("elevated,2,work_days", "elevated,3,work_days"))
    moved = "  320582999-20261120-0001：2026-11-24 10:00 → 2026-11-25 10:00（暂定）\n"
    found = "在办案卷 1 件，时限有变 1 件，其中暂定 1 件\n"
    hint = "核对无误后，先重启正在运行的服务，再加 --write 写入\n"
    assert run("reclock") == (0, f"预览（未写入）：{found}{moved}{hint}", "")
    assert run("reclock", "--write") == (0, f"已重算：{found}{moved}", "")
    assert run("reclock")[1] == "预览（未写入）：在办案卷 1 件，时限有变 0 件，其中暂定 0 件\n"
