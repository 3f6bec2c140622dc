"""`bridge reconcile`: what it prints, and how it ends."""

import json
from datetime import date, datetime, time

import pytest

from bridge.cli.jobs.drifting import drift_job
from bridge.crypto import Vault
from bridge.parts import Parts
from bridge.postgres import Pool
from bridge.schedule import Due
from bridge.settings import read_settings
from tests.cli.conftest import Bridge, Rows, apply

TOLD = "5 calls to Xero"
ADD = """
INSERT INTO documents (connection_id, entity, zoho_id, number, day, snapshot, told, modified_at)
SELECT id, 'invoice', '1', 'INV-1', '2026-02-01', '{"status": "sent", "total": "10"}', %s, now()
  FROM connections RETURNING zoho_id
"""
PARK = """
WITH parked AS (
  INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, state, reason)
  SELECT id, 1, 'invoice', '1', 'A2', 'invoice.put', 'invoice:1', 'parked', 'No such tax'
    FROM connections RETURNING id, connection_id)
INSERT INTO tickets (command_id, connection_id, document, position)
SELECT id, connection_id, 'invoice:1', 1 FROM parked RETURNING command_id
"""
CONTENT = {
    "number": "INV-1",
    "date": "2026-02-01",
    "contact_id": "50",
    "currency_code": "CAD",
    "total": "10",
}


def test_an_equal_company_ends_well_and_again_at_once(bridge: Bridge, with_xero: str) -> None:
    apply(bridge)

    for _ in range(2):
        result = bridge("reconcile", "--connection", "acme", "--json")
        assert (result.exit_code, json.loads(result.stdout)) == (0, [])
        assert TOLD in result.stderr
        assert "Zoho can't be read" in result.stderr


def test_what_differs_ends_with_one(bridge: Bridge, with_xero: str, rows: Rows) -> None:
    apply(bridge)
    told = {"invoice:1": {"content": CONTENT, "homes": ["invoice:1"], "at": None}}
    rows(ADD, json.dumps(told))

    result = bridge("reconcile", "--connection", "acme", "--json")

    assert result.exit_code == 1
    (row,) = json.loads(result.stdout)
    assert {name: row[name] for name in ("entity", "zoho_id", "number", "kind")} == {
        "entity": "invoice",
        "zoho_id": "1",
        "number": "INV-1",
        "kind": "missing",
    }
    assert "INV-1" in bridge("reconcile", "--connection", "acme").stdout
    (problem,) = rows("SELECT code, what FROM problems")
    assert problem["code"] == "drift"


def test_what_is_parked_is_listed_as_such_and_is_no_second_problem(
    bridge: Bridge, with_xero: str, rows: Rows
) -> None:
    apply(bridge)
    told = {"invoice:1": {"content": CONTENT, "homes": ["invoice:1"], "at": None}}
    rows(ADD, json.dumps(told))
    rows(PARK)

    result = bridge("reconcile", "--connection", "acme", "--json")

    (row,) = json.loads(result.stdout)
    assert (result.exit_code, row["kind"], row["reason"]) == (1, "missing", "parked: No such tax")
    said = bridge("reconcile", "--connection", "acme").stdout
    assert "1 missing in Xero, 1 of them parked." in said
    assert rows("SELECT code FROM problems") == []


def test_without_xero_nothing_is_compared(bridge: Bridge) -> None:
    apply(bridge)

    result = bridge("reconcile", "--connection", "acme")

    assert (result.exit_code, "nothing was compared" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("made", "asked", "compared"),
    [
        ("2026-02-01T12:00Z", False, 0),
        ("2026-01-31T12:00Z", False, 1),
        ("2026-02-01T12:00Z", True, 1),
    ],
)
async def test_a_connection_is_first_compared_in_the_night_after_it_was_made_or_when_asked(
    pool: Pool, sandbox: str, made: str, asked: bool, compared: int
) -> None:
    vault = Vault([b"k" * 32])
    config = {
        "xero": {"grant": "client_credentials", "client_id": "sandbox-custom"},
        "zoho": {"data_centre": "ca"},
        **{name: {} for name in ("export", "accounts", "account_map", "tax_map")},
    }
    number = await pool.fetchval(
        """INSERT INTO connections (name, endpoint, organization_id, config, cutover, created_at)
           VALUES ('acme', 'e', '6', $1, '2026-01-01', $2) RETURNING id""",
        config,
        datetime.fromisoformat(made),
    )
    sealed = vault.seal("sandbox-custom-secret", context=f"{number}/xero.client_secret")
    await pool.execute("INSERT INTO secrets VALUES ($1, 'xero.client_secret', $2)", number, sealed)
    urls = {"XERO_API_URL": sandbox, "XERO_IDENTITY_URL": sandbox}
    job = drift_job(Parts(pool, vault, read_settings(urls)))
    assert (job.name, job.daily_at) == ("drift", time(3, 0))

    await job.work(Due(number, "acme", date(2026, 2, 1), "UTC", asked))

    assert await pool.fetchval("SELECT count(*) FROM comparisons") == compared
