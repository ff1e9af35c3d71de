"""Board, card, layers and records of module pages: what is asked for is drawn, the rest stays, and who may not is told."""

import json

import pytest
from dash import no_update

from callbacks.boards import board_shown
from callbacks.records import records_shown, rows_shown
from data.domain.errors import InvalidInput
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import Role
from data.modules import MODULES
from tests.worlds import make_world

ZHANG = Actor("zhang", Role.DISPATCHER)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The home town with its grids."""
    opened = make_world(f"sqlite:///{tmp_path_factory.mktemp('boards')}/cloud.db")
    yield opened
    opened.close()


def said(components):
    return json.dumps(
        [part.to_plotly_json() for part in components],
        default=lambda o: o.to_plotly_json(),
        ensure_ascii=False,
    )


def test_a_pane_asks_for_what_it_shows(world):
    board = board_shown(world, {"module": "economy", "pane": "board"}, ZHANG)
    assert "规上企业" in said(board["board"])
    assert board["layers"] is no_update
    drawn = board_shown(world, {"module": "economy", "pane": "map"}, ZHANG)
    assert drawn["board"] is no_update
    assert [layer["key"] for layer in drawn["layers"]] == ["above", "listed", "projects"]
    rest = board_shown(world, {"module": "economy", "pane": "records"}, ZHANG)
    assert (rest["board"], rest["layers"], rest["card"]) == (no_update, no_update, [])


@pytest.mark.parametrize("wish", [{}, {"module": "weather", "pane": "board"}])
def test_an_unknown_module_has_nothing(world, wish):
    assert board_shown(world, wish, ZHANG) == {"board": [], "card": [], "layers": []}


@pytest.mark.parametrize("pick", ["", "enterprise:x", "x" * 5000, "project:'; drop table enterprises"])
def test_a_pick_that_names_nothing_opens_nothing(world, pick):
    assert board_shown(world, {"module": "economy", "pane": "board", "pick": pick}, ZHANG)["card"] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.key)
def test_every_table_of_a_module_can_be_chosen(world, module):
    for table in module.tables:
        shown = said(records_shown(world, {"module": module.key, "table": table}, ZHANG))
        assert (
            f'"data-table": "{table}", "aria-pressed": "true"' in shown.replace('", "id', "")
            or table in shown
        )
        assert "来源文件" in shown


def test_who_has_no_desk_is_told_so(world):
    shown = said(records_shown(world, {"module": "grid"}, VISITOR))
    assert "不能查看逐条记录" in shown
    assert "columnDefs" not in shown


def test_rows_come_with_the_address_of_their_export(world):
    asked = {
        "startRow": 0,
        "endRow": 50,
        "sortModel": [{"colId": "code", "sort": "desc"}],
        "filterModel": {"kind": {"filterType": "text", "type": "equals", "filter": "警务网格"}},
    }
    found = rows_shown(world, {"module": "grid", "table": "grids"}, asked)
    assert (found["rows"]["rowCount"], len(found["rows"]["rowData"])) == (20, 20)
    codes = [row["code"] for row in found["rows"]["rowData"]]
    assert codes == sorted(codes, reverse=True)
    assert found["export"].startswith("/api/v1/modules/grid/grids/csv?sort=")


def test_another_modules_table_is_not_given(world):
    found = rows_shown(world, {"module": "grid", "table": "persons"}, {"startRow": 0, "endRow": 1})
    assert "village_code" in found["rows"]["rowData"][0]
    with pytest.raises(InvalidInput):
        rows_shown(
            world,
            {"module": "grid"},
            {"startRow": 0, "endRow": 1, "filterModel": {"geometry": {"type": "equals"}}},
        )
