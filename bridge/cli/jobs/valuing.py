"""Reading what Zoho's inventory is worth, and pushing it to Xero: now, or by the clock (C6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from bridge.parts import Parts
from bridge.problems import close_problem, open_problem
from bridge.schedule import Due, Work
from clients.xero.errors import Disconnected as XeroDisconnected
from clients.xero.reader import opened as xero_reader
from clients.xero.rights import lacking
from clients.zoho.errors import Disconnected, NoPermission
from clients.zoho.lists import every
from clients.zoho.session import opened as zoho_session
from ingress.connections.finding import find
from processors.asset.push import Pushed, Wish, adopt, last_posted, push, take_back
from processors.asset.value import posted, unusable, voided

PROBLEM: Final = "asset_push"
PURPOSES: Final = ("asset", "asset_contra")
MARGIN: Final = timedelta(days=1)  # before our last journal, since clocks differ
STOCK: Final = "stock"  # Zoho's type of the accounts that hold what is in stock

Row = Mapping[str, Any]


@dataclass
class HinderedError(Exception):
    """The value can't be pushed as things stand: `what` is in the way, and the `remedy`."""

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}. {self.remedy}"


def work(parts: Parts) -> Work:
    """Give the daily job. What a person must mend opens a problem; the rest is tried again."""

    async def push_due(due: Due) -> None:
        row = await find(parts.pool, due.name)
        if not row["enabled"] or "asset" not in row["config"]["accounts"]:
            return  # nobody wants it
        try:
            await push_value(parts, row, due.day)
        except HinderedError as error:
            await open_problem(
                parts.pool, due.connection_id, PROBLEM, error.what, f"{error.remedy}."
            )
        else:
            await close_problem(parts.pool, due.connection_id, PROBLEM)

    return push_due


async def push_value(parts: Parts, row: Row, day: date) -> Pushed:
    """Read the value, hold the accounts against Xero, and ask for the day's journal.

    `row` is the connection's. Raises HinderedError, XeroError or ZohoError.
    """
    asset, contra = [_chosen(row, purpose) for purpose in PURPOSES]
    gone = await _read_xero(parts, row)
    shown = await _stock_accounts(parts, row)
    wish = Wish(
        row["id"],
        row["name"],
        row["organization_id"],
        day,
        sum((_balance(each) for each in shown), Decimal(0)),
        tuple(_told(each) for each in shown),
        asset,
        contra,
        tuple(gone),
    )
    return await push(parts.pool, wish)


def _chosen(row: Row, purpose: str) -> str:
    chosen: str | None = row["config"]["accounts"].get(purpose)
    if chosen is None:
        remedy = "Choose an account for it in the connection's settings"
        raise HinderedError(f"accounts.{purpose} is not set", remedy)
    return chosen


async def _read_xero(parts: Parts, row: Row) -> list[date]:
    """Hold the chosen accounts against Xero's, and our journals against what is known here.

    Those that nobody here knows of count from now on, those that a person has voided no more; gives
    the days of these.
    """
    gone: list[date] = []
    async with xero_reader(parts, row["id"], row["name"]) as reader:
        _check_accounts(row, await reader.rows("Accounts", "/Accounts"))
        last = await last_posted(parts.pool, row["id"])
        since = last and last - MARGIN
        try:
            async for journals in reader.pages("ManualJournals", "/ManualJournals", since=since):
                await adopt(parts.pool, row["id"], posted(journals, row["organization_id"]))
                ended = voided(journals, row["organization_id"])
                gone += await take_back(parts.pool, row["id"], ended)
        except XeroDisconnected as error:  # the accounts could be read
            raise HinderedError(str(error), lacking("ManualJournals")) from error
    return gone


def _check_accounts(row: Row, accounts: Sequence[Row]) -> None:
    for purpose in PURPOSES:
        chosen = _chosen(row, purpose)
        if problem := unusable(purpose, _named(chosen, accounts)):
            what = f"accounts.{purpose}: the Xero account {chosen} {problem}"
            raise HinderedError(what, "Choose another one in the connection's settings")


def _named(chosen: str, accounts: Sequence[Row]) -> Row | None:
    names = ("Code", "AccountID")
    wanted = chosen.lower()
    return next(
        (each for each in accounts if wanted in {str(each.get(n) or "").lower() for n in names}),
        None,
    )


async def _stock_accounts(parts: Parts, row: Row) -> Sequence[Row]:
    asked = {"showbalance": "true"}
    try:
        async with zoho_session(parts, row["id"]) as session:
            rows = every(session, "/chartofaccounts", "chartofaccounts", asked, product="books")
            found = [each async for each in rows if each.get("account_type") == STOCK]
    except NoPermission as error:
        what = f"Zoho does not show its chart of accounts, where the inventory value is: {error}"
        remedy = "Connect a Zoho organisation that has Zoho Books, with ZohoBooks.accountants"
        raise HinderedError(what, remedy) from error
    except Disconnected as error:
        raise HinderedError(str(error), "Connect Zoho") from error
    if not found:
        # Nothing is not the same as zero: zero would take the whole value out of Xero.
        what = "Zoho has no account of type stock, so nothing shows what the inventory is worth"
        raise HinderedError(what, "Turn on inventory tracking in Zoho")
    return found


def _balance(account: Row) -> Decimal:
    balance = account.get("current_balance")
    if balance in (None, ""):
        what = f"Zoho shows no balance of its account {account.get('account_name')}"
        raise HinderedError(what, "Let the Zoho user who connected see account balances")
    return Decimal(str(balance))


def _told(account: Row) -> dict[str, str]:
    names = ("account_id", "account_name", "current_balance")
    return {name: str(account.get(name)) for name in names}
