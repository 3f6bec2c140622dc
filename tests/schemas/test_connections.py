"""A connection file is taken whole or refused whole, with the line, the field and the remedy."""

from datetime import date

import pytest

from schemas.books import Books
from schemas.connections import (
    ConnectionFileError,
    accounts_used,
    books_of,
    read_file,
    tax_types_used,
)

WHOLE = """\
name = "acme"
cutover = 2026-01-01

[zoho]
organization_id = "60001234"
data_centre = "ca"                    # us eu in au jp ca uk sa cn
webhook_secret = "env:ACME_ZOHO_SECRET"
client_id = "1000.ABC"
client_secret = "env:ACME_ZOHO_CLIENT"
refresh_token = "env:ACME_ZOHO_REFRESH"

[xero]
grant = "client_credentials"
client_id = "XERO"
client_secret = "env:ACME_XERO"

[import]
chart_of_accounts = true
customers = false

[export]
credit_notes = false

[accounts]
sales = "200"
bank = "090"

[account_map]
"4600000000000361" = "091"

[tax_map]
"4600000000000911" = { sales = "OUTPUT2", purchases = "INPUT2" }
"4600000000000912" = "NONE"
"4600000000000913" = { sales = "OUTPUT" }
"""
SMALL = """\
name = "acme"
[zoho]
organization_id = "60001234"
data_centre = "us"
webhook_secret = "abcdefghijkl"
[xero]
grant = "client_credentials"
client_id = "XERO"
client_secret = "hunter2hunter2"
"""
ENVIRON = {
    "ACME_ZOHO_SECRET": "webhooksecret123",
    "ACME_ZOHO_CLIENT": "zohoclient",
    "ACME_ZOHO_REFRESH": "zohorefresh",
    "ACME_XERO": "xeroclient",
}


def refused(text: str, environ: dict[str, str] | None = None) -> list[tuple[int, str]]:
    """Refuse a file; gives the line and field of each problem."""
    with pytest.raises(ConnectionFileError) as caught:
        read_file(text, ENVIRON if environ is None else environ)
    problems = caught.value.problems
    assert all(problem.what and problem.remedy for problem in problems)
    return [(problem.line, problem.field) for problem in problems]


def changed(line: str, to: str) -> str:
    assert line in SMALL
    return SMALL.replace(line, to)


def test_a_byte_order_mark_before_the_file_is_passed_over() -> None:
    assert read_file("\ufeff" + SMALL, {}) == read_file(SMALL, {})


def test_a_whole_file_reads() -> None:
    file = read_file(WHOLE, ENVIRON)

    assert file.name == "acme"
    assert file.cutover == date(2026, 1, 1)
    assert file.zoho.data_centre == "ca"
    assert file.export.credit_notes is False


def test_a_small_file_has_the_usual_choices() -> None:
    file = read_file(SMALL, {})

    assert file.cutover is None
    assert file.export.credit_notes
    assert file.import_.chart_of_accounts
    assert not file.import_.customers


def test_a_tenant_is_the_same_in_any_letters() -> None:
    tenant = "0000ABCD-0000-4000-8000-00000000000F"
    text = WHOLE.replace('client_id = "XERO"', f'client_id = "XERO"\ntenant_id = "{tenant}"')

    assert read_file(text, ENVIRON).xero.tenant_id == tenant.lower()


def test_secrets_come_from_the_environment_and_stay_out_of_the_configuration() -> None:
    file = read_file(WHOLE, ENVIRON)

    assert file.secrets() == {
        "zoho.webhook_secret": "webhooksecret123",
        "zoho.client_secret": "zohoclient",
        "zoho.refresh_token": "zohorefresh",
        "xero.client_secret": "xeroclient",
    }
    assert not {value for value in ENVIRON.values() if value in str(file.to_config())}


def test_c8_imported_accounts_map_themselves_and_explicit_ones_win() -> None:
    config = read_file(WHOLE, ENVIRON).to_config()
    imported = {"4600000000000361": "099", "4600000000000388": "201"}
    books = books_of(config, date(2026, 1, 1), "UTC", "CAD", imported)

    assert books.account_for("4600000000000361", "bank") == "091"
    assert books.account_for("4600000000000388", "sales") == "201"
    assert books.account_for("4600000000000999", "sales") == "200"


def test_a_stored_configuration_gives_the_books() -> None:
    config = read_file(WHOLE, ENVIRON).to_config()

    assert books_of(config, date(2026, 1, 1), "America/Toronto", "CAD") == Books(
        cutover=date(2026, 1, 1),
        timezone="America/Toronto",
        base_currency="CAD",
        exports=frozenset({"invoices_and_payments", "bills_and_payments", "debit_notes"}),
        accounts={"sales": "200", "bank": "090"},
        account_map={"4600000000000361": "091"},
        tax_map={
            "4600000000000911": {"sales": "OUTPUT2", "purchases": "INPUT2"},
            "4600000000000912": {"sales": "NONE", "purchases": "NONE"},
            "4600000000000913": {"sales": "OUTPUT"},
        },
    )


def test_accounts_and_tax_types_are_named_by_their_fields() -> None:
    config = read_file(WHOLE, ENVIRON).to_config()

    assert accounts_used(config)["account_map.4600000000000361"] == "091"
    assert tax_types_used(config)["tax_map.4600000000000911.purchases"] == "INPUT2"


def test_every_problem_is_told_at_once_in_the_file_s_order() -> None:
    text = WHOLE.replace('"ca" ', '"mars" ').replace("customers = false", "costumers = false")

    assert refused(text, {**ENVIRON, "ACME_XERO": ""}) == [
        (6, "zoho.data_centre"),
        (15, "xero.client_secret"),
        (19, "import.costumers"),
    ]


@pytest.mark.parametrize(
    ("line", "to", "place"),
    [
        ('name = "acme"', 'name = "Acme & Co"', (1, "name")),
        ('name = "acme"', "", (1, "name")),
        ('name = "acme"', 'name = "acme"\ncutover = "soon"', (2, "cutover")),
        ('name = "acme"', 'name = "acme"\ncut_over = 2026-01-01', (2, "cut_over")),
        ('"60001234"', "60001234", (3, "zoho.organization_id")),
        ('"60001234"', '"acme"', (3, "zoho.organization_id")),
        ('"us"', '"usa"', (4, "zoho.data_centre")),
        ('"abcdefghijkl"', '"short"', (5, "zoho.webhook_secret")),
        ('"abcdefghijkl"', '"abcdefghijkl-!"', (5, "zoho.webhook_secret")),
        ('"abcdefghijkl"', f'"{"a" * 51}"', (5, "zoho.webhook_secret")),
        ('"abcdefghijkl"', '"env:MISSING"', (5, "zoho.webhook_secret")),
        ('"abcdefghijkl"', '"abcdefghijkl"\nclient_id = "1"', (2, "zoho")),
        ('"client_credentials"', '"password"', (7, "xero.grant")),
        ('client_secret = "hunter2hunter2"', "", (6, "xero")),
        ('"hunter2hunter2"', '"hunter2"\n[accounts]\nslaes = "200"', (11, "accounts.slaes")),
        ('"hunter2hunter2"', '"hunter2"\n[accounts]\nsales = 200', (11, "accounts.sales")),
        ('"hunter2hunter2"', '"hunter2"\n[account_map]\nx = "1"', (11, "account_map.x")),
        ('"hunter2hunter2"', '"hunter2"\n[tax_map]\n"1" = {side="X"}', (11, "tax_map.1.side")),
        ('"hunter2hunter2"', '"hunter2"\n[tax_map]\n"1" = 13', (11, "tax_map.1")),
        ('"hunter2hunter2"', '"hunter2"\n[exports]\na = true', (10, "exports")),
        ('"hunter2hunter2"', '"hunter2"\n[export]\ndebit_notes = "no"', (11, "export.debit_notes")),
    ],
)
def test_a_wrong_line_is_refused_by_line_and_field(
    line: str, to: str, place: tuple[int, str]
) -> None:
    assert refused(changed(line, to)) == [place]


def test_a_file_that_is_not_toml_is_refused_with_its_line() -> None:
    assert refused(changed('"60001234"', '"60001234')) == [(3, "the file")]


def test_an_empty_file_is_refused() -> None:
    assert refused("") == [(1, "name"), (1, "zoho"), (1, "xero")]


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(ConnectionFileError, match="ACME_XERO"):
        read_file(WHOLE, {**ENVIRON, "ACME_XERO": ""})


def test_a_mistyped_key_is_recognised() -> None:
    with pytest.raises(ConnectionFileError, match="Did you mean organization_id"):
        read_file(SMALL.replace("organization_id", "organisation_id"), {})


@pytest.mark.parametrize("secret", ['"hunter2!"', '"hunter2\\q"', '"hunter2', "[hunter2]"])
def test_no_problem_repeats_a_secret(secret: str) -> None:
    with pytest.raises(ConnectionFileError) as caught:
        read_file(SMALL.replace('"abcdefghijkl"', secret), {})

    assert "hunter2" not in str(caught.value)
