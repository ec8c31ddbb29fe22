"""The last rows of the table: the git tag on the remote, and the GitHub Release of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import ReleaseToolsError, UsageError, VersionError
from release_tools.model import Cell, Stage, Surface, Verdict
from release_tools.reading import Absent, File, Found, Problem, Unknown
from release_tools.rules.findings import finding
from release_tools.version import Nightly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from release_tools.adapters.git import Repository
    from release_tools.adapters.github_release import Release
    from release_tools.adapters.github_releases import Releases
    from release_tools.adapters.ls_remote import RemoteRefs
    from release_tools.model import Finding
    from release_tools.reading import Reading
    from release_tools.streams import Stream
    from release_tools.version import Version

TAG, RELEASE = "git-tag", "github-release"
"""Ids and kinds of the two rows."""
OURS = ("SHA256SUMS", "release-manifest.json")
"""The files that every release made by release-tools has."""


class Rows(NamedTuple):
    """Both rows of one stream, and what is to be said of them."""

    rows: tuple[tuple[Surface, Cell], ...]
    findings: tuple[Finding, ...]


def rows(
    stream: Stream,
    version: Version | Nightly | None,
    repository: Repository | None,
    releases: Releases | None,
    *,
    released: bool = False,
    refs: Callable[[], RemoteRefs | ReleaseToolsError | None] = lambda: None,
) -> Rows:
    """Read the tag of ``version`` from ``origin``, and its release from GitHub.

    ``refs`` returns those of ``origin`` where it is asked elsewhere, or what came of that; it is
    called last, since it may wait.
    The release's cell ``waits`` unless ``released``: then it is judged.  Where there is no
    repository or no remote the tag is unchecked; without ``releases`` GitHub is not asked.
    """
    tag, reason = _name(stream, version)
    surfaces = [Surface(kind, kind, tag or "", stream.name, "", {}) for kind in (TAG, RELEASE)]
    if tag is None or version is None:
        cells = [Cell(Stage.PUBLISHED, Verdict.UNCHECKED, reason=reason) for _ in surfaces]
        return Rows(tuple(zip(surfaces, cells, strict=True)), ())
    release = _release_cell(stream, version, tag, releases, released)
    made = [_tag_cell(tag, repository, refs()), release]
    told = [
        complaint
        for surface, (cell, found) in zip(surfaces, made, strict=True)
        for complaint in _told(surface, cell, found)
    ]
    cells = [cell for cell, _ in made]
    return Rows(tuple(zip(surfaces, cells, strict=True)), tuple(told))


def tag_reading(
    tag: str, repository: Repository, refs: RemoteRefs | ReleaseToolsError | None = None
) -> Found | Absent:
    """Return what ``origin`` has of the tag; raises UnreadableError where it does not answer."""
    from release_tools.adapters import ls_remote

    if isinstance(refs, ReleaseToolsError):
        raise refs
    where = f"origin refs/tags/{tag}"
    found = (refs or ls_remote.read(repository)).tags.get(tag)
    if found is None:
        return Absent(where, "origin lists its tags, and not this one")
    notes = {"commit": found.commit, "annotated": _word(found.annotated)}
    return Found(tag, where, notes=notes)


def release_reading(tag: str, releases: Releases) -> Found | Absent:
    """Return what GitHub has of the release; raises UnreadableError where it does not tell.

    A draft is found, with the problem that it is one.
    """
    standing = releases.find(tag)
    where = f"GitHub release {tag}"
    if standing.published is None:
        if len(standing.drafts) > 1:
            drafts = Problem("release-two-drafts", f"{tag} has {len(standing.drafts)} drafts")
            return _found(standing.drafts[0], latest=False)._replace(problems=(drafts,))
        if standing.drafts:
            draft = Problem("release-draft", f"the release {tag} is a draft")
            return _found(standing.drafts[0], latest=False)._replace(problems=(draft,))
        hidden = "" if standing.drafts_visible else "; drafts do not show to this token"
        return Absent(where, f"GitHub lists the releases, and none is of this tag{hidden}")
    latest = releases.latest()
    found = _found(standing.published, latest=latest is not None and latest.tag == tag)
    return found._replace(problems=tuple(_incomplete(standing.published)))


def _name(stream: Stream, version: Version | Nightly | None) -> tuple[str | None, str]:
    if version is None:
        return None, "no version is expected"
    try:
        return stream.tag_of(version), ""
    except (UsageError, VersionError) as error:
        return None, error.message


def _tag_cell(
    tag: str, repository: Repository | None, refs: RemoteRefs | ReleaseToolsError | None
) -> tuple[Cell, tuple[Problem, ...]]:
    reason = "the project is in no git repository"
    try:
        if repository is not None:
            reason = "there is no remote origin"
        if repository is None or repository.remote_url() is None:
            return Cell(Stage.PUBLISHED, Verdict.UNCHECKED, expected=tag, reason=reason), ()
        reading = tag_reading(tag, repository, refs)
    except ReleaseToolsError as error:
        return _unknown(tag, "origin", error)
    if isinstance(reading, Absent):
        return _missing(tag, reading, "tag-missing", f"origin has no tag {tag}")
    cell = Cell(Stage.PUBLISHED, Verdict.AGREES, tag, tag, reading=reading)
    if reading.notes["annotated"] == "true":
        return cell, ()
    lightweight = Problem("tag-lightweight", f"the tag {tag} on origin is a lightweight one")
    return cell._replace(verdict=Verdict.UNCHECKED, reason="lightweight"), (lightweight,)


def _release_cell(
    stream: Stream,
    version: Version | Nightly,
    tag: str,
    releases: Releases | None,
    released: bool,  # noqa: FBT001 - handed on as it came
) -> tuple[Cell, tuple[Problem, ...]]:
    if isinstance(version, Nightly):
        reason = "a nightly has no release"
        return Cell(Stage.PUBLISHED, Verdict.UNCHECKED, expected=None, reason=reason), ()
    if releases is None:
        verdict = Verdict.UNKNOWN if released else Verdict.WAITS
        reason = "the repository on GitHub is not known" if released else "written last"
        return _unasked(tag, verdict, reason)
    try:
        reading = release_reading(tag, releases)
        if isinstance(reading, Found) and not reading.problems:
            wrong = tuple(_flags(stream, version, reading, releases))
            reading = reading._replace(problems=wrong)
    except ReleaseToolsError as error:
        cell, problems = _unknown(tag, f"GitHub release {tag}", error)
        return (cell, problems) if released else (_waiting(tag, cell.reading), ())
    if not released:
        return _waiting(tag, reading), ()
    if isinstance(reading, Absent):
        return _missing(tag, reading, "release-missing", f"there is no published release {tag}")
    verdict = Verdict.DIFFERS if reading.problems else Verdict.AGREES
    return Cell(Stage.PUBLISHED, verdict, tag, tag, reading=reading), reading.problems


def _flags(stream: Stream, version: Version, found: Found, releases: Releases) -> Iterator[Problem]:
    """Yield what is wrong with the marks of a published release.

    Whose "Latest" it is follows from what is published: a higher tag that failed takes nothing.
    """
    from release_tools.rules.pointers import owns_latest

    tag = found.version
    if found.notes["prerelease"] != _word(not version.is_stable):
        is_one = "is marked as a pre-release" if version.is_stable else "is not marked as one"
        yield Problem("release-flags", f"{tag} is {_kind(version)}, and its release {is_one}")
    others = [one.tag for one in releases.all() if not one.draft]
    latest, owns = found.notes["latest"] == "true", owns_latest(stream, version, others)
    if owns and not latest:
        yield Problem("release-flags", f'{tag} is the highest release, and not "Latest"')
    elif latest and not owns:
        yield Problem("release-flags", f'the release {tag} is "Latest", which is not its to be')


def _kind(version: Version) -> str:
    return "a full version" if version.is_stable else "a pre-release"


def _incomplete(release: Release) -> Iterator[Problem]:
    names = {asset.name for asset in release.assets if asset.state == "uploaded"}
    partial = [asset.name for asset in release.assets if asset.state != "uploaded"]
    lacking = [name for name in OURS if name not in names and name not in partial]
    if partial:
        message = f"GitHub holds only a part of {', '.join(partial)} of {release.tag}"
        yield Problem("release-incomplete", message)
    if release.marker is not None and lacking:
        message = f"the release {release.tag} lacks {' and '.join(lacking)}"
        yield Problem("release-incomplete", message)


def _found(release: Release, *, latest: bool) -> Found:
    notes = {
        "draft": _word(release.draft),
        "prerelease": _word(release.prerelease),
        "immutable": _word(release.immutable),
        "latest": _word(latest),
    }
    files = tuple(
        File(asset.name, "asset", asset.digest, asset.size, asset.url) for asset in release.assets
    )
    return Found(release.tag, release.url, files=files, notes=notes)


def _word(fact: bool) -> str:  # noqa: FBT001 - it is what is written
    return "true" if fact else "false"


def _waiting(tag: str, reading: Reading | None) -> Cell:
    reason = "the GitHub Release is written last"
    return Cell(Stage.PUBLISHED, Verdict.WAITS, None, tag, (), reason, reading)


def _unasked(tag: str, verdict: Verdict, reason: str) -> tuple[Cell, tuple[Problem, ...]]:
    cell = Cell(Stage.PUBLISHED, verdict, None, tag, (), reason)
    return cell, ((Problem("registry-unknown", reason),) if verdict is Verdict.UNKNOWN else ())


def _missing(tag: str, reading: Absent, id_: str, message: str) -> tuple[Cell, tuple[Problem, ...]]:
    cell = Cell(Stage.PUBLISHED, Verdict.MISSING, None, tag, (), reading.reason, reading)
    return cell, (Problem(id_, f"{message}: {reading.reason}"),)


def _unknown(tag: str, where: str, error: ReleaseToolsError) -> tuple[Cell, tuple[Problem, ...]]:
    reading = Unknown(where, error.message, error.hint)
    cell = Cell(Stage.PUBLISHED, Verdict.UNKNOWN, None, tag, (), error.message, reading)
    return cell, (Problem("registry-unknown", error.message),)


def _told(surface: Surface, cell: Cell, problems: Sequence[Problem]) -> Iterator[Finding]:
    hint = cell.reading.hint if isinstance(cell.reading, Unknown) else ""
    for problem in problems:
        yield finding(
            problem.id,
            problem.message,
            hint=hint or None,
            stream=surface.stream,
            surface=surface.id,
            stage=Stage.PUBLISHED,
        )
