"""Paginators and waiters, over a list in place of a table."""

from typing import Any

import pytest

from dynalite_py.doors.library import exceptions, pages
from dynalite_py.model import errors

PAGES = 3


def listing(total: int) -> Any:
    """A Query over ``total`` items, PAGES a page unless Limit says less."""

    def query(**request: Any) -> dict[str, Any]:
        first = (
            int(request["ExclusiveStartKey"]["n"]["N"]) + 1 if "ExclusiveStartKey" in request else 0
        )
        after = min(first + min(request.get("Limit", PAGES), PAGES), total)
        page: dict[str, Any] = {
            "Items": [{"n": {"N": str(n)}, "b": {"B": bytes([n])}} for n in range(first, after)],
            "Versions": list(range(first, after)),
            "Count": after - first,
            "ScannedCount": 2 * (after - first),
            "ConsumedCapacity": {"TableName": "t", "first": first},
            "ResponseMetadata": {},
        }
        if after < total:
            page["LastEvaluatedKey"] = page["Items"][-1]
        return page

    return query


def read(total: int, config: Any = None) -> dict[str, Any]:
    paginator = pages.Paginator(listing(total), pages.PAGINATORS["query"])
    return paginator.paginate(TableName="t", PaginationConfig=config).build_full_result()


def numbers(result: dict[str, Any]) -> list[int]:
    assert result["Versions"] == [int(item["n"]["N"]) for item in result["Items"]]
    return result["Versions"]


@pytest.mark.parametrize("total", [0, 1, PAGES, PAGES + 1, 10])
def test_all_pages_make_one_result(total: int) -> None:
    result = read(total)
    assert numbers(result) == list(range(total))
    assert (result["Count"], result["ScannedCount"]) == (total, 2 * total)
    assert result["ConsumedCapacity"] == {"TableName": "t", "first": 0}
    assert "NextToken" not in result


@pytest.mark.parametrize("most", range(1, 11))
@pytest.mark.parametrize("page_size", [None, 1, 2, 7])
def test_a_reading_stopped_by_max_items_resumes_without_gap_or_repetition(
    most: int, page_size: int | None
) -> None:
    found: list[int] = []
    counted, token = 0, None
    for _ in range(20):
        config = {"MaxItems": most, "PageSize": page_size, "StartingToken": token}
        result = read(10, config)
        assert len(result["Items"]) <= most
        found += numbers(result)
        counted += result["Count"]
        token = result.get("NextToken")
        if token is None:
            break
    assert found == list(range(10))
    assert counted >= 10


@pytest.mark.parametrize("config", [None, {"MaxItems": 4}])
def test_pages_that_only_count_have_no_members(config: Any) -> None:
    def counted(**request: Any) -> dict[str, Any]:
        page = listing(7)(**request)
        del page["Items"], page["Versions"]
        return page

    reader = pages.Paginator(counted, pages.PAGINATORS["query"])
    found = reader.paginate(TableName="t", Select="COUNT", PaginationConfig=config)
    assert [page["Count"] for page in found] == [3, 3, 1]
    assert found.build_full_result()["Count"] == 7


def test_page_size_is_the_limit_of_each_request() -> None:
    asked: list[Any] = []
    answer = listing(4)

    def query(**request: Any) -> Any:
        asked.append(request.get("Limit"))
        return answer(**request)

    paginator = pages.Paginator(query, pages.PAGINATORS["query"])
    found = list(paginator.paginate(PaginationConfig={"PageSize": 2}))
    assert [page["Count"] for page in found] == [2, 2]
    assert asked == [2, 2]


def test_a_page_iterator_can_be_read_again() -> None:
    iterator = pages.Paginator(listing(5), pages.PAGINATORS["query"]).paginate()
    assert [page["Count"] for page in iterator] == [page["Count"] for page in iterator] == [3, 2]


@pytest.mark.parametrize("token", ["", "x", "e30=", "W10=", "!!!!", "eyJzdGFydCI6bnVsbH0="])
def test_a_made_up_token_is_refused(token: str) -> None:
    with pytest.raises(exceptions.ParamValidationError, match="StartingToken"):
        read(3, {"StartingToken": token})


def test_a_page_size_that_is_no_number_is_refused() -> None:
    with pytest.raises(exceptions.ParamValidationError, match=r"PaginationConfig\.PageSize"):
        read(3, {"PageSize": "many"})


def describing(*answers: str | None) -> Any:
    """A DescribeTable that gives these statuses one after the other; None: not found."""
    waiting = iter(answers)

    def describe_table(**request: Any) -> dict[str, Any]:
        assert request == {"TableName": "t"}
        status = next(waiting)
        if status is None:
            refusal = errors.named_table_not_found("t")
            raise exceptions.of(refusal, "DescribeTable", refusal.extra)
        return {"Table": {"TableStatus": status}}

    return describe_table


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("table_exists", ("ACTIVE",)),
        ("table_exists", (None, "CREATING", "ACTIVE")),
        ("table_not_exists", (None,)),
        ("table_not_exists", ("ACTIVE", "DELETING", None)),
    ],
)
def test_a_waiter_returns_in_the_wanted_state(name: str, answers: tuple[str | None, ...]) -> None:
    pauses: list[float] = []
    waiter = pages.Waiter(describing(*answers), pages.WAITERS[name], pause=pauses.append)
    waiter.wait(TableName="t", WaiterConfig={"Delay": 7})
    assert pauses == [7] * (len(answers) - 1)


@pytest.mark.parametrize(
    ("name", "answer"), [("table_exists", None), ("table_not_exists", "ACTIVE")]
)
def test_a_waiter_gives_up_with_the_last_answer(name: str, answer: str | None) -> None:
    waiter = pages.Waiter(describing(answer, answer), pages.WAITERS[name], pause=lambda _: None)
    with pytest.raises(exceptions.WaiterError, match="Max attempts exceeded") as caught:
        waiter.wait(TableName="t", WaiterConfig={"MaxAttempts": 2})
    last = caught.value.last_response
    assert last.get("Table", {}).get("TableStatus") == answer
    assert ("Error" in last) == (answer is None)
