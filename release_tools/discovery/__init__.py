"""Finds what a repository releases: the brain of ``release-tools init``.

``discover`` reads a tree and its tags, and proposes streams and surfaces, each with its reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from release_tools.discovery import cargo, chart, images, npm, python, stated
from release_tools.discovery.assign import Streams
from release_tools.discovery.files import Files
from release_tools.discovery.proposal import (
    Proposal,
    ProposedStream,
    ProposedSurface,
    Skipped,
)
from release_tools.discovery.repository import guess
from release_tools.discovery.split import ADRIFT, is_adrift, split
from release_tools.discovery.workflows import Walk
from release_tools.discovery.write import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from release_tools.discovery.proposal import (
        Candidate,
    )
    from release_tools.discovery.tags import Line
    from release_tools.model import Tree

__all__ = ["Proposal", "ProposedStream", "ProposedSurface", "Skipped", "discover", "write"]


def discover(tree: Tree, tags: Sequence[str], *, repository: str = "") -> Proposal:
    """Propose what the repository in ``tree`` releases.

    ``tags`` are its tag names, oldest first where that is known (``git for-each-ref
    --sort=creatordate``); in alphabetical order they are taken as unordered, and retired
    patterns are harder to tell.  ``repository`` is ``owner/name``; without it, the manifests'
    word is taken.  Reads only ``tree``, runs nothing; what cannot be read or parsed is no
    evidence.
    """
    files = Files(tree)
    name = repository or guess(files)
    walk = Walk(files, name, tags).run()
    candidates: list[Candidate] = []
    skipped: list[Skipped] = []
    for kind in (python, cargo, npm, chart, images):
        found, left = kind.find(walk)
        candidates += found
        skipped += left
    streams = Streams(walk, tags, candidates)
    adrift = [each for each in candidates if is_adrift(each, streams.lines, walk.tags)]
    candidates = [each for each in candidates if each not in adrift]
    skipped += [Skipped(c.kind, c.name, c.path or "", ADRIFT) for c in adrift]
    lines, reasons = split(
        candidates, [streams.of(candidate) for candidate in candidates], walk.tags
    )
    streams.add(lines, reasons)
    proposed, names = streams.proposed({line.base for line in lines}, name)
    surfaces = tuple(
        ProposedSurface(
            candidate.kind, candidate.name, candidate.path, names[line.base], candidate.because,
            candidate.registry, _options(candidate, line), candidate.version,
        )
        for candidate, line in zip(candidates, lines, strict=True)
    )  # fmt: skip
    surfaces += tuple(
        ProposedSurface("file", path, path, names[line.base],
                        f"it states the version of {candidate.kind}:{candidate.name}",
                        options={"template": template})
        for candidate, line in zip(candidates, lines, strict=True)
        for path, template in stated.modules(candidate, files)
    )  # fmt: skip
    proposed = [
        replace(each, changelog=stated.changelog_of(line, folders, files))
        for each, line, folders in _with_folders(proposed, streams, surfaces)
    ]
    roots = {"crate": cargo.roots(files), "npm": npm.roots(files)}
    return Proposal(name, tuple(proposed), surfaces, (*skipped, *streams.skipped), roots)


def _with_folders(
    proposed: list[ProposedStream], streams: Streams, surfaces: Sequence[ProposedSurface]
) -> Iterator[tuple[ProposedStream, Line, list[str]]]:
    """Yield each proposed stream with its line and the folders of its packages and charts."""
    lines = {line.pattern: line for line in streams.lines}
    for stream in proposed:
        mine = (each for each in surfaces if each.stream == stream.name and each.kind != "file")
        yield stream, lines[stream.tag], [each.path for each in mine if each.path is not None]


def _options(candidate: Candidate, line: Line) -> dict[str, Any]:
    """Add to a candidate's options the workflow whose run publishes it, and an image's tag.

    The workflow is the one that some event starts, since that is the run to wait for.  Where the
    git tag has no ``v``, an image's tag follows it, as far as it can be one.
    """
    options = dict(candidate.options)
    own = line.prefix == "v" or any(each in line.prefix for each in (candidate.name, "chart"))
    if candidate.kind == "image" and not own and not set(line.prefix) & set("/@+"):
        options.setdefault("tag", f"{line.prefix}{{version}}")
    if candidate.workflows and candidate.workflows[0].startswith(".github/workflows/"):
        options["workflow"] = candidate.workflows[0].rsplit("/", 1)[-1]
    return options
