"""`make audit`: known weaknesses of what the lock file names, by the advisories' servers."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.house import HOUSE

COMMAND: Final = ("--require-hashes", "--disable-pip", "--format", "json", "--requirement")
UNREACHED: Final = "no advisories can be reached from here"


def main() -> None:
    """Ask, print what was found, and end with 1 for a weakness, or where it could not be asked."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    lenient = "--as-far-as-reachable"
    parser.add_argument(lenient, action="store_true", help="1 only for a weakness that is known")
    given = parser.parse_args()
    auditor = Path(sys.executable).with_name("pip-audit")
    done = subprocess.run(
        [auditor, *COMMAND, HOUSE / "requirements.lock"], capture_output=True, check=False
    )
    weak, unasked = judge(done.stdout)
    sys.stdout.writelines(f"{line}\n" for line in [*weak, *unasked])
    sys.exit(1 if weak or (unasked and not given.as_far_as_reachable) else 0)


def judge(report: bytes) -> tuple[list[str], list[str]]:
    """Name the weaknesses in pip-audit's report, and what it could not ask about."""
    try:
        found: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        return [], [UNREACHED]
    weak = [
        f"{each['name']} {each['version']}: {flaw['id']}, mended in {flaw['fix_versions']}"
        for each in found
        for flaw in each.get("vulns", ())
    ]
    skipped = [each["name"] for each in found if "skip_reason" in each]
    if skipped and len(skipped) == len(found):
        return weak, [UNREACHED]
    return weak, [f"not audited: {', '.join(skipped)}"] if skipped else []


if __name__ == "__main__":
    main()
