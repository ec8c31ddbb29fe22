"""All workflows of a tree together: the streams, their tags, and what each event makes them do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.rules.workflows import events, publishing, triggers
from release_tools.rules.workflows.simulation import Answer, Simulation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from release_tools.model import Surface
    from release_tools.rules.workflows.events import Event
    from release_tools.rules.workflows.gates import Gate
    from release_tools.rules.workflows.publishing import Deed
    from release_tools.rules.workflows.simulation import Reached
    from release_tools.rules.workflows.triggers import Start
    from release_tools.rules.workflows.workflow import Action, Workflow
    from release_tools.streams import Stream


class Tag(NamedTuple):
    """A tag of a stream, as an example: ``channel`` is release, prerelease or nightly.

    ``made`` says that such a tag is in the repository.
    """

    name: str
    stream: Stream
    channel: str
    made: bool = False


class Act(NamedTuple):
    """A step that may run and publishes something: where, and what."""

    at: Reached
    deed: Deed

    @property
    def certain(self) -> bool:
        """Whether nothing stands before it that may keep it from being done."""
        return self.at.certain and not self.deed.conditional

    @property
    def path(self) -> str:
        """The file that it stands in."""
        return self.at.step.path

    @property
    def many(self) -> bool:
        """Whether a matrix does it several times over."""
        return any(job.matrix for job in (self.at.job, *self.at.above))


class Facts(NamedTuple):
    """What is known beside the workflows: the project, and the repository's own tags."""

    streams: tuple[Stream, ...]
    surfaces: tuple[Surface, ...]
    repository: str | None
    tags: tuple[Tag, ...]
    made: tuple[str, ...] = ()
    declared: bool = True  # a configuration says what surfaces there are, nothing is guessed

    @property
    def releases(self) -> tuple[Tag, ...]:
        """The tags of releases, without pre-releases and nightlies."""
        return tuple(tag for tag in self.tags if tag.channel == "release")

    @property
    def branch(self) -> str:
        """The default branch, as far as the configuration tells."""
        named = (one for one in self.streams[0].branches if "*" not in one)
        return next(named, "main")


class Pipeline:
    """The workflows of a tree; every answer is computed once."""

    def __init__(
        self, workflows: Iterable[Workflow], actions: Mapping[str, Action], facts: Facts
    ) -> None:
        """``actions`` are the composite actions of the tree, by their folder."""
        self.workflows = {one.path: one for one in workflows}
        self.actions = actions
        self.facts = facts
        self._reached: dict[tuple[str, str, str, bool], tuple[Reached, ...]] = {}
        self._acts: dict[tuple[str, str, str, bool], tuple[Act, ...]] = {}

    def start(self, workflow: Workflow, tag: Tag) -> Start | None:
        """Say why the push of ``tag`` starts ``workflow``: by itself, or behind another one."""
        direct = triggers.starts(workflow.triggers, tag.name)
        behind = workflow.triggers.events.get("workflow_run")
        if direct is not None or behind is None:
            return direct
        if behind.branches is not None and not any(
            each.pattern.matches(tag.name) and not each.pattern.negative for each in behind.branches
        ):
            return None
        names = {one.name for one in self.workflows.values()
                 if triggers.starts(one.triggers, tag.name)}  # fmt: skip
        if names & set(behind.workflows):
            return triggers.Start("workflow_run", behind.line, behind.column)
        return None

    def on_tag(self, workflow: Workflow, tag: Tag, *, closed: bool = False) -> tuple[Act, ...]:
        """Return what ``workflow`` may publish when ``tag`` is pushed; empty if it is not started.

        ``closed`` asks what is left where every gate refuses.
        """
        event = self._event(workflow, tag)
        return () if event is None else self.acts(workflow, event, tag, closed=closed)

    def steps_on_tag(self, workflow: Workflow, tag: Tag) -> tuple[Reached, ...]:
        """Return the steps that may run when ``tag`` is pushed."""
        event = self._event(workflow, tag)
        return () if event is None else self.steps(workflow, event, tag)

    def on_release(self, workflow: Workflow, tag: Tag) -> tuple[Act, ...]:
        """Return what ``workflow`` may publish once the GitHub Release of ``tag`` is there."""
        if "release" not in workflow.triggers.events:
            return ()
        pre = tag.channel == "prerelease"
        event = events.released(tag.name, self.facts.repository, prerelease=pre)
        return self.acts(workflow, event, tag)

    def on_schedule(self, workflow: Workflow) -> tuple[Act, ...]:
        """Return what ``workflow`` may publish by the clock."""
        if "schedule" not in workflow.triggers.events:
            return ()
        return self.acts(workflow, events.scheduled(self.facts.repository, self.facts.branch))

    def elsewhere(self, workflow: Workflow) -> tuple[Act, ...]:
        """Return what it may publish when no tag was pushed: by the clock, by hand, on a branch."""
        found = list(self.on_schedule(workflow))
        names = workflow.triggers.events
        if "workflow_dispatch" in names or "repository_dispatch" in names:
            found += self.acts(workflow, events.by_hand(self.facts.repository))
        if workflow.triggers.push is not None and (
            workflow.triggers.push.branches or workflow.triggers.push.unfiltered
        ):
            branch = events.pushed_branch(self.facts.branch, self.facts.repository)
            found += self.acts(workflow, branch)
        return tuple(found)

    def everything(self, workflow: Workflow) -> tuple[Act, ...]:
        """Return what it may publish at any time."""
        tags = self.facts.tags
        acts = [act for tag in tags for act in self.on_tag(workflow, tag)]
        acts += [act for tag in tags for act in self.on_release(workflow, tag)]
        return (*acts, *self.elsewhere(workflow))

    def acts(
        self, workflow: Workflow, event: Event, tag: Tag | None = None, *, closed: bool = False
    ) -> tuple[Act, ...]:
        """Return what ``workflow`` may publish for ``event``."""
        key = (workflow.path, event.name, tag.name if tag else "", closed)
        if key not in self._acts:
            self._acts[key] = tuple(
                Act(at, deed)
                for at in self.steps(workflow, event, tag, closed=closed)
                for deed in publishing.deeds(at.step, at.lookup)
            )
        return self._acts[key]

    def steps(
        self, workflow: Workflow, event: Event, tag: Tag | None = None, *, closed: bool = False
    ) -> tuple[Reached, ...]:
        """Return the steps of ``workflow`` that may run for ``event``."""
        key = (workflow.path, event.name, tag.name if tag else "", closed)
        if key not in self._reached:

            def answer(gate: Gate) -> Answer:
                return Answer.CLOSED if closed else self._answer(gate, tag)

            simulation = Simulation(self.workflows, self.actions, event, answer)
            self._reached[key] = simulation.run(workflow)
        return self._reached[key]

    def stream_of(self, gate: Gate) -> Stream | None:
        """Return whose gate it is; None where that is an expression or names nothing."""
        streams: Sequence[Stream] = self.facts.streams
        name = gate.stream
        if gate.surface is not None:
            found = [one for one in self.facts.surfaces if gate.surface in (one.id, one.name)]
            name = found[0].stream if found else ""
        if name is None:
            return streams[0]
        return next((one for one in streams if one.name == name), None)

    def _answer(self, gate: Gate, tag: Tag | None) -> Answer:
        stream = self.stream_of(gate)
        if tag is None or stream is None:
            return Answer.OPEN
        mine = stream.name == tag.stream.name and tag.channel != "nightly"
        return Answer.OPEN if mine else Answer.NOT_MINE

    def _event(self, workflow: Workflow, tag: Tag) -> Event | None:
        start = self.start(workflow, tag)
        if start is None:
            return None
        if start.event == "create":
            return events.created_tag(tag.name, self.facts.repository)
        if start.event == "workflow_run":
            return events.followed(tag.name, self.facts.repository, self.facts.branch)
        return events.pushed_tag(tag.name, self.facts.repository)
