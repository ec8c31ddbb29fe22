"""``nightly --prune``: retire old nightlies, and nothing that anything kept still needs.

Everything is planned first.  A manifest goes only if every tag on it goes, and if no index that
is kept, nor any tag, leads to it; one that cannot be read keeps everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import UnreadableError, UsageError
from release_tools.flows.columns import asking
from release_tools.flows.load import load
from release_tools.flows.repository import clone, hub, remote
from release_tools.kinds import stages
from release_tools.reading import Absent, Found, Unknown, Wanted
from release_tools.rules import retire
from release_tools.version import Nightly

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking
    from release_tools.flows.repository.hub import Hub
    from release_tools.model import Surface
    from release_tools.reading import Coordinates
    from release_tools.streams import Stream

_ANY = Nightly.parse("nightly-20260101")  # only the tag is looked at


class Step(NamedTuple):
    """One thing that goes: a git tag, or a manifest with the tags on it."""

    what: str
    ref: str = ""
    surface: Surface | None = None
    base: str = ""
    name: str = ""
    digest: str = ""


class Plan(NamedTuple):
    """What goes, what stays, and what cannot be taken away."""

    keep: tuple[str, ...]
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()


def plan(
    directory: str, keep: int, *, stream: str | None = None, config: str | None = None
) -> Plan:
    """Find out which nightlies are older than the ``keep`` newest; nothing is deleted.

    Raises UnreadableError where a registry, a tag that is kept or an index cannot be read: then
    nobody knows what is still needed.
    """
    if keep < 1:
        raise UsageError("--keep is at least 1", hint="the newest nightly is never pruned")
    project = load(directory, config=config, discover=False)
    chosen = _stream(project, stream)
    repository = clone.of(project)
    github = hub.maybe(project, repository)
    steps: list[Step] = []
    kept: set[str] = set()
    if repository is not None:
        tags = remote.refs(repository, github).tags
        old, new = retire.split(_dates(chosen, tags), keep)
        kept |= set(new)
        steps += [Step(f"git tag {tag}", ref=f"refs/tags/{tag}") for tag in old]
    notes: list[str] = []
    with asking.of_project(project) as ask:
        for surface in project.surfaces:
            if surface.stream != chosen.name:
                continue
            if surface.kind in ("image", "chart"):
                steps.extend(_manifests(surface, ask, keep))
            elif surface.kind in ("pypi", "crate", "npm"):
                notes.append(f"{surface.id}: nightlies of a package index cannot be removed")
    return Plan(tuple(sorted(kept)), tuple(steps), tuple(notes))


def carry_out(directory: str, made: Plan, *, config: str | None = None) -> Iterator[str]:
    """Do every step of the plan, and yield a line for each; a rerun goes on after an error."""
    project = load(directory, config=config, discover=False)
    github = hub.maybe(project, clone.of(project))
    for step in made.steps:
        gone = hub.needed(github).refs.delete(step.ref) if step.ref else _delete(step, github)
        yield f"{'deleted' if gone else 'was gone already:'} {step.what}"


def _stream(project: Project, name: str | None) -> Stream:
    having = [one for one in project.streams if one.nightly is not None]
    chosen = having[0] if name is None and having else project.stream_or_first(name)
    if chosen.nightly is None:
        raise UsageError(f"stream {chosen.name} has no nightlies", hint="name another: --stream")
    return chosen


def _dates(stream: Stream, tags: Iterable[str]) -> dict[str, Nightly]:
    found = {tag: stream.match(tag) for tag in tags}
    return {tag: one for tag, one in found.items() if isinstance(one, Nightly)}


def _manifests(surface: Surface, ask: Asking, keep: int) -> Iterator[Step]:
    """Yield the manifests of one repository that only old nightlies lead to."""
    kind = stages.publishing(surface.kind)
    where = kind.published(surface, ask.addresses) if kind else None
    if where is None or not where[1].base.startswith("http") or _is_http_repository(surface):
        return
    from release_tools.registries import oci

    at = where[1]
    listing = oci.tags(at, ask.transport)
    if isinstance(listing, Absent):
        return
    if isinstance(listing, Unknown):
        raise UnreadableError(f"{surface.id}: {listing.reason}", hint=listing.hint)
    names = [one.version for one in listing.versions]
    old, _ = retire.split(retire.nightlies(names), keep)
    if not old:
        return
    seen = {tag: _seen(at, tag, ask) for tag in names}
    for digest in retire.removable(seen, frozenset(old)):
        tags = ", ".join(sorted(tag for tag, one in seen.items() if one.digest == digest))
        what = f"{at.name}@{digest} ({tags or 'part of a nightly'})"
        yield Step(what, surface=surface, base=at.base, name=at.name, digest=digest)


def _is_http_repository(surface: Surface) -> bool:
    """Say whether it is a chart repository over HTTP, from which nothing can be deleted."""
    registry = str(surface.options.get("registry", ""))
    return surface.kind == "chart" and not registry.startswith("oci://")


def _seen(at: Coordinates, tag: str, ask: Asking) -> retire.Manifest:
    """Read what a tag leads to; raises UnreadableError where that is not certain."""
    from release_tools.registries import oci

    found = oci.read(at, Wanted(_ANY, tag), ask.transport)
    if not isinstance(found, Found) or not found.digest:
        why = found.reason if isinstance(found, Unknown) else "it is listed and not there"
        raise UnreadableError(f"{at.name}:{tag}: {why}", hint="nothing was deleted; try again")
    return retire.Manifest(found.digest, tuple(one.digest for one in found.platforms or ()))


def _delete(step: Step, github: Hub | None) -> bool:
    """Delete one manifest: through GitHub Packages on ghcr.io, which refuses OCI's way."""
    if step.base.partition("://")[2] == "ghcr.io":
        packages = hub.needed(github).packages(step.name.partition("/")[0])
        name = step.name.partition("/")[2]
        version = next((v for v in packages.versions(name) if v.digest == step.digest), None)
        return version is not None and packages.delete(name, version)
    from release_tools.adapters import oras_delete

    return oras_delete.delete(step.base, step.name, step.digest)
