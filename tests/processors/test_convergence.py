"""Whatever order webhooks come in, Xero ends with what Zoho holds, and nothing is left waiting."""

import random
from decimal import Decimal

import pytest

from tests.processors.conftest import Journal
from tests.processors.world import Company, World


@pytest.mark.parametrize("seed", range(40))
async def test_reordered_and_repeated_webhooks_end_in_equal_ledgers(
    journal: Journal, seed: int
) -> None:
    chance = random.Random(seed)
    company, world = Company(chance), World(journal)
    for _ in range(chance.randint(2, 9)):
        company.act()
    deliveries = [*company.events, *chance.choices(company.events, k=2)]
    chance.shuffle(deliveries)

    for entity, fields, trigger in deliveries:
        await journal.happens(entity, fields, trigger)
        await world.works(chance.randint(0, 3))
    await world.works()

    live = company.status == "sent"
    assert world.ledger.totals == ({"invoice:1": Decimal(company.price)} if live else {})
    assert {key: amount for key, (_, amount) in world.ledger.payments.items()} == {
        f"payment:{number}": Decimal(amount) for number, amount in company.payments.items()
    }
    left = await journal.pool.fetch(
        "SELECT kind, key, state FROM commands WHERE state IN ('pending', 'parked')"
    )
    assert [tuple(row) for row in left] == []
