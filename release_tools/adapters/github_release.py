"""One release on GitHub and its files, as values; and how they stand in an answer.  Pure."""

from __future__ import annotations

from typing import Any, NamedTuple

from release_tools.adapters.github_shapes import flag, number, objects, text, whole, words

LONGEST = 125_000
"""Characters that GitHub takes for the notes of a release."""
_MARK, _END = "\n\n<!-- release-tools: ", " -->"


class Asset(NamedTuple):
    """One file of a release.

    ``state`` is ``uploaded``, or ``starter`` while GitHub has not all of it; ``digest`` is
    ``sha256:HEX`` and None where GitHub tells none; ``url`` is where people download it.
    """

    id: int
    name: str
    size: int
    state: str
    digest: str | None
    url: str


class Release(NamedTuple):
    """One release, a draft or published.  ``url`` is its web page."""

    id: int
    tag: str
    name: str
    body: str
    draft: bool
    prerelease: bool
    immutable: bool
    url: str
    upload_url: str
    created_at: str
    published_at: str | None
    assets: tuple[Asset, ...]

    @property
    def marker(self) -> str | None:
        """What the run that made it left at the end of its notes; None for what is not ours."""
        _, mark, rest = self.body.rstrip().rpartition(_MARK.strip() + " ")
        return rest.removesuffix(_END) if mark and rest.endswith(_END) else None

    @property
    def notes(self) -> str:
        """The notes without the marker."""
        if self.marker is None:
            return self.body
        return self.body.rstrip().rpartition(_MARK.strip())[0].rstrip()


class Standing(NamedTuple):
    """What there is of one tag: at most one published release, and any number of drafts.

    Without ``drafts_visible`` no draft in sight does not mean that there is none.
    """

    published: Release | None
    drafts: tuple[Release, ...]
    drafts_visible: bool

    @property
    def word(self) -> str:
        """``published``, ``drafts``, ``none``, or ``unknown`` where drafts may be hidden."""
        if self.published is not None:
            return "published"
        if self.drafts:
            return "drafts"
        return "none" if self.drafts_visible else "unknown"


def marked(notes: str, marker: str) -> str:
    """Return ``notes`` with the marker of a run behind them, invisible on the web page."""
    return f"{notes.rstrip()}{_MARK}{marker}{_END}"


def release_of(answer: Any) -> Release:
    """Return the release in an answer; raises ShapeError where it is none."""
    answer = whole(answer)
    return Release(
        id=number(answer, "id"),
        tag=text(answer, "tag_name"),
        name=words(answer, "name") or "",
        body=words(answer, "body") or "",
        draft=flag(answer, "draft"),
        prerelease=flag(answer, "prerelease"),
        immutable=answer.get("immutable") is True,
        url=text(answer, "html_url"),
        upload_url=text(answer, "upload_url"),
        created_at=text(answer, "created_at"),
        published_at=words(answer, "published_at"),
        assets=tuple(map(asset_of, objects(answer, "assets"))),
    )


def asset_of(answer: Any) -> Asset:
    """Return the asset in an answer; raises ShapeError where it is none."""
    return Asset(
        id=number(answer, "id"),
        name=text(answer, "name"),
        size=number(answer, "size"),
        state=text(answer, "state"),
        digest=words(answer, "digest"),
        url=text(answer, "browser_download_url"),
    )
