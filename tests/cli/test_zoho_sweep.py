"""`bridge sweep` and the doctor's look at Zoho, as people and scripts use them."""

import json

import httpx
import pytest

from sandbox.zoho.state import (
    CLIENT_ID,
    CLIENT_SECRET,
    ORGANISATION,
    PERSON_TOKEN,
    REFRESH_TOKEN,
)
from tests.cli.conftest import FILE, Bridge, apply

CREDENTIALS = f"""\
webhook_secret = "env:ACME_ZOHO_SECRET"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
refresh_token = "{REFRESH_TOKEN}"
"""
WITH_ZOHO = FILE.replace('webhook_secret = "env:ACME_ZOHO_SECRET"\n', CREDENTIALS)
WITH_ZOHO = WITH_ZOHO.replace('"4600000000000912" = "NONE"\n', "")


@pytest.fixture
def zoho(environ: dict[str, str | None], with_xero: str, bridge: Bridge) -> str:
    """Connect both stand-ins; gives their URL."""
    environ["ZOHO_API_URL"] = environ["ZOHO_ACCOUNTS_URL"] = with_xero
    apply(bridge, WITH_ZOHO)
    return with_xero


def enter(url: str, name: str) -> None:
    """Enter a contact at Zoho's screen."""
    person = {"Authorization": f"Zoho-oauthtoken {PERSON_TOKEN}"}
    answer = httpx.post(
        f"{url}/inventory/v1/contacts",
        json={"contact_name": name},
        params={"organization_id": ORGANISATION},
        headers=person,
        timeout=60,
    )
    assert answer.is_success


def turn(url: str, path: str, **given: object) -> None:
    assert httpx.post(f"{url}/_sandbox/zoho/{path}", json=given, timeout=60).is_success


def findings(bridge: Bridge) -> str:
    """What the doctor says, good or bad."""
    result = bridge("doctor", "--json")
    return " | ".join(each["what"] for each in json.loads(result.stdout)["findings"])


def test_a_sweep_tells_people_and_scripts_what_no_webhook_told(bridge: Bridge, zoho: str) -> None:
    enter(zoho, "Maple Ltd")
    swept = bridge("sweep", "--connection", "acme")
    assert "1 changes that no webhook had told" in swept.stdout
    assert "contact: 1 listed, 1 missed" in swept.stdout

    again = json.loads(bridge("sweep", "--connection", "acme", "--full", "--json").stdout)
    assert (again["full"], again["missed"], again["modules"]["contact"]["listed"]) == (True, 0, 1)
    assert "contact 1" in findings(bridge)


def test_a_connection_without_zohos_api_is_refused_with_what_to_give(
    bridge: Bridge, with_xero: str
) -> None:
    apply(bridge)

    refused = bridge("sweep", "--connection", "acme")

    assert refused.exit_code == 2
    assert "zoho.refresh_token" in refused.stderr
    assert "are not seen" in findings(bridge)


def test_an_unknown_and_a_disabled_connection_are_refused(bridge: Bridge, zoho: str) -> None:
    assert bridge("sweep", "--connection", "nobody").exit_code == 2
    bridge("connection", "disable", "acme")
    assert "disabled" in bridge("sweep", "--connection", "acme").stderr


def test_the_doctor_finds_grant_organisation_and_books(bridge: Bridge, zoho: str) -> None:
    assert "Inventory and Books" in findings(bridge)

    turn(zoho, "settings", books=False)
    assert "bank charges" in findings(bridge)

    turn(zoho, "settings", revoke=REFRESH_TOKEN)
    failed = bridge("sweep", "--connection", "acme")
    assert (failed.exit_code, "refresh token" in failed.stderr) == (1, True)
    assert "refresh token" in findings(bridge)


def test_the_doctor_finds_an_organisation_that_is_not_the_users(bridge: Bridge, zoho: str) -> None:
    turn(zoho, "settings", revoke=REFRESH_TOKEN)
    somebody = {"client_id": CLIENT_ID, "secret": CLIENT_SECRET, "refresh_token": REFRESH_TOKEN}
    turn(zoho, "clients", **somebody, organisations=["1"])

    assert "not associated" in findings(bridge)
