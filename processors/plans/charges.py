"""Bank charges: money that the bank kept of a payment, spent from the payment's account (A7)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from processors.cases import Case, Plans
from processors.plans.building import account, account_field, ask, whole_cents
from processors.things import Thing
from schemas.commands import Body, Command, link
from schemas.documents import Payment
from schemas.words import Ref


def wanted(payment: Payment, owner: Ref) -> Iterator[Thing]:
    """One spending, if the bank charged anything."""
    if (payment.bank_charges or 0) > 0:
        content = {
            "date": payment.date.isoformat(),
            "amount": str(payment.bank_charges),
            "account_id": payment.account_id,
            "contact_id": payment.contact_id,
            "currency_code": payment.currency_code,
        }
        yield Thing(f"bank_charge:{payment.id}", content, (owner,))


def spend(case: Case, thing: Thing) -> Iterator[Command]:
    """Create the spending."""
    yield ask(
        "bank_charge.create",
        thing.key,
        thing.homes,
        lambda: _body(case, thing),
        needs=(f"contact:{thing.content['contact_id']}",),
        expected={"total": thing.content["amount"], "currency": thing.content["currency_code"]},
    )


def take_back(_case: Case, thing: Thing) -> Iterator[Command]:
    """Delete the spending."""
    yield Command("bank_charge.delete", thing.key, thing.homes, {"Status": "DELETED"})


def spend_anew(case: Case, thing: Thing) -> Iterator[Command]:
    """Delete the spending and create it as it is now, as one change."""
    yield from take_back(case, thing)
    yield from spend(case, thing)


def _body(case: Case, thing: Thing) -> Body:
    content = thing.content
    charged = account(case.books, "bank_charges")
    return {
        "Type": "SPEND",
        "Contact": {"ContactID": link(f"contact:{content['contact_id']}")},
        "BankAccount": account_field(account(case.books, "bank", content["account_id"])),
        "Date": content["date"],
        "Reference": f"ZI-PMT-{thing.owner.zoho_id} fee",
        "LineAmountTypes": "NoTax",
        "LineItems": [
            {
                "Description": "Bank charge",
                "Quantity": Decimal(1),
                "UnitAmount": whole_cents(Decimal(content["amount"])),
                **account_field(charged, prefix="Account"),
            }
        ],
    }


PLANS: Final[Plans] = {
    "bank_charge.create": spend,
    "bank_charge.update": spend_anew,
    "bank_charge.remove": take_back,
}
