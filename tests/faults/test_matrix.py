"""The matrix of faults: what must hold of each kind of command under each kind of fault, and where
that is tested.  Every cell names tests that are there, or says why it has none."""

from __future__ import annotations

import pytest

from tests.collected import cases, collected, file_of

COLUMNS = (
    *("killed at any step", "5xx, time-out, reset", "429, rate limit", "truncated", "stale"),
    *("two and eight at once", "lying digest", "disk full, read-only"),
)
NONE = "-"
"""Stands where a command asks nobody."""

A, B, F, G, P, R = (
    *("tests/adapters", "tests/flows/bumping", "tests/faults", "tests/adapters/http"),
    *("tests/pipeline", "tests/registries"),
)
KILLED = f"{F}/test_kill.py::test_killed_at_any_call_no_file_is_half_and_the_next_run_finishes"
ANSWERS = f"{F}/test_answers.py::test_whatever_a_registry_says_instead_the_old_files_stay"
RACES = f"{F}/test_together.py::test_at_once_one_of_them_does_it_and_none_does_harm"
FULL = f"{F}/test_disk.py::test_a_full_disk_changes_nothing_and_leaves_nothing"
LOCKED = f"{F}/test_disk.py::test_without_permission_nothing_changes_and_nothing_is_left"
OPENS = f"{P}/test_fail_closed.py::test_the_gate_opens_for_no_answer_but_the_true_one"
RELEASES = f"{P}/test_fail_closed.py::test_nothing_is_released_for_any_answer_but_the_true_one"
LIES = (
    f"{P}/test_published_faults.py::"
    "test_a_registry_that_lies_about_a_digest_agrees_with_nothing_and_opens_nothing"
)
SAME = f"{P}/test_published_faults.py::test_many_at_once_say_the_same"
CHANGE = (
    f"{P}/test_release_faults.py::test_a_fault_of_a_change_never_makes_two_and_never_half_a_release"
)
NIGHTLY = f"{P}/test_nightly.py::test_a_fault_of_github_never_makes_another_nightly"
PRUNE = f"{P}/test_nightly_faults.py::test_for_no_answer_but_the_true_one_is_anything_more_deleted"
INDEX = f"{R}/test_package_faults.py::test_what_goes_wrong_until_time_is_up_is_unknown"
OCI = f"{R}/test_oci_access.py::test_a_manifest_that_is_not_served_properly_is_unknown"
OUTPUT = f"{P}/test_published_faults.py::test_a_step_whose_outputs_cannot_be_written_does_not_go_on"

MATRIX = {
    "bump": (
        [KILLED, f"{A}/test_kill.py"],
        *[NONE] * 4,
        [RACES, f"{A}/test_transaction.py::test_two_at_once_the_second_is_refused_as_locked"],
        NONE,
        [FULL, LOCKED],
    ),
    "commit, tag, push": (
        [
            (
                f"{F}/test_commit.py::test_killed_at_any_program_no_ref_or_all_have_moved"
                "_and_the_next_run_finishes"
            )
        ],
        [
            f"{A}/test_git.py::test_a_push_that_reached_nobody_is_unreadable",
            f"{A}/test_github.py::test_a_pull_request_that_stands_after_a_failed_request_is_returned",
        ],
        [
            f"{A}/test_github.py::test_a_rate_limit_is_no_missing_permission_and_is_not_slept_through"
        ],
        [f"{A}/test_github.py::test_an_answer_that_is_not_githubs_is_unknown"],
        [f"{A}/test_git.py::test_the_head_of_the_remote_is_asked_of_the_remote_not_of_our_copy"],
        [f"{A}/test_git.py::test_a_push_that_lost_the_race_is_refused_and_never_forced"],
        NONE,
        [
            (
                f"{F}/test_commit.py::test_where_git_finds_the_disk_full_no_ref_moves"
                "_and_nothing_is_changed"
            )
        ],
    ),
    "gate": (
        [
            f"{P}/test_published_faults.py::test_killed_at_any_request_the_next_run_says_the_same",
            f"{P}/test_gate.py::test_the_outputs_of_the_step_are_written_once_and_whole",
        ],
        [OPENS],
        [OPENS],
        [OPENS],
        [OPENS, f"{P}/test_gate.py::test_pending_checks_are_awaited_and_then_it_cannot_tell"],
        [SAME],
        [LIES],
        [OUTPUT],
    ),
    "verify": (
        [f"{P}/test_published_faults.py::test_killed_at_any_request_the_next_run_says_the_same"],
        [INDEX, OCI],
        [INDEX, OCI, f"{G}/test_retry.py::test_the_wish_to_wait_is_heeded"],
        [INDEX, OCI],
        [
            f"{R}/test_package_faults.py::test_a_stale_404_is_missing_only_if_another_name_can_be_read",
            f"{R}/test_oci_access.py::test_a_stale_404_is_unknown_as_long_as_the_list_has_the_tag",
            f"{P}/test_published.py::test_a_wait_ends_as_soon_as_everything_is_there",
        ],
        [SAME],
        [LIES, f"{R}/test_oci_access.py::test_a_lying_digest_differs_with_both_digests"],
        [FULL],
    ),
    "release": (
        [
            (
                f"{P}/test_release_faults.py::test_a_run_that_is_killed_at_any_request"
                "_is_finished_by_the_next"
            )
        ],
        [CHANGE, RELEASES],
        [CHANGE, RELEASES],
        [CHANGE, RELEASES],
        [f"{P}/test_release_faults.py::test_a_list_that_lags_makes_no_second_release"],
        [f"{P}/test_release.py::test_eight_runs_at_once_make_one_release_and_leave_nothing_behind"],
        [LIES, f"{P}/test_release.py::test_other_bytes_under_the_same_name_stop_everything"],
        [OUTPUT],
    ),
    "pin, ledger": ([KILLED], *[[ANSWERS]] * 4, [RACES], [ANSWERS], [FULL, LOCKED]),
    "nightly, prune": (
        [
            f"{P}/test_nightly.py::test_a_nightly_that_was_killed_is_made_by_the_next_run_and_once",
            (
                f"{P}/test_nightly_faults.py::test_a_prune_that_is_killed_at_any_request"
                "_is_finished_by_the_next"
            ),
        ],
        [NIGHTLY, PRUNE],
        [NIGHTLY, PRUNE],
        [NIGHTLY, PRUNE],
        [PRUNE],
        [f"{P}/test_nightly_faults.py::test_of_many_at_once_there_is_one_tag_at_one_commit"],
        [
            f"{P}/test_nightly_faults.py::test_where_a_registry_lies_about_a_digest_nothing_goes_that_should_stay"
        ],
        [OUTPUT],
    ),
}
CELLS = {
    (row, column): tests
    for row, line in MATRIX.items()
    for column, tests in zip(COLUMNS, line, strict=True)
    if tests != NONE
}


def test_the_matrix_has_all_its_cells():
    assert len(CELLS) == len(MATRIX) * len(COLUMNS) - 6


@pytest.fixture(scope="module")
def tests():
    return collected(*sorted({file_of(name) for names in CELLS.values() for name in names}))


@pytest.mark.parametrize("cell", CELLS, ids=", ".join)
def test_every_cell_names_tests_that_are_there(tests, cell):
    assert [name for name in CELLS[cell] if not cases(tests, name)] == []
