"""What stands beside items and tables, as an account sees it that never used it: time to live,
Kinesis destinations, global tables, insights.

What most of them do once they are used has no rows here, for the store does not have it.
"""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.feature_bounds import bounds
from tests.facts.proof import proof

OPERATIONS = "tests/operations/"


KINESIS_PROOFS = (
    proof(
        "a table without a Kinesis destination shows its name and an empty list",
        AWS_CAPTURED,
        "tests/operations/test_kinesis.py::test_a_table_has_no_destination",
    ),
    proof(
        "the ARN of a Kinesis stream has 37 to 1024 characters",
        AWS_CAPTURED,
        *bounds(
            "EnableKinesisStreamingDestination", "streamArn", "greater than 37", "less than 1024"
        ),
    ),
    proof(
        "the precision of a destination is MILLISECOND or MICROSECOND",
        AWS_CAPTURED,
        "fact: a destination by a precision of its own",
    ),
    proof(
        "a destination that is not active cannot be disabled",
        AWS_CAPTURED,
        "fact: a destination disabled that is not active",
    ),
    proof(
        "a destination that is not active cannot be changed",
        AWS_CAPTURED,
        "fact: a destination changed that is not active",
    ),
    proof(
        "a destination is not changed by no or an empty configuration",
        AWS_CAPTURED,
        "fact: a destination changed by nothing",
        "fact: a destination changed by an empty configuration",
    ),
    proof(
        "a destination cannot be disabled with a configuration",
        AWS_CAPTURED,
        "fact: a destination disabled with a configuration",
    ),
    proof(
        "EnableKinesisStreamingDestination answers ENABLING; the destination is ACTIVE then",
        AWS_CAPTURED,
        "tests/operations/test_kinesis.py::test_a_destination_is_enabling_then_active",
    ),
    proof(
        "DisableKinesisStreamingDestination answers DISABLING; the DISABLED entry stays listed",
        AWS_CAPTURED,
        "tests/operations/test_kinesis.py::test_a_destination_is_disabling_then_disabled_and_stays_in_the_list",
    ),
    proof(
        "UpdateKinesisStreamingDestination answers UPDATING with the configuration",
        AWS_CAPTURED,
        "tests/operations/test_kinesis.py::test_a_precision_is_updating_and_shown",
    ),
    proof(
        "a table has one live destination",
        AWS_CAPTURED,
        "fact: a live destination enabled",
        "fact: another destination enabled beside a live one",
        "tests/operations/test_kinesis.py::test_a_table_has_one_live_destination",
    ),
    proof(
        "only an ACTIVE destination is disabled or changed",
        AWS_CAPTURED,
        "fact: another destination disabled than the live one",
        "fact: another destination changed than the live one",
        "tests/operations/test_kinesis.py::test_only_an_active_destination_is_disabled",
        "tests/operations/test_kinesis.py::test_only_an_active_destination_is_changed",
    ),
    proof(
        "a precision is not changed to what it is",
        AWS_CAPTURED,
        "tests/operations/test_kinesis.py::test_a_precision_is_not_changed_to_what_it_is",
    ),
    proof(
        "an ARN is not checked in the call; a bad one ends in ENABLE_FAILED with a description",
        AWS_CAPTURED,
        "tests/operations/test_kinesis.py::test_an_arn_that_leads_nowhere_fails_later",
    ),
    proof(
        "DescribeTable shows nothing of a destination",
        AWS_CAPTURED,
        "tests/operations/test_kinesis.py::test_a_table_shows_nothing_of_its_destination",
    ),
    proof(
        "a Kinesis record has both images, no SequenceNumber, no StreamViewType",
        DOCS,
        "tests/workers/test_kinesis.py::test_a_record_has_kinesis_form",
    ),
    proof(
        "an event of Lambda has the stream's ARN in each record",
        DOCS,
        "tests/workers/test_triggers.py::test_the_event_has_lambdas_shape",
    ),
    proof(
        "a batch has as many records as BatchSize at most, and 6 MB",
        DOCS,
        "tests/workers/test_triggers.py::test_batches_have_so_many_records_at_most",
        "tests/workers/test_triggers.py::test_a_batch_has_no_more_bytes_than_an_invocation",
    ),
    proof(
        "of reported failures the lowest number becomes the checkpoint",
        DOCS,
        "tests/workers/test_triggers.py::test_failed_records_come_again_and_those_before_them_do_not",
        "tests/workers/test_trigger_handlers.py::test_a_reply_names_the_first_failed_record",
    ),
    proof(
        "what is given up is told in Lambda's message, without items",
        DOCS,
        "tests/workers/test_triggers.py::test_what_is_tried_too_often_is_told_and_passed_over",
    ),
    proof(
        "records that a filter does not want count as done",
        DOCS,
        "tests/workers/test_triggers.py::test_what_the_filter_does_not_want_counts_as_done",
    ),
)

OTHER_PROOFS = (
    proof(
        "a table without replicas shows no member of global tables",
        AWS_CAPTURED,
        "tests/operations/test_global_tables.py::"
        "test_a_table_without_replicas_shows_nothing_of_global_tables",
    ),
    proof(
        "CreateGlobalTable is refused to everybody",
        AWS_CAPTURED,
        "fact: a global table of the old version",
    ),
    proof(
        "DescribeGlobalTable and UpdateGlobalTable do not find a global table of the old version",
        AWS_CAPTURED,
        "fact: DescribeGlobalTable of an unknown global table",
        "fact: UpdateGlobalTable of an unknown global table",
    ),
    proof(
        "the settings of such a global table are not found by other words",
        AWS_CAPTURED,
        "fact: DescribeGlobalTableSettings of an unknown global table",
        "fact: UpdateGlobalTableSettings of an unknown global table",
    ),
    proof(
        "ListGlobalTables is empty",
        AWS_CAPTURED,
        "tests/operations/test_global_tables.py::test_no_global_tables_are_listed",
    ),
    proof(
        "UpdateTableReplicaAutoScaling does not find a global table in a regional one",
        AWS_CAPTURED,
        "fact: auto scaling of a table that is no global one",
    ),
    proof(
        "auto scaling of replicas that is not set up is disabled for table and index",
        DOCS,
        "tests/operations/test_autoscaling.py::test_a_table_is_its_own_replica_and_scales_nothing",
    ),
    proof(
        "insights never configured show the name and DISABLED alone",
        AWS_CAPTURED,
        "tests/operations/test_insights.py::test_insights_are_off",
    ),
    proof(
        "ListContributorInsights leaves out what is disabled",
        AWS_CAPTURED,
        "tests/operations/test_insights.py::test_what_is_off_is_not_listed",
    ),
    proof(
        "ListContributorInsights takes MaxResults of 0 to 100",
        AWS_CAPTURED,
        *bounds("ListContributorInsights", "maxResults", "greater than 0"),
        "fact: more insights than a page has",
        "tests/operations/test_insights.py::test_what_is_off_is_not_listed",
    ),
    proof(
        "insights of an index that is not there name index and table",
        AWS_CAPTURED,
        "fact: DescribeContributorInsights of an unknown index",
        "fact: UpdateContributorInsights of an unknown index",
    ),
    proof(
        "every operation of the newest model is known",
        DOCS,
        "tests/operations/test_api_model.py::test_every_operation_of_both_services_is_there",
        "tests/operations/test_registry.py::"
        "test_every_operation_of_the_api_is_done_or_refused_by_name",
    ),
    proof(
        "exceptions of the model have the prefix of DynamoDB, the text under message, status 400",
        AWS_CAPTURED,
        "tests/facts/test_kinds.py::test_a_refusal_is_sent_with_the_prefix_of_its_kind",
    ),
)


PROOFS = (
    *KINESIS_PROOFS,
    *OTHER_PROOFS,
)
