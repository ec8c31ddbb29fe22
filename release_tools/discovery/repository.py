"""The name of the repository on GitHub, where the tree says it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from release_tools.discovery.files import Files

_LONGEST = 500
_KEYS = ("module ", "repository", "homepage", "url", "home", "source", "- ")


def guess(files: Files) -> str:
    """Return ``owner/name`` as most manifests and workflows have it, or an empty string."""
    votes: Counter[str] = Counter()
    for path in files.workflows:
        for match in re.finditer(
            r"github\.repository\s*==\s*'([\w.-]+/[\w.-]+)'", files.text(path)
        ):
            votes[match[1]] += 3
    manifests = files.named("Cargo.toml", "pyproject.toml", "Chart.yaml", "package.json", "go.mod")
    for path in sorted(manifests, key=lambda path: path.count("/"))[:40]:
        weight = 5 if "/" not in path else 1
        for line in files.text(path).split("\n"):
            if "github.com" not in line or len(line) > _LONGEST:
                continue
            names = re.findall(r"github\.com[/:]([\w.-]+/[\w.-]+)", line)
            if names and any(word in line.lower() for word in _KEYS):
                votes[names[0].removesuffix(".git")] += weight
    return votes.most_common(1)[0][0] if votes else ""
