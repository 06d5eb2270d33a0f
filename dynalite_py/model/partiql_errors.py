"""Refusals of PartiQL statements, in the service's words.

Source: facts, PartiQL, unless a line says otherwise. A place is line, column and length of a token.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from dynalite_py.model.errors import DynamoDBError, validation

At: TypeAlias = tuple[int, int, int]

_DEFINITIONS = ("CreateTable", "DropTable", "CreateIndex", "DropIndex")
_UNSUPPORTED_OPERATION = "Unsupported operation: "
_MALFORMED = "Statement wasn't well formed, can't be processed: "
_INVALID_PREFIXES = tuple(
    f"Invalid {parameter}: " for parameter in ("ConditionExpression", "UpdateExpression")
)


def _at(text: str, place: At) -> DynamoDBError:
    return validation(f"{text} at {':'.join(map(str, place))}")


def bare(error: DynamoDBError) -> DynamoDBError:
    """A refusal of an expression as a statement shows it: no expression is named."""
    text = error.message or ""
    for prefix in _INVALID_PREFIXES:
        if text.startswith(prefix):
            return DynamoDBError(error.code, text.removeprefix(prefix))
    return error


def of_parser(error: DynamoDBError) -> bool:
    """Whether a refusal is the parser's, not that of a statement that was understood."""
    return (error.message or "").startswith((_MALFORMED, _UNSUPPORTED_OPERATION))


# The text alone.


def malformed(detail: str) -> DynamoDBError:
    """The service's parser does not take the text. detail: why, empty for the lexer's faults."""
    return validation(_MALFORMED + detail)


def unexpected_path_component(place: At) -> DynamoDBError:
    """A column that is no path: a function, a literal, a sum."""
    return _at("Unexpected path component", place)


def aliased() -> DynamoDBError:
    """``AS``, or a name behind a column or table."""
    return validation("Aliasing is not supported")


def duplicate_columns(name: str) -> DynamoDBError:
    """Two columns that would be one member of the answer."""
    return validation(f"Duplicate identifiers in select clause: {name}")


def changed_hierarchy() -> DynamoDBError:
    """``a.*``"""
    return validation("Changing item's hierarchy while reading isn't supported")


def select_value() -> DynamoDBError:
    """``SELECT VALUE`` or PIVOT."""
    return validation("Select projection doesn't support value or pivot keywords")


def unsupported_clause(clause: str, place: At | None = None) -> DynamoDBError:
    """LIMIT, GROUP BY..."""
    text = f"Unsupported clause: {clause}"
    return validation(text) if place is None else _at(text, place)


def unsupported_token(token: str, place: At | None = None) -> DynamoDBError:
    """DISTINCT, a SELECT inside a condition..."""
    text = f"Unsupported token in expression: {token}"
    return validation(text) if place is None else _at(text, place)


def unsupported_operation(name: str) -> DynamoDBError:
    """CREATE, DROP and what else is no statement of the API. name: as the service's code has it."""
    return validation(_UNSUPPORTED_OPERATION + name)


def several_sources() -> DynamoDBError:
    """A join, or a list behind FROM."""
    return validation("Only select from a single table or index is supported.")


def empty_component() -> DynamoDBError:
    """``""`` in the place of a table or index."""
    return validation("Path component cannot be an empty string")


def too_many_components() -> DynamoDBError:
    """``a.b.c`` behind FROM."""
    return validation("A path may contain at most 2 components in the FROM clause")


def bad_table_name() -> DynamoDBError:
    """A name that no table can have."""
    return validation(
        "Table name should be within the length [3, 255] and only contain "
        "'a-z', 'A-Z', '0-9', '-', '_', '.'."
    )


def insert_into_index(place: At) -> DynamoDBError:
    """INSERT with more than a table's name. place: of the table's name."""
    return _at(
        "FROM clause may only contain a single table name in data manipulation statements", place
    )


def write_to_index() -> DynamoDBError:
    """UPDATE or DELETE with an index."""
    return validation("This operation is not supported on an index")


def stray_exists() -> DynamoDBError:
    """EXISTS outside of a transaction."""
    return validation("EXISTS can only be used in ExecuteTransaction write requests.")


# Literals.


def number_precision() -> DynamoDBError:
    """A number of more than 38 digits."""
    return validation("DynamoDB only supports precision up to 38 digits")


def no_struct(place: At) -> DynamoDBError:
    """INSERT of what is no ``{...}``."""
    return _at(
        "Unsupported format in item expression. Please use struct format {...} to express item "
        "values for insert statement.",
        place,
    )


def no_text_as_key(kind: str, place: At) -> DynamoDBError:
    """A map's key that is no string."""
    return _at(
        f"Tuple keys must be of type String. Actual type: {kind} under root",
        place,
    )


def duplicate_map_key(name: str, place: At) -> DynamoDBError:
    """A map with one key twice."""
    return _at(f"Duplicate keys in tuple. Key: {name} under root", place)


def empty_bag(place: At) -> DynamoDBError:
    """``<<>>``"""
    return _at("Empty bags are not supported", place)


def mixed_bag(place: At | None) -> DynamoDBError:
    """A set of anything but numbers alone or strings alone. place: of a member that is neither."""
    text = "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"
    return validation(text) if place is None else _at(text, place)


def duplicates_in_bag() -> DynamoDBError:
    """A set with one member twice."""
    return validation("Input collection contains duplicates")


def unsupported_data(kind: str, path: str, place: At) -> DynamoDBError:
    """What is no literal inside one. path: ``root``, ``root.0``..."""
    return _at(f"Unsupported data type: {kind} under key {path}", place)


def ion_literal(kind: str, path: str, place: At) -> DynamoDBError:
    """A text in backticks."""
    return _at(f"Ion Literals are not supported: {kind} under key {path}", place)


# Conditions.


def no_boolean() -> DynamoDBError:
    """A condition that is a value."""
    return validation("WHERE clause must contain an expression that resolves to a boolean")


def unsupported_operator(operator: str, *, in_update: bool = False) -> DynamoDBError:
    """An operator that conditions, or updates, do not have."""
    where = "Update" if in_update else "Condition"
    return validation(f"Unsupported operator in {where} Expression. Operator: {operator}")


def unknown_function(name: str) -> DynamoDBError:
    """A function that DynamoDB does not have."""
    return validation(f"Unrecognized function: {name}")


def missing_compared() -> DynamoDBError:
    """``= MISSING``"""
    return validation("MISSING must be compared using IS operator")


def unknown_type_test(kind: str, place: At) -> DynamoDBError:
    """IS with a type that DynamoDB does not have. place: of the word IS."""
    return _at(
        f"Unsupported data type for IS operator: {kind}. Supported data types are "
        "[MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]",
        place,
    )


def type_test_operand() -> DynamoDBError:
    """IS behind what has no type of its own."""
    return validation(
        "The left hand side argument to IS must be a Variable Reference, Literal, or Path"
    )


def membership_operands() -> DynamoDBError:
    """IN without a path before it or a list behind it."""
    return validation(
        "IN operator must have a left hand argument of type Variable Reference and right hand "
        "argument of type Seq with at least one member"
    )


def no_condition_operand(operator: str) -> DynamoDBError:
    """AND, OR or NOT with a value."""
    if operator == "NOT":
        return validation("The argument to NOT must be a Type or Expression")
    return validation("The arguments to AND/OR must be Expressions")


def list_index_out_of_range(index: str, place: At) -> DynamoDBError:
    """A list index beyond the service's range."""
    return _at(f"List index is not within the allowable range; index: [{index}]", place)


# Keys.


def no_key_equality() -> DynamoDBError:
    """UPDATE or DELETE of more or less than one item."""
    return validation("Where clause does not contain a mandatory equality on all key attributes")


def several_key_conditions(name: str) -> DynamoDBError:
    """A write whose key is told twice."""
    return validation(
        f"Multiple conditions on same key {name}. Only single item Update/Insert/Delete are "
        "supported"
    )


def key_type_mismatch(name: str) -> DynamoDBError:
    """A key compared with a value of another type."""
    return validation(
        f"Key attribute's data type should match its data type in table's schema: Key {name}"
    )


def too_many_reads() -> DynamoDBError:
    """More hash key values than one statement reads."""
    return validation("Too many decomposed read operations for a given query.")


def missing_key(name: str) -> DynamoDBError:
    """INSERT of an item without one of its keys."""
    return validation(f"Key attribute should be present in the item: Key {name}")


# Reads.


def unknown_index() -> DynamoDBError:
    """An index that the table does not have."""
    return validation("The table does not have the specified index")


def consistent_index_read() -> DynamoDBError:
    """A strongly consistent read of a global index."""
    return validation("Strongly consistent read is not supported on Global Secondary Indexes")


def order_without_condition() -> DynamoDBError:
    """ORDER BY without WHERE."""
    return validation("Must have WHERE clause in the statement when using ORDER BY clause.")


def order_without_hash() -> DynamoDBError:
    """ORDER BY where the hash key is free."""
    return validation(
        "Must have at least one non-optional hash key condition in WHERE clause when using "
        "ORDER BY clause."
    )


def order_by_no_key(name: str) -> DynamoDBError:
    """ORDER BY an attribute that orders nothing."""
    return validation(f"Attribute {name} in ORDER BY clause must be part of the primary key")


def order_of_many_partitions() -> DynamoDBError:
    """ORDER BY the sort key alone, over several partitions."""
    return validation(
        "Must have hash key in ORDER BY clause when more than one hash key condition specified in "
        "WHERE clause."
    )


def order_operand(kind: str) -> DynamoDBError:
    """ORDER BY what is no attribute's name."""
    return validation(f"Argument to ORDER BY must be of type VariableReference. Type: {kind}")


def invalid_next_token() -> DynamoDBError:
    """A NextToken that this store did not make."""
    return validation("Invalid NextToken")


def foreign_next_token() -> DynamoDBError:
    """A NextToken of another account."""
    return validation("Given NextToken is invalid for this account")


def other_next_token() -> DynamoDBError:
    """A NextToken of another statement."""
    return validation("NextToken does not match request")


def parameter_count() -> DynamoDBError:
    """Fewer parameters than question marks."""
    return validation("Number of parameters in request and statement don't match.")


# Writes.


def duplicate_item() -> DynamoDBError:
    """INSERT over an item."""
    return DynamoDBError("DuplicateItemException", "Duplicate primary key exists in table")


def inserted_item_too_large() -> DynamoDBError:
    """INSERT of more than 400 KB."""
    return validation("Item size has exceeded the maximum allowed size")


def at_in_insert(place: At) -> DynamoDBError:
    """INSERT of an item at a place."""
    return _at("AT is not supported in insert statements.", place)


def returning_in_insert() -> DynamoDBError:
    """INSERT ... RETURNING"""
    return validation("RETURNING is not supported in INSERT")


def returning_in_delete(variant: str) -> DynamoDBError:
    """DELETE ... RETURNING anything but ALL OLD."""
    return validation(
        f"Invalid returning clause: RETURNING {variant} *. Only RETURNING ALL OLD * is allowed in "
        "DELETE statements."
    )


def function_in_update(name: str) -> DynamoDBError:
    """A function of conditions behind SET."""
    return validation(f"The function is not allowed in an update expression; function: {name}")


def type_test_in_update() -> DynamoDBError:
    """IS behind SET."""
    return validation("IS operator is not supported in update expressions")


def set_function_operands(name: str, place: At) -> DynamoDBError:
    """SET_ADD or SET_DELETE with one or three arguments."""
    return _at(f"{name} must have exactly two arguments", place)


def set_function_target(name: str) -> DynamoDBError:
    """``SET a = set_add(b, ...)``"""
    return validation(f"The first argument to {name} must equal the assignment value")


def set_function_type(name: str, place: At) -> DynamoDBError:
    """``set_add(a, 'x')``"""
    return _at(f"The second argument to {name} must be a value with type SET", place)


# Batches and transactions.


def mixed_batch() -> DynamoDBError:
    """Reads and writes in one batch."""
    return validation("Read and write requests together in the same batch is not supported.")


def batch_select_without_key() -> DynamoDBError:
    """A SELECT of a batch that is no read of one item."""
    return validation(
        "Select statements within BatchExecuteStatement must specify the primary key in the where "
        "clause."
    )


def mixed_transaction() -> DynamoDBError:
    """Reads and writes in one transaction."""
    return validation(
        "ExecuteTransaction API does not support both read and write operations in the same "
        "request."
    )


def of_member(number: int, refusal: DynamoDBError) -> DynamoDBError:
    """A transaction's member that is refused by itself. number: from 0."""
    return validation(f"Validation failed in TransactStatements[{number}]: {refusal.message}")


def returning_in_transaction() -> DynamoDBError:
    """RETURNING in a member."""
    return validation("RETURNING clause is not supported in ExecuteTransaction.")


def index_in_transaction() -> DynamoDBError:
    """A SELECT of an index in a member."""
    return validation("Reads on indices are not supported within transactions.")


def transaction_select_without_key() -> DynamoDBError:
    """A SELECT of a transaction that is no read of one item."""
    return validation(
        "Select statements within ExecuteTransaction must specify the primary key in the where "
        "clause."
    )


def exists_without_condition() -> DynamoDBError:
    """EXISTS of a key alone, or of less."""
    return validation("EXISTS() must contain a single item read with additional condition")


def no_operation_of_batches() -> DynamoDBError:
    """A member of a batch that defines a table."""
    return validation(
        "Invalid operation. Only select, insert, update and delete operations are valid"
    )


def batch_error(refusal: DynamoDBError) -> dict[str, Any]:
    """A member's refusal as the batch shows it."""
    if (refusal.message or "").endswith(_DEFINITIONS) and of_parser(refusal):
        refusal = no_operation_of_batches()
    code = refusal.code.removesuffix("Exception")
    if code == "Validation":
        code = "ValidationError"
    return {"Code": code, "Message": refusal.message}
