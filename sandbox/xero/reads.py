"""Endpoints that are only read (accounts, tax rates, organisation) and the list of currencies."""

from datetime import datetime, time

from sandbox.xero.answer import Answer, Record
from sandbox.xero.batch import enveloped, parsed
from sandbox.xero.call import Call
from sandbox.xero.listing import answered
from sandbox.xero.refusals import invalid, malformed, not_found

ACCOUNT_FIELDS = frozenset(
    "AccountID Code Name Type Class Status TaxType SystemAccount EnablePaymentsToAccount".split()
)
TAX_FIELDS = frozenset("TaxType Name Status EffectiveRate DisplayTaxRate".split())
ACTIONS = (
    "CreateApprovedInvoice",
    "CreateApprovedBill",
    "CreateManualJournal",
    "CreateBankTransaction",
    "UseMulticurrency",
    "ApproveTransactionsBeforePeriodLockDate",
)
KNOWN_CURRENCIES = frozenset("AUD BRL CAD CHF CNY EUR GBP HKD INR JPY MXN NZD SGD USD ZAR".split())


def accounts(call: Call) -> Answer:
    """`GET /Accounts`: all of them, archived too."""
    return answered(call, "Accounts", call.organisation.books.accounts, ACCOUNT_FIELDS, "AccountID")


def account(call: Call) -> Answer:
    """`GET /Accounts/{id}`."""
    return _one(call, "Accounts", call.organisation.books.accounts.get(call.path["id"]))


def tax_rates(call: Call) -> Answer:
    """`GET /TaxRates`."""
    return answered(call, "TaxRates", call.organisation.books.tax_rates, TAX_FIELDS, "TaxType")


def tax_rate(call: Call) -> Answer:
    """`GET /TaxRates/{TaxType}`."""
    return _one(call, "TaxRates", call.organisation.books.tax_rates.get(call.path["id"]))


def _one(call: Call, plural: str, record: Record | None) -> Answer:
    if record is None:
        raise not_found()
    return enveloped(call, {plural: [record]})


def organisation(call: Call) -> Answer:
    """`GET /Organisation`; lock dates are there only when they are set (Xero: organisation)."""
    org = call.organisation
    locks = {"PeriodLockDate": org.period_lock_date, "EndOfYearLockDate": org.end_of_year_lock_date}
    return enveloped(
        call,
        {
            "Organisations": [
                {
                    "OrganisationID": org.id,
                    "Name": org.name,
                    "LegalName": org.name,
                    "PaysTax": True,
                    "Version": "GLOBAL",
                    "OrganisationType": "COMPANY",
                    "OrganisationEntityType": "COMPANY",
                    "BaseCurrency": org.base_currency,
                    "CountryCode": org.country,
                    "IsDemoCompany": True,
                    "OrganisationStatus": "ACTIVE",
                    "FinancialYearEndDay": 31,
                    "FinancialYearEndMonth": 12,
                    "Timezone": org.timezone,
                    "ShortCode": f"!{org.id[:5]}",
                    "Class": "DEMO",
                    "Edition": "BUSINESS",
                    "CreatedDateUTC": datetime.combine(call.now.date(), time(), call.now.tzinfo),
                    **{name: day for name, day in locks.items() if day},
                }
            ]
        },
    )


def actions(call: Call) -> Answer:
    """`GET /Organisation/Actions`: what the connecting user may do."""
    org = call.organisation
    allowed = {**dict.fromkeys(ACTIONS, True), ACTIONS[-1]: False, **org.actions}
    return enveloped(
        call,
        {
            "Actions": [
                {"Name": name, "Status": "ALLOWED" if yes else "NOT-ALLOWED"}
                for name, yes in allowed.items()
            ]
        },
    )


def currencies(call: Call) -> Answer:
    """`GET /Currencies`: those the organisation is subscribed to."""
    return _currencies(call, call.organisation.currencies)


def add_currency(call: Call) -> Answer:
    """`PUT /Currencies` with a bare `{"Code": "USD"}`; there is no way back (Xero: currencies)."""
    sent = parsed(call.body)
    code = sent.get("Code") if isinstance(sent, dict) else None
    if not isinstance(code, str):
        raise malformed("The body must be one object with a Code")
    org = call.organisation
    if code not in KNOWN_CURRENCIES or not org.actions.get("UseMulticurrency", True):
        message = f"The currency '{code}' cannot be added"
        raise invalid([{"Code": code, "ValidationErrors": [{"Message": message}]}])
    if code not in org.currencies:
        org.currencies.append(code)
    return _currencies(call, [code])


def _currencies(call: Call, codes: list[str]) -> Answer:
    return enveloped(call, {"Currencies": [{"Code": code, "Description": code} for code in codes]})
