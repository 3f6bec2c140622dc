"""Connections are set up from a file, whole or not at all, and switched while the bridge runs."""

from datetime import UTC, datetime

import psycopg
import pytest

from bridge.crypto import generate_key
from tests.cli.conftest import FILE, Bridge, Rows, apply

SECRETS = ("webhooksecret123", "sandbox-custom-secret")


def refused(bridge: Bridge, text: str) -> str:
    result = bridge("connection", "apply", "-", stdin=text)
    assert result.exit_code == 2, result.output
    assert not result.stdout
    return result.stderr


@pytest.mark.usefixtures("with_xero")
def test_a_first_apply_creates_the_connection_and_gives_its_webhook_addresses(
    bridge: Bridge, rows: Rows
) -> None:
    applied = apply(bridge)

    assert applied["state"] == "created"
    assert [str(each)[:31] for each in list(applied["warnings"])] == [  # type: ignore[call-overload]  # JSON
        "base currencies and tax rates c"
    ]
    assert len(str(applied["endpoint"])) >= 22
    assert {
        "module": "customer_payment",
        "trigger": "edited",
        "url": f"https://bridge.example.com/webhooks/zoho/{applied['endpoint']}"
        "/customer_payment/edited",
    } in list(applied["webhooks"])  # type: ignore[call-overload]  # JSON
    (row,) = rows("SELECT timezone, base_currency, cutover::text FROM connections")
    assert row == {
        "timezone": "America/New_York",
        "base_currency": "CAD",
        "cutover": "2026-01-01",
    }


@pytest.mark.usefixtures("with_xero")
def test_what_xero_s_tax_types_come_to_is_kept(bridge: Bridge, rows: Rows) -> None:
    bridge("connection", "apply", "-", stdin=FILE)
    (kept,) = rows(
        "SELECT tax_rates ->> 'NONE' AS none, tax_rates ->> 'OUTPUT2' AS gst FROM connections"
    )
    assert (float(str(kept["none"])), float(str(kept["gst"])) > 0) == (0, True)

    rows("UPDATE connections SET tax_rates = '{}' RETURNING 1")
    assert "unchanged" in bridge("connection", "apply", "-", "--json", stdin=FILE).stdout
    (again,) = rows("SELECT tax_rates <> '{}' AS known FROM connections")
    assert again["known"]


def test_people_read_the_addresses_without_json(bridge: Bridge) -> None:
    result = bridge("connection", "apply", "-", stdin=FILE)

    assert result.exit_code == 0
    assert "acme: created" in result.stdout
    assert "invoice created: https://bridge.example.com/webhooks/zoho/" in result.stdout


@pytest.mark.usefixtures("with_xero")
def test_a_second_apply_without_changes_says_so(bridge: Bridge, rows: Rows) -> None:
    first = apply(bridge)
    second = apply(bridge)

    assert second["state"] == "unchanged"
    assert second["endpoint"] == first["endpoint"]
    assert [row["action"] for row in rows("SELECT action FROM audit")] == ["connection.created"]


@pytest.mark.usefixtures("with_xero")
def test_a_second_apply_with_changes_updates_and_keeps_the_endpoint(
    bridge: Bridge, rows: Rows
) -> None:
    first = apply(bridge)
    result = bridge(
        "connection", "apply", "-", stdin=FILE.replace('shipping = "425"', 'shipping = "210"')
    )

    assert result.exit_code == 0
    assert "acme: updated (accounts.shipping)" in result.stdout
    (row,) = rows("SELECT endpoint, config->'accounts'->>'shipping' AS code FROM connections")
    assert row == {"endpoint": first["endpoint"], "code": "210"}


@pytest.mark.usefixtures("with_xero")
def test_a_changed_secret_is_an_update_and_ends_the_token_before(
    bridge: Bridge, rows: Rows, environ: dict[str, str | None]
) -> None:
    apply(bridge)
    rows(
        "INSERT INTO grants (connection_id, system, sealed, tenant_id)"
        " SELECT id, 'xero', 'x', NULL FROM connections"
    )
    environ["ACME_ZOHO_SECRET"] = "anothersecret99"
    assert apply(bridge)["state"] == "updated"
    assert rows("SELECT sealed IS NULL AS gone FROM grants") == [{"gone": False}]

    rows("UPDATE connections SET config = jsonb_set(config, '{xero,client_id}', '\"other\"')")
    assert apply(bridge)["state"] == "updated"
    assert rows("SELECT sealed IS NULL AS gone FROM grants") == [{"gone": True}]


@pytest.mark.usefixtures("with_xero")
def test_running_processes_are_told(bridge: Bridge, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as session:
        session.execute("LISTEN connections")
        apply(bridge)
        heard = [each.channel for each in session.notifies(timeout=60, stop_after=1)]

    assert heard == ["connections"]


def test_secrets_are_stored_sealed(bridge: Bridge, rows: Rows) -> None:
    apply(bridge)
    stored = rows("SELECT name, encode(sealed, 'escape') AS sealed FROM secrets ORDER BY name")
    everything = str(stored) + str(rows("SELECT config::text FROM connections"))
    everything += str(rows("SELECT detail::text FROM audit"))

    assert [row["name"] for row in stored] == ["xero.client_secret", "zoho.webhook_secret"]
    assert not [secret for secret in SECRETS if secret in everything]


def test_xero_that_is_away_is_a_warning(bridge: Bridge, rows: Rows) -> None:
    result = bridge("connection", "apply", "-", stdin=FILE)

    assert result.exit_code == 0
    assert "accounts and taxes were not checked" in result.stderr
    assert rows("SELECT timezone, base_currency FROM connections") == [
        {"timezone": "UTC", "base_currency": None}
    ]


def test_a_missing_cut_over_is_the_day_of_the_first_apply(bridge: Bridge, rows: Rows) -> None:
    before = datetime.now(UTC).date()
    apply(bridge, FILE.replace("cutover = 2026-01-01\n", ""))

    (row,) = rows("SELECT cutover FROM connections")
    assert row["cutover"] in {before, datetime.now(UTC).date()}  # midnight may be in between


@pytest.mark.usefixtures("with_xero")
def test_an_account_that_xero_lacks_is_refused_with_its_line(bridge: Bridge, rows: Rows) -> None:
    said = refused(bridge, FILE.replace('sales = "200"', 'sales = "2000"'))

    assert 'line 15: accounts.sales names the account "2000", which Xero does not have' in said
    assert rows("SELECT id FROM connections") == []


@pytest.mark.usefixtures("with_xero")
def test_all_that_xero_does_not_bear_out_is_told_at_once(bridge: Bridge) -> None:
    text = FILE.replace('"091"', '"499"').replace("INPUT2", "INPUT9").replace('"090"', '"nobank"')
    said = refused(bridge, text)

    assert "line 16: accounts.bank" in said
    assert "line 24: account_map.4600000000000361" in said
    assert "archived" in said
    assert "line 27: tax_map.4600000000000911.purchases" in said


@pytest.mark.usefixtures("with_xero")
def test_credentials_that_xero_refuses_are_refused(
    bridge: Bridge, environ: dict[str, str | None]
) -> None:
    environ["ACME_XERO_SECRET"] = "wrong"
    said = refused(bridge, FILE)

    assert "line 11: xero.client_id" in said
    assert "line 12: xero.client_secret" in said


def test_a_file_with_mistakes_is_refused_whole(bridge: Bridge, rows: Rows) -> None:
    said = refused(bridge, FILE.replace('"ca"', '"mars"').replace("[tax_map]", "[tax_maps]"))

    assert "line 6: zoho.data_centre" in said
    assert "line 26: tax_maps" in said
    assert rows("SELECT id FROM connections") == []


def test_a_file_that_is_not_there_is_told(bridge: Bridge) -> None:
    result = bridge("connection", "apply", "/no/such/file.toml")

    assert result.exit_code == 2
    assert "can't be read" in result.stderr


def test_a_connection_does_not_change_its_organisation(bridge: Bridge) -> None:
    apply(bridge)

    said = refused(bridge, FILE.replace("60001234", "60005678"))
    assert "line 5: zoho.organization_id" in said


def test_secrets_of_a_lost_key_are_replaced_by_the_file_s(
    bridge: Bridge, environ: dict[str, str | None]
) -> None:
    apply(bridge)
    environ["BRIDGE_SECRET_KEY"] = generate_key()

    assert apply(bridge)["state"] == "updated"
    assert apply(bridge)["state"] == "unchanged"
