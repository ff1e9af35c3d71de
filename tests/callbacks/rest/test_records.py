"""Rows of modules over REST: pages by cursor, export, and what is refused."""

import pytest

from data.modules import MODULES


@pytest.mark.parametrize(
    ("key", "table"), [(module.key, table) for module in MODULES for table in module.tables]
)
def test_every_table_of_every_module_is_listed(client, key, table):
    answer = client.get(f"/api/v1/modules/{key}/{table}").json()
    assert (answer["module"], answer["table"]) == (key, table)
    assert all({"id", "file", "line", "is_demo"} <= set(row) for row in answer["items"])
    assert not any({"subject_key", "person_hash", "geometry"} & set(row) for row in answer["items"])


def test_pages_follow_one_another(client):
    first = client.get("/api/v1/modules/grid/grids", params={"limit": 100}).json()
    rest = client.get("/api/v1/modules/grid/grids", params={"cursor": first["next_cursor"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (100, 30, None)


def test_an_export_names_its_file_and_marks_demo_data(client):
    answer = client.get(
        "/api/v1/modules/grid/grids/csv", params={"filter": '{"kind":{"type":"equals","filter":"警务网格"}}'}
    )
    assert answer.headers["content-type"].startswith("text/csv")
    assert "filename*=UTF-8''%E7%BD%91%E6%A0%BC_" in answer.headers["content-disposition"]
    lines = answer.text.splitlines()
    assert ("演示数据" in lines[0], len(lines)) == (True, 22)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("grid/persons", 404),
        ("weather/grids", 404),
        ("grid/grids?limit=0", 422),
        ("grid/grids?cursor=x", 422),
        ("grid/grids/csv?filter=x", 422),
        ("grid/grids/csv?sort=%5B%7B%22colId%22%3A%22geometry%22%2C%22sort%22%3A%22asc%22%7D%5D", 422),
    ],
)
def test_what_is_refused(client, path, status):
    answer = client.get(f"/api/v1/modules/{path}")
    assert answer.status_code == status
    assert answer.json()["errors"][0]["cure"]
