"""Images that the tree both deploys and can build, whoever pushes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.discovery import builds, told
from release_tools.discovery.fitness import ARCHITECTURE, moves, unfit
from release_tools.discovery.proposal import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from release_tools.discovery.pushes import Push
    from release_tools.discovery.workflows import Walk

_CLOSED = (".azurecr.io",)  # each is its owner's, and seldom open to all
_PREFIX = 4  # letters of an owner's name that may begin another of its names
_TELLING = 6  # letters that a command's name needs to tell its image from others'
_GENERAL = {
    "server",
    "controller",
    "operator",
    "manager",
    "webhook",
    "worker",
    "gateway",
    "scheduler",
}
MOVED = "only pushed with a tag that moves"


def deployed(
    walk: Walk,
    released: Mapping[str, Push],
    others: dict[str, str],
    named: list[tuple[str, str, str]],
) -> list[Candidate]:
    """Return images that the tree both deploys and can build, and that no workflow pushes.

    They belong to the owner by their name or by the company that they keep: the place where
    other images and charts of the repository go.  Where none is known to be released, the name
    of the project is enough in a chart of its own.
    """
    mine = Own(walk, released)
    bases = {builds.plain(image.rpartition("/")[2]) for image in released}
    bases |= {mine.short(image) for image in released}
    found: dict[str, Candidate] = {}
    for image, tag, path in sorted(named, key=lambda each: moves(each[1])):
        registry, _, name = image.rpartition("/")
        reason = others.get(image, "")
        if {builds.plain(name), mine.short(image)} & bases or MOVED in reason:
            continue
        # what has a build of its own is no channel of something else
        if unfit(image.removesuffix("-canary"), walk.repository) or not mine.can_be(
            image, name, path
        ):
            continue
        if (
            registry.split("/")[0].endswith(_CLOSED)
            or ARCHITECTURE.search(name)
            or (released and tag and moves(tag))
        ):
            continue
        because = f"{path} deploys it, and no workflow says who pushes it"
        option = {"tag": "{version}"} if re.match(r"\d+\.\d+", tag) else {}
        known = next((i for i, c in found.items() if mine.short(i) == mine.short(image)), image)
        if known == image:
            found.setdefault(
                image, Candidate("image", name, None, because, registry=registry, options=option)
            )
    return list(found.values())


def advertised(walk: Walk) -> list[Candidate]:
    """Return the images that users are told to run and the tree can build.

    The last resort, where nothing else speaks of an image; each in the place that is told most.
    """
    own = Own(walk, {})
    found: dict[str, Candidate] = {}
    for image, _ in told.images(walk.files).most_common():
        registry, _, name = image.rpartition("/")
        fit = own.named(image) and own.builds.names and own.makes(name)
        if fit and not unfit(image, walk.repository):
            because = "the documentation has it run, and no workflow says who pushes it"
            found.setdefault(name, Candidate("image", name, None, because, registry=registry))
    return list(found.values())


class Own:
    """What tells the repository's images from others'."""

    def __init__(self, walk: Walk, released: Mapping[str, Push]) -> None:
        owner, _, project = walk.repository.lower().partition("/")
        self.files = walk.files
        self.project = project
        self.released = released
        self.builds = builds.Builds(walk.files, project)
        self.owners = {builds.plain(owner), builds.plain(project)} - {""}
        self.spaces = {image.rpartition("/")[0] for image in released}

    def short(self, image: str) -> str:
        """Return the last name without that of the project before it."""
        name = builds.plain(image.rpartition("/")[2])
        return name.removeprefix(builds.plain(self.project)) or name

    def named(self, image: str) -> bool:
        """Say whether an image bears the name of the owner or of the project."""
        parts = {builds.plain(part) for part in image.split("/")[1:]}
        long = tuple(each for each in self.owners if len(each) >= _PREFIX)
        return bool(parts & self.owners) or any(part.startswith(long) for part in parts)

    def makes(self, name: str) -> bool:
        """Say whether an image of that name can come out of the tree."""
        return self.builds.make(name) or builds.plain(name) == builds.plain(self.project)

    def can_be(self, image: str, name: str, path: str) -> bool:
        """Say whether an image that ``path`` deploys is built here, by its place and its name."""
        registry = image.rpartition("/")[0]
        if not self.project:
            return False
        owned = registry in self.spaces or any(
            builds.plain(part) in self.owners for part in registry.split("/")[1:]
        )
        plain, project = builds.plain(name), builds.plain(self.project)
        chart = self.files.exists(f"{path.rpartition('/')[0]}/Chart.yaml")
        if not self.builds.names:
            return plain == project and chart
        if owned and self.makes(name):
            deployed = path.endswith((".yaml", ".yml")) or not self.released
            return deployed or plain.startswith(project) or plain in self.builds.commands
        if (
            plain in self.builds.commands - _GENERAL
            and len(plain) >= _TELLING
            and not self.released
        ):
            return path.endswith((".yaml", ".yml"))
        named = plain == project or plain.startswith(project)
        return named and chart and (self.builds.make(name) or not self.released)


def once(found: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield each image once, with the tag that says most."""
    best: dict[str, tuple[str, str]] = {}
    for image, tag, path in found:
        if image not in best or (re.match(r"v?\d", tag) and not re.match(r"v?\d", best[image][0])):
            best[image] = (tag, best.get(image, ("", path))[1])
    return ((image, tag, path) for image, (tag, path) in best.items())
