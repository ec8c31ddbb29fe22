"""Which tag is meant, where neither the request nor a run says it."""

from __future__ import annotations

import pytest

from release_tools.errors import UsageError
from release_tools.flows.gate import gate
from release_tools.flows.release import release

COMMANDS = {
    "gate": lambda root: gate.gate(root, gate.Request()),
    "release": lambda root: release.release(root, release.Request(gate.Request(), if_ready=True)),
}


def refused(repo, command):
    with pytest.raises(UsageError, match="which tag is meant") as caught:
        COMMANDS[command](str(repo.root))
    return caught.value


@pytest.mark.usefixtures("remote")
@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_tag_the_hint_is_for_the_command_that_was_given(repo, command):
    error = refused(repo, command)
    assert error.hint == "name it with --ref, such as --ref v0.3.0"


@pytest.mark.usefixtures("remote")
def test_a_ref_outside_of_a_run_is_said_not_to_count(repo, monkeypatch):
    monkeypatch.setenv("GITHUB_REF", "refs/tags/v0.2.0")
    hint = refused(repo, "gate").hint
    assert hint.startswith("GITHUB_REF counts only where GITHUB_ACTIONS is true")
    assert "--ref" in hint


def test_two_tags_at_head_leave_it_open_too(repo, remote):
    for tag in ("v0.2.0", "v0.2.1"):
        remote.git("tag", tag, repo.head)
    assert "2 tags of stream main" in refused(repo, "release").message
