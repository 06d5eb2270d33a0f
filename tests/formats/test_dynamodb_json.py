"""DynamoDB JSON: exports, bare items, documents of the AWS CLI, and wrong lines."""

from __future__ import annotations

import io

import pytest

from dynalite_py.formats import dynamodb_json
from dynalite_py.formats.lines import WrongFileError


@pytest.mark.parametrize(
    "text",
    [
        '{"Item":{"a":{"N":"1"}}}\n{"Item":{"a":{"N":"2"}}}\n',
        '{"a":{"N":"1"}}\n\n{"a":{"N":"2"}}\n',
        '{"Items":[{"a":{"N":"1"}},{"a":{"N":"2"}}],"Count":2}',
        '{\n  "Items": [\n    {"a": {"N": "1"}},\n    {"a": {"N": "2"}}\n  ]\n}\n',
        '[\n{"a": {"N": "1"}},\n{"Item": {"a": {"N": "2"}}}\n]\n',
    ],
)
def test_each_form_is_read(text: str) -> None:
    found = [item for _, item in dynamodb_json.items(io.StringIO(text))]
    assert found == [{"a": {"N": "1"}}, {"a": {"N": "2"}}]


def test_an_attribute_may_be_called_item() -> None:
    found = list(dynamodb_json.items(io.StringIO('{"Item":{"S":"x"}}\n')))
    assert found == [(1, {"Item": {"S": "x"}})]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a":1}\n', 'line 1: a is no attribute value such as {"S": "text"}'),
        ('{"a":{"X":"1"}}\n', "line 1: a is no attribute value"),
        ('{"a":{"N":1}}\n', "line 1: a needs a text"),
        ('{"a":{"BOOL":"true"}}\n', "line 1: a needs true or false"),
        ('{"a":{"L":{}}}\n', "line 1: a needs a list"),
        ('{"a":{"M":[]}}\n', "line 1: a needs an object"),
        ('{"a":{"S":"x"}}\n7\n', "line 2: an item is a JSON object"),
        ('{"a":{"S":"x"}}\nnonsense\n', "line 2: not JSON"),
        ("{\n", "line 1: not JSON"),
    ],
)
def test_a_wrong_line_is_named(text: str, said: str) -> None:
    with pytest.raises(WrongFileError) as wrong:
        list(dynamodb_json.items(io.StringIO(text)))
    assert said in str(wrong.value)
