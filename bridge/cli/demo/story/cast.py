"""What the scenes of all chapters have in common: who plays, and how documents are entered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from bridge.cli.demo.stage import Stage
from schemas.words import Ref

TAX: Final = "4600000000000911"  # the 15 % tax, mapped to Xero's OUTPUT2 and INPUT2
ENTITIES: Final = {"payment": "customer_payment", "creditnote": "credit_note"}
Document = dict[str, Any]
Play = Callable[[Stage], Awaitable[list[Ref]]]


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene: `play` works in Zoho and names the documents to look at afterwards."""

    title: str
    play: Play


class Cast:
    """Who and what the scenes have in common; ids are Zoho's, known once a scene made them."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def keep(self, name: str, document: Document, field: str) -> Ref:
        """Remember a document under a name of the story."""
        self.ids[name] = document[field]
        return self.ref(name, field.removesuffix("_id"))

    def ref(self, name: str, entity: str) -> Ref:
        """The document of that name."""
        return Ref(ENTITIES.get(entity, entity), self.ids[name])


CAST: Final = Cast()


async def invoice(stage: Stage, name: str, customer: str, **fields: Any) -> Ref:
    """Enter an invoice and send it, unless it is to be a draft."""
    sent = "false" if fields.pop("draft", False) else "true"
    document = await stage.zoho(
        "POST",
        "/invoices",
        {"send": sent},
        customer_id=CAST.ids[customer],
        **{"date": stage.day(20), "due_date": stage.day(-10), **fields},
    )
    return CAST.keep(name, document, "invoice_id")


def line(name: str, rate: float, quantity: float = 1, **more: Any) -> Document:
    """A line as it is entered, with tax."""
    return {"name": name, "rate": rate, "quantity": quantity, "tax_id": TAX, **more}


async def pay(
    stage: Stage, name: str, customer: str, shares: dict[str, float], **fields: Any
) -> Ref:
    """Record a payment of invoices, named with their parts."""
    document = await stage.zoho(
        "POST",
        "/customerpayments",
        customer_id=CAST.ids[customer],
        payment_mode="banktransfer",
        amount=round(sum(shares.values()), 2),
        invoices=received(shares),
        **{"date": stage.day(5), **fields},
    )
    return CAST.keep(name, document, "payment_id")


def received(shares: dict[str, float]) -> list[Document]:
    """The shares of a customer's payment."""
    return [{"invoice_id": CAST.ids[name], "amount_applied": part} for name, part in shares.items()]


async def currency(stage: Stage, code: str) -> str:
    """Zoho's id of a currency."""
    answer = await stage.zoho_list("/settings/currencies", "currencies")
    return next(str(row["currency_id"]) for row in answer if row["currency_code"] == code)
