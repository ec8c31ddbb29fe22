"""What a publisher installs or runs without saying which one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.model import Severity
from release_tools.rules.findings import finding
from release_tools.rules.workflows import commands, script
from release_tools.rules.workflows.commands import Kind
from release_tools.rules.workflows.publishing import line_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Pipeline
    from release_tools.rules.workflows.table import Row
    from release_tools.rules.workflows.workflow import Job, Step

_ID = "unpinned-install"
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LOCAL = re.compile(r"[./~$]|[^=<>]*\.(?:whl|tar\.gz|tgz|zip|crate)$|dist/|file:|-e$|git\+|https?:")
_LOCKED = frozenset(
    ("--require-hashes", "-r", "--requirement", "-c", "--constraint", "--locked", "--frozen",
     "-e", "--editable", "--path", "--git", "--group", "--no-index")
)  # fmt: skip


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:
    """Find unpinned packages and actions in jobs that publish for a tag."""
    jobs: dict[tuple[str, str], Job] = {}
    for row in (row for row in rows if not row.accidental):
        for tag in pipeline.facts.tags:
            for act in pipeline.on_tag(row.workflow, tag):
                if act.deed.kind is not Kind.TAG:
                    jobs.setdefault((act.at.workflow.path, act.at.job.id), act.at.job)
    movable: dict[str, list[Step]] = {}
    for (path, _), job in jobs.items():
        for step in job.steps:
            yield from _installs(step)
            if step.uses and not _pinned(step):
                movable.setdefault(path, []).append(step)
    for path, steps in movable.items():
        yield _actions(path, steps)


def _actions(path: str, steps: list[Step]) -> Finding:
    names = dict.fromkeys(step.uses.text for step in steps if step.uses)
    shown = ", ".join(list(names)[:3]) + (" …" if len(names) > 3 else "")  # noqa: PLR2004 - as many as fit a line
    first = steps[0].uses
    assert first is not None  # noqa: S101 - the caller has looked
    found = finding(
        _ID,
        f"actions of a job that publishes are named by a tag or branch that can move: {shown}",
        hint="name them by commit: uses: owner/action@<40 hex digits>  # v1.2.3",
        path=path,
        line=first.line,
        column=first.column,
    )
    return found._replace(severity=Severity.NOTE)


def _pinned(step: Step) -> bool:
    """Say whether an action is GitHub's own, the repository's own, or named by what it is."""
    name, _, ref = step.uses.text.partition("@") if step.uses else ("", "", "")
    if name.startswith(("./", "$/", "actions/", "github/")):
        return True
    return bool(_COMMIT.fullmatch(ref)) or (name.startswith("docker://") and "sha256:" in ref)


def _installs(step: Step) -> Iterator[Finding]:
    for command in script.walk(step.run.text) if step.run else ():
        loose = loose_packages(command.words)
        if loose:
            yield finding(
                _ID,
                f"a job that publishes installs {', '.join(loose)} in whatever version is newest",
                path=step.path,
                line=line_at(step, command.offset),
            )


def loose_packages(words: tuple[str, ...]) -> list[str]:
    """Return the packages that a command installs without a version."""
    argv = [word.strip("\"'") for word in _command(words)]
    program = argv[0].rpartition("/")[2] if argv else ""
    verbs = [word for word in argv[1:] if not word.startswith("-")]
    if _LOCKED & set(argv) or ">" in argv:
        return []
    if program in {"pip", "pip3", "pipx"} and verbs[:1] == ["install"]:
        return [each for each in verbs[1:] if not re.search(r"[=<>~@]", each) and _named(each)]
    if program == "npm" and verbs[:1] in (["install"], ["i"]) and {"-g", "--global"} & set(argv):
        return [each for each in verbs[1:] if "@" not in each[1:] and _named(each)]
    if program == "cargo" and verbs[:1] == ["install"] and "--version" not in argv:
        return [each for each in verbs[1:] if "@" not in each and _named(each)]
    if program == "go" and verbs[:1] == ["install"]:
        return [each for each in verbs[1:] if each.endswith("@latest")]
    return []


def _command(words: tuple[str, ...]) -> tuple[str, ...]:
    """Take ``uv`` off ``uv pip install``, and what ``commands.bare`` takes off."""
    argv = commands.bare(words)
    return argv[1:] if argv[:2] == ("uv", "pip") else argv


def _named(word: str) -> bool:
    return bool(word) and not _LOCAL.match(word) and word not in {"pip", "setuptools", "wheel"}
