"""What ``upgrade`` and ``rollback`` share: the goal, whether it is published, carrying out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import UnreadableError, UsageError, VersionError
from release_tools.flows.columns import deployed, running
from release_tools.model import Ran, Severity, Stage, Verdict
from release_tools.reading import Found, Unknown
from release_tools.rules import compare
from release_tools.rules import deployed as rules
from release_tools.rules.findings import finding
from release_tools.steps import Ended, Outcome
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.deployments import Deployment
    from release_tools.model import Finding, Runner, Surface, Table
    from release_tools.reading import Wanted
    from release_tools.steps import Plan, Seen, Step

    Published = Callable[[], Table]
    Tell = Callable[[Step], None]


class Request(NamedTuple):
    """What is asked for.

    ``digest`` means to name the chart and the images by the digests that the registries serve
    now, ``install`` that what is not there yet is installed, ``force`` that Helm may take back
    fields that somebody else set.  ``surfaces`` narrows the images or packages, ``workload``
    (``kind/name``) the workloads.  ``timeout`` is Helm's and kubectl's word for how long a
    roll-out may take, ``check`` asks that the goal is published as a whole.
    """

    version: str | None = None
    stream: str | None = None
    revision: int | None = None
    surfaces: tuple[str, ...] = ()
    workload: str | None = None
    digest: bool = False
    install: bool = False
    force: bool = False
    timeout: str = "10m"
    check: bool = True


class Goal(NamedTuple):
    """The version to get to: what it is called as each surface, and what the registries serve."""

    version: Version | Nightly
    wanted: Mapping[str, Wanted]
    served: Mapping[str, Found] = {}

    def text(self, surface: Surface) -> str:
        """Return how the goal is spelled as this surface, where it is published as it is there."""
        served = self.served.get(surface.id)
        return served.version if served else self.wanted[surface.id].text

    def __str__(self) -> str:
        """Return the version as a person writes it."""
        if isinstance(self.version, Nightly):
            return f"nightly-{self.version.date:%Y%m%d}"
        return str(self.version)


class Situation(NamedTuple):
    """One environment as a verb finds it, and who runs the programs there."""

    project: Project
    deployment: Deployment
    runner: Runner
    request: Request
    before: tuple[Seen, ...]

    def meant(self) -> tuple[Seen, ...]:
        """Return what was seen of the surfaces that the request means."""
        meant = {self.project.surface(name).id for name in self.request.surfaces}
        return tuple(one for one in self.before if not meant or one.surface.id in meant)


class Planned(NamedTuple):
    """The steps for one target, and what is to be said beside them."""

    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    doubtful: bool = False


def situation(
    project: Project, deployment: Deployment, request: Request, runner: Runner
) -> Situation:
    """Look at what is deployed now; raises UsageError for a time-out that is none."""
    if not is_duration(request.timeout):
        raise UsageError(f"{request.timeout!a} is no time", hint="write 90s, 10m or 1h")
    surfaces = surfaces_of(project, request.stream)
    before = running.look(deployment, surfaces, runner)
    return Situation(project, deployment, runner, request, before)


def surfaces_of(project: Project, stream: str | None) -> tuple[Surface, ...]:
    """Return the surfaces of a stream, the first one by default."""
    name = project.stream_or_first(stream).name
    return tuple(surface for surface in project.surfaces if surface.stream == name)


def parse(text: str) -> Version | Nightly:
    """Read a version, or a nightly by its image's name, its chart's or its tag's."""
    try:
        return Nightly.parse(text)
    except VersionError:
        return Version.parse(text)


def goal(project: Project, request: Request, version: Version | Nightly) -> Goal:
    """Return the goal, not looked up yet; surfaces that cannot be called so are left out."""
    wanted = {}
    for surface in surfaces_of(project, request.stream):
        try:
            found = deployed.wanted(surface, version)
        except VersionError:
            continue  # the published column says so
        if found is not None:
            wanted[surface.id] = found
    return Goal(version, wanted)


def published(target: Goal, table: Table) -> tuple[Goal, tuple[Finding, ...], bool]:
    """Hold the goal against the published column.

    Returns the goal with what is served, the findings that refuse it, and whether they are doubt.
    """
    cells = {
        row.surface.id: cell
        for stream in table.streams
        for row in stream.rows
        for cell in row.cells
        if cell.stage is Stage.PUBLISHED
    }
    served = {id_: c.reading for id_, c in cells.items() if isinstance(c.reading, Found)}
    verdict = compare.add_up([cell.verdict for cell in cells.values()])
    if verdict is Verdict.AGREES:
        return target._replace(served=served), (), False
    bad = [f"{id_} {cell.verdict.value}" for id_, cell in cells.items() if _bad(cell.verdict)]
    listed = ", ".join(bad) or "no surface has a registry to ask"
    doubtful = verdict is Verdict.UNKNOWN
    refusal = finding(
        "target-unknown" if doubtful else "target-incomplete",
        f"{target} is not known to be published as a whole: {listed}",
        hint=f"wait: release-tools verify-surfaces {target} --published --wait 15m",
    )
    found = [one for one in table.findings if one.stage is Stage.PUBLISHED]
    return target._replace(served=served), (refusal, *found), doubtful


def _bad(verdict: Verdict) -> bool:
    return verdict not in (Verdict.AGREES, Verdict.UNCHECKED, Verdict.WAITS)


def unread(seen: Sequence[Seen]) -> tuple[Finding, ...]:
    """Return a finding for everything that could not be told of the environment."""
    return tuple(
        finding(
            "deployment-unknown",
            f"{one.reading.where}: {one.reading.reason}",
            hint=one.reading.hint or None,
            stream=one.surface.stream,
            surface=one.surface.id,
            stage=Stage.DEPLOYED,
        )
        for one in seen
        if isinstance(one.reading, Unknown)
    )


def carry_out(found: Situation, plan: Plan, target: Goal | None, tell: Tell) -> Outcome:
    """Run the steps one by one; stop at the first that fails, and look at what is deployed then.

    ``tell`` hears each step before it is run.  A goal is held against what is deployed in the end.
    """
    ended: list[Ended] = []
    findings: list[Finding] = []
    for step in plan.steps:
        tell(step)
        one = _run(step, found.runner)
        ended.append(one)
        if not one.good:
            findings.append(_failed(one))
            break
    surfaces = surfaces_of(found.project, found.request.stream)
    after = running.look(found.deployment, surfaces, found.runner)
    if findings:
        return Outcome(tuple(ended), after, tuple(findings))
    if target is not None:
        findings += _judged(found, after, target)
    doubts = unread(after)
    return Outcome(tuple(ended), after, (*findings, *doubts), bool(doubts))


def _run(step: Step, runner: Runner) -> Ended:
    ran = _ask(runner, step.argv, step.patience)
    if ran.code != 0:
        return Ended(step, good=False, said=_said(ran))
    for check in step.checks:
        seen = _ask(runner, check.argv, step.patience) if check.argv else ran
        if not check.holds(seen):
            said = f"expected {check.expects}, but it says: {_said(seen) or _last(seen.out)}"
            return Ended(step, good=False, said=said)
    return Ended(step, good=True)


def _ask(runner: Runner, argv: Sequence[str], patience: float) -> Ran:
    try:
        return runner.run(argv, timeout=patience)
    except UnreadableError as error:
        return Ran(-1, "", f"{error.message}; {error.hint}" if error.hint else error.message)


def _said(ran: Ran) -> str:
    lines = [line.strip() for line in ran.err.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("Error")] or lines[-3:]
    return _last(" ".join(errors)) or (f"exit code {ran.code}" if ran.code else "")


def _last(text: str) -> str:
    return " ".join(text.split())[-600:]


def _failed(one: Ended) -> Finding:
    """Say which step failed, and explain the failures that have an explanation."""
    said = one.said.lower()
    where = f"{one.step.title}: {one.said}"
    if "conflict with" in said and ("field" in said or "apply failed" in said):
        return finding("field-conflict", where)
    if "another operation" in said and "in progress" in said:
        return finding("release-unsettled", where)
    return finding("step-failed", where)


def _judged(found: Situation, after: Sequence[Seen], target: Goal) -> list[Finding]:
    """Hold what is deployed now against the goal.

    Which images a chart pulls is its own affair, and one workload is not all of them: there the
    rest is worth a warning.
    """
    findings: list[Finding] = []
    loose = found.deployment.target == "helm" or found.request.workload is not None
    for one in found._replace(before=tuple(after)).meant():
        want = target.wanted.get(one.surface.id)
        if want is None or not isinstance(one.reading, Found):
            continue
        served = target.served.get(one.surface.id)
        _, said = rules.judge((one,), want, served, (one.deployment,))
        warn = loose and one.surface.kind != "chart"
        findings += (f._replace(severity=Severity.WARNING) if warn else f for f in said)
    return findings


def is_duration(text: str) -> bool:
    """Say whether it is a time such as ``90s``, ``10m`` or ``1h``."""
    return 1 < len(text) <= 6 and text[:-1].isdigit() and text[-1] in "smh" and text.isascii()  # noqa: PLR2004


def seconds(text: str) -> float:
    """Return a time such as ``10m`` in seconds."""
    return float(text[:-1]) * {"s": 1, "m": 60, "h": 3600}[text[-1]]
