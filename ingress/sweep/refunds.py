"""Refunds have a list of their own and no trigger: credits whose refunds changed are read again."""

from datetime import datetime
from typing import Any, Final

from bridge.postgres import Pool
from bridge.queries import load
from clients.zoho.documents import REFUNDS
from clients.zoho.errors import Refused
from clients.zoho.kinds import Kind
from clients.zoho.lists import Row, pages
from clients.zoho.session import ZohoSession
from ingress.sweep.listing import stamp_of
from schemas.words import Trigger

QUERIES = load(__file__, "refunds.sql")
EDITED: Final[Trigger] = "edited"


async def changed_credits(
    pool: Pool, session: ZohoSession, connection_id: int, kind: Kind, *, full: bool
) -> dict[str, Trigger]:
    """Name the credits that have a refund which the journal does not know.

    Reads the newest page of the list, or all when `full`. Raises ZohoError.
    """
    try:
        return await _changed(pool, session, connection_id, kind, full=full)
    except Refused:
        return {}  # the credits' own stamps tell of most refunds


async def _changed(
    pool: Pool, session: ZohoSession, connection_id: int, kind: Kind, *, full: bool
) -> dict[str, Trigger]:
    rows, root = REFUNDS[kind.entity]
    found: dict[str, Trigger] = {}
    async for page in pages(session, f"{kind.path}/refunds", rows):
        credits_ = [str(row.get(kind.id_field, "")) for row in page]
        known = await QUERIES.credits_known(
            pool, connection_id=connection_id, entity=kind.entity, zoho_ids=credits_
        )
        kept = {row["zoho_id"]: row for row in known}
        for row, credit in zip(page, credits_, strict=True):
            if credit in kept and _is_news(row, str(row.get(f"{root}_id")), kept[credit]):
                found[credit] = EDITED
        if not full:
            break
    return found


def _is_news(row: Row, refund_id: str, credit: Any) -> bool:
    stamp: datetime | None = stamp_of(row)
    if stamp is not None and credit["stamp"] is not None:
        return bool(stamp > credit["stamp"])
    # Without stamps: a refund that Xero was not told of, unless Zoho itself has shown the credit.
    return refund_id not in credit["refunds"] and not credit["confirmed"]
