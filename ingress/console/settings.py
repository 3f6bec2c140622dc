"""A connection's settings: its details, the webhooks' recipe, on and off, and its deletion."""

from typing import Any, Final

from starlette.responses import Response

from bridge.crypto import VaultError
from bridge.queries import load
from clients.xero.errors import XeroError
from ingress.automation.setting_up import set_up
from ingress.connections import deleting, examining, granting, switching
from ingress.connections.finding import ends_at, secret_names, webhooks
from ingress.connections.keeping import HOOK_BEFORE
from ingress.connections.office import RefusedError
from ingress.console import sections
from ingress.console.connecting import REFUSED
from ingress.console.visitor import Visitor, at
from ingress.console.wording import many

QUERIES = load(__file__, "console.sql")
PATIENCE: Final = 45.0  # seconds; proxies give a page a minute
ALL_SET_UP: Final = "Zoho’s webhooks are all set up already: nothing was changed."
WRITTEN: Final = "Set up in Zoho: {webhooks}, with the rules that call them."
NOT_NAMED: Final = "Type the connection’s name to delete it: nothing was deleted."


async def show(visitor: Visitor) -> Response:
    """Show the connection's details."""
    row = await visitor.connection()
    office = visitor.console.office
    return visitor.page(
        "settings.html",
        title="Settings",
        sections=sections.SECTIONS,
        names=sections.IMPORTS | sections.EXPORTS,
        accounts=sections.SALES | sections.PURCHASES | sections.ASSET,
        config=row["config"],
        secrets=await secret_names(visitor.database, row["id"]),
        webhooks=webhooks(office.settings.public_url, row["endpoint"]),
        installed=await QUERIES.installed(visitor.database, connection_id=row["id"]),
        replaced_until=await ends_at(visitor.database, row["id"], HOOK_BEFORE),
        offers=await granting.organisations(office, row["name"]),
    )


async def enable(visitor: Visitor) -> Response:
    """Go on with what was held."""
    row = await visitor.connection()
    back = at(row["name"], "settings")
    try:
        done = await switching.enable(visitor.console.office, row["name"], visitor.name)
    except REFUSED as error:
        return visitor.onward(back, str(error), wrong=True)
    said = f"Enabled; {many(done.released, 'change')} that waited are decided now."
    return visitor.onward(back, " ".join((said, *done.warnings)))


async def disable(visitor: Visitor) -> Response:
    """Hold the connection."""
    row = await visitor.connection()
    await switching.disable(visitor.console.office, row["name"], visitor.name)
    said = "Disabled: what Zoho tells is kept, nothing is sent to Xero."
    return visitor.onward(at(row["name"], "settings"), said)


async def check(visitor: Visitor) -> Response:
    """Check both organisations now."""
    row = await visitor.connection()
    back = at(row["name"], "settings")
    try:
        visitor.console.known.forget(row["id"])
        found = await examining.examine(visitor.console.office, row["name"])
    except (XeroError, *REFUSED) as error:
        return visitor.onward(back, str(error), wrong=True)
    wrong = [each for each in found if each.level != "note"]
    said = " ".join(
        f"{each.what}. {each.remedy}".rstrip(". ") + "." for each in (wrong or found)[:4]
    )
    return visitor.onward(
        back, said or "Both organisations fit; nothing is wrong.", wrong=bool(wrong)
    )


async def install(visitor: Visitor) -> Response:
    """Set the webhooks up in Zoho, as `bridge zoho install` does."""
    row = await visitor.connection()
    back, every = at(row["name"], "settings"), visitor.typed("every") == "on"
    try:
        made = await set_up(
            visitor.console.office, row["name"], visitor.name, every=every, patience=PATIENCE
        )
    except (RefusedError, VaultError) as error:
        return visitor.onward(back, str(error), wrong=True)
    if not made.plan:
        return visitor.onward(back, ALL_SET_UP)
    said = [WRITTEN.format(webhooks=many(len(made.outcome.done), "webhook"))]
    said += [f"{each}." for each in made.outcome.notes]
    return visitor.onward(back, " ".join(said), wrong=bool(made.outcome.notes))


async def choose(visitor: Visitor) -> Response:
    """Work with one of the organisations that the consent covers."""
    row = await visitor.connection()
    back = at(row["name"], "settings")
    try:
        await granting.choose(
            visitor.console.office, row["name"], visitor.typed("tenant_id"), visitor.name
        )
        await examining.examine(visitor.console.office, row["name"])
    except (RefusedError, XeroError) as error:
        return visitor.onward(back, str(error), wrong=True)
    return visitor.onward(at(row["name"], "settings", "import") + "?first=1", "Connected to Xero.")


async def delete(visitor: Visitor) -> Response:
    """Delete the connection, once its name was typed."""
    row = await visitor.connection()
    if visitor.typed("confirm") != row["name"]:
        return visitor.onward(at(row["name"], "settings"), NOT_NAMED, wrong=True)
    kept: Any = await deleting.delete(
        visitor.console.office,
        row["name"],
        visitor.name,
        keep_history=visitor.typed("keep_history") == "on",
    )
    said = f"{row['name']} is deleted. Delete its webhooks in Zoho too."
    return visitor.onward("/?all=1", " ".join((said, *kept.warnings)))
