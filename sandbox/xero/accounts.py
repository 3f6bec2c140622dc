"""Which account a line or a payment may use, and which tax that account takes."""

from collections.abc import Iterator
from decimal import Decimal

from sandbox.xero.answer import Record
from sandbox.xero.organisation import Organisation

_SYSTEM_ON_LINES = {"", "ROUNDING", "GST"}
_NOT_ON_LINES = {"BANK", "INVENTORY"}
_APPLIES = {
    "ASSET": "CanApplyToAssets",
    "EQUITY": "CanApplyToEquity",
    "EXPENSE": "CanApplyToExpenses",
    "LIABILITY": "CanApplyToLiabilities",
    "REVENUE": "CanApplyToRevenue",
}


def named(org: Organisation, sent: Record, code: str = "AccountCode") -> Record | None:
    """Return the account named by `AccountID`, or else by the property `code`; None if none is."""
    if "AccountID" in sent:
        return org.books.accounts.get(sent["AccountID"])
    return next(iter(org.books.accounts.find("code", sent.get(code))), None)


def line_problems(org: Organisation, sent: Record) -> Iterator[str]:
    """Say why the account that a line names can't be on a document (Xero: accounts, errors)."""
    code = sent.get("AccountCode", sent.get("AccountID"))
    account = named(org, sent)
    if account and account["Status"] != "ACTIVE":
        yield (
            f"Account code '{code}' has been archived, or has been deleted. "
            "Each line item must reference a valid account."
        )
    elif account is None or not _on_lines(account):
        yield f"Account code '{code}' is not a valid code for this document."


def _on_lines(account: Record) -> bool:
    return account["Type"] not in _NOT_ON_LINES and account["SystemAccount"] in _SYSTEM_ON_LINES


def journal_problem(account: Record) -> str | None:
    """Say why a manual journal can't post to the account; None when it can."""
    if account["Type"] in _NOT_ON_LINES or account["SystemAccount"] not in ("", "ROUNDING"):
        return f"Account code '{account['Code']}' is not a valid code for this document."
    return None


def takes_payments(account: Record | None) -> bool:
    """Whether payments may go to the account: a bank, or one enabled for it, and active."""
    return (
        account is not None
        and account["Status"] == "ACTIVE"
        and (account["Type"] == "BANK" or account["EnablePaymentsToAccount"])
    )


def tax_problems(org: Organisation, tax_type: str, account: Record) -> Iterator[str]:
    """Say why a tax can't be used with the account's class (Xero: tax rates)."""
    rate = org.books.tax_rates.get(tax_type)
    if rate is None or rate["Status"] != "ACTIVE":
        yield f"The TaxType code '{tax_type}' does not exist or is not active."
    elif not rate[_APPLIES[account["Class"]]]:
        yield (
            f"The TaxType code '{tax_type}' cannot be used with account code '{account['Code']}'."
        )


def effective_rate(org: Organisation, tax_type: str) -> Decimal:
    """Return a tax's rate in percent; 0 for one that doesn't exist."""
    rate = org.books.tax_rates.get(tax_type)
    return rate["EffectiveRate"] if rate else Decimal(0)
