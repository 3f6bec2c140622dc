"""Line items: their amounts, their tax, and the totals they make."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import uuid4

from sandbox.xero import accounts
from sandbox.xero.answer import Record
from sandbox.xero.organisation import Organisation

ZERO, WHOLE = Decimal(0), Decimal(100)
MOST = Decimal("9999999999.99")
LONGEST, MOST_DIGITS = 4_000, 13
_MEASURES = {"Quantity", "UnitAmount", "LineAmount", "DiscountRate", "DiscountAmount", "TaxType"}


@dataclass(frozen=True)
class Rules:
    """What lines of one kind of document may do."""

    discounts: bool = False  # ACCREC only (Xero: invoices)
    own_tax: bool = True  # TaxAmount may differ from the calculated one; not on bank transactions
    amounts_needed: bool = False  # Quantity > 0 and UnitAmount ≠ 0: bank transactions


def rounded(amount: Decimal, places: int = 2) -> Decimal:
    """Round half up, away from zero."""
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


# -- building --------------------------------------------------------------------------------------


def build(org: Organisation, inputs: Record, kind: str, places: int) -> Record:
    """Return the line that `inputs` make under a LineAmountTypes `kind`.

    UnitAmount is rounded to `places` before the line is calculated; the line and its tax to 2.
    """
    quantity, unit = _measures(inputs, places)
    amount = _amount(inputs, quantity * unit)
    account = accounts.named(org, inputs)
    tax_type = _tax_type(inputs, account, kind)
    calculated = tax_on(amount, accounts.effective_rate(org, tax_type), kind)
    named = {"AccountCode": account["Code"], "AccountID": account["AccountID"]} if account else {}
    extra = {name: inputs[name] for name in ("DiscountRate", "DiscountAmount") if inputs.get(name)}
    return {
        "LineItemID": inputs.get("LineItemID") or str(uuid4()),
        "Description": inputs.get("Description", ""),
        "Quantity": quantity,
        "UnitAmount": unit,
        "LineAmount": amount,
        "TaxType": tax_type,
        "TaxAmount": rounded(inputs["TaxAmount"]) if "TaxAmount" in inputs else calculated,
        "Tracking": [],
        **named,
        **extra,
        "_calculated_tax": calculated,
        "_inputs": _kept(inputs, unit),
    }


def _kept(inputs: Record, unit: Decimal) -> Record:
    """Return the inputs to build the line from again; the price is kept as it was rounded."""
    price = {"UnitAmount": unit} if "UnitAmount" in inputs else {}
    return {name: value for name, value in inputs.items() if name != "LineItemID"} | price


def merged(inputs: Record, sent: Record) -> Record:
    """Lay what was sent over a line's inputs; a new measure or account ends what it led to."""
    stale = set()
    if sent.keys() & _MEASURES:
        stale |= {"TaxAmount", "LineAmount"}
    if sent.keys() & {"AccountCode", "AccountID"}:
        stale |= {"AccountCode", "AccountID"}
    return {**{name: value for name, value in inputs.items() if name not in stale}, **sent}


def laid_over(org: Organisation, sent: Record, old: Record, kind: str, places: int) -> list[Record]:
    """Return a document's lines after `sent`: without LineItems, the old ones stay.

    Lines that are sent replace the set: one with an id is changed, one without is new, one that
    isn't named is gone. A stored price of four places is rounded again when its line is sent
    without `unitdp=4` (Xero: invoices).
    """
    known = {line["LineItemID"]: line for line in old.get("LineItems", ())}
    if "LineItems" not in sent:
        kept = [{**line["_inputs"], "LineItemID": line_id} for line_id, line in known.items()]
        return [build(org, inputs, kind, 4) for inputs in kept]
    inputs = [
        merged(known.get(line.get("LineItemID", ""), {"_inputs": {}})["_inputs"], line)
        for line in sent["LineItems"]
    ]
    return [build(org, each, kind, places) for each in inputs]


def _measures(inputs: Record, places: int) -> tuple[Decimal, Decimal]:
    """Quantity to 4 places and price to `places`; one may follow from a LineAmount alone."""
    quantity, unit, amount = (inputs.get(name) for name in ("Quantity", "UnitAmount", "LineAmount"))
    if amount is not None and unit is None:
        quantity = quantity or Decimal(1)
        unit = amount / quantity
    elif amount is not None and quantity is None and unit:
        quantity = amount / unit
    if quantity is None:
        quantity = Decimal(1) if unit is not None else ZERO
    return rounded(quantity, 4), rounded(unit or ZERO, places)


def _amount(inputs: Record, gross: Decimal) -> Decimal:
    """A LineAmount sent without Quantity or UnitAmount stands as it is; else they make it."""
    if "LineAmount" in inputs and not inputs.keys() >= {"Quantity", "UnitAmount"}:
        return rounded(inputs["LineAmount"])
    return _discounted(inputs, gross)


def _discounted(inputs: Record, gross: Decimal) -> Decimal:
    if rate := inputs.get("DiscountRate"):
        return rounded(gross * (1 - rate / 100))
    discount = inputs.get("DiscountAmount") or ZERO
    if discount and discount % 1 and gross:
        # Xero keeps a fractional discount as a rate, so that the line can drift by cents.
        return rounded(gross * (1 - rounded(discount * 100 / gross) / 100))
    return rounded(gross - discount)


def _tax_type(inputs: Record, account: Record | None, kind: str) -> str:
    if kind == "NoTax":
        return "NONE"
    default = account["TaxType"] if account else "NONE"
    return str(inputs.get("TaxType") or default)


def tax_on(amount: Decimal, rate: Decimal, kind: str) -> Decimal:
    """Return one line's tax, rounded; under Inclusive it is the part of the amount."""
    if kind == "NoTax":
        return ZERO
    return rounded(amount * rate / (100 + rate if kind == "Inclusive" else 100))


def totals(lines: Iterable[Record], kind: str) -> Record:
    """Return SubTotal, TotalTax and Total: the sums of the rounded lines (Xero: rounding)."""
    lines = list(lines)
    net = sum((line["LineAmount"] for line in lines), Decimal("0.00"))
    tax = sum((line["TaxAmount"] for line in lines), Decimal("0.00"))
    if kind == "Inclusive":
        return {"SubTotal": net - tax, "TotalTax": tax, "Total": net}
    return {"SubTotal": net, "TotalTax": tax, "Total": net + tax}


# -- judging ---------------------------------------------------------------------------------------


def problems(
    org: Organisation, line: Record, kind: str, rules: Rules, *, approved: bool
) -> Iterator[str]:
    """Say all that is wrong with a built line; an `approved` document's lines need an account."""
    inputs = line["_inputs"]
    yield from _text_problems(inputs)
    yield from _account_problems(org, line, kind, approved=approved)
    yield from _discount_problems(inputs, line, rules)
    yield from _amount_problems(inputs, line)
    if rules.amounts_needed and (line["Quantity"] <= 0 or not line["UnitAmount"]):
        yield "Quantity must be greater than zero and UnitAmount must not be zero."
    if not rules.own_tax and line["TaxAmount"] != line["_calculated_tax"]:
        yield "The TaxAmount must equal the calculated tax amount."


def _text_problems(inputs: Record) -> Iterator[str]:
    if not 1 <= len(inputs.get("Description", "")) <= LONGEST:
        yield f"The line Description must have 1 to {LONGEST} characters."
    if "ItemCode" in inputs:
        yield f"Item code '{inputs['ItemCode']}' is not valid"
    if inputs.get("Tracking"):
        yield "The tracking category could not be found."


def _account_problems(
    org: Organisation, line: Record, kind: str, *, approved: bool
) -> Iterator[str]:
    inputs = line["_inputs"]
    if not inputs.keys() & {"AccountCode", "AccountID"}:
        if approved and line["LineAmount"]:
            yield "Account code must be specified."
        return
    found = list(accounts.line_problems(org, inputs))
    yield from found
    account = accounts.named(org, inputs)
    if account and not found and kind != "NoTax":
        yield from accounts.tax_problems(org, line["TaxType"], account)


def _discount_problems(inputs: Record, line: Record, rules: Rules) -> Iterator[str]:
    if not inputs.keys() & {"DiscountRate", "DiscountAmount"}:
        return
    if not rules.discounts:
        yield "Discounts are not valid on this type of document."
        return
    gross = line["Quantity"] * line["UnitAmount"]
    discount = inputs.get("DiscountAmount", gross)
    rate = inputs.get("DiscountRate", rounded(discount * 100 / gross) if gross else ZERO) + ZERO
    if not 0 <= rate <= WHOLE or discount > gross:
        yield (
            f"The discount rate '{rate:.2f}' is invalid. "
            "Discount must not be greater than the line total."
        )


def _amount_problems(inputs: Record, line: Record) -> Iterator[str]:
    sent = inputs.get("LineAmount")
    if sent is not None and rounded(sent) != line["LineAmount"]:
        yield (
            f"The line total {rounded(sent)} does not match "
            f"the expected line total {line['LineAmount']}"
        )
    if abs(line["LineAmount"]) > MOST:
        yield f"The line amount must not be greater than {MOST}."
    if len(line["Quantity"].normalize().as_tuple().digits) > MOST_DIGITS:
        yield f"The Quantity must have at most {MOST_DIGITS} digits."
