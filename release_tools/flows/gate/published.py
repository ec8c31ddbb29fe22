"""The checks of the gate that ask registries and GitHub what is out already."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

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


class _Standing(NamedTuple):
    """How the version stands to what is published of one surface; the words are of a refusal."""

    surface: str
    say: Say
    why: str = ""
    hint: str = ""


def answer(case: Case, asked: Asked) -> list[Check]:
    """Answer ``not-released`` and ``monotonic``; every registry is asked once for both."""
    answers, doubt = _answers(case)
    return [
        asked("not-released", case, lambda: _not_released(case, answers, doubt)),
        _monotonic(case, answers, doubt, asked),
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
) -> Check:
    """Return one check over all surfaces; those that are waived one by one are named in it.

    Where nothing but waived surfaces stands in the way, the check itself is waived.
    """
    if doubt is not None:
        return asked("monotonic", case, lambda: (Say.UNSURE, doubt.message, doubt.hint))
    standing: list[_Standing] = []
    waived: dict[str, list[_Standing]] = {}
    for one in answers:
        found = _order(case, one)
        if found.say is Say.OPEN:
            continue
        reason = rules.waived(case.waivers, "monotonic", case.version, found.surface)
        if reason is None or rules.waived(case.waivers, "monotonic", case.version) is not None:
            standing.append(found)
        else:
            waived.setdefault(reason, []).append(found)
    others = [one for same in waived.values() for one in same]
    if not others:
        return asked("monotonic", case, lambda: _told(case, standing))
    if not standing:
        check = asked("monotonic", case, lambda: _told(case, others))
        return check._replace(waived="; ".join(waived))
    say, why, hint = _told(case, standing)
    why += "".join(f"; waived ({reason}): {_named(same)}" for reason, same in waived.items())
    return asked("monotonic", case, lambda: (say, why, hint))


def _told(case: Case, standing: Sequence[_Standing]) -> tuple[Say, str, str]:
    """Return what the surfaces come to that are not open; a refusal outweighs a doubt."""
    if not standing:
        return Say.OPEN, f"nothing higher than {case.version} is published", ""
    say = Say.CLOSED if any(one.say is Say.CLOSED for one in standing) else Say.UNSURE
    same = [one for one in standing if one.say is say]
    return say, _named(same), same[0].hint


def _named(standing: Sequence[_Standing]) -> str:
    """Name each surface with its reason; what is the same for several is said once."""
    alike: dict[str, list[str]] = {}
    for one in standing:
        alike.setdefault(one.why, []).append(one.surface)
    return "; ".join(
        f"{ids[0]}: {why}" if len(ids) == 1 else f"{why} ({len(ids)} surfaces)"
        for why, ids in alike.items()
    )


def _order(case: Case, answer: Answered) -> _Standing:
    """Say how the version stands to what is published of one surface."""
    told = partial(_Standing, answer.question.surface.id)
    listing = answer.listing
    if isinstance(listing, Absent):
        return told(Say.OPEN)
    if not isinstance(listing, Listing):
        doubt = listing or answer.reading
        if isinstance(doubt, Unknown):
            return told(Say.UNSURE, f"{doubt.where}: {doubt.reason}", doubt.hint)
        return told(Say.UNSURE, "its versions are not known")
    stable = [one for one in judging.stable(listing) if one != case.version]
    highest = max(stable, default=case.version)
    if highest <= case.version:
        return told(Say.OPEN)
    minor = (*case.version.release, 0)[:2]
    line = [one for one in stable if (*one.release, 0)[:2] == minor]
    if line and max(line) <= case.version:  # a backport to its own minor line
        return told(Say.OPEN)
    return told(Say.CLOSED, f"{max(line, default=highest)} is published already")
