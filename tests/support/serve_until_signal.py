"""A server in a process of its own, for tests of signals and of a real store.

    python -m tests.support.serve_until_signal FILE [DRAIN_SECONDS]

Prints the endpoint once clients can connect, and "stopped" at its own end. FILE "-": no store, and
a PutItem is never answered.
"""

from __future__ import annotations

import sys

from dynalite_py.doors.server import run
from dynalite_py.engine import Engine
from tests.support.servers import ScriptedEngine


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until a signal."""
    file = sys.argv[1]
    drain = float(sys.argv[2]) if len(sys.argv) > 2 else 30.0
    settings = run.ServerSettings(port=0, drain_timeout=drain)
    engine = None if file == "-" else Engine.open(file)
    run.run(engine or ScriptedEngine(), settings, started=_say)
    if engine is not None:
        engine.close()
    _say("stopped")


if __name__ == "__main__":
    main()
