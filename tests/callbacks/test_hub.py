"""The hub: one full picture at first, then only numbered changes, and a tick into silence."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from callbacks import hub as hub_module
from callbacks.hub import Hub
from data.domain.people import SYSTEM
from data.domain.situation import apply
from data.domain.vocabulary import IntakeChannel
from data.services.report import ReportCase, report_case
from data.world import utc_now
from tests.worlds import make_world

PATIENCE = 20


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url, tick_seconds=0.3, watch_seconds=0.05)
    yield opened
    opened.close()


@asynccontextmanager
async def running(world):
    hub = Hub(world)
    task = asyncio.create_task(hub.run())
    try:
        await asyncio.wait_for(hub.full(), PATIENCE)
        yield hub
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def next_of(queue, kind):
    while True:
        message = await asyncio.wait_for(queue.get(), PATIENCE)
        if message["kind"] == kind:
            return message


def report(world):
    command = ReportCase("井盖破损", "0101", IntakeChannel.WINDOW, 120.63, 31.77)
    return report_case(world, command, SYSTEM, utc_now())


def test_a_page_gets_the_whole_and_then_changes(world):
    async def story():
        async with running(world) as hub, hub.subscription() as queue:
            full = await next_of(queue, "full")
            receipt = await asyncio.to_thread(report, world)
            delta = await next_of(queue, "delta")
            return full, receipt, delta

    full, receipt, delta = asyncio.run(story())
    assert delta["from"] == full["seq"]
    assert list(delta["cases"]["put"]) == [str(receipt.id)]
    assert apply(full, delta)["figures"]["open"]["value"] == 1


def test_every_page_gets_the_same_change(world):
    async def story():
        async with running(world) as hub, hub.subscription() as one, hub.subscription() as two:
            await asyncio.to_thread(report, world)
            return await next_of(one, "delta"), await next_of(two, "delta")

    one, two = asyncio.run(story())
    assert one is two


def test_silence_is_broken_by_ticks(world):
    async def story():
        async with running(world) as hub, hub.subscription() as queue:
            return await next_of(queue, "tick"), await next_of(queue, "tick")

    first, second = asyncio.run(story())
    assert first["seq"] == second["seq"]
    assert first["server_time"] < second["server_time"]


def test_a_slow_page_gets_the_whole_instead_of_a_backlog(world, monkeypatch):
    monkeypatch.setattr(hub_module, "QUEUE_LENGTH", 2)
    monkeypatch.setattr(hub_module, "LEAST_GAP_SECONDS", 0.01)

    async def story():
        async with running(world) as hub, hub.subscription() as queue:
            for _ in range(6):
                await asyncio.to_thread(report, world)
                await asyncio.sleep(0.15)
            messages = [queue.get_nowait() for _ in range(queue.qsize())]
            return messages

    messages = asyncio.run(story())
    assert len(messages) <= 2
    assert messages[0]["kind"] == "full"
    assert messages[-1]["seq"] >= 4


def test_a_page_that_left_is_forgotten(world):
    async def story():
        async with running(world) as hub:
            async with hub.subscription():
                inside = len(hub._queues)
            return inside, len(hub._queues)

    assert asyncio.run(story()) == (1, 0)


def test_a_failed_refresh_is_tried_again(world, monkeypatch):
    monkeypatch.setattr(hub_module, "RETRY_SECONDS", 0.05)

    async def story():
        async with running(world) as hub, hub.subscription() as queue:
            await next_of(queue, "full")
            good = hub._live.refresh
            failures = iter([OSError("disk"), OSError("disk")])

            def sometimes(now):
                for failure in failures:
                    raise failure
                return good(now)

            monkeypatch.setattr(hub._live, "refresh", sometimes)
            await asyncio.to_thread(report, world)
            return await next_of(queue, "delta")

    assert asyncio.run(story())["figures"]["open"]["value"] == 1
