"""`verify-journal`: the whole journal recomputed, with a bar; what was touched is named."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from tqdm import tqdm

from data.domain.errors import CloudError
from data.views.verification import Verification, verify_journal
from data.world import World

DESCRIPTION = "核对全部流转记录：逐条重算哈希链、封存，以及案卷和派遣单的状态"


def verify(world: World, options: argparse.Namespace) -> None:
    """Print what was looked at and every row that is not as it was written; raise `CloudError` where there is one."""
    with tqdm(unit="条", desc="核对", disable=None, leave=False, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        report = verify_journal(world.store, progress)
    print("\n".join(_lines(world, report)))
    if report.found:
        raise CloudError(
            f"流转记录核对未通过，{report.found} 处不一致", cure="请先处理列在最前的一处，再重新核对"
        )


def _lines(world: World, report: Verification) -> list[str]:
    head = f"已核对案卷 {report.cases} 件、流转记录 {report.entries} 条、派遣单 {report.orders} 张、封存 {report.seals} 个"
    listed = [f"✗ {finding}" for finding in report.listed]
    if report.found > len(listed):
        listed.append(f"…… 另有 {report.found - len(listed)} 处")
    return [head if report.found else f"{head}：全部一致", *listed, _about_seals(world, report)]


def _about_seals(world: World, report: Verification) -> str:
    """Say up to where the seals reach: what lies behind them is held by its chain alone."""
    seal = report.newest_seal
    if seal is None:
        return f"尚无封存，{report.unsealed} 条流转记录未封存；服务或 app.py work 运行后每分钟封存一次"
    return (
        f"最近的封存：第 {report.seals} 个，{_local(world, seal.sealed_at)}，哈希 {seal.hash}，其后 {report.unsealed} 条未封存；"
        "请把编号和哈希抄存在别处，下次核对时比对"
    )


def _local(world: World, stored: str) -> str:
    """Write a stored instant in the town's time; what is no instant stays as it is."""
    try:
        at = datetime.fromisoformat(stored)
    except ValueError:
        return stored
    return f"{at.astimezone(world.town.profile.zone):%Y-%m-%d %H:%M:%S}"
