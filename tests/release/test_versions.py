"""Where git's history lacks an earlier version, it says why."""

import subprocess
from pathlib import Path

import pytest

from tests.release import versions
from tests.release.versions import Missing, Version

AS_SOMEBODY = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")
UNKNOWN = Version("0" * 40, "0001")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("clone", "wrong", "said"),
    [
        ([], False, "no clone"),
        (["--depth", "1"], False, "--unshallow"),
        (["--no-hardlinks"], True, "correct previous.toml"),
    ],
    ids=["unpacked from an archive", "cloned without all of its history", "cloned whole"],
)
def test_a_version_is_named_wrongly_only_where_the_whole_history_lacks_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clone: list[str], wrong: bool, said: str
) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    source.mkdir()
    git(source, "init", "--quiet")
    for number in range(2):
        git(source, *AS_SOMEBODY, "commit", "--quiet", "--allow-empty", "-m", str(number))
    if clone:
        git(source, "clone", "--quiet", *clone, source.as_uri(), str(copy))
    monkeypatch.setattr(versions, "HOUSE", copy)

    with pytest.raises(Missing, match=said) as missing:
        UNKNOWN.put_into(tmp_path / "code")

    assert missing.value.wrong is wrong
