"""The compose file names only what is there, and every part of ours is locked down."""

import re
import shutil
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from bridge.operations import IDLE_SECONDS
from bridge.settings import Settings
from tests.deploy.conftest import Tool, takes
from tests.house import HOUSE

FOLDER = HOUSE / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"].startswith("zoho-xero")}
IMAGE_S = {"BRIDGE_HOST", "BRIDGE_PORT"}  # the Dockerfile sets them
ROLES = {"ingress", "processor", "outbox", "sweeper"}


def test_yaml_is_written_as_yamllint_likes_it() -> None:
    yamllint = Path(sys.executable).with_name("yamllint")
    done = subprocess.run(
        [yamllint, "--strict", "deploy"], cwd=HOUSE, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_every_role_runs_and_the_bridge_takes_every_command() -> None:
    commands = [each["command"] for each in OURS.values()]

    assert {command[0] for command in commands} > ROLES
    for command in commands:
        takes(*command)


def test_services_wait_for_services_that_there_are() -> None:
    for each in SERVICES.values():
        assert set(each.get("depends_on", ())) <= set(SERVICES)


def test_what_is_mounted_lies_in_the_repository() -> None:
    mounted = [
        volume.partition(":")[0] for each in SERVICES.values() for volume in each.get("volumes", ())
    ]
    named = {volume for volume in mounted if not volume.startswith("./")}

    assert named == set(COMPOSE["volumes"])
    assert [path for path in mounted if path[0] == "." and not (FOLDER / path).exists()] == []


def test_every_setting_that_the_file_of_settings_explains_reaches_the_bridge() -> None:
    known = {field.alias for field in Settings.model_fields.values()}
    given = {each for each in SERVICES["ingress"]["environment"] if not each.startswith("OTEL_")}

    assert given == known - {*IMAGE_S, "BRIDGE_DATA_DIR"}  # nothing is kept but in PostgreSQL


def test_images_are_pinned_to_a_version() -> None:
    for each in SERVICES.values():
        assert re.search(r":v?\d", each["image"]), each["image"]


@pytest.mark.parametrize("name", [*OURS, "proxy"])
def test_a_container_of_ours_can_change_nothing_but_its_work(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_nothing_is_open_to_the_network_but_through_a_proxy_with_tls() -> None:
    ports = [port for each in SERVICES.values() for port in each.get("ports", ())]

    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert "ports" not in SERVICES["ingress"]


def test_the_proxy_is_believed_when_it_says_who_comes() -> None:
    trusted = SERVICES["ingress"]["environment"]["BRIDGE_TRUSTED_PROXIES"]
    (network,) = COMPOSE["networks"]["default"]["ipam"]["config"]
    default = re.fullmatch(r"\$\{BRIDGE_SUBNET:-(.+)\}", network["subnet"])

    assert trusted == network["subnet"]
    assert default
    assert ip_network(default[1]).is_private
    assert "ports" not in SERVICES["ingress"]  # nobody else in that network comes from outside
    conf = (FOLDER / "nginx" / "bridge.conf").read_text(encoding="utf-8")
    assert "X-Forwarded-For $proxy_add_x_forwarded_for;" in conf


def test_the_proxy_lets_an_idle_connection_go_before_the_bridge_does() -> None:
    conf = (FOLDER / "nginx" / "bridge.conf").read_text(encoding="utf-8")
    upstream = re.search(r"upstream bridge \{.*?keepalive_timeout (\d+)s;", conf, re.DOTALL)

    assert upstream
    assert int(upstream[1]) < IDLE_SECONDS


def test_prometheus_knows_every_role_by_the_name_that_alerts_ask_for(promtool: Tool) -> None:
    file = FOLDER / "prometheus" / "prometheus.yaml"
    promtool("check", "config", "--syntax-only", file)
    jobs = {job["job_name"] for job in yaml.safe_load(file.read_text())["scrape_configs"]}

    assert {f"bridge-{role}" for role in ROLES} | {"rabbitmq"} == jobs


def test_compose_itself_reads_it() -> None:
    client = shutil.which("docker")
    version = [client, "compose", "version"] if client else ["false"]
    if subprocess.run(version, capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed")
    names = re.findall(r"\$\{(\w+):\?", (FOLDER / "compose.yaml").read_text(encoding="utf-8"))
    done = subprocess.run(
        [*version[:2], "--file", FOLDER / "compose.yaml", "config", "--quiet"],
        env=dict.fromkeys(names, "x") | {"PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
