"""Streams of versions, read from the repository's tags and from what its workflows wait for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from release_tools.discovery.triggers import admits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from release_tools.discovery.triggers import Triggers
    from release_tools.discovery.workflows import Walk

Key = tuple[int, ...]

_LONGEST = 128  # as Version reads
_LABELS = frozenset(("alpha", "beta", "rc", "dev", "pre", "preview", "next", "snapshot", "canary"))
_NONE: tuple[Key, int, str] = ((), 0, "")
_TOGETHER = 5  # tags of other patterns between two that one release gets
_STEPS = 3  # minor versions that a manifest may be ahead of the newest tag


@dataclass(frozen=True, slots=True)
class Line:
    """All tags of one pattern.  ``base`` is the prefix without its ``v`` and separators.

    ``newest`` is the tag of the highest version, ``key`` its numbers; ``after`` says how many
    tags of other patterns were made since its last one, None when the order is not known.
    ``pep440`` says that its last pre-release is spelled as PEP 440 does.
    """

    prefix: str
    base: str
    count: int
    newest: str
    key: Key
    after: int | None = None
    pep440: bool = False

    @property
    def pattern(self) -> str:
        """As in the configuration: ``v{version}`` or ``v{version.pep440}``."""
        return f"{self.prefix}{{version{'.pep440' * self.pep440}}}"


@cache
def _tag() -> re.Pattern[str]:
    return re.compile(
        r"((?:[A-Za-z0-9_./@+=-]*?[A-Za-z_/@+=-])?)(\d+(?:\.\d+)+)((?:[-+._]?[A-Za-z0-9]+)*)"
    )


@cache
def _pep440() -> re.Pattern[str]:
    return re.compile(r"(?:(?:a|b|rc)\d+)?(?:\.post\d+)?(?:\.dev\d+)?")


def lines(tags: Sequence[str]) -> list[Line]:
    """Group tags by pattern; of patterns that differ only in a ``v``, the higher one counts.

    ``tags`` come oldest first where that is known; a sorted sequence is taken as unordered.
    """
    ordered = list(tags) != sorted(tags)
    groups: dict[str, list[tuple[Key, int, str, str]]] = {}
    for at, tag in enumerate(tags):
        match = _tag().fullmatch(tag) if len(tag) <= _LONGEST else None
        if match:
            key = tuple(int(each[:18]) for each in match[2].split("."))
            if match[3] and not any(key):
                continue  # 0.0.0-experimental-1a2b3c: no release
            groups.setdefault(match[1], []).append((key, at, tag, match[3]))
    found: dict[str, Line] = {}
    for prefix, members in groups.items():
        key, _, newest, _ = max(members)
        after = len(tags) - 1 - max(at for _, at, _, _ in members) if ordered else None
        _, _, before = max(((key, at, rest) for key, at, _, rest in members if rest), default=_NONE)
        pep440 = bool(re.fullmatch(r"(?:(?:a|b|rc)\d+)?(?:\.post\d+)?(?:\.dev\d+)?", before))
        line = Line(
            prefix, _base(prefix), len(members), newest, key, after, pep440 and bool(before)
        )
        other = found.get(line.base)
        if other is None or _wins(line, other):
            found[line.base] = line
    return sorted(found.values(), key=lambda line: (line.base != "", -line.count))


def _rank(line: Line) -> tuple[int, Key]:
    return (-(line.after or 0) if line.count > 2 else -(10**6), line.key)  # noqa: PLR2004


def _wins(line: Line, other: Line) -> bool:
    """Say which of two patterns counts; where both get each release, the one that always did."""
    if line.key == other.key and abs((line.after or 0) - (other.after or 0)) <= _TOGETHER:
        return line.count > other.count
    return _rank(line) > _rank(other)


def _base(prefix: str) -> str:
    return re.sub(r"(?:^|(?<=[-_/@.=]))v$", "", prefix).rstrip("-_/@.=").lower()


def fresh(line: Line, all_tags: int) -> bool | None:
    """Say whether the line is still used, by the order of tags; None when that says nothing.

    A line of k among n tags is used about every n/k tags; four times that without one, or a
    quarter of all tags, is a long silence.
    """
    if line.after is None:
        return None
    return line.after <= max(25, min(4 * all_tags // max(line.count, 1), all_tags // 4))


def awaited(starters: Mapping[str, Triggers], known: Iterable[Line]) -> list[tuple[str, Line]]:
    """Return (workflow, line) for tag patterns that a workflow waits for and no tag has yet."""
    known = list(known)
    newest = [line.newest for line in known]
    bases = {line.base for line in known}
    found: dict[str, tuple[str, Line]] = {}
    for path, start in starters.items():
        for pattern in start.tags:
            prefix = re.split(r"[*\[?+\d]", pattern, maxsplit=1)[0]
            base = _base(prefix)
            if (
                not base
                or base in bases
                or pattern.startswith("!")
                or not re.search(r"(?:[-_/]v|[-_/@])$", prefix)
            ):
                continue
            if "*" not in pattern or any(admits((pattern,), tag) for tag in newest):
                continue
            found.setdefault(base, (path, Line(prefix, base, 0, f"{prefix}0.0.0", (0, 0, 0))))
    return list(found.values())


def names(tags: frozenset[str], name: str, version: object) -> str:
    """Return the tag that names a package and its present version, or an empty string.

    In one of the usual forms: ``a-1.2.0``, ``a-v1.2.0``, ``a@1.2.0``, ``a/v1.2.0``, ``a==1.2.0``.
    """
    forms = ("-", "-v", "@", "@v", "/", "/v", "==", "_v")
    return next((tag for form in forms if (tag := f"{name}{form}{version}") in tags), "")


def placeholder(version: str | None) -> bool:
    """Say whether a manifest's version only keeps the place of one that a run puts there.

    ``0.0.0`` with whatever follows, or a pre-release of words without any number.
    """
    text = version or ""
    words = re.fullmatch(r"v?\d+(?:\.\d+)*-([A-Za-z.-]+)", text)
    return bool(re.match(r"v?0\.0\.0(?!\.?\d)", text)) or bool(
        words and words[1].lower() not in _LABELS
    )


def near(version: str | None, key: Key) -> int:
    """Rate how well a manifest's version follows a line: 2 same series, 1 next one, 0 not."""
    numbers = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", version or "")
    if not numbers or len(key) < 2:  # noqa: PLR2004
        return 0
    major, minor = int(numbers[1]), int(numbers[2])
    if (major, minor) == key[:2]:
        return 2
    ahead = (major == key[0] and 0 <= minor - key[1] <= _STEPS) or (
        major == key[0] + 1 and minor == 0
    )
    return 1 if ahead else 0


def stated(walk: Walk) -> dict[str, str]:
    """Return the tags that name a manifest and its present version, with the manifest's path.

    Private packages count too: their tags may be those of images and binaries.
    """
    found: dict[str, str] = {}
    for path in walk.files.named("package.json"):
        data = walk.files.json(path)
        name, version = data.get("name"), data.get("version")
        if isinstance(name, str) and isinstance(version, str):
            short = name.rpartition("/")[2]
            tag = names(walk.tags, name, version) or names(walk.tags, short, version)
            found.setdefault(tag, path)
    found.pop("", None)
    return found
