"""Versions of container packages on GitHub Packages: ghcr.io itself refuses to delete any.

What ghcr.io calls a manifest is a version here: an image, an index, or an untagged child of an
index.  Nothing in the answers says which index a child belongs to; whoever deletes has to know.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from release_tools.adapters.github_faults import HiddenError, ShapeError
from release_tools.adapters.github_shapes import mapping, number, text
from release_tools.errors import RefusedError

if TYPE_CHECKING:
    from release_tools.adapters.github_api import Api

_READ, _WRITE = "packages: read", "packages: write"


class PackageVersion(NamedTuple):
    """One manifest: GitHub's number for it, its digest, and the tags on it (none for a child)."""

    id: int
    digest: str
    tags: tuple[str, ...]
    created_at: str


class Packages:
    """The container packages of an owner; what its methods raise is told at ``Releases``.

    GitHub answers 404 for a package that is missing, private or not the owner's to list alike:
    that is a HiddenError, never an absence.
    """

    def __init__(self, api: Api, owner: str = "") -> None:
        """Take the owner of the packages, who by default is that of the repository."""
        self._api = api
        self._owner = quote(owner or api.owner, safe="")
        self._roots: dict[str, str] = {}

    def versions(self, package: str) -> tuple[PackageVersion, ...]:
        """Return all versions of ``package``, a path below the owner such as ``app/web``."""
        if package not in self._roots:
            below = f"{self._owner}/packages/container/{quote(package, safe='')}/versions"
            try:  # nothing says whether the owner is an organization or a person
                found = self._listed(package, f"/orgs/{below}")
            except HiddenError as error:
                if error.status != HTTPStatus.NOT_FOUND:
                    raise
            else:
                self._roots[package] = f"/orgs/{below}"
                return found
            self._roots[package] = f"/users/{below}"
        return self._listed(package, self._roots[package])

    def delete(self, package: str, version: PackageVersion) -> bool:
        """Delete one version for good; return False where it was gone already.

        Tags on its digest go with it.  It takes ``packages: write`` and the role of an admin on
        the package.  Raises RefusedError ``package-protected`` where GitHub keeps it.
        """
        if package not in self._roots:
            self.versions(package)
        root = self._roots[package]
        try:
            what = f"delete {version.digest} of {package}"
            with self._api.asking(what, f"{_WRITE} (and admin)", changes=True):
                self._api.delete(f"{root}/{version.id}")
        except HiddenError as error:
            gone = version.id not in {one.id for one in self.versions(package)}
            if error.status == HTTPStatus.NOT_FOUND and gone:
                return False
            raise
        except RefusedError as error:
            hint = "it stays; delete the whole package on GitHub if that is what you mean"
            raise RefusedError("package-protected", error.message, hint=hint) from None
        return True

    def _listed(self, package: str, root: str) -> tuple[PackageVersion, ...]:
        with self._api.asking(f"list the versions of {package}", _READ):
            return tuple(map(_version, self._api.pages(root)))


def _version(answer: Any) -> PackageVersion:
    tags = mapping(mapping(answer, "metadata"), "container").get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ShapeError("no list of tags")
    name = text(answer, "name")
    return PackageVersion(number(answer, "id"), name, tuple(tags), text(answer, "created_at"))
