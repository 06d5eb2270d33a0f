"""serverless.yml: its variables, and what looks like them."""

from __future__ import annotations

import pytest

from dynalite_py.formats.definitions import WrongDefinitionError
from tests.support.described_tables import read

SERVICE = """
service: shop
provider: {name: aws, stage: "STAGE"}
custom: {letters: "${opt:letters, 'a,b'}"}
params: {default: {units: 2, prefix: p}, dev: {units: 3}}
resources:
  Parameters: {environment: {Default: lab}, selfie: {Default: me}}
  Resources:
    T:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: NAME
        AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
        KeySchema: [{AttributeName: pk, KeyType: HASH}]
"""


def name_of(written: str, stage: str = "dev") -> str:
    [found] = read(SERVICE.replace("NAME", written).replace("STAGE", stage))
    return found.name


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("!Sub '${environment}-${selfie}'", "lab-me"),
        ("!Sub ['${envName}', {envName: x}]", "x"),
        ("${self:custom.letters}", "a,b"),
        ("${param:prefix}-${param:units}", "p-3"),
        ('${param:nothing, "x,y"}', "x,y"),
    ],
)
def test_names_are_worked_out(written: str, wanted: str) -> None:
    assert name_of(written) == wanted


def test_a_parameter_that_is_given_comes_before_the_files() -> None:
    [found] = read(SERVICE.replace("NAME", "t-${param:units}"), {"units": "9"})
    assert found.name == "t-9"


@pytest.mark.parametrize("stage", ["${sls:stage}", "${self:provider.stage}"])
def test_a_stage_that_is_itself_is_refused(stage: str) -> None:
    with pytest.raises(WrongDefinitionError, match="without an end"):
        name_of("x", stage)


def test_aliases_that_multiply_come_to_an_end() -> None:
    lines = ["service: s", "provider: {}", "resources:", "  A0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"  A{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 10)]
    with pytest.raises(WrongDefinitionError, match="too long"):
        read("\n".join(lines))


def test_texts_that_grow_come_to_an_end() -> None:
    doubled = "".join(
        f'  a{at}: "${{self:custom.a{at + 1}}}${{self:custom.a{at + 1}}}"\n' for at in range(30)
    )
    text = SERVICE.replace("custom: ", f"custom:\n{doubled}  a30: xxxxxxxx\nother: ")
    with pytest.raises(WrongDefinitionError, match="too long"):
        read(text.replace("NAME", "${self:custom.a0}").replace("STAGE", "dev"))
