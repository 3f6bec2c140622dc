"""`python -m bench [--scale 0.1] [name …]`: measures; the figures live in docs/performance.md."""

import argparse
import os
from typing import Final

from bench import backlog, claiming, console, delivering, flow, ingress, scale

MEASUREMENTS: Final = {
    "accepting": (ingress, "Accepting"),
    "flow": (flow, "The whole way"),
    "backlog": (backlog, "Calls for a backlog"),
    "claiming": (claiming, "Claiming"),
    "delivering": (delivering, "Delivering"),
    "console": (console, "The console"),
}


def main() -> None:
    """Run those that are named, or all."""
    reader = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    reader.add_argument("names", nargs="*", metavar="name", help=", ".join(MEASUREMENTS))
    reader.add_argument("--scale", default="1", help="how large, 1 being what the docs tell of")
    asked = reader.parse_args()
    if unknown := set(asked.names) - set(MEASUREMENTS):
        reader.error(f"no such measurement: {', '.join(sorted(unknown))}")
    os.environ[scale.NAME] = str(float(asked.scale))
    for name, (measurement, title) in MEASUREMENTS.items():
        if name in asked.names or not asked.names:
            print(f"\n{title}\n{'-' * len(title)}", flush=True)
            measurement.main()


main()
