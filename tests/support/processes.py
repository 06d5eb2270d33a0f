"""Our server in a process of its own, for tests that kill it or measure it from outside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

ENDPOINT = re.compile(r"https?://[\w.\-\[\]:]*:\d+")


class ServerProcess:
    """``dynalite serve FILE --port 0``, until it is stopped or killed."""

    def __init__(self, path: Path | str, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dynalite_py", "serve", str(path), "--port", "0", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        self.endpoint = ""
        for line in self.process.stdout:
            named = ENDPOINT.search(line)
            if named:
                self.endpoint = named[0]
                break
        assert self.endpoint, self.process.communicate()[1]

    def kill(self) -> None:
        """As a power cut would end the process."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As a service manager would. Returns the exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        return self.process.returncode
