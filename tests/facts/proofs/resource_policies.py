"""Resource policies: how they are stored. Nothing is enforced by them."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.feature_bounds import bounds
from tests.facts.proof import proof

POLICIES = "tests/operations/test_policies.py::"
DOCUMENTS = "tests/security/test_policies.py::"

PROOFS = (
    proof(
        "tables and streams have resource policies",
        AWS_CAPTURED,
        POLICIES + "test_a_policy_is_kept_with_a_revision_of_milliseconds",
        POLICIES + "test_table_and_stream_have_policies_of_their_own",
    ),
    proof(
        "the ARN of a resource has 1 to 1283 characters",
        AWS_CAPTURED,
        "fact: GetResourcePolicy of no ARN at all",
        *bounds("GetResourcePolicy", "resourceArn", "less than 1283"),
    ),
    proof(
        "an expected revision has up to 255 characters",
        DOCS,
        *bounds("DeleteResourcePolicy", "expectedRevisionId", "less than 255"),
    ),
    proof(
        "a revision is a number of milliseconds as text",
        AWS_CAPTURED,
        POLICIES + "test_a_policy_is_kept_with_a_revision_of_milliseconds",
    ),
    proof(
        "CreateTable takes a policy, which is there at once",
        AWS_CAPTURED,
        POLICIES + "test_a_policy_of_the_creation_is_kept_and_not_described",
    ),
    proof(
        "DescribeTable never shows a policy",
        DOCS,
        POLICIES + "test_a_policy_of_the_creation_is_kept_and_not_described",
    ),
    proof(
        "CreateTable refuses the policies that PutResourcePolicy refuses",
        AWS_CAPTURED,
        "fact: a table with a policy that is no JSON",
        "fact: a table that lets everybody in",
        "fact: a resource policy of 20481 bytes, white space included",
    ),
    proof(
        "a policy goes with its table",
        DOCS,
        POLICIES + "test_a_policy_goes_with_its_table",
    ),
    proof(
        "NO_POLICY as the expected revision lets only a first policy pass",
        DOCS,
        POLICIES + "test_a_put_may_name_the_revision_that_it_replaces",
        POLICIES + "test_a_put_that_expects_another_policy_is_refused",
    ),
    proof(
        "another revision than the expected one is a PolicyNotFoundException",
        DOCS,
        POLICIES + "test_a_put_that_expects_another_policy_is_refused",
        POLICIES + "test_a_policy_of_another_revision_is_not_deleted",
        "fact: a revision of a policy replaced where there is none",
        "fact: a revision of a policy deleted where there is none",
    ),
    proof(
        "GetResourcePolicy without a policy is a PolicyNotFoundException",
        AWS_CAPTURED,
        "fact: the policy of a table without one",
    ),
    proof(
        "DeleteResourcePolicy without a policy succeeds and tells no revision",
        AWS_CAPTURED,
        POLICIES + "test_a_policy_that_is_not_there_may_be_deleted",
    ),
    proof(
        "DeleteResourcePolicy tells the revision that it removed",
        DOCS,
        POLICIES + "test_a_deleted_policy_is_gone_and_its_revision_told",
    ),
    proof(
        "an equivalent policy keeps the revision",
        AWS_CAPTURED,
        POLICIES + "test_an_equivalent_policy_keeps_its_revision",
    ),
    proof(
        "a policy whose author could not change it again is refused unless confirmed",
        AWS_CAPTURED,
        "fact: a policy that denies everything to everybody",
        "fact: a policy that denies its own change",
        POLICIES + "test_a_policy_that_locks_its_author_out_is_taken_on_confirmation",
        DOCUMENTS + "test_what_leaves_the_owner_its_policy_denies_nothing",
    ),
    proof(
        "a policy has up to 20,480 bytes, blanks counted",
        AWS_CAPTURED,
        "fact: a policy of 20,481 bytes, blanks among them",
        POLICIES + "test_a_policy_of_20480_bytes_is_taken",
    ),
    proof(
        "a document that is none is refused with a reason",
        AWS_CAPTURED,
        "fact: a policy that is or has a text that is no JSON",
        "fact: a policy that is or has an unknown effect",
    ),
    proof(
        "a principal that can be nobody is refused",
        AWS_CAPTURED,
        "fact: a policy for a word",
        "fact: a policy for a friend by name",
        DOCUMENTS + "test_principals_of_every_kind_are_taken",
    ),
    proof(
        "a policy that lets everybody in is refused",
        AWS_CAPTURED,
        "fact: a policy that lets everybody in",
        DOCUMENTS + "test_statements_of_every_kind_are_taken",
    ),
    proof(
        "an index has no policy of its own",
        AWS_CAPTURED,
        "fact: PutResourcePolicy of an index",
        "fact: GetResourcePolicy of an index",
        "fact: DeleteResourcePolicy of an index",
    ),
    proof(
        "a resource that is no ARN is refused",
        AWS_CAPTURED,
        "fact: PutResourcePolicy of a bare name",
        "fact: GetResourcePolicy of a bare name",
        "fact: DeleteResourcePolicy of a bare name",
    ),
    proof(
        "another service's resource is refused",
        AWS_CAPTURED,
        "fact: PutResourcePolicy of a bucket",
        "fact: GetResourcePolicy of a bucket",
        "fact: DeleteResourcePolicy of a bucket",
    ),
    proof(
        "the policy of an unknown stream names label and table",
        AWS_CAPTURED,
        "fact: PutResourcePolicy of an unknown stream",
        "fact: GetResourcePolicy of an unknown stream",
    ),
    proof(
        "GetResourcePolicy gives JSON without blanks, a Version, and texts for lists of one",
        AWS_CAPTURED,
        POLICIES + "test_a_policy_comes_back_in_one_form",
    ),
)
