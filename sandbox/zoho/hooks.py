"""What a webhook sends for a change: address, headers, body (Zoho: webhook bodies)."""

import re
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, urlencode, urlsplit

from sandbox.zoho.bodies import JSON, VARIANTS, Variant, shuffled
from sandbox.zoho.encoding import Record
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.signature import HEADER, sign

WHOLE = "${JSONString}"
_PLACEHOLDER = re.compile(r"\$\{(\w+)\.(\w+)\}")
# Which rule types watch which trigger (Zoho: webhook settings).
_RULE_TYPES = {
    "created": {"add", "add_edit"},
    "edited": {"edit", "add_edit"},
    "deleted": {"delete"},
}


@dataclass(frozen=True)
class Parcel:
    """One HTTP call, ready to be sent, and sent again just so."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


def watching(org: Organisation, entity: str, trigger: str) -> list[Record]:
    """Return the webhooks that active rules call for the trigger of a module."""
    return [
        org.webhooks[action["action_id"]]
        for rule in org.workflows.values()
        if rule["entity"] == entity
        and rule["is_active"]
        and rule["rule_type"] in _RULE_TYPES[trigger]
        for action in rule["instant_actions"]
        if action["action_id"] in org.webhooks
    ]


def parcel(webhook: Record, root: str, record: Record, variant: Variant, chance: Random) -> Parcel:
    """Return the call that the webhook makes for the record."""
    raw = webhook["raw_data"]
    if raw == WHOLE or variant != "json":
        content_type, body = VARIANTS[variant](root, shuffled(record, chance))
    else:
        content_type, body = JSON, _filled(raw, record).encode()
    url = _address(webhook, record)
    headers = {each["param_name"]: each["param_value"] for each in webhook["headers"]}
    headers["Content-Type"] = content_type
    if webhook["secret"]:
        query = urlsplit(url).query
        headers[HEADER] = sign(webhook["secret"], query, content_type, body)
    return Parcel(webhook["method"], url, headers, body)


def _address(webhook: Record, record: Record) -> str:
    url = _filled(webhook["url"], record, quoted=True)
    pairs = [
        (p["param_name"], _filled(p["param_value"], record)) for p in webhook["query_parameters"]
    ]
    if not pairs:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(pairs)}"


def _filled(text: str, record: Record, *, quoted: bool = False) -> str:
    """Put the record's values where `${INVOICE.INVOICE_ID}` and the like stand."""

    def value(match: re.Match[str]) -> str:
        root, name = match[1].lower(), match[2].lower()
        found = str(record.get(name, record.get(name.removeprefix(f"{root}_"), "")))
        return quote(found, safe="") if quoted else found

    return _PLACEHOLDER.sub(value, text)
