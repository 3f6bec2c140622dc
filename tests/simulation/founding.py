"""A connection as it stands when a schedule begins, and the bridge's settings."""

import json
from datetime import date
from typing import Any, Final

from bridge.crypto import Vault
from bridge.settings import Settings, read_settings
from clients.xero.grants import seal
from clients.xero.identity import Pair
from tests.processors.zoho import BOOKS
from tests.simulation.courier import SECRET
from tests.simulation.store.engine import EPOCH, Tables
from tests.simulation.store.statement import Statement
from tests.simulation.zoho import UNKNOWN_ACCOUNT

VAULT: Final = Vault([b"k" * 32])
CONFIG: Final = {
    "export": dict.fromkeys(
        ("invoices_and_payments", "credit_notes", "bills_and_payments", "debit_notes"), True
    ),
    "accounts": BOOKS.accounts,
    "account_map": {"361": "091", UNKNOWN_ACCOUNT: "999"},
    "tax_map": {},
    "import": {"customers": True, "vendors": True},
    "zoho": {"data_centre": "ca", "client_id": "zoho-client"},
}


def settings(repeat: int, late: int, quiet: int) -> Settings:
    """The bridge's settings for a clock rule."""
    return read_settings(
        {
            "XERO_REPEAT_WINDOW": str(repeat),
            "XERO_LATE_LIMIT": str(late),
            "XERO_QUIET_TIME": str(quiet),
        }
    )


def found(tables: Tables, number: int, tenant: str, *, consented: bool) -> None:
    """Set up a connection to an organisation of Xero's, as `bridge connection apply` would."""
    app = {"client_id": f"client-T{number}", "tenant_id": tenant}
    grant = {"grant": "authorization_code" if consented else "client_credentials"}
    config = json.loads(json.dumps({**CONFIG, "xero": {**grant, **app}}))
    tx = tables.begin(0.0)
    q = Statement(tables, tx, 0.0)
    q.insert(
        "connections",
        {
            "id": q.number("connections"),
            "name": f"company-{number}",
            "endpoint": f"endpoint-{number}",
            "organization_id": "60001234",
            "config": config,
            "cutover": date(2026, 1, 1),
            "timezone": "America/Toronto",
            "base_currency": "CAD",
            "enabled": True,
            "problem": None,
            "paused_until": None,
            "created_at": EPOCH,
            "updated_at": EPOCH,
            "deleted_at": None,
            "look_first_until": None,
            "blocked": False,
            "imported_accounts": {},
            "tax_rates": {},
        },
    )
    if consented:
        q.insert("grants", _consent(number, tenant))
    secrets = {
        "zoho.webhook_secret": SECRET,
        "xero.client_secret": "secret",
        "zoho.client_secret": "secret",
        "zoho.refresh_token": f"refresh-{number}",
    }
    for name, secret in secrets.items():
        sealed = VAULT.seal(secret, context=f"{number}/{name}")
        kept = {"connection_id": number, "name": name, "sealed": sealed, "expires_at": None}
        q.insert("secrets", kept)
    tables.commit(tx)


def _consent(number: int, tenant: str) -> dict[str, Any]:
    """A grant that a person gave in the browser; its access token is used up."""
    sealed = seal(VAULT, number, Pair("used-up", 0, f"refresh-T{number}-0"))
    return {
        "connection_id": number,
        "system": "xero",
        "generation": 1,
        "sealed": sealed,
        "previous": None,
        "tenant_id": tenant,
        "expires_at": EPOCH,
        "problem": None,
        "updated_at": EPOCH,
        "not_before": None,
        "renewals": [],
    }
