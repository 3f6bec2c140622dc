"""What the chart gives to the bridge, and asks of it, is what the bridge takes and has."""

import re

import pytest

from bridge.bus import queue_of
from bridge.cli.metrics_page import declared
from bridge.settings import Settings, read_settings
from schemas.words import ENTITIES
from tests.deploy.conftest import takes
from tests.deploy.test_chart import SIZES, Objects, of_kind, pods, rendered

SETTINGS = {field.alias for field in Settings.model_fields.values()}
METRIC = re.compile(r"\bbridge_\w+")
METRICS_PORT = [{"port": "metrics"}]


@pytest.fixture(scope="module", params=SIZES)
def objects(request: pytest.FixtureRequest) -> Objects:
    return rendered(SIZES[request.param])


def test_the_bridge_takes_what_a_pod_gives_it(objects: Objects) -> None:
    for pod in pods(of_kind(objects, "Deployment", "Job")):
        [container] = pod["containers"]
        given = {entry["name"]: entry.get("value") for entry in container["env"]}
        ports = {port["name"]: port["containerPort"] for port in container.get("ports", ())}
        settings = read_settings({name: value for name, value in given.items() if value})

        takes(*container["args"])
        assert given.keys() <= SETTINGS | {"OTEL_SERVICE_NAME"}
        assert ports.items() <= {("http", settings.port), ("metrics", settings.metrics_port)}
        probes = (value for name, value in container.items() if name.endswith("Probe"))
        assert {probe["httpGet"]["port"] for probe in probes} <= ports.keys()


def test_what_scales_asks_for_queues_and_metrics_that_there_are(objects: Objects) -> None:
    triggers = [
        trigger["metadata"]
        for each in of_kind(objects, "ScaledObject")
        for trigger in each["spec"]["triggers"]
    ]
    queues = {each["queueName"] for each in triggers if "queueName" in each}
    asked = {name for each in triggers for name in METRIC.findall(each.get("query", ""))}

    assert queues in (set(), {queue_of(entity) for entity in ENTITIES})
    assert asked <= {row.name for row in declared()}


def test_helm_s_own_test_may_ask_the_roles_whoever_else_may() -> None:
    peers = [{"podSelector": {"matchLabels": {"app": "prometheus"}}}]
    objects = rendered({"networkPolicy": {"metricsFrom": peers}})
    [tester] = [pod["metadata"]["labels"] for pod in of_kind(objects, "Pod")]

    for policy in of_kind(objects, "NetworkPolicy"):
        [rule] = [each for each in policy["spec"]["ingress"] if each["ports"] == METRICS_PORT]
        [ours] = rule["from"][1:]
        assert ours["podSelector"]["matchLabels"].items() <= tester.items()
