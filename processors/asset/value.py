"""The asset value: what a journal must move so that Xero shows what Zoho's stock is worth."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from processors.decisions import Decision
from processors.plans.building import account_field
from schemas.commands import Body, Command
from schemas.rules import RuleRow
from schemas.words import Ref

ACTION: Final = "C6"
NO_DIFFERENCE: Final = "no_difference"
ZERO: Final = Decimal(0)
ASSET: Final = "asset"
NARRATION: Final = "Inventory asset value {day}, Zoho organisation {organization_id}"
OURS: Final = re.compile(r"Inventory asset value (\d{4}-\d\d-\d\d), Zoho organisation (\d+)")
MOVED: Final = "moved:"  # before an account, in what a command expects
NO_JOURNALS: Final = ("BANK", "INVENTORY")  # types of Xero's accounts
ROW: Final = RuleRow(
    ACTION,
    "asset_value.push",
    zoho="The evening comes, or the push is asked for",
    xero="One journal moves the difference of the inventory's value, at most one a date",
    withheld_when=("There is no difference.", "The date's journal was voided in Xero by hand."),
)


@dataclass(frozen=True, slots=True)
class Valuation:
    """What is known when a day's value is to be pushed.

    `value` is what Zoho's inventory is worth, in the base currency. `asset` and `contra` are Xero
    accounts, code or id. `held` is what our journals so far have put on each account, credits below
    zero. `organization_id` is Zoho's. `voided` are the days of journals that were voided in Xero by
    hand since the last push, and so are in `held` no more.
    """

    day: date
    organization_id: str
    value: Decimal
    asset: str
    contra: str
    held: Mapping[str, Decimal]
    voided: tuple[date, ...] = ()

    @property
    def document(self) -> Ref:
        """The day's own history."""
        return Ref("asset_value", self.day.isoformat())

    @property
    def pushed(self) -> Decimal:
        """The value that the asset account shows because of us."""
        return self.held.get(self.asset, ZERO)

    @property
    def narration(self) -> str:
        """What the journal says, and is found again by."""
        return NARRATION.format(day=self.day, organization_id=self.organization_id)


def decide(valuation: Valuation) -> Decision:
    """Ask for the journal of the difference, or say that there is none."""
    moved = _moved(valuation)
    said = f"Zoho's inventory is worth {valuation.value:f}, {valuation.pushed:f} was pushed before"
    if valuation.voided:
        days = ", ".join(map(str, valuation.voided))
        said += f" (the journal of {days} was voided in Xero by hand and counts no more)"
    if not moved:
        reason = f"{said}: nothing to post."
        return Decision(valuation.document, ACTION, "withheld", code=NO_DIFFERENCE, reason=reason)
    difference = valuation.value - valuation.pushed
    return Decision(
        valuation.document,
        ACTION,
        "applied",
        key=_key(valuation),
        reason=f"{said}: a journal of {difference:f} is posted.",
        commands=(_journal(valuation, moved),),
    )


def _moved(valuation: Valuation) -> dict[str, Decimal]:
    """What each account gets. One that is no longer chosen gives back what it was given."""
    wanted = {valuation.asset: valuation.value, valuation.contra: -valuation.value}
    accounts = dict.fromkeys([*wanted, *valuation.held])
    moves = {
        account: wanted.get(account, ZERO) - valuation.held.get(account, ZERO)
        for account in accounts
    }
    return {account: amount for account, amount in moves.items() if amount}


def _journal(valuation: Valuation, moved: Mapping[str, Decimal]) -> Command:
    # Without a status Xero would keep a draft, without this type it would reckon tax (xero: §10).
    body: Body = {
        "Narration": valuation.narration,
        "Date": valuation.day.isoformat(),
        "Status": "POSTED",
        "LineAmountTypes": "NoTax",
        "JournalLines": [
            {
                "LineAmount": amount,
                "Description": f"Inventory value {valuation.value:f} on {valuation.day}",
                **account_field(account, prefix="Account"),
            }
            for account, amount in moved.items()
        ],
    }
    # Bodies are forgotten after a while; what was moved must be known for good.
    expected = _expected(moved)
    return Command("journal.create", _key(valuation), (valuation.document,), body, (), expected)


def _expected(moved: Mapping[str, Decimal]) -> dict[str, str]:
    return {f"{MOVED}{account}": f"{amount:f}" for account, amount in moved.items()}


@dataclass(frozen=True, slots=True)
class Posted:
    """A journal of ours as Xero shows it; `expected` is what its command would expect."""

    id: str
    day: date
    expected: dict[str, str]


def posted(journals: Iterable[Mapping[str, Any]], organization_id: str) -> Iterator[Posted]:
    """Pick our journals of a Zoho organisation out of Xero's, those that still count."""
    for journal in journals:
        ours = OURS.fullmatch(str(journal.get("Narration") or ""))
        if ours is None or ours[2] != organization_id or journal.get("Status") != "POSTED":
            continue
        moved: dict[str, Decimal] = {}
        for line in journal.get("JournalLines") or ():
            account = str(line.get("AccountCode") or line.get("AccountID") or "")
            moved[account] = moved.get(account, ZERO) + Decimal(str(line["LineAmount"]))
        day = date.fromisoformat(ours[1])
        yield Posted(str(journal["ManualJournalID"]), day, _expected(moved))


def voided(journals: Iterable[Mapping[str, Any]], organization_id: str) -> Iterator[str]:
    """Name our journals of a Zoho organisation that Xero shows as voided, by Xero's ids."""
    for journal in journals:
        ours = OURS.fullmatch(str(journal.get("Narration") or ""))
        if ours and ours[2] == organization_id and journal.get("Status") in ("VOIDED", "DELETED"):
            yield str(journal["ManualJournalID"])


def _key(valuation: Valuation) -> str:
    return f"journal:{valuation.day}"


def unusable(purpose: str, account: Mapping[str, Any] | None) -> str | None:
    """Say why a Xero account can't be journalled for a purpose; None when it can (xero: §10).

    `account` as Xero shows it, None where it shows none of that code or id.
    """
    if account is None:
        return "is not in Xero's chart of accounts"
    name, kind = account.get("Name"), account.get("Type")
    if account.get("Status", "ACTIVE") != "ACTIVE":
        return f"({name}) is archived in Xero"
    if account.get("SystemAccount"):
        return f"({name}) is one of Xero's own accounts, which takes no journals"
    if purpose == ASSET and kind != "CURRENT":
        return f"({name}) is of type {kind}, and must be of type CURRENT (Current Asset)"
    if kind in NO_JOURNALS:
        return f"({name}) is of type {kind}, which takes no journals"
    return None
