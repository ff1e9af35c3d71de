"""Catalogue, situation, probes, and what the guard refuses."""

import pytest
from starlette.websockets import WebSocketDisconnect

from data.modules import MODULES

CASE = {"title": "井盖破损", "category": "0101", "intake_channel": "window", "lon": 120.63, "lat": 31.77}


def test_categories_carry_limit_clock_and_citation(client, world):
    rows = client.get("/api/v1/categories").json()
    assert len(rows) == len(world.town.categories_by_code)
    assert all(row["limit_amount"] > 0 and row["limit_clock"] and row["citation"] for row in rows)


@pytest.mark.parametrize(("query", "count"), [("", 130), ("?kind=police", 20), ("?kind=comprehensive", 90)])
def test_grids_are_geojson(client, query, count):
    answer = client.get(f"/api/v1/grids{query}")
    features = answer.json()["features"]
    assert answer.headers["content-type"] == "application/geo+json"
    assert len(features) == count
    assert {"code", "kind", "name", "village_code"} <= set(features[0]["properties"])


def test_the_situation_is_the_picture_and_says_demo(client):
    client.post("/api/v1/cases", json=CASE)
    body = client.get("/api/v1/situation").json()
    assert (body["is_demo"], body["figures"]["open"]["value"], len(body["cases"])) == (True, 1, 1)
    assert body["revision"] > 0
    assert body["sources"][0]["state"] == "missing"
    assert body["sources"][0]["age_minutes"] is None


def test_probes(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 503  # no picture stands: the feed was not started


def test_modules(client):
    assert [m["key"] for m in client.get("/api/v1/modules").json()] == [module.key for module in MODULES]


def test_openapi_names_every_public_route(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    for path in ("cases", "cases/{case_id}", "categories", "grids", "situation", "modules"):
        assert f"/api/v1/{path}" in paths


def test_docs_need_no_other_host(client):
    page = client.get("/api/docs").text
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_an_unknown_path_is_a_problem(client):
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"host": "localhost:8050"}, 201),
        ({"x-forwarded-for": "192.0.2.7"}, 421),  # strangers would stand behind a proxy
        ({"forwarded": "for=192.0.2.7"}, 421),
        ({"origin": "http://evil.example"}, 201),  # a token is no cookie that a foreign page could use
    ],
)
def test_foreign_names_are_not_answered(client, headers, status):
    assert client.post("/api/v1/cases", json=CASE, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({}, 403),
        ({"origin": "http://127.0.0.1:8050"}, 201),
    ],
)
def test_foreign_pages_cannot_write_with_the_cookie(client, headers, status):
    own = {"origin": "http://127.0.0.1:8050"}
    del client.headers["Authorization"]
    client.post("/login", data={"account": "demo-dispatcher"}, headers=own, follow_redirects=False)
    answer = client.post("/api/v1/cases", json=CASE, headers=headers)
    assert (answer.status_code, len(client.get("/api/v1/cases").json()["items"])) == (status, status == 201)


def test_a_huge_body_is_refused(client):
    answer = client.post(
        "/api/v1/cases", content=b"x" * 300_000, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


def test_a_huge_body_that_hides_its_length_is_refused(client):
    def endless():
        for _ in range(400):
            yield b"x" * 1024

    answer = client.post("/api/v1/cases", content=endless(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert client.get("/api/v1/cases").json()["items"] == []


def test_a_form_from_a_foreign_page_is_no_json(client):
    answer = client.post("/api/v1/cases", content=b'{"title":"x"}', headers={"content-type": "text/plain"})
    assert answer.status_code == 422


def test_answers_carry_a_policy(client):
    headers = client.get("/api/v1/modules").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "[::1", ""])
def test_a_socket_under_a_foreign_name_is_closed(client, host):
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect("/_dash-ws-callback", headers={"host": host, "origin": f"http://{host}"}),
    ):
        pass
    assert closed.value.code == 4003
