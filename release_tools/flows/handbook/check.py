"""``runbook --check``: look up everything that the commands of a handbook name."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import AbsentError, UnreadableError, UsageError, VersionError
from release_tools.flows.columns import asking
from release_tools.flows.handbook import tree as runbook_tree
from release_tools.flows.load import load
from release_tools.formats import handbook, images
from release_tools.formats.handbook import Names
from release_tools.kinds import stages
from release_tools.model import Verdict
from release_tools.reading import Absent, Coordinates, Found, Listing, Unknown, Wanted
from release_tools.registries import oci
from release_tools.rules import handbook as rules
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking
    from release_tools.formats.handbook import Claim
    from release_tools.model import Finding, Surface
    from release_tools.reading import Reading, Registry, Transport

    Question = Callable[[], Reading]

_MARKDOWN = (".md", ".mdx", ".markdown")
_NONE = Version((0, 0, 0))
_TARGET = "target"
_KINDS = {"image-tag": "image", "chart-version": "chart"}
"""Versions that name no surface, and whose they may be."""


class Named(NamedTuple):
    """One artifact that a handbook names, and what became of it."""

    path: str
    line: int
    kind: str
    name: str
    version: str
    digest: str
    verdict: str


class Checked(NamedTuple):
    """Everything that is named, and what is to be said of it."""

    claims: tuple[Named, ...]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """Agrees where all of it exists; nothing named at all is a doubt."""
        verdicts = {one.verdict for one in self.claims}
        if Verdict.MISSING.value in verdicts:
            return Verdict.DISAGREES
        doubt = not verdicts or Verdict.UNKNOWN.value in verdicts
        return Verdict.UNKNOWN if doubt else Verdict.AGREES

    @property
    def exit_code(self) -> int:
        """0 all of it exists, 1 something does not, 3 it could not be told."""
        return {Verdict.AGREES: 0, Verdict.UNKNOWN: 3}.get(self.verdict, 1)


def check(directory: str, files: Sequence[str], *, config: str | None = None) -> Checked:
    """Look up everything that the commands in these files name.

    Raises UsageError for a file that is not there.
    """
    project = load(directory, config=config)
    names = _names(project)
    found = [(path, claim) for path in files for claim in _read(path, names)]
    targets = runbook_tree.targets(project.tree)
    with asking.of_project(project) as ask:
        asked: dict[Claim, list[Question]] = {}
        for _, claim in found:
            key = claim._replace(line=0)
            if key not in asked and claim.kind != _TARGET:
                asked[key] = list(_questions(project, key, ask))
        answers = _answers(asked, ask)
    claims: list[Named] = []
    findings: list[Finding] = []
    for path, claim in found:
        readings = answers.get(claim._replace(line=0))
        if claim.kind == _TARGET:
            verdict, said = rules.judge_target(path, claim, targets)
        else:
            verdict, said = rules.judge(path, claim, readings or ())
        if readings or claim.kind == _TARGET:
            claims.append(Named(path, *claim, verdict.value))
        findings += [said] if said else []
    return Checked(tuple(claims), tuple(findings))


def _names(project: Project) -> Names:
    by: dict[str, list[Surface]] = {}
    for surface in project.surfaces:
        by.setdefault(surface.kind, []).append(surface)
    charts = by.get("chart", [])
    registries = [str(one.options.get("registry", "")) for one in charts]
    packages = [(kind, one.name) for kind in ("pypi", "crate", "npm") for one in by.get(kind, ())]
    return Names(
        tuple(dict.fromkeys(str(one.options["registry"]) for one in by.get("image", ()))),
        tuple(dict.fromkeys(r[6:].rstrip("/") for r in registries if r.startswith("oci://"))),
        tuple(one.name for one in charts),
        tuple(packages),
    )


def _read(path: str, names: Names) -> tuple[Claim, ...]:
    from release_tools.adapters.disk import DiskTree

    folder, name = os.path.split(os.path.abspath(path))
    try:
        text = DiskTree(folder).read(name)
    except AbsentError as error:
        raise UsageError(f"there is no file {path!a}", hint="check its name") from error
    return handbook.find(text, names, markdown=name.lower().endswith(_MARKDOWN))


def _answers(asked: dict[Claim, list[Question]], ask: Asking) -> dict[Claim, tuple[Reading, ...]]:
    """Ask everything at once, each thing once."""
    from release_tools.adapters import side_by_side

    flat = [question for questions in asked.values() for question in questions]
    readings = iter(side_by_side.ask(flat, ask.progress) if flat else ())
    return {claim: tuple(next(readings) for _ in questions) for claim, questions in asked.items()}


def _questions(project: Project, claim: Claim, ask: Asking) -> Iterator[Question]:
    """Yield what is asked for one claim; of a version without a name, every surface of its kind."""
    kind = _KINDS.get(claim.kind, claim.kind)
    surfaces = [one for one in project.surfaces if one.kind == kind]
    ours = [one for one in surfaces if kind != claim.kind or _is_called(one, claim.name)]
    asked = _of_surfaces(surfaces, ask)
    for surface in ours:
        if surface.id in asked:
            yield partial(_look, *asked[surface.id], claim, ask.transport)
    if not ours and kind in ("image", "chart"):
        host, path = images.split(claim.name)
        base = ask.addresses.of_host(host)
        known = tuple(at.name for _, at in asked.values() if at.base == base)
        yield partial(_look, oci, Coordinates(base, path, known), claim, ask.transport)


def _of_surfaces(
    surfaces: Sequence[Surface], ask: Asking
) -> dict[str, tuple[Registry, Coordinates]]:
    """Return who is asked for each surface, with the others as proof that a registry answers."""
    found: dict[str, tuple[Registry, Coordinates]] = {}
    for surface in surfaces:
        kind = stages.publishing(surface.kind)
        where = kind.published(surface, ask.addresses) if kind else None
        if where is not None:
            found[surface.id] = where
    return {
        id_: (registry, at._replace(known=tuple(_others(found, id_))))
        for id_, (registry, at) in found.items()
    }


def _others(found: Mapping[str, tuple[Registry, Coordinates]], own: str) -> Iterator[str]:
    base = found[own][1].base
    for id_, (_, at) in found.items():
        if id_ != own and at.base == base:
            yield at.name


def _is_called(surface: Surface, name: str) -> bool:
    registry = str(surface.options.get("registry", "")).removeprefix("oci://").rstrip("/")
    return name in (surface.name, f"{registry}/{surface.name}")


def _look(registry: Registry, at: Coordinates, claim: Claim, transport: Transport) -> Reading:
    """Look up exactly what stands in the handbook: a digest, else a version, else the name."""
    try:
        if claim.digest:
            return oci.read_digest(at, claim.digest, transport)
        if claim.version:
            wanted = Wanted(_parsed(claim.version), claim.version)
            return registry.read(at, wanted, transport)
        listing = registry.versions(at, transport)
    except VersionError as error:
        return Absent(at.base, error.message)
    except UnreadableError as error:
        return Unknown(at.base, error.message, error.hint)
    return Found("", listing.where) if isinstance(listing, Listing) else listing


def _parsed(text: str) -> Version:
    try:
        return Version.parse(text)
    except VersionError:
        return _NONE
