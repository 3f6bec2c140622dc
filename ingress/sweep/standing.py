"""What a sweep says of the connection as a whole: each thing is one problem, gone when mended."""

from typing import Final

from bridge.postgres import Pool
from bridge.problems import close_problem, open_problem
from bridge.queries import load
from clients.zoho.errors import ZohoError
from ingress.sweep.report import Report

QUERIES = load(__file__, "sweep.sql")
ORGANISATION: Final = "zoho_organisation"
BOOKS: Final = "zoho_books"
SCOPES: Final = "zoho_scopes"
SILENT: Final = "zoho_webhooks_silent"
OLDER: Final = "zoho_older_documents"
UNREAD: Final = "zoho_unread"
MOST_NAMED: Final = 5  # documents in one sentence
MOST_SILENT: Final = 3  # documents of a module that no webhook told since the last one
WITHOUT_BOOKS: Final = "Zoho Books is not permitted ({error}). It costs: {costs}"
NO_FILTER: Final = (
    "invoices and bills that changed without a webhook are found at once among the newest 600 only,"
    " the others in the nightly comparison"
)
NO_PAYMENTS: Final = (
    "payments made are known from their bills alone, without bank charges; the inventory's asset"
    " value can't be read"
)
PERMIT_BOOKS: Final = (
    "Connect Zoho again as a user of Zoho Books, with the scopes ZohoBooks.invoices.READ,"
    " bills.READ, vendorpayments.READ and accountants.ALL; without Books there is no more to be had"
)
MEMBER: Final = "Connect Zoho as a user of this organisation, or correct zoho.organization_id"
PERMIT: Final = "Connect Zoho again, and agree to all that is asked for"
RECONNECT_HOOKS: Final = (
    "Look at Zoho's workflow rules and webhooks, and how many of the day's webhooks are used up;"
    " `bridge zoho check` compares them with what should be there"
)


async def wrong_organisation(
    pool: Pool, connection_id: int, organization_id: str, error: ZohoError
) -> None:
    """The grant's user does not belong to the organisation."""
    what = f"Zoho's organisation {organization_id} is not open to whoever connected: {error}"
    await open_problem(pool, connection_id, ORGANISATION, what, MEMBER)


async def forget(pool: Pool, connection_id: int) -> None:
    """Without credentials nothing of Zoho's API can be wrong."""
    for code in ("zoho_grant", ORGANISATION, BOOKS, SCOPES, SILENT, OLDER, UNREAD):
        await close_problem(pool, connection_id, code)


async def tell(pool: Pool, connection_id: int, report: Report, books: str | None) -> None:
    """Open and close the problems that a sweep shows; `books` is why Books was refused."""
    problems = {
        ORGANISATION: None,
        BOOKS: _books(report, books),
        SCOPES: _scopes(report, books),
        OLDER: _older(report),
        UNREAD: _unread(report),
        SILENT: await _silent(pool, connection_id),
    }
    for code, problem in problems.items():
        if problem is None:
            await close_problem(pool, connection_id, code)
        else:
            await open_problem(pool, connection_id, code, *problem)


def _books(report: Report, refused: str | None) -> tuple[str, str] | None:
    if refused is None:
        return None
    costs = [NO_PAYMENTS] if report.module("vendor_payment").problem else []
    return WITHOUT_BOOKS.format(error=refused, costs="; ".join([*costs, NO_FILTER])), PERMIT_BOOKS


def _scopes(report: Report, books: str | None) -> tuple[str, str] | None:
    refused = [each.entity for each in report.modules.values() if each.problem]
    if books:
        refused = [entity for entity in refused if entity != "vendor_payment"]
    if not refused:
        return None
    what = f"Zoho's lists of {', '.join(refused)} may not be read: what their webhooks miss is lost"
    return what, PERMIT


def _older(report: Report) -> tuple[str, str] | None:
    left = {each.entity: each.left for each in report.modules.values() if each.left}
    if not left:
        return None
    counts = ", ".join(f"{count} of {entity}" for entity, count in left.items())
    what = f"Documents since the cut-over are older than the connection and not exported: {counts}"
    remedy = f"`bridge backfill {report.connection}` shows what exporting them would take"
    return what, remedy


def _unread(report: Report) -> tuple[str, str] | None:
    if not report.unread:
        return None
    named = ", ".join(sorted(map(str, report.unread))[:MOST_NAMED])
    what = f"Zoho can't be asked for {len(report.unread)} documents that changed: {named}"
    remedy = "Each sweep tries them again; if one stays, open it in Zoho and save it anew"
    return what, remedy


async def _silent(pool: Pool, connection_id: int) -> tuple[str, str] | None:
    rows = await QUERIES.silent_modules(pool, connection_id=connection_id, most=MOST_SILENT)
    if not rows:
        return None
    modules = ", ".join(
        f"{row['entity']} ({row['missed']} missed, the last webhook came"
        f" {row['last_webhook']:%Y-%m-%d %H:%M} UTC)"
        if row["last_webhook"]
        else f"{row['entity']} ({row['missed']} missed, none ever came)"
        for row in rows
    )
    return f"Zoho's webhooks have gone silent for {modules}", RECONNECT_HOOKS
