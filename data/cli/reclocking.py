"""`reclock`: what a changed calendar or limit does to the deadlines of open cases; writes only when told to."""

from __future__ import annotations

import argparse
from datetime import datetime

from data.domain.people import COMMAND_LINE
from data.services.reclock import Move, Reclocking, reclock
from data.world import World, utc_now

DESCRIPTION = "日历或时限表改动后，重算在办案卷的时限；默认只预览，加 --write 才写入"
WRITE = (("--write",), {"action": "store_true", "help": "写入新时限，并逐件记入流转记录"})
MOST_LISTED = 50


def show_reclock(world: World, options: argparse.Namespace) -> None:
    """Print how many open cases move, from when to when, and what could not be judged."""
    report = reclock(world, COMMAND_LINE, utc_now(), is_preview=not options.write)
    print("\n".join(_lines(world, report, is_preview=not options.write)))


def _lines(world: World, report: Reclocking, *, is_preview: bool) -> list[str]:
    head = "预览（未写入）" if is_preview else "已重算"
    provisional = sum(move.is_provisional for move in report.moves)
    told = f"{head}：在办案卷 {report.seen} 件，时限有变 {len(report.moves)} 件，其中暂定 {provisional} 件"
    lines = [told, *(f"  {_moved(world, move)}" for move in report.moves[:MOST_LISTED])]
    if len(report.moves) > MOST_LISTED:
        lines.append(f"  …… 另有 {len(report.moves) - MOST_LISTED} 件")
    lines += [f"✗ {number}：{why}" for number, why in report.refused]
    if is_preview and report.moves:
        lines.append("核对无误后，先重启正在运行的服务，再加 --write 写入")
    return lines


def _moved(world: World, move: Move) -> str:
    if move.is_order:
        return f"{move.number}：派遣单的时限有变"
    mark = "（暂定）" if move.is_provisional else ""
    return f"{move.number}：{_local(world, move.before)} → {_local(world, move.after)}{mark}"


def _local(world: World, instant: datetime | None) -> str:
    return "无" if instant is None else f"{instant.astimezone(world.town.profile.zone):%Y-%m-%d %H:%M}"
