"""What is known before Helm is asked to do anything, and what may stay unknown."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from release_tools.flows.deploying import helm_facts
from release_tools.model import Ran


class Forbidden:
    """Runs kubectl for somebody whom the cluster shows nothing."""

    def run(self, *_, **__):
        return Ran(1, "", "Error from server (Forbidden): deployments.apps is forbidden")


def test_workloads_that_may_not_be_seen_are_a_note_and_no_obstacle():
    deployment = SimpleNamespace(context=None, namespace="prod", release="app")
    found: Any = SimpleNamespace(deployment=deployment, runner=Forbidden())
    workloads, notes = helm_facts._workloads(found)
    assert (workloads, [note.id for note in notes]) == ((), ["workloads-unseen"])
    assert notes[0].severity.value != "error"
