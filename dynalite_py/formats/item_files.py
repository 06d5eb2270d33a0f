"""Files of items, whatever their format: which one it is, opened, read and written.

What a door shows or loads are items in boto3's form (``read``); what goes straight to the store is
canonical and in wire form (``canonical``).
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, TextIO

from dynalite_py.formats import csv_files, dynamodb_json, json_lines
from dynalite_py.formats.lines import Item, WrongFileError
from dynalite_py.model import values

FORMATS: Final = ("jsonl", "csv", "dynamodb")
SUFFIXES: Final = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".json": "dynamodb"}


def format_of(path: str, named: str | None) -> str:
    """A file's format: as named, else by the name's end. Raises: WrongFileError."""
    if named is not None:
        if named not in FORMATS:
            raise WrongFileError(f"{named} is no format of files: {', '.join(FORMATS)}")
        return named
    found = SUFFIXES.get(Path(path.removesuffix(".gz")).suffix.lower())
    if found is None:
        raise WrongFileError(f"name the format, or end the name in {', '.join(SUFFIXES)} (and .gz)")
    return found


# In.


def opened(path: str) -> TextIO:
    """A file's text; files called ``.gz`` are unpacked. Raises: OSError."""
    return _text(path, path, "r")


def read(
    stream: TextIO, kind: str, key_types: Mapping[str, str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Items of a file in boto3's form, with their lines. Raises: WrongFileError."""
    match kind:
        case "csv":
            return csv_files.items(stream, key_types)
        case "jsonl":
            return json_lines.items(stream)
        case _:
            return dynamodb_json.items(stream)


def canonical(
    stream: TextIO, kind: str, key_types: Mapping[str, str]
) -> Iterator[tuple[int, values.Item]]:
    """The same items as they are stored. Raises: WrongFileError, also for values that DynamoDB
    does not take.
    """
    if kind == "dynamodb":
        for number, decoded in dynamodb_json.decoded(stream):
            yield number, dynamodb_json.canonical_of(decoded, number)
        return
    for number, item in read(stream, kind, key_types):
        yield number, dynamodb_json.stored_form(item, number)


def place(stream: TextIO) -> Callable[[], int]:
    """How far a stream that was opened here is read, in bytes of the file."""
    return stream.plain.tell if isinstance(stream, _Packed) else stream.buffer.tell


# Out.


@contextlib.contextmanager
def new(path: str) -> Generator[TextIO]:
    """A new file, for its owner alone; what is not whole does not stay.

    Raises: WrongFileError where there is one, or none can be.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise WrongFileError(f"{path} exists already; it was left as it is") from None
    except OSError as failure:
        raise WrongFileError(f"{path}: {failure.strerror}") from failure
    try:
        with _text(handle, path, "w") as stream:
            yield stream
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise


def write(stream: TextIO, items: Iterable[Item], kind: str, first: Iterable[str]) -> int:
    """Write items in a format; a CSV file names the columns in first before others.

    Returns how many there were.
    """
    if kind == "csv":
        return _write_csv(stream, items, first)
    line_of = json_lines.line_of if kind == "jsonl" else dynamodb_json.line_of
    written = 0
    for item in items:
        stream.write(line_of(item) + "\n")
        written += 1
    return written


def _write_csv(stream: TextIO, items: Iterable[Item], first: Iterable[str]) -> int:
    """A header wants to know every item: they are kept in a temporary file until then."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:

        def keep() -> Iterator[Item]:
            for item in items:
                kept.write(dynamodb_json.line_of(item) + "\n")
                yield item

        wanted = csv_files.columns(keep(), tuple(first))
        kept.seek(0)
        again = (item for _, item in dynamodb_json.items(kept))
        return csv_files.write(stream, wanted, again)


def _text(file: int | str, path: str, mode: Literal["r", "w"]) -> TextIO:
    """A text stream over a handle or a path; files called ``.gz`` are packed."""
    plain = open(file, "rb" if mode == "r" else "wb")  # noqa: PTH123, SIM115 - May be a handle.
    if path.endswith(".gz"):
        return _Packed(plain, mode)
    return io.TextIOWrapper(plain, encoding="utf-8", newline="")


class _Packed(io.TextIOWrapper):
    """A text stream of a gzip file that closes the file too."""

    def __init__(self, plain: BinaryIO, mode: Literal["r", "w"]) -> None:
        self.plain = plain
        super().__init__(
            gzip.GzipFile(fileobj=plain, mode=mode + "b"),
            encoding="utf-8",
            newline="",
        )

    def close(self) -> None:
        """Finish the packing, then the file."""
        try:
            super().close()
        finally:
            self.plain.close()
