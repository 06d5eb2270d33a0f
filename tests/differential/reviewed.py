"""The differences from DynamoDB Local that were looked at, each with the fact that decides for us.

A rule is a pattern over both answers. ``code message`` of a refusal, or ``200`` of an answer, is
what ``theirs`` and ``ours`` must match from the start. The numbers name sections of the facts about
the service: WV is "wire and validation", OP "operations", PQ
"PartiQL".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.differential import reviewed_partiql
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
    if not outcome.code:
        return str(outcome.status)
    return f"{outcome.code} {_ENVELOPE.sub('', outcome.message)}"


def _same_text(difference: Difference) -> bool:
    """Whether nothing but the envelope differs."""
    theirs, ours = difference.theirs, difference.ours
    return _line(theirs) == _line(ours) and theirs.body == ours.body and theirs.code != ""


# Not the form that names members and constraints, which begins alike.
_ENVELOPE = re.compile(r"^1 validation error detected: (?!Value |Map )")


def _unasked_capacity(difference: Difference) -> bool:
    body = dict(difference.theirs.body)
    body.pop("ConsumedCapacity", None)
    return "ReturnConsumedCapacity" not in difference.step.request and body == difference.ours.body


def _no_metrics(difference: Difference) -> bool:
    body = dict(difference.ours.body)
    return body.pop("ItemCollectionMetrics", None) is not None and body == difference.theirs.body


_MAKING = re.compile(r"(?<![:#])\b(set|add)\b", re.IGNORECASE)


def _creates_nothing(difference: Difference) -> bool:
    """An update of REMOVE and DELETE alone, after which they have an item of keys more than we."""
    request = difference.step.request
    legacy: dict[str, dict[str, Any]] = request.get("AttributeUpdates") or {}
    if _MAKING.search(request.get("UpdateExpression", "" if legacy else "set")) or any(
        each.get("Action") != "DELETE" for each in legacy.values()
    ):
        return False
    theirs, ours = difference.theirs.body, difference.ours.body
    if not difference.after:
        return ours == {} and len(theirs.get("Attributes", {})) <= 2
    more = [each for each in theirs["Items"] if each not in ours["Items"]]
    less = [each for each in ours["Items"] if each not in theirs["Items"]]
    return not less and all(len(each) <= 2 for each in more)


def _deletes_alone(difference: Difference) -> bool:
    updates = difference.step.request.get("AttributeUpdates") or {}
    actions = {(each or {}).get("Action") for each in updates.values()}
    return actions == {"DELETE"} and len(difference.theirs.body) > len(difference.ours.body)


def _index_key_fault(difference: Difference) -> bool:
    reasons = difference.ours.body["CancellationReasons"]
    return any("for Index Key" in each.get("Message", "") for each in reasons)


def _asked_capacity(difference: Difference) -> bool:
    return "ReturnConsumedCapacity" in difference.step.request and _alike_but_for(
        "ConsumedCapacity"
    )(difference)


def _repeated_number(difference: Difference) -> bool:
    sides = [each.body["Responses"] for each in (difference.theirs, difference.ours)]
    once = [
        {name: [item for at, item in enumerate(items) if item not in items[:at]]
         for name, items in side.items()}
        for side in sides
    ]  # fmt: skip
    return sides[0] != sides[1] and once[0] == sides[1]


def _fragments(difference: Difference) -> bool:
    returned = str(difference.step.request.get("ReturnValues"))
    return not difference.after and returned.startswith("UPDATED_")


def _alike_but_for(*members: str) -> Callable[[Difference], bool]:
    def holds(difference: Difference) -> bool:
        sides = [dict(each.body) for each in (difference.theirs, difference.ours)]
        for side in sides:
            for member in members:
                side.pop(member, None)
        return sides[0] == sides[1]

    return holds


def _ends_at_limit(difference: Difference) -> bool:
    ours = dict(difference.ours.body)
    full = ours.get("ScannedCount") == difference.step.request.get("Limit")
    return (
        full and ours.pop("LastEvaluatedKey", None) is not None and ours == difference.theirs.body
    )


def _least_read(difference: Difference) -> bool:
    """They charge nothing where nothing was read; the service charges the least."""
    theirs = difference.theirs.body.get("ConsumedCapacity", {})
    return theirs.get("CapacityUnits") == 0.0 and _alike_but_for("ConsumedCapacity")(difference)


def _unprojected(difference: Difference) -> bool:
    request = difference.step.request
    return (
        request.get("IndexName") in ("byScore", "tags", "scores") and "FilterExpression" in request
    )


ANY = ".*"
_RUN_TIME = (
    "The document path provided in the update|The provided expression refers to an attribute|"
    "An operand in the update expression"
)
_INVALID = "One or more parameter values were invalid: "
# Where both refuse with a ValidationException: the facts' text, and where they have it from.
_TEXTS: tuple[tuple[str, str], ...] = (
    ("WV 3.5", r"TableName must be at least 3|The parameter 'TableName' is required"),
    ("WV 3.6", "The requestItems parameter is required|" + _INVALID + "Attribute name is too"),
    ("WV 3.6", "Too many items requested"),
    ("WV 4.3", "Supplied AttributeValue has more than one datatypes set"),
    ("WV 4.3", "Provided list of item keys contains duplicates"),
    ("WV 4.5", "The table does not have the specified index"),
    ("WV 4.5", "Attempted conditional constraint is not an indexable operation"),
    ("WV 4.5", "Query (condition missed key schema element: .|key condition not supported)"),
    ("WV 4.5", "Consistent reads are not supported on global secondary indexes"),
    ("WV 4.5", "(Query|)Filter (Expression |)can only contain non-primary key attributes"),
    ("WV 4.5", "Key attributes must be scalars"),
    ("WV 4.5", "(Must|Cannot) specify the (AttributesToGet|ProjectionExpression)"),
    ("WV 4.5", "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"),
    (
        "WV 4.5",
        _INVALID + "(Select type ALL_ATTRIBUTES|Global secondary index|Condition parameter)",
    ),
    ("WV 4.6", r"The provided (exclusive |)start(ing|) key|The query can return at most one row"),
    ("WV 5.1", "Supplied AttributeValue is empty|Input collection contains duplicates"),
    ("WV 5.1", _INVALID + "(Input collection|Null attribute value types|An .* set  may not)"),
    ("WV 5.2", _INVALID + r"(Missing the key|Type mismatch for (key|Index Key) \w+ )"),
    ("WV 5.2", _INVALID + "(Size of hashkey|Aggregated size of all range keys)"),
    ("WV 5.2", "One or more parameter values are not valid"),
    ("WV 5.3", "The provided key element does not match the schema"),
    (
        "WV 6.2",
        "The parameter cannot be converted|Attempting to store more than 38|Number (over|un)",
    ),
    ("WV 8.1", "ExpressionAttribute(Values|Names) contains invalid (key: Syntax|value: )"),
    ("WV 8.1", "ExpressionAttribute(Names|Values) (can only|must not be empty)"),
    ("WV 8.3", "Invalid (Condition|Filter)Expression: The (IN|BETWEEN) operator"),
    ("WV 8.4", "Invalid UpdateExpression: Two document paths (overlap|conflict) with each other"),
    ("WV 8.4", "Invalid UpdateExpression: Incorrect operand type .*operator: (ADD|DELETE),"),
    ("WV 8.4", _INVALID + "Cannot update attribute"),
    ("WV 8.6", r"(Invalid KeyConditionExpression: |)KeyConditionExpressions cannot have"),
    ("WV 8.6", "Invalid (operator used|condition) in KeyConditionExpression"),
    ("WV 8.6", "KeyConditionExpressions (cannot contain|must only contain)"),
    ("WV 9.1", "Can not use both expression and non-expression parameters"),
    ("WV 9.2", _INVALID + "(Value|Exists|AttributeValue|ComparisonOperator|Invalid number)"),
    ("WV 9.3", _INVALID + "(Only DELETE action|(ADD|DELETE) action)"),
    ("WV 9.4", _INVALID + "Duplicate value in attribute name"),
    ("OP 1.2", "(Invalid KeySchema: |Both the Hash Key and the Range Key)"),
    ("OP 1.2", "Given value .* is out of bounds"),
    (
        "OP 1.2",
        _INVALID + "(Neither|Read|Some|Table|Index|Unknown|ProjectionType|Duplicate|Number)",
    ),
    ("OP 1.2", _INVALID + "(List of|GlobalSecondaryIndex|ProvisionedThroughput|All HASH|The KeyS)"),
    ("OP 2.4", "At least one of ProvisionedThroughput|This operation cannot be performed with"),
    ("OP 2.4", _INVALID + "(One of GlobalSecondaryIndexUpdate|Only one global secondary index)"),
    ("WV 4.3", "ReturnValues can only be ALL_OLD or NONE"),
    ("WV 4.7", "The (TotalS|S)egment(s|) parameter is "),
    ("WV 5.3", "The update expression attempted to update"),
    (
        "WV 8.3",
        "Invalid .*operator or function: attribute_type, operand type: {B, BOOL, BS, L, M, N",
    ),
    (
        "WV 9.1: ConditionalOperator is not among the parameters that exclude expressions",
        "ConditionalOperator cannot be used without",
    ),
    ("OP 2.4", "Table has no stream to disable"),
    ("OP 6.1", "TransactItems can only contain one|Transaction request cannot include"),
)
TEXTS = tuple(
    Rule(f"{source}: the service's text", "ValidationException", f"ValidationException ({text})")
    for source, text in _TEXTS
)
RULES = (
    Rule("WV 2.1: a member of a wrong JSON type is a SerializationException", ANY,
         "SerializationException"),
    Rule("WV 4.2: PutItem, UpdateItem and Query put some texts into an envelope",
         "ValidationException", "ValidationException", "PutItem|UpdateItem|Query", _same_text),
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
    Rule("WV 8.4: REMOVE of a nested path does nothing where there is no item",
         "ValidationException The document path provided in the update expression is invalid",
         "200", "UpdateItem"),
    Rule("WV 4.3: an update of a key is refused before the condition is looked at",
         "ConditionalCheckFailedException",
         "ValidationException .*This attribute is part of the key", "UpdateItem"),
    Rule("DynamoDB Local fails where it should answer", "InternalFailure", "200"),
    Rule("WV 8.4: an update of REMOVE and DELETE alone creates no item", "200", "200",
         "UpdateItem", _creates_nothing),
    Rule("WV 8.4: UPDATED_OLD and UPDATED_NEW hold the touched paths alone", "200", "200",
         "UpdateItem", _fragments),
    Rule("OP 4.5: a page that ends at Limit has a LastEvaluatedKey, also at the end", "200", "200",
         "Query|Scan", _ends_at_limit),
    Rule("OP 7.1: the least that a Query or Scan consumes is 0.5", "200", "200", "Query|Scan",
         _least_read),
    Rule("OP 9.18: a filter sees what the index projects", "200", "200", "Query|Scan",
         _unprojected),
    Rule("WV 4.6: no start key fits a Query of a table without a sort key", "200",
         "ValidationException The provided exclusive start key is invalid", "Query"),
    Rule("WV 4.6: a start key is refused where it does not satisfy the condition, not at its end",
         "ValidationException The provided starting key does not match the range key predicate",
         "200", "Query"),
    Rule("WV 9.3: DELETE alone creates no item", "200", "200", "UpdateItem", _deletes_alone),
    Rule("WV 5.3: an update may not set an index key to a wrong type", "200",
         "TransactionCanceledException", "TransactWriteItems", _index_key_fault),
    Rule("OP 6.2: what is wrong with one action's key or update cancels the transaction",
         "ValidationException", "TransactionCanceledException", "Transact(Write|Get)Items"),
    Rule("OP 7: batches and transactions sum items, double units and show both kinds", "200",
         "200", "Batch.*|Transact.*", _asked_capacity),
    Rule("OP 5: of two spellings of one key BatchGetItem reads the item once", "200", "200",
         "BatchGetItem", _repeated_number),
    Rule("DynamoDB Local fails where it should refuse", "InternalFailure", "ValidationException"),
    Rule("WV 8.8: SIZE is a reserved word", ANY,
         r"ValidationException .*Attribute name is a reserved keyword; reserved keyword: size"),
    Rule("OP 2.4, WV 3.7: the text of an unknown table", "ResourceNotFoundException",
         "ResourceNotFoundException Requested resource not found"),
    Rule("OP 1.2: the text of a table that exists", "ResourceInUseException",
         "ResourceInUseException Table already exists: "),
    Rule("WV 1.3: an unknown operation has no text", "UnknownOperationException",
         "UnknownOperationException $"),
    Rule("OP 1.1: a request is checked before the table is looked for", "Resource(InUse|NotFound)",
         "ValidationException", "(Create|Update|Delete)Table"),
    Rule("OP 1.2: throughput and on-demand billing exclude each other", "200",
         "ValidationException .*PAY_PER_REQUEST", "(Create|Update)Table"),
    Rule("OP 2.4: a table that becomes provisioned needs throughput for each index", "200",
         "ValidationException .*ProvisionedThroughput must be specified for index", "UpdateTable"),
    Rule("OP 1.4, 2.1: what a description holds in each status of a table", "200", "200",
         "(Create|Describe|Update|Delete)Table"),
    Rule("DynamoDB Local has no such operation", "UnknownOperationException", ANY,
         ".*Tags?.*|Untag.*|DescribeEndpoints"),
    Rule("OP 6.3, 6.4: the texts of reasons", "TransactionCanceledException",
         "TransactionCanceledException"),
    Rule("OP 6.5: the class is settled, a text is not", "IdempotentParameterMismatch",
         "IdempotentParameterMismatch"),
    Rule("WV 8.2: a keyword of another kind of expression is a plain name",
         r".*Syntax error; token: .(SET|NOT)\b", ".*Syntax error; token: "),
    Rule("WV 8.2: a value is no part of a path", ".*Internal server error", ".*Syntax error"),
    Rule("WV 8.4: of two faults with the item, which comes first is not settled",
         f"ValidationException ({_RUN_TIME})", f"ValidationException ({_RUN_TIME})", "UpdateItem"),
    *TEXTS,
    *(
        Rule(f"PQ {why}", theirs, ours, "(Batch|)Execute.*", where)
        for why, theirs, ours, where in reviewed_partiql.ROWS
    ),
)  # fmt: skip


def reason(difference: Difference) -> str | None:
    """Why the difference is right, or None."""
    return next((rule.why for rule in RULES if rule.holds(difference)), None)
