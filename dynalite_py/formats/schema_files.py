"""Reads a file that describes tables, whatever tool it is of."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from dynalite_py.formats import (
    cloudformation,
    definitions,
    descriptions,
    serverless,
    tagged_yaml,
    terraform,
    workbench,
)
from dynalite_py.formats.definitions import Definition, WrongDefinitionError
from dynalite_py.model import codec

LARGEST_BYTES: Final = 64 * 1024 * 1024


def tables(
    text: bytes,
    parameters: Mapping[str, str],
    *,
    region: str,
    account: str,
    stack: str = "local",
    environment: Mapping[str, str] | None = None,
) -> list[Definition]:
    """The tables that a file describes, in its order.

    text: JSON or YAML: requests of CreateTable, DescribeTable's answers, a template of
    CloudFormation, SAM or the CDK, Terraform's plan or state, serverless.yml, a model of NoSQL
    Workbench. stack: begins the names of tables to which a template gives none. Raises:
    WrongDefinitionError; ImportError for YAML without PyYAML.
    """
    if len(text) > LARGEST_BYTES:
        raise WrongDefinitionError(f"it has more than {LARGEST_BYTES} bytes")
    return definitions.check_count(
        _found(_document(text), parameters, region, account, stack, environment)
    )


def _found(
    document: Any,
    parameters: Mapping[str, str],
    region: str,
    account: str,
    stack: str,
    environment: Mapping[str, str] | None,
) -> list[Definition]:
    if workbench.fits(document):
        return workbench.tables(document)
    if terraform.fits(document):
        return terraform.tables(document)
    if serverless.fits(document):
        return serverless.tables(
            document,
            parameters,
            region=region,
            account=account,
            environment=os.environ if environment is None else environment,
        )
    if cloudformation.fits(document):
        return cloudformation.tables(
            document, parameters, region=region, account=account, stack=stack
        )
    if descriptions.fits(document):
        return descriptions.tables(document)
    raise WrongDefinitionError(
        "it is none of: CreateTable requests, DescribeTable's answers, a template of "
        "CloudFormation, SAM or the CDK, Terraform's JSON, serverless.yml, a Workbench model"
    )


def _document(text: bytes) -> Any:
    """JSON where it is that, else YAML."""
    try:
        return codec.decode(text)
    except codec.NotJsonError as failure:
        if text.lstrip()[:1] in (b"{", b"["):  # It was to be JSON.
            not_json = str(failure)
        else:
            return tagged_yaml.load(text)
    try:
        return tagged_yaml.load(text)  # Flow style of YAML looks like JSON.
    except (ImportError, WrongDefinitionError):
        raise WrongDefinitionError(f"it is no JSON: {not_json}") from None
