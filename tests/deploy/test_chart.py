"""The chart renders, offline, to what Kubernetes takes, for one organisation and for a thousand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it has none
import kubernetes_validate  # type: ignore[import-untyped]  # it has none
import pytest
import yaml
from helm_python.chart import Chart, lint
from helm_python.errors import HelmError

from schemas.words import ENTITIES
from tests.deploy.conftest import Tool
from tests.deploy.crds import SPECS
from tests.house import HOUSE

CHART = HOUSE / "deploy" / "helm"
ROLES = ("ingress", "processor", "outbox", "sweeper")
VERSIONS = ("1.27", "1.37")
MANY = yaml.safe_load((CHART / "values-1000.yaml").read_text(encoding="utf-8"))
ALL_ON = MANY | {
    "monitoring": MANY["monitoring"] | {"runbooks": "https://books.example.com/runbooks/"},
    "ingress": MANY["ingress"] | {"http": {"enabled": True, "host": "bridge.example.com"}},
    "secrets": {
        "migrations": {"name": "bridge-owner"},
        "apiToken": {"name": "bridge-api"},
        "xeroApp": {"name": "bridge-xero"},
    },
    "image": {"digest": f"sha256:{'0' * 64}"},
}
SIZES: dict[str, dict[str, Any]] = {"one": {}, "thousand": MANY, "all": ALL_ON}
Objects = list[dict[str, Any]]


def rendered(values: dict[str, Any]) -> Objects:
    """Every object of a release, in no order."""
    with Chart.load(CHART) as chart:
        texts = chart.render(values=values, name="acme", namespace="books")
    files = [text for path, text in texts.items() if path.endswith(".yaml")]
    return [found for text in files for found in yaml.safe_load_all(text) if found]


def of_kind(objects: Objects, *kinds: str) -> Objects:
    return [found for found in objects if found["kind"] in kinds]


def pods(objects: Objects) -> Iterator[dict[str, Any]]:
    """Every pod's spec, whatever makes it."""
    yield from (each["spec"] for each in of_kind(objects, "Pod"))
    workloads = of_kind(objects, "Deployment", "Job")
    yield from (each["spec"]["template"]["spec"] for each in workloads)


@pytest.fixture(scope="module", params=SIZES)
def objects(request: pytest.FixtureRequest) -> Objects:
    return rendered(SIZES[request.param])


def test_helm_has_nothing_to_say_against_it() -> None:
    for values in SIZES.values():
        report = lint(CHART, values=values, strict=True)
        assert report["errors"] == []
        assert [m for m in report["messages"] if "icon" not in m["error"]] == []


def test_kubernetes_takes_every_object(objects: Objects) -> None:
    for found in objects:
        spec = SPECS.get((found["apiVersion"], found["kind"]))
        if spec is not None:
            jsonschema.validate(found["spec"], spec)
            continue
        for version in VERSIONS:
            kubernetes_validate.validate(found, version, strict=True)


def test_no_two_objects_share_a_name(objects: Objects) -> None:
    names = [(found["kind"], found["metadata"]["name"]) for found in objects]

    assert len(names) == len(set(names))


def test_every_role_and_every_entity_has_its_deployment(objects: Objects) -> None:
    arguments = [pod["containers"][0]["args"] for pod in pods(of_kind(objects, "Deployment"))]
    named = [args for args in arguments if args[0] == "processor"]
    entities = {word for args in named for word in args if word in ENTITIES}

    assert {args[0] for args in arguments} == set(ROLES)
    assert entities == set(ENTITIES) or any("--entity" not in args for args in named)


def test_no_container_is_more_than_it_must_be(objects: Objects) -> None:
    for pod in pods(objects):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False  # BRIDGE_… is for settings
        for container in pod["containers"]:
            rights = container["securityContext"]
            assert rights["readOnlyRootFilesystem"] is True
            assert rights["allowPrivilegeEscalation"] is False
            assert rights["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"]


def test_secrets_come_from_secrets_alone(objects: Objects) -> None:
    secret = ("DATABASE_URL", "AMQP_URL", "BRIDGE_SECRET_KEY", "BRIDGE_API_TOKEN")
    entries = [entry for pod in pods(objects) for entry in pod["containers"][0].get("env", [])]

    assert all("secretKeyRef" in e["valueFrom"] for e in entries if e["name"] in secret)
    assert of_kind(objects, "Secret") == []


def test_a_pod_has_time_to_finish_what_it_began(objects: Objects) -> None:
    for pod in pods(of_kind(objects, "Deployment")):
        assert pod["terminationGracePeriodSeconds"] >= 60 + 8
        probes = pod["containers"][0]
        assert probes["livenessProbe"]["httpGet"]["path"] == "/healthz"
        assert probes["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_drains_are_held_back_but_not_for_ever(objects: Objects) -> None:
    least = {
        each["metadata"]["name"]: each["spec"].get("replicas") or each["spec"]["minReplicaCount"]
        for each in of_kind(objects, "Deployment", "ScaledObject")
        if {"replicas", "minReplicaCount"} & set(each["spec"])
    }

    for budget in of_kind(objects, "PodDisruptionBudget"):
        assert budget["spec"]["minAvailable"] < least[budget["metadata"]["name"]]


def test_the_schema_is_brought_up_to_date_before_pods_start(objects: Objects) -> None:
    [job] = of_kind(objects, "Job")

    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == ["migrate"]


def test_the_owner_of_the_schema_is_known_to_the_migration_only() -> None:
    objects = rendered(ALL_ON)
    owners = [
        pod["containers"][0]["args"]
        for pod in pods(objects)
        for entry in pod["containers"][0].get("env", [])
        if entry.get("valueFrom", {}).get("secretKeyRef", {}).get("name") == "bridge-owner"
    ]

    assert owners == [["migrate"]]


def test_scaling_looks_at_age_and_length_and_stops_where_xero_does() -> None:
    many = of_kind(rendered(MANY), "ScaledObject")
    processors = [each for each in many if "-processor-" in each["metadata"]["name"]]
    kinds = {trigger["type"] for each in processors for trigger in each["spec"]["triggers"]}
    one = of_kind(rendered({"autoscaling": {"enabled": True, "maxReplicas": 50}}), "ScaledObject")

    assert len(processors) == len(ENTITIES)
    assert kinds == {"rabbitmq", "prometheus"}
    assert {each["spec"]["maxReplicaCount"] for each in many} == {8}
    assert {each["spec"]["maxReplicaCount"] for each in one} == {1}


def test_alerts_of_a_cluster_are_those_of_the_house(promtool: Tool, tmp_path: Path) -> None:
    [rule] = of_kind(rendered(ALL_ON), "PrometheusRule")
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(rule["spec"]), encoding="utf-8")
    promtool("check", "rules", file)
    urls = [
        each["annotations"]["runbook_url"]
        for group in rule["spec"]["groups"]
        for each in group["rules"]
        if "alert" in each
    ]

    assert all(url.startswith("https://books.example.com/runbooks/Bridge") for url in urls)
    boards = of_kind(rendered(ALL_ON), "ConfigMap")[0]["data"]
    assert set(boards) == {path.name for path in (HOUSE / "deploy" / "grafana").glob("*.json")}


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"replicas": 3}, "replicas"),
        ({"image": {"digest": "latest"}}, "digest"),
        ({"processor": {"deployments": [{"name": "x", "entities": ["giraffe"]}]}}, "entities"),
        ({"processor": {"deployments": [{"name": "x", "entities": ["bill"]}]}}, "reads contact"),
        ({"terminationGracePeriodSeconds": 10}, "terminationGracePeriodSeconds"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(values: dict[str, Any], named: str) -> None:
    with pytest.raises(HelmError, match=named):
        rendered(values)


def test_every_value_is_explained() -> None:
    with Chart.load(CHART) as chart:
        schema, values = chart.schema, chart.values
    assert schema is not None

    assert list(unexplained(schema, values)) == []


def unexplained(schema: dict[str, Any], values: dict[str, Any], at: str = "") -> Iterator[str]:
    """Yield the values whose meaning the schema does not tell."""
    for name, value in values.items():
        known = schema.get("properties", {}).get(name)
        if known is None or not known.get("description"):
            yield f"{at}.{name}"
        elif isinstance(value, dict) and "properties" in known:
            yield from unexplained(known, value, f"{at}.{name}")
