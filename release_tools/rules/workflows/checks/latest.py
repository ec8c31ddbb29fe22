"""Images that are called ``latest`` whatever the tag is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.model import Severity
from release_tools.rules.findings import finding
from release_tools.rules.workflows import commands
from release_tools.rules.workflows.commands import Kind
from release_tools.rules.workflows.conditions import resolve, truth_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Act, Pipeline, Tag
    from release_tools.rules.workflows.table import Row
    from release_tools.rules.workflows.workflow import Step

_ID = "latest-unconditional"
_PLAIN = re.compile(r"[^\s,]*:latest")


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:
    """Find pushes of ``latest`` that nothing keeps from a pre-release or another stream's tag."""
    places: dict[tuple[str, int, int], list[tuple[Tag, bool]]] = {}
    for row in (row for row in rows if not row.accidental):
        for tag in (tag for tag in pipeline.facts.tags if tag.channel != "nightly"):
            foreign = tag.stream.name not in row.streams
            for act in pipeline.on_tag(row.workflow, tag):
                if act.deed.kind is Kind.IMAGE and act.certain:
                    for line, column in _lines(pipeline, row, tag, act):
                        places.setdefault((act.path, line, column), []).append((tag, foreign))
    for (path, line, column), seen in places.items():
        yield _finding(path, line, column, seen)


def _finding(path: str, line: int, column: int, seen: list[tuple[Tag, bool]]) -> Finding:
    wrong = [tag.name for tag, foreign in seen if foreign or tag.channel == "prerelease"]
    real = any(foreign or (tag.made and tag.channel == "prerelease") for tag, foreign in seen)
    if wrong:
        message = f"the image is called latest for {' and '.join(wrong)} as well"
    else:
        message = f"{seen[0][0].name} makes the image latest, and so would a lower version"
    found = finding(
        _ID, message, stream=seen[0][0].stream.name, path=path, line=line, column=column
    )
    return found._replace(severity=Severity.ERROR) if real else found


def _lines(pipeline: Pipeline, row: Row, tag: Tag, act: Act) -> Iterator[tuple[int, int]]:
    """Yield where ``latest`` stands as a tag of what is pushed, and nothing decides about it."""
    step, deed = act.at.step, act.deed
    if deed.words:
        named = (*commands.tags_of(deed.words), *commands.plain(commands.bare(deed.words)))
        if any(word.endswith(":latest") for word in named):
            yield deed.line, deed.column
        return
    tags = step.given.get("tags")
    for at, text in enumerate((tags.text if tags else "").splitlines()):
        if tags and _PLAIN.fullmatch(re.sub(r"\$\{\{[^}]*\}\}", "x", text.strip())):
            yield _line(step, "tags", at), tags.column
    if tags is None or "outputs.tags" not in tags.text:
        return
    for other in pipeline.steps_on_tag(row.workflow, tag):
        same = other.job is act.at.job and other.step.action == "docker/metadata-action"
        if same and f"steps.{other.step.id}." in tags.text.lower() and other.certain:
            yield from _of_metadata(other.step, other.lookup)


def _of_metadata(step: Step, lookup: object) -> Iterator[tuple[int, int]]:
    for name, marks in (("tags", ("type=raw,value=latest", "type=raw,latest")),
                        ("flavor", ("latest=true",))):  # fmt: skip
        given = step.given.get(name)
        for at, line in enumerate((given.text if given else "").splitlines()):
            text = re.sub(r"\s*,\s*", ",", line.strip())
            if given and text.startswith(marks) and _enabled(text, lookup):
                yield _line(step, name, at), given.column


def _enabled(text: str, lookup: object) -> bool:
    """Say whether ``enable=`` is surely true; it is where it is not given."""
    given = re.search(r"enable=(.*?)(?:,\w+=|$)", text)
    if given is None:
        return True
    if "{{" in given[1].replace("${{", ""):
        return False  # {{is_default_branch}} and the like are false for a tag
    value = resolve(given[1], lookup)  # type: ignore[arg-type]  # see simulation.Reached
    return value != "false" and truth_of(value) is True


def _line(step: Step, name: str, at: int) -> int:
    """Return the line of the file of one line of an input."""
    given = step.given[name]
    block = given.raw.startswith("|")
    return given.line + at + block
