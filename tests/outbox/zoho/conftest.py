"""A connection to both Xero and Zoho."""

import pytest

from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET, ORGANISATION, REFRESH_TOKEN
from tests.outbox.delivery import VAULT
from tests.outbox.desk import Desk


@pytest.fixture
async def desk_of_both(connected: Desk) -> Desk:
    """A connection that Zoho's API is connected to as well."""
    zoho = {"organization_id": ORGANISATION, "data_centre": "ca", "client_id": CLIENT_ID}
    await connected.pool.execute(
        "UPDATE connections SET organization_id = $1, config = config || $2",
        ORGANISATION,
        {"zoho": zoho},
    )
    for name, secret in (("client_secret", CLIENT_SECRET), ("refresh_token", REFRESH_TOKEN)):
        sealed = VAULT.seal(secret, context=f"{connected.connection_id}/zoho.{name}")
        await connected.pool.execute(
            "INSERT INTO secrets VALUES ($1, $2, $3)",
            connected.connection_id,
            f"zoho.{name}",
            sealed,
        )
    return connected
