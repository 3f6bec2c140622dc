"""Every alert fires when it should, only then, and leads to a page that helps."""

from typing import Any

import pytest
import yaml

from tests.deploy.conftest import Tool
from tests.house import HOUSE

PROMETHEUS = HOUSE / "deploy" / "prometheus"
RUNBOOKS = HOUSE / "docs" / "runbooks"
HEADINGS = ["## Meaning", "## Impact", "## Diagnosis", "## Mitigation"]


def loaded(name: str) -> Any:
    return yaml.safe_load((PROMETHEUS / name).read_text(encoding="utf-8"))


ALERTS = {
    rule["alert"]: rule
    for group in loaded("alerts.yaml")["groups"]
    for rule in group["rules"]
    if "alert" in rule
}


def test_prometheus_takes_the_rules(promtool: Tool) -> None:
    promtool("check", "rules", PROMETHEUS / "alerts.yaml")


def test_alerts_fire_when_they_should(promtool: Tool) -> None:
    promtool("test", "rules", PROMETHEUS / "alerts_test.yaml")


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_how_urgent_it_is_and_where_help_is(name: str) -> None:
    alert = ALERTS[name]

    assert alert["labels"]["severity"] in ("critical", "warning")
    assert alert["for"]
    assert alert["annotations"]["summary"]
    assert alert["annotations"]["runbook_url"] == f"docs/runbooks/{name}.md"


@pytest.mark.parametrize("name", ALERTS)
def test_a_runbook_has_its_four_parts_each_with_words(name: str) -> None:
    text = (RUNBOOKS / f"{name}.md").read_text(encoding="utf-8")
    title, *parts = text.split("\n\n## ")

    assert title == f"# {name}"
    assert [f"## {part.splitlines()[0]}" for part in parts] == HEADINGS
    assert all(part.partition("\n")[2].strip() for part in parts)


def test_every_alert_is_tested_both_ways_and_every_runbook_has_its_alert() -> None:
    cases = [
        case for test in loaded("alerts_test.yaml")["tests"] for case in test["alert_rule_test"]
    ]

    assert {case["alertname"] for case in cases if case["exp_alerts"]} == set(ALERTS)
    assert {case["alertname"] for case in cases if not case["exp_alerts"]} == set(ALERTS)
    assert {page.stem for page in RUNBOOKS.glob("*.md")} == set(ALERTS)
