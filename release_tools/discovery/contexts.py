"""The contexts of GitHub's expressions, as far as a reader of the tree knows them.

https://docs.github.com/actions/reference/contexts-reference
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.discovery.checkouts import WORKSPACE
from release_tools.discovery.values import NOTHING, descend, union

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.discovery.acts import Scope
    from release_tools.discovery.values import Values

    Need = Callable[[str, str, Scope], Values]

_OWNERS = ("_ORG", "_ORGANIZATION", "_NAMESPACE", "_OWNER")  # settings that are no secrets


class Contexts:
    """What a name such as ``env.REGISTRY`` may stand for, in any workflow of a repository."""

    def __init__(self, repository: str, need: Need) -> None:
        owner, _, name = repository.partition("/")
        self.builtin: dict[str, Values] = {"GITHUB_WORKSPACE": (WORKSPACE,)}
        if repository:
            self.builtin |= {
                "GITHUB_REPOSITORY": (repository,),
                "GITHUB_REPOSITORY_OWNER": (owner,),
                "GITHUB_REPOSITORY_NAME": (name,),
            }
        self.need = need

    def lookup(self, name: str, scope: Scope) -> Values:  # noqa: PLR0911 - one return for each kind
        """Return the alternatives of ``name`` where ``scope`` is."""
        context, _, rest = name.partition(".")
        if context == "env":
            return scope.env.get(rest, NOTHING)
        if context == "inputs" or name.startswith("github.event.inputs."):
            return scope.inputs.get(name.rsplit(".", 1)[-1], NOTHING)
        if context == "matrix":
            return descend(scope.matrix, rest)
        if context == "steps":
            step, _, output = rest.partition(".outputs.")
            return scope.steps.get(step, {}).get(output, NOTHING)
        if context == "needs":
            job, _, output = rest.partition(".outputs.")
            return self.need(job, output, scope)
        if context in {"secrets", "vars"} and rest.upper().endswith(_OWNERS):
            return union(self.builtin.get("GITHUB_REPOSITORY_OWNER", ()), NOTHING)
        if context == "github":
            key = {"event.repository.name": "REPOSITORY_NAME"}.get(rest, rest.upper())
            return self.builtin.get(f"GITHUB_{key}", NOTHING)
        return NOTHING
