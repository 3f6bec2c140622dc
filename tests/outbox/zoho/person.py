"""The sandbox's Zoho as a person sees it."""

from typing import Any

import httpx

from sandbox.zoho.state import ORGANISATION, PERSON_TOKEN

PERSON = {"Authorization": f"Zoho-oauthtoken {PERSON_TOKEN}"}


class Zoho:
    """Contacts at Zoho's screen."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def make(self, name: str, **fields: Any) -> str:
        given = {"contact_name": name, "contact_type": "customer", **fields}
        return str((await self._ask("POST", "/contacts", given))["contact"]["contact_id"])

    async def deactivate(self, zoho_id: str) -> None:
        await self._ask("POST", f"/contacts/{zoho_id}/inactive")

    async def contact(self, zoho_id: str) -> Any:
        return (await self._ask("GET", f"/contacts/{zoho_id}"))["contact"]

    async def contacts(self) -> list[Any]:
        rows = (await self._ask("GET", "/contacts"))["contacts"]
        return [await self.contact(row["contact_id"]) for row in rows]

    async def fail(self, method: str, path: str, *, applied: bool) -> None:
        faults = [{"method": method, "path": path, "applied": applied}]
        answer = await self._client.post("/_sandbox/zoho/faults", json={"faults": faults})
        answer.raise_for_status()

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self._client.request(
            method,
            f"/inventory/v1{path}",
            json=body,
            headers=PERSON,
            params={"organization_id": ORGANISATION},
        )
        assert answer.is_success, answer.text
        return answer.json()
