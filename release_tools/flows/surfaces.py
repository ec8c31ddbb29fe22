"""``verify-surfaces``: which columns a request means, and the whole table of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import UsageError
from release_tools.flows.verify import asked, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking, Progress
    from release_tools.flows.columns.column import Column
    from release_tools.flows.columns.waiting import Awaiting, Runs
    from release_tools.model import Table


class Wish(NamedTuple):
    """Which columns beyond the source are filled, and how; ``wait`` in seconds.

    ``record`` says that a ledger will be made of it.
    """

    built: tuple[str, ...] = ()
    published: bool = False
    absent: bool = False
    released: bool = False
    deployed: bool = False
    context: str | None = None
    namespace: str | None = None
    release: str | None = None
    wait: float | None = None
    first: tuple[str, ...] = ()
    chart_images: bool = False
    values: tuple[str, ...] = ()
    record: bool = False


class Told(NamedTuple):
    """Who hears how far it is: of many registries, and of what is still awaited."""

    progress: Progress | None = None
    awaiting: Callable[[Awaiting], None] = lambda _: None


def look(
    project: Project,
    version: str | None,
    *,
    tag: str | None = None,
    stream: str | None = None,
    wish: Wish | None = None,
    told: Told | None = None,
) -> Table:
    """Fill and judge the columns that are wished for.

    Raises UsageError for wishes that contradict one another, and as ``verify`` does.
    """
    wish = wish or Wish()
    _check(wish)
    if not (wish.published or wish.absent):
        columns = tuple(_columns(project, wish, None, told or Told()))
        return verify(project, version, tag=tag, stream=stream, columns=columns)
    from release_tools.flows.columns import asking

    told = told or Told()
    streams = {one.name for one in asked(project, version, tag, stream)[0]}
    with asking.of_project(project, told.progress) as ask:
        ask.expect(surface for surface in project.surfaces if surface.stream in streams)
        columns = tuple(_columns(project, wish, ask, told))
        return verify(project, version, tag=tag, stream=stream, columns=columns)


def _check(wish: Wish) -> None:
    needs = (
        ("--wait", wish.wait is not None, wish.published),
        ("--released", wish.released, wish.published),
        ("--ledger", wish.record, wish.published),
        ("--first", bool(wish.first), wish.published or wish.absent),
        ("--chart-images", wish.chart_images, wish.published),
        ("--values", bool(wish.values), wish.chart_images),
        ("--context", bool(wish.context), wish.deployed),
        ("--namespace", bool(wish.namespace), wish.deployed),
        ("--release", bool(wish.release), wish.deployed),
    )
    for option, given, possible in needs:
        if given and not possible:
            missing = {"--values": "--chart-images"}.get(option, "--published")
            if option in ("--context", "--namespace", "--release"):
                missing = "--deployed"
            raise UsageError(f"{option} means nothing without {missing}", hint=f"add {missing}")
    if wish.published and wish.absent:
        raise UsageError(
            "--published and --absent are opposite questions",
            hint="ask --absent before publishing, --published after it",
        )


def _columns(project: Project, wish: Wish, ask: Asking | None, told: Told) -> Iterator[Column]:
    """Yield the columns, and the parts of one that is filled in parts, in their order."""
    if wish.built:
        from release_tools.flows.columns.built import Built

        yield Built(wish.built)
    if ask is not None:
        yield from _published(project, wish, ask, told)
    if wish.deployed:
        from release_tools.flows.columns.deployed import Deployed

        yield Deployed(wish.context, wish.namespace, wish.release)


def _published(project: Project, wish: Wish, ask: Asking, told: Told) -> Iterator[Column]:
    if wish.absent:
        from release_tools.flows.columns import built
        from release_tools.flows.columns.absence import Absence

        yield Absence(ask, first=wish.first, built=built.digests(project, wish.built))
        return
    from release_tools.flows.columns.last_rows import ChartImages, LastRows

    last = LastRows(released=wish.released)
    if wish.wait is None:
        from release_tools.flows.columns.column import Together
        from release_tools.flows.columns.published import Published

        yield Together(Published(ask, first=wish.first, released=wish.released), last)
    else:
        from release_tools.flows.columns.waiting import Awaited

        yield Awaited(
            ask,
            wish.wait,
            first=wish.first,
            released=wish.released,
            runs=_runs(project),
            tell=told.awaiting,
        )
        yield last  # tag and release as they are when the waiting is over
    if wish.chart_images:
        yield ChartImages(ask, wish.values)


def _runs(project: Project) -> Runs | None:
    """Return whom to ask how the publishers fare; None where GitHub is not known."""
    from release_tools.flows.columns.tag_runs import TagRuns
    from release_tools.flows.repository import clone, hub

    github = hub.maybe(project, clone.of(project))
    return None if github is None else TagRuns(github.runs, github.renew)
