"""Which steps an event reaches, with conditions, needs, reusable workflows and gates followed.

A condition that cannot be evaluated may hold.  Nothing else fails: what is looked for is what a
run can do when all goes well.  A gate answers as it would for the event.
"""

from __future__ import annotations

import posixpath
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import MalformedError
from release_tools.rules.workflows import gates
from release_tools.rules.workflows.conditions import UNKNOWN, holds, resolve
from release_tools.rules.workflows.scope import Names, Scope, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from release_tools.rules.workflows.conditions import Lookup
    from release_tools.rules.workflows.events import Event
    from release_tools.rules.workflows.gates import Gate
    from release_tools.rules.workflows.workflow import Action, Job, Step, Workflow

_MAX_STEPS = 20_000
_MAX_DEPTH = 10  # GitHub's own bound for reusable workflows


class Answer(StrEnum):
    """What a gate says."""

    OPEN = "open"
    NOT_MINE = "not mine"  # ends well, with proceed=false
    CLOSED = "closed"  # fails


class Reached(NamedTuple):
    """A step that may run; ``certain`` says that no condition on the way is in doubt.

    ``job`` is the job of the workflow that holds the step, ``above`` the jobs that called it.
    """

    workflow: Workflow
    job: Job
    step: Step
    certain: bool
    above: tuple[Job, ...]
    lookup: Lookup


class Simulation:
    """One event on one workflow."""

    def __init__(
        self,
        workflows: Mapping[str, Workflow],
        actions: Mapping[str, Action],
        event: Event,
        answer: Callable[[Gate], Answer],
    ) -> None:
        self.workflows = workflows
        self.actions = actions
        self.event = event
        self.answer = answer
        self.reached: list[Reached] = []
        self.count = 0

    def run(self, workflow: Workflow) -> tuple[Reached, ...]:
        """Return the steps that may run.

        Raises MalformedError when reusable workflows multiply to more than can be followed.
        """
        by_hand = self.event.name == "workflow_dispatch"
        self._workflow(workflow, Scope((), certain=True, inputs=None if by_hand else {}))
        return tuple(self.reached)

    def _workflow(self, workflow: Workflow, scope: Scope) -> Status:
        """Run all jobs; return how the workflow ends for whoever called it."""
        ends: dict[str, Status] = {}
        for job in _ordered(workflow.jobs):
            names = Names(self.event, workflow, job, scope, ends)
            state = holds(job.condition, names)
            if state is False:
                ends[job.id.lower()] = Status(success=False, outputs={}, result="skipped")
                continue
            end = self._job(names, certain=scope.certain and state is True)
            unsure = state is None and end.success is True
            ends[job.id.lower()] = end._replace(success=None, result="") if unsure else end

        def lookup(name: str) -> Any:
            parts = name.split(".")
            if parts[0] == "jobs" and parts[2:3] == ["outputs"] and len(parts) > 3:  # noqa: PLR2004 - jobs.x.outputs.y
                return ends[parts[1]].outputs.get(parts[3], UNKNOWN) if parts[1] in ends else None
            return UNKNOWN

        outputs = workflow.triggers.outputs
        failed = any(end.result == "failure" for end in ends.values())
        return Status(
            not failed,
            {name: resolve(text, lookup) for name, text in outputs.items()},
            "failure" if failed else "success",
        )

    def _job(self, names: Names, *, certain: bool) -> Status:
        job = names.job
        if job.uses is not None:
            return self._call(names, certain=certain)
        names.inside_job = True
        failed = self._steps(job.steps, names, certain=certain)
        outputs = {name: resolve(text, names) for name, text in job.outputs.items()}
        return Status(not failed, outputs, "failure" if failed else "success")

    def _call(self, names: Names, *, certain: bool) -> Status:
        job, scope = names.job, names.scope
        assert job.uses is not None  # noqa: S101 - the caller has looked
        path = posixpath.normpath(job.uses.text.partition("@")[0].removeprefix("$/"))
        called = self.workflows.get(path)
        above = (*scope.above, job)
        if called is None or len(above) > _MAX_DEPTH:
            return Status(success=True, outputs={}, result="success")
        inputs: dict[str, Any] = {
            name.lower(): _default(declared.type, declared.default)
            for name, declared in called.triggers.inputs.items()
        }
        inputs |= {name.lower(): resolve(text.text, names) for name, text in job.given.items()}
        return self._workflow(called, Scope(above, certain, inputs))

    def _steps(self, steps: tuple[Step, ...], names: Names, *, certain: bool) -> bool:
        """Run the steps of a job or of a composite action; say whether a gate ended them."""
        failed = False
        for step in steps:
            self.count += 1
            if self.count > _MAX_STEPS:
                message = f"reaches more than {_MAX_STEPS:,} steps through what it calls"
                raise MalformedError(message, path=names.workflow.path)
            names.failed = failed
            state = holds(step.condition, names)
            if state is False:
                continue
            sure = certain and state is True
            self.reached.append(
                Reached(names.workflow, names.job, step, sure, names.scope.above, names)
            )
            gate = gates.of(step)
            if gate is not None:
                said = self.answer(gate)
                names.steps[step.id] = _said(said)
                failed = failed or (said is Answer.CLOSED and not step.may_fail)
            elif step.action.startswith(("./", "$/")):
                failed = self._composite(step, names, certain=sure) or failed
        names.failed = failed
        return failed

    def _composite(self, step: Step, names: Names, *, certain: bool) -> bool:
        action = self.actions.get(posixpath.normpath(step.action.removeprefix("$/")))
        if action is None or names.depth >= _MAX_DEPTH:
            return False
        inputs: dict[str, Any] = dict(action.inputs)
        inputs |= {name.lower(): resolve(text.text, names) for name, text in step.given.items()}
        inner = names.inside(inputs)
        failed = self._steps(action.steps, inner, certain=certain)
        outputs = {name: resolve(text, inner) for name, text in action.outputs.items()}
        names.steps[step.id] = outputs.get
        return failed


def _said(answer: Answer) -> Callable[[str], Any]:
    """Return the outputs of a gate: beside ``proceed``, an open one tells what a run has to say."""
    if answer is Answer.OPEN:
        return lambda name: "true" if name == "proceed" else UNKNOWN
    known = {"proceed": "false"} if answer is Answer.NOT_MINE else {}
    return known.get


def _default(kind: str, default: str | None) -> Any:
    if kind == "boolean":
        return default == "true"
    if kind == "number":
        return float(default) if default and default.isdecimal() else 0.0
    return default or ""


def _ordered(jobs: Mapping[str, Job]) -> Iterator[Job]:
    """Yield the jobs, each behind those that it needs; those in a circle come last."""
    waiting = {id_.lower(): job for id_, job in jobs.items()}
    open_needs = {
        id_: {need.lower() for need in job.needs} & waiting.keys() for id_, job in waiting.items()
    }
    ready = [id_ for id_, needs in open_needs.items() if not needs]
    users: dict[str, list[str]] = {}
    for id_, needs in open_needs.items():
        for need in needs:
            users.setdefault(need, []).append(id_)
    for id_ in ready:  # grows while it is walked
        yield waiting.pop(id_)
        for user in users.get(id_, ()):
            open_needs[user].discard(id_)
            if not open_needs[user]:
                ready.append(user)
    yield from waiting.values()
