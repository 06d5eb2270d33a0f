"""The API model in the tree is what the installed botocore has."""

from __future__ import annotations

from tests.api_model import generate


def test_the_committed_model_is_the_generated_one() -> None:
    assert generate.FILE.read_text(encoding="utf-8") == generate.content(), (
        "run `python -m tests.api_model.generate`"
    )
