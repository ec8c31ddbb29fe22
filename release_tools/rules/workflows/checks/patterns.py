"""Tag patterns that no tag can match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.model import Severity
from release_tools.rules.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Pipeline
    from release_tools.rules.workflows.table import Row
    from release_tools.rules.workflows.triggers import Filter

_ID = "pattern-matches-nothing"


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:  # noqa: ARG001 - as every check
    """Find patterns of ``on.push.tags`` that are none, and those that match no tag ever made."""
    names = [*(tag.name for tag in pipeline.facts.tags), *pipeline.facts.made]
    for workflow in pipeline.workflows.values():
        push = workflow.triggers.push
        for each in (*(push.tags or ()), *(push.tags_ignore or ())) if push else ():
            if each.pattern.problem:
                message = f"the pattern '{each.pattern.text}' {each.pattern.problem}"
                invalid = _at(workflow.path, each, message)
                yield invalid._replace(severity=Severity.ERROR)
        positive = [each for each in (push.tags or ()) if not each.pattern.negative] if push else []
        if push and push.tags and not positive and not push.branches:
            message = "all patterns begin with !, so that no tag starts this workflow"
            yield _at(workflow.path, push.tags[0], message)._replace(severity=Severity.ERROR)
        for each in positive:
            if not each.pattern.problem:
                yield from _unmatched(workflow.path, each, names, made=bool(pipeline.facts.made))


def _unmatched(path: str, each: Filter, names: list[str], *, made: bool) -> Iterator[Finding]:
    text = each.pattern.text
    if text.startswith("refs/tags/"):
        message = f"'{text}' is compared with the name of the tag, which has no refs/tags/ in front"
        found = _at(path, each, message)
        yield found._replace(severity=Severity.ERROR, hint="leave refs/tags/ out")
    elif made and not any(map(each.pattern.matches, names)):
        odd = next((mark for mark in ("{", "(", "|", "^", "$", "\\") if mark in text), None)
        because = f": {odd} stands for itself in a filter" if odd else ""
        yield _at(path, each, f"no tag that was ever made matches '{text}'{because}")


def _at(path: str, each: Filter, message: str) -> Finding:
    return finding(_ID, message, path=path, line=each.at.line, column=each.at.column)
