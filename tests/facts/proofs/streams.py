"""DynamoDB Streams: which streams and shards there are, what is in them, how they are read."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.feature_bounds import bounds
from tests.facts.proof import proof

STREAMS = "tests/operations/test_streams.py::"
RECORDS = "tests/operations/test_stream_records.py::"
CHANGES = "tests/storage/test_changes.py::"
SHAPES = "tests/model/test_records.py::"

PROOFS = (
    proof(
        "the streams' operations answer under their own target prefix",
        DOCS,
        "tests/wire/test_envelope.py::"
        "test_streams_answer_under_both_prefixes_and_tables_under_their_own",
        "tests/sdks/test_boto3.py::"
        "test_boto3s_client_of_streams_lists_them_and_knows_its_exceptions",
    ),
    proof(
        "a stream's ARN is its table's with the label behind /stream/",
        AWS_CAPTURED,
        STREAMS + "test_a_stream_is_listed_as_its_table_shows_it",
    ),
    proof(
        "a StreamArn has 37 to 1024 characters",
        AWS_CAPTURED,
        *bounds("DescribeStream", "streamArn", "greater than 37", "less than 1024"),
    ),
    proof(
        "a stream disabled and enabled again has a new label and ARN",
        AWS_CAPTURED,
        STREAMS + "test_a_stream_enabled_again_has_a_new_label",
    ),
    proof(
        "a disabled stream is listed for 24 hours, its label stays on the table",
        AWS_CAPTURED,
        STREAMS + "test_a_disabled_stream_is_listed_for_a_day",
    ),
    proof(
        "ListStreams tells ARN, table and label of each stream",
        DOCS,
        STREAMS + "test_a_stream_is_listed_as_its_table_shows_it",
    ),
    proof(
        "ListStreams without a table lists all streams of the account and region",
        DOCS,
        STREAMS + "test_all_streams_of_account_and_region_are_listed",
    ),
    proof(
        "ListStreams of a table without a stream is empty",
        DOCS,
        STREAMS + "test_a_table_without_a_stream_has_none_listed",
    ),
    proof(
        "ListStreams pages by Limit, ExclusiveStartStreamArn and LastEvaluatedStreamArn",
        DOCS,
        STREAMS + "test_pages_of_streams_follow_each_other",
        STREAMS + "test_a_page_starts_behind_its_start_in_one_table_too",
    ),
    proof(
        "ListStreams refuses a Limit of 0 or above 100",
        DOCS,
        "fact: no streams",
        "fact: more streams than a page has",
    ),
    proof(
        "ListStreams refuses a start that is no ARN",
        DOCS,
        "fact: streams from something else than a stream on",
    ),
    proof(
        "DescribeStream refuses a Limit of 0 or above 100",
        DOCS,
        *bounds("DescribeStream", "limit", "greater than 1"),
        "fact: more shards than a page has",
    ),
    proof(
        "a shard's id has 28 to 65 characters",
        DOCS,
        *bounds("GetShardIterator", "shardId", "greater than 28", "less than 65"),
    ),
    proof(
        "a sequence number has 21 to 40 digits",
        DOCS,
        *bounds("GetShardIterator", "sequenceNumber", "greater than 21", "less than 40"),
    ),
    proof(
        "GetShardIterator knows five kinds of iterator and refuses others by the set of them",
        DOCS,
        "fact: an iterator of an unknown kind",
        RECORDS + "test_reading_begins_at_or_after_a_number",
        RECORDS + "test_reading_begins_behind_the_newest_record",
        RECORDS + "test_reading_begins_at_a_time",
    ),
    proof(
        "GetShardIterator needs a number for AT_ and AFTER_SEQUENCE_NUMBER",
        DOCS,
        "fact: an iterator at no number",
        "fact: an iterator after no number",
    ),
    proof(
        "GetShardIterator refuses a number for the other kinds",
        DOCS,
        "fact: an iterator at LATEST and a number",
        "fact: an iterator at TRIM_HORIZON and a number",
    ),
    proof(
        "GetShardIterator refuses a number that is not made of digits",
        DOCS,
        "fact: an iterator at letters",
    ),
    proof(
        "GetShardIterator refuses a Timestamp that is to come",
        DOCS,
        "fact: an iterator at a time to come",
    ),
    proof(
        "a shard iterator has 1 to 2048 characters",
        DOCS,
        *bounds("GetRecords", "shardIterator", "greater than 1", "less than 2048"),
    ),
    proof(
        "GetRecords refuses an iterator that it never gave out",
        DOCS,
        "fact: records from a made-up iterator on",
        "fact: records from an iterator of a made-up form on",
    ),
    proof(
        "GetRecords refuses a Limit outside 1 to 1000",
        DOCS,
        *bounds("GetRecords", "limit", "greater than 1"),
        "fact: records from a made-up iterator, too many, on",
    ),
    proof(
        "several streams of one table name exist: the live one, disabled ones, of deleted tables",
        AWS_CAPTURED,
        STREAMS + "test_a_table_may_have_several_streams_one_of_them_enabled",
        STREAMS + "test_a_table_made_anew_in_the_same_moment_has_a_stream_of_its_own",
    ),
    proof(
        "a stream is DISABLING while its table is deleted, then DISABLED and readable for 24 hours",
        AWS_CAPTURED,
        STREAMS + "test_a_stream_is_disabling_while_its_table_is_deleted",
        RECORDS + "test_the_stream_of_a_deleted_table_is_read_for_a_day",
    ),
    proof(
        "a stream is ENABLING, ENABLED, DISABLING, DISABLED",
        DOCS,
        STREAMS + "test_a_stream_goes_through_the_states_of_its_table",
    ),
    proof(
        "open shards are closed when the stream is disabled, and it is read to its end",
        AWS_CAPTURED,
        RECORDS + "test_a_disabled_stream_is_read_to_its_end",
    ),
    proof(
        "DescribeStream tells status, view type, time, table, key schema and shards",
        DOCS,
        STREAMS + "test_a_stream_is_described_as_its_table_was_when_it_was_enabled",
    ),
    proof(
        "shards come in pages",
        DOCS,
        STREAMS + "test_shards_come_in_pages_parents_before_children",
        STREAMS + "test_behind_a_shard_that_is_not_there_are_none",
    ),
    proof(
        "CHILD_SHARDS returns the direct children of a shard",
        DOCS,
        STREAMS + "test_the_children_of_a_shard_can_be_asked_for",
        STREAMS + "test_half_a_filter_or_one_of_no_shard_is_refused",
    ),
    proof(
        "shards close after hours, by splits and when the stream is disabled; children name them",
        DOCS,
        CHANGES + "test_a_shard_is_followed_when_its_time_is_over",
        RECORDS + "test_splits_keep_the_records_of_an_item_in_one_line_of_shards",
    ),
    proof(
        "records are readable for 24 hours, then their shards disappear",
        DOCS,
        RECORDS + "test_records_are_readable_for_a_day",
        RECORDS + "test_shards_that_were_closed_a_day_ago_are_gone",
    ),
    proof(
        "a sequence number older than the trim point is refused as trimmed",
        DOCS,
        RECORDS + "test_a_number_that_is_too_old_is_refused_as_trimmed",
        RECORDS + "test_an_iterator_at_records_that_became_too_old_is_refused_as_trimmed",
    ),
    proof(
        "an unknown shard of a known stream is not found",
        DOCS,
        RECORDS + "test_shards_that_were_closed_a_day_ago_are_gone",
    ),
    proof(
        "an iterator lives for 15 minutes and is opaque",
        DOCS,
        RECORDS + "test_an_iterator_lives_for_fifteen_minutes",
        RECORDS + "test_an_iterator_that_was_touched_is_refused",
        RECORDS + "test_an_iterator_is_of_use_to_its_own_account_and_region_alone",
    ),
    proof(
        "a page has 1,000 records or 1 MB",
        DOCS,
        RECORDS + "test_a_page_has_a_thousand_records",
        RECORDS + "test_a_page_has_a_megabyte",
    ),
    proof(
        "NextShardIterator is absent only at the end of a closed shard",
        DOCS,
        RECORDS + "test_an_open_shard_goes_on_and_a_closed_one_ends",
        RECORDS + "test_a_closed_shard_without_records_ends_at_once",
    ),
    proof(
        "a record has the members of the API, keys apart, images by the view type",
        DOCS,
        SHAPES + "test_a_record_of_a_stream_has_the_services_members",
        SHAPES + "test_a_record_has_the_images_of_its_view_type",
        RECORDS + "test_a_stream_has_the_images_that_it_was_enabled_with",
    ),
    proof(
        "SizeBytes is the size of keys and images: 26, 59 and 38 in the guide's example",
        DOCS,
        SHAPES + "test_sizes_are_those_of_the_documentation",
    ),
    proof(
        "userIdentity names the service in what time to live deleted, in small letters for Lambda",
        DOCS,
        SHAPES + "test_what_time_to_live_deleted_names_the_service",
    ),
    proof(
        "Lambda adds the stream's ARN to a record",
        DOCS,
        SHAPES + "test_a_record_of_an_event_of_lambda_has_the_streams_arn_beside",
    ),
    proof(
        "each change is there once, and those of an item are in order",
        DOCS,
        "tests/properties/test_log_and_table.py::"
        "test_the_log_and_its_readers_have_what_the_table_has",
    ),
    proof(
        "writes that change nothing leave no record, whatever the operation",
        AWS_CAPTURED,
        "tests/facts/test_stream_changes.py::test_a_write_leaves_the_records_of_what_it_changed",
    ),
)
