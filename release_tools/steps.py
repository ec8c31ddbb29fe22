"""What runs, and steps for operators: why, how each is seen to have worked, its undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.model import Severity, Verdict
from release_tools.reading import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from release_tools.model import Finding, Ran, Surface
    from release_tools.reading import Reading

    Argv = tuple[str, ...]

PATIENCE = 120.0
"""Seconds for a step that does not wait for anything to roll out."""


HERE = "this environment"
"""What an environment is called that no table of the configuration names."""


class Seen(NamedTuple):
    """One look at one surface in one environment; several where it is there more than once.

    The version of a reading is "" where an image is run by a digest that names none; the note
    ``bytes`` has the digests that the engine says it runs.
    """

    surface: Surface
    deployment: str
    reading: Reading


def option(deployment: str) -> str:
    """Return what names an environment on a command line of ours, with the blank before it."""
    from shlex import quote

    return "" if deployment == HERE else f" --deployment {quote(deployment)}"


def shown_version(reading: Reading, published: Found | None = None) -> str:
    """Return what a person reads as the version of a reading, "" where it is not there."""
    if not isinstance(reading, Found):
        return ""
    if published is not None and not reading.version and reading.digest == published.digest:
        return published.version
    return reading.version or (reading.digest or "")[:19]


class Check(NamedTuple):
    """How one sees that a step has worked: a command that only reads, and what it has to say.

    ``expects`` is for people.  It ends with 0 and prints every text of ``says``; with ``gone`` it
    may also say that there is no such object any more.  Without ``argv`` it is the output of the
    step itself.
    """

    expects: str
    argv: Argv = ()
    says: tuple[str, ...] = ()
    gone: bool = False

    def holds(self, ran: Ran) -> bool:
        """Say whether what ran satisfies the expectation."""
        if ran.code != 0:
            return self.gone and "not found" in ran.err.lower()
        return all(text in ran.out for text in self.says)


class Step(NamedTuple):
    """One step.

    ``undo`` are the commands that take it back, harmless where the step did nothing: they name
    the state from before, never "the previous one".  ``changes`` is false for a step that only
    looks.  ``patience`` is in seconds.
    """

    title: str
    argv: Argv
    why: str
    checks: tuple[Check, ...] = ()
    undo: tuple[Argv, ...] = ()
    changes: bool = True
    patience: float = PATIENCE


class Plan(NamedTuple):
    """What a verb would do to one environment, and what was seen there before.

    ``goal`` is the version or revision to get to.  A finding that is an error is a refusal: there
    are no steps then, and ``doubtful`` says that it could not be told, rather than that it is bad.
    """

    verb: str
    deployment: str
    target: str
    goal: str
    steps: tuple[Step, ...] = ()
    before: tuple[Seen, ...] = ()
    findings: tuple[Finding, ...] = ()
    doubtful: bool = False

    @property
    def verdict(self) -> Verdict:
        """Agrees where it may be carried out."""
        if not is_error(self.findings):
            return Verdict.AGREES
        return Verdict.UNKNOWN if self.doubtful else Verdict.DISAGREES

    @property
    def exit_code(self) -> int:
        """0 may be carried out, 1 is refused, 3 could not be told."""
        return {Verdict.AGREES: 0, Verdict.UNKNOWN: 3}.get(self.verdict, 1)


class Ended(NamedTuple):
    """One step that was run: whether all went well, and what was said where it did not."""

    step: Step
    good: bool
    said: str = ""


class Outcome(NamedTuple):
    """What came of a plan: the steps that were run, what is deployed now, what is to be said."""

    ended: tuple[Ended, ...]
    after: tuple[Seen, ...]
    findings: tuple[Finding, ...] = ()
    doubtful: bool = False

    @property
    def undo(self) -> tuple[Argv, ...]:
        """The commands that take back what was begun, the last step first; () where all is well."""
        return undo([one.step for one in self.ended]) if is_error(self.findings) else ()

    @property
    def verdict(self) -> Verdict:
        """Agrees where every step went well and what is deployed is the goal."""
        if not is_error(self.findings):
            return Verdict.AGREES
        return Verdict.UNKNOWN if self.doubtful else Verdict.DISAGREES

    @property
    def exit_code(self) -> int:
        """0 done, 1 a step failed or something else runs than was meant, 3 could not be told."""
        return {Verdict.AGREES: 0, Verdict.UNKNOWN: 3}.get(self.verdict, 1)


class Looked(NamedTuple):
    """One thing that ``doctor`` looked at: a program, a release, a chart, the pods of a place."""

    name: str
    verdict: Verdict
    found: str
    deployment: str | None = None


class Remedy(NamedTuple):
    """A way out of a problem: steps that are printed, for a person to run."""

    title: str
    deployment: str
    steps: tuple[Step, ...]


class Diagnosis(NamedTuple):
    """All that was looked at, what is wrong, and the ways out."""

    looked: tuple[Looked, ...]
    findings: tuple[Finding, ...]
    remedies: tuple[Remedy, ...] = ()


def undo(steps: Sequence[Step]) -> tuple[Argv, ...]:
    """Return the commands that take the steps back, the last step's first."""
    return tuple(argv for step in reversed(steps) for argv in step.undo)


def is_error(findings: Iterable[Finding]) -> bool:
    """Say whether one of the findings is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def shell(argv: Argv) -> str:
    """Return the command as one types it into a shell of POSIX."""
    from shlex import join

    return join(argv)
