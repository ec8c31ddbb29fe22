"""GitHub workflows, walked without running them: who runs which command, and on which tags.

Jobs, matrices, reusable workflows, composite actions, scripts and Makefile targets are followed;
every step becomes an Act with all its texts replaced as far as they can be known.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from release_tools.discovery import goreleaser, releasers, triggers
from release_tools.discovery.acts import Act, Scope
from release_tools.discovery.checkouts import Checkouts
from release_tools.discovery.contexts import Contexts
from release_tools.discovery.expressions import interpolate
from release_tools.discovery.matrix import combinations
from release_tools.discovery.ranges import filled
from release_tools.discovery.scripts import Scripts
from release_tools.discovery.values import NOTHING, UNKNOWN, known, lines, mapping, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from release_tools.discovery.files import Files
    from release_tools.discovery.values import Values

_MAX_DEPTH = 5
# inputs of wrapping actions that are run as a script or handed to make
_SCRIPT_INPUTS = {"command": "", "makefile-target": "make ", "make-target": "make "}
_MAX_ACTS = 60_000
_PLACES = ("PREFIX", "REGISTRY", "NAMESPACE", "ORG", "HOST")  # of what an image goes into


class Walk:
    """Walks every workflow once; ``acts`` holds what was seen, without repetition."""

    def __init__(self, files: Files, repository: str, tags: Iterable[str] = ()) -> None:
        self.files = files
        self.tags = frozenset(tags)
        self.repository = repository
        self.acts: dict[tuple[Any, ...], Act] = {}
        self.contexts = Contexts(repository, self._need)
        self.checkouts = Checkouts(files, repository)
        self.scripts = Scripts(files, self.checkouts)
        self.starters: dict[str, triggers.Triggers] = {}
        self._by_hand: list[Act] | None = None
        self._runs = set[tuple[Any, ...]]()  # of scripts, whose commands are kept already

    def run(self) -> Walk:
        """Walk all workflows from those that some event starts; then those nobody calls."""
        documents = {path: self.files.yaml(path) for path in self.files.workflows}
        for path, data in documents.items():
            if isinstance(data, dict):
                self.starters[path] = triggers.of(path, data, self.files.text(path))
        called = set[str]()
        self._called = called
        for path, start in sorted(self.starters.items(), key=lambda each: not each[1].releases):
            if start.starts:
                self._workflow(path, Scope(path, (path,), start.releases))
        for path, start in self.starters.items():
            if not start.starts and path not in called:
                self._workflow(path, Scope(path, (path,), releases=True))
        for path, command in releasers.commands(self.files):
            words = tuple((word,) for word in command)
            self._keep(Act("", words, {}, "", path, (path,), releases=True))
        return self

    def by_hand(self) -> list[Act]:
        """Return what scripts and make targets do that nobody but a person runs.

        The second choice, where no workflow publishes a kind of thing.
        """
        if self._by_hand is None:
            seen = self.scripts.by_hand(self.contexts.builtin)
            self._by_hand = [
                Act("", words, {}, folder, path, (), releases=True, text=path)
                for words, folder, path in seen
            ]
        return self._by_hand

    def before(self, path: str) -> set[str]:
        """Return the workflows whose end starts the one at ``path``: they built what it takes."""
        start = self.starters.get(path)
        names = set(start.after) if start else set()
        return {
            other for other in self.starters
            if names and mapping(self.files.yaml(other)).get("name") in names
        }  # fmt: skip

    def holder(self, *marks: str) -> Act | None:
        """Return an empty act of the releasing workflow whose text has one of ``marks``.

        A registry's token tells who publishes, where the program that does it cannot be read.
        """
        for path, start in self.starters.items():
            text = self.files.text(path)
            if start.releases and any(each in text for each in marks):
                return Act("token", (), {}, "", path, (path,), releases=True)
        return None

    def _workflow(self, path: str, scope: Scope) -> None:
        data = self.files.yaml(path)
        if not isinstance(data, dict) or scope.depth > _MAX_DEPTH:
            return
        self._called.add(path)
        scope.jobs = mapping(data.get("jobs"))
        for name, default in triggers.inputs(data).items():
            scope.inputs.setdefault(name, default)
        scope.env = self._env(data.get("env"), scope)
        for job in mapping(data.get("jobs")).values():
            if isinstance(job, dict):
                self._job(data, job, scope)

    def _job(self, workflow: dict[str, Any], job: dict[str, Any], scope: Scope) -> None:
        strategy = mapping(job.get("strategy")).get("matrix")
        known_of = combinations(strategy, lambda text: self._text(text, scope))
        for combination in filled(known_of, job, self.files):
            inner = Scope(
                scope.path, scope.starts, scope.releases, scope.inputs, dict(scope.env),
                combination, scope.jobs, {}, scope.needs, "", scope.depth,
            )  # fmt: skip
            inner.env.update(self._env(job.get("env"), inner))
            for defaults in (workflow.get("defaults"), job.get("defaults")):
                run = mapping(mapping(defaults).get("run"))
                inner.folder = self._folder(run.get("working-directory"), inner)
            uses = job.get("uses")
            if isinstance(uses, str) and uses.startswith(("./", "$/")):
                self._call(posixpath.normpath(uses.split("@")[0][2:]), job, inner)
            elif isinstance(uses, str):  # another repository's workflow: its inputs may tell
                given = self._env(job.get("with"), inner)
                self._keep(
                    Act(uses.split("@")[0], (), given, "", inner.path, inner.starts, inner.releases)
                )
            else:
                self._steps(job.get("steps"), inner)

    def _call(self, path: str, job: dict[str, Any], scope: Scope) -> None:
        given = {key: self._text(value, scope) for key, value in mapping(job.get("with")).items()}
        starts = (*dict.fromkeys((*scope.starts, path)),)
        self._workflow(
            path, Scope(path, starts, scope.releases, inputs=given, depth=scope.depth + 1)
        )

    def _steps(self, steps: Any, scope: Scope) -> None:
        for step in steps if isinstance(steps, list) else ():
            if isinstance(step, dict) and len(self.acts) < _MAX_ACTS:
                self._step(step, scope)

    def _step(self, step: dict[str, Any], scope: Scope) -> None:
        outer, scope.env = scope.env, {**scope.env}
        scope.env.update(self._env(step.get("env"), scope))
        outputs: Mapping[str, Values] = {}
        exported: Mapping[str, Values] = {}
        if isinstance(step.get("run"), str):
            outputs, exported = self._run(step, scope)
        elif isinstance(step.get("uses"), str):
            outputs = self._use(step, scope)
        if isinstance(step.get("id"), str):
            scope.steps[step["id"]] = outputs
        scope.env = {**outer, **exported}

    def _run(
        self, step: dict[str, Any], scope: Scope
    ) -> tuple[Mapping[str, Values], Mapping[str, Values]]:
        folder = self._folder(step.get("working-directory"), scope)
        variables = {**self.contexts.builtin, **scope.env}
        images = {
            name: values
            for name, values in scope.env.items()
            if ("IMAGE" in name or "REPO" in name) and not name.endswith(_PLACES)
        }
        if images:
            self._keep(Act("env", (), images, folder, scope.path, scope.starts, scope.releases))
        outputs: dict[str, Values] = {}
        exported: dict[str, Values] = {}
        for script in self._text(step["run"], scope)[:8]:
            seen = self.scripts.run(script, variables, folder)
            run = (id(seen), scope.path, scope.starts, scope.releases)
            for words, place, text in () if run in self._runs else seen.commands:
                self._keep(
                    Act("", words, {}, place, scope.path, scope.starts, scope.releases, text)
                )
            self._runs.add(run)
            for name, values in seen.outputs.items():
                outputs[name] = union(outputs.get(name, ()), values)
            exported.update(seen.exported)
        return outputs, exported

    def _use(self, step: dict[str, Any], scope: Scope) -> Mapping[str, Values]:
        uses: str = step["uses"]
        given = {
            str(key): self._text(value, scope) for key, value in mapping(step.get("with")).items()
        }
        if uses.startswith(("./", "$/")):
            place = self.checkouts.inside(posixpath.normpath(uses[2:]))
            return self._composite(place, given, scope)
        folder = self._folder(step.get("working-directory"), scope)
        name = uses.split("@", maxsplit=1)[0].lower()
        for key, before in _SCRIPT_INPUTS.items():
            for script in given.get(key, ())[:8]:
                self._run({"run": before + script}, scope)
        every = {**self.contexts.builtin, **scope.env}
        if "goreleaser-action" in name:
            for script in goreleaser.commands(self.files):
                self._run({"run": script}, scope)
        env = {f"env.{key}": value for key, value in every.items()}
        env.update((f"inputs.{key}", value) for key, value in scope.inputs.items())
        self._keep(
            Act(name, (), {**env, **given}, folder, scope.path, scope.starts, scope.releases)
        )
        if name == "docker/metadata-action":
            images = lines(given.get("images", ()))
            tagged = union("\n".join(f"{image}:{UNKNOWN}" for image in lines((each,)))
                           for each in given.get("images", ()))  # fmt: skip
            return {"tags": tagged, "images": images, "json": tagged}
        if name in {"docker/setup-buildx-action", "actions/checkout"}:
            return {}
        either = union(*(given.get(key, ()) for key in ("if_true", "if_false")))
        if either:  # an action that chooses between two texts
            return {"value": either}
        return {key: value for key, value in given.items() if key == "result"}

    def _composite(
        self, folder: str, given: dict[str, Values], scope: Scope
    ) -> Mapping[str, Values]:
        path = next(
            (p for n in ("action.yml", "action.yaml") if self.files.exists(p := f"{folder}/{n}")),
            "",
        )
        data = self.files.yaml(path) if path else None
        if not isinstance(data, dict) or scope.depth > _MAX_DEPTH:
            return {}
        inner = Scope(
            scope.path, scope.starts, scope.releases, env=dict(scope.env), depth=scope.depth + 1
        )
        for name, value in mapping(data.get("inputs")).items():
            default = mapping(value).get("default")
            inner.inputs[str(name)] = NOTHING if default is None else self._text(default, scope)
        inner.inputs.update(given)
        self._steps(mapping(data.get("runs")).get("steps"), inner)
        outputs = {
            str(name): self._text(mapping(value).get("value"), inner)
            for name, value in mapping(data.get("outputs")).items()
        }
        self._keep(
            Act(f"./{folder}", (), outputs, "", scope.path, scope.starts, scope.releases, path)
        )
        return outputs

    def _keep(self, act: Act) -> None:
        key = (act.uses, act.words, tuple(sorted(act.inputs.items())), act.folder, act.workflow,
               act.starts)  # fmt: skip
        self.acts.setdefault(key, act)

    def _env(self, data: Any, scope: Scope) -> dict[str, Values]:
        return {str(key): self._text(value, scope) for key, value in mapping(data).items()}

    def _folder(self, value: Any, scope: Scope) -> str:
        if value is None:
            return scope.folder
        found = self._text(value, scope)
        # packages/<unknown> still says that it is one of packages/*
        best = next(iter(known(found)), found[0])
        if best.startswith(UNKNOWN):
            return scope.folder
        return self.checkouts.inside(posixpath.normpath(best))

    def _text(self, value: Any, scope: Scope) -> Values:
        if isinstance(value, bool):
            return ("true" if value else "false",)
        if not isinstance(value, str | int | float):
            return NOTHING
        return interpolate(str(value), lambda name: self.contexts.lookup(name, scope))

    def _need(self, job_name: str, output: str, scope: Scope) -> Values:
        """Find what an earlier job hands on, by walking that job without keeping its acts."""
        key = (job_name, output)
        if key in scope.needs or scope.depth > _MAX_DEPTH:
            return scope.needs.get(key, NOTHING)
        scope.needs[key] = NOTHING
        job = mapping(scope.jobs.get(job_name))
        inner = Scope(
            scope.path, scope.starts, scope.releases, scope.inputs, dict(scope.env),
            jobs=scope.jobs, needs=scope.needs, depth=scope.depth + 1,
        )  # fmt: skip
        inner.env.update(self._env(job.get("env"), inner))
        kept, self.acts, runs, self._runs = self.acts, {}, self._runs, set()
        try:
            self._steps(job.get("steps"), inner)
        finally:
            self.acts, self._runs = kept, runs
        found = self._text(mapping(job.get("outputs")).get(output), inner)
        scope.needs[key] = found
        return found
