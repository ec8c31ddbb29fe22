"""The values that every room speaks in, all frozen, and the protocols that adapters implement.

A release is a table: surfaces down the side, stages across the top.  A ``Place`` says where a
version stands in a file, a ``Spot`` is the exact slice found there, a ``Mark`` is the judged
spot, a ``Cell`` one surface at one stage, and the ``Table`` all of them with the findings.

The values are named tuples: frozen and slotted like a dataclass, at a sixth of its cost to
define, and every command defines them all before it does anything.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from release_tools.errors import UsageError, VersionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.reading import Reading
    from release_tools.streams import Stream
    from release_tools.version import Nightly, Spelling, Version


class Stage(StrEnum):
    """The columns of the table."""

    SOURCE = "source"
    BUILT = "built"
    PUBLISHED = "published"
    DEPLOYED = "deployed"


class Verdict(StrEnum):
    """What is said of a mark, a cell, a stream, or the whole table."""

    AGREES = "agrees"
    DIFFERS = "differs"
    MISSING = "missing"
    UNKNOWN = "unknown"
    UNCHECKED = "unchecked"
    WAITS = "waits"
    DISAGREES = "disagrees"


class Severity(StrEnum):
    """Only errors decide the verdict and the exit code."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Role(StrEnum):
    """What a place says about the version, and so how it is judged and rewritten."""

    VERSION = "version"  # the version itself
    LOCK = "lock"  # the version, repeated in a machine-written lock file
    REQUIREMENT = "requirement"  # a range that has to admit it
    REFERENCE = "reference"  # the tag of one of our images; may be the word latest or nightly
    PINNED = "pinned"  # the same beside a digest: judged, never edited without the digest
    APP = "app"  # a chart's appVersion; may be a word, which is then left alone
    TEXT = "text"  # prose or code, found by a literal template
    HEADING = "heading"  # the changelog's newest version heading


class Spot(NamedTuple):
    """One slice of a file's text.

    ``start`` and ``end`` are half-open character offsets into the text as decoded from UTF-8
    with every byte kept (a BOM is the character U+FEFF at offset 0, CRLF is two characters).
    ``line`` and ``column`` are 1-based; the column counts characters and leaves a BOM out.
    """

    start: int
    end: int
    text: str
    line: int
    column: int

    @staticmethod
    def of(text: str, start: int, end: int) -> Spot:
        """Make the spot for ``text[start:end]``."""
        line_start = text.rfind("\n", 0, start) + 1
        bom = 1 if line_start == 0 and text.startswith("\ufeff") else 0
        return Spot(
            start,
            end,
            text[start:end],
            text.count("\n", 0, start) + 1,
            start - line_start - bom + 1,
        )


class Format(Protocol):
    """A module of ``formats/``: pure functions over a file's text."""

    __name__: str

    def locate(self, text: str, at: Any) -> tuple[Spot, ...]:
        """Find every spot at address ``at``; empty when it is provably not there.

        Raises MalformedError (with ``line``, without ``path``) when the text is not well-formed
        there: a duplicate key, a value that is no string, an unclosed quote.
        """

    def prove(self, before: str, after: str, edits: Sequence[Edit]) -> None:
        """Raise MalformedError unless ``after`` is ``before`` with exactly ``edits`` made.

        A parser that took no part in locating reads both texts (law 3).  ``edits`` are all the
        edits of the file, those of other formats included.  Without edits it raises, with
        ``line``, where that parser cannot read the text.
        """


class Place(NamedTuple):
    """Where a version stands: a file, a format, an address in it, and how it is spelled there.

    ``template`` holds the affixes around the version, such as ``v{version}``; ``path`` is
    relative to the project's root, with forward slashes.
    """

    path: str
    format: Format
    at: Any
    spelling: Spelling
    role: Role
    template: str = "{version}"
    optional: bool = False
    release_only: bool = False
    current_only: bool = False  # match = "current": only occurrences of the present version


class Edit(NamedTuple):
    """New text for one spot of one file.  An insertion has an empty spot."""

    path: str
    format: Format
    at: Any
    spot: Spot
    text: str


class Surface(NamedTuple):
    """One thing that a release consists of, where users get it.

    ``options`` are the keys of its ``[[surfaces]]`` entry that its kind declares, already
    checked; ``path`` is the folder or file it stands in, relative to the root.
    """

    id: str
    kind: str
    name: str
    stream: str
    path: str
    options: Mapping[str, Any]


class Finding(NamedTuple):
    """One thing worth saying, from the table of findings in ``rules/findings.py``."""

    id: str
    severity: Severity
    message: str
    hint: str = ""
    stream: str | None = None
    surface: str | None = None
    stage: Stage | None = None
    path: str | None = None
    line: int | None = None
    column: int | None = None


class Mark(NamedTuple):
    """One place, read and judged.  ``spot`` is None where nothing was found."""

    place: Place
    spot: Spot | None
    verdict: Verdict
    expected: str | None


class Cell(NamedTuple):
    """One surface at one stage.

    ``reason`` says why, for unchecked and unknown; ``reading`` is what was seen, in the stages
    beyond the source.
    """

    stage: Stage
    verdict: Verdict
    found: str | None = None
    expected: str | None = None
    marks: tuple[Mark, ...] = ()
    reason: str | None = None
    reading: Reading | None = None


class Row(NamedTuple):
    """One surface with a cell for every stage that was asked for and that its kind has."""

    surface: Surface
    cells: tuple[Cell, ...]


class StreamTable(NamedTuple):
    """The rows of one stream.  ``version`` is the expected one, None when nothing says it.

    ``nightly`` is what is expected instead where a nightly is meant.
    """

    stream: Stream
    version: Version | None
    verdict: Verdict
    rows: tuple[Row, ...]
    nightly: Nightly | None = None

    @property
    def tag(self) -> str | None:
        """The git tag of the expected version, None where there is none or no tag can say it."""
        wanted = self.version or self.nightly
        try:
            return None if wanted is None else self.stream.tag_of(wanted)
        except (VersionError, UsageError):
            return None


class Table(NamedTuple):
    """The whole table, judged."""

    verdict: Verdict
    streams: tuple[StreamTable, ...]
    findings: tuple[Finding, ...]
    stages: tuple[Stage, ...] = (Stage.SOURCE,)

    @property
    def exit_code(self) -> int:
        """0 agrees, 1 something differs or is missing, 3 could not be determined."""
        if self.verdict is Verdict.AGREES:
            return 0
        return 3 if self.verdict is Verdict.UNKNOWN else 1


class Tree(Protocol):
    """The files of a project, on disk or in a commit.  Paths are relative, with ``/``."""

    def read(self, path: str) -> str:
        """Return the file's text, decoded from UTF-8 with every byte kept (BOM, CRLF).

        Raises AbsentError when provably not there, MalformedError when it is not UTF-8 text or
        over the size cap, UnreadableError when it cannot be read or leaves the root.
        """

    def exists(self, path: str) -> bool:
        """Say whether a regular file stands there."""

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match, sorted; ``*`` stays in a folder, ``**`` crosses them.

        Only files that git tracks or would track (not the ignored ones); without git, all files
        outside the usual vendored and build folders.
        """

    def named(self, name: str) -> tuple[str, ...]:
        """Return the files called ``name`` that git tracks, sorted; without git, all of them.

        Far cheaper than ``glob``, and for that reason blind to files that git has not met: a new
        manifest is seen only in the folders of declared surfaces, in those above them, and where
        a glob of the configuration or of their workspace finds it.
        """


class FileChange(NamedTuple):
    """One file of a plan, before and after, with the edits that lead from one to the other.

    ``new`` is one that is not there yet; ``before`` is empty then.
    """

    path: str
    before: str
    after: str
    edits: tuple[Edit, ...]
    new: bool = False


class Runner(Protocol):
    """Runs another program by argv, never through a shell."""

    def run(self, argv: Sequence[str], *, stdin: bytes = b"", timeout: float = 60.0) -> Ran:
        """Run to the end; raises UnreadableError when it cannot be started or times out."""


class Ran(NamedTuple):
    """A finished program: exit code and both streams, decoded leniently."""

    code: int
    out: str
    err: str
