"""The loop that writes to one connection's Zoho: one contact at a time, each once, in order."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from bridge.parts import Parts
from bridge.problems import close_problem, open_problem
from bridge.queries import load
from bridge.waiting import pause
from clients.zoho.errors import (
    NoPermission,
    NotConnected,
    Refused,
    WrongOrganisation,
    ZohoError,
)
from clients.zoho.session import ZohoSession, opened
from outbox.lease import MARGIN, Lease
from outbox.windows import Windows
from outbox.zoho.contacts import (
    CONTACTS,
    UnfitError,
    Write,
    namesakes,
    shown,
    the_one,
    written,
)
from outbox.zoho.sending import commit
from outbox.zoho.settling import Verdict, doubt, judge, judge_look, settle_error, settle_yes

QUERIES = load(__file__, "zoho.sql")
LOG = structlog.get_logger()
IDLE: Final = 2.0  # seconds; notifications are hints, so now and then the loop looks by itself
PROBLEM: Final = "zoho_write"
REMEDY: Final = "Connect Zoho again, with the permission to write contacts"
MATCHED: Final = "Zoho has a contact of this name already: the two are one from now on"


@dataclass(slots=True)
class ZohoRelay:
    """One connection's loop towards Zoho, under the same lease as the one towards Xero.

    Zoho has no idempotency keys. A contact is looked for by its name before it is made, and again
    when nobody knows whether it was; a change may be repeated once it can't be under way any more.
    """

    parts: Parts
    lease: Lease
    windows: Windows
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _troubled: bool = True  # a problem may be open, from us or from a predecessor

    async def run(self, stop: asyncio.Event) -> None:
        """Write until `stop`; what is in flight then comes home."""
        while not stop.is_set():
            self.wake.clear()
            if await self._next() is not None:
                await self._work(stop)
            await pause(self.wake, IDLE)

    async def _work(self, stop: asyncio.Event) -> None:
        async with AsyncExitStack() as stack:
            line = opened(self.parts, self.lease.connection_id)
            try:
                session = await stack.enter_async_context(line)
            except LookupError:
                return  # the connection was deleted meanwhile
            while not stop.is_set() and (command := await self._next()) is not None:
                if not await self._take_step(session, command):
                    return

    async def _next(self) -> Any:
        return await QUERIES.next_command(self.parts.pool, connection_id=self.lease.connection_id)

    async def _addressed(self, command: Any) -> Any:
        """Give a command whose contact was made since it was asked for that contact's id."""
        body = command["body"]
        if "contact_id" in body or command["state"] != "pending":
            return command
        zoho_id = await QUERIES.twin(
            self.parts.pool,
            connection_id=self.lease.connection_id,
            xero_id=command["expected"]["xero_id"],
            contact_type=body["contact_type"],
        )
        if zoho_id is None:
            return command
        kept = {name: value for name, value in body.items() if name != "currency_code"}
        return {**command, "body": {**kept, "contact_id": zoho_id}}

    async def _take_step(self, session: ZohoSession, command: Any) -> bool:
        """Bring one command on; False when nothing may be sent now."""
        command = await self._addressed(command)
        unclear = command["attempt_id"]
        try:
            if command["state"] == "ambiguous":
                await self._resolve(session, command)
                return True
            if await self._is_there(session, command):
                return True
            write = await written(session, command["body"])
        except UnfitError as unfit:
            await self._park(command, unclear, unfit)
        except ZohoError as error:
            await self._fail(command, None, judge_look(error, command["state"]), error)
        else:
            return await self._send(session, command, write)
        return True

    async def _is_there(self, session: ZohoSession, command: Any) -> bool:
        """Link a new contact to Zoho's of its name; raises UnfitError where it can't be."""
        if "contact_id" in command["body"]:
            return False
        found = await namesakes(session, command["body"])
        if found:
            await self._match(session, command, None, found)
        return bool(found)

    async def _match(
        self,
        session: ZohoSession,
        command: Any,
        attempt_id: int | None,
        found: list[dict[str, Any]],
    ) -> None:
        contact = await self._free(session, command, found)
        await settle_yes(self.parts.pool, self.lease, command, attempt_id, contact, MATCHED)

    async def _free(
        self, session: ZohoSession, command: Any, found: list[dict[str, Any]]
    ) -> dict[str, Any]:
        name = command["body"]["contact_name"]
        contact_id = the_one(name, found)["contact_id"]
        owner = await QUERIES.owner(
            self.parts.pool,
            connection_id=self.lease.connection_id,
            key=f"contact:{contact_id}",
        )
        if owner not in (None, command["expected"]["xero_id"]):
            reason = f"{name} in Zoho belongs to another contact of Xero's: rename one of the two."
            raise UnfitError("zoho:namesake", reason)
        whole: dict[str, Any] = (await session.get(f"{CONTACTS}/{contact_id}"))["contact"]
        return whole

    async def _send(self, session: ZohoSession, command: Any, write: Write) -> bool:
        leaves_by = time.monotonic() + MARGIN
        attempt_id = await commit(self.parts.pool, self.lease, command["id"], write)
        if attempt_id is None:
            return False
        send = session.post if write.method == "POST" else session.put
        try:
            contact = shown(await send(write.path, write.body, by=leaves_by))
        except ZohoError as error:
            if isinstance(error, Refused) and write.method == "POST":
                await self._look_for_namesake(session, command, attempt_id, error)
            else:
                await self._fail(command, attempt_id, judge(error), error)
            return True
        await settle_yes(self.parts.pool, self.lease, command, attempt_id, contact)
        await self._recover()
        LOG.info("zoho.written", connection=self.lease.name, command=command["id"])
        return True

    async def _look_for_namesake(
        self, session: ZohoSession, command: Any, attempt_id: int, refused: Refused
    ) -> None:
        """After a no: it may be a namesake in other letters, which the search by name hides."""
        try:
            found = await namesakes(session, command["body"], among_all=True)
            if found:
                await self._match(session, command, attempt_id, found)
            else:
                await self._fail(command, attempt_id, judge(refused), refused)
        except UnfitError as unfit:
            await self._park(command, attempt_id, unfit)
        except ZohoError as error:
            await self._fail(command, attempt_id, judge_look(error, "pending"), error)

    async def _resolve(self, session: ZohoSession, command: Any) -> None:
        """Find out what became of a request that was not answered.

        That a contact is there says something of its making alone, nothing of a change of it.
        """
        if command["method"] == "POST":
            found = await namesakes(session, command["body"])
            if found:
                contact = await self._free(session, command, found)
                await settle_yes(
                    self.parts.pool, self.lease, command, command["attempt_id"], contact
                )
                return
        if command["silence"] >= self.windows.quiet:
            await QUERIES.looked(self.parts.pool, attempt_id=command["attempt_id"])
        verdict = doubt(command, self.windows)
        await settle_error(self.parts.pool, self.lease, command, command["attempt_id"], verdict)

    async def _park(self, command: Any, attempt_id: int | None, unfit: UnfitError) -> None:
        verdict = Verdict("refused", "parked", 0.0, str(unfit), unfit.cause)
        await settle_error(self.parts.pool, self.lease, command, attempt_id, verdict)

    async def _fail(
        self, command: Any, attempt_id: int | None, verdict: Verdict, error: ZohoError
    ) -> None:
        await settle_error(self.parts.pool, self.lease, command, attempt_id, verdict)
        LOG.warning(
            "zoho.not_written",
            connection=self.lease.name,
            command=command["id"],
            outcome=verdict.outcome,
            problem=type(error).__name__,
        )
        # A grant that is refused has a problem of its own already.
        if isinstance(error, NotConnected | NoPermission | WrongOrganisation):
            self._troubled = True
            await open_problem(
                self.parts.pool, self.lease.connection_id, PROBLEM, str(error), REMEDY
            )

    async def _recover(self) -> None:
        if self._troubled:
            self._troubled = False
            await close_problem(self.parts.pool, self.lease.connection_id, PROBLEM)
