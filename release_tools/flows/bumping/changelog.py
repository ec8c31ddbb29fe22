"""Roll a changelog's Unreleased section over to the version that a bump makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import RefusedError
from release_tools.formats import changelog
from release_tools.model import Edit
from release_tools.version import Spelling, Version

if TYPE_CHECKING:
    import datetime as dt

    from release_tools.config import Project
    from release_tools.flows.bumping.plan import Move
    from release_tools.model import Place


def roll(project: Project, place: Place, move: Move, date: dt.date | None) -> tuple[Edit, ...]:
    """Return the edits that give the version its heading; none where it has one already.

    Raises RefusedError ``changelog-missing`` where there is no Unreleased heading to roll over.
    """
    text = project.tree.read(place.path)
    version = move.after.spell(Spelling.SEMVER)
    if changelog.notes(text, version) is not None:
        _refuse_older(text, place, move)
        return ()
    if date is None:
        import datetime as dt

        date = dt.datetime.now(dt.UTC).date()
    rolled = changelog.roll(text, version, date.isoformat(), lambda _: move.tag)
    if not rolled:
        raise RefusedError(
            "changelog-missing",
            f"there is no Unreleased heading that could become that of {version}",
            hint=f'add "## [Unreleased]" at the top, or write the heading of {version} yourself',
            path=place.path,
        )
    return tuple(Edit(place.path, place.format, place.at, spot, new) for spot, new in rolled)


def _refuse_older(text: str, place: Place, move: Move) -> None:
    """Raise where the version has a heading, but one of another version stands above it."""
    (newest,) = changelog.locate(text)
    if Version.parse(newest.text) != move.after:
        raise RefusedError(
            "changelog-missing",
            f"the newest heading is that of {newest.text}; that of {move.after} stands below it",
            hint=f"take the headings above that of {move.after} away, if going back is meant",
            path=place.path,
            line=newest.line,
        )
