"""A connection's books: what of its configuration a decision needs, as plain data."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Side = Literal["sales", "purchases"]


@dataclass(frozen=True, slots=True)
class Books:
    """One connection's choices (C3–C8, C12).

    `accounts` names Xero accounts by purpose (`sales`, `bank`, `discounts` …), code or id;
    `account_map` is Zoho account id -> Xero account; `tax_map` is Zoho tax or tax group id ->
    TaxType for each side; `exports` are the switches; `cutover` a date of the organisation;
    `timezone` an IANA name; `base_currency` an ISO code or "" where not yet known.
    `take_off_credits` are the sides on which a credit that goes is first taken off the documents
    that it is applied to (A23, G1); on the others that is left to people.
    `tax_rates` is what each TaxType comes to in Xero, in per cent, as far as that is known.
    """

    cutover: date
    timezone: str = "UTC"
    base_currency: str = ""
    exports: frozenset[str] = frozenset(
        {"invoices_and_payments", "credit_notes", "bills_and_payments", "debit_notes"}
    )
    accounts: dict[str, str] = field(default_factory=dict)
    account_map: dict[str, str] = field(default_factory=dict)
    tax_map: dict[str, dict[Side, str]] = field(default_factory=dict)
    take_off_credits: frozenset[Side] = frozenset({"purchases"})
    tax_rates: dict[str, Decimal] = field(default_factory=dict)

    def account_for(self, zoho_account_id: str, purpose: str) -> str | None:
        """The Xero account of a Zoho account (C8), else the one for the purpose, or None."""
        return self.account_map.get(zoho_account_id) or self.accounts.get(purpose)

    def tax_type(self, zoho_tax_id: str, side: Side) -> str | None:
        """The Xero TaxType of a Zoho tax (C7); `NONE` for no tax, None when it is not mapped."""
        if not zoho_tax_id:
            return "NONE"
        return self.tax_map.get(zoho_tax_id, {}).get(side)
