"""Plain JSON: what stands for what, and what is said of a wrong line."""

from __future__ import annotations

import io
from typing import Any

import pytest

from dynalite_py.formats import json_lines
from dynalite_py.formats.lines import LONGEST_LINE, WrongFileError


@pytest.mark.parametrize(
    ("item", "line"),
    [
        ({"a": {"S": "x"}}, '{"a":"x"}'),
        ({"a": {"N": "12345678901234567890.5"}}, '{"a":12345678901234567890.5}'),
        ({"a": {"N": "1E+100"}}, '{"a":1E+100}'),
        ({"a": {"BOOL": True}, "b": {"NULL": True}}, '{"a":true,"b":null}'),
        ({"a": {"L": [{"N": "1"}, {"S": "é"}]}}, '{"a":[1,"é"]}'),
        ({"a": {"M": {"k": {"S": "v"}}}}, '{"a":{"k":"v"}}'),
        ({"a": {"SS": ["x", "y"]}}, '{"a":{"SS":["x","y"]}}'),
        ({"a": {"B": b"\x00\x01"}}, '{"a":{"B":"AAE="}}'),
        ({"a": {"M": {"B": {"S": "AAE="}}}}, '{"a":{"M":{"B":"AAE="}}}'),
        ({"a": {"M": {"M": {"M": {}}}}}, '{"a":{"M":{"M":{}}}}'),
    ],
)
def test_a_line_is_written_and_read(item: dict[str, Any], line: str) -> None:
    assert json_lines.line_of(item) == line
    assert [found for _, found in json_lines.items(io.StringIO(line + "\n"))] == [item]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a":1}\n[1]\n', "line 2: an item is a JSON object"),
        ('\n\n{"a":\n', "line 3: not JSON"),
        ('{"a":NaN}\n', "line 1: not JSON: NaN is no JSON"),
        ('{"a":{"B":"?"}}\n', "line 1: a is no base64 text"),
        ('{"a":{"SS":[1]}}\n', "line 1: a[0] needs a text"),
        ('{"a":' + "[" * 200 + "]" * 200 + "}\n", "is nested too deeply"),
        ('{"a":' + "[" * 100_000 + "\n", "line 1: not JSON"),
        ("x" * (LONGEST_LINE + 5), "line 1: longer than 4,194,304 characters"),
    ],
    ids=range(8),
)
def test_a_wrong_line_is_named(text: str, said: str) -> None:
    with pytest.raises(WrongFileError) as wrong:
        list(json_lines.items(io.StringIO(text)))
    assert said in str(wrong.value)


def test_bytes_that_are_no_text_are_named() -> None:
    stream = io.TextIOWrapper(io.BytesIO(b'{"a":1}\n\xff\xfe\n'), encoding="utf-8")
    with pytest.raises(WrongFileError, match="not UTF-8"):
        list(json_lines.items(stream))
