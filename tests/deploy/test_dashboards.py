"""Grafana's dashboards: every field is one that Grafana knows, every query one that parses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.deploy.conftest import Tool
from tests.house import HOUSE

BOARDS = sorted((HOUSE / "deploy" / "grafana").glob("*.json"))
UIDS = {"bridge-connection", "bridge-overview", "bridge-pipeline", "bridge-xero"}


def read(file: Path) -> dict[str, Any]:
    board: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return board


def lost(given: Any, known: Any, where: str = "") -> Iterator[str]:
    """Yield what Grafana's own model did not take over."""
    if isinstance(given, dict) and isinstance(known, dict):
        for name, value in given.items():
            yield from lost(value, known.get(name, "nothing"), f"{where}/{name}")
    elif isinstance(given, list) and isinstance(known, list) and len(given) == len(known):
        for place, (left, right) in enumerate(zip(given, known, strict=True)):
            yield from lost(left, right, f"{where}/{place}")
    elif given != known:
        yield f"{where}: {given} is read as {known}"


@pytest.mark.parametrize("file", BOARDS, ids=lambda file: file.stem)
def test_grafana_knows_every_field(file: Path) -> None:
    board = read(file)
    known = json.loads(json.dumps(Dashboard.from_json(board), cls=JSONEncoder))

    assert list(lost(board, known)) == []


@pytest.mark.parametrize("file", BOARDS, ids=lambda file: file.stem)
def test_a_dashboard_asks_the_data_source_that_is_chosen(file: Path) -> None:
    board = read(file)
    sources = [
        part["datasource"]["uid"]
        for panel in board["panels"]
        for part in [panel, *panel["targets"]]
    ]

    assert board["templating"]["list"][0]["type"] == "datasource"
    assert set(sources) == {"${datasource}"}
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_addresses_of_dashboards_stay_the_same() -> None:
    uids = [read(file)["uid"] for file in BOARDS]

    assert set(uids) >= UIDS
    assert len(uids) == len(set(uids))


def test_prometheus_understands_every_query(promtool: Tool, tmp_path: Path) -> None:
    queries = [
        target["expr"].replace("$connection", "acme")
        for file in BOARDS
        for panel in read(file)["panels"]
        for target in panel["targets"]
    ]
    rules = [{"record": f"query:{place}", "expr": query} for place, query in enumerate(queries)]
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}))

    promtool("check", "rules", file)


def test_panels_do_not_cover_each_other() -> None:
    for file in BOARDS:
        taken: set[tuple[int, int]] = set()
        for panel in read(file)["panels"]:
            place = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert not cells & taken, f"{file.stem}: {panel['title']}"
            taken |= cells
