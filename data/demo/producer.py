"""Building chunks in a process of its own, so that the process that writes keeps its hands free."""

from __future__ import annotations

import gc
import multiprocessing
import os
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from data.demo.block import Block
from data.demo.books import Books, ChunkBook
from data.demo.build import blocks, draft_chunk
from data.demo.scene import Scene, build_scene
from data.town import load_town

BLOCKS_AHEAD = 24
WAIT_SECONDS = 1.0

Job = tuple[ChunkBook, int]
"""A chunk, and how many of its cases are written already."""


@dataclass(frozen=True, slots=True)
class Order:
    """What another process needs for building: the town's folder, its grids, the books and the jobs."""

    folder: Path
    grids: gpd.GeoDataFrame
    books: Books
    jobs: tuple[Job, ...]


class ProducerDied(RuntimeError):
    """The building process ended without having built everything."""


def build_here(scene: Scene, books: Books, jobs: tuple[Job, ...]) -> Iterator[tuple[ChunkBook, Block | None]]:
    """Yield the blocks of each chunk, and None after its last one."""
    for book, written in jobs:
        for block in blocks(draft_chunk(scene, books, book), written):
            yield book, block
        yield book, None


class Producer:
    """A child process that builds what `build_here` would; it ends with this context, or with its parent."""

    def __init__(self, order: Order) -> None:
        context = multiprocessing.get_context("spawn")
        self._made: Any = context.Queue(BLOCKS_AHEAD)
        self._child = context.Process(
            target=_produce, args=(order, self._made), daemon=True, name="demo-producer"
        )

    def __enter__(self) -> Producer:
        self._child.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        self._child.join()
        self._made.close()

    def items(self) -> Iterator[tuple[ChunkBook, Block | None]]:
        """Yield the blocks of each chunk, and None after its last one."""
        while (item := self._next()) is not None:
            yield item

    def _next(self) -> Any:
        """Wait for the next item; a child that died or failed is noticed."""
        while True:
            try:
                item = self._made.get(timeout=WAIT_SECONDS)
            except queue.Empty:
                if not self._child.is_alive() and self._made.empty():
                    raise ProducerDied(f"exit code {self._child.exitcode}") from None
                continue
            if isinstance(item, BaseException):
                raise item
            return item


def _produce(order: Order, made: Any) -> None:
    """Run in the child: build everything, then say that it is done."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # rows hold no circles; looking for them takes a fifth of the time
    try:
        scene = build_scene(load_town(order.folder), order.grids, order.books.plan.seed)
        for item in build_here(scene, order.books, order.jobs):
            made.put(item)
            if item[1] is None:
                gc.collect()
        made.put(None)
    except Exception as error:  # handed to the parent, which raises it
        made.put(error)


def _end_with_parent() -> None:
    """End the child when its parent is gone, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
