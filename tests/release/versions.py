"""Earlier versions of the bridge: named in previous.toml, taken out of git's history."""

import io
import subprocess
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.house import HOUSE

FILE: Final = Path(__file__).with_name("previous.toml")


class Missing(Exception):
    """The history at hand does not have the commit; `fetchable`: it could."""

    def __init__(self, reason: str, *, fetchable: bool) -> None:
        super().__init__(reason)
        self.fetchable = fetchable


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
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")

    def _missing(self) -> Missing:
        remotes = _git("remote")
        if remotes is None:
            return Missing("this is no clone of git's, so there is no history", fetchable=False)
        reason = f"the history lacks {self}: clone the whole of it, or correct {FILE.name}"
        return Missing(reason, fetchable=bool(remotes.strip()))


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
