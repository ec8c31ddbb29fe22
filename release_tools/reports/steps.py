"""A plan of steps and what came of it: for people, as Markdown, and as values for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.reading import Absent, Found, Unknown
from release_tools.reports import markdown, safe, text
from release_tools.steps import shell, shown_version, undo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from release_tools.model import Finding
    from release_tools.steps import Check, Ended, Outcome, Plan, Seen, Step

_NOTHING = "\N{EN DASH}"


def as_text(plan: Plan, *, colour: bool) -> str:
    """Return the plan as a person reads it; it ends with a newline."""
    head = f"{plan.verb} of {safe(plan.deployment)} ({plan.target}) to {safe(plan.goal)}"
    blocks = [head, "\n".join(_now(plan.before))]
    blocks += ["\n".join(_step(number, step)) for number, step in enumerate(plan.steps, 1)]
    blocks.append(_findings(plan.findings, colour=colour))
    return "\n\n".join(filter(None, blocks)) + "\n"


def outcome_as_text(plan: Plan, outcome: Outcome, *, colour: bool) -> str:
    """Return what came of a plan: each step, the difference, the undo where one failed."""
    lines = [
        f"{'done' if one.good else 'FAILED':7} {number}. {safe(one.step.title)}"
        for number, one in enumerate(outcome.ended, 1)
    ]
    left = len(plan.steps) - len(outcome.ended)
    lines += [f"{'':7} {_count(left, 'step')} not run"] if left else []
    changes = [f"  {line}" for line in difference(plan.before, outcome.after)]
    blocks = ["\n".join(lines), "\n".join(["what changed", *(changes or ["  nothing"])])]
    blocks.append(_findings(outcome.findings, colour=colour))
    if outcome.undo:
        blocks.append("\n".join(["undo", *(f"  {safe(shell(argv))}" for argv in outcome.undo)]))
    return "\n\n".join(filter(None, blocks)) + "\n"


def difference(before: Sequence[Seen], after: Sequence[Seen]) -> list[str]:
    """Return a line for each surface that is not as it was: ``image:app  v0.2.0 -> v0.3.0``."""
    old, new = _by_surface(before), _by_surface(after)
    return [
        f"{safe(id_)}  {safe(old.get(id_, _NOTHING))} -> {safe(new.get(id_, _NOTHING))}"
        for id_ in dict.fromkeys((*old, *new))
        if old.get(id_) != new.get(id_)
    ]


def as_markdown(plan: Plan, outcome: Outcome | None = None) -> str:
    """Return the plan, and what came of it, as GitHub Flavored Markdown."""
    escape = markdown.escape
    title = f"## {plan.verb} of {escape(plan.deployment)} ({plan.target}) to {escape(plan.goal)}"
    parts = [title]
    if plan.before:
        parts.append(
            "\n".join(f"- {escape(' '.join(line.split()))}" for line in _now(plan.before)[1:])
        )
    ended = {} if outcome is None else {id(one.step): one for one in outcome.ended}
    for number, step in enumerate(plan.steps, 1):
        parts += _markdown_step(number, step, ended.get(id(step)))
    if outcome is not None:
        lines = difference(plan.before, outcome.after) or ["nothing changed"]
        parts += ["### What changed", "\n".join(f"- {escape(line)}" for line in lines)]
        parts += ["### Undo", fenced(outcome.undo)] if outcome.undo else []
    found = outcome.findings if outcome is not None else plan.findings
    if found:
        parts.append("\n".join(map(markdown.line, found)))
    return "\n\n".join(parts) + "\n"


def data(plan: Plan, outcome: Outcome | None = None) -> dict[str, Any]:
    """Return the command's own part of the JSON report."""
    ended = () if outcome is None else outcome.ended
    return {
        "deployment": plan.deployment,
        "target": plan.target,
        "goal": plan.goal,
        "executed": outcome is not None,
        "before": [seen_as_values(one) for one in plan.before],
        "steps": [values(step, _at(ended, number)) for number, step in enumerate(plan.steps)],
        "after": None if outcome is None else [seen_as_values(one) for one in outcome.after],
        "difference": [] if outcome is None else difference(plan.before, outcome.after),
        "undo": [list(argv) for argv in (undo(plan.steps) if outcome is None else outcome.undo)],
    }


def listed(steps: Iterable[Step]) -> Iterator[str]:
    """Yield the lines of numbered steps."""
    for number, step in enumerate(steps, 1):
        yield from _step(number, step)


def seen_as_values(one: Seen) -> dict[str, Any]:
    """Return one look at one surface as plain values."""
    reading = one.reading
    found = reading if isinstance(reading, Found) else None
    return {
        "surface": one.surface.id,
        "deployment": one.deployment,
        "found": None if found is None else found.version or None,
        "digest": None if found is None else found.digest,
        "where": reading.where,
        "state": _state(one),
        "reason": None if isinstance(reading, Found) else reading.reason,
        "notes": {} if found is None else dict(found.notes),
    }


def _state(one: Seen) -> str:
    return {Found: "found", Absent: "absent", Unknown: "unknown"}[type(one.reading)]


def _at(ended: Sequence[Ended], number: int) -> Ended | None:
    return ended[number] if number < len(ended) else None


def values(step: Step, ended: Ended | None = None) -> dict[str, Any]:
    """Return one step, and what came of it, as plain values."""
    return {
        "title": step.title,
        "command": list(step.argv),
        "why": step.why,
        "changes": step.changes,
        "checks": [
            {"command": list(check.argv or step.argv), "expects": check.expects}
            for check in step.checks
        ],
        "undo": [list(argv) for argv in step.undo],
        "result": None if ended is None else "done" if ended.good else "failed",
        "said": None if ended is None or ended.good else ended.said,
    }


def _now(before: Sequence[Seen]) -> list[str]:
    """Return what is deployed now, a line each; nothing where nobody looked."""
    shown = [one for one in before if not isinstance(one.reading, Absent)]
    if not before:
        return []
    rows = [(safe(one.surface.id), safe(_version(one)), safe(one.reading.where)) for one in shown]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(2)]
    lines = [f"  {a.ljust(widths[0])}  {b.ljust(widths[1])}  {c}" for a, b, c in rows]
    return ["deployed now", *(lines or ["  nothing of it"])]


def _version(one: Seen) -> str:
    return "?" if isinstance(one.reading, Unknown) else shown_version(one.reading)


def _by_surface(seen: Sequence[Seen]) -> dict[str, str]:
    """Return what is there of each surface, as one text."""
    found: dict[str, dict[str, None]] = {}
    for one in seen:
        if not isinstance(one.reading, Absent):
            found.setdefault(one.surface.id, {})[_version(one)] = None
    return {id_: ", ".join(sorted(texts)) for id_, texts in found.items()}


def _step(number: int, step: Step) -> Iterator[str]:
    yield f"{number}. {safe(step.title)}"
    yield f"     $ {safe(shell(step.argv))}"
    yield f"     why    {safe(step.why)}"
    for check in step.checks:
        yield f"     check  {safe(_check(check))}"
    for argv in step.undo:
        yield f"     undo   {safe(shell(argv))}"


def _check(check: Check) -> str:
    return f"{shell(check.argv)}: {check.expects}" if check.argv else f"it prints {check.expects}"


def _markdown_step(number: int, step: Step, ended: Ended | None) -> Iterator[str]:
    state = "" if ended is None else " (done)" if ended.good else " (FAILED)"
    yield f"### {number}. {markdown.escape(safe(step.title))}{state}"
    yield f"{markdown.escape(safe(step.why))}"
    yield fenced((step.argv,))
    checks = [check for check in step.checks if check.argv]
    if checks:
        yield "Check: " + "; ".join(markdown.escape(safe(check.expects)) for check in checks)
        yield fenced([check.argv for check in checks])
    if step.undo:
        yield "Undo:"
        yield fenced(step.undo)


def fenced(commands: Iterable[tuple[str, ...]]) -> str:
    """Return commands as a block of code that nothing in them can end."""
    lines = [safe(shell(argv)).replace("```", "'''") for argv in commands]
    return "\n".join(("```sh", *lines, "```"))


def _findings(findings: Sequence[Finding], *, colour: bool) -> str:
    return "\n".join(text.findings(findings, colour=colour))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
