"""The routes of a company's settings: itself, taxes, tax groups, currencies."""

from decimal import Decimal

from sandbox.zoho.call import Answer, Call, Endpoint, both
from sandbox.zoho.encoding import Record
from sandbox.zoho.listing import listed
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import amount, needed, text
from sandbox.zoho.refusals import missing, taken


def _organisation(org: Organisation) -> Record:
    base = org.currencies[org.base_currency]
    return {
        "organization_id": org.id,
        "name": org.name,
        "contact_name": "",
        "email": "",
        "is_default_org": True,
        "is_org_active": True,
        "version": org.edition,
        "country": org.country,
        "country_code": org.country_code,
        "language_code": "en",
        "fiscal_year_start_month": 0,
        "account_created_date": org.created.date().isoformat(),
        "time_zone": org.zone.key,
        "date_format": "dd MMM yyyy",
        "field_separator": " ",
        "currency_id": base["currency_id"],
        "currency_code": org.base_currency,
        "currency_symbol": base["currency_symbol"],
        "currency_format": base["currency_format"],
        "price_precision": base["price_precision"],
        "tax_rounding": org.settings.tax_rounding,
    }


def _organisations(call: Call) -> Answer:
    # The one list without a page_context, and the one call without an organisation.
    return call.answer("success", organizations=[_organisation(org) for org in call.visible])


def _one_organisation(call: Call) -> Answer:
    for org in call.visible:
        if org.id == call.path["id"]:
            return call.answer("success", organization=_organisation(org))
    raise missing("Organization")


def _tax_row(tax: Record) -> Record:
    return {name: value for name, value in tax.items() if name != "taxes"}


def _taxes(call: Call) -> Answer:
    return listed(call, "taxes", [_tax_row(tax) for tax in call.org.taxes.values()])


def _tax(call: Call) -> Answer:
    tax = call.org.taxes.get(call.path["id"])
    if tax is None or "taxes" in tax:
        raise missing("Tax")
    return call.answer("success", tax=_tax_row(tax))


def _tax_group(call: Call) -> Answer:
    tax = call.org.taxes.get(call.path["id"])
    if tax is None or "taxes" not in tax:
        raise missing("Tax group")
    group = {
        "tax_group_id": tax["tax_id"],
        "tax_group_name": tax["tax_name"],
        "tax_group_percentage": tax["tax_percentage"],
        "taxes": [_tax_row(call.org.taxes[part]) for part in tax["taxes"]],
    }
    return call.answer("success", tax_group=group)


def _currencies(call: Call) -> Answer:
    return listed(call, "currencies", list(call.org.currencies.values()))


def _currency(call: Call) -> Answer:
    for currency in call.org.currencies.values():
        if currency["currency_id"] == call.path["id"]:
            return call.answer("success", currency=currency)
    raise missing("Currency")


def _add_currency(call: Call) -> Answer:
    code = needed(call.body, "currency_code")
    if code in call.org.currencies:
        raise taken("Currency", code)
    made: Record = {
        "currency_id": next(call.org.ids),
        "currency_code": code,
        "currency_name": text(call.body, "currency_name", code),
        "currency_symbol": text(call.body, "currency_symbol", code),
        "price_precision": int(amount(call.body, "price_precision", Decimal(2))),
        "currency_format": "1,234,567.89",
        "is_base_currency": False,
        "exchange_rate": amount(call.body, "exchange_rate", Decimal(1)),
        "effective_date": call.org.today().isoformat(),
    }
    call.org.currencies[code] = made
    return call.answer("The currency has been added.", 201, currency=made)


ENDPOINTS: tuple[Endpoint, ...] = (
    *both("GET", "/organizations", "settings.READ", _organisations, needs_org=False),
    *both("GET", "/organizations/{id}", "settings.READ", _one_organisation, needs_org=False),
    *both("GET", "/settings/taxes", "settings.READ", _taxes),
    *both("GET", "/settings/taxes/{id}", "settings.READ", _tax),
    *both("GET", "/settings/taxgroups/{id}", "settings.READ", _tax_group),
    *both("GET", "/settings/currencies", "settings.READ", _currencies),
    *both("POST", "/settings/currencies", "settings.CREATE", _add_currency),
    *both("GET", "/settings/currencies/{id}", "settings.READ", _currency),
)
