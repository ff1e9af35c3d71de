"""The command line: `python -m data.cli …`; what it prints is Chinese, an error is one sentence and exit code 1."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from data.cli.commands import COMMANDS
from data.domain.errors import CloudError
from data.loaders.sweep import sweep_dead_loads
from data.opening import open_town
from data.settings import Settings
from data.world import World, utc_now
from geo.errors import GeoError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        with _world(options) as world:
            options.run(world, options)
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
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")
    for name, run, text, extras in COMMANDS:
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--town", help="城镇名或城镇文件夹（默认取 CLOUD_TOWN）")
        for names, settings in extras:
            command.add_argument(*names, **settings)
        command.set_defaults(run=run)
    return parser
