"""Who deletes a connection takes its tokens back, and nobody else's."""

from ingress.connections.deleting import delete
from sandbox.xero.state import TENANT
from tests.ingress.browsing import BEARER, FILE, Desk

SECOND = "0b8e6f52-3c1d-4a77-9f0e-5d2c7b1a9e43"
ZEBRA = FILE.replace('"acme"', '"zebra"').replace("60001234", "60005678")


async def ended(desk: Desk) -> list[str]:
    """What was ended at Xero, in order."""
    log = (await desk.http.get(f"{desk.sandbox}/_sandbox/xero/requests")).json()
    asked = [f"{each['method']} {each['path'].rpartition('/')[0]}" for each in log]
    known = {"DELETE /connections": "disconnected", "POST /connect": "revoked"}
    last = [each["path"].rpartition("/")[2] for each in log]
    return [
        known[line]
        for line, end in zip(asked, last, strict=True)
        if line in known and end != "token"
    ]


async def test_tokens_are_taken_back_and_forgotten(desk: Desk) -> None:
    done = await delete(desk.office, "acme", "user:anna")

    assert done.warnings == ()
    assert await ended(desk) == ["disconnected", "revoked"]
    assert await desk.pool.fetch("SELECT FROM grants UNION ALL SELECT FROM secrets") == []
    assert await desk.pool.fetch("SELECT FROM connections") == []


async def test_what_another_connection_lives_on_stays(desk: Desk) -> None:
    await desk.control("xero/organisations", {"name": "Second Company", "tenant_id": SECOND})
    await desk.control("xero/settings", {"consent": {"tenants": [SECOND]}})
    await desk.apply(ZEBRA)
    assert await desk.connect("zebra") in {"done", "choose"}
    await desk.pool.execute("UPDATE grants SET tenant_id = $1 WHERE tenant_id IS NULL", SECOND)

    assert (await delete(desk.office, "acme", "user:anna")).warnings == ()

    # The same person consented to both: a revocation would have ended the other's connection too.
    assert await ended(desk) == ["disconnected"]
    await desk.pool.execute("UPDATE grants SET expires_at = now()")
    assert (await (await desk.grant("zebra")).token()).tenant_id == SECOND


async def test_an_organisation_of_two_connections_stays_connected(desk: Desk) -> None:
    await desk.apply(ZEBRA)
    assert await desk.connect("zebra") == "done"

    await delete(desk.office, "acme", "user:anna")

    assert await ended(desk) == []
    assert (await (await desk.grant("zebra")).token()).tenant_id == TENANT


async def test_xero_that_is_away_keeps_nobody_from_deleting(desk: Desk) -> None:
    match = {"path": "/connections"}
    await desk.control("xero/faults", [{"match": match, "effect": "status", "status": 503}])

    done = await delete(desk.office, "acme", "user:anna")

    assert "Connected apps" in done.warnings[0]
    assert await desk.pool.fetch("SELECT FROM grants") == []


async def test_over_http_the_name_is_said_twice(desk: Desk) -> None:
    path = f"{desk.url}/api/connections/acme"
    for body in ({}, {"name": "acm"}, {"name": "acme", "really": True}):
        refused = await desk.http.request("DELETE", path, headers=BEARER, json=body)
        assert refused.status_code == 422, refused.text

    done = await desk.http.request("DELETE", path, headers=BEARER, json={"name": "acme"})
    assert (done.status_code, done.json()["warnings"]) == (200, [])
    assert (await desk.http.get(path, headers=BEARER)).status_code == 404
