"""The command line: `python -m data.cli …`; what it prints is Chinese, an error is one sentence and exit code 1."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from data.cli.commands import COMMANDS
from data.cli.rights import COMMANDS_RIGHTS, WRITING
from data.domain.errors import CloudError, Forbidden
from data.domain.people import COMMAND_LINE
from data.domain.rights import authorise
from data.loaders.sweep import sweep_dead_loads
from data.opening import open_town
from data.services.audit import Note, Outcome, write_notes
from data.settings import Settings
from data.world import World, utc_now
from geo.errors import GeoError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        with _world(options) as world:
            _run(world, options)
    except (CloudError, GeoError) as error:
        print(f"错误：{error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("已中断，数据库保持原样", file=sys.stderr)
        return 130
    return 0


def _run(world: World, options: argparse.Namespace) -> None:
    """Run a command that has a row in the table of rights, and write into the audit log how it ended."""
    right = COMMANDS_RIGHTS.get(options.command)
    if right is None:
        raise Forbidden(f"命令 {options.command} 没有登记权限", cure="请在 data/cli/rights.py 中登记")
    authorise(COMMAND_LINE, right)
    outcome = Outcome.FAILED
    try:
        options.run(world, options)
        outcome = Outcome.DONE
    finally:
        if options.command in WRITING:
            note = Note(utc_now(), COMMAND_LINE, right, f"command {options.command}", outcome)
            write_notes(world, [note])


@contextmanager
def _world(options: argparse.Namespace) -> Iterator[World]:
    """Open the town that the options or the environment name."""
    given = {"town": options.town} if options.town else {}
    world = open_town(Settings.from_environment(**given))
    try:
        sweep_dead_loads(world.store, utc_now())
        yield world
    finally:
        world.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data.cli", description="云凤凰·智慧平台 数据命令")
    _add_commands(parser, COMMANDS)
    return parser


def _add_commands(parser: argparse.ArgumentParser, rows: Sequence[Any], above: str = "") -> None:
    """Add a table of commands; a row whose second cell is a table has commands of its own."""
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")
    for name, run, text, extras in rows:
        command = commands.add_parser(name, help=text, description=text)
        full = f"{above} {name}".strip()
        if not callable(run):
            _add_commands(command, run, full)
            continue
        command.add_argument("--town", help="城镇名或城镇文件夹（默认取 CLOUD_TOWN）")
        for names, settings in extras:
            command.add_argument(*names, **settings)
        command.set_defaults(run=run, command=full)
