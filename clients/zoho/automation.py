"""Zoho's settings for webhooks and the rules that call them (Zoho: webhook settings)."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from clients.zoho.lists import every
from clients.zoho.session import ZohoSession

WEBHOOKS: Final = "/settings/webhooks"
RULES: Final = "/settings/workflows"
PACE: Final = 0.6  # seconds between changes: Zoho throttles these addresses

Row = Mapping[str, Any]


class Automation:
    """Reads and changes an organisation's webhooks and rules; raises ZohoError.

    `pace` is the time between two changes, in seconds.
    """

    def __init__(self, session: ZohoSession, pace: float = PACE) -> None:
        self._session = session
        self._pace = pace

    async def webhooks(self) -> list[Row]:
        """Every webhook, whole: a row of the list that lacks its address is read again."""
        rows = [row async for row in every(self._session, WEBHOOKS, "webhooks")]
        return [await self._whole(row, "url", WEBHOOKS, "webhook") for row in rows]

    async def rules(self) -> list[Row]:
        """Every rule, whole."""
        rows = [row async for row in every(self._session, RULES, "workflows")]
        return [await self._whole(row, "instant_actions", RULES, "workflow") for row in rows]

    async def _whole(self, row: Row, needed: str, path: str, root: str) -> Row:
        if needed in row:
            return row
        found: Row = (await self._session.get(f"{path}/{row[f'{root}_id']}")).get(root) or row
        return found

    async def put_webhook(self, fields: Row, webhook_id: str = "") -> str:
        """Make a webhook, or change one; gives its id."""
        return await self._put(WEBHOOKS, "webhook", fields, webhook_id)

    async def put_rule(self, fields: Row, rule_id: str = "") -> str:
        """Make a rule, or change one; gives its id."""
        return await self._put(RULES, "workflow", fields, rule_id)

    async def _put(self, path: str, root: str, fields: Row, known: str) -> str:
        await asyncio.sleep(self._pace)
        if known:
            await self._session.put(f"{path}/{known}", fields)
            return known
        made = (await self._session.post(path, fields)).get(root) or {}
        return str(made.get(f"{root}_id", ""))
