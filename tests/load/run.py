"""``python -m tests.load.run [NAME ...]``: the scenarios at full size, with what they measured."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.load.scenarios import SCENARIOS


def main() -> None:
    """Play the scenarios one after the other; the exit status says whether anything was found."""
    names = [scenario.play.__name__ for scenario in SCENARIOS]
    parser = argparse.ArgumentParser(prog="python -m tests.load.run", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--small", action="store_true", help="at the size of the checks")
    options = parser.parse_args()
    faults = 0
    for scenario in SCENARIOS:
        if options.names and scenario.play.__name__ not in options.names:
            continue
        with tempfile.TemporaryDirectory(prefix="dynalite-load-") as folder:
            size = scenario.small if options.small else scenario.full
            measured = scenario.play(Path(folder) / "load.db", size)
        sys.stdout.write(f"{measured}\n")
        for fault in measured.faults[:10]:
            sys.stdout.write(f"    {fault}\n")
        sys.stdout.flush()
        faults += len(measured.faults)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
