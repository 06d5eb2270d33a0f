"""Counters: what falls where."""

from __future__ import annotations

from dynalite_py.model import metrics


def test_a_bound_holds_the_values_up_to_it() -> None:
    histogram = metrics.Histogram((1, 2, 5))
    for value in (0, 1, 1.5, 2, 5, 5.1, 1000):
        histogram.add(value)
    assert histogram.counts == [2, 2, 1, 2]
    assert histogram.sum == 1014.6


def test_an_operation_tells_what_was_done_and_each_refusal() -> None:
    requests = metrics.Requests()
    requests.of("GetItem").done += 2
    requests.of("GetItem").refuse("ValidationException")
    requests.of("GetItem").refuse("ValidationException")
    assert requests.of("GetItem").outcomes() == {"ok": 2, "ValidationException": 2}
    assert list(requests.operations) == ["GetItem"]


def test_a_commit_counts_its_writes_and_seconds() -> None:
    commits = metrics.Commits()
    commits.add(3, 0.25)
    commits.add(1, 0.5)
    assert (commits.sizes.sum, commits.seconds.sum) == (4, 0.75)
    assert sum(commits.sizes.counts) == sum(commits.seconds.counts) == 2
