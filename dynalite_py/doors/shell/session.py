"""One shell: what it talks to, where it writes, and what its commands have set."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from dynalite_py.doors.shell import endpoint, literals, statements
from dynalite_py.doors.shell.catalog import Catalog
from dynalite_py.doors.shell.endpoint import Target
from dynalite_py.doors.shell.screen import Screen, safe

Answer = TypeVar("Answer")
Item: TypeAlias = Mapping[str, Mapping[str, Any]]

# How much of the last result is kept for \plot and \export.
KEPT_ITEMS = 10_000


class FailedError(Exception):
    """A statement or a command was refused; the text says why."""


class StoppedError(Exception):
    """Ctrl-C while a statement ran."""


class LeaveError(Exception):
    """The shell is to end."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits before the shell. more: shown a line, asks whether to go on: "more", "all", "stop".

    value: asks for a parameter by its number and the statement. confirm: asks a question.
    """

    more: Callable[[str], str]
    value: Callable[[int, str], str]
    confirm: Callable[[str], str]


@dataclass(slots=True)
class Queued:
    """Statements between BEGIN and COMMIT."""

    statements: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    kinds: list[str] = field(default_factory=list[str])


class Session:
    """Owns the target and the file that results go to; the rest are switches of the commands."""

    def __init__(
        self,
        target: Target,
        screen: Screen,
        notes: Screen,
        *,
        person: Person | None = None,
        output: str = "table",
    ) -> None:
        self.target = target
        self.screen = screen  # Where results go.
        self.notes = notes  # Where everything else goes.
        self.person = person
        self.output = output
        self.timing = person is not None
        self.limit: int | None = None
        self.bound: list[literals.Value] = []
        self.pages = person is not None  # Whether a screenful is a reason to ask.
        self.keeps_bound = False
        self.queued: Queued | None = None
        self.last_statement = ""
        self.last_items: list[Item] = []
        self.last_columns: list[str] = []
        self.last_is_whole = True
        self.depth = 0
        self.catalog = Catalog(target)
        self._standard = screen

    def close(self) -> None:
        """Finish the file of results, then the target."""
        self.direct(None)
        self.target.close()

    def direct(self, path: str | None) -> None:
        """Send results to a new file; None: to where they went at first. Raises: FailedError."""
        if self.screen is not self._standard:
            self.screen.stream.close()
            self.screen = self._standard
        if path is None:
            return
        try:
            stream = Path(path).open("w", encoding="utf-8")  # noqa: SIM115 - Open until the next one.
        except OSError as failure:
            raise FailedError(f"{path}: {failure.strerror}") from failure
        self.screen = Screen(stream, fixed_width=self._standard.width)

    @property
    def on_terminal(self) -> bool:
        """Whether a person sees results come."""
        return self.person is not None and self.screen.terminal

    def note(self, text: str) -> None:
        """Tell a person what is no result; a script hears nothing."""
        if self.person is not None:
            self.report(text)

    def report(self, text: str) -> None:
        """Say what is no result, in scripts too."""
        self.notes.write(self.notes.styled(safe(text), "faint"))

    def complain(self, text: str) -> None:
        """Say what went wrong; a refusal may have several lines."""
        for line in text.splitlines() or [""]:
            self.notes.write(self.notes.styled(safe(line), "error"))

    def call(self, work: Callable[[], Answer]) -> Answer:
        """Ask the target. Before a person, Ctrl-C gives up the wait: what was asked may go on.

        Raises: FailedError with the refusal's words, StoppedError.
        """
        try:
            return _waited(work, self.target.failures) if self.person is not None else work()
        except self.target.failures as failure:
            raise FailedError(endpoint.wording(failure)) from failure

    def parameters(self, statement: str) -> list[literals.Value]:
        """Values for a statement's question marks: bound, or asked for. Raises: FailedError."""
        wanted = statements.parameters(statement)
        if wanted == 0:
            return []
        if self.bound:
            if len(self.bound) != wanted:
                raise FailedError(
                    f"the statement has {wanted} parameters, and {len(self.bound)} are bound"
                )
            values = self.bound
            if not self.keeps_bound:
                self.bound = []
            return values
        if self.person is None:
            raise FailedError(
                f"the statement has {wanted} parameters: give each by --param, or by \\bind"
            )
        return [self._asked(number, statement) for number in range(1, wanted + 1)]

    def _asked(self, number: int, statement: str) -> literals.Value:
        assert self.person is not None
        while True:
            try:
                return literals.value(self.person.value(number, statement))
            except literals.NotAValueError as failure:
                self.complain(str(failure))


def _waited(work: Callable[[], Answer], expected: tuple[type[Exception], ...]) -> Answer:
    """Work in a thread of its own, so that waiting for it can end before it does.

    expected: what it raises on purpose. The trace of anything else is shown by the thread.
    """
    answers: list[Answer] = []
    failures: list[Exception] = []
    done = threading.Event()

    def run() -> None:
        try:
            answers.append(work())
        except expected as failure:
            failures.append(failure)
        finally:
            done.set()

    threading.Thread(target=run, name="statement", daemon=True).start()
    try:
        done.wait()
    except KeyboardInterrupt:
        raise StoppedError("stopped; what was asked for may have been done") from None
    if failures:
        raise failures[0]
    if not answers:
        raise FailedError("the statement broke off; the trace above says where")
    return answers[0]
