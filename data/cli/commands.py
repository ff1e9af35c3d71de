"""The commands: each takes the opened town and its options, and prints Chinese."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from data.cli import aggregates
from data.cli.accounts import TOKEN_COMMANDS, USER_COMMANDS, make_first_account, show_audit
from data.cli.handover import hand_over
from data.cli.reclocking import DESCRIPTION as RECLOCK
from data.cli.reclocking import WRITE, show_reclock
from data.cli.sample import sample_lines
from data.cli.verification import DESCRIPTION, verify
from data.demo.run import generate_demo
from data.domain.errors import CloudError, InvalidInput
from data.domain.people import COMMAND_LINE
from data.domain.vocabulary import LoadStatus
from data.loaders.errors import located
from data.loaders.ledger import list_loads, list_rejects, write_rejects_csv
from data.loaders.pipeline import Report, load
from data.loaders.preview import check_boundaries
from data.loaders.rejects import row_numbers
from data.loaders.rollback import rollback
from data.services.category_learning import category_model_path, learn_categories
from data.services.exemption import erase_words
from data.services.observer_opinions import erase_opinion
from data.services.review_cases import open_review_cases
from data.town import Town
from data.world import World, utc_now

ROWS_SHOWN = 50


def _init(world: World, options: argparse.Namespace) -> None:
    profile = world.town.profile
    print(f"数据库已就绪：{profile.name}（{profile.code}），来源 {len(world.town.sources)} 个")
    make_first_account(world)


def _load(world: World, options: argparse.Namespace) -> None:
    with _progress() as progress:
        report = load(
            world, options.source, options.path, utc_now(), is_preview=options.dry_run, progress=progress
        )
    _print_report(report, world.town)
    if not options.dry_run:
        _open_cases(world)


def _open_cases(world: World) -> None:
    """Open the cases of the bad reviews that wait, also where no server runs."""
    opened = open_review_cases(world, utc_now())
    if opened.receipts:
        numbers = "、".join(receipt.number for receipt in opened.receipts[:ROWS_SHOWN])
        print(f"差评立案 {len(opened.receipts)} 件：{numbers}")
    for number, error in list(opened.refused.items())[:ROWS_SHOWN]:
        print(f"  评价 {number} 未能立案：{error}")


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Show rows read on a terminal, and nothing anywhere else."""
    with tqdm(unit="行", desc="载入", disable=None, leave=False, file=sys.stderr) as bar:
        yield lambda rows: bar.update(rows) and None


def _print_report(report: Report, town: Town) -> None:
    counts = report.counts
    head = "预览（未写入）" if report.load_id is None else f"载入 {report.load_id} 已发布"
    print(
        f"{head}：读取 {counts.read} 行，新增 {counts.inserted}，更新 {counts.updated}，"
        f"未变 {counts.unchanged}，拒收 {counts.rejected}"
    )
    for reject in sorted(report.rejects, key=lambda reject: reject.row_number)[:ROWS_SHOWN]:
        print(f"  {reject}")
    if report.load_id is None and len(report.sample):
        print(f"前 {len(report.sample)} 行映射结果（{town.profile.time_zone} 时间）：")
        print("\n".join(sample_lines(report, town)))
    elif counts.rejected:
        print(_where_rejects_stand(report.load_id))


def _loads(world: World, options: argparse.Namespace) -> None:
    print("编号  来源  文件  状态  开始  读取/新增/更新/未变/拒收")
    for row in list_loads(world.store):
        started = row["started_at"].astimezone(world.town.profile.zone)
        names = ("read", "inserted", "updated", "unchanged", "rejected")
        counts = "/".join(str(row[f"rows_{name}"]) for name in names)
        label = LoadStatus(row["status"]).label
        demo = "（演示）" if row["is_demo"] else ""
        print(
            f"{row['id']}  {row['source_key']}{demo}  {row['file_name']}  {label}  {started:%Y-%m-%d %H:%M}  {counts}"
        )


def _where_rejects_stand(load_id: int | None) -> str:
    if load_id is None:
        return "以上为试运行，没有写入；改好文件后再试，或去掉 --dry-run 正式载入"
    return f"查看拒收的行：.venv/bin/python -m data.cli rejects {load_id}"


def _rejects(world: World, options: argparse.Namespace) -> None:
    found = list_rejects(world.store, options.load)
    if options.csv:
        write_rejects_csv(found, sys.stdout)
        return
    print(f"载入 {options.load} 拒收 {len(row_numbers(found))} 行，原因 {len(found)} 条")
    for reject in found:
        print(reject)


def _rollback(world: World, options: argparse.Namespace) -> None:
    report = rollback(world.store, options.load, utc_now(), town=world.town)
    print(
        f"载入 {options.load} 已回滚：恢复 {report.restored} 行，撤回 {report.withdrawn} 行，保留 {len(report.kept)} 行"
    )
    if report.erased:
        print(f"  其中 {report.erased} 行被覆盖的个人文字已按期清除，无法恢复，保留现有文字")
    for kept in report.kept[:ROWS_SHOWN]:
        print(f"  保留 {kept.table} {kept.name}：{kept.why}")
    if len(report.kept) > ROWS_SHOWN:
        print(f"  …… 另有 {len(report.kept) - ROWS_SHOWN} 行")


def _check_grids(world: World, options: argparse.Namespace) -> None:
    problems = check_boundaries(world, options.path, utc_now(), options.source)
    blocking = sum(problem.is_blocking for problem in problems)
    print(f"共 {len(problems)} 处问题，其中 {blocking} 处不能接受")
    for problem in problems:
        mark = "✗" if problem.is_blocking else "·"
        print(f"{mark} {located(problem)}")
    if blocking:
        raise CloudError("这套边界不能采用", cure="请改正带 ✗ 的问题后再检查")


def _erase_check(world: World, options: argparse.Namespace) -> None:
    erase_words(world, options.number, COMMAND_LINE, utc_now())
    print(f"核对 {options.number} 的证据和理由已删除，核对本身保留")


def _erase_opinion(world: World, options: argparse.Namespace) -> None:
    erase_opinion(world, options.number, COMMAND_LINE, utc_now())
    print(
        f"观察意见 {options.number} 和答复的文字已删除；来料文件里的原文请由提供单位删改，否则再载入时又会带入"
    )


def _demo(world: World, options: argparse.Namespace) -> None:
    """Write the demo town's history, with a bar on a terminal."""
    settings, profile = world.settings, world.town.profile
    if not profile.is_demo:
        cure = "演示数据只能写入 is_demo 为真的城镇"
        raise InvalidInput(f"“{profile.name}”不是演示城镇", value=profile.key, cure=cure)
    with tqdm(total=100, unit="%", desc="生成演示数据", disable=None, leave=False, file=sys.stderr) as bar:
        report = generate_demo(
            world.store,
            world.town,
            reference=utc_now(),
            seed=settings.seed,
            hmac_key=world.hash_key(),
            cases_per_day=settings.demo_cases_per_day,
            months=settings.demo_months,
            progress=lambda share: bar.update(int(share * 100) - bar.n) and None,
        )
    print(f"演示数据已就绪：案卷 {report.total} 件（均为演示）")
    _open_cases(world)


def _snapshot(world: World, options: argparse.Namespace) -> None:
    print(f"已写出 {hand_over(world, options.out, utc_now())}")


def _learn_categories(world: World, options: argparse.Namespace) -> None:
    """Learn, and say honestly how often the model was right on titles that it had not seen."""
    report = learn_categories(world, utc_now())
    demo = "（演示数据，不代表真实案卷）" if report.is_demo else ""
    print(f"已从 {report.rows} 件历史案卷、{report.texts} 种文字学习 {report.categories} 个类别{demo}")
    if report.top1 is None or report.top3 is None or report.baseline_top3 is None:
        print("没有可留作检验的文字，命中率未知")
        return
    print(
        f"留出检验 {report.held_out_rows} 件（按标题划分，同一标题不会既学又考）："
        f"首选命中 {report.top1:.1%}，前三命中 {report.top3:.1%}；只猜最常见三类为 {report.baseline_top3:.1%}"
    )
    if report.likely_right is None:
        print("没有一档首选常常正确，建议都标“可能”")
    else:
        print(f"标“较可能”的首选命中 {report.likely_right:.1%}")
    print(f"模型：{category_model_path(world)}")


_PATH = (("path",), {"type": Path, "help": "文件路径"})
_NUMBER = (("load",), {"type": int, "help": "载入编号"})
COMMANDS = (
    ("init", _init, "建立或升级数据库，登记城镇，载入它自带的网格", ()),
    (
        "load",
        _load,
        "按来源载入一个文件",
        (
            (("source",), {"help": "来源的 key"}),
            _PATH,
            (("--dry-run",), {"action": "store_true", "help": "只预览，不写入"}),
        ),
    ),
    ("loads", _loads, "列出最近的载入", ()),
    (
        "rejects",
        _rejects,
        "列出一次载入拒收的行",
        (_NUMBER, (("--csv",), {"action": "store_true", "help": "以 CSV 输出"})),
    ),
    ("rollback", _rollback, "回滚一次载入", (_NUMBER,)),
    (
        "erase-check",
        _erase_check,
        "删除一次首违不罚核对的证据和理由，核对本身保留",
        ((("number",), {"type": int, "help": "核对的编号"}),),
    ),
    (
        "erase-opinion",
        _erase_opinion,
        "删除一条观察意见和答复的文字，意见本身保留",
        ((("number",), {"help": "意见编号"}),),
    ),
    ("demo", _demo, "生成演示城镇的历史数据", ()),
    ("learn-categories", _learn_categories, "从本镇历史案卷学习类别建议，并给出留出检验的命中率", ()),
    (
        "snapshot",
        _snapshot,
        "写出一个可离线转交的当前态势网页",
        ((("out",), {"type": Path, "help": "输出的 .html 文件"}),),
    ),
    (
        "check-grids",
        _check_grids,
        "检查网格边界文件，不写入",
        (_PATH, (("--source",), {"help": "按哪个来源读取"})),
    ),
    ("verify-journal", verify, DESCRIPTION, ()),
    ("verify-aggregates", aggregates.verify, aggregates.VERIFY, ()),
    ("count-aggregates", aggregates.count, aggregates.COUNT, ()),
    ("reclock", show_reclock, RECLOCK, (WRITE,)),
    ("user", USER_COMMANDS, "管理账号", ()),
    ("token", TOKEN_COMMANDS, "管理接口令牌", ()),
    (
        "audit",
        show_audit,
        "列出审计日志最新的记录",
        ((("--limit",), {"type": int, "default": 100, "help": "条数"}),),
    ),
)
