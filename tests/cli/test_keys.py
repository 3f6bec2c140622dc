"""Keys change while the bridge runs: everything is sealed anew, and the old key can go."""

import json

import pytest

from bridge.crypto import generate_key
from tests.cli.conftest import Bridge, Rows, apply

OLD, NEW = generate_key(), generate_key()


@pytest.fixture
def sealed(bridge: Bridge, rows: Rows, environ: dict[str, str | None]) -> None:
    """Keep secrets and a pair of tokens under the old key."""
    from bridge.crypto import Vault, parse_keys

    environ["BRIDGE_SECRET_KEY"] = OLD
    apply(bridge)
    (row,) = rows("SELECT id FROM connections")
    token = Vault(parse_keys(OLD)).seal('{"access": "a"}', context=f"{row['id']}/grant.xero")
    rows(
        "INSERT INTO grants (connection_id, system, sealed, previous) SELECT id, 'xero', %s, %s"
        " FROM connections",
        token,
        token,
    )


@pytest.mark.usefixtures("sealed")
def test_everything_is_sealed_under_the_newest_key_once(
    bridge: Bridge, environ: dict[str, str | None], rows: Rows
) -> None:
    environ["BRIDGE_SECRET_KEY"] = f"{NEW},{OLD}"
    first = json.loads(bridge("keys", "rotate", "--json").stdout)
    again = json.loads(bridge("keys", "rotate", "--json").stdout)

    assert first == {"rotated": 4, "current": 0, "lost": []}
    assert again == {"rotated": 0, "current": 4, "lost": []}
    assert [row["action"] for row in rows("SELECT action FROM audit ORDER BY id")][-2:] == [
        "keys.rotated",
        "keys.rotated",
    ]

    environ["BRIDGE_SECRET_KEY"] = NEW
    assert apply(bridge)["state"] == "unchanged"


@pytest.mark.usefixtures("sealed")
def test_what_no_key_opens_is_told_and_left(bridge: Bridge, environ: dict[str, str | None]) -> None:
    environ["BRIDGE_SECRET_KEY"] = NEW
    result = bridge("keys", "rotate")

    assert result.exit_code == 1
    assert "4 can't be opened" in result.stderr
    environ["BRIDGE_SECRET_KEY"] = OLD
    assert apply(bridge)["state"] == "unchanged"
