"""Which streams are alive, and which surface belongs to which of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.discovery import tags
from release_tools.discovery.affinity import EXACT, affinity, of_another_language
from release_tools.discovery.proposal import ProposedStream, Skipped
from release_tools.discovery.triggers import admits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.discovery.proposal import Candidate
    from release_tools.discovery.tags import Line
    from release_tools.discovery.workflows import Walk

_RECENT = 25
_MANY = 5  # tags that make a line without surfaces worth a stream
_NAMED = 5  # from this affinity on, a line speaks of the surface


class Streams:
    """The live streams of a repository, and the surfaces' places in them."""

    def __init__(self, walk: Walk, names: Sequence[str], candidates: Sequence[Candidate]) -> None:
        self.walk = walk
        self.project = walk.repository.lower().rpartition("/")[2]
        self.total = len(names)
        self.candidates = candidates
        self.names = {each.name.lower() for each in candidates}
        self.skipped: list[Skipped] = []
        self.lines: list[Line] = []
        self.reasons: dict[str, str] = {}
        self.every = every = tags.lines(names)
        self.stated = tags.stated(walk)
        living = [(line, self._alive(line)) for line in every]
        siblings = any(reason and self._tagged(line) for line, reason in living)
        for line, alive in living:
            reason = alive
            if siblings and not alive and (package := self._tagged(line)):
                reason = f"{line.count} tags; {package} takes its version from them"
            if reason:
                self.lines.append(line)
                self.reasons[line.base] = reason
            elif line.count > 1:
                self.skipped.append(
                    Skipped(
                        "stream", line.pattern, "", f"no longer used; the last is {line.newest}"
                    )
                )
        self._default(every)
        for path, line in tags.awaited(walk.starters, every):
            if any(path in each.workflows for each in candidates):
                self.lines.append(line)
                self.reasons[line.base] = f"{path.rsplit('/', 1)[-1]} waits for it"

    def _default(self, every: list[Line]) -> None:
        """See to it that there is a stream, and that the first is the one of most surfaces."""
        if not self.lines:
            first = max(every, key=lambda line: line.count, default=None)
            line = first or tags.Line("v", "", 0, "v0.0.0", (0, 0, 0))
            self.lines = [line]
            known = f"{line.count} tags, the newest is {line.newest}"
            self.reasons[line.base] = known if first else "no tag in this clone"
            self.skipped = [each for each in self.skipped if each.name != line.pattern]
        self.lines.sort(key=lambda line: (line.base != "", bool(self._module(line)), -line.count))

    def _alive(self, line: Line) -> str:  # noqa: PLR0911 - one return for each reason
        """Say what shows that the line is still used, or an empty string."""
        said = f"{line.count} tags, the newest is {line.newest}"
        fresh = tags.fresh(line, self.total)
        named = [each for each in self.candidates if self._affinity(each, line) >= _NAMED]
        exact = [each for each in named if f"{line.prefix}{each.version}" in self.walk.tags]
        if told := self.stated.get(line.newest):
            return f"{said}; {told} has that version"
        if exact and (line.count > 1 or self._affinity(exact[0], line) >= EXACT):
            return f"{said}; {exact[0].kind}:{exact[0].name} has that version"
        if fresh is False or (not line.base and self._abandoned(line)):
            return ""
        waits = next(
            (path for path, start in self.walk.starters.items() if self._waits(start.tags, line)),
            "",
        )
        if self._module(line):
            return f"{said}; the tags of a Go module" if self._follows(line) or fresh else ""
        if waits and (line.count > 1 or not line.base):
            return f"{said}; {waits.rsplit('/', 1)[-1]} starts on it"
        if any(self._follows_it(each, line, fresh=bool(fresh)) for each in named):
            return f"{said}; {named[0].kind}:{named[0].name} follows it"
        if (
            not line.base
            and line.count > 1
            and (fresh or any(tags.near(c.version, line.key) for c in self.candidates))
        ):
            return said
        if (
            not line.base
            and line.count > 1
            and not any(c.version for c in self.candidates if c.kind != "chart")
        ):
            return said
        return said if fresh and line.count > 3 and not named and self._word(line) else ""  # noqa: PLR2004

    def _tagged(self, line: Line) -> str:
        """Return the package that has no version but what these tags say, or an empty string."""
        return next(
            (
                f"{each.kind}:{each.name}"
                for each in self.candidates
                if each.kind == "pypi" and each.version is None
                if self._affinity(each, line) >= EXACT
            ),
            "",
        )

    def _follows_it(self, candidate: Candidate, line: Line, *, fresh: bool) -> bool:
        """Say whether a surface that bears the line's name shows that it lives."""
        if tags.near(candidate.version, line.key):
            return True
        if candidate.kind == "image" and line.count == 1:
            return False  # one tag, and no version to compare it with: a trigger, or an attempt
        recent = fresh and line.after is not None and line.after <= _RECENT
        return (recent and not self._left(candidate, line)) or (
            candidate.version is None and self._recent(candidate, line)
        )

    def _abandoned(self, line: Line) -> bool:
        """Say whether every surface that states a version has that of another line."""
        stating = [each for each in self.candidates if each.version and each.kind != "chart"]
        return bool(stating) and all(self._left(each, line) for each in stating)

    def _left(self, candidate: Candidate, line: Line) -> bool:
        """Say whether a surface has left a line for another, whose version it has."""
        version = candidate.version
        return not tags.near(version, line.key) and any(
            tags.near(version, other.key) > 1 for other in self.every
        )

    @staticmethod
    def _recent(candidate: Candidate, line: Line) -> bool:
        """Say whether a line may be alive for a surface that states no version.

        Images state none, so that the name alone is too little; a package without one takes
        it from these very tags.
        """
        return candidate.kind != "image" or line.after is None or line.after <= _RECENT

    def _word(self, line: Line) -> bool:
        plain = bool(re.fullmatch(r"[a-z]+", line.base))
        return (plain and line.base not in {"nightly", "version"}) or of_another_language(
            line, self.project
        )

    @staticmethod
    def _waits(patterns: tuple[str, ...], line: Line) -> bool:
        """Say whether patterns are meant for this line: they name its prefix, or it has none."""
        if not admits(patterns, line.newest):
            return False
        return not line.base or any(
            admits((each,), line.newest) and each.lower().startswith(line.base[:4])
            for each in patterns
        )

    def _module(self, line: Line) -> str:
        folder = line.prefix.removesuffix("/v")
        if folder == line.prefix:
            return ""
        return folder if self.walk.files.exists(f"{folder}/go.mod") else ""

    def _follows(self, line: Line) -> bool:
        """Without the order of tags: a Go module is alive unless it lags far behind the rest."""
        return line.after is None and line.count > 1

    def _affinity(self, candidate: Candidate, line: Line) -> float:
        return affinity(candidate, line, self.project, self.names)

    def of(self, candidate: Candidate) -> Line:
        """Return the stream that the surface belongs to."""
        return max(self.lines, key=lambda line: self._score(candidate, line))

    def _score(self, candidate: Candidate, line: Line) -> float:
        score = self._affinity(candidate, line)
        patterns = [
            start.tags
            for path in candidate.workflows
            if (start := self.walk.starters.get(path)) and start.tags
        ]
        waited = any(self._waits(each, line) for each in patterns)
        if self._module(line) and (score < EXACT or (patterns and not waited)):
            return -50
        if patterns:
            mine = [self._waits(each, line) for each in patterns]
            score += 4 * sum(mine) / len(mine) if any(mine) else -1
        score += tags.near(candidate.version, line.key) / 2
        if line.base and score <= 0.5 and line is not self.lines[0]:  # noqa: PLR2004
            score -= 3
        return score + (0.9 if line is self.lines[0] else 0) + line.count / 10_000

    def add(self, lines: Sequence[Line], reasons: Mapping[str, str]) -> None:
        """Take in the lines that ``reasons`` names by their base."""
        new = {line.base: line for line in lines if line.base in reasons}
        self.lines += new.values()
        self.reasons.update(reasons)

    def _busy(self, line: Line) -> bool:
        """Say whether a line is worth a stream though no surface belongs to it."""
        if line.newest in self.stated:
            return line.count > 1
        sure = "starts on it" in self.reasons[line.base] or of_another_language(line, self.project)
        enough = _MANY if sure else 3 * _MANY
        recent = line.after is not None and line.after <= _RECENT
        return line.count >= enough and (recent or (line.after is None and enough == _MANY))

    def proposed(
        self, used: set[str], repository: str
    ) -> tuple[list[ProposedStream], dict[str, str]]:
        """Return the streams to propose, and the name of each line's stream by its base."""
        kept = [
            line
            for line in self.lines
            if line.base in used or self._module(line) or line is self.lines[0] or self._busy(line)
        ]
        if kept and kept[0].base not in used and len(kept) > 1 and kept[0].base:
            kept.sort(key=lambda line: line.base not in used)
        names: dict[str, str] = {}
        for line in kept:
            plain = re.sub(r"[^a-z0-9]+", "-", line.base or repository.rpartition("/")[2].lower())
            name = plain.strip("-") or "main"
            while name in names.values():
                name += "-2"
            names[line.base] = name
        return [
            ProposedStream(names[line.base], line.pattern, self.reasons[line.base]) for line in kept
        ], names
