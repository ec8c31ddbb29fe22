"""The steps that ask ``release-tools gate`` whether this run may publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.rules.workflows import script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.rules.workflows.workflow import Step

_PROGRAMS = frozenset({"release-tools", "release_tools"})
_TAKING = frozenset({"-C", "--config"})


class Gate(NamedTuple):
    """Whose gate it is, as the step says it; both None for the first stream's."""

    stream: str | None
    surface: str | None


def of(step: Step) -> Gate | None:
    """Return the gate that a step is, None for any other step."""
    words = next(invocations(step, "gate"), None)
    if words is None:
        return None
    return Gate(_option(words, "--stream"), _option(words, "--surface"))


def invocations(step: Step, command: str) -> Iterator[tuple[str, ...]]:
    """Yield the words behind ``command`` of each call of release-tools in a step."""
    action = step.action
    if action.endswith("/release-tools") or action in {"./", "$/"}:
        if step.option("command").strip() == command:
            yield tuple(step.option("args").split())
        return
    for found in script.walk(step.run.text) if step.run else ():
        rest = called(found.words)
        if rest and rest[0] == command:
            yield rest[1:]


def called(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words behind the program's name and its global options; empty where it is none."""
    for at, word in enumerate(words):
        if word.strip("\"'").rpartition("/")[2] in _PROGRAMS:
            rest = list(words[at + 1 :])
            while rest and rest[0].startswith("-"):
                del rest[: 2 if rest[0] in _TAKING else 1]
            return tuple(rest)
    return ()


def _option(words: Sequence[str], name: str) -> str | None:
    for at, word in enumerate(words):
        if word == name and at + 1 < len(words):
            return words[at + 1].strip("\"'")
        if word.startswith(f"{name}="):
            return word.partition("=")[2].strip("\"'")
    return None
