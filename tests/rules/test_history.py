from __future__ import annotations

from typing import NamedTuple

import pytest

from release_tools.rules.history import is_good, newest_good, way_back


class Kept(NamedTuple):
    revision: int
    status: str
    description: str = "Upgrade complete"


def numbers(revision):
    return None if revision is None else revision.revision


@pytest.mark.parametrize(
    ("status", "description", "good"),
    [
        ("deployed", "Install complete", True),
        ("superseded", "Upgrade complete", True),
        ("superseded", "Rollback to 3", True),
        ("superseded", "our own words", True),
        ("superseded", 'Upgrade "app" failed: conflict', False),
        ("superseded", 'Rollback "app" failed: conflict', False),
        ("superseded", "Preparing upgrade", False),
        ("failed", "Upgrade complete", False),
        ("pending-upgrade", "Preparing upgrade", False),
        ("uninstalled", "Uninstallation complete", False),
        ("unknown", "", False),
    ],
)
def test_what_failed_stays_failed_whatever_helm_calls_it_later(status, description, good):
    assert is_good(Kept(1, status, description)) is good


def test_the_newest_good_one_is_taken_by_its_number_not_by_its_place():
    kept = [Kept(3, "failed"), Kept(2, "deployed"), Kept(1, "superseded")]
    assert numbers(newest_good(kept)) == 2
    assert newest_good([Kept(1, "failed")]) is None
    assert newest_good([]) is None


@pytest.mark.parametrize(
    ("kept", "current", "back"),
    [
        ([Kept(1, "superseded"), Kept(2, "deployed")], 2, 1),
        ([Kept(1, "deployed"), Kept(2, "failed"), Kept(3, "failed")], 3, 1),
        (
            [Kept(1, "superseded"), Kept(2, "superseded"), Kept(3, "deployed", "Rollback to 1")],
            3,
            None,
        ),
        (
            [
                Kept(1, "superseded"),
                Kept(2, "superseded"),
                Kept(3, "superseded"),
                Kept(4, "deployed", "Rollback to 2"),
            ],
            4,
            1,
        ),
        ([Kept(2, "superseded"), Kept(3, "failed", 'Rollback "app" failed: x')], 3, 2),
        ([Kept(1, "superseded"), Kept(2, "deployed", "our own words 1")], 2, 1),
        ([Kept(n, "superseded", "Upgrade to 1") for n in (1, 2, 3)], 3, 2),
        ([Kept(1, "superseded"), Kept(2, "deployed", "Rollback to x")], 2, 1),
        ([Kept(1, "deployed")], 1, None),
        ([], 1, None),
    ],
)
def test_the_way_back_is_the_last_one_that_worked_before(kept, current, back):
    assert numbers(way_back(kept, current)) == back


def test_the_way_back_for_an_undo_may_be_the_present_revision_itself():
    kept = [Kept(1, "superseded"), Kept(2, "deployed"), Kept(3, "failed")]
    assert numbers(way_back(kept, 2, itself=True)) == 2
    assert numbers(way_back(kept, 3, itself=True)) == 2
