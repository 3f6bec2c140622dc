"""Zoho's courier: posts webhooks to whichever receiver lives, until one says 2xx."""

import asyncio
import hmac
import json
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Final

from tests.simulation.chance import Chance
from tests.simulation.loop import PROC
from tests.simulation.zoho import Hook

SECRET: Final = "simulationsecret20"
# What a body calls its document, where it is not the entity's name.
ROOTS: Final = {
    "customer_payment": "payment",
    "credit_note": "creditnote",
    "vendor_payment": "vendorpayment",
}
PATIENCE: Final = 10.0  # seconds that Zoho waits for an answer


@dataclass
class Courier:
    """Delivers one organisation's webhooks. `open` are those that nobody accepted yet."""

    chance: Chance
    loop: asyncio.AbstractEventLoop
    doors: list[Any]
    endpoint: str
    answers: list[dict[str, Any]] = field(default_factory=list)
    open: list[Hook] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = self.chance.fork(f"courier {self.endpoint}")

    def post(self, hook: Hook) -> None:
        """Have a webhook delivered."""
        self.open.append(hook)
        self.loop.create_task(self._deliver(hook), context=Context())

    async def _deliver(self, hook: Hook) -> None:
        profile, chance = self.chance.profile, self._chance
        if chance.random() < profile.late_hooks:
            self.chance.count("webhook.late")
            await asyncio.sleep(chance.uniform(1, 30))
        await asyncio.sleep(self.chance.blink())
        await self._until_accepted(hook)
        while chance.random() < profile.repeated:
            self.chance.count("webhook.repeated")
            await asyncio.sleep(chance.uniform(0, 20))
            await self._once(hook)

    async def _until_accepted(self, hook: Hook) -> None:
        while not 200 <= await self._once(hook) < 300:
            self.chance.count("webhook.sent_again")
            await asyncio.sleep(self._chance.uniform(1, 20))
        self.open.remove(hook)

    async def _once(self, hook: Hook) -> int:
        if not self.doors:
            return 0
        door = self._chance.choice(self.doors)
        body = json.dumps({ROOTS.get(hook.entity, hook.entity): hook.content}).encode()
        answered: asyncio.Future[tuple[int, Any]] = self.loop.create_future()
        context = Context()
        context.run(PROC.set, door.proc)
        self.loop.create_task(self._call(door.app, hook, body, answered), context=context)
        try:
            async with asyncio.timeout(PATIENCE):
                status, content = await answered
        except TimeoutError:
            status, content = 0, {}
        self.answers.append(
            {
                "at": self.loop.time(),
                "status": status,
                "entity": hook.entity,
                "zoho_id": hook.zoho_id,
                "trigger": hook.trigger,
                "event": content.get("event"),
                "said": content.get("status") or content.get("error"),
            }
        )
        return status

    async def _call(self, app: Any, hook: Hook, body: bytes, answered: Any) -> None:
        signature = hmac.digest(SECRET.encode(), body, "sha256").hex().encode()
        scope = {
            "type": "http",
            "method": "POST",
            "query_string": b"",
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
                (b"x-zoho-webhook-signature", signature),
                (b"x-request-id", f"{hook.entity}-{hook.zoho_id}-{hook.at:.0f}".encode()),
            ],
            "path_params": {
                "endpoint": self.endpoint,
                "module": hook.entity,
                "trigger": hook.trigger,
            },
        }
        status: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])
            elif not answered.done():
                answered.set_result((status[0], json.loads(message["body"])))

        await app(scope, receive, send)
