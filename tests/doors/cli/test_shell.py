"""``dynalite shell`` without a person: what it prints, how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dynalite_py.doors.server.run import BackgroundServer
from tests.doors.shell import songs

TITLES = "SELECT title FROM Songs WHERE artist = 'Nina Simone'"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed file with four songs."""
    return songs.fill(tmp_path_factory.mktemp("shell") / "songs.db")


def _run(
    *arguments: object, typed: str = "", python: tuple[str, ...] = ("-m", "dynalite_py")
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *python, "shell", *map(str, arguments)],
        check=False,
        capture_output=True,
        input=typed,
        text=True,
    )


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        ((), "title\n────────────\nFeeling Good\nSinnerman\n"),
        (("--output", "json"), '[\n{"title":"Feeling Good"},\n{"title":"Sinnerman"}\n]\n'),
        (("--output", "csv"), "title\nFeeling Good\nSinnerman\n"),
        (("--output", "jsonl"), '{"title":"Feeling Good"}\n{"title":"Sinnerman"}\n'),
        (
            ("--output", "dynamodb"),
            '{"Item":{"title":{"S":"Feeling Good"}}}\n{"Item":{"title":{"S":"Sinnerman"}}}\n',
        ),
    ],
)
def test_a_statement_of_the_command_line(
    file: Path, arguments: tuple[str, ...], printed: str
) -> None:
    done = _run(file, "-c", TITLES, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, printed, "")


def test_statements_of_standard_input(file: Path) -> None:
    typed = f"-- twice\n{TITLES};\n\\format csv\n{TITLES} AND seconds > 200"
    done = _run(file, "--output", "jsonl", typed=typed)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        '{"title":"Feeling Good"}',
        '{"title":"Sinnerman"}',
        "title",
        "Sinnerman",
    ]


def test_a_refused_statement_is_status_1(file: Path) -> None:
    done = _run(file, "-c", "SELECT * FROM Nope", "-c", TITLES)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "line 1: ResourceNotFoundException: Requested resource not found\n"
    done = _run(file, "--keep-going", "--output", "csv", "-c", "SELEC", "-c", TITLES)
    assert (done.returncode, done.stdout) == (1, "title\nFeeling Good\nSinnerman\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.db", "-c", "x"), "There is no none.db; --create makes it."),
        (("--output", "xml"), "'xml' is not one of"),
        (("a.db", "--endpoint-url", "http://127.0.0.1:1"), "exclude each other"),
        ((":memory:", "-c", "x", "--param", "["), "a value ends too early"),
        (("--nope",), "No such option"),
    ],
)
def test_a_wrong_command_line_is_status_2(arguments: tuple[str, ...], said: str) -> None:
    done = _run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_file_is_made_when_that_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    assert _run(path, "--create", "-c", "\\create Things id:N").returncode == 0
    assert "Things" in _run(path, "-c", "\\d").stdout


def test_parameters_of_the_command_line(file: Path) -> None:
    done = _run(
        file,
        *("--output", "csv", "--param", "'Nina Simone'", "--param", "200"),
        *("-c", "SELECT title FROM Songs WHERE artist = ? AND seconds > ?"),
    )
    assert (done.returncode, done.stdout) == (0, "title\nSinnerman\n")


def test_time_and_capacity_are_told_beside_the_result(file: Path) -> None:
    done = _run(file, "--timing", "--output", "csv", "-c", TITLES)
    assert done.stdout == "title\nFeeling Good\nSinnerman\n"
    assert done.stderr.startswith("2 items · 0.5 RCU · ")


def test_an_endpoint_is_asked_through_boto3(server: BackgroundServer) -> None:
    url = f"http://127.0.0.1:{server.port}"
    typed = """\\create Songs artist:S title:S
INSERT INTO Songs VALUE {'artist': 'a', 'title': 't'};
SELECT * FROM Songs;
"""
    done = _run("--endpoint-url", url, "--output", "jsonl", typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout in (
        '{"artist":"a","title":"t"}\n',
        '{"title":"t","artist":"a"}\n',
    )
    for text in ("EXPLAIN SELECT * FROM Songs", "\\sql SELECT count(*) FROM Songs"):
        refused = _run("--endpoint-url", url, "-c", text)
        assert refused.returncode == 1
        assert "works on a file, dynalite shell FILE" in refused.stderr


def test_an_endpoint_that_is_not_there_is_said_in_a_line() -> None:
    done = _run("--endpoint-url", "http://127.0.0.1:9", "-c", "\\d Songs")
    assert done.returncode == 1
    assert done.stderr.startswith("line 1: EndpointConnectionError: Could not connect")
    assert _run("--endpoint-url", "nonsense", "-c", "x").returncode == 1


_WITHOUT = """
import sys
sys.modules["prompt_toolkit"] = None
sys.stdin.isatty = sys.stdout.isatty = lambda: {terminal}
from dynalite_py.doors.cli.main import main
main()
"""


def test_typing_without_the_extra_names_it(file: Path) -> None:
    done = _run(file, python=("-c", _WITHOUT.format(terminal=True)))
    assert done.returncode == 1
    assert "pip install 'dynalite_py[shell]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_scripts_need_no_extra(file: Path) -> None:
    done = _run(file, "-c", TITLES, python=("-c", _WITHOUT.format(terminal=False)))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Sinnerman" in done.stdout


def test_a_file_in_use_says_by_whom(file: Path) -> None:
    import dynalite_py

    with dynalite_py.connect(file):
        done = _run(file, "-c", TITLES)
    assert done.returncode == 1
    assert "in use by process" in done.stderr


def test_a_script_that_is_no_text_is_refused(file: Path) -> None:
    command = [sys.executable, "-X", "utf8", "-m", "dynalite_py", "shell", str(file)]
    done = subprocess.run(command, check=False, capture_output=True, input=b"SELECT \xff;")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_an_interrupt_ends_a_script_with_130() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        waiting = subprocess.Popen(
            [sys.executable, "-m", "dynalite_py", "shell", "-c", "x;", "--endpoint-url", url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        silent.settimeout(60)
        accepted, _ = silent.accept()  # It has asked, and waits.
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate(timeout=60)
        accepted.close()
    assert waiting.returncode == 130
    assert b"Traceback" not in said


def test_a_reader_that_ends_early_is_no_failure_with_a_trace(file: Path) -> None:
    command = f"{sys.executable} -m dynalite_py shell {file} -c 'SELECT * FROM Songs' | head -n 1"
    done = subprocess.run(["sh", "-c", command], check=False, capture_output=True, text=True)
    assert done.stdout.startswith("artist")
    assert "Traceback" not in done.stderr


def test_a_script_loads_no_library_that_it_does_not_need() -> None:
    program = (
        "import sys\n"
        "from dynalite_py.doors.cli import main\n"
        "from dynalite_py.doors.shell import batch, completion, endpoint\n"
        "print(*({'boto3', 'prompt_toolkit', 'rich', 'sqlglot', 'lark'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []
