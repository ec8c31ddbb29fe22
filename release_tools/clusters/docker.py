"""Local images of docker or podman, whose command lines are alike here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.clusters import client
from release_tools.clusters.images import Reference
from release_tools.reading import Unknown

if TYPE_CHECKING:
    from release_tools.model import Runner

ENGINES = ("docker", "podman")
"""The programs that hold local images."""

# podman's --format json is one list, docker's a line each with other names; templates are alike.
_FIELDS = ("{{.Repository}}", "{{.Tag}}", "{{.Digest}}", "{{.ID}}")
_LINES = 100_000


class Image(NamedTuple):
    """One local image under one name.

    ``reference.digest`` is what the engine calls its digest.  It may be that of the manifest of
    this very platform, so it is fit to be shown and not to be pinned.
    """

    reference: Reference
    id: str


class Engine(NamedTuple):
    """One container engine of this machine: ``docker`` or ``podman``."""

    runner: Runner
    program: str = "docker"

    def version(self) -> tuple[int, ...] | Unknown:
        """Return the version of the client; no daemon is asked."""
        ran = client.ask(self.runner, (self.program, "--version"))
        if isinstance(ran, Unknown):
            return ran
        for word in ran.out.replace(",", " ").split():
            numbers = word.partition("-")[0].partition("+")[0].split(".")
            if len(numbers) >= 2 and all(n.isascii() and n.isdigit() for n in numbers):  # noqa: PLR2004
                return tuple(map(int, numbers))
        return client.failure(f"{self.program} --version", ran)

    def images(self) -> tuple[Image, ...] | Unknown:
        """Return every local image that has a name."""
        where = f"local images of {self.program}"
        argv = (self.program, "image", "ls", "--no-trunc", "--format", "\t".join(_FIELDS))
        ran = client.ask(self.runner, argv)
        if isinstance(ran, Unknown):
            return ran
        if ran.code != 0:
            return client.failure(where, ran)
        lines = ran.out.splitlines()
        rows = [tuple(line.split("\t")) for line in lines[:_LINES]]
        if len(lines) > _LINES or any(len(row) != len(_FIELDS) for row in rows):
            return Unknown(where, f"{self.program} did not write the list that was expected")
        return tuple(
            Image(Reference(repository, _known(tag), _known(digest)), id_)
            for repository, tag, digest, id_ in rows
            if _known(repository)
        )


def _known(text: str) -> str:
    return "" if text == "<none>" else text
