"""What a webhook's body amounts to: a delivery to journal, a test, or no document at all. Pure."""

import re
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from ingress.journal.content import decode, fingerprint, mended
from schemas.payloads import (
    CHILDREN,
    FORM,
    ID_FIELDS,
    Fields,
    Payload,
    document_id,
    form,
    stamp,
    touched,
    unwrap,
)

USABLE_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
YEARS: Final = range(1970, 9000)  # beyond lies no version of a document, but a slip
LONGEST_NAME: Final = 40


class Post(NamedTuple):
    """A signed webhook: its address (`zoho_id` from `?id=`, or ""), its content type, its body."""

    module: str
    trigger: str
    zoho_id: str
    content_type: str
    body: bytes


class Delivery(NamedTuple):
    """What goes into the journal, as the first state of an event.

    `touches` are the documents that it changes; none while it is parked, since then nobody knows.
    `versioned`: equal content is the same delivery, whatever came between; without Zoho's version
    stamp an edit may have brought a document back to what it was.
    """

    entity: str
    zoho_id: str
    trigger: str
    fingerprint: bytes
    touches: tuple[str, ...] = ()
    modified_at: datetime | None = None
    versioned: bool = True
    state: str = "undecided"
    reason: str | None = None


class Refusal(NamedTuple):
    """The body is no document; `reason` says why."""

    reason: str


class Ping(NamedTuple):
    """Zoho's test of an address."""


Verdict = Delivery | Refusal | Ping


def read(post: Post, organization_id: str) -> Verdict:
    """Judge a webhook for the Zoho organisation of its connection.

    Only what the journal needs is looked at: fields that a decision needs are the processor's.
    """
    if not post.body.strip():
        return _bare(post)
    try:
        content = _content(post)
        if content == {}:
            return _bare(post)
        mark = fingerprint(content)
        payload = unwrap(content, post.module)
    except ValueError as error:
        return Refusal(f"the body is no document: {error}")
    stranger = _stranger(content, payload.fields, organization_id)
    if stranger is not None:
        return Refusal(f"the body is of organisation {stranger}, not {organization_id}")
    return Ping() if payload.is_ping else _delivery(post, payload, mark)


def _bare(post: Post) -> Verdict:
    if not post.zoho_id:
        return Refusal("the body is empty, and the address has no ?id=")
    return _document(post, post.zoho_id, {}, fingerprint({}))


def _content(post: Post) -> Any:
    if post.content_type.startswith(FORM):
        content: Any = mended(_form(post.body))
    else:
        content = decode(post.body)
    while isinstance(content, dict) and isinstance(content.get("JSONString"), str):
        content = decode(content["JSONString"].encode("utf-8", "replace"))
    return content


def _form(body: bytes) -> Fields:
    try:
        return form(body)
    except (ValueError, ArithmeticError, RecursionError):
        raise ValueError("its form does not read") from None


def _stranger(content: Any, fields: Fields, organization_id: str) -> str | None:
    for holder in (content, fields):
        found = holder.get("organization_id")
        if found not in ("", None, organization_id) and str(found) != organization_id:
            return _plain(found)
    return None


def _delivery(post: Post, payload: Payload, mark: bytes) -> Delivery:
    own = _usable(document_id(payload))
    zoho_id = own or post.zoho_id
    if payload.entity is None:
        reason = f"the body is a {_plain(payload.root)}, which the bridge does not serve"
        return _settled(post, zoho_id, mark, "decided", reason)
    if payload.entity != post.module:
        reason = f"the body is a {payload.entity}, but came to the address for {post.module}"
        return _settled(post, zoho_id, mark, "parked", reason)
    if own and post.zoho_id not in ("", own):
        reason = (
            f"the body's {ID_FIELDS[post.module]} is {own}, but the address says {post.zoho_id}"
        )
        return _settled(post, zoho_id, mark, "parked", reason)
    if not zoho_id:
        reason = f"the body has no usable {ID_FIELDS[post.module]}, and the address has no ?id="
        return _settled(post, zoho_id, mark, "parked", reason)
    return _document(post, zoho_id, payload.fields, mark)


def _settled(post: Post, zoho_id: str, mark: bytes, state: str, reason: str) -> Delivery:
    return Delivery(post.module, zoho_id, post.trigger, mark, state=state, reason=reason)


def _document(post: Post, zoho_id: str, fields: Fields, mark: bytes) -> Delivery:
    version = _version(fields)
    return Delivery(
        post.module,
        zoho_id,
        post.trigger,
        mark,
        _touches(post.module, zoho_id, fields),
        version if version and version.tzinfo else None,
        versioned=version is not None or post.trigger != "edited",
    )


def _touches(module: str, zoho_id: str, fields: Fields) -> tuple[str, ...]:
    children = CHILDREN.get(module)
    if children is None:
        return (f"{module}:{zoho_id}",)
    lists = {name: _rows(fields.get(name)) for name, _, _ in children}
    found = touched(module, zoho_id, lists)
    return tuple(str(ref) for ref in found if _usable(ref.zoho_id))


def _rows(value: Any) -> Any:
    # A list may come as its JSON text; a broken one is the processor's to name.
    if not isinstance(value, str):
        return value
    try:
        return decode(value.encode("utf-8", "replace"))
    except ValueError:
        return None


def _version(fields: Fields) -> datetime | None:
    written = stamp(fields)
    if written is None:
        return None
    try:
        version = datetime.fromisoformat(written)
    except ValueError:
        return None
    if version.year not in YEARS:
        return None
    return version.astimezone(UTC) if version.tzinfo else version


def _usable(zoho_id: str) -> str:
    return zoho_id if USABLE_ID.fullmatch(zoho_id) else ""


def _plain(value: object) -> str:
    text = str(value)[:LONGEST_NAME]
    return "".join(letter if letter.isprintable() else "?" for letter in text)
