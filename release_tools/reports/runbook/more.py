"""The sections around them: channels, prerequisites, pins, nightlies, promotion, trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.reports.runbook import commands as do
from release_tools.reports.runbook.sections import code, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.reports.runbook.book import Book, Item, Line
    from release_tools.reports.runbook.sections import Say


def channels(book: Book, say: Say) -> Iterator[str]:
    """Say which tags there are, and what each is for."""
    yield say("channels")
    tags = dict.fromkeys((book.line.tag, *(one.version for one in book.line.items)))
    rows = [say("channel-release", tags=listed(tags), pattern=book.line.pattern)]
    if book.nightly:
        nightly = dict.fromkeys(one.version for one in book.nightly)
        crons = [say("nightly-schedule", cron=cron) for cron in book.schedule]
        often = ", ".join(crons) or say("nightly-often")
        rows.append(say("channel-nightly", tags=listed(nightly), often=often))
    if book.latest:
        rows.append(say("channel-latest"))
    yield "\n".join((say("channels-head"), *rows))
    yield say("channels-advice")
    if book.releases:
        yield say("channels-releases", url=book.releases)


def prerequisites(book: Book, say: Say) -> Iterator[str]:
    """Say which programs it takes."""
    kinds = {one.kind for one in (*book.line.items, *(i for o in book.others for i in o.items))}
    needs = (
        ("need-helm", {"chart"}),
        ("need-kubectl", {"chart", "image"}),
        ("need-docker", {"image"}),
        ("need-pip", {"pypi"}),
        ("need-cargo", {"crate"}),
        ("need-npm", {"npm"}),
    )
    yield say("prerequisites")
    found = [say(key) for key, of in needs if of & kinds]
    yield "\n".join((*found, say("need-ours", version=book.line.version)))


def pinning(book: Book, say: Say) -> Iterator[str]:
    """Say how a version is held in make, in values and in manifests."""
    version = book.line.version
    yield say("pinning")
    if book.variables:
        yield say("make")
        yield say("make-note")
        made = (
            f"make {target} {one.name}={value}"
            for one in book.variables
            if (value := _value(book, one.kind))
            for target in one.targets
        )
        yield code("\n".join(made))
    charts = book.of("chart")
    if charts and book.values:
        yield say("values")
        yield say("values-note", version=version, values=do.VALUES)
        yield code(book.values.rstrip("\n"), "yaml")
        yield say("values-deploy")
        yield code(do.upgrade(charts[0], book.place, values=True))
    if book.of("image"):
        yield say("pin-manifests")
        check = f"{say('pin-check')}\nrelease-tools pin --check FILE"
        yield code(f"release-tools pin {version} --into FILE\n\n{check}")


def _value(book: Book, kind: str) -> str:
    return next((one.version for one in book.of(kind)), "")


def nightlies(book: Book, say: Say) -> Iterator[str]:
    """Say how to try tonight's build."""
    yield say("nightlies")
    if not book.nightly:
        yield say("nightlies-none")
        return
    yield say("nightlies-note")
    images = [one for one in book.nightly if one.kind == "image"]
    if images:
        pulls = "\n".join(f"docker pull {do.tagged(one)}" for one in images)
        yield code(f"{say('nightly-images')}\n{pulls}")
    for one in book.nightly:
        name = do.release(one, book.place)
        if one.kind == "chart":
            aside = book.place._replace(namespace=f"{(book.place.namespace or name)[:50]}-nightly")
            yield code(f"{say('nightly-chart')}\n{do.install(one, aside)}")
        elif one.kind != "image":
            yield code(one.install)


def promotion(book: Book, say: Say) -> Iterator[str]:
    """Say how a nightly becomes a release, and who decides it."""
    line = book.line
    yield say("promotion")
    yield say("promotion-note")
    steps: list[tuple[str, dict[str, str]]] = [("promote-compare", {})] if book.nightly else []
    steps += [
        ("promote-bump", {"in_": _places(line, say)}),
        ("promote-tag", {"pattern": line.pattern, "starts": _starts(line, say)}),
        ("promote-release", {}),
    ]
    numbered = (say(key, n=n, **facts) for n, (key, facts) in enumerate(steps, 2))
    yield "\n".join((say("promote-checks"), *numbered))
    for other in book.others:
        facts = {"in_": _places(other, say), "starts": _starts(other, say)}
        yield say("promote-other", name=other.name, pattern=other.pattern, **facts)


def _places(line: Line, say: Say) -> str:
    return say("promote-places", places=listed(line.places)) if line.places else ""


def _starts(line: Line, say: Say) -> str:
    return say("promote-starts", workflows=listed(line.workflows)) if line.workflows else ""


def trouble(book: Book, say: Say) -> Iterator[str]:
    """Say what goes wrong, and the way out."""
    place = book.place
    yield say("trouble")
    yield say("trouble-ours", version=book.line.version, option=place.option)
    charts = book.of("chart")
    for chart in charts:
        yield say("trouble-chart")
        yield code(f"{_tags(chart, say)}{say('exists-comment')}\n{do.show(chart)}")
    for chart in charts[:1]:
        yield say("trouble-state")
        yield code("\n\n".join(_out_of_it(book, chart, say)))
    if book.of("image"):
        yield from _pulling(book, say)
    for chart in charts[:1]:
        yield say("trouble-conflict")
        yield say("conflict-note")
        yield code(do.lines(do.upgrade(chart, place, values=True), "--force-conflicts"))


def _tags(chart: Item, say: Say) -> str:
    if not chart.name.startswith("oci://"):
        return ""
    return f"{say('tags-comment')}\noras repo tags {chart.name.removeprefix('oci://')}\n\n"


def _out_of_it(book: Book, chart: Item, say: Say) -> Iterator[str]:
    place = book.place
    name = do.release(chart, place)
    yield do.rollback(chart, place)
    keep = do.helm(place, "get values", name) + f" --output yaml > {do.KEPT}"
    gone = do.helm(place, "uninstall", name) + " --wait"
    good = next((one for one in book.previous("chart") if one.id == chart.id), None)
    again = do.install(good or chart, place, values=do.KEPT, version=None if good else "VERSION")
    yield f"{say('force-comment')}\n{keep}\n{gone}\n{again}"


def _pulling(book: Book, say: Say) -> Iterator[str]:
    place = book.place
    yield say("trouble-pull")
    yield say("pull-note")
    pods = do.kubectl(place, "get pods")
    described = f"{say('describe-comment')}\n{do.kubectl(place, 'describe pod', 'POD')}"
    there = f"release-tools verify-surfaces {book.line.version} --published"
    yield code(f"{pods}\n{described}\n\n{say('published-comment')}\n{there}")
    charts = book.of("chart")
    yield say("pull-back")
    undo = do.kubectl(place, "rollout undo", do.workload(place))
    yield code(do.rollback(charts[0], place) if charts else undo)
