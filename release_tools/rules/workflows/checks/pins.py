"""What a publisher installs or runs without saying which one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.model import Severity
from release_tools.rules.findings import finding
from release_tools.rules.workflows import commands, script
from release_tools.rules.workflows.checks.listing import some
from release_tools.rules.workflows.commands import Kind
from release_tools.rules.workflows.publishing import line_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding
    from release_tools.rules.workflows.nodes import Text
    from release_tools.rules.workflows.pipeline import Pipeline
    from release_tools.rules.workflows.table import Row
    from release_tools.rules.workflows.workflow import Job, Step

_ID = "unpinned-install"
_PINNED = re.compile(
    r"(?:\./|\$/|actions/|github/).*"  # the repository's own, GitHub's own
    r"|[^@]*@(?:[0-9a-f]{40}(?:[0-9a-f]{24})?|sha256:[0-9a-f]{64})"
)
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
    movable: dict[str, list[Text]] = {}
    for (path, _), job in jobs.items():
        for step in job.steps:
            yield from _installs(step)
            if step.uses and not _PINNED.fullmatch(step.uses.text):
                movable.setdefault(path, []).append(step.uses)
    for path, actions in movable.items():
        yield _movable(path, actions)


def _movable(path: str, actions: list[Text]) -> Finding:
    first = actions[0]
    found = finding(
        _ID,
        "actions of a job that publishes are named by a tag or branch that can move: "
        f"{some(each.text for each in actions)}",
        hint="name them by commit: uses: owner/action@<40 hex digits>  # v1.2.3",
        path=path,
        line=first.line,
        column=first.column,
    )
    return found._replace(severity=Severity.NOTE)


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
    """Return the packages that a command, one word at least, installs without a version."""
    argv = [word.strip("\"'") for word in _command(words)]
    program = argv[0].rpartition("/")[2]
    verbs = [word for word in argv[1:] if not word.startswith("-")]
    if _LOCKED & set(argv) or ">" in argv:
        return []
    match [program, *verbs]:
        case ["pip" | "pip3" | "pipx", "install", *named]:
            return [each for each in named if not re.search(r"[=<>~@]", each) and _named(each)]
        case ["npm", "install" | "i", *named] if {"-g", "--global"} & set(argv):
            return [each for each in named if "@" not in each[1:] and _named(each)]
        case ["cargo", "install", *named] if "--version" not in argv:
            return [each for each in named if "@" not in each and _named(each)]
        case ["go", "install", *named]:
            return [each for each in named if each.endswith("@latest")]
        case _:
            return []


def _command(words: tuple[str, ...]) -> tuple[str, ...]:
    """Take ``uv`` off ``uv pip install``, and what ``commands.bare`` takes off."""
    argv = commands.bare(words)
    return argv[1:] if argv[:2] == ("uv", "pip") else argv


def _named(word: str) -> bool:
    return bool(word) and not _LOCAL.match(word) and word not in {"pip", "setuptools", "wheel"}
