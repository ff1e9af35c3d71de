"""The one who acts is known in the task that asks, in tasks that it starts, and in threads."""

import asyncio

import pytest

from callbacks.actors import acting, current_actor
from callbacks.threads import in_thread
from data.domain.errors import Unauthenticated
from data.domain.people import Actor
from data.domain.vocabulary import Role

ZHANG, LI = Actor("zhang", Role.DISPATCHER), Actor("li", Role.INTAKE)


async def _name() -> str:
    await asyncio.sleep(0)
    return current_actor().name


def test_tasks_and_threads_know_who_acts():
    async def seen():
        with acting(ZHANG):
            return await asyncio.create_task(_name()), (await in_thread(current_actor)).name

    assert asyncio.run(seen()) == ("zhang", "zhang")


def test_two_at_once_are_not_mixed_up():
    async def one(actor):
        with acting(actor):
            return await _name()

    async def both():
        return await asyncio.gather(*(one(actor) for actor in [ZHANG, LI] * 20))

    assert asyncio.run(both()) == ["zhang", "li"] * 20


def test_where_nobody_acts_it_is_said():
    with acting(ZHANG), acting(None), pytest.raises(Unauthenticated) as refusal:
        current_actor()
    assert (refusal.value.status, bool(refusal.value.cure)) == (401, True)


def test_afterwards_nobody_acts():
    with acting(ZHANG):
        assert current_actor() == ZHANG
    with pytest.raises(Unauthenticated):
        current_actor()
