"""Why the service's parser does not take a text that the grammar does not take."""

from __future__ import annotations

from dynalite_py.model import partiql_errors
from dynalite_py.model.errors import DynamoDBError


def explained(text: str) -> DynamoDBError:
    """The refusal of a text that is no statement of DynamoDB's."""
    del text
    return partiql_errors.malformed("Unexpected token after expression")
