"""The shell before a person: a line editor, and the loop that reads, carries out and shows.

This module alone imports prompt_toolkit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import (
    CompleteEvent,
    Completer,
    Completion,
    ThreadedCompleter,
    get_common_complete_suffix,
)
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

import dynalite_py
from dynalite_py.doors.shell import commands, completion, highlight, script
from dynalite_py.doors.shell import history as histories
from dynalite_py.doors.shell.endpoint import Target
from dynalite_py.doors.shell.screen import Screen, safe
from dynalite_py.doors.shell.session import (
    FailedError,
    LeaveError,
    Person,
    Session,
    StoppedError,
)

_STYLE = Style.from_dict(highlight.STYLES)
_MOST_SUGGESTIONS = 200
# Without Tab a menu comes only where so much of a word is typed.
_TYPED_ENOUGH = 2


def run(target: Target, screen: Screen, *, output: str, history: str | None) -> int:
    """Read and carry out until Ctrl-D.

    history: the file of what was typed; None: the usual one; empty: none. Returns the exit status.
    """
    depth = None if screen.colours else ColorDepth.DEPTH_1_BIT
    person = Person(_asks_for_more(depth), _asks_for_value(depth), _asks(depth))
    session = Session(target, screen, screen, person=person, output=output)
    session.note(f"dynalite {dynalite_py.__version__} on {target.name}. \\? is help, \\q leaves.")
    prompt = _editor(session, _history(session, history), depth)
    try:
        while _turn(session, prompt):
            pass
    finally:
        if session.queued is not None and session.queued.statements:
            session.note("the open transaction is forgotten; nothing of it was written")
        session.close()
    return 0


def _turn(session: Session, prompt: PromptSession[str]) -> bool:
    """One text read and carried out. Returns whether there is to be another."""
    try:
        text = prompt.prompt()
    except KeyboardInterrupt:
        return True
    except EOFError:
        return False
    try:
        for _, piece in script.pieces(text.splitlines(keepends=True)):
            commands.perform_piece(session, piece)
    except LeaveError:
        return False
    except FailedError as failure:
        session.complain(str(failure))
    except StoppedError as stopped:
        session.note(str(stopped))
    except KeyboardInterrupt:
        session.note("stopped")
    return True


def _history(session: Session, given: str | None) -> History:
    if given == "":
        return InMemoryHistory()
    path = histories.default_path() if given is None else Path(given)
    try:
        histories.prepare(path)
    except OSError as failure:
        session.note(f"what is typed is not kept: {path}: {failure.strerror}")
        return InMemoryHistory()
    return FileHistory(str(path))


# The editor.


def _editor(session: Session, past: History, depth: ColorDepth | None) -> PromptSession[str]:
    return PromptSession(
        message=lambda: _message(session),
        multiline=True,
        prompt_continuation=lambda width, line, wrapped: _continuation(width, wrapped),
        lexer=_Lexer(),
        completer=ThreadedCompleter(_Completer(session)),
        complete_while_typing=True,
        auto_suggest=AutoSuggestFromHistory(),
        history=past,
        key_bindings=_keys(),
        bottom_toolbar=lambda: _toolbar(session),
        style=_STYLE,
        color_depth=depth,
        enable_open_in_editor=True,
        tempfile_suffix=".sql",
        search_ignore_case=True,
        reserve_space_for_menu=6,
    )


def _message(session: Session) -> StyleAndTextTuples:
    name = safe(session.target.name)
    if session.queued is None:
        return [("class:prompt", f"{name}> ")]
    return [("class:transaction", f"{name}*> ")]


def _continuation(width: int, wrapped: int) -> StyleAndTextTuples:
    return [("class:prompt", " " * width if wrapped else "... ".rjust(width))]


def _toolbar(session: Session) -> str:
    parts = [session.output]
    if session.queued is not None:
        parts.append(f"transaction of {len(session.queued.statements)} statements")
    if session.limit is not None:
        parts.append(f"{session.limit} items a page")
    text = get_app().current_buffer.text
    if not script.whole(text):
        parts.append("; and Enter run the statement")
    return " " + " · ".join(parts)


def _keys() -> KeyBindings:
    keys = KeyBindings()
    chosen = Condition(_menu_has_a_choice)

    @keys.add(Keys.Enter, filter=chosen)
    def take(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None

    @keys.add(Keys.Enter, filter=~chosen)
    def enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if script.whole(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.newline(copy_margin=True)

    @keys.add(Keys.Tab)
    def complete(event: KeyPressEvent) -> None:
        _complete(event.current_buffer)

    del take, enter, complete  # The decorator has them.
    return keys


def _complete(buffer: Buffer) -> None:
    """Put in the only thing that fits, or what all have in common; else show the menu, walk it."""
    if buffer.complete_state is not None and len(buffer.complete_state.completions) > 1:
        buffer.complete_next()
        return
    asked = CompleteEvent(completion_requested=True)
    found = list(buffer.completer.get_completions(buffer.document, asked))
    if len(found) == 1:
        buffer.apply_completion(found[0])
    elif common := get_common_complete_suffix(buffer.document, found):
        buffer.insert_text(common)
    elif found:
        buffer.start_completion()


def _menu_has_a_choice() -> bool:
    state = get_app().current_buffer.complete_state
    return state is not None and state.current_completion is not None


class _Lexer(Lexer):
    """Colours by ``highlight``."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        done = highlight.lines(document.text)

        def line(number: int) -> StyleAndTextTuples:
            return [*done[number]] if number < len(done) else []

        return line


class _Completer(Completer):
    """Suggestions by ``completion``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        found = completion.suggestions(
            document.text_before_cursor, document.text_after_cursor, self._session.catalog
        )
        for one in found[:_MOST_SUGGESTIONS]:
            typed = document.text_before_cursor[-one.replaces :] if one.replaces else ""
            if not complete_event.completion_requested and (
                one.replaces < _TYPED_ENOUGH or one.text == typed
            ):
                continue
            yield Completion(
                one.text, -one.replaces, display=safe(one.text), display_meta=one.about
            )


# Questions.


def _asks_for_more(depth: ColorDepth | None) -> Callable[[str], str]:
    keys = KeyBindings()
    for answer, pressed in (
        ("more", (Keys.Enter, " ", "m", Keys.Down)),
        ("all", ("a", "A")),
        ("stop", ("q", "Q", Keys.ControlC, Keys.ControlD)),
    ):
        for key in pressed:
            keys.add(key)(_exits_with(answer))

    @keys.add(Keys.Any)
    def nothing(event: KeyPressEvent) -> None:
        del event

    del nothing  # The decorator has it.

    def more(told: str) -> str:
        asking: PromptSession[str] = PromptSession(
            key_bindings=keys, erase_when_done=True, color_depth=depth
        )
        return asking.prompt(f"-- {told}: Enter goes on, a shows all, q stops -- ")

    return more


def _exits_with(answer: str) -> Callable[[KeyPressEvent], None]:
    return lambda event: event.app.exit(result=answer)


def _asks(depth: ColorDepth | None) -> Callable[[str], str]:
    def ask(question: str) -> str:
        asking: PromptSession[str] = PromptSession(color_depth=depth)
        try:
            return asking.prompt(question)
        except (EOFError, KeyboardInterrupt):
            raise StoppedError("nothing was done") from None

    return ask


def _asks_for_value(depth: ColorDepth | None) -> Callable[[int, str], str]:
    ask = _asks(depth)

    def value(number: int, statement: str) -> str:
        del statement
        return ask(f"?{number} = ")

    return value
