"""A workflow file, or an action of the repository, as values that know their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import MalformedError
from release_tools.rules.workflows import nodes, triggers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.rules.workflows.nodes import Node, Text
    from release_tools.rules.workflows.triggers import Triggers


class Concurrency(NamedTuple):
    """A ``concurrency:``: its group, and ``cancel-in-progress`` as it stands there."""

    path: str
    group: Text
    cancel: Text | None
    line: int
    column: int


class Step(NamedTuple):
    """One step; ``given`` is its ``with:``."""

    path: str
    line: int
    column: int
    id: str
    condition: str | None
    uses: Text | None
    run: Text | None
    given: Mapping[str, Text]
    env: Mapping[str, Text]
    may_fail: bool

    @property
    def action(self) -> str:
        """The action in lower case, without its version; empty for a command."""
        return self.uses.text.partition("@")[0].strip().lower() if self.uses else ""

    def option(self, name: str) -> str:
        """Return an input as it stands there, empty where it is not given."""
        found = self.given.get(name)
        return found.text if found else ""


class Job(NamedTuple):
    """One job; ``matrix`` says that it runs several times over."""

    id: str
    line: int
    column: int
    needs: tuple[str, ...]
    condition: str | None
    uses: Text | None
    given: Mapping[str, Text]
    steps: tuple[Step, ...]
    outputs: Mapping[str, str]
    env: Mapping[str, Text]
    matrix: bool
    concurrency: Concurrency | None


class Workflow(NamedTuple):
    """One file of ``.github/workflows``."""

    path: str
    name: str
    triggers: Triggers
    env: Mapping[str, Text]
    concurrency: Concurrency | None
    jobs: Mapping[str, Job]

    @property
    def file(self) -> str:
        """The name of the file, without its folder."""
        return self.path.rpartition("/")[2]


class Action(NamedTuple):
    """A composite action of the repository itself."""

    path: str
    inputs: Mapping[str, str | None]
    steps: tuple[Step, ...]
    outputs: Mapping[str, str]


def read(path: str, root: Node) -> Workflow:
    """Read a workflow; raises MalformedError for what GitHub would not take for one."""
    top = nodes.mapping(root)
    for key in ("on", "jobs"):
        if key not in top:
            raise MalformedError(f"is no workflow: it has no {key}", path=path, line=root.line)
    jobs = {name.text: _job(path, name, value) for name, value in nodes.pairs(top["jobs"])}
    if not jobs:
        raise MalformedError("is no workflow: it has no jobs", path=path, line=top["jobs"].line)
    name = nodes.text(top.get("name"))
    return Workflow(
        path,
        name.text if name else path,
        triggers.read(top["on"]),
        _texts(top.get("env")),
        _concurrency(path, top.get("concurrency")),
        jobs,
    )


def read_action(path: str, root: Node) -> Action:
    """Read an action's metadata; one that is not composite has no steps."""
    inputs: dict[str, str | None] = {}
    for name, value in nodes.pairs(nodes.get(root, "inputs")):
        default = nodes.text(nodes.get(value, "default"))
        inputs[name.text.lower()] = default.text if default else None
    outputs = {
        name.text.lower(): given.text
        for name, value in nodes.pairs(nodes.get(root, "outputs"))
        if (given := nodes.text(nodes.get(value, "value")))
    }
    return Action(path, inputs, _steps(path, nodes.get(nodes.get(root, "runs"), "steps")), outputs)


def _job(path: str, name: Text, node: Node) -> Job:
    parts = nodes.mapping(node)
    condition = nodes.text(parts.get("if"))
    outputs = {key: value.text for key, value in _texts(parts.get("outputs")).items()}
    return Job(
        name.text,
        name.line,
        name.column,
        tuple(each.text for each in nodes.texts(parts.get("needs"))),
        condition.text if condition else None,
        nodes.text(parts.get("uses")),
        _texts(parts.get("with")),
        _steps(path, parts.get("steps")),
        {key.lower(): value for key, value in outputs.items()},
        _texts(parts.get("env")),
        nodes.get(parts.get("strategy"), "matrix") is not None,
        _concurrency(path, parts.get("concurrency")),
    )


def _steps(path: str, node: Node | None) -> tuple[Step, ...]:
    found: list[Step] = []
    for each in nodes.items(node):
        inner = nodes.get(each, "parallel")
        if inner is not None:
            found += _steps(path, inner)
        elif each.mapping:
            found.append(_step(path, each))
    return tuple(found)


def _step(path: str, node: Node) -> Step:
    parts = nodes.mapping(node)
    id_, condition = nodes.text(parts.get("id")), nodes.text(parts.get("if"))
    may_fail = nodes.text(parts.get("continue-on-error"))
    return Step(
        path,
        node.line,
        node.column,
        id_.text.lower() if id_ else "",
        condition.text if condition else None,
        nodes.text(parts.get("uses")),
        nodes.text(parts.get("run")),
        _texts(parts.get("with")),
        _texts(parts.get("env")),
        may_fail is not None and may_fail.text != "false",
    )


def _texts(node: Node | None) -> dict[str, Text]:
    found = ((name.text, nodes.text(value)) for name, value in nodes.pairs(node))
    return {name: value for name, value in found if value is not None}


def _concurrency(path: str, node: Node | None) -> Concurrency | None:
    if node is None:
        return None
    group = nodes.text(node) or nodes.text(nodes.get(node, "group"))
    if group is None:
        return None
    cancel = nodes.text(nodes.get(node, "cancel-in-progress"))
    return Concurrency(path, group, cancel, node.line, node.column)
