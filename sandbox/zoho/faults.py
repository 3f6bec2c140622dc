"""Faults on order: where Zoho's servers fail next, before they did what was asked or after it."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict


class Fault(BaseModel):
    """What goes wrong: `status` is answered instead; the request is `applied` all the same or not.

    `method` and `path` say which requests are meant (`*` in a path stands for anything).
    """

    model_config = ConfigDict(extra="forbid")

    method: str = "*"
    path: str = "*"
    times: int = 1
    status: int = 500
    applied: bool = False

    def fits(self, method: str, path: str) -> bool:
        """Whether a request is meant."""
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


@dataclass
class Faults:
    """The faults still to come, first ordered first served."""

    ordered: list[Fault] = field(default_factory=list)

    def draw(self, method: str, path: str) -> Fault | None:
        """Take the first fault that the request matches, and count it down; None if none does."""
        found = next((fault for fault in self.ordered if fault.fits(method, path)), None)
        if found is not None:
            found.times -= 1
            if found.times <= 0:
                self.ordered.remove(found)
        return found
