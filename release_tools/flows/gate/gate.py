"""``gate``: may this workflow publish for this ref?  Nothing is written anywhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from release_tools.checks import Say
from release_tools.errors import RefusedError, UsageError
from release_tools.flows.gate import ranked
from release_tools.flows.gate.case import Case
from release_tools.flows.load import load
from release_tools.flows.repository import clone, hub, remote
from release_tools.rules import gate as rules
from release_tools.rules import handout
from release_tools.rules.findings import finding, from_error
from release_tools.streams import find
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from release_tools.adapters.git import Repository
    from release_tools.adapters.ls_remote import RemoteRefs
    from release_tools.checks import Check
    from release_tools.model import Finding
    from release_tools.streams import Stream


class Request(NamedTuple):
    """Whose workflow asks, and for which ref; ``wait`` in seconds is for pending checks."""

    stream: str | None = None
    surface: str | None = None
    ref: str | None = None
    built: tuple[str, ...] = ()
    waive: tuple[str, ...] = ()
    wait: float = 0.0


class Gate(NamedTuple):
    """What the gate says.  ``mine`` is false for a ref that another workflow publishes for."""

    mine: bool
    outputs: Mapping[str, str]
    checks: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()
    case: Case | None = None
    why: str = ""

    @property
    def say(self) -> Say:
        """Open, closed, or cannot tell, over all checks."""
        return rules.add_up(self.checks)

    @property
    def exit_code(self) -> int:
        """0 open or not mine, 1 closed, 3 cannot tell."""
        if not self.mine:
            return 0
        return {Say.OPEN: 0, Say.CLOSED: 1, Say.UNSURE: 3}[self.say]


def gate(
    directory: str,
    request: Request,
    *,
    config: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Gate:
    """Judge the ref of the request, or of the workflow run, or of the tag at HEAD.

    Raises ConfigError where there is no configuration, UsageError where no ref is meant or a
    name names nothing.  Whatever else goes wrong closes the gate.
    """
    project = load(directory, config=config, discover=False)
    surface = None if request.surface is None else project.surface(request.surface)
    own = project.stream_or_first(request.stream or (surface.stream if surface else None))
    if surface is not None and surface.stream != own.name:
        raise UsageError(f'{surface.id} belongs to stream "{surface.stream}", not "{own.name}"')
    waivers = rules.waivers(project.tables.get("gate", {}).get("waive", ()), request.waive)
    repository = clone.of(project)
    if repository is None:
        raise UsageError("this project is in no git repository", hint="check it out with git")
    github = hub.maybe(project, repository)
    with hub.bounded(github):
        facts = remote.refs(repository, github)
    ref = _ref(request.ref, repository, facts, own)
    tag = ref.removeprefix("refs/tags/")
    if ref.startswith("refs/") and not ref.startswith("refs/tags/"):
        return Gate(mine=False, outputs=handout.nothing(), why=f"{ref} is no tag")
    try:
        match = find(project.streams, tag)
    except RefusedError as error:
        return _closed(error.message, from_error(error))
    if match is None:
        patterns = ", ".join(one.tag for one in project.streams)
        message = f"the tag {tag!a} belongs to no stream ({patterns})"
        return _closed(message, finding("tag-of-no-stream", message))
    stream, version = match
    if stream != own or not isinstance(version, Version):
        of = f'stream "{stream.name}"' if stream != own else "a nightly"
        return Gate(mine=False, outputs=handout.nothing(), why=f"the tag {tag} is of {of}")
    facts = remote.peeled(repository, github, facts, tag)
    case = Case(
        project, repository, github, stream, version, tag, facts, surface, request.built, waivers
    )
    return judge(case, wait=request.wait, tell=tell)


def judge(case: Case, *, wait: float = 0.0, tell: Callable[[str], None] = lambda _: None) -> Gate:
    """Answer every check of a case, and hand out the spellings where the gate opens."""
    with hub.bounded(case.github):
        checks, findings = ranked.answer(case, wait=wait, tell=tell)
    stream, tags = case.stream, case.facts.tags
    opens = rules.add_up(checks) is Say.OPEN and case.tag in tags
    outputs = (
        handout.of_version(stream, case.version, case.tag, tags[case.tag].commit, tags)
        if opens
        else handout.nothing()
    )
    said = (*findings, *rules.findings(checks, stream.name))
    return Gate(mine=True, outputs=outputs, checks=checks, findings=said, case=case)


def _closed(message: str, why: Finding) -> Gate:
    check = rules.answer("source", Say.CLOSED, message)
    return Gate(mine=True, outputs=handout.nothing(), checks=(check,), findings=(why,))


def _ref(asked: str | None, repository: Repository, facts: RemoteRefs, stream: Stream) -> str:
    """Return the ref that is meant: asked for, or of the run, or the one tag at HEAD."""
    from release_tools.adapters.actions import Actions

    actions = Actions.from_env(os.environ)
    ref = asked or (actions.ref if actions else "")
    if ref:
        return ref
    head = repository.head()
    at_head = (name for name, tag in facts.tags.items() if tag.commit == head)
    here = [name for name in at_head if isinstance(stream.match(name), Version)]
    if len(here) != 1:
        # Both gate and release take --ref, beside whatever else the command line says.
        outside = actions is None and os.environ.get("GITHUB_REF")
        aside = "GITHUB_REF counts only where GITHUB_ACTIONS is true: " if outside else ""
        raise UsageError(
            f"which tag is meant? {len(here)} tags of stream {stream.name} stand at HEAD",
            hint=f"{aside}name it with --ref, such as --ref v0.3.0",
        )
    return f"refs/tags/{here[0]}"
