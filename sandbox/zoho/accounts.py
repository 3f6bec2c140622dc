"""A company's chart of accounts."""

from decimal import Decimal

from sandbox.zoho.encoding import Record
from sandbox.zoho.refusals import invalid

PREFIX = "4600000000000"
UNDEPOSITED, BANK = PREFIX + "358", PREFIX + "361"
RECEIVABLE, PAYABLE = PREFIX + "364", PREFIX + "373"
SALES, SHIPPING, DISCOUNT = PREFIX + "388", PREFIX + "409", PREFIX + "406"
COST_OF_GOODS, INVENTORY = PREFIX + "391", PREFIX + "394"
BANK_CHARGES, ADJUSTMENTS = PREFIX + "370", PREFIX + "412"

_CHART = (
    (UNDEPOSITED, "Undeposited Funds", "cash"),
    (BANK, "Operating Account", "bank"),
    (PREFIX + "362", "Petty Cash", "cash"),
    (RECEIVABLE, "Accounts Receivable", "accounts_receivable"),
    (BANK_CHARGES, "Bank Fees and Charges", "expense"),
    (PAYABLE, "Accounts Payable", "accounts_payable"),
    (PREFIX + "376", "Tax Payable", "other_current_liability"),
    (PREFIX + "379", "Opening Balance Offset", "equity"),
    (PREFIX + "382", "Bad Debt", "expense"),
    (SALES, "Sales", "income"),
    (COST_OF_GOODS, "Cost of Goods Sold", "cost_of_goods_sold"),
    (INVENTORY, "Inventory Asset", "stock"),
    (PREFIX + "400", "Office Supplies", "expense"),
    (PREFIX + "403", "IT and Internet Expenses", "expense"),
    (DISCOUNT, "Discount", "income"),
    (SHIPPING, "Shipping Charge", "income"),
    (ADJUSTMENTS, "Other Charges", "income"),
)
_SYSTEM = {RECEIVABLE, PAYABLE, INVENTORY, UNDEPOSITED}
# What people may choose for a new account; `stock` and the ledgers are Zoho's own.
TYPES = frozenset(
    """other_asset other_current_asset cash bank fixed_asset other_current_liability credit_card
    long_term_liability other_liability equity income other_income expense cost_of_goods_sold
    other_expense""".split()
)
MONEY_TYPES = frozenset({"cash", "bank", "credit_card", "other_current_asset", "equity"})


def account(account_id: str, name: str, account_type: str, code: str = "") -> Record:
    """Return an account as the API shows it, `current_balance` included."""
    return {
        "account_id": account_id,
        "account_name": name,
        "account_code": code,
        "account_type": account_type,
        "description": "",
        "is_user_created": account_id not in _SYSTEM,
        "is_system_account": account_id in _SYSTEM,
        "is_active": True,
        "currency_id": "",
        "currency_code": "",
        "parent_account_id": "",
        "parent_account_name": "",
        "current_balance": Decimal("0.00"),
    }


def default_accounts() -> dict[str, Record]:
    """Return the accounts of a new company by id."""
    return {row[0]: account(*row) for row in _CHART}


def money_account(accounts: dict[str, Record], account_id: str, field: str) -> Record:
    """Return the account that money goes to or comes from. Raises Refused for any other."""
    found = accounts.get(account_id)
    if found is None or found["account_type"] not in MONEY_TYPES:
        raise invalid(field)
    return found
