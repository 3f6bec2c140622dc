"""A person at the console, over plain HTTP: signed in, with the proofs that pages carry."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from schemas.words import Role
from tests.ingress.auth.people import PASSWORD, account
from tests.ingress.conftest import Door

PROOF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class Person:
    """A browser that is signed in, without the browser."""

    client: httpx.AsyncClient
    proof: str = ""

    async def see(self, path: str) -> str:
        """Read a page; it must be there."""
        answer = await self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text

    async def do(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form of one of our pages."""
        return await self.client.post(path, data={"csrf": self.proof, **fields})


@asynccontextmanager
async def signed_in(door: Door, role: Role = "admin") -> AsyncIterator[Person]:
    """Make an account, and sign it in."""
    await account(door.pool, role, role)
    here = {"Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(base_url=door.client.base_url, headers=here, timeout=60) as client:
        fields = {"name": role, "password": PASSWORD}
        entered = await client.post("/sign-in", data=fields)
        assert entered.status_code == 303, entered.text
        found = PROOF.search((await client.get("/me")).text)
        assert found
        yield Person(client, found[1])
