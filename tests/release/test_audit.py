"""An audit of the lock file tells what is weak from what could not be asked."""

import json
from collections.abc import Mapping

from tests.release.audit import UNREACHED, judge

FLAW = {"id": "PYSEC-1", "fix_versions": ["1.1"]}
SOUND = {"name": "sound", "version": "1.0", "vulns": []}
WEAK = {"name": "weak", "version": "1.0", "vulns": [FLAW]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


def report(*dependencies: Mapping[str, object]) -> bytes:
    return json.dumps({"dependencies": dependencies, "fixes": []}).encode()


def test_a_weakness_is_named_with_the_version_that_mends_it() -> None:
    weak, unasked = judge(report(SOUND, WEAK))

    assert weak == ["weak 1.0: PYSEC-1, mended in ['1.1']"]
    assert unasked == []


def test_what_could_not_be_asked_about_is_no_pass() -> None:
    assert judge(report(SOUND, UNKNOWN)) == ([], ["not audited: unknown"])
    assert judge(report(UNKNOWN)) == ([], [UNREACHED])
    assert judge(b"") == ([], [UNREACHED])
