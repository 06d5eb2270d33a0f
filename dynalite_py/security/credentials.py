"""The access keys that requests must be signed with, as a setting writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Nothing that would end a key inside a credential.
_KEY_ID = re.compile(r"[\w.@+-]+", re.ASCII)


class MalformedError(ValueError):
    """A list of access keys that cannot be read. The text says which entry, never what it holds."""


def read(text: str) -> Mapping[str, str]:
    """Secrets by access key, out of ``ID:SECRET[,ID:SECRET...]``. Raises: MalformedError.

    Blanks around an entry are none of it; a secret may hold colons.
    """
    secrets: dict[str, str] = {}
    for number, entry in enumerate(text.split(","), start=1):
        key_id, _, secret = entry.strip().partition(":")
        if not secret or not secret.isprintable() or not _KEY_ID.fullmatch(key_id):
            raise MalformedError(f"entry {number} is not ID:SECRET")
        if key_id in secrets:
            raise MalformedError(f"entry {number} names an access key a second time")
        secrets[key_id] = secret
    return secrets
