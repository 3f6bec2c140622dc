"""What Zoho says to a call that it cannot serve."""

from typing import Any

import pytest

from sandbox.zoho.state import ORGANISATION
from tests.sandbox.zoho_desk import Desk

QUERY = {"organization_id": ORGANISATION}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/invoices/1", 404, 1002),
        ("GET", "/nothing/here", 404, 5),
        ("PUT", "/invoices", 405, 5),
    ],
)
async def test_what_is_not_there_has_a_code(
    zoho: Desk, method: str, path: str, status: int, code: int
) -> None:
    answer = await zoho.call(method, path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"customer_id": "1"}, 2),
        ({"customer_id": ""}, 4),
        ({"line_items": []}, 4),
        ({"line_items": [{"rate": "many"}]}, 2),
        ({"line_items": [{"rate": 1, "tax_id": "1"}]}, 2),
        ({"date": "15/06/2026"}, 2),
        ({"discount": "110%"}, 2),
        ({"line_items": [{"rate": -1}]}, 4000),
        ({"payment_terms": 1e8}, 2),
        ({"line_items": [{"rate": 1e300}]}, 2),
        ({"adjustment": "NaN"}, 2),
    ],
)
async def test_a_field_that_does_not_read_is_named(
    zoho: Desk, change: dict[str, Any], code: int
) -> None:
    body = {"customer_id": await zoho.contact(), "line_items": [{"rate": 1}]} | change

    assert await zoho.refused("POST", "/invoices", body) == code


async def test_a_body_that_is_no_json_is_refused(zoho: Desk) -> None:
    answer = await zoho.http.post("/inventory/v1/contacts", params=QUERY, content=b"{NaN")

    assert (answer.status_code, answer.json()["code"]) == (400, 1038)


async def test_the_older_form_of_a_body_is_read_too(zoho: Desk) -> None:
    form = {"JSONString": '{"contact_name":"Old way"}'}

    answer = await zoho.http.post("/inventory/v1/contacts", params=QUERY, data=form)

    assert answer.status_code == 201
