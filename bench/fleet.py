"""Two processes of every role behind the proxy that we ship: started, restarted in turns, ended."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from bridge.ports import free_port
from tests.journeys.house import answering

BRIDGE: Final = str(Path(sys.executable).with_name("bridge"))
ROLES: Final = ("ingress", "processor", "outbox", "sweeper")
EACH: Final = 2
PATIENCE: Final = 120  # seconds for a process to be ready, on a busy machine
GRACE: Final = 90  # seconds that deployments give a process to end
CONF: Final = Path(__file__).parent.parent / "deploy" / "nginx" / "bridge.conf"
NGINX: Final = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log warn; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  {conf}
}}
"""


@dataclass
class Fleet:
    """The processes by role and place, and how they are reached."""

    folder: Path
    environment: Mapping[str, str]
    client: httpx.AsyncClient
    ports: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    running: dict[tuple[str, int], asyncio.subprocess.Process] = field(default_factory=dict)
    slowest_stop: float = 0.0

    def __post_init__(self) -> None:
        """Give every place its ports once, so that a restarted process is found again."""
        places = [(role, place) for role in ROLES for place in range(EACH)]
        self.ports = {each: (free_port(), free_port()) for each in places}

    async def start(self, role: str, place: int) -> None:
        """Start a process, and wait until it says that it is ready."""
        port, metrics = self.ports[role, place]
        own = {"BRIDGE_PORT": str(port), "BRIDGE_METRICS_PORT": str(metrics)}
        log = (self.folder / f"{role}-{place}.log").open("ab")
        self.running[role, place] = await asyncio.create_subprocess_exec(
            BRIDGE, role, env={**self.environment, **own}, stdout=log, stderr=log
        )
        log.close()
        asked = port if role == "ingress" else metrics
        await answering(self.client, f"http://127.0.0.1:{asked}/readyz", PATIENCE)

    async def stop(self, role: str, place: int) -> int:
        """Ask a process to end as orchestrators do; gives its exit code. Raises TimeoutError."""
        process = self.running.pop((role, place))
        begun = time.monotonic()
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(GRACE):
            code = await process.wait()
        self.slowest_stop = max(self.slowest_stop, time.monotonic() - begun)
        return code

    async def restart(self, role: str, times: int) -> list[int]:
        """Restart the processes of a role in turns; gives their exit codes."""
        codes = []
        for turn in range(times):
            codes.append(await self.stop(role, turn % EACH))
            await self.start(role, turn % EACH)
        return codes

    async def end(self) -> None:
        """End all that runs."""
        await asyncio.gather(*(self.stop(*each) for each in list(self.running)))


@asynccontextmanager
async def fleet(
    folder: Path, environment: Mapping[str, str], client: httpx.AsyncClient
) -> AsyncIterator[Fleet]:
    """Run two processes of every role."""
    ships = Fleet(folder, environment, client)
    try:
        await asyncio.gather(*(ships.start(*each) for each in ships.ports))
        yield ships
    finally:
        await ships.end()


@asynccontextmanager
async def proxied(ships: Fleet) -> AsyncIterator[str]:
    """Run nginx, as deploy/nginx/bridge.conf has it, in front of the fleet; gives its URL."""
    port = free_port()
    servers = [f"server 127.0.0.1:{ships.ports['ingress', place][0]}" for place in range(EACH)]
    conf = CONF.read_text(encoding="utf-8").replace("listen 8080", f"listen 127.0.0.1:{port}")
    conf, found = re.subn(
        r"server ingress:8080([^;]*);",
        lambda m: " ".join(f"{each}{m[1]};" for each in servers),
        conf,
    )
    assert found == 1, "the proxy's upstream has another form"  # noqa: S101  it would measure nothing
    # Nobody but us asks this; it tells that nginx listens.
    conf = conf.replace("  location / {", "  location = /nginx { return 204; }\n  location / {")
    file = ships.folder / "nginx.conf"
    file.write_text(NGINX.format(folder=ships.folder, conf=conf), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        "nginx", "-c", str(file), "-p", str(ships.folder), env={**os.environ}
    )
    url = f"http://127.0.0.1:{port}"
    try:
        await answering(ships.client, f"{url}/nginx")
        yield url
    finally:
        process.terminate()
        await process.wait()
