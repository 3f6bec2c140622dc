"""The routes of the chart of accounts, which are documented for Books alone (Zoho: endpoints)."""

from sandbox.zoho.accounts import TYPES, account
from sandbox.zoho.call import Answer, Call, Endpoint, books
from sandbox.zoho.encoding import Record
from sandbox.zoho.listing import listed
from sandbox.zoho.reading import needed, text
from sandbox.zoho.refusals import invalid, missing, not_now, taken
from sandbox.zoho.times import stamp

_FIELDS = ("account_name", "account_code", "account_type", "description", "parent_account_id")


def _found(call: Call) -> Record:
    found = call.org.accounts.get(call.path["id"])
    if found is None:
        raise missing("Account")
    return found


def _shown(record: Record, *, balance: bool) -> Record:
    return {name: value for name, value in record.items() if balance or name != "current_balance"}


def _listed(call: Call) -> Answer:
    with_balance = call.query.get("showbalance") == "true"
    rows = [_shown(each, balance=with_balance) for each in call.org.accounts.values()]
    return listed(call, "chartofaccounts", rows)


def _read(call: Call) -> Answer:
    return call.answer("success", chart_of_account=_shown(_found(call), balance=True))


def _checked(call: Call, record: Record) -> Record:
    if record["account_type"] not in TYPES:
        raise invalid("account_type")
    for other in call.org.accounts.values():
        same = other["account_name"].casefold() == record["account_name"].casefold()
        if same and other["account_id"] != record["account_id"]:
            raise taken("Account", record["account_name"])
    return record | {"last_modified_time": stamp(call.now, call.org.zone)}


def _create(call: Call) -> Answer:
    made = account(
        next(call.org.ids), needed(call.body, "account_name"), needed(call.body, "account_type")
    )
    made |= {name: text(call.body, name) for name in ("account_code", "description")}
    made = _checked(call, made)
    call.org.accounts[made["account_id"]] = made
    return call.answer("The account has been created.", 201, chart_of_account=made)


def _edit(call: Call) -> Answer:
    found = _found(call)
    changes = {name: text(call.body, name) for name in _FIELDS if name in call.body}
    edited = _checked(call, found | changes)
    call.org.accounts[edited["account_id"]] = edited
    return call.answer("The account has been updated.", chart_of_account=edited)


def _delete(call: Call) -> Answer:
    found = _found(call)
    if found["is_system_account"] or call.org.uses_account(found["account_id"]):
        raise not_now("The account is in use and cannot be deleted.")
    del call.org.accounts[found["account_id"]]
    return call.answer("The account has been deleted.")


def _activate(call: Call, *, active: bool) -> Answer:
    _found(call)["is_active"] = active
    return call.answer(f"The account has been marked as {'active' if active else 'inactive'}.")


def _active(call: Call) -> Answer:
    return _activate(call, active=True)


def _inactive(call: Call) -> Answer:
    return _activate(call, active=False)


ENDPOINTS: tuple[Endpoint, ...] = (
    books("GET", "/chartofaccounts", "accountants.READ", _listed),
    books("POST", "/chartofaccounts", "accountants.CREATE", _create),
    books("GET", "/chartofaccounts/{id}", "accountants.READ", _read),
    books("PUT", "/chartofaccounts/{id}", "accountants.UPDATE", _edit),
    books("DELETE", "/chartofaccounts/{id}", "accountants.DELETE", _delete),
    books("POST", "/chartofaccounts/{id}/active", "accountants.CREATE", _active),
    books("POST", "/chartofaccounts/{id}/inactive", "accountants.CREATE", _inactive),
)
