"""The peer: the same content as an ordinary Dash page, with an interval of 1 s and figures rebuilt.

It is written as such pages are: every second each browser asks, the server reads the database, builds
the map, the cards and the list anew, and sends all of it. `python -m bench.ordinary PORT`, settings as
for the program; it reads the same database, and reports come in through the program's own REST.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html

from data.domain.situation import Picture
from data.settings import Settings
from data.views.geometry import town_geometry
from data.views.live import compose, read_all
from data.world import World, open_world, utc_now
from layouts import theme

NEWEST = 12


def create(world: World) -> Dash:
    """Return the ordinary page on Dash's ordinary server."""
    app = Dash(__name__, title="ordinary")
    geometry = town_geometry(world.town, world.grids.current(utc_now().date()))
    app.layout = html.Div(
        [
            dcc.Interval(id="interval", interval=1000),
            html.Div(id="cards"),
            dcc.Graph(id="map", style={"height": "700px"}),
            dcc.Graph(id="trend", style={"height": "200px"}),
            html.Div(id="newest"),
        ]
    )

    @app.callback(
        Output("cards", "children"),
        Output("map", "figure"),
        Output("trend", "figure"),
        Output("newest", "children"),
        Input("interval", "n_intervals"),
    )
    def update(_tick: int | None) -> tuple[Any, ...]:
        picture = read_picture(world)
        return cards(picture), map_figure(geometry, picture), trend_figure(picture), newest(picture)

    return app


def read_picture(world: World) -> Picture:
    """Read everything from the database, as a callback without a cache does."""
    now = utc_now()
    today = now.astimezone(world.town.profile.zone).date()
    grids = world.grids.current(today)
    with world.store.read() as connection:
        parts = read_all(connection, world, grids, today, now, 0)
    return compose(world, parts, now)


def map_figure(geometry: dict[str, Any], picture: Picture) -> go.Figure:
    """Build the map: one trace for each grid, and one for the cases of each severity."""
    figure = go.Figure()
    for grid in geometry["grids"]:
        ring = grid["rings"][0]
        load = picture["grids"].get(grid["code"], {}).get("open", 0)
        figure.add_scatter(
            x=[point[0] for point in ring],
            y=[point[1] for point in ring],
            fill="toself",
            mode="lines",
            fillcolor=theme.BANDS[min(load, len(theme.BANDS) - 1)][0],
            text=f"{grid['name']} {load}",
            visible=grid["kind"] == "comprehensive",
        )
    for severity, mark in theme.MARKS.items():
        rows = [c for c in picture["cases"].values() if c["severity"] == severity and c["x"] is not None]
        figure.add_scatter(
            x=[row["x"] for row in rows],
            y=[row["y"] for row in rows],
            text=[row["title"] for row in rows],
            mode="markers",
            marker={"color": mark.colour, "symbol": mark.symbol},
        )
    figure.update_layout(showlegend=False, uirevision="town", yaxis_scaleanchor="x")
    return figure


def trend_figure(picture: Picture) -> go.Figure:
    """Build the day's curve."""
    figure = go.Figure()
    figure.add_scatter(y=picture["trend"]["today"], name="今天")
    figure.add_scatter(y=picture["trend"]["average"], name="均值")
    return figure


def cards(picture: Picture) -> list[html.Div]:
    """Build the key figures."""
    return [html.Div([html.B(key), html.Span(str(f["value"]))]) for key, f in picture["figures"].items()]


def newest(picture: Picture) -> list[html.Div]:
    """Build the list of the newest cases."""
    rows = sorted(picture["cases"].values(), key=lambda row: (row["reported_at"], row["id"]), reverse=True)
    return [html.Div(f"{row['title']} {row['place']} {row['due_at']}") for row in rows[:NEWEST]]


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    create(open_world(Settings())).run(host="127.0.0.1", port=int(sys.argv[1]), debug=False)
