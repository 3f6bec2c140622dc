"""The control under `/_sandbox/zoho/`: what no Zoho has, and every test wants."""

from collections.abc import Awaitable, Callable
from functools import partial

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.zoho.delivery import Behaviour, Delivery
from sandbox.zoho.encoding import Record, decode, encode
from sandbox.zoho.faults import Fault
from sandbox.zoho.installing import install
from sandbox.zoho.ledger import ledger
from sandbox.zoho.organisation import Organisation, Settings
from sandbox.zoho.reading import needed, number, one, rows, text
from sandbox.zoho.refusals import Refused, invalid
from sandbox.zoho.sending import send
from sandbox.zoho.state import ORGANISATION, ZohoState

BASE = "/_sandbox/zoho"
Control = Callable[[ZohoState, Record], Awaitable[Record]]


def routes(state: ZohoState) -> list[BaseRoute]:
    """Return the control's routes; all speak JSON, and 400 says what was wrong."""
    return [
        Route(f"{BASE}/{name}", partial(_answer, state, control), methods=[method])
        for method, name, control in (
            ("POST", "webhooks", _webhooks),
            ("POST", "delivery", _delivery),
            ("GET", "deliveries", _deliveries),
            ("POST", "deliver", _deliver),
            ("POST", "settle", _settle),
            ("GET", "ledger", _ledger),
            ("GET", "meter", _meter),
            ("POST", "settings", _settings),
            ("POST", "organizations", _add_organisation),
            ("POST", "clients", _add_client),
            ("POST", "faults", _faults),
            ("POST", "reset", _reset),
        )
    ]


async def _answer(state: ZohoState, control: Control, request: Request) -> Response:
    try:
        given = decode("application/json", await request.body())
        answer, status = await control(state, dict(request.query_params) | given), 200
    except Refused as refused:
        answer, status = {"message": refused.message}, 400
    except (ValidationError, TypeError) as error:
        answer, status = {"message": str(error)}, 400
    return Response(encode(answer), status, media_type="application/json")


def _org(state: ZohoState, given: Record) -> Organisation:
    org = state.organisations.get(text(given, "organization_id", ORGANISATION))
    if org is None:
        raise invalid("organization_id")
    return org


async def _webhooks(state: ZohoState, given: Record) -> Record:
    """Install all rules of an organisation: `base_url`, `secret`."""
    made = install(_org(state, given), needed(given, "base_url"), text(given, "secret"))
    return {"workflows": made}


async def _delivery(state: ZohoState, given: Record) -> Record:
    """Change how deliveries go; `release` sends what is held, `seed` begins the chances anew."""
    courier = state.webhooks
    release = text(given, "release")
    if release not in {"", "order", "reverse", "shuffle"}:
        raise invalid("release")
    if "seed" in given:
        courier.seed(int(number(given["seed"], "seed")))
    changes = {name: value for name, value in given.items() if name not in {"seed", "release"}}
    courier.behaviour = Behaviour.model_validate(courier.behaviour.model_dump() | changes)
    released = courier.release(release) if release else 0
    return {"behaviour": courier.behaviour.model_dump(), "released": released}


async def _deliveries(state: ZohoState, given: Record) -> Record:
    """Tell of all deliveries, or of one organisation's."""
    wanted = text(given, "organization_id")
    shown = [_told(each) for each in state.webhooks.log if wanted in ("", each.organization_id)]
    return {"deliveries": shown}


def _told(delivery: Delivery) -> Record:
    return {
        "index": delivery.index,
        "organization_id": delivery.organization_id,
        "entity": delivery.entity,
        "trigger": delivery.trigger,
        "id": delivery.document_id,
        "state": delivery.state,
        "fired": delivery.fired.isoformat(),
        "method": delivery.parcel.method,
        "url": delivery.parcel.url,
        "headers": delivery.parcel.headers,
        "body": delivery.parcel.body.decode(),
        "attempts": [
            {"at": each.at.isoformat(), "status": each.status, "error": each.error}
            for each in delivery.attempts
        ],
    }


async def _deliver(state: ZohoState, given: Record) -> Record:
    """Send a delivery again, a document in a chosen writing, or a ping."""
    return {"deliveries": [_told(each) for each in send(state, given)]}


async def _settle(state: ZohoState, _given: Record) -> Record:
    """Wait until no delivery is on its way."""
    await state.webhooks.settled()
    return {}


async def _ledger(state: ZohoState, given: Record) -> Record:
    """Tell all documents of an organisation."""
    return ledger(_org(state, given))


async def _meter(state: ZohoState, given: Record) -> Record:
    """Tell how API clients kept to an organisation's limits."""
    meter = _org(state, given).meter
    return {"calls": meter.calls, "refused": meter.refused, "peak": meter.peak}


async def _settings(state: ZohoState, given: Record) -> Record:
    """Change an organisation's settings; `revoke` a refresh token; set accounts' `balances`."""
    org = _org(state, given)
    own = {"organization_id", "revoke", "balances"}
    changes = {name: value for name, value in given.items() if name not in own}
    chosen = Settings.model_validate(org.settings.model_dump() | changes)
    balances = one(given, "balances")
    for account_id, balance in balances.items():
        if account_id not in org.accounts:
            raise invalid("balances")
        org.accounts[account_id]["current_balance"] = number(balance, "balances")
    org.settings = chosen
    if "revoke" in given:
        state.grants.revoke(text(given, "revoke"))
    return {"settings": chosen.model_dump()}


async def _add_organisation(state: ZohoState, given: Record) -> Record:
    """Add an organisation: `organization_id`, `name`, `base_currency`, `zone`, settings."""
    own = {"organization_id", "name"}
    rest = {name: value for name, value in given.items() if name not in own}
    made = state.add_organisation(needed(given, "organization_id"), needed(given, "name"), **rest)
    return {"organization_id": made.id}


async def _add_client(state: ZohoState, given: Record) -> Record:
    """Add a client whose user has consented: `client_id`, `secret`, `refresh_token`."""
    names = given.get("organisations")
    state.add_client(
        needed(given, "client_id"),
        needed(given, "secret"),
        needed(given, "refresh_token"),
        None if names is None else frozenset(names),
    )
    return {"client_id": given["client_id"]}


async def _faults(state: ZohoState, given: Record) -> Record:
    """Order faults of the next calls of machines: `faults`, a list."""
    state.faults.ordered += [Fault.model_validate(each) for each in rows(given, "faults")]
    return {"faults": len(state.faults.ordered)}


async def _reset(state: ZohoState, _given: Record) -> Record:
    """Forget all."""
    await state.reset()
    return {}
