"""How much the prefix of a line of tags speaks of a surface, or of a package of no known kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.discovery.builds import plain

if TYPE_CHECKING:
    from collections.abc import Collection

    from release_tools.discovery.proposal import Candidate
    from release_tools.discovery.tags import Line

_ECOSYSTEMS = {
    "pypi": {"python", "py", "pypi", "pip", "sdk-python"},
    "crate": {"rust", "rs", "crate", "crates", "cargo"},
    "npm": {"js", "node", "nodejs", "npm", "ts", "typescript", "javascript"},
    "chart": {"helm", "chart", "charts", "helm-chart", "helm-charts"},
    "image": {"docker", "image", "images", "container"},
}
_PLAIN = {"sdk", "client", "lib", "library", "package", "bindings"}  # say nothing of a name
# languages whose packages are no kind of surface, but have tags all the same
_OTHERS = {
    *("java", "jvm", "kotlin", "scala", "android", "swift", "ios", "csharp", "dotnet", "nuget"),
    *("maven", "go", "golang", "cpp", "php", "ruby", "gem", "dart", "elixir", "haskell", "lua"),
    *("perl", "r", "julia"),
}
EXACT = 8
"""The affinity of a line that bears the surface's name."""
_ALL = {word for words in _ECOSYSTEMS.values() for word in words}


def affinity(  # noqa: PLR0911 - one return for each reason
    candidate: Candidate, line: Line, project: str, names: Collection[str]
) -> float:
    """Rate how much the line's prefix speaks of this surface, by its name and ecosystem.

    ``project`` is the repository's name and ``names`` those of all surfaces, in lower case.
    """
    base, name = line.base.lstrip("@"), candidate.name.lower().lstrip("@")
    if not base:
        return 0
    folder = (candidate.path or "").lower()
    words = set(re.split(r"[-_/.@]", base))
    if plain(name) == plain(f"{project}{base}") and base not in _ALL:
        return EXACT
    if base in {name, name.replace("/", "-"), folder, folder.rsplit("/", 1)[-1]}:
        return EXACT if base not in _ALL else 5
    if candidate.kind == "chart" and words - {"helm", "chart", "charts"} == set(name.split("-")):
        return 8
    if base in names and not name.startswith(f"{base}-"):
        return 0  # it is the line of another surface, which has that very name
    if name.startswith(f"{base}-"):
        return 2 + len(base) / 6
    mine = _ECOSYSTEMS[candidate.kind]
    if base in mine or (words & mine and words - mine - _PLAIN <= set(re.split(r"[-_/.]", name))):
        return 5
    if words & _ALL and not words & mine:
        return -5
    return 0


def of_another_language(line: Line, project: str) -> bool:
    """Say whether a line is that of a package in a language without a kind of surface."""
    words = set(re.split(r"[-_/.@]", line.base))
    own = set(re.split(r"[-_.]", project))
    return bool(words & _OTHERS) and words - own <= _OTHERS | _PLAIN
