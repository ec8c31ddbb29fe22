"""Judge a pinned digest: is it there, is it what is said, is it right for every platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from release_tools.model import Verdict
from release_tools.reading import Absent, Found, Unknown
from release_tools.rules.findings import finding

if TYPE_CHECKING:
    from typing import Protocol

    from release_tools.model import Finding
    from release_tools.reading import Reading

    class Reference(Protocol):
        """What ``formats.pins.Reference`` is, as far as it is judged."""

        @property
        def line(self) -> int:
            """The line, 1-based."""

        @property
        def image(self) -> str:
            """The image by its full name."""

        @property
        def digest(self) -> str:
            """The digest that it is pinned to."""

        @property
        def tag(self) -> str:
            """The tag that is noted beside it, "" for none."""

    Judged = tuple[Verdict, str | None, str, Finding | None]


class Names(NamedTuple):
    """The release tags of an image, each with what stands there; ``whole``: all of them."""

    readings: tuple[tuple[str, Reading], ...]
    whole: bool


class Sought(NamedTuple):
    """What was seen of one reference: its digest, the tag noted beside it, the other tags."""

    there: Reading
    tagged: Reading | None = None
    names: Names | None = None


def is_open(one: Reference, sought: Sought) -> bool:
    """Say whether it takes more tags to tell which version a digest is."""
    if not isinstance(sought.there, Found):
        return False
    tagged = sought.tagged
    return not isinstance(tagged, Found) or _is(tagged, one.digest) is None


def judge(path: str, one: Reference, sought: Sought) -> Judged:
    """Return the verdict, the version that it is, a message, and the finding if there is one."""
    there = sought.there
    match there:
        case Absent():
            return _said(path, one, Verdict.MISSING, "pin-gone", None, "is not there any more")
        case Unknown():
            said = f"could not be looked up: {there.reason}"
            return _said(path, one, Verdict.UNKNOWN, "pin-unknown", None, said)
        case Found() if there.problems:
            said = f"is not what it says: {there.problems[0].message}"
            return _said(path, one, Verdict.DIFFERS, "pin-moved", None, said)
        case Found():
            found = _named(one, sought)
            return _called(path, one, sought, found) if found else _nameless(path, one, sought)
        case _:
            assert_never(there)


def _called(
    path: str, one: Reference, sought: Sought, found: tuple[str, str | None, str | None]
) -> Judged:
    """Judge a digest to which a tag leads, or which is one platform of what it leads to."""
    tag, index, platform = found
    if platform is not None:
        said = f"is {tag} for {platform} alone: pin the index {index}"
        return _said(path, one, Verdict.DIFFERS, "pin-child", tag, said)
    if one.tag and tag != one.tag:
        now = f", which is {sought.tagged.digest} now" if isinstance(sought.tagged, Found) else ""
        said = f"is {tag}, and not {one.tag}{now}"
        return _said(path, one, Verdict.DIFFERS, "pin-moved", tag, said)
    return Verdict.AGREES, tag, f"it is {tag}", None


def _named(one: Reference, sought: Sought) -> tuple[str, str | None, str | None] | None:
    """Return a tag that leads to the digest, its index, and the platform if that is a child."""
    readings = [(one.tag, sought.tagged)] if sought.tagged is not None else []
    readings += list(sought.names.readings) if sought.names else []
    children = []
    for tag, reading in readings:
        platform = _is(reading, one.digest) if isinstance(reading, Found) else None
        if platform == "" and isinstance(reading, Found):
            return tag, reading.digest, None
        if platform and isinstance(reading, Found):
            children.append((tag, reading.digest, platform))
    return children[0] if children else None


def _is(tagged: Found, digest: str) -> str | None:
    """Return "" where the digest is what the tag leads to, a platform for a child, else None."""
    if tagged.digest == digest:
        return ""
    return next((one.name for one in tagged.platforms or () if one.digest == digest), None)


def _nameless(path: str, one: Reference, sought: Sought) -> Judged:
    """Judge a digest that is there, and that no tag that was seen leads to."""
    tagged, names = sought.tagged, sought.names
    if isinstance(tagged, Found):
        said = f"is not {one.tag}, which is {tagged.digest}"
        return _said(path, one, Verdict.DIFFERS, "pin-moved", None, said)
    readings = [tagged, *(reading for _, reading in (names.readings if names else ()))]
    doubt = next((each.reason for each in readings if isinstance(each, Unknown)), None)
    if names is None or not names.whole or doubt is not None:
        why = doubt or "not all of its tags could be looked at"
        said = f"is there, and which version it is could not be told: {why}"
        return _said(path, one, Verdict.UNKNOWN, "pin-unknown", None, said)
    if one.tag:
        said = f"is not {one.tag}: there is no such tag"
        return _said(path, one, Verdict.DIFFERS, "pin-moved", None, said)
    said = "is there, and no release is called so"
    return _said(path, one, Verdict.UNCHECKED, "pin-nameless", None, said)


def _said(
    path: str, one: Reference, verdict: Verdict, id_: str, version: str | None, said: str
) -> Judged:
    message = f"{one.image}@{one.digest} {said}"
    made = finding(id_, message, path=path, line=one.line)
    return verdict, version, f"it {said}", made
