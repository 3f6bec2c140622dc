"""The accounts and tax rates that an organisation of the stand-in starts with."""

from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from sandbox.xero.answer import Record

# Xero: accounts, types and classes.
CLASSES = {
    **dict.fromkeys(["BANK", "CURRENT", "FIXED", "INVENTORY", "NONCURRENT", "PREPAYMENT"], "ASSET"),
    **dict.fromkeys(["CURRLIAB", "LIABILITY", "TERMLIAB"], "LIABILITY"),
    **dict.fromkeys(["DEPRECIATN", "DIRECTCOSTS", "EXPENSE", "OVERHEADS"], "EXPENSE"),
    **dict.fromkeys(["OTHERINCOME", "REVENUE", "SALES"], "REVENUE"),
    "EQUITY": "EQUITY",
}

# Code, name, type, default tax, and what else is said of it.
_ACCOUNTS: tuple[tuple[str, str, str, str, Record], ...] = (
    ("090", "Business Bank Account", "BANK", "NONE", {}),
    ("091", "Business Savings Account", "BANK", "NONE", {}),
    ("092", "US Dollar Account", "BANK", "NONE", {"CurrencyCode": "USD"}),
    ("200", "Sales", "REVENUE", "OUTPUT2", {}),
    ("210", "Service Income", "SALES", "OUTPUT2", {}),
    ("260", "Other Revenue", "OTHERINCOME", "OUTPUT2", {}),
    ("310", "Cost of Goods Sold", "DIRECTCOSTS", "INPUT2", {}),
    ("311", "Purchases to be Coded", "DIRECTCOSTS", "INPUT2", {}),
    ("312", "Inventory Adjustments", "DIRECTCOSTS", "NONE", {}),
    ("404", "Bank Fees", "EXPENSE", "NONE", {}),
    ("425", "Shipping", "REVENUE", "OUTPUT2", {}),
    ("429", "General Expenses", "EXPENSE", "INPUT2", {}),
    ("460", "Bad Debts", "EXPENSE", "NONE", {}),
    ("461", "Discounts Given", "REVENUE", "OUTPUT2", {}),
    ("462", "Sales Adjustments", "REVENUE", "NONE", {}),
    ("463", "Discounts Received", "DIRECTCOSTS", "INPUT2", {}),
    ("464", "Purchase Adjustments", "DIRECTCOSTS", "NONE", {}),
    ("499", "Old Expenses", "EXPENSE", "INPUT2", {"Status": "ARCHIVED"}),
    ("610", "Accounts Receivable", "CURRENT", "NONE", {"SystemAccount": "DEBTORS"}),
    ("620", "Prepayments", "PREPAYMENT", "NONE", {}),
    ("630", "Tracked Inventory", "INVENTORY", "NONE", {}),
    ("631", "Inventory Asset", "CURRENT", "NONE", {}),
    ("640", "Petty Cash", "CURRENT", "NONE", {"EnablePaymentsToAccount": True}),
    ("800", "Accounts Payable", "CURRLIAB", "NONE", {"SystemAccount": "CREDITORS"}),
    ("820", "Sales Tax", "CURRLIAB", "NONE", {"SystemAccount": "GST"}),
    ("860", "Rounding", "CURRLIAB", "NONE", {"SystemAccount": "ROUNDING"}),
    ("960", "Retained Earnings", "EQUITY", "NONE", {"SystemAccount": "RETAINEDEARNINGS"}),
)

_SALES = frozenset({"Assets", "Equity", "Liabilities", "Revenue"})
_PURCHASES = frozenset({"Assets", "Equity", "Expenses", "Liabilities"})
_ANY = _SALES | _PURCHASES

# Type, name, where it applies, components (name, rate, compound).
_TAX_RATES: tuple[tuple[str, str, frozenset[str], tuple[tuple[str, str, bool], ...]], ...] = (
    ("OUTPUT2", "15% Tax on Sales", _SALES, (("Sales tax", "15", False),)),
    ("INPUT2", "15% Tax on Purchases", _PURCHASES, (("Purchase tax", "15", False),)),
    ("OUTPUT", "10% Tax on Sales", _SALES, (("Sales tax", "10", False),)),
    ("INPUT", "10% Tax on Purchases", _PURCHASES, (("Purchase tax", "10", False),)),
    ("TAX001", "HST 13%", _ANY, (("HST", "13", False),)),
    ("TAX002", "GST 5%", _ANY, (("GST", "5", False),)),
    ("TAX003", "GST and PST compound", _ANY, (("GST", "5", False), ("PST", "7", True))),
    ("TAX004", "GST and QST", _ANY, (("GST", "5", False), ("QST", "9.975", False))),
    ("ZERORATED", "Zero Rated", _ANY, (("Zero", "0", False),)),
    ("NONE", "Tax Exempt", _ANY, ()),
)


def accounts(organisation_id: str, base_currency: str) -> list[Record]:
    """Return the default chart; an account's id follows from the organisation and the code."""
    return [_account(organisation_id, base_currency, row) for row in _ACCOUNTS]


def _account(organisation_id: str, currency: str, row: tuple[str, str, str, str, Record]) -> Record:
    code, name, kind, tax, more = row
    bank = {"BankAccountNumber": f"0101{code}", "CurrencyCode": currency} if kind == "BANK" else {}
    return {
        "AccountID": str(uuid5(NAMESPACE_URL, f"{organisation_id}/accounts/{code}")),
        "Code": code,
        "Name": name,
        "Type": kind,
        "Class": CLASSES[kind],
        "Status": "ACTIVE",
        "TaxType": tax,
        "EnablePaymentsToAccount": False,
        "SystemAccount": "",
        **bank,
        **more,
    }


def tax_rates() -> list[Record]:
    """Return the default tax rates, with the flags of the account classes they apply to."""
    return [_tax_rate(*row) for row in _TAX_RATES]


def _tax_rate(
    kind: str, name: str, where: frozenset[str], parts: tuple[tuple[str, str, bool], ...]
) -> Record:
    components = [
        {"Name": part, "Rate": Decimal(rate), "IsCompound": compound, "IsNonRecoverable": False}
        for part, rate, compound in parts
    ]
    rate = _effective(components)
    return {
        "TaxType": kind,
        "Name": name,
        "Status": "ACTIVE",
        "TaxComponents": components,
        **{f"CanApplyTo{group}": group in where for group in sorted(_ANY)},
        "DisplayTaxRate": rate,
        "EffectiveRate": rate,
    }


def _effective(components: list[Record]) -> Decimal:
    """Add the components' rates; a compound one is charged on the others too. 4 dp (Xero)."""
    plain = sum((part["Rate"] for part in components if not part["IsCompound"]), Decimal(0))
    compound = sum((part["Rate"] for part in components if part["IsCompound"]), Decimal(0))
    return (plain + compound * (1 + plain / 100)).quantize(Decimal("0.0001"))
