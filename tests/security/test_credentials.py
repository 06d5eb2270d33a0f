"""Access keys as a setting writes them."""

from __future__ import annotations

import pytest

from dynalite_py.security import credentials


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("a:b", {"a": "b"}),
        ("a:b,c:d", {"a": "b", "c": "d"}),
        (" a:b , c:d\n", {"a": "b", "c": "d"}),
        ("AKID:wJalr/K7+bPx=", {"AKID": "wJalr/K7+bPx="}),
        ("a:b:c", {"a": "b:c"}),
        ("123456789012:b", {"123456789012": "b"}),
    ],
)
def test_keys_and_secrets_are_read(text: str, secrets: dict[str, str]) -> None:
    assert credentials.read(text) == secrets


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "entry 1 is not ID:SECRET"),
        ("hidden", "entry 1 is not ID:SECRET"),
        ("hidden:", "entry 1 is not ID:SECRET"),
        (":hidden", "entry 1 is not ID:SECRET"),
        ("hid/den:x", "entry 1 is not ID:SECRET"),
        ("hid=den:x", "entry 1 is not ID:SECRET"),
        ("hid den:x", "entry 1 is not ID:SECRET"),
        ("hiddén:x", "entry 1 is not ID:SECRET"),
        ("hidden:x\x00", "entry 1 is not ID:SECRET"),
        ("hidden:x\udcff", "entry 1 is not ID:SECRET"),
        ("a:b,", "entry 2 is not ID:SECRET"),
        ("a:b,,c:d", "entry 2 is not ID:SECRET"),
        ("hidden:b,hidden:c", "entry 2 names an access key a second time"),
    ],
)
def test_a_malformed_list_is_refused_without_showing_it(text: str, fault: str) -> None:
    with pytest.raises(credentials.MalformedError) as refusal:
        credentials.read(text)
    assert str(refusal.value) == fault
