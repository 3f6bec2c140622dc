"""What a webhook's body holds: which entity, which document, which version, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from schemas.reading import decimals
from schemas.words import Ref

Fields = dict[str, Any]

FORM: Final = "application/x-www-form-urlencoded"
# Root keys as Zoho's REST API and recorded webhooks spell them (both contact modules share one).
ROOTS: Final[Mapping[str, str]] = {
    "contact": "contact",
    "customer": "contact",
    "vendor": "contact",
    "invoice": "invoice",
    "payment": "customer_payment",
    "customerpayment": "customer_payment",
    "customer_payment": "customer_payment",
    "bill": "bill",
    "vendorpayment": "vendor_payment",
    "vendor_payment": "vendor_payment",
    "creditnote": "credit_note",
    "credit_note": "credit_note",
    "vendor_credit": "vendor_credit",
    "vendorcredit": "vendor_credit",
}
ID_FIELDS: Final[Mapping[str, str]] = {
    "contact": "contact_id",
    "invoice": "invoice_id",
    "customer_payment": "payment_id",
    "bill": "bill_id",
    "vendor_payment": "payment_id",
    "credit_note": "creditnote_id",
    "vendor_credit": "vendor_credit_id",
}
# Where a document names others that it changes: list field, id field in a row, entity.
CHILDREN: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {
    "customer_payment": (("invoices", "invoice_id", "invoice"),),
    "vendor_payment": (("bills", "bill_id", "bill"),),
    "credit_note": (
        ("invoices_credited", "invoice_id", "invoice"),
        ("invoices", "invoice_id", "invoice"),
    ),
    "vendor_credit": (("bills_credited", "bill_id", "bill"),),
}
STAMPS: Final = ("last_modified_time", "updated_time")


@dataclass(frozen=True, slots=True)
class Payload:
    """A body, unwrapped. `entity` is None for a module that isn't served, named by `root`."""

    entity: str | None
    root: str
    fields: Fields

    @property
    def is_ping(self) -> bool:
        """Zoho's test delivery carries `payload: ""` and nothing else."""
        return self.root == "payload"


def unwrap(body: object, module: str) -> Payload:
    """Find the document in a decoded JSON body that was posted for `module`.

    Accepts Zoho's root key, a flat document, and a JSON text under `JSONString`.
    ValueError when it is no JSON object.
    """
    if not isinstance(body, dict):
        raise ValueError("the body is no JSON object")  # noqa: TRY004  the caller's refusal is about the content
    inner = body.get("JSONString")
    if isinstance(inner, str | dict):
        return unwrap(decimals(inner) if isinstance(inner, str) else inner, module)
    for root, entity in ROOTS.items():
        if isinstance(body.get(root), dict):
            return Payload(entity, root, body[root])
    if ID_FIELDS[module] in body:
        return Payload(module, module, body)
    if body.get("payload") == "":
        return Payload(None, "payload", {})
    names = [name for name in body if name != "organization_id"]
    if len(names) == 1 and isinstance(body[names[0]], dict):
        return Payload(None, names[0], body[names[0]])
    return Payload(module, module, body)


def form(raw: bytes) -> Fields:
    """Read a flat form body, whose lists and objects are JSON texts."""
    pairs = parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=bool(raw))
    return {name: _unfold(value) for name, value in pairs}


def _unfold(value: str) -> Any:
    if value[:1] not in ("[", "{"):
        return value
    try:
        return decimals(value)
    except ValueError:
        return value  # a text that only looks like JSON


def parse(content_type: str, raw: bytes, module: str) -> Payload:
    """Read a journaled body again, money as Decimal; ValueError when it does not read."""
    if content_type.startswith(FORM):
        return unwrap(form(raw), module)
    return unwrap(decimals(raw), module)


def document_id(payload: Payload) -> str:
    """Zoho's id of the document as text, or "" when the body has none."""
    fields, entity = payload.fields, payload.entity
    if entity is None:
        value = fields.get(f"{payload.root}_id", "")
    else:
        value = fields.get(ID_FIELDS[entity], fields.get("id", ""))
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def touched(entity: str, zoho_id: str, fields: Fields) -> list[Ref]:
    """Name the documents that this one changes: itself, then what it pays or credits."""
    found = {Ref(entity, zoho_id): None}
    for name, id_field, other in CHILDREN.get(entity, ()):
        rows = fields.get(name)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and row.get(id_field) not in ("", None):
                found[Ref(other, str(row[id_field]))] = None
    return list(found)


def stamp(fields: Fields) -> str | None:
    """Zoho's own version stamp as it is written, or None where the payload has none."""
    for name in STAMPS:
        value = fields.get(name)
        if isinstance(value, str) and "T" in value:
            return value
    return None
