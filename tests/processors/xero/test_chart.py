"""The chart of accounts: what of Xero's is in Zoho already, what is made, what is left (C3)."""

from typing import Any

import pytest

from processors.xero.chart import Placed, XeroAccount, ZohoAccount, place, read_xero, read_zoho


def xero(name: str = "Sales", kind: str = "REVENUE", code: str = "200", **more: str) -> XeroAccount:
    rest = {"bank_type": "", "system": "", "description": "", "id": f"x-{name}", **more}
    return XeroAccount(name=name, type=kind, code=code, **rest)


def zoho(name: str = "Sales", kind: str = "income", code: str = "", zoho_id: str = "1") -> Any:
    return ZohoAccount(zoho_id, name, code, kind)


def placed(account: XeroAccount, *theirs: ZohoAccount, **known: str) -> Placed:
    (found,) = place([account], theirs, known)
    return found


def test_c3_an_account_is_found_by_its_name_then_by_its_code() -> None:
    assert placed(xero(), zoho("SALES")).zoho_id == "1"
    assert placed(xero(), zoho("Turnover", code="200")).zoho_id == "1"
    assert placed(xero(), zoho("Turnover", code="200"), zoho("Sales", zoho_id="2")).zoho_id == "2"


def test_c3_what_an_earlier_import_found_is_found_again_under_another_name() -> None:
    assert placed(xero("Income"), zoho("Sales"), **{"1": "200"}).zoho_id == "1"


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("BANK", "bank"),
        ("CURRENT", "other_current_asset"),
        ("FIXED", "fixed_asset"),
        ("CURRLIAB", "other_current_liability"),
        ("TERMLIAB", "long_term_liability"),
        ("EQUITY", "equity"),
        ("REVENUE", "income"),
        ("OTHERINCOME", "other_income"),
        ("DIRECTCOSTS", "cost_of_goods_sold"),
        ("OVERHEADS", "expense"),
    ],
)
def test_c3_what_zoho_has_not_is_made_of_a_like_type(kind: str, made: str) -> None:
    assert (placed(xero(kind=kind)).act, placed(xero(kind=kind)).zoho_type) == ("make", made)


def test_c3_a_credit_card_is_one_in_zoho_too() -> None:
    assert placed(xero(kind="BANK", bank_type="CREDITCARD")).zoho_type == "credit_card"


@pytest.mark.parametrize(
    ("account", "theirs", "why"),
    [
        (xero(system="DEBTORS"), (), "own accounts"),
        (xero(kind="INVENTORY"), (), "no type"),
        (xero(), (zoho(kind="expense"),), "another type (expense)"),
    ],
)
def test_c3_what_is_left_says_why(account: XeroAccount, theirs: Any, why: str) -> None:
    found = placed(account, *theirs)

    assert found.act == "leave"
    assert why in found.reason


def test_c3_an_account_of_zohos_is_that_of_one_of_xeros_only() -> None:
    accounts = [xero("Sales", id="a"), xero("Turnover", id="b")]
    first, second = place(accounts, [zoho("Sales", code="200")], {})

    assert (first.act, second.act) == ("match", "leave")
    assert "already that of another" in second.reason


def test_c3_a_cost_is_an_expense_in_either_system() -> None:
    assert placed(xero("Freight", "EXPENSE"), zoho("Freight", "cost_of_goods_sold")).act == "match"


def test_c3_accounts_that_are_out_of_use_are_passed_over() -> None:
    rows = [{"Name": "A", "AccountID": "a"}, {"Name": "B", "AccountID": "b", "Status": "ARCHIVED"}]
    theirs: list[dict[str, Any]] = [
        {"account_name": "A"},
        {"account_name": "B", "is_active": False},
    ]

    assert [each.name for each in read_xero(rows)] == ["A"]
    assert [each.name for each in read_zoho(theirs)] == ["A"]
