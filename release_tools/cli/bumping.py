"""What ``bump`` does, apart from its command line, and without importing click."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from release_tools.cli import shared
from release_tools.errors import UsageError
from release_tools.reports import safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.config import Project
    from release_tools.flows.bumping.commit import Wish
    from release_tools.flows.bumping.plan import Plan


def run(options: Mapping[str, Any]) -> int:
    """Bump and report as ``options`` say, by the names of the command line; return exit code."""
    done: dict[str, Any] = {}
    return shared.reported("bump", options["format"], lambda: _run(options, done), done)


def _run(options: Mapping[str, Any], done: dict[str, Any]) -> int:
    from release_tools.flows.bumping import commit as release_commit

    project = shared.load(options)
    words, others = _split(options["target"])
    wish = _wish(options)
    request = release_commit.Request(
        words, options["stream"], others, options["next_"], options["allow_lower"]
    )
    steps = release_commit.plan(project, request, wish)
    done |= {"commit": None, "tags": [], "pushed": False, "pull_request": None}
    if options["dry_run"]:
        return _rehearse(project, steps, wish, options["format"], done)
    for line in release_commit.carry_out(project, steps, wish, done):
        if options["format"] == "text":
            sys.stdout.write(f"{safe(line)}\n")
    show = _as_json if options["format"] == "json" else _as_text
    sys.stdout.write(show(steps, dry=False, done=done))
    return 0


def _rehearse(
    project: Project, steps: Sequence[Plan], wish: Wish, format_: str, done: dict[str, Any]
) -> int:
    """Show the plan, and refuse what the run would refuse; JSON has both in its one document."""
    from release_tools.flows.bumping import ready

    if format_ == "json":
        done |= _data(steps, dry=True, done=done)
        ready.check(project, steps, wish)
        sys.stdout.write(_as_json(steps, dry=True, done=done))
        return 0
    sys.stdout.write(_as_text(steps, dry=True, done=done))
    sys.stdout.flush()  # before the error, where both go to one place
    ready.check(project, steps, wish)
    return 0


def _wish(options: Mapping[str, Any]) -> Wish:
    """Say how far to go; a tag and a pull request need a commit."""
    from release_tools.flows.bumping.commit import Wish

    tag, pr = options["tag"], options["pr"]
    return Wish(options["commit"] or tag or pr, tag, options["sign"], options["push"], pr)


def _split(target: tuple[str, ...]) -> tuple[list[str], dict[str, list[str]]]:
    """Sort the words before any NAME=TARGET, and those of each NAME."""
    words: list[str] = []
    others: dict[str, list[str]] = {}
    into = words
    for word in target:
        name, equals, rest = word.partition("=")
        if equals and not name:
            raise UsageError(f"there is no stream before {word!a}", hint="write NAME=TARGET")
        if equals:
            if name in others:
                raise UsageError(f'the stream "{name}" is given two targets')
            into = others[name] = []
            word = rest  # noqa: PLW2901 - the rest of NAME=TARGET is a word like the next ones
        into.append(word)
    return words, others


def _as_text(steps: Sequence[Plan], *, dry: bool, done: dict[str, Any]) -> str:  # noqa: ARG001
    from release_tools.reports import plan as report
    from release_tools.reports import text

    colour = shared.coloured(sys.stdout)
    parts = [report.as_text(step.changes, _left(step), dry=dry, colour=colour) for step in steps]
    notes = [f"{text.line(note, colour=colour)}\n" for step in steps for note in step.notes]
    return "".join((*notes, *parts))


def _as_json(steps: Sequence[Plan], *, dry: bool, done: dict[str, Any]) -> str:
    from release_tools.model import Verdict
    from release_tools.reports import json

    data = _data(steps, dry=dry, done=done)
    notes = [note for step in steps for note in step.notes]
    return json.dumps(json.envelope("bump", Verdict.AGREES, findings=notes, data=data))


def _data(steps: Sequence[Plan], *, dry: bool, done: dict[str, Any]) -> dict[str, Any]:
    from release_tools.reports import plan as report

    return report.data(
        [
            (move.stream.name, str(move.before) if move.before else None, str(move.after))
            for step in steps
            for move in step.moves
        ],
        [change for step in steps for change in step.changes],
        [left for step in steps for left in _left(step)],
        dry=dry,
        done=done,
    )


def _left(step: Plan) -> list[tuple[str, str]]:
    return [(surface.id, reason) for surface, reason in step.left]
