"""Images that the documentation tells users to run: READMEs, pages and files of Compose."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from release_tools.discovery.references import read
from release_tools.discovery.sides import beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.discovery.files import Files

_MAX_FILES = 400
_MAX_TEXT = 200_000
_MAX_LINE = 2000
_PAGES = (".md", ".mdx", ".rst", ".adoc", ".txt")
_FIRST = 10  # a README at the top says it once, and counts as ten other pages
_ASIDE = {"an example", "a test or a fixture of one", "vendored"}


@cache
def _reference() -> re.Pattern[str]:
    name = r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
    return re.compile(
        rf"(?<![\w/.@:-])((?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?/)?{name}(?:/{name})+)"
        r"(?::[\w][\w.-]*|:\$\{?\w+\}?|:<[^>]*>)?(?![\w/])"
    )


def images(files: Files) -> Counter[str]:
    """Return every image that is named with an owner, by how much it is told."""
    votes: Counter[str] = Counter()
    pages = [path for path in files.paths if path.endswith(_PAGES) or _is_compose(path)]
    for path in sorted(pages, key=lambda path: path.count("/"))[:_MAX_FILES]:
        folder = path.rpartition("/")[0]
        if beside(folder) in _ASIDE or "changelog" in path.lower():
            continue
        weight = _FIRST if not folder and path.lower().startswith("readme") else 1
        for image in set(_of_text(files.text(path)[:_MAX_TEXT], yaml=_is_compose(path))):
            votes[image] += weight
    return votes


def _is_compose(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return "compose" in name and name.endswith((".yml", ".yaml"))


def _of_text(text: str, *, yaml: bool) -> Iterator[str]:
    for line in text.split("\n"):
        if len(line) > _MAX_LINE:
            continue
        if found := re.search(r"hub\.docker\.com/r/([\w.-]+/[\w.-]+)", line):
            yield from (image for image, _ in read(found[1].lower()))
        run = bool(
            re.search(r"\b(?:docker|podman|nerdctl)\b.*\b(?:run|pull|create)\b|^\s*image:", line)
        )
        if not (run or yaml or re.search(r"(?:ghcr|quay|docker|gcr|pkg|ecr)\.", line)):
            continue
        for token in _reference().findall(line):
            host = "." in token.split("/")[0]
            if host or (run and token.count("/") == 1):
                yield from (image for image, _ in read(token))
