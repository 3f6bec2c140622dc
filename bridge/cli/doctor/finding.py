"""What the doctor says of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `about` what, whether it is `ok`, and what to do if not."""

    about: str
    ok: bool
    what: str
    remedy: str = ""
