"""Fill the built column: read every artifact in the folders that are named, and judge them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools import artifacts
from release_tools.adapters import artifacts as folders
from release_tools.artifacts import base
from release_tools.errors import MalformedError, UnreadableError, VersionError
from release_tools.flows.columns.column import Filled
from release_tools.kinds import stages
from release_tools.model import Cell, Stage, Verdict
from release_tools.reading import File, Found, Wanted
from release_tools.rules import built as rules
from release_tools.rules.findings import finding
from release_tools.version import Nightly

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release_tools.adapters.artifacts import Item
    from release_tools.config import Project
    from release_tools.errors import ReleaseToolsError
    from release_tools.kinds.stages import Builds
    from release_tools.model import Finding, StreamTable, Surface
    from release_tools.version import Version


class Piece(NamedTuple):
    """One file, or image layout, that was read: what it holds, or why that cannot be told."""

    item: Item
    built: tuple[base.Built, ...] = ()
    error: ReleaseToolsError | None = None


class Sorted(NamedTuple):
    """What was read, by the id of the surface that it belongs to; the rest belongs to none."""

    found: Mapping[str, Sequence[Found]]
    broken: Mapping[str, Sequence[rules.Broken]]
    strays: Sequence[Finding]


class Built:
    """The built column of ``verify-surfaces``; satisfies ``columns.Column``.

    ``directories`` are the folders that hold artifacts: the files directly in them, and folders
    in them that are image layouts.
    """

    stage = Stage.BUILT

    def __init__(self, directories: Sequence[str]) -> None:
        self._directories = tuple(directories)

    def fill(self, project: Project, tables: Sequence[StreamTable]) -> Mapping[str, Filled]:
        """Read everything once, and judge the surfaces of each table; see ``columns.Column``.

        What belongs to no surface of the project is found with the first table, without a stream.
        Raises UsageError for a folder that is not there, UnreadableError for one that cannot be
        listed.
        """
        seen = sort(project, survey(self._directories))
        filled = {
            table.stream.name: self._judged(seen, table.version or table.nightly, table)
            for table in tables
        }
        for name, one in list(filled.items())[:1]:
            filled[name] = one._replace(findings=(*one.findings, *seen.strays))
        return filled

    def _judged(
        self, seen: Sorted, expected: Version | Nightly | None, table: StreamTable
    ) -> Filled:
        cells: dict[str, Cell] = {}
        findings: list[Finding] = []
        for row in table.rows:
            surface = row.surface
            kind = stages.building(surface.kind)
            if kind is None:
                continue
            own = rules.Seen(
                tuple(seen.found.get(surface.id, ())),
                tuple(seen.broken.get(surface.id, ())),
                ", ".join(self._directories),
            )
            cells[surface.id], found = _judge(kind, surface, expected, own)
            findings.extend(found)
        return Filled(cells, (), tuple(findings))


def digests(project: Project, directories: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Return the digests of what was built, by surface id, as their registries state them.

    Raises as ``Built.fill``.
    """
    found = sort(project, survey(directories)).found
    return {
        id_: frozenset(one.digest for one in readings if one.digest)
        for id_, readings in found.items()
    }


def survey(directories: Sequence[str]) -> tuple[Piece, ...]:
    """Read every artifact in the folders; what only accompanies one is left out."""
    items = dict.fromkeys(item for folder in directories for item in folders.look(folder))
    return tuple(
        _read(item) for item in items if item.is_layout or not artifacts.is_beside(item.name)
    )


def sort(project: Project, pieces: Sequence[Piece]) -> Sorted:
    """Give each piece to the surface of the project that it belongs to."""
    found: dict[str, list[Found]] = {}
    broken: dict[str, list[rules.Broken]] = {}
    strays: list[Finding] = []
    for piece in pieces:
        if piece.error is not None:
            owners = list(_claimed(project, piece.item))
            for surface, kinds in owners:
                broken.setdefault(surface.id, []).append(rules.Broken(kinds, piece.error))
            if not owners:
                strays.append(rules.unusable(piece.error))
            continue
        if not piece.built:
            strays.append(rules.stray(piece.item.path, "no artifact that is known"))
        for one in piece.built:
            owner = _owner(project, piece, one)
            if owner is None:
                strays.append(rules.stray(piece.item.path, _described(one)))
            else:
                found.setdefault(owner.id, []).append(_reading(piece.item, one))
    return Sorted(found, broken, strays)


def _read(item: Item) -> Piece:
    try:
        if item.is_layout:
            from release_tools.artifacts import oci_layout

            layout = folders.LayoutFolder(item.path, base.KEPT)
            return Piece(item, oci_layout.read_members(layout))
        with folders.opened(item.path) as file:
            return Piece(item, artifacts.read(file, item.name))
    except (MalformedError, UnreadableError) as error:
        error.path = error.path or item.path
        return Piece(item, error=error)


def _owner(project: Project, piece: Piece, built: base.Built) -> Surface | None:
    """Return the surface whose name stands inside; for an image, else on the file or folder."""
    alone = built.kind == "image" and len(piece.built) == 1
    outside = _names(piece.item) if alone else ()
    for name in (*built.names, *outside):
        for surface in project.surfaces:
            kind = stages.building(surface.kind)
            if kind and built.kind in kind.ARTIFACTS and kind.is_called(surface, name):
                return surface
    return None


def _claimed(project: Project, item: Item) -> Iterator[tuple[Surface, tuple[str, ...]]]:
    """Yield the surfaces that an unreadable file belongs to by its name, and as what."""
    modules = [(module.KIND, module.named(item.name)) for module in artifacts.claiming(item.name)]
    modules += [("image", _names(item))] if item.is_layout else []
    for surface in project.surfaces:
        kind = stages.building(surface.kind)
        if kind is None:
            continue
        kinds = {
            each
            for each, names in modules
            if each in kind.ARTIFACTS and any(kind.is_called(surface, name) for name in names)
        }
        if kinds:
            yield surface, tuple(sorted(kinds))


def _names(item: Item) -> tuple[str, ...]:
    from release_tools.artifacts import oci_layout

    return oci_layout.named(item.name)


def _described(built: base.Built) -> str:
    name = " or ".join(built.names) or "without a name"
    article = "an" if built.kind == "image" else "the"
    return f"{article} {built.kind} {name} {built.version or ''}".rstrip()


def _reading(item: Item, built: base.Built) -> Found:
    whole = None if built.kind == "image" else built.digest
    return Found(
        built.version or "",
        item.path,
        built.digest,
        (File(item.name, built.kind, whole, built.size),),
        built.platforms,
        {"app-version": built.app_version} if built.app_version else {},
        built.problems,
    )


def _judge(
    kind: Builds, surface: Surface, expected: Version | Nightly | None, seen: rules.Seen
) -> tuple[Cell, tuple[Finding, ...]]:
    nothing = not (seen.found or seen.broken)
    for option, reason in (("optional", "not there, and optional"), ("private", "private")):
        if nothing and surface.options.get(option):
            return Cell(Stage.BUILT, Verdict.UNCHECKED, reason=reason), ()
    if expected is None:
        version = seen.found[0].version if seen.found else None
        return Cell(Stage.BUILT, Verdict.UNKNOWN, version, reason="no version is expected"), ()
    try:
        wanted = _wanted(kind, surface, expected)
    except VersionError as error:
        complaint = finding(
            "not-expressible",
            error.message,
            hint=error.hint or None,
            stream=surface.stream,
            surface=surface.id,
            stage=Stage.BUILT,
        )
        return Cell(Stage.BUILT, Verdict.DIFFERS, reason=error.message), (complaint,)
    return rules.judge(rules.Asked(surface, wanted, kind.ARTIFACTS, kind.SPELLING), seen)


def _wanted(kind: Builds, surface: Surface, expected: Version | Nightly) -> Wanted:
    """Return what a release has to hold: the very thing that its registry is asked for."""
    publishes = stages.publishing(surface.kind)
    try:
        if publishes is not None:
            return publishes.wanted(surface, expected, ())
        return Wanted(expected, expected.spell(kind.SPELLING))
    except VersionError:
        if not isinstance(expected, Nightly):
            raise
    # A package names its nightly by a version that only the package knows: the date decides.
    files = tuple(surface.options.get("files", ()))
    return Wanted(expected, f"nightly-{expected.date:%Y%m%d}", files=files)
