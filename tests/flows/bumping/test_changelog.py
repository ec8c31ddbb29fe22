"""Rolling a changelog over in a bump."""

from __future__ import annotations

import datetime as dt

import pytest

import release_tools
from release_tools.errors import RefusedError
from release_tools.flows.bumping.bump import plan_bump

CONFIG = """\
[streams.main]
tag = "app-v{version}"
changelog = "CHANGELOG.md"

[[surfaces]]
kind = "file"
path = "VERSION"
"""
LOG = """\
# Changelog

## [Unreleased]

- New

## [0.2.0] - 2025-05-05

- Old

[unreleased]: https://github.com/octo-org/app/compare/app-v0.2.0...HEAD
[0.2.0]: https://github.com/octo-org/app/releases/tag/app-v0.2.0
"""
ROLLED = """\
# Changelog

## [Unreleased]

## [0.3.0] - 2026-01-15

- New

## [0.2.0] - 2025-05-05

- Old

[unreleased]: https://github.com/octo-org/app/compare/app-v0.3.0...HEAD
[0.3.0]: https://github.com/octo-org/app/compare/app-v0.2.0...app-v0.3.0
[0.2.0]: https://github.com/octo-org/app/releases/tag/app-v0.2.0
"""


@pytest.fixture
def rolled(lay):
    def roll(log, version="0.3.0", day=15):
        root = lay({"release-tools.toml": CONFIG, "VERSION": "0.2.0\n", "CHANGELOG.md": log})
        date = None if day is None else dt.date(2026, 1, day)
        plan = plan_bump(release_tools.load(str(root)), version, date=date)
        return next((c.after for c in plan.changes if c.path == "CHANGELOG.md"), log)

    return roll


def test_unreleased_becomes_the_version_and_the_compare_links_follow(rolled):
    assert rolled(LOG) == ROLLED


def test_a_release_candidate_gets_its_own_heading(rolled):
    assert "## [0.3.0-rc.1] - 2026-01-15" in rolled(LOG, "0.3.0rc1")


def test_a_heading_that_is_there_is_not_made_again_on_another_day(rolled):
    assert rolled(ROLLED, day=16) == ROLLED


def test_today_is_the_day_by_default(rolled):
    today = dt.datetime.now(dt.UTC).date().isoformat()
    assert f"## [0.3.0] - {today}" in rolled(LOG, day=None)


def test_without_an_unreleased_heading_the_bump_is_refused(rolled):
    with pytest.raises(RefusedError) as caught:
        rolled(LOG.replace("Unreleased", "Upcoming"))
    assert (caught.value.id, caught.value.path) == ("changelog-missing", "CHANGELOG.md")
    assert "## [Unreleased]" in caught.value.hint


def test_a_changelog_without_any_version_yet_gets_its_first(rolled):
    assert rolled("## Unreleased\n\n- New\n") == (
        "## Unreleased\n\n## 0.3.0 - 2026-01-15\n\n- New\n"
    )


def test_a_version_that_no_tag_can_say_is_refused_by_name(rolled):
    with pytest.raises(RefusedError) as caught:
        rolled(LOG, "0.3.0.post1")
    assert caught.value.id == "not-expressible"


@pytest.mark.parametrize("version", ["0.4.0.dev1", "0.4.0-nightly.20260115", "0.4.0-nightly.abc"])
def test_dev_and_nightly_versions_leave_it_alone(rolled, version):
    assert rolled(LOG, version) == LOG


def test_going_back_below_the_newest_heading_is_refused(lay):
    root = lay({"release-tools.toml": CONFIG, "VERSION": "0.3.0\n", "CHANGELOG.md": ROLLED})
    with pytest.raises(RefusedError, match=r"newest heading is that of 0\.3\.0") as caught:
        plan_bump(release_tools.load(str(root)), "0.2.0", allow_lower=True)
    assert (caught.value.path, caught.value.line) == ("CHANGELOG.md", 5)
