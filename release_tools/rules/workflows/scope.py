"""What is known at one place of a simulated run: the names that its expressions ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.rules.workflows.conditions import UNKNOWN, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from release_tools.rules.workflows.events import Event
    from release_tools.rules.workflows.workflow import Job, Workflow


class Status(NamedTuple):
    """How a job ends: ``success`` (None: perhaps), and its outputs."""

    success: bool | None
    outputs: Mapping[str, Any]
    result: str = ""


class Scope(NamedTuple):
    """Where a walk is: the jobs that called, whether that is certain, and the inputs."""

    above: tuple[Job, ...]
    certain: bool
    inputs: Mapping[str, Any] | None  # None: no inputs are known, those of a run by hand


class Names:
    """The names that a step's expressions can ask for; called with one, it gives the value."""

    def __init__(
        self,
        event: Event,
        workflow: Workflow,
        job: Job,
        scope: Scope,
        ends: Mapping[str, Status],
    ) -> None:
        self.event = event
        self.workflow = workflow
        self.job = job
        self.scope = scope
        self.ends = ends
        self.depth = 0
        self.failed = False
        self.inside_job = False
        self.steps: dict[str, Callable[[str], Any]] = {}

    def inside(self, inputs: Mapping[str, Any]) -> Names:
        """Return the names inside a composite action."""
        scope = self.scope._replace(inputs=inputs)
        inner = Names(self.event, self.workflow, self.job, scope, self.ends)
        inner.depth = self.depth + 1
        inner.inside_job = True
        return inner

    def __call__(self, name: str) -> Any:  # noqa: PLR0911 - one return for each context
        """Return the value of ``name``, UNKNOWN where only a run would know it."""
        context, _, rest = name.partition(".")
        if context == "github":
            return self._github(name)
        if context == "inputs":
            return UNKNOWN if self.scope.inputs is None else self.scope.inputs.get(rest)
        if context == "needs":
            return self._needs(rest)
        if context == "steps":
            step, _, output = rest.partition(".outputs.")
            return self.steps[step](output) if output and step in self.steps else UNKNOWN
        if context == "env":
            return self._env(rest)
        if name.endswith("()"):
            return self._status(name)
        return UNKNOWN

    def _github(self, name: str) -> Any:
        if name == "github.workflow":
            return self.workflow.name if not self.scope.above else UNKNOWN
        if name.startswith("github.event.inputs.") and self.scope.inputs is None:
            return UNKNOWN
        return self.event.lookup(name)

    def _needs(self, rest: str) -> Any:
        job, _, what = rest.partition(".")
        end = self.ends.get(job)
        if job not in {need.lower() for need in self.job.needs}:
            return None  # only what a job needs is in its context
        if end is None:
            return UNKNOWN
        if what == "result":
            return end.result or UNKNOWN
        if end.result == "skipped":
            return None
        return end.outputs.get(what.removeprefix("outputs."), UNKNOWN)

    def _env(self, name: str) -> Any:
        """Return a variable of the file, unless a script of the job may set it anew."""
        for step in self.job.steps:
            if step.run and "GITHUB_ENV" in step.run.text and name in step.run.text.lower():
                return UNKNOWN
        for env in (self.job.env, self.workflow.env):
            for key, text in env.items():
                if key.lower() == name:
                    return resolve(text.text, self) if "env." not in text.text else UNKNOWN
        return UNKNOWN

    def _status(self, name: str) -> Any:
        if name == "always()":
            return True
        if name == "cancelled()":
            return False
        if self.inside_job:  # a step asks for the steps before it, a job for the jobs it needs
            states: list[bool | None] = [not self.failed]
        else:
            needs = (need.lower() for need in self.job.needs)
            states = [self.ends[need].success for need in needs if need in self.ends]
        if name == "failure()":
            return True if False in states else UNKNOWN
        return False if False in states else UNKNOWN if None in states else True
