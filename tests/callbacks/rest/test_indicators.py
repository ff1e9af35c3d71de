"""Indicators over REST: figures of a module, splits, the rows behind them, and what is refused."""

import pytest

from data.services.measures import count_recent
from data.world import utc_now
from tests.callbacks.rest.test_cases import CASE


@pytest.fixture
def counted(client, world):
    """A town with one case, reported just now and counted."""
    case = client.post("/api/v1/cases", json=CASE).json()
    count_recent(world, utc_now())
    return case


def test_the_figures_of_a_module(client, counted):
    answer = client.get("/api/v1/indicators", params={"module": "dispatch"}).json()
    figures = {one["id"]: one for one in answer["items"]}
    assert (answer["module"], answer["period"], answer["is_demo"]) == ("dispatch", "month", True)
    assert (figures["reported_cases"]["value"], figures["open_cases"]["value"]) == (1.0, 1.0)
    small = figures["handled_on_time_rate"]
    assert (small["value"], small["lack"], small["target"], small["unit"]) == (None, "no_rows", 95, "%")
    assert set(small) >= {"id", "name", "as_of", "age", "yoy", "mom", "sample", "version", "trend"}


def test_an_indicator_is_split_and_its_rows_lead_to_the_case(client, counted):
    by_grid = client.get("/api/v1/indicators/reported_cases", params={"by": "grid"}).json()
    assert [(one["code"], one["value"]) for one in by_grid["items"]] == [(counted["comprehensive"], 1.0)]
    rows = client.get("/api/v1/indicators/reported_cases/rows").json()
    assert [(row["kind"], row["id"], row["number"]) for row in rows["items"]] == [
        ("case", counted["id"], counted["number"])
    ]
    assert (rows["total"], rows["next_offset"]) == (1, None)


def test_figures_of_a_place(client, counted):
    params = {"module": "dispatch", "grid": counted["comprehensive"], "period": "day"}
    [one] = [
        one
        for one in client.get("/api/v1/indicators", params=params).json()["items"]
        if one["id"] == "reported_cases"
    ]
    assert one["value"] == 1.0


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("", {"module": "weather"}, "module"),
        ("", {"module": "dispatch", "day": "2126-01-01"}, "day"),
        ("", {"module": "dispatch", "grid": "000"}, "grid"),
        ("", {"module": "dispatch", "village": "000"}, "village"),
        ("", {"module": "dispatch", "period": "century"}, "period"),
        ("/reported_cases", {"by": "colour"}, "by"),
        ("/reported_cases/rows", {"offset": -1}, "offset"),
    ],
)
def test_what_is_refused_names_its_field_and_cure(client, path, params, field):
    answer = client.get(f"/api/v1/indicators{path}", params=params)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert error["cure"]


def test_an_unknown_indicator_is_not_found(client):
    assert client.get("/api/v1/indicators/nothing", params={"by": "grid"}).status_code == 404
