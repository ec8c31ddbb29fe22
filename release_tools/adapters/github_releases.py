"""Releases on GitHub: found, drafted, filled, published once.

A draft is found by listing, never by its tag, and shows only to a token that may write.  Ours
carry a marker, a comment at the end of their notes, that says which run made them.
"""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from release_tools.adapters.github_faults import HiddenError
from release_tools.adapters.github_release import Standing, asset_of, marked, release_of
from release_tools.adapters.github_shapes import text, whole
from release_tools.errors import RefusedError

if TYPE_CHECKING:
    from release_tools.adapters.github_api import Api
    from release_tools.adapters.github_release import Asset, Release

_READ, _WRITE = "contents: read", "contents: write"


class Releases:
    """The releases of one repository.

    Every method raises UnreadableError where GitHub does not say, HiddenError (one of those)
    where the token may not see, RefusedError where GitHub declines, and LostError where a change
    was sent and its answer lost: then list again before sending anything.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    # --- what is there

    def all(self) -> tuple[Release, ...]:
        """Return every release in GitHub's order, newest first, with the drafts that we may see."""
        with self._api.asking("list the releases", _READ):
            return tuple(map(release_of, self._api.pages("releases")))

    def find(self, tag: str, *, writes: bool = False) -> Standing:
        """Return what there is of ``tag``, from the list and, for what is published, by the tag.

        ``writes`` says that this token has written here already, so that drafts do show.
        """
        found = [one for one in self.all() if one.tag == tag]
        drafts = tuple(one for one in found if one.draft)
        path = f"releases/tags/{quote(tag, safe='')}"
        published = self._maybe(f"read the release {tag}", path, listed=True)
        published = published or next((one for one in found if not one.draft), None)
        # Published while we looked: the list is older than the answer to the tag.
        drafts = tuple(one for one in drafts if published is None or one.id != published.id)
        return Standing(published, drafts, writes or bool(drafts) or self.may_push())

    def may_push(self) -> bool:
        """Say whether GitHub calls us someone who may push, and so shows us drafts.

        It says no to GITHUB_TOKEN and other tokens of apps, whatever they may do.
        """
        with self._api.asking("read the repository", "metadata: read"):
            permissions = whole(self._api.get("")[1]).get("permissions")
            return isinstance(permissions, dict) and permissions.get("push") is True

    def get(self, release_id: int) -> Release | None:
        """Return the release as it is now, None where it was deleted."""
        return self._maybe(f"read release {release_id}", f"releases/{release_id}")

    def latest(self) -> Release | None:
        """Return the release that GitHub calls "Latest"; None where there is provably none."""
        return self._maybe("read the latest release", "releases/latest")

    def assets(self, release: Release) -> tuple[Asset, ...]:
        """Return the assets of ``release`` as they are now."""
        with self._api.asking(f"list the assets of {release.tag}", _READ):
            return tuple(map(asset_of, self._api.pages(f"releases/{release.id}/assets")))

    def digest(self, asset: Asset) -> str:
        """Return ``sha256:HEX`` of the bytes that GitHub serves, all of them fetched."""
        import hashlib

        sha256 = hashlib.sha256()
        with self._api.asking(f"download {asset.name}", _READ):
            for chunk in self._api.download(f"releases/assets/{asset.id}", asset.size):
                sha256.update(chunk)
        return f"sha256:{sha256.hexdigest()}"

    def content(self, asset: Asset, limit: int) -> bytes:
        """Return the bytes of ``asset``; more than ``limit`` of them are an error."""
        with self._api.asking(f"download {asset.name}", _READ):
            return b"".join(self._api.download(f"releases/assets/{asset.id}", limit))

    def generated_notes(self, tag: str, previous: str | None) -> str:
        """Return the notes that GitHub writes of what was merged since the tag ``previous``.

        GitHub wants the permission to write for it, although nothing is changed.
        """
        order = {"tag_name": tag} | ({} if previous is None else {"previous_tag_name": previous})
        with self._api.asking(f"write notes for {tag}", _WRITE):
            return text(self._api.post("releases/generate-notes", order), "body")

    # --- what is changed

    def create_draft(self, tag: str, body: str, marker: str, *, prerelease: bool) -> Release:
        """Make a draft for ``tag`` with the notes ``body``, marked as made by ``marker``.

        It is named after its tag.  No commit is named: GITHUB_TOKEN may not name one.
        """
        order = {
            "tag_name": tag,
            "name": tag,
            "body": marked(body, marker),
            "draft": True,
            "prerelease": prerelease,
            "make_latest": "false",
        }
        with self._api.asking(f"draft the release {tag}", _WRITE, changes=True):
            return release_of(self._api.post("releases", order))

    def upload(self, release: Release, name: str, path: str) -> Asset:
        """Upload the file at ``path`` as the asset ``name``.

        Raises RefusedError ``asset-exists`` where the release has one of that name.
        """
        with open(path, "rb") as file:
            return self._upload(release, name, file, os.fstat(file.fileno()).st_size)

    def upload_bytes(self, release: Release, name: str, content: bytes) -> Asset:
        """Upload ``content`` as the asset ``name``; raises as ``upload``."""
        import io

        return self._upload(release, name, io.BytesIO(content), len(content))

    def publish(self, release: Release, *, prerelease: bool, latest: bool) -> Release:
        """Publish the draft by one request, and say expressly whether it is the latest.

        Raises RefusedError ``release-exists`` where a release of the tag is published already.
        No commit is named; where the tag is gone, GitHub makes it on the default branch: look
        before.
        """
        order = {
            "draft": False,
            "prerelease": prerelease,
            "make_latest": "true" if latest else "false",
        }
        try:
            with self._api.asking(f"publish the release {release.tag}", _WRITE, changes=True):
                return release_of(self._api.patch(f"releases/{release.id}", order))
        except RefusedError as error:
            taken = f"a release {release.tag} is published already"
            raise _named(error, "release-exists", taken) from None

    def delete_draft(self, release: Release) -> None:
        """Delete a draft of ours; raises RefusedError ``release-foreign-draft`` for any other.

        One that is gone already is no error.  It is read again first: what was published in
        between, or lost its marker, is left alone.
        """
        now = self.get(release.id)
        if now is None:
            return
        if not now.draft or now.marker is None or now.marker != release.marker:
            raise RefusedError(
                "release-foreign-draft",
                f"the release {now.tag} ({now.url}) is not a draft of this run any more",
                hint="look at it on GitHub; release-tools deletes only drafts of its own",
            )
        with self._api.asking(f"delete the draft of {now.tag}", _WRITE, changes=True):
            self._api.delete(f"releases/{now.id}")

    def delete_asset(self, asset: Asset) -> None:
        """Delete an asset, such as one that was uploaded in part, of a draft of ours."""
        with self._api.asking(f"delete the asset {asset.name}", _WRITE, changes=True):
            self._api.delete(f"releases/assets/{asset.id}")

    # --- how

    def _maybe(self, what: str, path: str, *, listed: bool = False) -> Release | None:
        """Return a release; None for a 404 where the list of releases can be read.

        ``listed`` says that it was read just now.
        """
        try:
            with self._api.asking(what, _READ):
                return release_of(self._api.get(path)[1])
        except HiddenError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
        if not listed:
            with self._api.asking("list the releases", _READ):
                self._api.get("releases", per_page=1)
        return None

    def _upload(self, release: Release, name: str, content: BinaryIO, size: int) -> Asset:
        try:
            with self._api.asking(f"upload {name} to {release.tag}", _WRITE, changes=True):
                return asset_of(self._api.upload(release.upload_url, name, content, size))
        except RefusedError as error:
            taken = f"the release {release.tag} has an asset {name} already"
            raise _named(error, "asset-exists", taken) from None


def _named(error: RefusedError, id: str, message: str) -> RefusedError:  # noqa: A002 - as there
    """Return the error under a name of its own where GitHub says that something exists already."""
    if "already_exists" not in error.message:
        return error
    return RefusedError(id, message, hint="compare it with what was to be put there")
