"""What Xero refuses because it has it so already is adopted, the rest left to a person."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from clients.xero.session import Request, Token
from outbox.xero.batches import Batch, Member, Ready
from outbox.xero.first_sight import look_again
from outbox.xero.line import Line
from outbox.xero.lookups import Finding, find, is_told, path_of
from outbox.xero.outcomes import Verdict
from outbox.xero.resolving import others
from outbox.xero.sending import Attempt

TAKEN: Final = "xero:number_taken"
NAME_TAKEN: Final = "xero:name_taken"
SO_ALREADY: Final = "Xero had it so already"


async def adopt(
    line: Line, token: Token, attempt: Attempt, verdicts: Sequence[Verdict]
) -> list[Verdict]:
    """Turn a no into a yes where Xero holds just what we wanted to write, or has it ended (F47).

    That is so after a restore, when links were lost, and where a person was faster than we. What
    differs stays refused, for a person, who is told where only what has ended has the number.
    """
    new = {m.command_id: m for m in attempt.batch.members if m.xero_id is None}
    numbers = [new[v.command_id] for v in verdicts if v.cause == TAKEN and v.command_id in new]
    names = [new[v.command_id] for v in verdicts if v.cause == NAME_TAKEN and v.command_id in new]
    documents = replace(attempt.batch, members=tuple(numbers))
    adopted = await _found(line, token, documents) if numbers else {}
    if attempt.batch.route.ends and any(verdict.outcome == "refused" for verdict in verdicts):
        adopted |= await _found(line, token, attempt.batch)
    for member in names:
        adopted |= await _contact(line, token, member)
    return [adopted.get(verdict.command_id, verdict) for verdict in verdicts]


async def _found(line: Line, token: Token, batch: Batch) -> dict[int, Verdict]:
    answer = await line.session.follow(Request("GET", path_of(batch)), token)
    if not is_told(batch, answer):
        return {}
    findings = find(batch, answer.body, await others(line, batch, answer.body))
    return {each.command_id: verdict for each in findings if (verdict := _verdict(each))}


def _verdict(found: Finding) -> Verdict | None:
    if found.result == "found":
        return Verdict(found.command_id, "applied", found.xero_id, found.number, message=SO_ALREADY)
    if found.result == "absent" and found.message:
        return Verdict(found.command_id, "refused", cause=TAKEN, message=found.message)
    return None


async def _contact(line: Line, token: Token, member: Member) -> dict[int, Verdict]:
    contact = Ready(
        member.command_id,
        member.kind,
        member.key,
        member.element,
        member.expected,
        xero_id=None,
        looked=True,
    )
    sighting = await look_again(line, token, contact)
    if sighting.act == "link":
        # Linked, it goes again, as an update.
        return {member.command_id: Verdict(member.command_id, "not_sent", cause="linked")}
    if sighting.act == "park":
        reason = sighting.reason
        return {
            member.command_id: Verdict(
                member.command_id, "refused", cause="xero:namesake", message=reason
            )
        }
    return {}
