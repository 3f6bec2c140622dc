"""The console put together: its templates, and what they may use."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from ingress.auth.admission import Admission
from ingress.auth.passwords import Passwords
from ingress.connections.office import Office
from ingress.console import static, wording
from ingress.console.choices import suggested
from ingress.console.remedies import remedy_of
from ingress.console.visitor import Console
from schemas.rules import RulePage


def console(office: Office, admission: Admission, rules: RulePage) -> Console:
    """Make the console; a template that does not read fails here, before anybody waits for it."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,  # what Zoho and Xero say is hostile until it is shown as text
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= wording.FILTERS | {"dict_without": _without}
    pages.globals |= {
        "href": static.href,
        "document_path": wording.document_path,
        "suggested": suggested,
        "remedy_of": remedy_of,
    }
    for name in pages.list_templates():
        pages.get_template(name)
    return Console(office, admission, Passwords(), pages, rules)


def _without(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}
