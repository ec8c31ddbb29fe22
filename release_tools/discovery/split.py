"""Surfaces under one tag pattern whose versions cannot be one line: each gets a stream."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from release_tools.discovery import tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.discovery.proposal import Candidate
    from release_tools.discovery.tags import Line

ADRIFT = "no workflow publishes it, and no tag follows its version"


def split(
    candidates: Sequence[Candidate], lines: Sequence[Line], known: frozenset[str]
) -> tuple[list[Line], dict[str, str]]:
    """Return the line of each candidate, and by its base why a new one was made.

    A manifest that lags behind or carries a development version belongs to the line all the
    same.  One of another major version, or of another minor one before 1.0, goes to the line
    that has just reached its version, else to one of its own, provided that others follow
    the tags.
    """
    done = list(lines)
    reasons: dict[str, str] = {}
    made: dict[tuple[str, str, str], Line] = {}
    taken = {line.base for line in lines}
    for base in dict.fromkeys(line.base for line in lines):
        members = [at for at, line in enumerate(lines) if line.base == base]
        stated = Counter(v for at in members if (v := _stated(candidates[at])))
        line = lines[members[0]]
        main = next((v for v, _ in stated.most_common() if tags.near(v, line.key)), None)
        if main is None:
            continue
        for at in members:
            candidate = candidates[at]
            version = _stated(candidate)
            if not version or not _apart(version, line, known):
                continue
            if other := next((each for each in lines if tags.near(version, each.key) > 1), None):
                done[at] = other
                continue
            key = (base, candidate.kind, version)
            if key not in made:
                form = _form(candidate.kind, candidates, lines)
                made[key] = _line(candidate, version, taken, form)
                taken.add(made[key].base)
                reasons[made[key].base] = (
                    f"no tag was seen; {candidate.kind}:{candidate.name} states {version} where "
                    f"others state {main}"
                )
            done[at] = made[key]
    return done, reasons


def is_adrift(candidate: Candidate, lines: Sequence[Line], known: frozenset[str]) -> bool:
    """Say whether nothing publishes a surface, and its version is that of no line of tags."""
    version = _stated(candidate)
    tagged = [line for line in lines if line.count]
    return bool(
        candidate.guessed
        and version
        and tagged
        and all(_apart(version, each, known) for each in tagged)
    )


def _stated(candidate: Candidate) -> str | None:
    told = candidate.kind != "image" and not candidate.options.get("source")
    return candidate.version if told and not tags.placeholder(candidate.version) else None


def _apart(version: str, line: Line, known: frozenset[str]) -> bool:
    """Say whether a version is none of a line: a former one, which has a tag, still is."""
    numbers = re.match(r"v?(\d+)\.(\d+)", version)
    on_it = f"{line.prefix}{version}" in known
    if not numbers or "dev" in version or on_it or tags.near(version, line.key):
        return False
    major = int(numbers[1])
    return major != line.key[0] or major == 0


def _form(kind: str, candidates: Sequence[Candidate], lines: Sequence[Line]) -> str:
    """Return what stands between name and version in the tags of this kind's other surfaces."""
    forms = Counter(
        line.prefix.removeprefix(each.name)
        for each, line in zip(candidates, lines, strict=True)
        if each.kind == kind and line.prefix.startswith(each.name)
    )
    return forms.most_common(1)[0][0] if forms else ""


def _line(candidate: Candidate, version: str, taken: set[str], form: str) -> Line:
    if form and candidate.name.lower() not in taken:
        prefix = f"{candidate.name}{form}"
        return tags.Line(prefix, candidate.name.lower(), 0, f"{prefix}{version}", (0, 0, 0))
    plain = re.sub(r"[^A-Za-z0-9]+", "-", candidate.name).strip("-").lower() or "other"
    base = plain if plain not in taken else f"{plain}-{candidate.kind}"
    while base in taken:
        base += "-2"
    return tags.Line(f"{base}-v", base, 0, f"{base}-v{version}", (0, 0, 0))
