"""The sandbox as a process, and as a guest in another's event loop."""

import asyncio
import signal
import socket
import sys

import httpx

from bridge.ports import free_port
from sandbox.app import build_app
from sandbox.server import running


async def test_both_stand_ins_are_served_on_one_port() -> None:
    async with (
        running(build_app(), free_port()) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as http,
    ):
        xero = await http.get("/_sandbox/xero/ledger")
        zoho = await http.get("/_sandbox/zoho/ledger", params={"organization_id": "60001234"})

    assert (xero.status_code, zoho.status_code) == (200, 200)


async def test_the_port_is_free_again_afterwards() -> None:
    port = free_port()
    async with running(build_app(), port):
        pass

    with socket.create_server(("127.0.0.1", port)):
        pass


async def test_the_command_says_where_it_is_and_ends_on_ctrl_c() -> None:
    arguments = (sys.executable, "-m", "sandbox", "--port", "0")
    process = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    first = (await process.stdout.readline()).decode()
    url = first.split(" at ")[1].split(". ")[0]
    async with httpx.AsyncClient(timeout=60) as http:
        answer = await http.get(f"{url}/_sandbox/xero/requests")

    process.send_signal(signal.SIGINT)

    assert answer.json() == []
    assert await process.wait() == 0
