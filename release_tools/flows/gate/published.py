"""The checks of the gate that ask registries and GitHub what is out already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.checks import Say
from release_tools.errors import ReleaseToolsError
from release_tools.flows.columns import asking, published, questions
from release_tools.flows.repository.hub import needed
from release_tools.flows.verify import verify
from release_tools.reading import Absent, Listing, Unknown
from release_tools.rules import gate as rules
from release_tools.rules import published as judging
from release_tools.rules.published import digests

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from release_tools.checks import Check
    from release_tools.flows.columns.published import Answered
    from release_tools.flows.gate.case import Case

    Said = tuple[Say, str] | tuple[Say, str, str]
    Asked = Callable[[str, Case, Callable[[], Said]], Check]


def answer(case: Case, asked: Asked) -> list[Check]:
    """Answer ``not-released`` and ``monotonic``; every registry is asked once for both."""
    answers, doubt = _answers(case)
    return [
        asked("not-released", case, lambda: _not_released(case, answers, doubt)),
        *_monotonic(case, answers, doubt, asked),
    ]


def _answers(case: Case) -> tuple[list[Answered], ReleaseToolsError | None]:
    try:
        table = verify(case.project, tag=case.tag)
        with asking.of_project(case.project) as ask:
            planned = questions.plan(case.project, table.streams, ask.addresses)
            return published.ask(planned.questions, ask, listings=True), None
    except ReleaseToolsError as error:
        return [], error


def _not_released(case: Case, answers: Sequence[Answered], doubt: ReleaseToolsError | None) -> Said:
    after = case.surface is not None and case.surface.options.get("after-release")
    said = (Say.OPEN, "it is published after the release") if after else _release(case)
    if case.surface is None or said[0] is not Say.OPEN:
        return said
    if doubt is not None:
        raise doubt
    own = [one for one in answers if one.question.surface == case.surface]
    return _surface(case, own[0]) if own else said


def _release(case: Case) -> Said:
    standing = needed(case.github).releases.find(case.tag)
    if standing.published is not None:
        return Say.CLOSED, f"{case.tag} is released: {standing.published.url}"
    if standing.drafts:
        ours = all(draft.marker for draft in standing.drafts)
        whose = "an earlier run" if ours else "somebody"
        return Say.OPEN, f"not released; there is a draft of {whose}"
    return Say.OPEN, "not released"


def _surface(case: Case, answer: Answered) -> Said:
    reading = answer.reading
    if isinstance(reading, Absent):
        return Say.OPEN, f"{answer.question.surface.id} is not published"
    if isinstance(reading, Unknown):
        return Say.UNSURE, f"{reading.where}: {reading.reason}", reading.hint
    there = f"{reading.version} is at {reading.where}"
    if not case.built:
        hint = "say what was built, so that the same bytes may be published again: --built DIR"
        return Say.CLOSED, there, hint
    from release_tools.flows.columns import built

    own = built.digests(case.project, case.built).get(answer.question.surface.id, frozenset())
    if digests(reading) and digests(reading) <= own:
        return Say.OPEN, f"{there}, with the same bytes: go on"
    return Say.CLOSED, f"{there}, with other bytes than were built"


def _monotonic(
    case: Case,
    answers: Sequence[Answered],
    doubt: ReleaseToolsError | None,
    asked: Asked,
) -> list[Check]:
    """Return one check over all surfaces; those that are waived one by one are named in it."""
    if doubt is not None:
        return [asked("monotonic", case, lambda: (Say.UNSURE, doubt.message, doubt.hint))]
    closed: list[str] = []
    unsure: list[str] = []
    waived: list[str] = []
    for one in answers:
        surface = one.question.surface
        say, why = _order(case, one)
        if say is Say.OPEN:
            continue
        reason = rules.waived(case.waivers, "monotonic", case.version, surface.id)
        if reason is not None:
            waived.append(f"{surface.id}: {why}; waived: {reason}")
        else:
            (closed if say is Say.CLOSED else unsure).append(f"{surface.id}: {why}")
    if closed or unsure:
        say = Say.CLOSED if closed else Say.UNSURE
        return [asked("monotonic", case, lambda: (say, "; ".join(closed or unsure)))]
    said = f"nothing higher than {case.version} is published"
    return [asked("monotonic", case, lambda: (Say.OPEN, "; ".join((said, *waived))))]


def _order(case: Case, answer: Answered) -> tuple[Say, str]:
    listing = answer.listing
    if isinstance(listing, Absent):
        return Say.OPEN, "never published"
    if not isinstance(listing, Listing):
        reason = f"{listing.where}: {listing.reason}" if listing else "its versions are not known"
        return Say.UNSURE, reason
    stable = [one for one in judging.stable(listing) if one != case.version]
    highest = max(stable, default=case.version)
    if highest <= case.version:
        return Say.OPEN, ""
    minor = (*case.version.release, 0)[:2]
    line = [one for one in stable if (*one.release, 0)[:2] == minor]
    if line and max(line) <= case.version:
        return Say.OPEN, f"a backport to {minor[0]}.{minor[1]}"
    return Say.CLOSED, f"{max(line, default=highest)} is published already"
