"""`bridge contacts …`: what a person asks about a contact's data."""

from typing import Annotated, Final

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson, Of, Unasked
from bridge.cli.erasing import Erased, StillOpenError
from bridge.cli.erasing import erase as erase_contact
from bridge.cli.parts import within
from bridge.cli.saying import WRONG, ask_first, fail, say, say_json
from bridge.parts import Parts
from ingress.connections.finding import find

STILL_OPEN: Final = (
    "Not erased: these are not settled yet, and need what would be erased: {}. Wait for them, or"
    " skip what is parked with `bridge commands skip`"
)
REMAINS: Final = (
    "It remains in Zoho (contact {}) and {}: erase it there too. A change of it in Zoho would bring"
    " its data back here."
)

app = typer.Typer(help="Erase a contact's personal data.", no_args_is_help=True)


@app.callback()
def contacts() -> None:
    """Erase a contact's personal data."""


@app.command("erase")
def erase(
    contact_id: Annotated[str, typer.Argument(help="The contact's id in Zoho.")],
    connection: Of,
    yes: Unasked = False,
    as_json: AsJson = False,
) -> None:
    """Erase names, addresses and e-mail of a contact; what happened stays readable by ids.

    Backups keep them until they are gone themselves.
    """
    question = f"Erase contact {contact_id} of {connection}, for good?"
    ask_first(question, "Erasing", yes=yes)
    erased = within(lambda parts: _erase(parts, connection, contact_id))
    there = f"Xero (contact {erased.xero_id})" if erased.xero_id else "not in Xero"
    if as_json:
        remains = {"zoho_id": contact_id, "xero_id": erased.xero_id}
        say_json({"erased": erased.counts, "remains": remains})
    else:
        told = ", ".join(f"{count} {what}" for what, count in erased.counts.items())
        say(f"Erased from {told}.")
        say(REMAINS.format(contact_id, there))


async def _erase(parts: Parts, name: str, contact_id: str) -> Erased:
    row = await find(parts.pool, name)
    try:
        async with parts.pool.acquire() as connection, connection.transaction():
            return await erase_contact(connection, row["id"], contact_id, actor())
    except LookupError:
        fail(f"{name} knows no contact {contact_id}: give its id in Zoho", WRONG)
    except StillOpenError as error:
        fail(STILL_OPEN.format(", ".join(error.what)), WRONG)
