"""Any text, by a literal template with a placeholder for the version.

``{version}``, ``{version.pep440}``, ``{version.tag}`` (``v`` and the version) and
``{version.minor}`` (its first two numbers) stand for a whole version; a run of blanks stands for
any run of blanks, line breaks included; everything else stands for itself.  A template that
begins with a letter, digit or underscore matches at the beginning of a word only:
``VERSION = {version}`` is not ``GOLANG_VERSION = 1.2.3``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import ConfigError, MalformedError
from release_tools.formats import _versions, prove_splice
from release_tools.formats._spots import spots

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from release_tools.model import Edit, Spot

PLACEHOLDERS = ("{version}", "{version.pep440}", "{version.tag}", "{version.minor}")
LONGEST = 1000
_BLANKS = " \t\r\n\f\v"


class TemplateAt(NamedTuple):
    """A template, and which of its placeholders is meant, such as ``{version.tag}``."""

    template: str
    placeholder: str = "{version}"


def check(template: str) -> None:
    """Raise ConfigError unless ``template`` can be located.

    It needs a known placeholder, literal text beside it, text between two placeholders, and at
    most 1,000 characters.
    """
    known = f"use one of {', '.join(PLACEHOLDERS)}"
    if len(template) > LONGEST:
        raise ConfigError(
            f"the template has {len(template)} characters, more than {LONGEST}",
            hint="a line or two around the version are enough",
        )
    parts = _parts(template)
    for literal in parts[::2]:
        _, opening, rest = literal.partition("{version.")
        name, closing, _ = rest.partition("}")
        if closing:
            raise ConfigError(f"unknown placeholder {opening}{name}{closing}", hint=known)
    if len(parts) == 1:
        raise ConfigError(f"the template {template!r} has no placeholder", hint=known)
    if not any(literal.strip(_BLANKS) for literal in parts[::2]):
        raise ConfigError(
            f"the template {template!r} has no text beside the version",
            hint="add some of what stands around it, so that it matches nothing else",
        )
    if not all(parts[2:-2]):
        raise ConfigError(
            f"two placeholders of the template {template!r} touch each other",
            hint="put the text between them that stands there in the file",
        )


def locate(text: str, at: TemplateAt) -> tuple[Spot, ...]:
    """Find ``at.placeholder`` in every match of the whole template, in the order of the text.

    The spot of ``{version.tag}`` includes its ``v``.  Takes linear time on any text.
    """
    parts = _parts(at.template)
    longest = max((word for part in parts[::2] for word in part.split()), key=len, default="")
    if longest not in text:
        return ()
    placeholders = enumerate(parts[1::2], 1)
    groups = [number for number, placeholder in placeholders if placeholder == at.placeholder]
    matches = _pattern(at.template).finditer(text) if groups else ()
    return spots(text, (match.span(group) for match in matches for group in groups))


def prove(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Raise MalformedError unless ``after`` is ``before`` with exactly ``edits`` made.

    Everything outside the spots is compared byte for byte; then every template is located again
    and must give the new texts and nothing else.
    """
    prove_splice(before, after, edits)
    new = {(edit.spot.start, edit.spot.end): edit.text for edit in edits}
    for at in dict.fromkeys(edit.at for edit in edits if edit.format.locate == locate):
        expected = [new.get((spot.start, spot.end), spot.text) for spot in locate(before, at)]
        found = [spot.text for spot in locate(after, at)]
        if found != expected:
            raise MalformedError(
                f"after the edit, the template {at.template!r} would find {', '.join(found)!r}, "
                f"not {', '.join(expected)!r}",
                hint="write more of the text around the version into the template",
            )


def _parts(template: str) -> list[str]:
    """Split into literal, placeholder, literal, placeholder, ..., literal."""
    import re

    return re.split(f"({'|'.join(map(re.escape, PLACEHOLDERS))})", template)


@lru_cache(maxsize=256)
def _pattern(template: str) -> re.Pattern[str]:
    import re

    parts = _parts(template)
    pattern = "" if parts[0] else _versions.NOT_BEFORE
    if parts[0][:1].isalnum() or parts[0][:1] == "_":
        pattern = r"(?<!\w)"  # makefiles have VERSION beside GOLANG_VERSION
    for index, part in enumerate(parts):
        if index % 2 == 0:
            pattern += _literal(part, first=index == 0, last=index == len(parts) - 1)
        else:
            whole = not parts[index + 1] or parts[index + 1][0] in _BLANKS
            pattern += f"({_version(part, whole=whole)})"
            pattern += _versions.NOT_BEHIND if whole else ""
    return re.compile(pattern)


def _version(placeholder: str, *, whole: bool) -> str:
    """Return the pattern of a version; unless ``whole``, text behind it may claim its suffix."""
    if placeholder == "{version.minor}":
        return _versions.MINOR
    tag = "v" if placeholder == "{version.tag}" else ""
    if whole:
        return tag + _versions.WHOLE
    return f"{tag}{_versions.RELEASE}(?:{_versions.LABELS})?(?:{_versions.BUILD})?"


def _literal(text: str, *, first: bool, last: bool) -> str:
    import re

    pattern = f"[{_BLANKS}]++".join(map(re.escape, re.split(f"[{_BLANKS}]+", text.strip(_BLANKS))))
    outer, inner = f"[{_BLANKS}]", f"[{_BLANKS}]++"
    # At its outer ends one blank is as good as a run of them, and takes no time to find.
    before = (outer if first else inner) if text[:1] in tuple(_BLANKS) else ""
    behind = (outer if last else inner) if text[-1:] in tuple(_BLANKS) else ""
    if not text.strip(_BLANKS):
        return behind if last else before
    return before + pattern + behind
