"""One sweep of one connection: the lists, the readings, the journal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bridge.parts import Parts
from bridge.postgres import Pool
from bridge.queries import load
from clients.zoho.budget import REPAIR
from clients.zoho.errors import (
    NoPermission,
    NotConnected,
    NotFound,
    Refused,
    Throttled,
    Unavailable,
    WrongOrganisation,
)
from clients.zoho.kinds import KINDS
from clients.zoho.session import ZohoSession, opened
from ingress.sweep import standing
from ingress.sweep.comparing import is_news, is_of_before
from ingress.sweep.listing import Listed, Reader
from ingress.sweep.refunds import changed_credits
from ingress.sweep.report import Module, Report
from ingress.sweep.telling import Teller
from schemas.words import Ref, Trigger

QUERIES = load(__file__, "sweep.sql")
OVERLAP: Final = timedelta(minutes=10)  # Zoho's lists may lag, and its second may have more to come
MOST_OLDER: Final = 100  # documents from before the connecting that a sweep takes along
MOST_UNREAD: Final = 500
MOST_FAILING: Final = 3  # documents in a row that Zoho fails on: then it may be away altogether
AT_ONCE: Final = 200  # rows that are compared in one query
# What others lean on comes first.
ORDER: Final = (
    "contact",
    "invoice",
    "bill",
    "credit_note",
    "vendor_credit",
    "customer_payment",
    "vendor_payment",
)


@dataclass
class Sweep:
    """One sweep. `grace`: seconds in which a change is left to the webhook that is on its way."""

    pool: Pool
    session: ZohoSession
    connection: Any
    full: bool
    grace: float
    report: Report = field(init=False)
    reader: Reader = field(init=False)
    teller: Teller = field(init=False)
    failing: int = 0  # documents in a row that Zoho has just failed on

    def __post_init__(self) -> None:
        self.report = Report(self.connection["name"], self.full)
        self.reader = Reader(self.session, full=self.full)
        self.teller = Teller(
            self.pool, self.session, self.connection["id"], self.connection["organization_id"]
        )

    async def run(self) -> Report:
        """Sweep every list, parents first. Raises clients.zoho.errors.ZohoError."""
        await self._reread()
        rows = await QUERIES.watermarks(self.pool, connection_id=self.connection["id"])
        marks = {row["module"]: row["watermark"] for row in rows}
        for entity in ORDER:
            before = self.session.calls
            module = self.report.module(entity)
            try:
                await self._list(module, marks.get(entity))
            except (NoPermission, Refused) as error:
                module.problem = str(error)
            else:
                await self._end(module, self.session.calls - before)
        self.report.calls = self.session.calls
        return self.report

    async def _reread(self) -> None:
        """Read what decisions would have read, and what Zoho failed on before."""
        rows = await QUERIES.unread(
            self.pool, connection_id=self.connection["id"], most=MOST_UNREAD
        )
        refs = [Ref(row["entity"], row["zoho_id"]) for row in rows]
        self.report.unread = set(refs)
        for ref in refs:
            try:
                await self._read(ref, "edited")
            except NoPermission:
                self.report.unread.discard(ref)  # the list of its kind tells of that
                continue
            self.report.reread += ref not in self.report.unread
            if self.failing >= MOST_FAILING:
                break  # whether Zoho is away altogether, its lists will tell
        self.failing = 0

    async def _read(self, ref: Ref, trigger: Trigger, listed: Listed | None = None) -> bool:
        """Read a document and journal it; says whether this is what no webhook had told.

        One that Zoho fails on is left to the next sweep, and holds up no other. Raises what keeps
        Zoho from being asked at all, or for anything of the kind.
        """
        try:
            new = await self.teller.tell(ref, trigger, listed)
        except NotFound:
            await self.teller.is_read(ref)  # deleted: the next sweep of all ids tells
            new = False
        except Throttled:
            raise
        except (Unavailable, Refused):
            await self.teller.put_off(ref)
            self.report.unread.add(ref)
            self.failing += 1
            return False
        self.report.unread.discard(ref)
        self.failing = 0
        return new

    async def _list(self, module: Module, watermark: datetime | None) -> None:
        kind, found = KINDS[module.entity], dict[str, Listed]()
        since = (watermark or self.connection["cutover_at"]) - OVERLAP
        async for listed in self.reader.changed(kind, since):
            module.listed += 1
            module.see(listed.stamp)
            found.setdefault(listed.zoho_id, listed)
        module.complete = self.reader.complete
        news = await self._news(module, list(found.values()))
        if module.entity in ("credit_note", "vendor_credit"):
            news |= await changed_credits(
                self.pool, self.session, self.connection["id"], kind, full=self.full
            )
        # The oldest change first, as webhooks would have told it.
        for zoho_id, trigger in reversed(news.items()):
            await self._tell(module, Ref(module.entity, zoho_id), trigger, found.get(zoho_id))
        if module.complete and self.full:
            await self._bury(module, found.keys())

    async def _news(self, module: Module, listed: Sequence[Listed]) -> dict[str, Trigger]:
        news: dict[str, Trigger] = {}
        older: list[str] = []
        for start in range(0, len(listed), AT_ONCE):
            part = listed[start : start + AT_ONCE]
            kept = await self.teller.kept(module.entity, [each.zoho_id for each in part])
            for each in part:
                known = kept.get(each.zoho_id)
                if not each.zoho_id or self._is_on_its_way(each):
                    continue
                if known is not None and is_news(each, known, thorough=self.full):
                    news[each.zoho_id] = "edited"
                elif known is None and not is_of_before(each, self.connection["cutover"]):
                    news[each.zoho_id] = "created"
                    older += [each.zoho_id] if self._is_older(each) else []
        # A contact from before is read when a document first needs it.
        if len(older) > MOST_OLDER or module.entity == "contact":
            module.left = 0 if module.entity == "contact" else len(older)
            return {zoho_id: trigger for zoho_id, trigger in news.items() if zoho_id not in older}
        module.older = len(older)
        return news

    def _is_on_its_way(self, listed: Listed) -> bool:
        if listed.stamp is None or not self.grace:
            return False
        age = (datetime.now(UTC) - listed.stamp).total_seconds()
        return 0 <= age < self.grace

    def _is_older(self, listed: Listed) -> bool:
        created: datetime = self.connection["created_at"]
        return listed.stamp is not None and listed.stamp < created - OVERLAP

    async def _tell(
        self, module: Module, ref: Ref, trigger: Trigger, listed: Listed | None
    ) -> None:
        if ref in self.report.unread:
            return  # it was tried just now, or waits for its turn
        new = await self._read(ref, trigger, listed)
        if self.failing >= MOST_FAILING:
            raise Unavailable(f"Zoho fails on {MOST_FAILING} documents in a row, {ref} the last")
        if new and not (listed and trigger == "created" and self._is_older(listed)):
            module.missed += 1

    async def _bury(self, module: Module, listed: Any) -> None:
        """Journal the deletion of what the list lacks, once Zoho has confirmed each by its id."""
        rows = await QUERIES.living(
            self.pool, connection_id=self.connection["id"], entity=module.entity
        )
        for zoho_id in sorted({row["zoho_id"] for row in rows} - set(listed)):
            ref, kind = Ref(module.entity, zoho_id), KINDS[module.entity]
            try:
                await self.session.get(kind.address(zoho_id), product=kind.product)
            except NotFound:
                module.deleted += await self.teller.bury(ref)
            except Refused:
                continue  # nobody knows: it is asked for again by night

    async def _end(self, module: Module, calls: int) -> None:
        await QUERIES.end_module(
            self.pool,
            connection_id=self.connection["id"],
            module=module.entity,
            watermark=module.newest,
            complete=module.complete and self.full,
            missed=module.missed + module.deleted,
            calls=calls,
        )


async def sweep(
    parts: Parts,
    connection_id: int,
    *,
    full: bool = False,
    grace: float = 0.0,
) -> Report:
    """Sweep one connection; `full` reads the lists to their ends and finds what was deleted.

    What stands in the way as a whole is kept as a problem of the connection, until a sweep finds it
    mended. Raises NotConnected, Disconnected, WrongOrganisation or Unavailable.
    """
    pool = parts.pool
    row = await QUERIES.connection(pool, connection_id=connection_id)
    async with opened(parts, connection_id, lane=REPAIR) as session:
        work = Sweep(pool, session, row, full, grace)
        try:
            report = await work.run()
        except NotConnected:
            await standing.forget(pool, connection_id)
            raise
        except WrongOrganisation as error:
            await standing.wrong_organisation(pool, connection_id, row["organization_id"], error)
            raise
    await standing.tell(pool, connection_id, report, work.reader.refused)
    return report
