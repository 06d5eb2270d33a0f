"""What a failed test has made of its tables."""

from __future__ import annotations

from typing import Any

from dynalite_py.doors.library.exceptions import DynaliteError
from dynalite_py.doors.library.store import Store
from dynalite_py.doors.testing import contents


def of_failure(client: Any, template: Store) -> str:
    """The difference as lines; empty where nothing changed."""
    if isinstance(client, Store):
        client.engine.lay_faults(None)  # The test is over.
        try:
            return contents.difference(contents.of(template), contents.of(client))
        except DynaliteError as refusal:
            return f"the tables cannot be read: {refusal}"
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return contents.difference(contents.of(template), contents.of(client))
    except (BotoCoreError, ClientError) as failure:
        return f"the tables cannot be read: {failure}"
