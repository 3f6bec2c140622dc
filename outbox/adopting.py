"""A number that is taken: our own earlier success is adopted, all else left to a person (F47)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from clients.xero.session import Request, Token
from outbox.line import Line
from outbox.lookups import find, path_of
from outbox.outcomes import OK, Verdict
from outbox.sending import Attempt

TAKEN: Final = "xero:number_taken"


async def adopt(
    line: Line, token: Token, attempt: Attempt, verdicts: Sequence[Verdict]
) -> list[Verdict]:
    """Turn "the number is taken" into a yes where Xero holds just what we wanted to write.

    That is so after a restore, when links were lost. What differs stays refused, for a person.
    """
    taken = {verdict.command_id for verdict in verdicts if verdict.cause == TAKEN}
    members = tuple(m for m in attempt.batch.members if m.command_id in taken and not m.xero_id)
    if not members:
        return list(verdicts)
    batch = replace(attempt.batch, members=members)
    answer = await line.session.send(Request("GET", path_of(batch)), token)
    findings = find(batch, answer.body if answer.status in OK else None)
    found = {
        finding.command_id: Verdict(finding.command_id, "applied", finding.xero_id, finding.number)
        for finding in findings
        if finding.result == "found"
    }
    return [found.get(verdict.command_id, verdict) for verdict in verdicts]
