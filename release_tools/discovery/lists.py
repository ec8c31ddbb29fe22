"""Lists of images that a program of the run reads from a file: each with its Dockerfile.

A matrix that a program computes cannot be read; the file that it is computed from can.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from release_tools.discovery import walk
from release_tools.discovery.references import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from release_tools.discovery.files import Files

_IMAGE = frozenset(("image", "image_name", "imageName", "image-name", "repository", "name"))
_BUILD = frozenset(("dockerfile", "docker_file", "dockerFile", "file", "context", "path"))
_DATA = (".json", ".yml", ".yaml")
_MAX_TEXT = 300_000


def images(files: Files, readers: Iterable[str]) -> Iterator[str]:
    """Yield the images of every list that one of the files ``readers`` names by its path."""
    text = "\n".join(files.text(path)[:_MAX_TEXT] for path in readers)
    for path in files.paths:
        if path.endswith(_DATA) and "/" in path and path in text:
            data = files.json(path) if path.endswith(".json") else files.yaml(path)
            yield from _of(data, files)


def _of(data: Any, files: Files) -> Iterator[str]:
    for node in walk.nodes(data):
        if isinstance(node, dict) and any(_builds(node.get(key), files) for key in _BUILD):
            names = (node.get(key) for key in sorted(_IMAGE))
            yield from (
                image
                for name in names
                if isinstance(name, str) and "/" in name
                for image, _ in read(name)
            )


def _builds(place: Any, files: Files) -> bool:
    if not isinstance(place, str) or not place:
        return False
    path = posixpath.normpath(place)
    name = path.rsplit("/", 1)[-1].lower()
    is_file = "dockerfile" in name or "containerfile" in name
    return files.exists(path if is_file else posixpath.join(path, "Dockerfile"))
