"""Where a run has put the repository: the folders of a run, as folders of the tree."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from release_tools.discovery.values import mapping

if TYPE_CHECKING:
    from release_tools.discovery.files import Files

WORKSPACE = "/github/workspace"  # where a job stands, as its containers see it
_MAX_TEXT = 300_000


class Checkouts:
    """The places of the workflows' checkouts of their own repository."""

    def __init__(self, files: Files, repository: str) -> None:
        self.files = files
        self.places: set[str] = set()
        for path in files.workflows:
            jobs = mapping(mapping(files.yaml(path)).get("jobs"))
            for job in jobs.values():
                steps = mapping(job).get("steps")
                for step in steps if isinstance(steps, list) else ():
                    self._of_step(mapping(step), repository)

    def _of_step(self, step: dict[str, Any], repository: str) -> None:
        script, uses, given = step.get("run"), step.get("uses"), mapping(step.get("with"))
        if isinstance(uses, str) and uses.startswith("actions/checkout@"):
            place = given.get("path")
            own = given.get("repository", repository) in {repository, "${{ github.repository }}"}
            if isinstance(place, str) and own and place.strip("."):
                self.places.add(posixpath.normpath(place))
        if isinstance(script, str) and repository and "git clone" in script:
            own_address = (
                rf"(?:{re.escape(repository)}|GITHUB_REPOSITORY\}}?|github\.repository *}}}})"
            )
            for line in re.findall(r"git clone (.*)", script[:_MAX_TEXT]):
                found = re.search(rf"{own_address}(?:\.git)?[\"']? +([\w./-]+)", line)
                if found:
                    self.places.add(posixpath.normpath(found[1]))

    def file(self, path: str) -> str:
        """Return the file of the tree that a path of the run means, or the path as it is."""
        inner = path.removeprefix(WORKSPACE).lstrip("/") if path.startswith(WORKSPACE) else path
        if self.files.exists(inner):
            return inner
        fronts = (f"{place}/" for place in self.places if inner.startswith(f"{place}/"))
        return next((inner.removeprefix(front) for front in fronts), inner)

    def inside(self, path: str) -> str:
        """Return the folder of the tree that a folder of the run is, or the path as it is.

        The front of a path that the tree lacks is where the repository was checked out, or where
        a build has copied a folder to (``dist/packages/a``).
        """
        if path.startswith("/"):
            path = path.removeprefix(WORKSPACE).lstrip("/") if path.startswith(WORKSPACE) else ""
        if path in self.places:
            return ""
        folders = self.files.folders()
        tail = path
        while tail and tail not in folders:
            tail = tail.partition("/")[2]
        return tail or path
