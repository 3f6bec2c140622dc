"""The arithmetic of Zoho's documents, with the figures of recorded ones."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.zoho.taxes import components, default_taxes
from sandbox.zoho.totals import ZERO, Component, Line, Terms, Totals, compute
from tests.sandbox.zoho_desk import GROUP, GST, HST, QST, Desk

D = Decimal
TAXES = default_taxes()
VAT = (Component("1", "VAT", D("7.5")),)


def line(rate: str, quantity: str = "1", discount: Decimal | str = ZERO, tax: str = "") -> Line:
    taxes = components(TAXES, tax, "tax_id")
    return Line("", "x", "", D(rate), D(quantity), discount, tax_id=tax, taxes=taxes)


def identity(totals: Totals) -> Decimal:
    return (
        totals.sub_total
        - totals.discount
        + totals.tax_total
        + totals.shipping
        + totals.adjustment
        + totals.roundoff
    )


def test_the_recorded_canadian_estimate_adds_up() -> None:
    # Eleven lines with 10 off each, gross 13,220.64; tax is of the document's sum, not the lines'.
    rates = ["1201.87"] * 10 + ["1201.94"]
    lines = [line(rate, discount=D(10), tax=GROUP) for rate in rates]

    totals = compute(lines, Terms())

    assert totals.sub_total == D("13110.64")
    assert [amount for _, amount in totals.taxes] == [D("655.53"), D("1307.79")]
    assert totals.tax_total == D("1963.32")
    assert totals.total == D("15073.96")


def test_half_a_cent_of_tax_goes_up() -> None:
    totals = compute([Line("", "", "", D(1), D(1), taxes=VAT)], Terms())

    assert totals.total == D("1.08")


def test_an_adjustment_is_simply_added() -> None:
    assert compute([line("205")], Terms(adjustment=D(800))).total == D(1005)


def test_a_number_is_an_amount_off_and_a_percentage_is_a_share() -> None:
    flat = compute([line("50", "3", D(10))], Terms())
    share = compute([line("50", "3", "10%")], Terms())

    assert (flat.total, share.total) == (D(140), D(135))


def test_tax_by_line_may_differ_by_cents_from_tax_by_document() -> None:
    lines = [line("0.50", tax=HST)] * 3

    by_document, by_line = (compute(lines, Terms(tax_by_line=each)) for each in (False, True))

    assert (by_document.tax_total, by_line.tax_total) == (D("0.23"), D("0.24"))


def test_a_documents_discount_before_tax_lowers_the_tax() -> None:
    terms = Terms(item_level=False, discount=D(10))

    before = compute([line("100", tax=HST)], terms)
    after = compute(
        [line("100", tax=HST)], Terms(item_level=False, discount=D(10), before_tax=False)
    )

    assert (before.tax_total, before.total) == (D("13.50"), D("103.50"))
    assert (after.tax_total, after.total) == (D("15.00"), D("105.00"))


def test_a_share_after_tax_is_of_the_amount_with_tax() -> None:
    terms = Terms(item_level=False, discount="10%", before_tax=False)

    totals = compute([line("100", tax=HST)], terms)

    assert (totals.discount_applied_on, totals.discount) == (D("115.00"), D("11.50"))


def test_prices_with_tax_add_up_to_themselves() -> None:
    totals = compute([line("115", tax=HST), line("9.99", "3", tax=GROUP)], Terms(inclusive=True))

    assert totals.total == D("144.97")
    assert totals.lines[0].item_total == D("100.00")


def test_shipping_bears_its_own_tax() -> None:
    shipping_taxes = components(TAXES, GST, "tax_id")
    terms = Terms(shipping=D(20), shipping_taxes=shipping_taxes)

    totals = compute([line("100", tax=HST)], terms)

    assert (totals.shipping_tax, totals.tax_total, totals.total) == (D("1.00"), D(16), D(136))


def test_a_total_rounded_to_a_step_says_by_how_much() -> None:
    totals = compute([line("100.40")], Terms(round_to=D(1)))

    assert (totals.total, totals.roundoff) == (D(100), D("-0.40"))


def test_yen_have_no_fractions() -> None:
    totals = compute([line("333", "1.5", tax=HST)], Terms(precision=0))

    assert (totals.sub_total, totals.tax_total, totals.total) == (D(500), D(75), D(575))


money = st.decimals("0.01", "5000", places=2)
taxes = st.sampled_from(["", HST, GST, QST, GROUP])
lines_of = st.lists(
    st.builds(
        line,
        rate=money.map(str),
        quantity=st.decimals("0.5", "20", places=1).map(str),
        discount=st.sampled_from([D(0), "5%", "33.3%"]),
        tax=taxes,
    ),
    min_size=1,
    max_size=6,
)


@given(lines=lines_of, chosen=st.sampled_from(list(product((False, True), repeat=4))), tax=taxes)
def test_every_document_is_the_sum_of_its_parts(
    lines: list[Line], chosen: tuple[bool, ...], tax: str
) -> None:
    inclusive, before_tax, item_level, tax_by_line = chosen
    terms = Terms(
        inclusive=inclusive,
        before_tax=before_tax,
        item_level=item_level,
        discount=D(0) if item_level else "7.5%",
        shipping=D("12.34"),
        shipping_taxes=components(TAXES, tax, "tax_id"),
        adjustment=D("-0.57"),
        tax_by_line=tax_by_line,
        round_to=D("0.05"),
    )

    totals = compute(lines, terms)

    assert totals.total == identity(totals)
    assert sum(amount for _, amount in totals.taxes) == totals.tax_total


@pytest.mark.parametrize("gross", [False, True])
async def test_an_invoice_shows_its_sums_with_or_without_tax(zoho: Desk, gross: bool) -> None:
    await zoho.control("settings", {"gross_inclusive": gross})

    made = await zoho.invoice(
        await zoho.contact(), {"rate": 115, "tax_id": HST}, is_inclusive_tax=True
    )

    shown = 115 if gross else 100
    assert (made["sub_total"], made["line_items"][0]["item_total"]) == (shown, shown)
    assert (made["tax_total"], made["total"]) == (15, 115)


async def test_a_foreign_amount_times_the_rate_is_the_base_amount(zoho: Desk) -> None:
    customer = await zoho.contact(currency_id="4600000000000099")

    made = await zoho.invoice(customer, exchange_rate="1.37")

    assert (made["currency_code"], made["total"], made["bcy_total"]) == ("USD", 100, 137)
