"""The reserved words."""

from __future__ import annotations

import pytest

from dynalite_py.language import reserved


def test_there_are_573_reserved_words() -> None:
    assert len(reserved.WORDS) == 573
    assert all(word.isalpha() and word.isupper() for word in reserved.WORDS)


@pytest.mark.parametrize("word", ["ABORT", "abort", "aBoRt", "Zone", "name", "size"])
def test_a_reserved_word_is_known_in_any_letter_case(word: str) -> None:
    assert reserved.is_reserved(word)


@pytest.mark.parametrize("word", ["remove", "contains", "attribute_exists", "begins_with", "pk"])
def test_other_words_are_free(word: str) -> None:
    assert not reserved.is_reserved(word)
