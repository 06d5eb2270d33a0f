"""The differences from DynamoDB Local that were looked at, each with the fact that decides for us.

A rule is a pattern over both answers. ``code message`` of a refusal, or ``200`` of an answer, is
what ``theirs`` and ``ours`` must match from the start. The numbers name sections of the facts about
the service: WV is "wire and validation", OP "operations".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.differential.compare import Difference
from tests.differential.peer import Outcome


@dataclass(frozen=True, slots=True)
class Rule:
    """A reviewed kind of difference. why: what the service does, and who says so.

    theirs, ours: patterns; where: what else must hold; state: it is about a table after a write.
    """

    why: str
    theirs: str
    ours: str
    operations: str = r"\w+"
    where: Callable[[Difference], bool] | None = None

    def holds(self, difference: Difference) -> bool:
        """Whether the difference is of this kind."""
        return (
            re.match(self.theirs, _line(difference.theirs), re.DOTALL) is not None
            and re.match(self.ours, _line(difference.ours), re.DOTALL) is not None
            and re.fullmatch(self.operations, difference.step.operation) is not None
            and (self.where is None or self.where(difference))
        )


def _line(outcome: Outcome) -> str:
    return f"{outcome.code} {outcome.message}" if outcome.code else str(outcome.status)


def _unasked_capacity(difference: Difference) -> bool:
    body = dict(difference.theirs.body)
    body.pop("ConsumedCapacity", None)
    return "ReturnConsumedCapacity" not in difference.step.request and body == difference.ours.body


def _no_metrics(difference: Difference) -> bool:
    body = dict(difference.ours.body)
    return body.pop("ItemCollectionMetrics", None) is not None and body == difference.theirs.body


ANY = ".*"
RULES = (
    Rule("WV 2.1: a member of a wrong JSON type is a SerializationException", ANY,
         "SerializationException"),
    Rule("WV 3.1, 3.2: model violations have one form", ANY,
         r"ValidationException \d+ validation errors? detected: (Value|Map) .* failed to satisfy"),
    Rule("WV 6.1: a zero with a far exponent is refused", "200",
         r"ValidationException Number (over|under)flow\. .*"),
    Rule("WV 6.1: only ASCII digits are a number", "200",
         "ValidationException The parameter cannot be converted to a numeric value"),
    Rule("WV 5.3: an update may not set an index key to a wrong type", "200",
         r"ValidationException One or more parameter values were invalid: "
         r"Type mismatch for Index Key", "UpdateItem"),
    Rule("WV 5.3: an update may not set an index key to a wrong type or size", "200",
         "ValidationException The update expression attempted to update the secondary index key"),
    Rule("WV 8.3: the operands of BETWEEN and IN need not be distinct",
         r"ValidationException .*The first operand must be distinct .* operator: (BETWEEN|IN),",
         ANY),
    Rule("WV 8.3: IN has at most a hundred operands", "200",
         r"ValidationException .*The IN operator is provided with too many operands"),
    Rule("WV 3.5: names of one or two characters pass the model",
         r"ValidationException Invalid table/index name\.", "ResourceNotFoundException"),
    Rule("OP 7.1: consumed capacity is answered where it was asked for", "200", "200",
         "DeleteItem", _unasked_capacity),
    Rule("OP 3: item collection metrics are answered for tables with local indexes", "200", "200",
         where=_no_metrics),
    Rule("WV 8.8: SIZE is a reserved word", ANY,
         r"ValidationException .*Attribute name is a reserved keyword; reserved keyword: size"),
)  # fmt: skip


def reason(difference: Difference) -> str | None:
    """Why the difference is right, or None."""
    return next((rule.why for rule in RULES if rule.holds(difference)), None)
