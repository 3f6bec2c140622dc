"""Zoho's webhooks set up by the bridge: all that lack, once, and never what is right already."""

import pytest

from bridge.postgres import Pool
from clients.zoho.automation import Automation
from clients.zoho.budget import LIVE
from ingress.automation.installing import Outcome, install, look
from ingress.automation.judging import Verdict
from ingress.automation.recipe import recipe
from ingress.automation.setting_up import set_up
from ingress.automation.wanted import MODULES, Hook, hooks
from ingress.connections.office import Office
from processors.shell.replan import replan_parked
from tests.clients.zoho_line import VAULT, Line, connect

SECRET = "webhooksecret123"
ROOT = "http://127.0.0.1:9"
WANTED = list(hooks(ROOT, "endpoint123456"))
PATIENCE = 90.0


@pytest.fixture
async def line(pool: Pool, sandbox: str) -> Line:
    """Give a connection that may ask the stand-in for Zoho."""
    return await connect(pool, sandbox)


async def looked(line: Line) -> list[Verdict]:
    async with line.session(lane=LIVE, patience=PATIENCE) as session:
        return await look(Automation(session, pace=0), WANTED)


async def installed(line: Line, plan: list[Verdict]) -> Outcome:
    async with line.session(lane=LIVE, patience=PATIENCE) as session:
        return await install(Automation(session, pace=0), plan, SECRET)


async def by_hand(line: Line) -> None:
    """Let a person have set all up."""
    await line.control("webhooks", base_url=f"{ROOT}/webhooks/zoho/endpoint123456", secret=SECRET)


async def wrong(line: Line) -> dict[str, str]:
    """What is not as it should be, by module and trigger."""
    verdicts = await looked(line)
    return {f"{v.hook.module} {v.hook.trigger}": v.state for v in verdicts if v.state != "ok"}


async def one(line: Line, path: str, rows: str, name: str) -> dict[str, str]:
    found = (await line.by_hand("GET", f"/settings/{path}"))[rows]
    (row,) = [row for row in found if row[f"{rows[:-1]}_name"] == name]
    return dict(row)


async def test_everything_that_lacks_is_made_once(line: Line) -> None:
    plan = await looked(line)
    assert {verdict.state for verdict in plan} == {"missing"}

    outcome = await installed(line, plan)

    assert (len(outcome.done), outcome.notes) == (len(MODULES) * 3, [])
    assert await wrong(line) == {}
    webhooks = (await line.by_hand("GET", "/settings/webhooks"))["webhooks"]
    assert len(webhooks) == len({row["url"] + row["entity"] for row in webhooks}) == 24


async def test_what_a_person_set_up_under_other_names_counts(line: Line) -> None:
    await by_hand(line)

    assert await wrong(line) == {}


async def test_what_is_not_right_is_told_and_put_right(line: Line) -> None:
    await by_hand(line)
    gone = await one(line, "webhooks", "webhooks", "Bridge: invoice created")
    moved = await one(line, "webhooks", "webhooks", "Bridge: bill edited")
    bare = await one(line, "webhooks", "webhooks", "Bridge: credit_note created")
    off = await one(line, "workflows", "workflows", "Bridge: customer deleted")
    uncalled = await one(line, "workflows", "workflows", "Bridge: vendor_credit edited")
    elsewhere = {"url": "https://old.example.com/webhooks/zoho/endpoint123456/bill/edited"}
    await line.by_hand("DELETE", f"/settings/webhooks/{gone['webhook_id']}")
    await line.by_hand("PUT", f"/settings/webhooks/{moved['webhook_id']}", elsewhere)
    await line.by_hand("PUT", f"/settings/webhooks/{bare['webhook_id']}", {"secret": ""})
    await line.by_hand("PUT", f"/settings/workflows/{off['workflow_id']}", {"is_active": False})
    await line.by_hand("DELETE", f"/settings/workflows/{uncalled['workflow_id']}")

    assert await wrong(line) == {
        "invoice created": "missing",
        "bill edited": "other_address",
        "credit_note created": "no_secret",
        "customer deleted": "rule_disabled",
        "vendor_credit edited": "no_rule",
    }
    outcome = await installed(line, [v for v in await looked(line) if v.state != "ok"])

    assert len(outcome.done) == 5
    assert await wrong(line) == {}
    webhooks = (await line.by_hand("GET", "/settings/webhooks"))["webhooks"]
    assert len(webhooks) == 24


async def test_what_zoho_refuses_does_not_keep_the_others(line: Line) -> None:
    strange = Hook("payments_made", "created", "Bridge payments_made", f"{ROOT}/x")
    plan = [Verdict(strange, "missing"), Verdict(WANTED[0], "missing")]

    outcome = await installed(line, plan)

    assert [verdict.hook for verdict in outcome.done] == [WANTED[0]]
    assert "payments_made created" in outcome.notes[0]


async def test_what_is_installed_tells_the_bridge_by_a_signed_webhook(line: Line) -> None:
    await installed(line, [v for v in await looked(line) if v.hook.module == "customer"])
    made = await line.by_hand(
        "POST", "/contacts", {"contact_name": "Acme", "contact_type": "customer"}
    )
    zoho_id = made["contact"]["contact_id"]
    await line.by_hand("DELETE", f"/contacts/{zoho_id}")

    deliveries = (await line.control("deliveries"))["deliveries"]

    urls = {row["trigger"]: row["url"] for row in deliveries}
    assert urls["created"].endswith("/webhooks/zoho/endpoint123456/contact/created")
    assert urls["deleted"].endswith(f"/contact/deleted?id={zoho_id}")
    assert all("X-Zoho-Webhook-Signature" in row["headers"] for row in deliveries)


def test_the_recipe_names_every_step_with_address_and_secret() -> None:
    text = recipe(WANTED, SECRET)

    assert SECRET in text
    assert all(hook.url in text and hook.name in text for hook in WANTED)
    assert "Payments Made, Created" in text


def test_names_fit_into_zoho() -> None:
    assert max(len(hook.name) for hook in WANTED) <= 50
    assert len({hook.name for hook in WANTED}) == len(WANTED)


async def test_a_set_up_that_takes_too_long_ends_and_is_gone_on_with(line: Line) -> None:
    office = Office(line.pool, VAULT, line.read, replan_parked)
    await line.secret("zoho.webhook_secret", SECRET)

    first = await set_up(office, "acme", "user:anna", patience=0)
    assert (first.outcome.done, len(first.plan)) == ([], len(WANTED))
    assert "do it once more" in first.outcome.notes[0]

    endpoint = await line.pool.fetchval("SELECT endpoint FROM connections")
    base = f"{line.read.public_url}/webhooks/zoho/{endpoint}"
    await line.control("webhooks", base_url=base, secret=SECRET)
    again = await set_up(office, "acme", "user:anna", patience=PATIENCE)
    assert (again.plan, again.outcome.notes) == ([], [])
    rows = await line.pool.fetch("SELECT actor, action FROM audit")
    assert [tuple(row) for row in rows] == [("user:anna", "zoho.webhooks_installed")]
