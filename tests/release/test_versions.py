"""Where git's history lacks an earlier version, it says whether it could be had."""

import subprocess
from pathlib import Path

import pytest

from tests.release import versions
from tests.release.versions import Missing, Version

UNKNOWN = Version("0" * 40, "0001")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("done", "fetchable", "said"),
    [
        ([], False, "no clone"),
        ([["init"]], False, "lacks 0000000"),
        ([["init"], ["remote", "add", "origin", "elsewhere"]], True, "lacks 0000000"),
    ],
    ids=["unpacked from an archive", "begun anew from a copy", "cloned without all of its history"],
)
def test_a_missing_version_can_be_had_where_there_is_a_place_to_fetch_it_from(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    done: list[list[str]],
    fetchable: bool,
    said: str,
) -> None:
    for arguments in done:
        git(tmp_path, *arguments)
    monkeypatch.setattr(versions, "HOUSE", tmp_path)

    with pytest.raises(Missing, match=said) as missing:
        UNKNOWN.put_into(tmp_path / "code")

    assert missing.value.fetchable is fetchable
