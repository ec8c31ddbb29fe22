"""Where users are told to get a chart: ``helm repo add`` and ``oci://`` in the documentation."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.discovery.files import Files

_MAX_FILES = 400
_MAX_TEXT = 200_000


def advertised(files: Files, folder: str, name: str) -> str | None:
    """Return the registry or chart repository that chart ``name`` is installed from.

    The nearest README that says so counts; else what most pages of the repository say.
    """
    for place in _upwards(folder):
        for file in ("README.md", "README.md.gotmpl", "README.rst"):
            found = Counter(_addresses(files.text(posixpath.join(place, file)), name))
            if found:
                return found.most_common(1)[0][0]
    votes: Counter[str] = Counter()
    pages = [path for path in files.paths if path.endswith((".md", ".mdx", ".txt"))]
    for path in sorted(pages, key=lambda path: path.count("/"))[:_MAX_FILES]:
        votes.update(set(_addresses(files.text(path), name)))
    return votes.most_common(1)[0][0] if votes else None


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _addresses(text: str, name: str) -> Iterator[str]:
    """Yield every address from which ``text`` installs ``name``."""
    text = text[:_MAX_TEXT]
    if "helm " not in text:
        return
    chart = rf"{re.escape(name)}(?![\w/-])"
    yield from re.findall(rf"(oci://[\w.:-]+(?:/[\w.-]+)*)/{chart}", text)
    added = r"helm repo add +(?:--[\w-]+ +)*([\w.-]+) +(https://[^\s`\"']+)"
    for alias, address in re.findall(added, text):
        if re.search(rf"(?<![\w/-]){re.escape(alias)}/{chart}", text):
            yield address.rstrip("/")
