"""The shell as a person has it: in a terminal, key by key."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from dynalite_py.doors.shell import history
from tests.doors.shell import songs
from tests.doors.shell.terminal import CTRL_C, CTRL_D, ENTER, TAB, Terminal

pytestmark = pytest.mark.slow

PROMPT = "songs.db>"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with songs.db."""
    folder = tmp_path_factory.mktemp("shell")
    songs.fill(folder / "songs.db", more=300)
    return folder


@contextlib.contextmanager
def _silent_endpoint() -> Generator[str]:
    """An address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def terminal(store: Path) -> Iterator[Terminal]:
    """The shell at its first prompt; left by Ctrl-D in the end, without a complaint."""
    with Terminal(["songs.db"], store) as opened:
        opened.wait(PROMPT)
        yield opened
        opened.type(CTRL_C)
        opened.settle(0.2)
        opened.type(CTRL_D)
        assert opened.end() == 0
        assert "Traceback" not in opened.raw.decode(errors="replace")


def test_a_statement_of_many_lines_is_completed_and_answered(terminal: Terminal) -> None:
    terminal.type("SELECT title, sec" + TAB)
    terminal.settle()
    terminal.type(" FROM So" + TAB)
    terminal.wait("FROM Songs")
    terminal.type(ENTER)
    terminal.wait("...")
    terminal.type("WHERE ar" + TAB)
    terminal.wait("WHERE artist")
    shown = terminal.run(" = 'Nina Simone';", "2 items", "RCU", " ms")
    assert "Sinnerman" in shown


def test_wide_characters_line_up(terminal: Terminal) -> None:
    terminal.run("SELECT title, seconds FROM Songs;", "4 items")
    lines = [line for line in terminal.screen.display if "天城越え" in line or "Jóga" in line]
    assert len({line.rstrip().rindex(" ") for line in _cells(lines)}) == 1


def _cells(lines: list[str]) -> list[str]:
    """Lines with a blank more for each wide character, so that places are cells."""
    return ["".join(c + ("\0" if c > "\u2e80" else "") for c in line) for line in lines]


def test_ctrl_c_clears_a_line_and_stops_a_statement_but_not_the_shell(terminal: Terminal) -> None:
    terminal.type("SELECT nonsense" + CTRL_C)
    terminal.settle()
    terminal.run("\\watch 5 SELECT title FROM Songs;", "number 1", "4 items")
    terminal.type(CTRL_C)
    terminal.wait("watched 1 times")
    terminal.run("SELECT title FROM Songs WHERE artist = 'Björk';", "1 item ")


def test_ctrl_c_gives_up_an_endpoint_that_never_answers(store: Path) -> None:
    with (
        _silent_endpoint() as url,
        Terminal(["--endpoint-url", url, "--history", ""], store) as waiting,
    ):
        waiting.wait("127.0.0.1>")
        waiting.type("DELETE FROM Songs WHERE artist = 'a' AND title = 'b';" + ENTER)
        waiting.settle(1)
        assert "stopped" not in waiting.shown
        waiting.type(CTRL_C)
        waiting.wait("stopped; what was asked for may have been done")
        waiting.run("\\x", "expanded display is on")
        waiting.type(CTRL_D)
        assert waiting.end() == 0


def test_a_long_result_is_shown_by_the_screenful(terminal: Terminal) -> None:
    terminal.run("\\limit 50", "a page reads 50 items")
    terminal.run("SELECT number, square FROM Numbers;", "200 items read, and there are more: Enter")
    terminal.type(ENTER)
    terminal.wait("Enter goes on", "1521")
    terminal.type("q")
    terminal.wait("200 items (there are more) · 4 pages · ", PROMPT)
    terminal.run("SELECT number, square FROM Numbers;", "Enter goes on")
    terminal.type("a")
    terminal.wait("300 items · 7 pages · ", "89401")


def test_tables_are_described(terminal: Terminal) -> None:
    terminal.run("\\d", "table", "Songs    artist S, title S", "Numbers  set S, number N")
    terminal.run("\\d Songs", "global index by-year  year N", "projects ALL", "slices", "████")


def test_expanded_display(terminal: Terminal) -> None:
    terminal.run("\\x", "expanded display is on")
    shown = terminal.run("SELECT * FROM Songs WHERE artist = 'Björk';", "── item 1 ──", "1 item ")
    assert "seconds │ 305" in shown


def test_parameters_are_asked_for(terminal: Terminal) -> None:
    terminal.run("SELECT title FROM Songs WHERE artist = ? AND seconds > ?;", "?1 =")
    terminal.run("'Nina Simone'", "?2 =")
    terminal.run("[", "a value ends too early")
    terminal.run("200", "Sinnerman", "1 item ")
    terminal.run("\\x", "expanded display is on")
    terminal.type("\x0c")  # Ctrl-L clears the screen.
    terminal.wait_until_gone("expanded display")
    terminal.run("SELECT title FROM Songs WHERE artist = ?;", "?1 =")
    terminal.type(CTRL_C)
    terminal.wait("nothing was done")


def test_a_transaction_is_committed_or_forgotten(terminal: Terminal) -> None:
    terminal.run("BEGIN", "songs.db*>")
    add = "INSERT INTO Songs VALUE {{'artist': 'T', 'title': '{}'}};"
    terminal.run(add.format("one"), "statement 1 of the transaction waits for COMMIT")
    terminal.run(add.format("two"), "statement 2")
    terminal.run("COMMIT;", "COMMIT of 2 statements done · 4 WCU · ")
    terminal.run("BEGIN;", "songs.db*>")
    terminal.run(add.format("three"), "statement 1 of the transaction")
    terminal.run("rollback", "1 statements forgotten; nothing was written")
    terminal.run("SELECT title FROM Songs WHERE artist = 'T';", "2 items")


def test_files_are_read_and_written(terminal: Terminal, store: Path) -> None:
    (store / "two.sql").write_text("SELECT title FROM Songs\nWHERE artist = 'Björk';\n", "utf-8")
    terminal.run("\\i two.sql", "Jóga", "1 item ")
    terminal.run("\\export Numbers numbers.csv", "300 items in numbers.csv")
    terminal.run("\\create Copy set:S number:N", "Copy is there")
    terminal.run("\\import numbers.csv Copy", "300 items written to Copy")
    terminal.run("\\drop Copy", "Type its name to delete it:")
    terminal.run("no", "nothing was deleted")
    terminal.run("\\drop Copy", "Copy has 300 items. Type its name")
    terminal.settle()
    terminal.run("Copy", "Copy is gone")


def test_a_result_is_drawn(terminal: Terminal) -> None:
    terminal.run("\\plot SELECT title, seconds FROM Songs;", "Sinnerman", "█████", "622")
    terminal.run("\\plot line SELECT number, square FROM Numbers;", "89,401 ┤", "└────")


def test_help_lists_the_commands(terminal: Terminal) -> None:
    terminal.run("\\?", "\\import FILE TABLE [FORMAT]", "leave")


def test_what_is_typed_is_kept_for_the_owner_alone(store: Path) -> None:
    with Terminal(["songs.db", "--history", "kept"], store) as first:
        first.wait(PROMPT)
        first.run("SELECT title FROM Songs WHERE artist = 'Björk';", "1 item ")
        first.run("\\q")
        assert first.end() == 0
    assert (store / "kept").stat().st_mode & 0o777 == 0o600
    with Terminal(["songs.db", "--history", "kept"], store) as second:
        second.wait(PROMPT)
        second.type("\x1b[A")
        second.wait("\\q", "table")
        second.settle(0.2)
        second.type("\x1b[A")
        second.wait("SELECT title FROM Songs WHERE artist = 'Björk';")
        second.type(CTRL_C)
        second.settle(0.2)
        second.type(CTRL_D)
        assert second.end() == 0


def test_no_colour_where_none_is_wanted(store: Path) -> None:
    with Terminal(["songs.db", "--history", ""], store, environment={"NO_COLOR": "1"}) as plain:
        plain.wait(PROMPT)
        plain.run("SELECT title, seconds FROM Songs;", "items", " ms")
        plain.type(CTRL_D)
        plain.end()
        assert b"\x1b[33m" not in plain.raw
    with Terminal(["songs.db", "--history", ""], store) as coloured:
        coloured.wait(PROMPT)
        coloured.run("SELECT title, seconds FROM Songs;", "items", " ms")
        assert b"\x1b[33m" in coloured.raw


def test_an_endless_history_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "history"
    history.prepare(path)
    assert path.stat().st_mode & 0o777 == 0o600
    entry = b"\n# 2026-11-25\n+SELECT 1;\n"
    path.write_bytes(entry * 60_000)
    history.prepare(path)
    kept = path.read_bytes()
    assert len(kept) <= history.LARGEST_BYTES // 2
    assert kept == entry * (len(kept) // len(entry))
