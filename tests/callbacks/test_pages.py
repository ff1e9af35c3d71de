"""Which page an address gets, and for whom the desk stands open."""

import pytest

from callbacks.pages import NO_GEOMETRY, page_at
from data.domain.people import Actor
from data.domain.vocabulary import Role


def _class(path, actor):
    return page_at(path, NO_GEOMETRY, actor).className


@pytest.mark.parametrize("actor", [None, Actor("w", Role.WALL)])
def test_the_desk_is_shut_for_whoever_may_not_sit_there(actor):
    page = page_at("/desk", NO_GEOMETRY, actor)
    assert page.className == "missing"
    assert "坐席尚未开放" in str(page)


def test_the_desk_is_open_to_a_dispatcher():
    assert _class("/desk/", Actor("d", Role.DISPATCHER)) == "desk"


def test_map_and_wall_are_open_to_everybody():
    assert (_class("/", None), _class("/wall", None)) == ("situation", "wall")


def test_an_unknown_address_says_so():
    assert "没有“/nowhere”这一页" in str(page_at("/nowhere", NO_GEOMETRY, None))
