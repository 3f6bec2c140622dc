"""What happens beside a change: the document's time moves, and rules may fire."""

from fnmatch import fnmatchcase

from sandbox.zoho.call import Call
from sandbox.zoho.documents import Contact, Document
from sandbox.zoho.encoding import Record
from sandbox.zoho.shapes import detail

_TRIGGERS = {"create": "created", "delete": "deleted"}


def changed(call: Call, document: Document, action: str) -> None:
    """Note that `action` was done to the document: now is its last modification."""
    document.modified = call.now
    if not _is_silent(call, document, action):
        _fire(call, document, action, detail(call.org, document))


def deleted(call: Call, document: Document, record: Record) -> None:
    """Note that the document is gone; `record` is what it was."""
    if not _is_silent(call, document, "delete"):
        _fire(call, document, "delete", record)


def _is_silent(call: Call, document: Document, action: str) -> bool:
    name = f"{document.kind.entity}.{action}"
    return any(fnmatchcase(name, pattern) for pattern in call.org.settings.silent)


def _fire(call: Call, document: Document, action: str, record: Record) -> None:
    watched = document.contact_type if isinstance(document, Contact) else document.kind.entity
    trigger = _TRIGGERS.get(action, "edited")
    call.courier.fire(call.org, watched, trigger, document.id, {document.kind.root: record})
