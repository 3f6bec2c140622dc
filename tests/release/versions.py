"""Earlier versions of the bridge: named in previous.toml, taken out of git's history."""

import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.house import HOUSE

FILE: Final = Path(__file__).with_name("previous.toml")


class Missing(Exception):
    """The history at hand does not have the commit; `wrong`: although it is the whole of it."""

    def __init__(self, reason: str, *, wrong: bool = False) -> None:
        super().__init__(reason)
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Version:
    """One earlier version: its commit, and the newest migration that it knows."""

    commit: str
    migration: str

    def __str__(self) -> str:
        """Name it as git does in short."""
        return self.commit[:7]

    def put_into(self, folder: Path) -> None:
        """Write its code into a folder; raises Missing where the history lacks it."""
        packed = _git("archive", "--format=tar", self.commit)
        if packed is None:
            raise self._missing()
        # Python's own way to unpack safely came with 3.11.4; Debian 12 has an older one.
        subprocess.run(["tar", "--extract", "--directory", folder], input=packed, check=True)

    def _missing(self) -> Missing:
        shallow = _git("rev-parse", "--is-shallow-repository")
        if shallow is None:
            return Missing("this is no clone of git's, so there is no history")
        if shallow.strip() == b"true":
            return Missing(f"this clone lacks {self}: git fetch --unshallow brings it")
        return Missing(f"no commit {self} in the whole history: correct {FILE.name}", wrong=True)


def versions() -> list[Version]:
    """Read previous.toml, newest first."""
    named = tomllib.loads(FILE.read_text(encoding="utf-8"))["version"]
    return [Version(**each) for each in named]


def _git(*arguments: str) -> bytes | None:
    """What git says of this house; None when there is no git, no clone, or it refuses."""
    command = ["git", f"--git-dir={HOUSE / '.git'}", *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
