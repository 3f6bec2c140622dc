"""Xero's refusals in plain words, with what to do. Xero gives no codes: its texts are matched."""

from typing import Final, NamedTuple


class Refusal(NamedTuple):
    """A kind of refusal: a text of Xero's (lower case), a word to group by, and the remedy."""

    text: str
    cause: str
    remedy: str


# Xero: exact message texts. The first match counts; what matches nothing is still shown in full.
REFUSALS: Final = (
    Refusal("lock date", "xero:lock_date", "Open the period in Xero or change the date in Zoho."),
    Refusal(
        "archived contact",
        "xero:archived",
        "Restore the contact in Xero, then try again.",
    ),
    Refusal(
        "has been archived",
        "xero:archived",
        "Restore the contact in Xero, then try again.",
    ),
    Refusal(
        "# must be unique",
        "xero:number_taken",
        "Another document in Xero has this number: rename one of the two.",
    ),
    Refusal(
        "already assigned to another contact",
        "xero:name_taken",
        "Another contact in Xero has this name: rename or merge one of the two.",
    ),
    Refusal(
        "another contact has this contact number",
        "xero:name_taken",
        "Another contact in Xero carries this number: remove it there.",
    ),
    Refusal("email address", "xero:email", "Mend the contact's e-mail address in Zoho."),
    Refusal(
        "payment or credit note allocated",
        "xero:has_payments",
        "Take payments and credits off the document in Xero, then try again.",
    ),
    Refusal(
        "exceeds the amount outstanding",
        "xero:overpaid",
        "The document in Xero is already paid, in part or whole: compare its payments with Zoho's.",
    ),
    Refusal(
        "greater than amount outstanding",
        "xero:overpaid",
        "The document in Xero is already paid, in part or whole: compare its payments with Zoho's.",
    ),
    Refusal(
        "taxtype code",
        "xero:tax",
        "Map the tax to a rate that fits the account, or choose another account.",
    ),
    Refusal("not subscribed to currency", "xero:currency", "Add the currency in Xero."),
    Refusal("reconciled", "xero:reconciled", "Undo the reconciliation in Xero, then try again."),
    Refusal("account could not be found", "xero:account", "Choose an account that takes payments."),
    Refusal("enabled for payments", "xero:account", "Choose an account that takes payments."),
    Refusal("of the type bank", "xero:account", "Choose an active bank account."),
    Refusal("account code", "xero:account", "Choose an active account that fits the document."),
    Refusal(
        "could not be found",
        "xero:gone",
        "It was removed in Xero: compare the document with Zoho's.",
    ),
    Refusal(
        "not of valid status",
        "xero:status",
        "The document was changed in Xero: compare it with Zoho's.",
    ),
    Refusal(
        "against authorised documents",
        "xero:status",
        "The document in Xero is paid, void or a draft: compare it with Zoho's.",
    ),
)
OTHERWISE: Final = Refusal("", "xero:refused", "Mend the document in Zoho, or try again.")


def explain(said: str) -> tuple[str, str]:
    """Turn Xero's words into a cause for grouping and a reason for people."""
    found = next((row for row in REFUSALS if row.text in said.lower()), OTHERWISE)
    return found.cause, f"Xero says: {said.rstrip('.')}. {found.remedy}"
