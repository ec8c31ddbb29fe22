"""Plan a bump: every declared place, proven edit by edit, before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools import kinds
from release_tools.errors import MalformedError, RefusedError, UsageError, VersionError
from release_tools.flows import source
from release_tools.flows.bumping import guards
from release_tools.flows.bumping.plan import Move, Plan
from release_tools.formats import splice
from release_tools.model import Edit, FileChange, Role, Verdict
from release_tools.rules import compare, target
from release_tools.rules.findings import finding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from release_tools.config import Project
    from release_tools.flows.source import Sight
    from release_tools.model import Finding, Format, Place, Spot, Surface
    from release_tools.version import Version


def plan_bump(  # noqa: PLR0913 - the options of the command, by keyword
    project: Project,
    to: str | Sequence[str],
    *,
    stream: str | None = None,
    others: Mapping[str, str | Sequence[str]] | None = None,
    development: bool = False,
    allow_lower: bool = False,
    date: dt.date | None = None,
) -> Plan:
    """Plan the move of ``stream`` (default: the first) to ``to``, and of ``others`` beside it.

    A target is a version, ``major|minor|patch`` alone or followed by ``alpha|beta|rc|dev``, or
    ``alpha|beta|rc|release`` from a pre-release.  ``development`` asks for a version between two
    releases, where image references and release-only places stay.  ``date`` heads the new section
    of the changelog (default: today, UTC).

    Raises UsageError for a target that cannot be meant, RefusedError for one that would harm
    (lower, not expressible, a place that says nothing, two streams in one place), and the error
    of any declared file that cannot be used.  Nothing is written.
    """
    targets = {project.stream_or_first(stream).name: to}
    for name, words in (others or {}).items():
        if project.stream(name).name in targets:
            raise UsageError(f'the stream "{name}" is given two targets')
        targets[name] = words
    drafts = [_Draft(project, name) for name in targets]
    for draft, words in zip(drafts, targets.values(), strict=True):
        draft.aim([words] if isinstance(words, str) else words)
        if development and compare.released(draft.move.after):
            raise UsageError(
                f"{draft.move.after} is a release, and --next is the version between two",
                hint="say for example --next 0.4.0-dev.0, or make it the TARGET",
            )
        if not allow_lower:
            guards.refuse_lower(project, draft.move, source.highest(draft.sights))
    edits = _Edits()
    for draft in drafts:
        draft.collect(edits, date)
    return Plan(
        tuple(draft.move for draft in drafts),
        tuple(_change(project, path, own) for path, own in edits.by_path()),
        tuple(left for draft in drafts for left in draft.left),
        tuple(note for draft in drafts for note in draft.notes),
        tuple(sorted({path for draft in drafts for path in draft.paths})),
    )


class _Edits:
    """The texts wanted at each spot of each file; two wishes for one spot must be the same."""

    def __init__(self) -> None:
        self._wanted: dict[str, dict[tuple[int, int], Edit]] = {}

    def add(self, edit: Edit) -> None:
        own = self._wanted.setdefault(edit.path, {})
        known = own.setdefault((edit.spot.start, edit.spot.end), edit)
        if known.text != edit.text:
            raise RefusedError(
                "plan-conflict",
                f"one place would have to say both {known.text} and {edit.text}",
                path=edit.path,
                line=edit.spot.line,
            )

    def by_path(self) -> Iterator[tuple[str, tuple[Edit, ...]]]:
        for path, own in sorted(self._wanted.items()):
            spots = sorted(own.items(), key=lambda item: item[0])
            edits = tuple(edit for _, edit in spots if edit.text != edit.spot.text)
            if edits:
                yield path, edits


class _Draft:
    """One stream on its way to its target."""

    def __init__(self, project: Project, name: str) -> None:
        self.project = project
        self.stream = project.stream(name)
        sights = source.look(project, self.stream)
        self.present = source.present(sights)
        self.sights = [source.only_current(sight, (self.present,)) for sight in sights]
        self.left: list[tuple[Surface, str]] = []
        self.notes: list[Finding] = []

    @property
    def paths(self) -> Iterator[str]:
        """The files of all places that the stream's version is written to."""
        for sight in self.sights:
            if sight.surface.options.get("source") is None:
                yield from (place.path for place, _ in sight.spots)
                yield from (place.path for place in sight.empty)

    def aim(self, words: Sequence[str]) -> None:
        """Fix the target; keywords need one version that all version places state."""
        current = self.present
        if current is not None and any(self._strays(current)):
            current = None
        words = [word for text in words for word in text.split()]
        after = compare.as_stated(target.resolve(words, current), self.present)
        self.move = Move(self.stream, self.present, after)

    def _strays(self, current: Version) -> Iterator[bool]:
        for sight in self.sights:
            for place, spot in sight.spots:
                if place.role is Role.VERSION and not sight.stamped and not place.release_only:
                    yield compare.judge(place, spot, current).verdict is Verdict.DIFFERS

    def collect(self, edits: _Edits, date: dt.date | None) -> None:
        """Add every edit of the stream; raises where one declared place cannot follow."""
        for sight in self.sights:
            reason = sight.surface.options.get("source")
            if reason is not None:
                self.left.append((sight.surface, str(reason)))
                continue
            _refuse_broken(sight)
            for place, spot in sight.spots:
                text = self._text(sight.surface, place, spot)
                edits.add(Edit(place.path, place.format, place.at, spot, text))
            for place in _headings(sight):
                self._roll(sight.surface, place, edits, date)
            self.notes.extend(_left_behind(self.project, sight.surface))

    def _text(self, surface: Surface, place: Place, spot: Spot) -> str:
        between = not compare.released(self.move.after)
        if between and (place.release_only or place.role is Role.REFERENCE):
            return spot.text
        if place.role is Role.PINNED:
            note = finding(
                "reference-pinned",
                f"{surface.name}:{spot.text} is pinned by a digest and stays",
                stream=surface.stream,
                surface=surface.id,
                path=place.path,
                line=spot.line,
            )
            self.notes.append(note)
        try:
            return compare.rewritten(place, spot.text, self.present, self.move.after)
        except VersionError as error:
            raise _not_expressible(surface, error, place.path, spot.line) from error
        except MalformedError as error:  # a requirement that cannot be read has no place yet
            error.path, error.line = place.path, spot.line
            raise

    def _roll(self, surface: Surface, place: Place, edits: _Edits, date: dt.date | None) -> None:
        """Turn the changelog's Unreleased section into this version's."""
        if not compare.released(self.move.after):
            return
        from release_tools.flows.bumping import changelog

        try:
            for edit in changelog.roll(self.project, place, self.move, date):
                edits.add(edit)
        except VersionError as error:
            raise _not_expressible(surface, error, place.path) from error


_STALE = (
    "bring the lock up to date first: uv lock, cargo update --workspace or "
    "npm install --package-lock-only"
)


def _not_expressible(
    surface: Surface, error: VersionError, path: str, line: int | None = None
) -> RefusedError:
    return RefusedError(
        "not-expressible",
        f"{surface.id}: {error.message}",
        hint="choose a version that every surface can express",
        path=path,
        line=line,
    )


def _left_behind(project: Project, surface: Surface) -> Iterator[Finding]:
    """Yield a note for each lock that only another program can bring up to date."""
    stale = getattr(kinds.find(surface.kind), "stale_locks", None)
    for path in stale(surface, project.tree) if stale else ():
        yield finding(
            "lock-left",
            f"the lock beside a chart that depends on {surface.name} is left as it is",
            stream=surface.stream,
            surface=surface.id,
            path=path,
        )


def _headings(sight: Sight) -> set[Place]:
    found = {place for place, _ in sight.spots if place.role is Role.HEADING}
    return found | {place for place in sight.empty if place.role is Role.HEADING}


def _refuse_broken(sight: Sight) -> None:
    """All places or none: one that cannot be read or found stops the bump."""
    for error in sight.errors:
        raise error
    for place in sight.empty:
        if place.role is Role.HEADING:
            continue  # a changelog without any version yet: rolling makes the first heading
        raise RefusedError(
            "template-not-found" if place.role is Role.TEXT else "surface-missing",
            f"{sight.surface.id}: nothing was found here to change",
            hint=_STALE if place.role is Role.LOCK else "see release-tools verify-surfaces",
            path=place.path,
        )


def _change(project: Project, path: str, edits: tuple[Edit, ...]) -> FileChange:
    """Splice the edits in, and let each format prove that nothing else changed."""
    before = project.tree.read(path)
    formats = {edit.format.__name__: edit.format for edit in edits}.values()
    try:
        after = splice(before, edits)
        for format_ in formats:
            format_.prove(before, after, edits)
    except MalformedError as error:
        _refuse_malformed(path, before, formats)
        raise RefusedError(
            "proof-failed",
            f"the edit could not be proven right: {error.message}",
            hint=error.hint or "make this change by hand, then run verify-surfaces",
            path=path,
            line=error.line,
        ) from error
    return FileChange(path, before, after, edits)


def _refuse_malformed(path: str, text: str, formats: Iterable[Format]) -> None:
    """Blame the file, and no proof, where its parser cannot read what stands there already."""
    for format_ in formats:
        try:
            format_.prove(text, text, ())
        except MalformedError as error:
            error.path = path
            raise
