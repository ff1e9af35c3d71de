"""`verify-aggregates`: the sums of measures compared with the raw rows; `count-aggregates`: counted anew."""

from __future__ import annotations

import argparse
import secrets
import time

from data.domain.errors import CloudError
from data.services.housekeeping import hold_job
from data.services.measures import JOB, count_marked, has_marks, mark_all
from data.views.aggregate_check import verify_aggregates
from data.world import World, utc_now

VERIFY = "核对指标汇总：按原始行重算每一天的计量，与存下的逐项比较"
LEASE_SECONDS = 15.0
WAIT_SECONDS = 1.0

COUNT = "按原始行重新汇总全部指标"


def verify(world: World, options: argparse.Namespace) -> None:
    """Print what was compared and each difference; raise `CloudError` where there is one."""
    check = verify_aggregates(world, utc_now())
    print(f"已核对 {check.days} 个模块日、{check.sums} 项汇总；待重算而未核对 {check.waiting} 个模块日")
    for difference in check.listed:
        print(f"✗ {difference}")
    if check.found > len(check.listed):
        print(f"…… 另有 {check.found - len(check.listed)} 项")
    if check.found:
        raise CloudError(
            f"指标汇总有 {check.found} 项与原始行不一致", cure="请运行 count-aggregates 重新汇总，再核对"
        )


def count(world: World, options: argparse.Namespace) -> None:
    """Count every module anew; where a server counts already, wait until it has."""
    mark_all(world, utc_now())
    holder = f"cli-{secrets.token_hex(8)}"

    def may_go() -> bool:
        return hold_job(world, JOB, holder, utc_now(), LEASE_SECONDS)

    while has_marks(world):
        if may_go():
            count_marked(world, utc_now(), may_go)
        else:
            print("服务正在汇总，等待其完成…")
            time.sleep(WAIT_SECONDS)
    print("全部指标已按原始行重新汇总")
