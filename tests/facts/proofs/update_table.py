"""UpdateTable: what it refuses, in which order, and what a change shows and leaves behind."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import proof

UPDATES = "tests/operations/test_update_table.py::"
CAPACITY = "tests/operations/test_capacity_changes.py::"
QUOTAS = "tests/operations/test_throughput_updates.py::"
INDEXES = "tests/operations/test_table_indexes.py::"
BACKFILL = "tests/workers/test_backfill.py::"

ORDER = (
    proof(
        "UpdateTable looks at the name, then the model, then whether anything is to change",
        AWS_CAPTURED,
        "fact: a short name",
        "fact: order: a bad name before nothing to change",
    ),
    proof(
        "UpdateTable says that nothing is to change before it looks for the table",
        AWS_CAPTURED,
        "fact: nothing to change of an unknown table",
    ),
    proof(
        "UpdateTable holds billing mode and throughput together before it looks at index updates",
        AWS_CAPTURED,
        "fact: order: units on demand before the index updates",
    ),
    proof(
        "UpdateTable looks at the form of the index updates before it looks for the table",
        AWS_CAPTURED,
        "fact: order: index updates before the table",
    ),
    proof(
        "UpdateTable looks for the table before index units above the bound",
        AWS_CAPTURED,
        "fact: index units out of bounds of an unknown table",
    ),
)

THROUGHPUT = (
    proof(
        "An UpdateTable without any change, also with an empty list of index updates, is refused "
        "with the list of what it may change",
        AWS_CAPTURED,
        "fact: nothing to change",
        "fact: no index update in the list",
        "fact: only definitions",
    ),
    proof(
        "UpdateTable refuses PAY_PER_REQUEST with ProvisionedThroughput",
        AWS_CAPTURED,
        "fact: on demand with units",
        "fact: a provisioned table to on demand with units",
    ),
    proof(
        "UpdateTable refuses ProvisionedThroughput alone for an on-demand table",
        AWS_CAPTURED,
        "fact: units on demand",
    ),
    proof(
        "UpdateTable refuses PROVISIONED without ProvisionedThroughput",
        AWS_CAPTURED,
        "fact: provisioned without units",
        "fact: a provisioned table to PROVISIONED without units",
    ),
    proof(
        "A switch to PROVISIONED that leaves global indexes without units lists them with commas",
        AWS_CAPTURED,
        "fact: to provisioned without units for the indexes",
        "fact: to provisioned without units for one index",
    ),
    proof(
        "UpdateTable to the units that the table has is refused with all four numbers",
        AWS_CAPTURED,
        "fact: the same units",
    ),
    proof(
        "UpdateTable refuses table units above the bound as CreateTable does",
        AWS_CAPTURED,
        "fact: units out of bounds",
        "fact: write units out of bounds",
    ),
    proof(
        "Index units above the bound are refused as a blocked action",
        AWS_CAPTURED,
        "fact: index units out of bounds",
    ),
    proof(
        "UpdateTable refuses OnDemandThroughput while the table is or becomes provisioned, with "
        "another text than CreateTable's",
        AWS_CAPTURED,
        "fact: on-demand maxima of a provisioned table",
        "fact: on-demand maxima of a table that becomes provisioned",
        "fact: an on-demand maximum of -1 for a provisioned table",
        "fact: an on-demand maximum of writes for a provisioned table",
    ),
    proof(
        "UpdateTable refuses an on-demand maximum of 0 or below -1",
        AWS_CAPTURED,
        "fact: an on-demand maximum of 0",
        "fact: an on-demand maximum of -2",
        "fact: an on-demand maximum of 0 writes in an update",
    ),
    proof(
        "An empty OnDemandThroughput in UpdateTable is no change",
        AWS_CAPTURED,
        "fact: empty on-demand maxima",
    ),
    proof(
        "Warm throughput never falls: a lower one is refused, and other changes leave it",
        AWS_CAPTURED,
        "fact: less warm throughput",
        "fact: less warm throughput of an index",
        UPDATES + "test_warm_throughput_never_falls",
    ),
)

TOGETHER = (
    proof(
        "A change of encryption must be the only operation in the request",
        AWS_CAPTURED,
        "fact: Server-Side Encryption modification with something else",
        "fact: a stream with Server-Side Encryption modification",
    ),
    proof(
        "A change of the table class must be the only operation in the request",
        AWS_CAPTURED,
        "fact: TableClass modification with something else",
        "fact: a stream with TableClass modification",
    ),
    proof(
        "A change of the deletion protection must be the only operation in the request",
        AWS_CAPTURED,
        "fact: DeletionProtection modification with something else",
        "fact: a stream with DeletionProtection modification",
    ),
    proof(
        "A change of warm throughput must be the only operation in the request",
        AWS_CAPTURED,
        "fact: WarmThroughput with something else",
        "fact: a stream with WarmThroughput",
    ),
    proof(
        "OnDemandThroughput stands alone or with BillingMode",
        AWS_CAPTURED,
        "fact: on-demand maxima with something else",
        "fact: on-demand maxima with an index update",
        CAPACITY + "test_on_demand_maxima_may_come_with_the_billing_mode",
    ),
    proof(
        "A third change of the table class within 30 days is a LimitExceededException",
        AWS_CAPTURED,
        UPDATES + "test_the_table_class_changes_twice_in_thirty_days",
    ),
    proof(
        "A second change of the deletion protection within 15 seconds is a ThrottlingException",
        AWS_CAPTURED,
        UPDATES + "test_deletion_protection_changes_once_in_fifteen_seconds",
    ),
    proof(
        "A fifth decrease of units in a UTC day, less than an hour after the last, is a "
        "LimitExceededException",
        DOCS,
        QUOTAS + "test_the_fifth_decrease_of_a_day_waits_for_an_hour_without_one",
    ),
    proof(
        "A third switch of the billing mode within 24 hours is a LimitExceededException",
        DOCS,
        QUOTAS + "test_the_billing_mode_is_switched_twice_in_24_hours",
    ),
)

INDEX_UPDATES = (
    proof(
        "An index update without Update, Create and Delete, also with an unknown action, is "
        "refused",
        AWS_CAPTURED,
        "fact: an element {}",
        "fact: an element {'Drop': {'IndexName': 'one'}}",
    ),
    proof(
        "An index update with two actions is refused with a text that says one",
        AWS_CAPTURED,
        "fact: two actions in one element",
    ),
    proof(
        "Two updates of one index in a request are refused with its name",
        AWS_CAPTURED,
        "fact: one index twice",
        "fact: an update and a creation of one index",
    ),
    proof(
        "Two creations, two deletions, or one of each in a request are a LimitExceededException",
        AWS_CAPTURED,
        "fact: two creations",
        "fact: two deletions",
        "fact: six deletions",
        "fact: a creation and a deletion",
    ),
    proof(
        "Creation of an index whose name a global or local index has is refused: it already exists",
        AWS_CAPTURED,
        "fact: the new index one exists",
        "fact: the new index local exists",
    ),
    proof(
        "A new index's key must be in the request's own definitions, though the table knows it",
        AWS_CAPTURED,
        "fact: a key that only the table defines",
        "fact: a new index without definitions",
    ),
    proof(
        "A new index's key of another type than the stored one is refused with both schemas",
        AWS_CAPTURED,
        "fact: a new index key of another type",
        "fact: the table's own key as a new index key of another type",
    ),
    proof(
        "A redeclared attribute that is no key of the new index keeps its type in silence",
        AWS_CAPTURED,
        UPDATES + "test_needless_and_redefined_attributes_are_dropped_in_silence",
    ),
    proof(
        "A definition in UpdateTable that no key uses is dropped in silence",
        AWS_CAPTURED,
        UPDATES + "test_needless_and_redefined_attributes_are_dropped_in_silence",
    ),
    proof(
        "Faults of a new index's key and projection have CreateTable's texts",
        AWS_CAPTURED,
        "fact: a new index without HASH",
        "fact: same names in a new index",
        "fact: a new index without projection type",
        "fact: a new index with INCLUDE of nothing",
        "fact: a new index with ALL and names",
        "fact: a new index with KEYS_ONLY and names",
        "fact: a new index with a name twice",
        "fact: the twenty-first global index",
    ),
    proof(
        "Deletion of an unknown global index is not found",
        AWS_CAPTURED,
        "fact: deletion of an unknown index",
    ),
    proof(
        "Deletion of a local index is refused: it is an index, but no global one",
        AWS_CAPTURED,
        "fact: deletion of a local index",
    ),
)

STREAMS = (
    proof(
        "Enabling a stream on a table that has one, of any view type, is refused with the name",
        AWS_CAPTURED,
        "fact: a second stream",
        "fact: a second stream of the same view type",
    ),
    proof(
        "Disabling a stream on a table without one is refused with the table's name",
        AWS_CAPTURED,
        "fact: no stream to disable",
    ),
    proof(
        "UpdateTable refuses to enable a stream without view type",
        AWS_CAPTURED,
        "fact: a stream without view type",
    ),
    proof(
        "UpdateTable refuses to disable a stream with a view type",
        AWS_CAPTURED,
        "fact: no stream with view type",
    ),
    proof(
        "CreateTable has its own texts for a missing and for a needless view type",
        AWS_CAPTURED,
        "fact: 30 a stream without view type",
        "fact: 31 a disabled stream with view type",
    ),
    proof(
        "A stream does not change together with ProvisionedThroughput",
        AWS_CAPTURED,
        "fact: a stream with units",
    ),
    proof(
        "The text of an UpdateTable that names no change lists all thirteen changes",
        AWS_CAPTURED,
        "fact: nothing to change",
    ),
)

ENCRYPTION = (
    proof(
        "SSEType with Enabled false is refused",
        AWS_CAPTURED,
        "fact: 35 encryption: SSEType can not be specified if Enabled is false",
        "fact: a change of encryption: SSEType can not be specified if Enabled is false",
    ),
    proof(
        "KMSMasterKeyId with Enabled false is refused",
        AWS_CAPTURED,
        "fact: 35 encryption: KMSMasterKeyId can not be specified if Enabled is false",
        "fact: a change of encryption: KMSMasterKeyId can not be specified if Enabled is false",
    ),
    proof(
        "KMSMasterKeyId without SSEType KMS is refused",
        AWS_CAPTURED,
        "fact: 35 encryption: SSEType KMS is required if KMSMasterKeyId is specified",
        "fact: a change of encryption: SSEType KMS is required if KMSMasterKeyId is specified",
    ),
    proof(
        "SSEType AES256 is refused",
        AWS_CAPTURED,
        "fact: 35 encryption: SSEType AES256 is not supported",
        "fact: a change of encryption: SSEType AES256 is not supported",
    ),
    proof(
        "UpdateTable to the default key of a table that has it is refused",
        AWS_CAPTURED,
        "fact: the service's own key again",
    ),
    proof(
        "UpdateTable to the key that encrypts the table already is refused",
        AWS_CAPTURED,
        "fact: the account's key again",
    ),
    proof(
        "A table stays ACTIVE while its SSEDescription says UPDATING",
        AWS_CAPTURED,
        UPDATES + "test_a_table_stays_active_while_its_encryption_changes",
    ),
    proof(
        "The encryption changes at most four times in 24 hours",
        AWS_CAPTURED,
        UPDATES + "test_the_encryption_changes_four_times_a_day_and_again_after_six_hours",
    ),
    proof(
        "Encryption is the service's own key, the account's, or one that the request names",
        AWS_CAPTURED,
        UPDATES + "test_encryption_is_switched_on_changed_and_off",
    ),
)

EFFECTS = (
    proof(
        "UpdateTable's definitions are added to the stored ones by name",
        AWS_CAPTURED,
        UPDATES + "test_a_new_index_on_few_items_is_filled_at_once",
        UPDATES + "test_needless_and_redefined_attributes_are_dropped_in_silence",
    ),
    proof(
        "After a change exactly the attributes of the keys that are left are defined",
        AWS_CAPTURED,
        UPDATES + "test_a_deleted_index_is_gone_with_the_definitions_that_only_it_used",
    ),
    proof(
        "The answer to new units says UPDATING with the old units and a new time of the change",
        AWS_CAPTURED,
        UPDATES + "test_more_units_show_the_old_ones_until_the_table_is_active",
        UPDATES + "test_fewer_units_count_as_a_decrease_of_the_day",
    ),
    proof(
        "When the table is ACTIVE again, the units are new and the time has moved once more",
        AWS_CAPTURED,
        UPDATES + "test_more_units_show_the_old_ones_until_the_table_is_active",
        CAPACITY + "test_an_increase_is_no_decrease",
    ),
    proof(
        "NumberOfDecreasesToday grows by 1 with the end of a decrease, not with an increase",
        AWS_CAPTURED,
        CAPACITY + "test_an_increase_and_a_decrease_at_once_move_both_times",
        CAPACITY + "test_an_increase_is_no_decrease",
        UPDATES + "test_fewer_units_count_as_a_decrease_of_the_day",
    ),
    proof(
        "A change that raises one unit and lowers the other sets both times",
        AWS_CAPTURED,
        CAPACITY + "test_an_increase_and_a_decrease_at_once_move_both_times",
    ),
    proof(
        "The answer to a switch to on demand has 0 units at once, the mode alone in its summary, "
        "and indexes UPDATING whose decreases are not counted yet",
        AWS_CAPTURED,
        UPDATES + "test_a_switch_to_on_demand_takes_all_units_at_once",
    ),
    proof(
        "After a switch to on demand the summary has its time, and each index one decrease more",
        AWS_CAPTURED,
        UPDATES + "test_a_switch_to_on_demand_takes_all_units_at_once",
    ),
    proof(
        "The answer to a switch to provisioned has the new units of table and indexes already",
        AWS_CAPTURED,
        UPDATES + "test_a_switch_to_provisioned_shows_the_new_units_at_once",
        CAPACITY + "test_a_switch_to_provisioned_keeps_the_time_of_the_switch_to_on_demand",
    ),
    proof(
        "A switch to provisioned keeps the summary with the time of the last switch to on demand",
        AWS_CAPTURED,
        CAPACITY + "test_a_switch_to_provisioned_keeps_the_time_of_the_switch_to_on_demand",
    ),
    proof(
        "A switch to provisioned clears OnDemandThroughput",
        AWS_CAPTURED,
        UPDATES + "test_a_switch_to_provisioned_shows_the_new_units_at_once",
    ),
    proof(
        "Members of OnDemandThroughput are merged over the stored ones, and -1 removes one",
        AWS_CAPTURED,
        UPDATES + "test_on_demand_maxima_merge_and_minus_one_removes",
        CAPACITY + "test_maxima_of_an_index_merge_and_minus_one_removes",
    ),
    proof(
        "UpdateTable answers an on-demand maximum of -1 as it was given, DescribeTable without it",
        AWS_CAPTURED,
        UPDATES + "test_on_demand_maxima_merge_and_minus_one_removes",
    ),
    proof(
        "A new index shows in the answer as CREATING, and the table as UPDATING",
        AWS_CAPTURED,
        UPDATES + "test_a_new_index_on_few_items_is_filled_at_once",
        "tests/operations/test_table_descriptions.py::"
        "test_a_new_index_has_these_members_in_each_state",
    ),
    proof(
        "While items are copied into a new index, it has Backfilling true",
        AWS_CAPTURED,
        BACKFILL + "test_an_index_on_many_items_is_creating_until_the_last_step",
    ),
    proof(
        "When it is filled, a new index is ACTIVE and Backfilling false or absent",
        AWS_CAPTURED,
        BACKFILL + "test_an_index_on_many_items_is_creating_until_the_last_step",
    ),
    proof(
        "Items whose value the new index key cannot take are skipped in silence",
        AWS_CAPTURED,
        UPDATES + "test_items_whose_key_the_new_index_cannot_take_are_skipped",
    ),
    proof(
        "Writes obey a new index from the moment it is there, while CREATING too",
        AWS_CAPTURED,
        UPDATES + "test_writes_obey_the_new_index_and_no_longer_the_deleted_one",
        BACKFILL + "test_a_write_is_checked_while_the_index_is_being_filled",
    ),
    proof(
        "An index that is being filled may be deleted",
        AWS_CAPTURED,
        BACKFILL + "test_an_index_that_is_being_filled_may_be_deleted",
    ),
    proof(
        "A deleted index shows in the answer as DELETING; afterwards queries do not know it",
        AWS_CAPTURED,
        UPDATES + "test_a_deleted_index_is_gone_with_the_definitions_that_only_it_used",
    ),
    proof(
        "Checks of an attribute's type end with the last index that has it as a key",
        AWS_CAPTURED,
        INDEXES + "test_type_checks_end_with_the_last_index_that_has_the_attribute",
    ),
    proof(
        "A table with an index in change serves reads and writes of items",
        DOCS,
        BACKFILL + "test_writes_between_the_steps_are_indexed_once",
    ),
    proof(
        "DeleteTable while an index is made is a ResourceInUseException about indexes",
        AWS_CAPTURED,
        BACKFILL + "test_a_table_whose_index_is_being_filled_is_not_deleted",
    ),
    proof(
        "One index is created or deleted at a time: another one is a LimitExceededException",
        AWS_CAPTURED,
        BACKFILL + "test_other_indexes_wait_for_the_one_that_is_being_filled",
    ),
)

PROOFS = (
    *ORDER,
    *THROUGHPUT,
    *TOGETHER,
    *INDEX_UPDATES,
    *STREAMS,
    *ENCRYPTION,
    *EFFECTS,
)
