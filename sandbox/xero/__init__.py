"""A stand-in for Xero's accounting API: stateful, in memory, and as strict as the facts.

Where Xero's behaviour isn't documented, the stricter reading is played, so that whoever passes here
has little to fear there:

    the number of a voided or deleted document stays taken
    the lock date itself is locked, for payments and allocations too
    a reconciled payment can't be deleted
    an approved document of nothing is PAID at once, and then can't be voided
    credit is not set against another contact's or another currency's invoice
    phones and addresses are merged by type (`merge_arrays` says otherwise)
    an answer's elements may come in another order, a list may lag, a filter may find nothing
    a 400 and a 500 stand under the idempotency key, a 503 doesn't

Where it departs from Xero, it refuses what the bridge must never send: a request that doesn't ask
for JSON (406; Xero answers XML), a contact in a document by more than its id, items, tracking.
Over- and prepayments, batch payments and attachments are not played (501).
"""
