"""What starts a workflow, and whether that can be a release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from release_tools.discovery.values import NOTHING, union
from release_tools.rules.workflows import filters

if TYPE_CHECKING:
    from release_tools.discovery.values import Values


@dataclass(frozen=True, slots=True)
class Triggers:
    """``tags`` are the patterns of ``on.push.tags``; ``starts``: some event starts it at all.

    ``after`` are the names of the workflows whose end starts it.
    """

    starts: bool
    tags: tuple[str, ...]
    releases: bool
    after: tuple[str, ...] = ()


_WORDS = re.compile(r"releas|publish|deploy|(?<![a-z])(?:tag|cd|ship|promote|push)(?![a-z])")
# who waits for a change of one such file waits for its version
_VERSIONED = re.compile(
    r"(?:^|/)(?:package\.json|Cargo\.toml|pyproject\.toml|Chart\.yaml|VERSION|CHANGELOG\.md)$"
)
# tools that publish whatever is new whenever the main branch moves
_ON_MAIN = (
    "chart-releaser", "changesets/action", "release-plz", "semantic-release", "release-please",
    "covector", "helm-gh-pages", "lerna publish", "cr upload", "--exact-match", "refs/tags",
    "ref_type", "type=semver",
)  # fmt: skip
# what a release asks for
_ASKED = re.compile(r"(?:(?:release|new|next|image|chart)[-_])?(?:version|tag|release)$")
# nobody starts these by hand but to release
_PUBLISHING = re.compile(
    r"\b(?:npm|cargo|uv) publish\b(?!.*(?:dry-run|--tag[= ](?:canary|next|nightly|dev|snapshot)))"
    r"|twine upload|gh-action-pypi-publish|helm push"
    r"|\b(?:crane|gcrane|regctl image|skopeo) (?:cp|copy)\b"
)
_MAINS = {"main", "master", "trunk"}
_OF_TAGS = frozenset(
    ("refs/tags", "ref_type", "type=semver")
)  # of no use where only branches are pushed
# and what a workflow named for it does when it releases from a branch
_RELEASING = re.compile(
    r"gh release create|action-gh-release|create-release@|release-action@"
    r"|startsWith\(\s*github\.event\.head_commit\.message"
)


def of(path: str, data: dict[Any, Any], text: str) -> Triggers:
    """Read the ``on`` of a workflow (YAML 1.1 reads that key as True)."""
    events = data.get("on", data.get(True))
    if isinstance(events, str):
        events = {events: None}
    elif isinstance(events, list):
        events = {str(each): None for each in events}
    if not isinstance(events, dict):
        return Triggers(starts=False, tags=(), releases=False)
    push = events.get("push")
    push = push if isinstance(push, dict) else {}
    tags = tuple(str(each) for each in _list(push.get("tags")))
    branches = [str(each) for each in _list(push.get("branches"))]
    dead = _OF_TAGS if branches and not tags else frozenset()
    named = bool(_WORDS.search(f"{path.rsplit('/', 1)[-1]} {data.get('name')}".lower()))
    by_hand = bool({"workflow_dispatch", "workflow_run", "repository_dispatch"} & set(events))
    releases = (
        any(not each.startswith("!") for each in tags)
        or bool({"release", "create"} & set(events))
        or ((by_hand or _on_merge(events)) and named)
        or (by_hand and bool(_PUBLISHING.search(text)))
        or (by_hand and any(map(_ASKED.match, inputs(data))))
        or any("release" in each for each in branches)
        or (named and any(_VERSIONED.search(str(each)) for each in _list(push.get("paths"))))
        or ("push" in events and any(each in text for each in _ON_MAIN if each not in dead))
        or ("push" in events and named and bool(_RELEASING.search(text)))
        or (named and bool(set(branches) & _MAINS) and _publishes(text))
    )
    starts = any(event != "workflow_call" for event in events)
    run = events.get("workflow_run")
    after = tuple(map(str, _list(run.get("workflows")))) if isinstance(run, dict) else ()
    return Triggers(starts, tags, releases, after)


def _publishes(text: str) -> bool:
    """Say whether a workflow publishes, and not only where it runs for a tag."""
    return bool(_PUBLISHING.search(text)) and not any(each in text for each in _OF_TAGS)


def _on_merge(events: dict[Any, Any]) -> bool:
    """Say whether a merged change is what starts a workflow: ``pull_request: [closed]``."""
    merged = events.get("pull_request")
    return isinstance(merged, dict) and _list(merged.get("types")) == ["closed"]


def inputs(data: dict[Any, Any]) -> dict[str, Values]:
    """Return the declared inputs of a workflow with their defaults and choices."""
    events = data.get("on", data.get(True))
    found: dict[str, Values] = {}
    for event in ("workflow_call", "workflow_dispatch"):
        declared = events.get(event) if isinstance(events, dict) else None
        declared = declared.get("inputs") if isinstance(declared, dict) else None
        for name, value in declared.items() if isinstance(declared, dict) else ():
            told = value if isinstance(value, dict) else {}
            default = told.get("default")
            choices = [str(each) for each in _list(told.get("options"))]
            given = choices if default is None else [str(default), *choices]
            found[str(name)] = union(given) if given else NOTHING
    return found


def admits(patterns: tuple[str, ...], tag: str) -> bool:
    """Say whether GitHub starts a workflow with these tag patterns for ``tag``."""
    return filters.admits(tuple(map(filters.read, patterns)), tag)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []
