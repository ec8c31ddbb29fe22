"""The pull request of a bump, for branches that nobody pushes to directly."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import UsageError
from release_tools.flows.bumping import guards
from release_tools.flows.repository import clone

if TYPE_CHECKING:
    from release_tools.adapters.git import Repository
    from release_tools.adapters.github import GitHub
    from release_tools.config import Project
    from release_tools.flows.bumping.plan import Plan


class Proposal(NamedTuple):
    """A pull request that can be opened once its branch is pushed."""

    github: GitHub
    base: str
    body: str

    def open(self, branch: str, title: str) -> str:
        """Open it, or find the one that is open for the branch already; return its address."""
        return self.github.create_pull_request(branch, self.base, title, self.body)


def refuse_unknown(project: Project, repo: Repository) -> None:
    """Raise UsageError where the repository on GitHub or a token for it is not known."""
    if not (os.environ.get("GH_TOKEN") or os.environ.get("GITHUB_TOKEN")):
        raise UsageError(
            "a pull request needs a token", hint="set GITHUB_TOKEN, for example from gh auth token"
        )
    clone.github_name(project, repo)


def prepare(project: Project, repo: Repository, step: Plan, branch: str) -> Proposal:
    """Find out where the pull request from ``branch`` goes, before anything is written.

    A rerun stands on ``branch`` already, whose name may match the stream's branches.  Raises
    UsageError where the repository on GitHub or the base branch is not known.
    """
    from release_tools.adapters.github import GitHub
    from release_tools.adapters.github_connect import connect

    name = clone.github_name(project, repo)
    moves = [
        f"- {move.stream.name}: {move.before or 'no agreed version'} to {move.after}"
        for move in step.moves
    ]
    count = f"{step.values} values in {len(step.changes)} files change, nothing else."
    return Proposal(
        GitHub.over(connect(name, os.environ, project.tables.get("registries"))),
        guards.release_branch(repo, step.moves[0].stream, other_than=branch),
        "\n".join([*moves, "", count, ""]),
    )
