"""What a step publishes, told by what it does: the actions and commands that everybody uses.

Scripts and make targets of the repository are not looked into.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from release_tools.rules.workflows import commands, gates, script
from release_tools.rules.workflows.commands import Kind
from release_tools.rules.workflows.conditions import resolve, truth_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.rules.workflows.conditions import Lookup
    from release_tools.rules.workflows.workflow import Step

_ACTIONS = {
    "redhat-actions/push-to-registry": Kind.IMAGE,
    "elgohr/publish-docker-github-action": Kind.IMAGE,
    "macbre/push-to-ghcr": Kind.IMAGE,
    "mr-smithers-excellent/docker-build-push": Kind.IMAGE,
    "pypa/gh-action-pypi-publish": Kind.PYPI,
    "katyo/publish-crates": Kind.CRATE,
    "rust-lang/crates-io-publish-action": Kind.CRATE,
    "js-devtools/npm-publish": Kind.NPM,
    "helm/chart-releaser-action": Kind.CHART,
    "stefanprodan/helm-gh-pages": Kind.CHART,
    "appany/helm-oci-chart-releaser": Kind.CHART,
    "rubygems/release-gem": Kind.PACKAGE,
    "softprops/action-gh-release": Kind.RELEASE,
    "ncipollo/release-action": Kind.RELEASE,
    "actions/create-release": Kind.RELEASE,
    "actions/upload-release-asset": Kind.RELEASE,
    "svenstaro/upload-release-action": Kind.RELEASE,
    "marvinpinto/action-automatic-releases": Kind.RELEASE,
    "taiki-e/create-gh-release-action": Kind.RELEASE,
    "taiki-e/upload-rust-binary-action": Kind.RELEASE,
    "elgohr/github-release-action": Kind.RELEASE,
    "comnoco/create-release-action": Kind.RELEASE,
    "cycjimmy/semantic-release-action": Kind.RELEASE,
    "mathieudutour/github-tag-action": Kind.TAG,
    "anothrnick/github-tag-action": Kind.TAG,
    "rickstaa/action-create-tag": Kind.TAG,
    "googleapis/release-please-action": Kind.TAG,
    "google-github-actions/release-please-action": Kind.TAG,
}
_UPLOADS = frozenset({"actions/upload-release-asset", "taiki-e/upload-rust-binary-action"})


class Deed(NamedTuple):
    """One thing that a step publishes.

    ``by`` is the action or the command, ``words`` the command's words (empty for an action),
    ``conditional`` says that the script tests something first.
    """

    kind: Kind
    by: str
    line: int
    column: int
    conditional: bool = False
    words: tuple[str, ...] = ()

    @property
    def creates(self) -> bool:
        """Whether it makes the GitHub Release, not only adds to one that is there."""
        if self.kind is not Kind.RELEASE:
            return False
        if self.words:
            return not {"upload", "edit"} & set(commands.plain(self.words)[:3])
        return self.by not in _UPLOADS

    @property
    def ours(self) -> bool:
        """Whether it is done by ``release-tools release``, which takes care of itself."""
        return self.by == "release-tools release"


def deeds(step: Step, lookup: Lookup) -> Iterator[Deed]:
    """Yield what a step publishes; ``lookup`` knows the names of its expressions."""
    if step.uses:
        kind = _of_action(step, lookup)
        if kind is not None:
            by = step.action
            if next(gates.invocations(step, "release"), None) is not None:
                by = "release-tools release"
            yield Deed(kind, by, step.uses.line, step.uses.column)
    if step.run:
        yield from _of_script(step)


def pushes_image(step: Step, lookup: Lookup) -> bool:
    """Say whether ``docker/build-push-action`` or the like may push."""
    outputs = step.option("outputs").lower()
    if "push=true" in outputs or "type=registry" in outputs:
        return True
    pushed = truth_of(_given(step, "push", lookup)) is not False
    tags = [line.strip() for line in re.split(r"[\n,]", step.option("tags")) if line.strip()]
    local = bool(tags) and all(line.startswith(("localhost", "127.0.0.1")) for line in tags)
    return pushed and not local


def _given(step: Step, name: str, lookup: Lookup) -> object:
    found = step.given.get(name)
    value = resolve(found.text, lookup) if found else False
    return False if value in {"false", ""} else value


def _of_action(step: Step, lookup: Lookup) -> Kind | None:
    name = step.action
    if name in {"docker/build-push-action", "docker/bake-action", "depot/build-push-action"}:
        return Kind.IMAGE if pushes_image(step, lookup) else None
    if name == "goreleaser/goreleaser-action":
        args = step.option("args")
        return Kind.RELEASE if commands.publishes(("goreleaser", *args.split())) else None
    if name == "pyo3/maturin-action":
        return commands.publishes(("maturin", step.option("command"), *step.option("args").split()))
    if next(gates.invocations(step, "release"), None) is not None:
        return Kind.RELEASE
    kind = _ACTIONS.get(name)
    if kind is Kind.PYPI and re.search(r"test\W?pypi", _index(step), re.IGNORECASE):
        return None
    dry = _given(step, "dry-run", lookup)
    return None if truth_of(dry) is True else kind


def _index(step: Step) -> str:
    return step.option("repository-url") or step.option("repository_url")


def _of_script(step: Step) -> Iterator[Deed]:
    assert step.run is not None  # noqa: S101 - the caller has looked
    for command in script.walk(step.run.text):
        kind = commands.publishes(command.words)
        if kind is None or _trial(step, kind):
            continue
        by = " ".join(commands.plain(commands.bare(command.words))[:2])
        if gates.called(command.words)[:1] == ("release",):
            by = "release-tools release"
        line = line_at(step, command.offset)
        yield Deed(kind, by, line, step.run.column, command.conditional, command.words)


def _trial(step: Step, kind: Kind) -> bool:
    """Say whether the environment sends a Python package to a registry of trials."""
    given = " ".join(text.text for text in step.env.values())
    return kind is Kind.PYPI and bool(re.search(r"test\W?pypi\W", given, re.IGNORECASE))


def line_at(step: Step, offset: int) -> int:
    """Return the line of the file where ``offset`` of a step's script stands.

    Exact for a script that is written line by line; the first line of any other.
    """
    if step.run is None:
        return step.line
    if not step.run.raw.startswith("|"):
        return step.run.line
    return step.run.line + 1 + step.run.text.count("\n", 0, offset)
