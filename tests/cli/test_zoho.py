"""`bridge zoho …`: webhooks set up from the command line, or by hand after its recipe."""

import json

import httpx
import pytest

from tests.cli.conftest import FILE, Bridge, Rows, apply

SETTINGS = "/inventory/v1/settings"
PERSON = {"Authorization": "Zoho-oauthtoken sandbox-person"}
ORGANISED = {"organization_id": "60001234"}
CREDENTIALS = """\
webhook_secret = "env:ACME_ZOHO_SECRET"
client_id = "1000.SANDBOX"
client_secret = "sandbox-zoho-secret"
refresh_token = "1000.sandbox.refresh"
"""
WITH_ZOHO = FILE.replace('webhook_secret = "env:ACME_ZOHO_SECRET"\n', CREDENTIALS)
WITH_ZOHO = WITH_ZOHO.replace('"4600000000000912" = "NONE"\n', "")  # of another rate in Zoho


@pytest.fixture
def zoho(environ: dict[str, str | None], with_xero: str, bridge: Bridge) -> str:
    """Connect acme to the stand-ins, all webhooks set up but one; gives the stand-ins' URL."""
    environ["ZOHO_API_URL"] = environ["ZOHO_ACCOUNTS_URL"] = with_xero
    endpoint = apply(bridge, WITH_ZOHO)["endpoint"]
    address = f"https://bridge.example.com/webhooks/zoho/{endpoint}"
    given = {"base_url": address, "secret": "webhooksecret123"}
    httpx.post(f"{with_xero}/_sandbox/zoho/webhooks", json=given, timeout=60).raise_for_status()
    listed = httpx.get(
        f"{with_xero}{SETTINGS}/webhooks", params=ORGANISED, headers=PERSON, timeout=60
    ).json()
    gone = next(row for row in listed["webhooks"] if row["webhook_name"] == "Bridge: bill deleted")
    path = f"{with_xero}{SETTINGS}/webhooks/{gone['webhook_id']}"
    httpx.delete(path, params=ORGANISED, headers=PERSON).raise_for_status()
    return with_xero


def test_what_lacks_is_shown_then_made_then_right(bridge: Bridge, zoho: str, rows: Rows) -> None:
    assert bridge("zoho", "check", "acme").exit_code == 1

    planned = json.loads(bridge("zoho", "install", "acme", "--json").stdout)
    assert [row["state"] for row in planned["plan"]] == ["missing"]
    assert not planned["done"]
    assert bridge("zoho", "check", "acme").exit_code == 1

    done = bridge("zoho", "install", "acme", "--yes", "--json")
    assert json.loads(done.stdout)["done"]
    assert "webhooksecret123" not in done.output
    result = bridge("zoho", "check", "acme")
    assert (result.exit_code, "24 of 24" in result.stdout) == (0, True)
    assert json.loads(bridge("zoho", "install", "acme", "--yes", "--json").stdout)["plan"] == []
    (row,) = rows("SELECT action FROM audit ORDER BY id DESC LIMIT 1")
    assert row["action"] == "zoho.webhooks_installed"


def test_the_doctor_mentions_what_lacks(bridge: Bridge, zoho: str) -> None:
    told = bridge("doctor").stdout

    assert "1 of 24 webhooks are not set up in Zoho" in told
    assert "bridge zoho install acme" in told


def test_the_recipe_needs_no_grant(bridge: Bridge) -> None:
    endpoint = apply(bridge)["endpoint"]

    told = bridge("zoho", "recipe", "acme")

    assert told.exit_code == 0
    assert "webhooksecret123" in told.stdout
    assert f"/webhooks/zoho/{endpoint}/invoice/deleted?id=${{INVOICE.INVOICE_ID}}" in told.stdout
    shown = json.loads(bridge("zoho", "recipe", "acme", "--json").stdout)
    assert len(shown["webhooks"]) == 24


def test_without_a_grant_the_recipe_is_named(bridge: Bridge) -> None:
    apply(bridge)

    result = bridge("zoho", "install", "acme")

    assert result.exit_code == 2
    assert "bridge zoho recipe acme" in result.stderr


def test_a_backfill_shows_what_it_would_take(bridge: Bridge, zoho: str) -> None:
    planned = bridge("backfill", "acme", "--since", "2026-01-01", "--json")

    assert planned.exit_code == 0, planned.output
    answer = json.loads(planned.stdout)
    assert (answer["documents"], answer["applied"]) == ({"contact": 0}, False)
    assert answer["xero"] == {"batches": 0, "singles": 0, "calls_a_day": None, "days": 0}
    assert "nothing" in bridge("backfill", "acme", "--since", "2026-01-01").stdout


def test_a_backfill_needs_a_date_and_a_grant(bridge: Bridge) -> None:
    apply(bridge)

    assert bridge("backfill", "acme", "--since", "spring").exit_code == 2
    result = bridge("backfill", "acme", "--since", "2026-01-01")
    assert (result.exit_code, "can't be read" in result.stderr) == (2, True)
