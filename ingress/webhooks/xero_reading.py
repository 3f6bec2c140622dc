"""What a webhook of Xero's tells: which contacts changed, in which organisations. Pure."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

HEADER: Final = b"x-xero-signature"
CATEGORY: Final = "CONTACT"
TRIGGERS: Final = {"CREATE": "created", "UPDATE": "edited"}
ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHORTEST_FRACTION: Final = re.compile(r"(\.\d{1,6})\d*")  # Xero may write seven digits


@dataclass(frozen=True, slots=True)
class Change:
    """A contact of an organisation that was created or changed; `body` is the event as it came."""

    tenant_id: str
    contact_id: str
    trigger: str
    at: datetime
    body: bytes

    @property
    def fingerprint(self) -> bytes:
        """What tells one event from another: delivered again, it is the same."""
        return hashlib.sha256(self.body).digest()


class Post(NamedTuple):
    """A webhook: its changes of contacts, how many events were of other kinds, its sequence.

    `first` and `last` count the events of the subscription; both 0 where the webhook has none.
    """

    changes: Sequence[Change]
    ignored: int
    first: int
    last: int


def is_signed(body: bytes, mark: bytes | None, keys: Iterable[bytes]) -> bool:
    """Whether Xero signed the raw body with one of our keys, compared in constant time."""
    try:
        given = base64.b64decode(mark or b"", validate=True)
    except binascii.Error:
        return False
    digests = [hmac.digest(key, body, hashlib.sha256) for key in keys]
    return sum(hmac.compare_digest(given, digest) for digest in digests) > 0


def read(body: bytes) -> Post:
    """Read a webhook; ValueError says what of it is no webhook of Xero's."""
    try:
        content = json.loads(body)
        events = content["events"]
        told = [_change(event) for event in events if _is_contact(event)]
        first, last = (int(content.get(f"{each}EventSequence") or 0) for each in ("first", "last"))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it lacks or mistypes {error}") from error
    # Told twice in one webhook, a change is one.
    changes = {(change.tenant_id, change.fingerprint): change for change in told}
    return Post(list(changes.values()), len(events) - len(told), first, last)


def _is_contact(event: Any) -> bool:
    return str(event["eventCategory"]).upper() == CATEGORY


def _change(event: Any) -> Change:
    contact_id = str(event["resourceId"]).lower()
    if not ID.fullmatch(contact_id):
        raise ValueError(f"{contact_id[:50]!r} is no id of Xero's")
    return Change(
        str(event["tenantId"]).lower(),
        contact_id,
        TRIGGERS.get(str(event["eventType"]).upper(), "edited"),
        _moment(str(event["eventDateUtc"])),
        json.dumps(event, separators=(",", ":"), sort_keys=True).encode(),
    )


def _moment(text: str) -> datetime:
    """Read a time of Xero's, which is UTC also where it does not say so."""
    moment = datetime.fromisoformat(SHORTEST_FRACTION.sub(r"\1", text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
