"""Signed invoices of about 4 KB, each of its own: what Zoho posts."""

import hmac
import json
from collections.abc import Iterator
from typing import Final

PATH: Final = "/webhooks/zoho/{endpoint}/invoice/created"
PLACEHOLDER: Final = "4600000000000000000"  # as long as every id
FIRST: Final = int(PLACEHOLDER) + 1


def requests(count: int, start: int, endpoint: str, secret: str) -> Iterator[bytes]:
    """Yield whole HTTP requests, each with an invoice that no other `start` below it had."""
    template = json.dumps({"invoice": _invoice()}).encode()
    path = PATH.format(endpoint=endpoint).encode()
    for number in range(FIRST + start, FIRST + start + count):
        body = template.replace(PLACEHOLDER.encode(), b"%d" % number)
        yield _request(path, body, hmac.digest(secret.encode(), body, "sha256").hex().encode())


def _request(path: bytes, body: bytes, signature: bytes) -> bytes:
    return b"\r\n".join(
        (
            b"POST %b HTTP/1.1" % path,
            b"Host: 127.0.0.1",
            b"Content-Type: application/json",
            b"X-Zoho-Webhook-Signature: %b" % signature,
            b"Content-Length: %d" % len(body),
            b"",
            body,
        )
    )


def _invoice() -> dict[str, object]:
    amounts = ("sub_total", "tax_total", "discount_total", "shipping_charge", "adjustment", "total")
    numbers = dict.fromkeys((*amounts, "balance", "payment_made", "credits_applied"), 1042.5)
    shown = {f"{name}_formatted": "CA$1,042.50" for name in numbers}
    texts = ("reference_number", "notes", "terms", "salesperson_name", "project_id", "template_id")
    return {
        "invoice_id": PLACEHOLDER,
        "invoice_number": f"INV-{PLACEHOLDER}",
        "date": "2026-03-02",
        "due_date": "2026-04-01",
        "status": "sent",
        "customer_id": "4600000000000000811",
        "customer_name": "Maple Street Hardware",
        "currency_code": "CAD",
        "exchange_rate": 1.0,
        "is_inclusive_tax": False,
        "invoice_url": f"https://books.zoho.com/portal/secure?CInvoiceID={PLACEHOLDER}",
        "created_time": "2026-03-02T09:46:21-0500",
        "last_modified_time": "2026-03-02T09:46:21-0500",
        "line_items": [_line(place) for place in range(4)],
        "billing_address": _address(),
        "shipping_address": _address(),
        "taxes": [{"tax_name": "HST (13%)", "tax_amount": 119.93}],
        **numbers,
        **shown,
        **dict.fromkeys(texts, ""),
    }


def _line(place: int) -> dict[str, object]:
    return {
        "line_item_id": f"46000000000000009{place:02}",
        "item_id": f"46000000000000007{place:02}",
        "item_order": place + 1,
        "name": "Cedar board, 2 by 6",
        "description": "Kiln dried, eight feet, planed on four sides",
        "rate": 24.95,
        "quantity": 10.0,
        "unit": "pcs",
        "discount": 0.0,
        "discount_amount": 0.0,
        "tax_id": "4600000000000911",
        "tax_name": "HST",
        "tax_type": "tax",
        "tax_percentage": 13.0,
        "item_total": 249.5,
        "item_total_formatted": "CA$249.50",
        "account_id": "4600000000000388",
        "account_name": "Sales",
        "line_item_taxes": [{"tax_id": "4600000000000911", "tax_amount": 32.44}],
    }


def _address() -> dict[str, str]:
    return {
        "address": "118 Maple Street",
        "city": "Toronto",
        "state": "Ontario",
        "zip": "M5V 2T6",
        "country": "Canada",
        "phone": "",
        "fax": "",
    }
