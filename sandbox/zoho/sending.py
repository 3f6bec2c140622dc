"""Webhooks sent by hand: again, in another writing, or as Zoho's test."""

from random import Random

from sandbox.zoho.bodies import VARIANTS, Variant
from sandbox.zoho.delivery import Delivery
from sandbox.zoho.documents import Contact, Document
from sandbox.zoho.encoding import Record
from sandbox.zoho.hooks import parcel, watching
from sandbox.zoho.kinds import CONTACT, KINDS, PAYMENTS
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import flag, needed, text
from sandbox.zoho.refusals import invalid, missing
from sandbox.zoho.shapes import detail
from sandbox.zoho.state import ZohoState


def send(state: ZohoState, given: Record) -> list[Delivery]:
    """Send what was asked for: a delivery again by `index`, else a document or a `ping`.

    A document is named by `organization_id`, `entity` and `id`; `trigger` (edited) and `variant`
    (json) may be chosen. Raises Refused.
    """
    if "index" in given:
        return [_again(state, given["index"])]
    org = state.organisations.get(needed(given, "organization_id"))
    if org is None:
        raise invalid("organization_id")
    trigger = text(given, "trigger", "edited")
    if trigger not in {"created", "edited", "deleted"}:
        raise invalid("trigger")
    if flag(given, "ping"):
        return _post(state, org, text(given, "entity", "invoice"), trigger, None, "ping")
    document = _document(org, needed(given, "entity"), needed(given, "id"))
    return _post(state, org, given["entity"], trigger, document, _variant(given))


def _again(state: ZohoState, index: object) -> Delivery:
    log = state.webhooks.log
    if not isinstance(index, int) or not 0 <= index < len(log):
        raise invalid("index")
    old = log[index]
    return state.webhooks.post(
        old.organization_id, old.entity, old.trigger, old.document_id, old.parcel
    )


def _variant(given: Record) -> Variant:
    wanted = text(given, "variant", "json")
    for variant in VARIANTS:
        if variant == wanted:
            return variant
    raise invalid("variant")


def _document(org: Organisation, entity: str, document_id: str) -> Document:
    kind = KINDS.get(entity, CONTACT)
    shelf: dict[str, Document] = {}
    if kind is CONTACT:
        shelf |= org.contacts
    elif kind in PAYMENTS:
        shelf |= org.payments(kind)
    else:
        shelf |= org.trades(kind)
    if document_id not in shelf:
        raise missing(kind.title)
    return shelf[document_id]


def _post(
    state: ZohoState,
    org: Organisation,
    entity: str,
    trigger: str,
    document: Document | None,
    variant: Variant,
) -> list[Delivery]:
    if isinstance(document, Contact):
        entity = document.contact_type
    root = document.kind.root if document else "payload"
    record = detail(org, document) if document else {}
    chance = Random(len(state.webhooks.log))
    return [
        state.webhooks.post(
            org.id,
            entity,
            trigger,
            document.id if document else "",
            parcel(webhook, root, record, variant, chance),
        )
        for webhook in watching(org, entity, trigger)
    ]
