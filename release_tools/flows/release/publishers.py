"""The workflows that publish the surfaces of a release: what starts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import AbsentError, MalformedError

if TYPE_CHECKING:
    from release_tools.flows.gate.case import Case


def waits_for_release(case: Case, workflow: str) -> bool:
    """Say whether a workflow starts when a release is published, and not when a tag is pushed.

    A file that is not there, or that nobody can read, starts nothing that we know of.
    """
    from release_tools.formats import nodes
    from release_tools.rules.workflows import triggers
    from release_tools.rules.workflows.workflow import read

    path = f".github/workflows/{workflow.rpartition('/')[2]}"
    try:
        found = read(path, nodes.load(case.project.tree.read(path))).triggers
    except (AbsentError, MalformedError):
        return False
    return "release" in found.events and triggers.starts(found, case.tag) is None
