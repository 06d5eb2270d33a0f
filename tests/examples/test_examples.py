"""Every example of README and docs is run, and prints what stands below it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dynalite_py import settings
from dynalite_py.doors.cli import serve
from dynalite_py.doors.server.run import BackgroundServer

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
TWO_LINES = re.compile(r"<!-- two lines:begin -->\n(.*?)<!-- two lines:end -->", re.DOTALL)
TESTS = re.compile(r"^ *(async )?def test_", re.MULTILINE)
PYTEST = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "-p", "no:cacheprovider"]
RUN = {"python": [sys.executable, "-W", "error"], "bash": ["bash", "-euo", "pipefail"]}


@dataclass(frozen=True, slots=True)
class Example:
    """A fenced block of a document, with the text block that follows it."""

    place: str
    language: str
    text: str
    printed: str | None


def _examples(document: Path) -> list[Example]:
    source = document.read_text("utf-8")
    name = str(document.relative_to(ROOT))
    return [
        Example(
            f"{name}:{source.count(chr(10), 0, found.start()) + 1}",
            found[1],
            found[2],
            found[3],
        )
        for found in FENCED.finditer(TWO_LINES.sub("", source))
    ]


EXAMPLES = [example for document in DOCUMENTS for example in _examples(document)]
RUNNABLE = [example for example in EXAMPLES if example.language in RUN]


def test_every_block_is_one_that_is_run_here() -> None:
    assert len(RUNNABLE) >= 8
    assert [example.place for example in EXAMPLES if example.language not in RUN] == []


@pytest.mark.parametrize("example", RUNNABLE, ids=lambda example: example.place)
def test_example(example: Example, server: BackgroundServer, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        **dict(serve.exports("127.0.0.1", server.port, "us-east-1")),
        "DYNALITE_PORT": str(server.port),
        "HOME": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    folder = tmp_path / "example"
    folder.mkdir()
    script = tmp_path / "script.py"
    script.write_text(example.text, "utf-8")
    has_tests = example.language == "python" and TESTS.search(example.text) is not None
    command = PYTEST if has_tests else RUN[example.language]
    done = subprocess.run(
        [*command, str(script)],
        cwd=folder,
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if example.printed is not None:
        assert done.stdout == example.printed


def test_readme_has_the_two_lines() -> None:
    found = TWO_LINES.search((ROOT / "README.md").read_text("utf-8"))
    assert found is not None
    lines = [line for line in found[1].splitlines() if not line.startswith("```")]
    assert [line.split(" && ")[0] for line in lines] == ["python3 -m venv .venv"] * 2
    assert lines[0].endswith("dynalite serve")
    assert "pytest" in lines[1]


def test_the_table_of_flags_is_the_programs_own() -> None:
    rows = [
        f"| `{', '.join((setting.flag, *('--' + alias for alias in setting.aliases)))}` "
        f"| `{setting.variable}` | {_shown_default(setting)} | {setting.help} |"
        for setting in settings.SERVE
    ]
    document = (ROOT / "docs" / "serve.md").read_text("utf-8")
    table = document.partition("<!-- flags:begin -->\n")[2].partition("<!-- flags:end -->")[0]
    assert table.splitlines()[2:] == rows


def _shown_default(setting: settings.Setting) -> str:
    return "" if setting.default in (None, False) else f"`{setting.default}`"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []
