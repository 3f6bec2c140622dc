"""Where a person sees a thing: links into Xero and into Zoho Inventory."""

from typing import Final

# developer.xero.com: deep links, by the first half of a link key.
IN_XERO: Final = {
    "contact": "Contacts/View/",
    "invoice": "AccountsReceivable/View.aspx?InvoiceID=",
    "bill": "AccountsPayable/View.aspx?InvoiceID=",
    "credit_note": "AccountsReceivable/ViewCreditNote.aspx?creditNoteID=",
    "vendor_credit": "AccountsPayable/ViewCreditNote.aspx?creditNoteID=",
    "journal": "Journal/View.aspx?invoiceID=",
    "payment": "Bank/ViewTransaction.aspx?bankTransactionID=",
}

# Zoho Inventory's web pages: the host of each data centre, the place of each entity.
ZOHO: Final = {
    "us": "https://inventory.zoho.com",
    "eu": "https://inventory.zoho.eu",
    "in": "https://inventory.zoho.in",
    "au": "https://inventory.zoho.com.au",
    "jp": "https://inventory.zoho.jp",
    "ca": "https://inventory.zohocloud.ca",
    "uk": "https://inventory.zoho.uk",
    "sa": "https://inventory.zoho.sa",
    "cn": "https://inventory.zoho.com.cn",
}
IN_ZOHO: Final = {
    "contact": "contacts",
    "invoice": "invoices",
    "customer_payment": "paymentsreceived",
    "bill": "bills",
    "vendor_payment": "paymentsmade",
    "credit_note": "creditnotes",
    "vendor_credit": "vendorcredits",
}


def in_xero(key: str, xero_id: str) -> str | None:
    """Give the page of what a link key stands for; None where Xero has none for it."""
    page = IN_XERO.get(key.partition(":")[0])
    return f"https://go.xero.com/{page}{xero_id}" if page else None


def in_zoho(data_centre: str, organization_id: str, entity: str, zoho_id: str) -> str | None:
    """Give the page of a document in Zoho Inventory; None where there is none for it."""
    host, place = ZOHO.get(data_centre), IN_ZOHO.get(entity)
    if not (host and place and zoho_id.isdigit()):
        return None
    return f"{host}/app/{organization_id}#/{place}/{zoho_id}"
