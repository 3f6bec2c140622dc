"""RabbitMQ for the tests: the one that is there, or a private node."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
from yarl import URL

from bridge.ports import free_port
from tests.servers import debian, process
from tests.servers.docker import container, patiently
from tests.servers.search import Step, Unavailable, first

IMAGE = "rabbitmq:4-management"
ADVICE = (
    "Set AMQP_URL (and AMQP_MANAGEMENT_URL) to a server whose management interface makes virtual"
    " hosts for us, or install rabbitmq-server."
)
SCRIPTS = "rabbitmq_server-*/sbin/rabbitmq-server"
PLUGINS = ("rabbitmq_management", "rabbitmq_prelaunch", "rabbitmq_web_dispatch")


class Broker(NamedTuple):
    """A server: where AMQP is spoken, and where virtual hosts are made (with the credentials)."""

    amqp: str
    management: str


def server(stack: ExitStack, *, may_install: bool = False) -> Broker:
    """Return a server where we may make virtual hosts; a private one ends with `stack`.

    `may_install` also allows Debian packages and containers. Raises Unavailable.
    """
    steps: list[Step[Broker]] = [_named, _usual, _installed]
    if may_install:
        steps += [_debian, _docker]
    return first("RabbitMQ", steps, stack, ADVICE)


def private(stack: ExitStack) -> Broker:
    """Return a node that is ours alone, a child of this process; ends with `stack`.

    Installs what it needs. Raises Unavailable.
    """
    return first("RabbitMQ", [_installed, _debian], stack, "Install rabbitmq-server.")


@contextmanager
def virtual_host(broker: Broker, name: str) -> Iterator[str]:
    """Make a virtual host, give the AMQP URL of it, and delete it with all that it holds."""
    user = URL(broker.amqp).user or "guest"
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    _ask(broker, "PUT", f"vhosts/{name}")
    _ask(broker, "PUT", f"permissions/{name}/{user}", everything)
    try:
        yield str(URL(broker.amqp).with_path(f"/{name}"))
    finally:
        _ask(broker, "DELETE", f"vhosts/{name}")


def _named(_stack: ExitStack) -> Broker:
    """The server that AMQP_URL names."""
    if not (amqp := os.environ.get("AMQP_URL")):
        raise Unavailable("AMQP_URL is not set")
    beside = URL(amqp).with_scheme("http").with_port(15672).with_path("")
    return _checked(Broker(amqp, os.environ.get("AMQP_MANAGEMENT_URL") or str(beside)))


def _usual(_stack: ExitStack) -> Broker:
    """The server on the usual port of this machine."""
    return _checked(_broker(5672, 15672))


def _installed(stack: ExitStack) -> Broker:
    """A private node from this machine's RabbitMQ."""
    roots = (Path("/usr/lib/rabbitmq/lib"), Path("/opt/rabbitmq"), Path("/usr/local/lib"))
    found = sorted(script for root in roots for script in root.glob(SCRIPTS))
    if not found:
        raise Unavailable("it is not installed")
    return _private(stack, found[-1])


def _debian(stack: ExitStack) -> Broker:
    """A private node from Debian's package."""
    debian.install("rabbitmq-server")
    return _installed(stack)


def _docker(stack: ExitStack) -> Broker:
    """A container."""
    port_of = container(stack, IMAGE, [5672, 15672], {})
    broker = _broker(port_of(5672), port_of(15672))
    return patiently(lambda: _checked(broker))


def _private(stack: ExitStack, script: Path) -> Broker:
    owner = process.account("rabbitmq")
    folder = process.folder(stack, owner)
    broker = _broker(free_port(), free_port())
    environment = _environment(broker, folder, script) | _epmd(stack, folder, owner)
    log = folder / "log"
    child = process.start(stack, [f"{script}"], log, owner=owner, environment=environment)
    process.wait_until(lambda: _answers(broker), child, log)
    return broker


def _environment(broker: Broker, folder: Path, script: Path) -> dict[str, str]:
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
    (folder / "rabbitmq.conf").write_text(
        f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {URL(broker.management).port}\n"
    )
    return {
        "HOME": str(folder),  # holds the Erlang cookie
        "RABBITMQ_NODENAME": f"bridge-tests-{os.getpid()}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(URL(broker.amqp).port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_PLUGINS_DIR": str(_few_plugins(script, folder)),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RUNNING_UNDER_SYSTEMD": "true",  # makes the script become the server, so its pid is ours
    }


def _few_plugins(script: Path, folder: Path) -> Path:
    # Half of the start goes into looking through some forty plugins that nobody asked for.
    few = folder / "plugins"
    few.mkdir()
    for plugin in (script.parent.parent / "plugins").iterdir():
        if plugin.name.startswith(PLUGINS) or not plugin.name.startswith("rabbitmq_"):
            (few / plugin.name).symlink_to(plugin)
    return few


def _epmd(stack: ExitStack, folder: Path, owner: str | None) -> dict[str, str]:
    # Erlang would start one for the whole machine, open to the network, and leave it behind.
    port = str(free_port())
    command = ["epmd", "-address", "127.0.0.1", "-port", port]
    process.start(stack, command, folder / "epmd.log", owner=owner)
    return {"ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": port}


def _broker(amqp: int, management: int) -> Broker:
    return Broker(
        f"amqp://guest:guest@127.0.0.1:{amqp}/", f"http://guest:guest@127.0.0.1:{management}"
    )


def _ask(broker: Broker, method: str, path: str, body: object = None) -> httpx.Response:
    with httpx.Client(base_url=f"{broker.management}/api/", trust_env=False, timeout=30) as client:
        return client.request(method, path, json=body).raise_for_status()


def _answers(broker: Broker) -> None:
    try:
        _ask(broker, "GET", "overview")
    except httpx.HTTPError as error:
        raise ConnectionError(str(error)) from error


def _checked(broker: Broker) -> Broker:
    try:
        tags = _ask(broker, "GET", "whoami").json()["tags"]
    except httpx.HTTPError as error:
        where = URL(broker.management).with_user(None)
        raise Unavailable(f"no management interface at {where}: {error}") from error
    if "administrator" not in tags:
        raise Unavailable(f"the user at {broker.management} is no administrator")
    return broker
