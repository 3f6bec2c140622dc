"""Real processes of the bridge and the stand-ins, for measuring: started, watched, ended."""

import base64
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from bridge.ports import free_port

BRIDGE: Final = str(Path(sys.executable).with_name("bridge"))
SECRET: Final = "benchsecret20"  # noqa: S105  opens a toy
PATIENCE: Final = 30.0  # seconds until a process must be ready
FAST: Final = 100_000_000  # calls a minute: an instant Xero has no limit
CONNECTION: Final = """
name = "bench"
cutover = 2020-01-01
[zoho]
organization_id = "60001234"
data_centre = "ca"
webhook_secret = "{secret}"
[xero]
grant = "client_credentials"
client_id = "sandbox-custom"
client_secret = "sandbox-custom-secret"
[accounts]
sales = "200"
bank = "090"
rounding = "860"
[tax_map]
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """What runs: the address for webhooks, the processes by role, the database."""

    url: str
    endpoint: str
    processes: Mapping[str, subprocess.Popen[bytes]]

    def memory(self) -> dict[str, float]:
        """Resident memory of each role, in MiB."""
        return {role: _resident(process.pid) for role, process in self.processes.items()}

    def processor_time(self) -> dict[str, float]:
        """Processor seconds that each role has used."""
        return {role: used(process.pid) for role, process in self.processes.items()}


@contextmanager
def bench(database_url: str, amqp_url: str) -> Iterator[Bench]:
    """Run the stand-ins and every role as a process of its own, with one connection applied."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bridge-bench-"))
        sandbox, port = f"http://127.0.0.1:{free_port()}", free_port()
        environment = _environment(folder, database_url, amqp_url, sandbox, port)
        started = {"sandbox": ["sandbox", "--port", sandbox.rpartition(":")[2]]}
        processes = {"sandbox": start(stack, started["sandbox"], environment)}
        wait(f"{sandbox}/_sandbox/xero/ledger")
        _unlimited(sandbox)
        subprocess.run([BRIDGE, "migrate"], env=environment, check=True, capture_output=True)  # noqa: S603  our own command
        endpoint = _apply(folder, environment)
        for role in ("ingress", "processor", "outbox"):
            processes[role] = start(stack, [role], environment)
        wait(f"http://127.0.0.1:{port}/readyz")
        yield Bench(f"http://127.0.0.1:{port}", endpoint, processes)


def _environment(
    folder: str, database_url: str, amqp_url: str, sandbox: str, port: int
) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "AMQP_URL": amqp_url,
        "BRIDGE_DATA_DIR": folder,
        "BRIDGE_SECRET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "BRIDGE_API_TOKEN": "bench",
        "BRIDGE_PORT": str(port),
        "XERO_API_URL": sandbox,
        "XERO_IDENTITY_URL": sandbox,
        "XERO_CALLS_PER_MINUTE": str(FAST),
    }


def start(
    stack: ExitStack, arguments: list[str], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Run a command of the bridge until the stack closes."""
    process = subprocess.Popen(  # noqa: S603  our own command
        [BRIDGE, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=70)


def wait(url: str) -> None:
    """Wait until an address answers well; raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            httpx.get(url).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def _unlimited(sandbox: str) -> None:
    limits = {"minute": None, "day": None, "concurrent": None, "app_minute": None}
    answer = httpx.post(f"{sandbox}/_sandbox/xero/settings", json={"limits": limits})
    answer.raise_for_status()


def _apply(folder: str, environment: Mapping[str, str]) -> str:
    file = Path(folder, "bench.toml")
    file.write_text(CONNECTION.format(secret=SECRET), encoding="utf-8")
    done = subprocess.run(  # noqa: S603  our own command
        [BRIDGE, "connection", "apply", str(file), "--json"],
        env=environment,
        check=True,
        capture_output=True,
    )
    endpoint: str = json.loads(done.stdout)["endpoint"]
    return endpoint


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def used(pid: int) -> float:
    """Processor seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
