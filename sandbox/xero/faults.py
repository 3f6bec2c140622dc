"""Faults on order: what shall go wrong with the next requests that match."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.xero.answer import Answer, Record

API = "/api.xro/2.0"
_KEPT_UNDER_THE_KEY = {400, 500}  # Xero keeps the errors of its own program, not the gateway's


class Match(BaseModel):
    """Which requests: by method, by path (`*` stands for anything), by a text in the body."""

    model_config = ConfigDict(extra="forbid")

    method: str | None = None
    path: str | None = None
    body: str | None = None

    def fits(self, method: str, path: str, body: bytes) -> bool:
        """Whether a request is meant; the path may leave out the API's root."""
        paths = (path, path.removeprefix(API))
        return (
            self.method in (None, method)
            and (self.path is None or any(fnmatchcase(each, self.path) for each in paths))
            and (self.body is None or self.body.encode() in body)
        )


class Fault(BaseModel):
    """What goes wrong.

    `answer_lost` applies the request and cuts the connection; with `delay`, it is applied that many
    sandbox seconds after the cut. `request_lost` cuts without applying. `status` answers with
    `status` and `body` instead, and applies the request when `applied` says so: all of a batch, or
    its first `elements`. `slow` only waits. `kept`: whether the answer stands under the idempotency
    key (by default a 400 or a 500 does); if not, the true answer to what is applied stands there.
    """

    model_config = ConfigDict(extra="forbid")

    match: Match = Field(default_factory=Match)
    times: int = 1
    after: int = 0  # matching requests to let pass first
    effect: Literal["answer_lost", "request_lost", "status", "slow"]
    status: int = 500
    body: Record | str = ""
    delay: float = 0.0
    retry_after: int | None = None
    problem: str | None = None  # X-Rate-Limit-Problem
    applied: bool = False
    elements: int | None = None  # None: all of them
    kept: bool | None = None

    @property
    def is_the_gateways(self) -> bool:
        """Whether the answer is not Xero's own program's, which would keep it under the key."""
        kept = self.status in _KEPT_UNDER_THE_KEY if self.kept is None else self.kept
        return self.effect == "status" and not kept

    @property
    def keeps_out(self) -> bool:
        """Whether Xero's own program never sees the request."""
        return self.is_the_gateways and not self.applied

    def answer(self) -> Answer:
        """Return the answer that stands in for the real one."""
        headers: Mapping[str, str | None] = {
            "Retry-After": None if self.retry_after is None else str(self.retry_after),
            "X-Rate-Limit-Problem": self.problem,
        }
        return Answer(self.status, self.body, {n: value for n, value in headers.items() if value})


@dataclass
class Faults:
    """The faults still to come, first ordered first served."""

    ordered: list[Fault] = field(default_factory=list)

    def draw(self, method: str, path: str, body: bytes) -> Fault | None:
        """Take the first fault that the request matches, and count it down; None if none does."""
        for fault in self.ordered:
            if not fault.match.fits(method, path, body):
                continue
            if fault.after:
                fault.after -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.ordered.remove(fault)
            return fault
        return None
