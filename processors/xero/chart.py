"""The chart of accounts on its way from Xero to Zoho: what is there, what is made, what is left."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Act = Literal["match", "make", "leave"]

# What an account of Xero's type is in Zoho (Xero: accounts, types; Zoho: endpoints, accounts).
TYPES: Final[Mapping[str, str]] = {
    "BANK": "bank",
    "CURRENT": "other_current_asset",
    "PREPAYMENT": "other_current_asset",
    "FIXED": "fixed_asset",
    "NONCURRENT": "other_asset",
    "CURRLIAB": "other_current_liability",
    "LIABILITY": "other_liability",
    "TERMLIAB": "long_term_liability",
    "EQUITY": "equity",
    "REVENUE": "income",
    "SALES": "income",
    "OTHERINCOME": "other_income",
    "DIRECTCOSTS": "cost_of_goods_sold",
    "EXPENSE": "expense",
    "OVERHEADS": "expense",
    "DEPRECIATN": "expense",
}
CREDIT_CARD: Final = "credit_card"
# Types that may stand for each other: what one system calls an expense is a cost in the other.
FAMILIES: Final = (
    frozenset({"bank", "cash", "credit_card", "payment_clearing"}),
    frozenset({"other_asset", "other_current_asset", "fixed_asset", "cash"}),
    frozenset({"other_current_liability", "other_liability", "long_term_liability", "credit_card"}),
    frozenset({"equity"}),
    frozenset({"income", "other_income"}),
    frozenset({"expense", "other_expense", "cost_of_goods_sold"}),
)
SYSTEM: Final = "It is one of Xero's own accounts; Zoho has its own for what it does."
NO_TYPE: Final = "Zoho has no type of account that an account of Xero's type {type} could be."
OTHER_TYPE: Final = (
    "Zoho has an account of this name and of another type ({type}): rename one of the two."
)
TAKEN: Final = "Zoho's account {name} is already that of another account in Xero."


@dataclass(frozen=True, slots=True)
class XeroAccount:
    """A row of Xero's chart of accounts; banks may have no code."""

    id: str
    code: str
    name: str
    type: str
    bank_type: str
    system: str
    description: str

    @property
    def chosen(self) -> str:
        """How a connection names it: by its code, else by its id."""
        return self.code or self.id


@dataclass(frozen=True, slots=True)
class ZohoAccount:
    """A row of Zoho's chart of accounts."""

    id: str
    name: str
    code: str
    type: str


@dataclass(frozen=True, slots=True)
class Placed:
    """What becomes of one of Xero's accounts.

    It is the Zoho account `zoho_id`, or one is made of `zoho_type`, or it is left for a `reason`.
    """

    account: XeroAccount
    act: Act
    zoho_id: str = ""
    zoho_type: str = ""
    reason: str = ""


def read_xero(rows: Iterable[Mapping[str, Any]]) -> list[XeroAccount]:
    """Read the accounts in use of Xero's answer."""
    return [
        XeroAccount(
            id=str(row.get("AccountID") or ""),
            code=str(row.get("Code") or ""),
            name=str(row.get("Name") or ""),
            type=str(row.get("Type") or ""),
            bank_type=str(row.get("BankAccountType") or ""),
            system=str(row.get("SystemAccount") or ""),
            description=str(row.get("Description") or ""),
        )
        for row in rows
        if row.get("Status", "ACTIVE") == "ACTIVE"
    ]


def read_zoho(rows: Iterable[Mapping[str, Any]]) -> list[ZohoAccount]:
    """Read the accounts in use of Zoho's list."""
    return [
        ZohoAccount(
            id=str(row.get("account_id") or ""),
            name=str(row.get("account_name") or ""),
            code=str(row.get("account_code") or ""),
            type=str(row.get("account_type") or ""),
        )
        for row in rows
        if row.get("is_active", True)
    ]


def place(
    xero: Sequence[XeroAccount], zoho: Sequence[ZohoAccount], known: Mapping[str, str]
) -> Iterator[Placed]:
    """Say of each of Xero's accounts what becomes of it; a Zoho account is that of one only.

    `known` is what an earlier import found: Zoho account id -> Xero account, code or id.
    """
    taken: set[str] = set()
    for account in sorted(xero, key=lambda each: each.name.casefold()):
        placed = _place(account, zoho, known, taken)
        taken |= {placed.zoho_id} - {""}
        yield placed


def _place(
    account: XeroAccount, zoho: Sequence[ZohoAccount], known: Mapping[str, str], taken: set[str]
) -> Placed:
    if account.system:
        return Placed(account, "leave", reason=SYSTEM)
    zoho_type = CREDIT_CARD if account.bank_type == "CREDITCARD" else TYPES.get(account.type)
    if zoho_type is None:
        return Placed(account, "leave", reason=NO_TYPE.format(type=account.type))
    for found in _candidates(account, zoho, known):
        if found.id in taken:
            return Placed(account, "leave", reason=TAKEN.format(name=found.name))
        if _alike(found.type, zoho_type):
            return Placed(account, "match", zoho_id=found.id)
        if _same(found.name, account.name):
            return Placed(account, "leave", reason=OTHER_TYPE.format(type=found.type))
    return Placed(account, "make", zoho_type=zoho_type)


def _candidates(
    account: XeroAccount, zoho: Sequence[ZohoAccount], known: Mapping[str, str]
) -> Iterator[ZohoAccount]:
    """As an earlier import found it, then by name, then by code."""
    names = {account.id, account.code} - {""}
    yield from (each for each in zoho if known.get(each.id) in names)
    yield from (each for each in zoho if _same(each.name, account.name))
    yield from (each for each in zoho if account.code and each.code == account.code)


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def _alike(one: str, other: str) -> bool:
    return one == other or any({one, other} <= family for family in FAMILIES)
