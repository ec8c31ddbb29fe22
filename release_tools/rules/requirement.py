"""Requirements on a sibling package: do they admit a version, and how do they follow it.

Cargo (the semver crate), npm (node-semver) and Helm (Masterminds/semver) share most of a grammar:
comparators with an operator and one to three numbers or wildcards.  Each is read as an interval;
the flavours differ in what a bare version means, in what separates comparators, and in when a
pre-release is admitted at all.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from release_tools._grammar import CORE, MAX_LENGTH, rank, read_semver, shown
from release_tools.errors import MalformedError
from release_tools.version import Spelling, Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Flavour: TypeAlias = Literal["cargo", "npm", "chart"]
_Core: TypeAlias = tuple[int, ...]
_Key: TypeAlias = tuple[object, ...]

_OPERATORS = {
    "cargo": ("", "=", "^", "~", ">", ">=", "<", "<="),
    "npm": ("", "=", "^", "~", "~>", ">", ">=", "<", "<="),
    "chart": ("", "=", "^", "~", "~>", ">", ">=", "=>", "<", "<=", "=<"),
}
_SAME = {"~>": "~", "=>": ">=", "=<": "<="}
_SEPARATOR = {"cargo": r" *, *", "npm": r" +", "chart": r"[ ,]+"}
_WORKSPACE = "workspace:"

_EARLIEST = (0,)  # ranks of a pre-release: below all of them,
_FINAL = (2,)  # and above
_START: _Key = ((-1,),)
_ENDLESS: _Key = ((float("inf"),),)


def admits(text: str, version: Version, flavour: Flavour) -> bool:
    """Say whether the requirement ``text`` admits ``version``, by that ecosystem's own rules.

    A pre-release is admitted by Cargo and npm only where a comparator names a pre-release of the
    same three numbers, by Helm where any comparator beside it names one.  npm's ``*``,
    ``workspace:*``, addresses and dist-tags admit everything: there is no range to judge.
    Raises MalformedError for a text that is no requirement, and VersionError for a version that
    SemVer cannot express.
    """
    target = _Target.of(version)
    return _follows_by_itself(text, flavour) or _admits(_parse(text, flavour), target, flavour)


def rewrite(text: str, old: Version | None, new: Version, flavour: Flavour) -> str:
    """Return the requirement ``text`` so that it admits ``new``, in its own style.

    It is kept while it admits ``new`` and does not state the whole of ``old``.  Else every
    comparator that states ``old`` or shuts ``new`` out is given ``new``, with as many numbers as
    it had, or all of it where only that names a pre-release.  An upper bound that was the next
    major, minor or patch version becomes that of ``new``.  Raises MalformedError for a text that
    is no requirement or cannot follow by these rules, and VersionError as ``admits`` does.
    """
    target = _Target.of(new)
    if _follows_by_itself(text, flavour):
        return text
    groups = _parse(text, flavour)
    stated = any(each.states(old) for group in groups for each in group)
    if not stated and _admits(groups, target, flavour):
        return text
    group = next((g for g in groups if any(each.states(old) for each in g)), groups[-1])
    for whole in (False, True):
        written = text
        for start, end, words in reversed(list(_edits(group, old, target, whole=whole))):
            written = written[:start] + words + written[end:]
        if _admits(_parse(written, flavour), target, flavour):
            return written
    raise MalformedError(
        f"the requirement {shown(text)} cannot be moved to {target.text} by rule",
        hint=f"Write a requirement that admits {target.text} by hand.",
    )


class _Target(NamedTuple):
    """A version as the ranges see it: SemVer without build metadata."""

    text: str
    core: _Core
    pre: str  # with its hyphen, or empty

    @staticmethod
    def of(version: Version) -> _Target:
        text = version.spell(Spelling.SEMVER).partition("+")[0]
        core, dash, pre = text.partition("-")
        return _Target(text, tuple(map(int, core.split("."))), dash + pre)


class _Comparator(NamedTuple):
    """One operator with its version, and where that version stands in the text."""

    operator: str
    typed: str  # the operator as it stands there
    numbers: _Core  # without wildcards
    wildcards: str  # ".x", ".*.*", "*" or nothing
    pre: str  # with its hyphen, or empty
    start: int
    end: int

    @property
    def core(self) -> _Core:
        return (*self.numbers, 0, 0, 0)[:CORE]

    @property
    def full(self) -> bool:
        return len(self.numbers) == CORE

    def states(self, version: Version | None) -> bool:
        """Whether it asks for this very version, all three numbers and the pre-release."""
        if version is None or not self.full or self.operator in ("<", ">"):
            return False
        stated = read_semver(".".join(map(str, self.numbers)) + self.pre)
        return stated is not None and Version(*stated) == version

    def contains(self, target: _Target) -> bool:
        """Whether the target lies in the interval, a pre-release like any other version."""
        low, high = self._interval()
        return low <= (target.core, _ranks(target.pre)) < high

    def _interval(self) -> tuple[_Key, _Key]:
        """Return ``low <= key < high``; a key with one more 0 lies just above that version."""
        if not self.numbers:
            return _START, _ENDLESS
        count = len(self.numbers)
        here = (self.core, _ranks(self.pre))
        past: _Key = (*here, 0) if self.full else (_next(self.core, count), _EARLIEST)
        if self.operator == ">=":
            return here, _ENDLESS
        if self.operator == ">":
            return past, _ENDLESS
        if self.operator == "<":
            return _START, here if self.full else (self.core, _EARLIEST)
        if self.operator == "<=" or (self.operator == "=" and self.full):
            return _START if self.operator == "<=" else here, past
        if self.operator == "^":
            count = next((i for i, number in enumerate(self.numbers, 1) if number), count)
        elif self.operator == "~":
            count = min(count, CORE - 1)
        return here, (_next(self.core, count), _EARLIEST)


def _admits(groups: Sequence[Sequence[_Comparator]], target: _Target, flavour: Flavour) -> bool:
    def opened(group: Sequence[_Comparator]) -> bool:
        """Whether a pre-release may be looked at: somebody has to have asked for one."""
        if flavour == "chart" or not target.pre:
            return not target.pre or any(each.pre for each in group)
        return any(each.pre and each.core == target.core for each in group)

    return any(opened(group) and all(each.contains(target) for each in group) for group in groups)


def _edits(
    group: Sequence[_Comparator], old: Version | None, target: _Target, *, whole: bool
) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and new text for every version of the group that has to move."""
    for each in group:
        moves = each.states(old) or not each.contains(target)
        if each.operator == "<=" and each.full and not each.states(old):
            continue  # what such a bound meant cannot be known
        if each.operator == "<":
            bound = _bound(each, group, old, target)
            if bound is not None:
                yield each.start, each.end, bound
        elif each.operator == ">" or not (moves or (whole and each.operator != "<=")):
            continue
        elif whole or each.full:
            # A bare 0.3 or 0.3.x is a range, a bare 0.4.0-rc.1 is not, except to Cargo.
            is_range = each.operator == "=" and not each.typed and not each.full
            operator = ("^" if len(each.numbers) < CORE - 1 else "~") if is_range else ""
            yield each.start, each.end, operator + target.text
        elif each.numbers:
            numbers = ".".join(map(str, target.core[: len(each.numbers)]))
            yield each.start, each.end, numbers + each.wildcards


def _bound(
    upper: _Comparator, group: Sequence[_Comparator], old: Version | None, target: _Target
) -> str | None:
    """Return the upper bound in the same relation to the target, None where it may stay."""
    if target.core < upper.core:
        return None
    bases = [each.core for each in group if each.operator not in ("<", "<=")]
    if old is not None:
        bases.insert(0, (*old.release, 0, 0)[:CORE])
    for base in bases:
        for count in range(1, CORE + 1):
            if upper.core == _next(base, count):
                moved = _next(target.core, count)[: len(upper.numbers)]
                return ".".join(map(str, moved)) + upper.wildcards + upper.pre
    return None


def _follows_by_itself(text: str, flavour: Flavour) -> bool:
    """Whether npm takes what stands in the workspace, at an address, or under a dist-tag."""
    if flavour != "npm":
        return False
    text = text.strip(" ")
    if text.startswith(_WORKSPACE):
        return text[len(_WORKSPACE) :] in ("*", "^", "~", "")
    return text in ("", "*") or text.isalpha() or ":" in text or "/" in text


def _parse(text: str, flavour: Flavour) -> list[list[_Comparator]]:
    """Read alternatives (``||``) of comparators that all have to hold."""
    if len(text) > 2 * MAX_LENGTH or not (text.isascii() and text.isprintable()):
        raise _malformed(text, flavour)
    groups = []
    start = len(_WORKSPACE) if flavour == "npm" and text.startswith(_WORKSPACE) else 0
    while True:
        end = text.find("||", start) if flavour != "cargo" else -1
        groups.append(list(_group(text, start, len(text) if end < 0 else end, flavour)))
        if end < 0:
            return groups
        start = end + len("||")


def _group(text: str, start: int, end: int, flavour: Flavour) -> Iterator[_Comparator]:
    """Read the comparators of ``text[start:end]``."""
    comparator, separator, hyphen = _patterns(flavour)
    end = start + len(text[start:end].rstrip())
    start = end - len(text[start:end].lstrip())
    if start == end and flavour == "npm":
        return
    span = False
    while True:
        found = comparator.match(text, start, end)
        operator = "" if found is None else found["operator"]
        if found is None or operator not in _OPERATORS[flavour] or (span and operator):
            raise _malformed(text, flavour)
        opens = None if operator or flavour == "cargo" else hyphen.match(text, found.end(), end)
        yield _comparator(found, "<=" if span else ">=" if opens else None, flavour)
        if found.end() == end:
            return
        gap = opens or separator.match(text, found.end(), end)
        if gap is None or (span and opens):
            raise _malformed(text, flavour)
        span, start = bool(opens), gap.end()


def _comparator(found: re.Match[str], operator: str | None, flavour: Flavour) -> _Comparator:
    text, typed = found.string, found["operator"]
    if operator is None:
        operator = _SAME.get(typed, typed)
    if not operator:
        operator = "^" if flavour == "cargo" and not found["wildcards"] else "="
    numbers = tuple(map(int, found["numbers"].split("."))) if found["numbers"] else ()
    start, end = found.span("version")
    wild = found["wildcards"].strip(".")
    if len(numbers) == CORE:
        sound = not wild and read_semver(text[start:end]) is not None
    else:
        count = len(numbers) + len(wild.split(".")) * bool(wild)
        sound = 0 < count <= CORE and not (found["pre"] or found["build"])
    if not numbers:  # to Cargo a wildcard is the whole requirement, and npm's <* holds nothing
        alone = text.strip() in ("*", "x", "X")
        sound = sound and (alone if flavour == "cargo" else operator not in ("<", ">"))
    if not sound:
        raise _malformed(text, flavour)
    return _Comparator(operator, typed, numbers, found["wildcards"], found["pre"], start, end)


@functools.cache
def _patterns(flavour: Flavour) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a comparator, of what separates two, and of a range's hyphen."""
    word = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
    number = r"(?:0|[1-9][0-9]*)"
    comparator = (
        r"(?P<operator>[<>=~^]{0,2}) *"
        + ("" if flavour == "cargo" else "v?")
        + rf"(?P<version>(?P<numbers>(?:{number}(?:\.{number}){{0,2}})?)"
        + r"(?P<wildcards>(?:\.?[xX*](?:\.[xX*])*)?)"
        + rf"(?P<pre>(?:-{word})?)(?P<build>(?:\+{word})?))"
    )
    return re.compile(comparator), re.compile(_SEPARATOR[flavour]), re.compile(" +- +")


def _next(core: _Core, count: int) -> _Core:
    """Count up the last of the first ``count`` numbers."""
    return (*core[: count - 1], core[count - 1] + 1, *(0,) * (CORE - count))


def _ranks(pre: str) -> _Key:
    if not pre:
        return _FINAL
    return (1, *(rank(int(word) if word.isdigit() else word) for word in pre[1:].split(".")))


def _malformed(text: str, flavour: Flavour) -> MalformedError:
    return MalformedError(
        f"{shown(text)} is not a version requirement ({flavour})",
        hint='Write it like "0.3", "=0.3.0", "^0.3.0" or ">=0.3.0".',
    )
