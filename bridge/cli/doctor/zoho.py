"""The doctor's look at a connection's Zoho side: grant, organisation, Books, webhooks, sweep."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from bridge.cli.doctor.finding import Finding
from bridge.parts import Parts
from bridge.problems import problems_of
from bridge.queries import load

QUERIES = load(__file__, "zoho.sql")
# Found out anew each time, so that a mended one does not linger until the next sweep.
LOOKED_AT: Final = frozenset({"zoho_grant", "zoho_organisation", "zoho_books"})
UNSEEN: Final = (
    "Zoho's API is not connected: webhooks that never come, refunds' accounts, and what payloads"
    " leave out are not seen"
)
PATIENCE: Final = 10.0  # seconds that it waits for Zoho's limits
AWAY: Final = "Check that Zoho can be reached, and ZOHO_API_URL and ZOHO_ACCOUNTS_URL if set"


async def zoho_findings(parts: Parts, row: Mapping[str, Any]) -> AsyncIterator[Finding]:
    """Ask Zoho with two or three calls of the day's limit, and tell what the sweeps have found."""
    about = f"connection {row['name']}"
    yield await _access(parts, row, about)
    for problem in await problems_of(parts.pool, row["id"]):
        if problem.code not in LOOKED_AT:
            yield Finding(about, ok=False, what=problem.what, remedy=problem.remedy)
    swept = await QUERIES.swept(parts.pool, connection_id=row["id"])
    if swept is not None and swept["swept_at"] is not None:
        missed = ", ".join(f"{each} {count}" for each, count in (swept["missed"] or {}).items())
        what = f"Zoho's lists were swept at {swept['swept_at']:%Y-%m-%d %H:%M} UTC; changes that no"
        yield Finding(about, ok=True, what=f"{what} webhook ever told: {missed or 'none'}")


async def _access(parts: Parts, row: Mapping[str, Any], about: str) -> Finding:
    from clients.zoho.errors import (
        Disconnected,
        NoPermission,
        NotConnected,
        Refused,
        WrongOrganisation,
        ZohoError,
    )
    from clients.zoho.grants import REMEDY
    from clients.zoho.session import opened
    from ingress.sweep.standing import MEMBER, NO_PAYMENTS, PERMIT_BOOKS

    def wrong(error: ZohoError, remedy: str) -> Finding:
        return Finding(about, ok=False, what=str(error), remedy=remedy)

    try:
        async with opened(parts, row["id"], patience=PATIENCE) as zoho:
            await zoho.check()
            await zoho.get("/vendorpayments", {"per_page": 1}, product="books")
    except NotConnected:
        return Finding(about, ok=True, what=UNSEEN)
    except Disconnected as error:
        return wrong(error, REMEDY.format(name=row["name"]))
    except WrongOrganisation as error:
        return wrong(error, MEMBER)
    except (NoPermission, Refused):
        what = f"Zoho Books is not permitted: {NO_PAYMENTS}"
        return Finding(about, ok=False, what=what, remedy=PERMIT_BOOKS)
    except ZohoError as error:
        return wrong(error, AWAY)
    return Finding(about, ok=True, what="Zoho lets us in, Inventory and Books")
