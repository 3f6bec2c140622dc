"""A mapping that was missing frees what waited for it, in its old place (C7, E2)."""

from typing import Any

from processors.shell.replan import replan_parked
from tests.processors.conftest import CONFIG, Journal
from tests.processors.zoho import UNMAPPED, invoice, payment, taxed


async def remap(journal: Journal, **changes: Any) -> int:
    """Change the connection's settings, as `connection apply` does."""
    await journal.pool.execute("UPDATE connections SET config = $1", {**CONFIG, **changes})
    async with journal.pool.acquire() as connection, connection.transaction():
        return await replan_parked(connection, journal.connection_id)


def map_tax(tax_id: str) -> dict[str, Any]:
    return {"tax_map": {**CONFIG["tax_map"], tax_id: {"sales": "TAX001"}}}


async def test_mapping_the_tax_frees_the_invoice_in_its_place(journal: Journal) -> None:
    lines = [taxed(tax_id=UNMAPPED, tax_percentage=15)]
    await journal.happens("invoice", invoice(line_items=lines), "created")
    await journal.happens("customer_payment", payment(), "created")

    assert await remap(journal, **map_tax(UNMAPPED)) == 1

    row = await journal.row("SELECT * FROM commands WHERE kind = 'invoice.put'")
    assert (row["state"], row["cause"], row["reason"]) == ("pending", None, None)
    assert row["body"]["LineItems"][0]["TaxType"] == "TAX001"
    assert row["expected"]["total"] == "115"
    assert (await journal.queue_of("invoice:1"))[0] == "invoice.put invoice:1"


async def test_what_still_lacks_a_mapping_says_which(journal: Journal) -> None:
    lines = [taxed(tax_id=UNMAPPED), taxed(tax_id="998", tax_name="Eco")]
    await journal.happens("invoice", invoice(line_items=lines, total=230), "created")

    assert await remap(journal, **map_tax(UNMAPPED)) == 0

    row = await journal.row("SELECT * FROM commands WHERE kind = 'invoice.put'")
    assert (row["state"], row["cause"]) == ("parked", "tax:998")
    assert "Eco (998)" in row["reason"]


async def test_choosing_an_account_frees_the_payment(journal: Journal) -> None:
    bankless = {name: code for name, code in CONFIG["accounts"].items() if name != "bank"}
    await journal.pool.execute(
        "UPDATE connections SET config = $1", {**CONFIG, "accounts": bankless}
    )
    await journal.happens("customer_payment", payment(account_id=""), "created")

    assert await remap(journal) == 1

    row = await journal.row("SELECT * FROM commands")
    assert (row["state"], row["body"]["Account"]) == ("pending", {"Code": "090"})


async def test_choosing_an_account_frees_a_payment_that_its_invoice_was_put_under(
    journal: Journal,
) -> None:
    bankless = {name: code for name, code in CONFIG["accounts"].items() if name != "bank"}
    await journal.pool.execute(
        "UPDATE connections SET config = $1", {**CONFIG, "accounts": bankless}
    )
    await journal.happens("customer_payment", payment(account_id=""), "created")
    # The payment came first: it is taken back and asked for again, behind its invoice.
    await journal.happens("invoice", invoice(), "created")

    assert await remap(journal) == 1

    row = await journal.row("SELECT * FROM commands WHERE kind LIKE 'payment%' ORDER BY id DESC")
    assert (row["state"], row["body"]["Account"]) == ("pending", {"Code": "090"})


async def test_what_xero_refused_is_not_planned_again(journal: Journal) -> None:
    await journal.happens("invoice", invoice(), "created")
    await journal.pool.execute("UPDATE commands SET state = 'parked', cause = 'xero:tax'")

    assert await remap(journal, **map_tax("1")) == 0
