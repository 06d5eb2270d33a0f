"""A real terminal for the shell: a pty to type into, and the screen as a person sees it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pexpect
import pyte

WAIT_SECONDS = 30.0
_POLL_SECONDS = 0.05
ROOT = Path(__file__).resolve().parents[3]

ENTER, TAB, CTRL_C, CTRL_D = "\r", "\t", "\x03", "\x04"


class _Answering(pyte.HistoryScreen):
    """A screen that answers when a program asks where the cursor is."""

    def __init__(self, columns: int, lines: int, child: Any) -> None:
        super().__init__(columns, lines, history=5000, ratio=0.5)
        self._child = child

    def write_process_input(self, data: str) -> None:
        self._child.send(data)


class Terminal:
    """``dynalite shell`` with its arguments, in a terminal of a size; ended when it is left."""

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        *,
        columns: int = 80,
        lines: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.child: Any = pexpect.spawn(
            sys.executable,
            ["-m", "dynalite_py", "shell", *arguments],
            cwd=str(folder),
            dimensions=(lines, columns),
            timeout=WAIT_SECONDS,
            env={
                **{name: value for name, value in os.environ.items() if name not in _UNWANTED},
                "HOME": str(folder),
                "PYTHONPATH": str(ROOT),
                "TERM": "xterm-256color",
                **(environment or {}),
            },
        )
        self.screen = _Answering(columns, lines, self.child)
        self._stream = pyte.ByteStream(self.screen)
        self.raw: bytes = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.child.close(force=True)

    @property
    def shown(self) -> str:
        """What is on the screen, without the blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def feed(self, seconds: float = _POLL_SECONDS) -> bool:
        """Take what the program wrote. Returns whether it still runs."""
        try:
            written: bytes = self.child.read_nonblocking(65_536, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += written
        self._stream.feed(written)
        return True

    def wait(self, *texts: str) -> str:
        """Until all the texts are on the screen at once. Returns the screen."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not all(text in self.shown for text in texts):
            alive = self.feed()
            if all(text in self.shown for text in texts):
                break
            assert alive, f"ended before {texts} came:\n{self.shown}"
            assert time.monotonic() < deadline, f"{texts} never came:\n{self.shown}"
        return self.shown

    def wait_until_gone(self, text: str) -> str:
        """Until a text is on the screen no more. Returns the screen."""
        deadline = time.monotonic() + WAIT_SECONDS
        while text in self.shown:
            self.feed()
            assert time.monotonic() < deadline, f"{text} stayed:\n{self.shown}"
        return self.shown

    def type(self, text: str) -> None:
        """Press keys."""
        self.child.send(text)

    def settle(self, seconds: float = 0.4) -> str:
        """Until nothing has been written for a while. Returns the screen."""
        quiet = time.monotonic() + seconds
        while time.monotonic() < quiet:
            before = len(self.raw)
            if not self.feed():
                break
            if len(self.raw) > before:
                quiet = time.monotonic() + seconds
        return self.shown

    def run(self, text: str, *expected: str) -> str:
        """Type a statement or command with Enter; wait for what it shows."""
        self.type(text + ENTER)
        return self.wait(*expected)

    def end(self) -> int:
        """Wait until the program has ended. Returns its exit status."""
        deadline = time.monotonic() + WAIT_SECONDS
        while self.feed():
            assert time.monotonic() < deadline, f"it runs on:\n{self.shown}"
        self.child.close()
        return self.child.exitstatus if self.child.exitstatus is not None else -1


_UNWANTED = frozenset({"NO_COLOR", "XDG_STATE_HOME", "DYNALITE_HISTORY", "COLUMNS", "LINES"})
