"""The hub of the live feed: one refresh per change in this process, one message to every open page.

A page that connects gets the full picture; afterwards it gets only what changed, and a tick when nothing
did. Messages are numbered, so a page notices a lost one and asks for the full picture again.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from data.changes import follow_changes
from data.domain.situation import Picture, difference
from data.views.lens import moment
from data.views.live import LivePicture, PlainCases
from data.world import World, utc_now

Message = dict[str, Any]
LEAST_GAP_SECONDS = 0.1
QUEUE_LENGTH = 32
RETRY_SECONDS = 2.0

logger = logging.getLogger(__name__)


class Hub:
    """Keeps the newest picture and tells every subscriber what changed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._live = LivePicture(world)
        self._picture: Picture | None = None
        self._sequence = 0
        self._queues: set[asyncio.Queue[Message]] = set()
        self._wake: asyncio.Event = asyncio.Event()
        self._stop = threading.Event()
        self._ready = asyncio.Event()
        self._last_sent = 0.0
        self._pool = ThreadPoolExecutor(1, "picture")  # the feed never waits behind slow writers
        self.demo_progress: float | None = None

    async def run(self) -> None:
        """Follow the database until cancelled; a failed refresh is logged and tried again."""
        loop = asyncio.get_running_loop()
        follow_changes(self.world, lambda: loop.call_soon_threadsafe(self._wake.set), self._stop)
        try:
            while True:
                await self._once()
        finally:
            self._stop.set()
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def _once(self) -> None:
        try:
            await self._refresh()
        except Exception:
            logger.exception("the picture could not be refreshed")
            await asyncio.sleep(RETRY_SECONDS)
            return
        await asyncio.sleep(LEAST_GAP_SECONDS)
        try:
            await asyncio.wait_for(self._wake.wait(), self.world.settings.tick_seconds)
        except TimeoutError:
            return

    async def _refresh(self) -> None:
        """Bring the picture up to date and publish the difference, or a tick when there is none."""
        self._wake.clear()
        new = await self.picture()
        old, self._picture = self._picture, new
        change = difference(old, new) if old is not None else {}
        if old is None:
            self._ready.set()
        elif change:
            before, self._sequence = self._sequence, self._sequence + 1
            self._publish({"kind": "delta", "from": before, **self._stamp(), **change})
        elif self._is_silent():
            self._publish({"kind": "tick", **self._stamp()})

    def _is_silent(self) -> bool:
        """Whether the screens have heard nothing for nearly a tick; another process's idle commit is no news."""
        elapsed = asyncio.get_running_loop().time() - self._last_sent
        return elapsed >= self.world.settings.tick_seconds * 0.9

    def _stamp(self) -> Message:
        picture = self._picture or {}
        return {
            "seq": self._sequence,
            "revision": picture.get("revision", 0),
            "server_time": moment(utc_now()),
        }

    def _publish(self, message: Message) -> None:
        self._last_sent = asyncio.get_running_loop().time()
        for queue in self._queues:
            if queue.full():
                _empty(queue)
                queue.put_nowait(self._full())
            else:
                queue.put_nowait(message)

    def _full(self) -> Message:
        return {**(self._picture or {}), "kind": "full", **self._stamp()}

    async def full(self) -> Message:
        """Return the full picture as a message; waits for the first one after start."""
        await self._ready.wait()
        return self._full()

    async def picture(self) -> Picture:
        """Return the picture as of now, for REST; the same that every screen draws."""
        loop = asyncio.get_running_loop()
        picture = await loop.run_in_executor(self._pool, self._live.refresh, utc_now())
        return {**picture, "demo_progress": self.demo_progress}

    async def plain_cases(self) -> PlainCases:
        """Return the sensitive open cases with nothing left out; the caller has asked who wants them."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._live.plain_cases, utc_now())

    def tell_demo_progress(self, share: float | None) -> None:
        """Show how much of the demo history stands (0 to 1), None once all of it does; from any thread."""
        self.demo_progress = share

    @asynccontextmanager
    async def subscription(self) -> AsyncIterator[asyncio.Queue[Message]]:
        """Give a queue that starts with the full picture and then holds each message."""
        queue: asyncio.Queue[Message] = asyncio.Queue(QUEUE_LENGTH)
        queue.put_nowait(await self.full())
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    @property
    def is_ready(self) -> bool:
        """Whether a first picture stands."""
        return self._ready.is_set()


def _empty(queue: asyncio.Queue[Message]) -> None:
    while not queue.empty():
        queue.get_nowait()
