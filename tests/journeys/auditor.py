"""Somebody who compares both systems, changes something in one of them, and compares again."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from bridge.cli.demo.stage import Stage
from clients.xero.identity import Credentials

SANDBOX = Credentials("sandbox-custom", "sandbox-custom-secret")
Row = dict[str, Any]


@dataclass
class Auditor:
    """Somebody with both systems before them, who compares, changes things, and compares again."""

    stage: Stage
    client: httpx.AsyncClient
    seen: list[Row] = field(default_factory=list)

    async def settled(self) -> None:
        """Wait until all is decided and done, as far as it goes."""
        await self.stage.settled()

    async def compare(self) -> list[Row]:
        """Compare; gives the rows that were not there the last time."""
        found = await self.stage.reconciled()
        rows = [difference.as_row() for difference in found.differences]
        new = [row for row in rows if row not in self.seen]
        self.seen = rows
        return new

    async def xero(self, method: str, path: str, body: Any = None) -> Any:
        """Do something in Xero, as somebody there does."""
        answer = await self.client.request(method, f"/api.xro/2.0{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def linked(self, key: str) -> str:
        """Xero's id of a thing."""
        pool = self.stage.parts.pool
        return str(await pool.fetchval("SELECT xero_id FROM links WHERE key = $1", key))

    async def silently(self, *patterns: str) -> None:
        """Let no webhook tell of such changes."""
        await self.stage.control("/zoho/settings", {"silent": patterns})

    async def share(self, payment_id: str) -> str:
        """Xero's id of the one share of a payment."""
        pool = self.stage.parts.pool
        return str(
            await pool.fetchval(
                """SELECT l.xero_id FROM commands c JOIN links l ON l.key = c.key
                    WHERE c.zoho_id = $1 AND c.kind LIKE '%payment.create'""",
                payment_id,
            )
        )


def short(rows: list[Row]) -> set[tuple[str, str, str, str]]:
    """Rows as a set: entity, Zoho's id, kind, first field."""
    return {(row["entity"], row["zoho_id"], row["kind"], row["field"]) for row in rows}
