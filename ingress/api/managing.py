"""The API's operations on connections: set up, change, check, switch, delete, and the audit."""

import json
from dataclasses import asdict
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bridge.problems import problems_of
from ingress import audit
from ingress.api.asked import Asked
from ingress.api.openapi import Operation
from ingress.connections import amending, deleting, examining, granting, mapping, switching
from ingress.connections.finding import find, secret_names, webhooks
from ingress.connections.storing import Applied
from ingress.connections.taking import take
from schemas import managing
from schemas.connection_file import ConnectionFile
from schemas.connections import read_file, read_tree
from schemas.managing import AuditEntry, AuditTrail, Choice, Deletion, Patch

TOML: Final = "application/toml"
SLOW: Final = 90.0  # seconds for what asks Xero and Zoho
DELETING: Final = 300.0  # seconds; a long history takes its time
CONNECTION: Final = "/connections/{name}"
NOT_NAMED: Final = "the body must repeat the connection's name: nothing was deleted"

Model = TypeVar("Model", bound=BaseModel)


async def apply(asked: Asked) -> managing.AppliedView:
    """Create or change a connection from a whole file, as JSON or as TOML."""
    body = await asked.body()
    if asked.request.headers.get("content-type", "").partition(";")[0].strip() == TOML:
        text = _text(body)
        given = read_file(text, None)
        return _applied(asked, *await take(asked.office, given, asked.actor.name, text=text))
    given = read_tree(_json(body))
    return _applied(asked, *await take(asked.office, given, asked.actor.name))


async def amend(asked: Asked) -> managing.AppliedView:
    """Change some fields of a connection; what is absent stays as it is."""
    patch = (await _given(asked, Patch)).root
    return _applied(asked, *await amending.amend(asked.office, asked.name, patch, asked.actor.name))


async def configuration(asked: Asked) -> managing.ConfigurationView:
    """A connection's choices, and the names of its secrets."""
    row = await find(asked.database, asked.name)
    names = await secret_names(asked.database, row["id"])
    return managing.ConfigurationView(name=row["name"], config=row["config"], secrets=names)


async def enable(asked: Asked) -> managing.Enabled:
    """Go on with a connection, with the events that were held."""
    done = await switching.enable(asked.office, asked.name, asked.actor.name)
    return managing.Enabled(released=done.released, warnings=list(done.warnings))


async def disable(asked: Asked) -> managing.Disabled:
    """Hold a connection: webhooks are kept, nothing is sent."""
    await switching.disable(asked.office, asked.name, asked.actor.name)
    return managing.Disabled()


async def delete(asked: Asked) -> managing.Deleted:
    """Delete a connection: tokens are revoked, secrets forgotten, documents left alone."""
    given = await _given(asked, Deletion)
    await find(asked.database, asked.name)
    if given.name != asked.name:
        raise HTTPException(422, NOT_NAMED)
    done = await deleting.delete(
        asked.office, asked.name, asked.actor.name, keep_history=given.keep_history
    )
    return managing.Deleted(kept_as=done.kept_as, warnings=list(done.warnings))


async def problems(asked: Asked) -> managing.ProblemList:
    """What a person must mend about a connection as a whole."""
    row = await find(asked.database, asked.name)
    found = await problems_of(asked.database, row["id"])
    return managing.ProblemList(problems=[managing.ProblemView(**asdict(each)) for each in found])


async def check(asked: Asked) -> managing.FindingList:
    """Check a connection's prerequisites now, in both organisations."""
    found = await examining.examine(asked.office, asked.name)
    return managing.FindingList(findings=[managing.FindingView(**asdict(each)) for each in found])


async def accounts(asked: Asked) -> managing.AccountList:
    """Xero's accounts, with what each can be chosen for."""
    row = await find(asked.database, asked.name)
    xero = await examining.ask_xero(asked.office, row)
    return managing.AccountList(accounts=mapping.accounts(row["config"], xero))


async def taxes(asked: Asked) -> managing.TaxList:
    """Zoho's taxes, what they are mapped to, and which of Xero's rates would fit."""
    row = await find(asked.database, asked.name)
    facts = await examining.read_facts(asked.office, row)
    known = facts.xero.tax_rates
    taxes = mapping.taxes(row["config"], facts.zoho, known)
    return managing.TaxList(taxes=taxes, rates=mapping.rates(known))


async def organisations(asked: Asked) -> managing.OrganisationList:
    """The Xero organisations that the connection's consent covers."""
    return await _organisations(asked)


async def choose(asked: Asked) -> managing.OrganisationList:
    """Let the connection work with one of the organisations that its consent covers."""
    given = await _given(asked, Choice)
    await granting.choose(asked.office, asked.name, given.tenant_id, asked.actor.name)
    await examining.examine(asked.office, asked.name)
    return await _organisations(asked)


async def trail(asked: Asked) -> AuditTrail | Response:
    """The audit trail, oldest first, as JSON or CSV."""
    query = asked.query(managing.AuditQuery)
    rows = await audit.entries(
        asked.database, query.connection, after=query.after, most=query.limit
    )
    if query.format == "csv":
        return Response(audit.as_csv(rows), media_type="text/csv")
    found = await audit.first_break(asked.database)
    entries = [AuditEntry.model_validate(dict(row)) for row in rows]
    return AuditTrail(entries=entries, first_break=found)


async def _organisations(asked: Asked) -> managing.OrganisationList:
    offers = await granting.organisations(asked.office, asked.name)
    found = [managing.Organisation(**asdict(each)) for each in offers]
    return managing.OrganisationList(organisations=found)


def _applied(asked: Asked, applied: Applied, warnings: list[str]) -> managing.AppliedView:
    return managing.AppliedView(
        **asdict(applied) | {"changes": list(applied.changes)},
        warnings=warnings,
        webhooks=webhooks(asked.office.settings.public_url, applied.endpoint),
    )


async def _given(asked: Asked, model: type[Model]) -> Model:
    try:
        return model.model_validate(_json(await asked.body()))
    except ValidationError as error:
        raise HTTPException(422, asked.said(error)) from None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(422, "the body is not JSON") from None


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise HTTPException(422, "the body is not text in UTF-8") from None


OPERATIONS: Final = (
    Operation(
        "POST",
        "/connections",
        "admin",
        apply,
        managing.AppliedView,
        None,
        ConnectionFile,
        SLOW,
        TOML,
    ),
    Operation("PATCH", CONNECTION, "admin", amend, managing.AppliedView, None, Patch, SLOW),
    Operation("DELETE", CONNECTION, "admin", delete, managing.Deleted, None, Deletion, DELETING),
    Operation(
        "GET", f"{CONNECTION}/configuration", "viewer", configuration, managing.ConfigurationView
    ),
    Operation("POST", f"{CONNECTION}/enable", "operator", enable, managing.Enabled, patience=SLOW),
    Operation("POST", f"{CONNECTION}/disable", "operator", disable, managing.Disabled),
    Operation("GET", f"{CONNECTION}/problems", "viewer", problems, managing.ProblemList),
    Operation(
        "POST", f"{CONNECTION}/checks", "operator", check, managing.FindingList, patience=SLOW
    ),
    Operation(
        "GET", f"{CONNECTION}/accounts", "viewer", accounts, managing.AccountList, patience=SLOW
    ),
    Operation("GET", f"{CONNECTION}/taxes", "viewer", taxes, managing.TaxList, patience=SLOW),
    Operation(
        "GET",
        f"{CONNECTION}/organisations",
        "viewer",
        organisations,
        managing.OrganisationList,
    ),
    Operation(
        "POST",
        f"{CONNECTION}/organisations",
        "admin",
        choose,
        managing.OrganisationList,
        None,
        Choice,
        SLOW,
    ),
    Operation("GET", "/audit", "operator", trail, AuditTrail, managing.AuditQuery, also="text/csv"),
)
