"""The stage of one schedule: clocks, names and HTTP of production come from the simulation."""

import asyncio
import contextlib
import os
import random
import secrets
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import structlog

import bridge.cli.jobs.republishing
import clients.xero.identity
import clients.zoho.session
import clients.zoho.tokens
import ingress.journal.knocks
import outbox.run
from clients.oauth import AsyncOAuth2Client
from clients.xero.session import TIMEOUT
from tests.simulation.loop import VirtualLoop
from tests.simulation.register import Switchboard
from tests.simulation.xero.server import Xero
from tests.simulation.xero.wire import Far, Wire


class Silence:
    """A log that keeps nothing."""

    def __getattr__(self, _level: str) -> Callable[..., None]:
        return _say_nothing


class NoRelay:
    """Nothing goes to Zoho in a schedule whose people make no contacts in Xero."""

    def __init__(self, *_: object) -> None:
        self.wake = asyncio.Event()

    async def run(self, halt: asyncio.Event) -> None:
        """Wait for the end."""
        await halt.wait()


SILENCE: Any = lambda *_, **__: Silence()  # noqa: E731  as structlog wants it


def _say_nothing(*_: object, **__: object) -> None:
    """Forget it."""


def hush() -> None:
    """Let production log nothing: what happened is read from the history."""
    structlog.configure(wrapper_class=SILENCE, cache_logger_on_first_use=True)


@contextlib.contextmanager
def staged(loop: VirtualLoop, seed: int) -> Iterator[None]:
    """Give production the schedule's clock, and its chance where it draws names."""
    named = random.Random(f"{seed}/names")
    random.seed(f"{seed}/anything")
    with contextlib.ExitStack() as stack:
        _put(stack, time, "monotonic", loop.time)
        _put(stack, ingress.journal.knocks, "monotonic", loop.time)
        _put(stack, secrets, "token_hex", lambda size=16: named.randbytes(size).hex())
        _put(stack, os, "getpid", lambda: 1)
        _put(stack, socket, "gethostname", lambda: "host")
        _put(stack, sys, "unraisablehook", lambda _: None)
        # What waits is measured for people; the schedule doesn't depend on it.
        _put(stack, bridge.cli.jobs.republishing, "measure", _measure_nothing)
        yield


@contextlib.contextmanager
def wired(xero: Xero, zoho: Switchboard) -> Iterator[None]:
    """Let production's HTTP clients speak to this Xero and this Zoho."""
    with contextlib.ExitStack() as stack:
        _put(stack, outbox.run, "open_client", _opening(xero))
        _put(stack, clients.xero.identity, "AsyncOAuth2Client", _logging_in(xero))
        _put(stack, clients.zoho.session, "open_client", _opening(zoho))
        _put(stack, clients.zoho.tokens, "AsyncOAuth2Client", _logging_in(zoho))
        if not zoho.registers:
            _put(stack, outbox.run, "ZohoRelay", NoRelay)
        yield


def _opening(far: Far) -> Callable[[str], httpx.AsyncClient]:
    def open_client(api_url: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=api_url, timeout=TIMEOUT, transport=Wire(far), trust_env=False
        )

    return open_client


def _logging_in(far: Far) -> type[AsyncOAuth2Client]:
    class Client(AsyncOAuth2Client):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more, transport=Wire(far))

    return Client


async def _measure_nothing(_pool: object) -> None:
    """Set no gauge."""


def _put(stack: contextlib.ExitStack, place: Any, name: str, value: Any) -> None:
    kept = getattr(place, name)
    setattr(place, name, value)
    stack.callback(setattr, place, name, kept)


def sweep_up(loop: VirtualLoop, procs: list[Any]) -> None:
    """Let every task of a schedule unwind, the dead ones' too."""
    loop.bury(procs)
    left = [task for task in loop.tasks if not task.done()]
    for task in left:
        task.cancel()
    with contextlib.suppress(BaseException):
        loop.run_until_complete(asyncio.wait(left, timeout=600))
    for task in left:
        if task.done() and not task.cancelled():
            task.exception()
    loop.errors.clear()
