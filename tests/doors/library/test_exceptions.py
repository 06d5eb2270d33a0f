"""The exceptions of the library door."""

import concurrent.futures
import multiprocessing

import pytest

import dynalite_py
from dynalite_py.doors.library import exceptions
from dynalite_py.model import errors

ITEM = {"pk": {"B": b"a"}}


@pytest.mark.parametrize("code", sorted(exceptions.BY_CODE))
def test_every_code_has_the_class_of_its_name(code: str) -> None:
    error = exceptions.of(errors.DynamoDBError(code, "why"), "GetItem", {})
    assert type(error) is getattr(exceptions, code)
    assert isinstance(error, dynalite_py.DynaliteError)
    assert isinstance(error, exceptions.ClientError)
    assert (error.code, error.message, error.operation_name) == (code, "why", "GetItem")
    assert error.response["Error"] == {"Code": code, "Message": "why"}
    assert str(error) == f"An error occurred ({code}) when calling the GetItem operation: why"


def test_an_unknown_code_is_the_base_class() -> None:
    error = exceptions.of(errors.DynamoDBError("NewException", None, status=500), "Scan", {})
    assert type(error) is exceptions.DynaliteError
    assert error.response["Error"] == {"Code": "NewException", "Message": ""}
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 500


def test_the_item_and_version_of_a_conflict_are_at_hand() -> None:
    error = exceptions.of(errors.version_conflict(3, ITEM), "PutItem", {"Version": 3, "Item": ITEM})
    assert isinstance(error, exceptions.VersionConflict)
    assert isinstance(error, exceptions.ConditionalCheckFailedException)
    assert (error.version, error.item) == (3, ITEM)


def test_a_failed_condition_without_an_item_has_none() -> None:
    error = exceptions.of(errors.condition_failed(), "PutItem", {})
    assert isinstance(error, exceptions.ConditionalCheckFailedException)
    assert error.item is None
    assert error.cancellation_reasons == []


def test_cancellation_reasons_are_at_hand() -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "no"}]
    refusal = errors.transaction_cancelled(reasons)
    error = exceptions.of(refusal, "TransactWriteItems", refusal.extra)
    assert error.cancellation_reasons == reasons
    assert error.response["CancellationReasons"] == reasons


def raise_there(error: Exception) -> None:
    raise error


ERRORS: list[exceptions.DynaliteError] = [
    exceptions.of(errors.version_conflict(3, ITEM), "PutItem", {"Version": 3, "Item": ITEM}),
    exceptions.ParamValidationError("no such keyword", "GetItem"),
    exceptions.WaiterError("TableExists", "Max attempts exceeded", {"Table": {}}),
    exceptions.StoreError("The folder is not there"),
    exceptions.StoreClosedError("StoreClosed", "The store is closed", "GetItem"),
]


def test_errors_cross_process_pools_whole() -> None:
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        for error in ERRORS:
            back = pool.submit(raise_there, error).exception()
            assert type(back) is type(error)
            assert isinstance(back, exceptions.DynaliteError)
            assert (str(back), back.response) == (str(error), error.response)
