"""``pin --check``: are pinned digests still there, and which versions are they."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from release_tools.errors import MalformedError, UsageError, VersionError
from release_tools.flows.columns import asking
from release_tools.flows.load import load
from release_tools.flows.pinning.pin import text_of
from release_tools.formats import pins
from release_tools.kinds import stages
from release_tools.model import Verdict
from release_tools.reading import Listing, Wanted
from release_tools.registries import oci
from release_tools.rules import pins as rules
from release_tools.rules.pins import Names, Sought
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from release_tools.flows.columns.asking import Asking
    from release_tools.formats.pins import Reference
    from release_tools.model import Finding, Surface
    from release_tools.reading import Coordinates, Reading

K = TypeVar("K")
V = TypeVar("V")
_NONE = Version((0, 0, 0))
_MOST = 100
"""Tags of one image that are looked at to find out which version a digest is; the newest ones."""


class Checked(NamedTuple):
    """One pinned reference: where, to what, which version it is, and what became of it."""

    path: str
    line: int
    image: str
    digest: str
    version: str | None
    verdict: Verdict
    message: str


class Check(NamedTuple):
    """All of them, and what is to be said."""

    checked: tuple[Checked, ...]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """Agrees where every digest is there and what it is said to be; nothing is a doubt."""
        verdicts = {one.verdict for one in self.checked}
        if verdicts & {Verdict.DIFFERS, Verdict.MISSING}:
            return Verdict.DISAGREES
        doubt = not verdicts or Verdict.UNKNOWN in verdicts
        return Verdict.UNKNOWN if doubt else Verdict.AGREES

    @property
    def exit_code(self) -> int:
        """0 all is well, 1 something is not, 3 it could not be told."""
        return {Verdict.AGREES: 0, Verdict.UNKNOWN: 3}.get(self.verdict, 1)


def check(directory: str, files: Sequence[str], *, config: str | None = None) -> Check:
    """Say of every pinned reference to our images whether its digest is there, and which it is.

    The tag that is noted beside it is looked up first; only where it leads elsewhere, or none is
    noted, are the image's release tags looked up side by side, the newest hundred.
    """
    project = load(directory, config=config)
    images = {_name(one): one for one in project.surfaces if one.kind == "image"}
    if not images:
        raise UsageError("no image is configured", hint="name them in release-tools.toml")
    found = [(path, one) for path in files for one in _references(path, tuple(images))]
    with asking.of_project(project) as ask:
        sought = _look_up(images, [one for _, one in found], ask)
    judged = [(path, one, *rules.judge(path, one, sought[one])) for path, one in found]
    checked = tuple(
        Checked(path, one.line, one.image, one.digest, version, verdict, message)
        for path, one, verdict, version, message, _ in judged
    )
    return Check(checked, tuple(said for *_, said in judged if said is not None))


def versions(
    images: Mapping[str, Surface], found: Sequence[Reference], ask: Asking
) -> dict[Reference, str | None]:
    """Return the tag that leads to each reference's digest, None where none is known to.

    ``images`` are the surfaces by their full names, ``host/path/name``.
    """
    sought = _look_up(images, found, ask)
    return {one: rules.judge("", one, sought[one])[1] for one in found}


def _references(path: str, names: Sequence[str]) -> tuple[Reference, ...]:
    try:
        return pins.read(text_of(path), names)
    except MalformedError as error:
        error.path = path
        raise


def _name(surface: Surface) -> str:
    return f"{surface.options['registry']}/{surface.name}"


def _look_up(
    images: Mapping[str, Surface], found: Sequence[Reference], ask: Asking
) -> dict[Reference, Sought]:
    """Return what the registry says of each reference, each question asked once."""
    where = {name: _coordinates(surface, ask) for name, surface in images.items()}
    bare = {one._replace(line=0) for one in found}
    first = _together(
        {one: partial(_first, where[one.image], one, ask) for one in sorted(bare)}, ask
    )
    open_ = sorted({one.image for one in bare if rules.is_open(one, first[one])})
    tagged = _together({name: partial(_releases, where[name], ask) for name in open_}, ask)
    wanted = {
        (name, tag): partial(_read, where[name], tag, ask)
        for name, (tags, _) in tagged.items()
        for tag in tags
    }
    readings = _together(wanted, ask)
    names = {
        name: Names(tuple((tag, readings[name, tag]) for tag in tags), whole=whole)
        for name, (tags, whole) in tagged.items()
    }
    return {one: first[one._replace(line=0)]._replace(names=names.get(one.image)) for one in found}


def _together(questions: Mapping[K, Callable[[], V]], ask: Asking) -> dict[K, V]:
    """Ask everything at once, and return the answers by the same keys."""
    from release_tools.adapters import side_by_side

    answers = side_by_side.ask(list(questions.values()), ask.progress) if questions else []
    return dict(zip(questions, answers, strict=True))


def _coordinates(surface: Surface, ask: Asking) -> Coordinates:
    kind = stages.publishing("image")
    where = kind.published(surface, ask.addresses) if kind else None
    if where is None:
        raise AssertionError(surface.id)
    return where[1]


def _first(at: Coordinates, one: Reference, ask: Asking) -> Sought:
    """Look the digest up, and the tag that is noted beside it."""
    there = oci.read_digest(at, one.digest, ask.transport)
    return Sought(there, _read(at, one.tag, ask) if one.tag else None)


def _read(at: Coordinates, tag: str, ask: Asking) -> Reading:
    return oci.read(at, Wanted(_NONE, tag), ask.transport)  # only the tag is looked at


def _releases(at: Coordinates, ask: Asking) -> tuple[tuple[str, ...], bool]:
    """Return the newest release tags of an image, and whether these are all of them."""
    listing = oci.tags(at, ask.transport)
    if not isinstance(listing, Listing):
        return (), False
    before, _, after = at.tag.partition("{version}")
    found: list[tuple[Version, str]] = []
    for one in listing.versions:
        text = one.version.removeprefix(before).removesuffix(after)
        try:
            found.append((Version.parse(text), one.version))
        except VersionError:
            continue
    found.sort(reverse=True)
    return tuple(tag for _, tag in found[:_MOST]), len(found) <= _MOST
