"""What the file formats share: numbered lines with a limit, and what is said of a wrong one."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO, TypeAlias

# An item in boto3's form: bytes for binaries.
Item: TypeAlias = dict[str, dict[str, Any]]

# An item of 400 KB whose every byte is written as \u0000, and room to spare.
LONGEST_LINE = 4 * 1024 * 1024
# DynamoDB takes 32 levels; a level of a document is two of JSON.
DEEPEST = 64


class WrongFileError(ValueError):
    """A file's content is not of its format. line: counted from 1; 0 where none is to blame."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.reason = reason
        self.line = line


def numbered(stream: TextIO) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers. Raises: WrongFileError."""
    number = 0
    try:
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise WrongFileError(f"longer than {LONGEST_LINE:,} characters", number)
            if line.strip():
                yield number, line
    except UnicodeDecodeError as failure:
        raise WrongFileError(f"not UTF-8: {failure.reason}", number + 1) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as failure:
        raise WrongFileError(f"packed, and damaged: {failure}", number + 1) from None


def append(path: Path, lines: Sequence[str]) -> None:
    """Add lines to a file, made where it does not exist; they are on the disk then.

    A line that was cut off before is ended first. Raises: OSError.
    """
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write("".join(f"{line}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())
