"""Streams: a line of versions with its own tag pattern, and which of them a tag belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

from release_tools._grammar import CORE, is_ref, shown
from release_tools.errors import ConfigError, RefusedError, UsageError, VersionError
from release_tools.version import MAX_LENGTH, Nightly, Spelling, Version, legal

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATTERN_CHARACTERS = frozenset(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.+-/_@=#"
)


_PEP440 = "{version.pep440}"


class _Fields(NamedTuple):
    name: str
    tag: str = "v{version}"
    latest: bool = False
    branches: tuple[str, ...] = ("main",)
    required_checks: tuple[str, ...] = ()
    nightly: str | None = None
    nightly_base: str = "minor"
    changelog: str | None = None


class Stream(_Fields):
    """One line of versions.

    ``tag`` holds ``{version}`` (SemVer) or ``{version.pep440}`` once, ``nightly`` holds
    ``{date}`` once and is None for a stream without nightlies; the rest of a pattern is letters,
    digits and ``. + - / _ @ = #``.
    ``latest`` says that the stream owns GitHub's "Latest" and the image tag ``latest``,
    ``branches`` where its tags may stand (globs), ``nightly_base`` which part of the last release
    a nightly's version counts up.  Raises ConfigError for a pattern that could not make a tag.
    """

    __slots__ = ()

    def __new__(cls, *values: Any, **named: Any) -> Self:  # those of the fields
        """Check the patterns, so that every stream that exists can be trusted."""
        self = super().__new__(cls, *values, **named)
        _check_pattern(self.name, "tag", self.tag, _placeholder(self.tag)[0], "0.0.0")
        if self.nightly is not None:
            _check_pattern(self.name, "nightly", self.nightly, "{date}", "20260115")
        if self.nightly_base not in ("major", "minor", "patch"):
            raise ConfigError(
                f"stream {self.name}: nightly-base is {shown(self.nightly_base)}",
                hint="It is major, minor or patch.",
            )
        return self

    def tag_of(self, version: Version | Nightly) -> str:
        """Return the one tag that names ``version``: canonical inside the pattern.

        SemVer at ``{version}``, PEP 440 at ``{version.pep440}``.  Raises VersionError for a
        version that this cannot express, and UsageError for a nightly of a stream without any.
        """
        if isinstance(version, Version):
            placeholder, spelling = _placeholder(self.tag)
            return self.tag.replace(placeholder, version.spell(spelling))
        if self.nightly is None:
            raise UsageError(
                f"stream {self.name} has no nightlies",
                hint='Set nightly = "nightly-{date}" in its table.',
            )
        return self.nightly.replace("{date}", f"{version.date:%Y%m%d}")

    def match(self, tag: str) -> Version | Nightly | None:
        """Return what ``tag`` names in this stream, None when it is not one of its tags.

        The whole tag matches or nothing.  The version in it begins with a digit, has no leading
        zeros, and is strict SemVer or canonical PEP 440 of at least three components: ``v1`` and
        ``v0.3`` are moving tags, no releases.  ``v0.3.0-rc1`` and ``v0.3.0rc1`` match although
        ``tag_of`` writes ``v0.3.0-rc.1``: a tag that somebody pushed is never "not ours" because
        of its spelling.  Whoever needs the canonical tag compares with ``tag_of``.
        """
        if len(tag) > MAX_LENGTH or not _PATTERN_CHARACTERS.issuperset(tag):
            return None
        if self.nightly is not None:
            date = _between(tag, self.nightly, "{date}")
            if date is not None:
                try:
                    return Nightly.parse(f"nightly-{date}")
                except VersionError:
                    pass
        text = _between(tag, self.tag, _placeholder(self.tag)[0])
        return None if text is None else _version_in_tag(text)


def _placeholder(pattern: str) -> tuple[str, Spelling]:
    """Return the version's placeholder in a tag pattern, and how it is spelled there."""
    if _PEP440 in pattern:
        return _PEP440, Spelling.PEP440
    return "{version}", Spelling.GIT_TAG


def find(streams: Iterable[Stream], tag: str) -> tuple[Stream, Version | Nightly] | None:
    """Return the stream that ``tag`` belongs to and what it names there; None for no stream.

    Raises RefusedError ``ambiguous-tag`` when it belongs to two.
    """
    found: tuple[Stream, Version | Nightly] | None = None
    for stream in streams:
        version = stream.match(tag)
        if version is None:
            continue
        if found is not None:
            raise RefusedError(
                "ambiguous-tag",
                f"the tag {tag} belongs to two streams: {found[0].name} ({found[0].tag}) "
                f"and {stream.name} ({stream.tag})",
                hint="Give the streams tag patterns of which no tag can match both.",
            )
        found = stream, version
    return found


def _between(tag: str, pattern: str, placeholder: str) -> str | None:
    """Return what stands in ``tag`` at the placeholder's place, None when the rest differs.

    Nothing stands there ("") where the rest overlaps.
    """
    prefix, _, suffix = pattern.partition(placeholder)
    if not (tag.startswith(prefix) and tag.endswith(suffix)):
        return None
    return tag[len(prefix) : len(tag) - len(suffix)]


def _version_in_tag(text: str) -> Version | None:
    if legal(text, Spelling.SEMVER):
        before_build = text.partition("+")[0]
        last_number = before_build[len(before_build.rstrip("0123456789")) :]
        leading_zero = len(last_number) > 1 and last_number[0] == "0"  # rc01
        return None if leading_zero else Version.parse(text)
    try:
        version = Version.parse(text, Spelling.PEP440)
    except VersionError:
        return None
    canonical = len(version.release) >= CORE and version.spell(Spelling.PEP440) == text
    return version if canonical else None


def _check_pattern(stream: str, key: str, pattern: str, placeholder: str, sample: str) -> None:
    problem = ""
    if pattern.count(placeholder) != 1:
        problem = f"holds {placeholder} {pattern.count(placeholder)} times, not once"
    else:
        tag = pattern.replace(placeholder, sample)
        odd = sorted(set(tag) - _PATTERN_CHARACTERS)
        if odd:
            problem = f"holds {shown(odd[0])}, which is not allowed in a tag"
        elif not is_ref(tag) or len(tag) > MAX_LENGTH // 2:
            problem = "is not a name that git takes for a tag, or too long"
    if problem:
        raise ConfigError(
            f"stream {stream}: {key} = {shown(pattern)} {problem}",
            hint=f'Write it like "v{placeholder}": letters, digits and . + - / _ @ = # around it.',
        )
