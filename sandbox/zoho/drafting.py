"""From what was entered to a document: lines, terms, totals, and who and when."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from sandbox.zoho.accounts import COST_OF_GOODS, SALES
from sandbox.zoho.currencies import by_id
from sandbox.zoho.documents import Contact, Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import Kind
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import amount, day, flag, needed, number, rows, text
from sandbox.zoho.refusals import invalid, not_now, required, taken
from sandbox.zoho.taxes import components
from sandbox.zoho.totals import HUNDRED, ZERO, Discount, Line, Terms, Totals, compute, rounded

DEAREST, LONGEST_TERMS = 1_000_000, 3650  # base for one of a currency; days
ENTITY, ITEM = "entity_level", "item_level"


def drafted(org: Organisation, kind: Kind, given: Record, old: Trade | None = None) -> Trade:
    """Return the document that was entered, not yet kept. An old one keeps its id, number, state.

    Raises Refused.
    """
    contact = party(org, kind, given)
    currency, rate = money(org, given, contact.currency)
    on, now = day(given, "date", org.today()), org.clock.now()
    lines, terms = tuple(_lines(org, kind, given, old)), _terms(org, kind, given, currency)
    terms_in_days = amount(given, "payment_terms")
    if not 0 <= terms_in_days <= LONGEST_TERMS:
        raise invalid("payment_terms")
    due = on + timedelta(days=int(terms_in_days))
    return Trade(
        kind=kind,
        id=old.id if old else next(org.ids),
        number=_number(org, kind, given, old),
        given=given,
        created=old.created if old else now,
        modified=now,
        contact_id=contact.id,
        date=on,
        due_date=day(given, "due_date", due),
        currency=currency,
        exchange_rate=rate,
        lines=lines,
        terms=terms,
        totals=_totals(lines, terms),
        state=old.state if old else kind.born,
        written_off=old.written_off if old else ZERO,
    )


def party(org: Organisation, kind: Kind, given: Record) -> Contact:
    """Return the customer or vendor that was named. Raises Refused for one of the other sort."""
    field = f"{kind.party}_id"
    contact = org.contacts.get(needed(given, field))
    if contact is None or contact.contact_type != kind.party:
        raise invalid(field)
    return contact


def money(org: Organisation, given: Record, default: str) -> tuple[str, Decimal]:
    """Return the currency's code and its rate (base for one of it; always 1 for the base)."""
    currency_id = text(given, "currency_id")
    code = by_id(org.currencies, currency_id) if currency_id else default
    if code == org.base_currency:
        return code, Decimal(1)
    rate = amount(given, "exchange_rate", org.currencies[code]["exchange_rate"])
    if not 0 < rate <= DEAREST:
        raise invalid("exchange_rate")
    return code, rate


def _number(org: Organisation, kind: Kind, given: Record, old: Trade | None) -> str:
    number = text(given, kind.number, old.number if old else "")
    if not number and not kind.prefix:
        raise required(kind.number)
    if kind.unique and number:
        for other in org.trades(kind).values():
            if other.number == number and (old is None or other.id != old.id):
                raise taken(kind.title, number)
    return number or org.next_number(kind)


def _lines(org: Organisation, kind: Kind, given: Record, old: Trade | None) -> Iterable[Line]:
    entered = rows(given, "line_items")
    if not entered:
        raise required("line_items")
    known = {line.line_item_id for line in old.lines} if old else set()
    for row in entered:
        yield _line(org, kind, row, known)


def _line(org: Organisation, kind: Kind, row: Record, known: set[str]) -> Line:
    line_id = text(row, "line_item_id")
    if line_id and line_id not in known:
        raise invalid("line_item_id")
    account_id = text(row, "account_id", SALES if kind.party == "customer" else COST_OF_GOODS)
    if account_id not in org.accounts:
        raise invalid("account_id")
    tax_id = text(row, "tax_id")
    row["line_item_id"] = line_id or next(org.ids)  # a later change may leave the lines alone
    return Line(
        line_item_id=row["line_item_id"],
        name=text(row, "name"),
        description=text(row, "description"),
        rate=amount(row, "rate"),
        quantity=amount(row, "quantity", Decimal(1)),
        discount=discount(row),
        item_id=text(row, "item_id"),
        unit=text(row, "unit"),
        account_id=account_id,
        tax_id=tax_id,
        taxes=components(org.taxes, tax_id, "tax_id"),
    )


def discount(given: Record) -> Discount:
    """Return `10` as an amount and `"10%"` as a share. Raises Refused."""
    value = given.get("discount")
    if isinstance(value, str) and value.endswith("%"):
        share = number(value.rstrip("%"), "discount")
        if not 0 <= share <= HUNDRED:
            raise invalid("discount")
        return f"{share}%"
    return amount(given, "discount")


def _level(given: Record) -> str:
    """Return where the discount stands; a discount of the document alone says so by itself."""
    level = text(given, "discount_type", ENTITY if given.get("discount") else ITEM)
    if level not in {ENTITY, ITEM} or (level == ITEM and given.get("discount")):
        raise invalid("discount_type")
    return level


def _totals(lines: tuple[Line, ...], terms: Terms) -> Totals:
    totals = compute(lines, terms)
    if totals.total < 0:
        raise not_now("The total of the document must not be negative.")
    return totals


def _terms(org: Organisation, kind: Kind, given: Record, currency: str) -> Terms:
    precision = org.places(currency)
    sales = kind.party == "customer"  # shipping and round-off are on sales alone (Zoho: bills)
    shipping_tax = text(given, "shipping_charge_tax_id") if sales else ""
    return Terms(
        precision=precision,
        inclusive=flag(given, "is_inclusive_tax"),
        before_tax=flag(given, "is_discount_before_tax", default=True),
        item_level=_level(given) == ITEM,
        discount=discount(given),
        shipping=rounded(amount(given, "shipping_charge"), precision) if sales else ZERO,
        shipping_taxes=components(org.taxes, shipping_tax, "shipping_charge_tax_id"),
        adjustment=rounded(amount(given, "adjustment"), precision),
        tax_by_line=org.settings.tax_rounding == ITEM,
        round_to=org.settings.round_to if sales else None,
    )
