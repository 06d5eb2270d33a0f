"""A folder as DynamoDB exports a table to S3: two manifests, and data files of DynamoDB JSON.

The folder is that of the export (``.../AWSDynamoDB/<export>``), downloaded with its data files:
those of a full export lie in its ``data`` folder, those of an incremental one in ``data`` beside
it. Source: facts, Export objects in S3.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

from dynalite_py.formats import dynamodb_json, item_files
from dynalite_py.formats.lines import WrongFileError
from dynalite_py.model import arns, codec, values

SUMMARY: Final = "manifest-summary.json"
FILES: Final = "manifest-files.json"
# A manifest has a line of some 200 bytes a data file.
_LARGEST_MANIFEST: Final = 64 * 1024 * 1024
_PIECE: Final = 1024 * 1024


class DataFile(NamedTuple):
    """One data file. md5: of its bytes, in base64; empty where the manifest does not tell."""

    path: Path
    elements: int
    md5: str


class Export(NamedTuple):
    """An export's manifests. table: the name that it had; stamp: what tells it from another."""

    table: str
    is_incremental: bool
    files: tuple[DataFile, ...]
    stamp: str

    @property
    def elements(self) -> int:
        """How many items or changes there are in all."""
        return sum(file.elements for file in self.files)


def fits(path: Path) -> bool:
    """Whether a path is a folder with such manifests."""
    return path.is_dir() and (path / SUMMARY).is_file()


def opened(folder: Path) -> Export:
    """An export by its folder. Raises: WrongFileError, OSError."""
    summary = _object(_manifest(folder / SUMMARY), SUMMARY)
    if summary.get("outputFormat") != "DYNAMODB_JSON":
        raise WrongFileError(
            f"{SUMMARY}: outputFormat is {summary.get('outputFormat')!r:.40}, "
            "and what is read is DYNAMODB_JSON"
        )
    arn = arns.parse_table(str(summary.get("tableArn")))
    if arn is None:
        raise WrongFileError(f"{SUMMARY}: tableArn is no ARN of a table")
    lines = _manifest(folder / FILES)
    files = tuple(
        _data_file(folder, line, number)
        for number, line in enumerate(lines.splitlines(), 1)
        if line.strip()
    )
    is_incremental = summary.get("exportType") == "INCREMENTAL_EXPORT"
    return Export(arn[2], is_incremental, files, hashlib.sha256(lines).hexdigest())


def _manifest(path: Path) -> bytes:
    with path.open("rb") as stream:
        content = stream.read(_LARGEST_MANIFEST + 1)
    if len(content) > _LARGEST_MANIFEST:
        raise WrongFileError(f"{path.name}: more than {_LARGEST_MANIFEST:,} bytes")
    return content


def _object(text: bytes, where: str) -> dict[str, Any]:
    try:
        decoded: Any = codec.decode(text)
    except codec.NotJsonError as failure:
        raise WrongFileError(f"{where}: not JSON: {failure}") from None
    if not isinstance(decoded, dict):
        raise WrongFileError(f"{where}: no JSON object")
    return decoded


def _data_file(folder: Path, line: bytes, number: int) -> DataFile:
    """A line of the manifest. Of the key its last part counts: the rest is a bucket's."""
    where = f"{FILES}, line {number}"
    members = _object(line, where)
    name = PurePosixPath(str(members.get("dataFileS3Key", ""))).name
    count = members.get("itemCount", 0)
    if not name or name == ".." or not isinstance(count, int):
        raise WrongFileError(f"{where}: no key and count of a data file")
    for place in (folder / "data", folder.parent / "data"):
        if (place / name).is_file():
            return DataFile(place / name, count, str(members.get("md5Checksum", "")))
    raise WrongFileError(f"{where}: {name} is neither in data nor in ../data")


def elements(export: Export, first: int) -> Iterator[tuple[int, values.Item, bool]]:
    """What the data files hold: line, item or key, and whether it is an item to be put.

    first: how many are passed over. Raises: WrongFileError, OSError.
    """
    for file in export.files:
        if first >= file.elements > 0:
            first -= file.elements
            continue
        _check(file)
        for line, item, is_put in _of_file(file, export.is_incremental):
            if first:
                first -= 1
            else:
                yield line, item, is_put


def _check(file: DataFile) -> None:
    """Refuse a data file that is not what was exported."""
    if not file.md5:
        return
    digest = hashlib.md5(usedforsecurity=False)
    with file.path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    if base64.b64encode(digest.digest()).decode() != file.md5:
        raise WrongFileError(f"{file.path.name} is not as the manifest says: its MD5 differs")


def _of_file(file: DataFile, is_incremental: bool) -> Iterator[tuple[int, values.Item, bool]]:
    with item_files.opened(str(file.path)) as stream:
        if not is_incremental:
            for line, item in item_files.canonical(stream, "dynamodb", {}):
                yield line, item, True
            return
        for line, change in dynamodb_json.decoded(stream):
            yield _change(change, line)


def _change(change: Any, line: int) -> tuple[int, values.Item, bool]:
    """One line of an incremental export: what the item has become, or the key of one that went."""
    if not isinstance(change, dict) or "Keys" not in change:
        raise WrongFileError("a change has Keys", line)
    image = change.get("NewImage")
    is_put = image is not None
    return (
        line,
        dynamodb_json.canonical_of({"Item": image if is_put else change["Keys"]}, line),
        is_put,
    )
