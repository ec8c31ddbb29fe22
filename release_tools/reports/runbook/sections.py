"""The sections on what runs, going up and coming back, each as blocks of Markdown."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from release_tools.reports.markdown import escape
from release_tools.reports.runbook import commands as do

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from release_tools.reports.runbook.book import Book, Item

    Say = Callable[..., str]


def code(text: str, language: str = "sh") -> str:
    """Return a fenced block of code."""
    return f"```{language}\n{text}\n```"


def listed(texts: Iterable[str]) -> str:
    """Return the texts as inline code, with commas between."""
    return ", ".join(f"`{text}`" for text in texts)


def current(book: Book, say: Say) -> Iterator[str]:
    """Say how to see what runs."""
    place = book.place
    yield say("current")
    for chart in book.of("chart")[:1]:
        name = do.release(chart, place)
        yield say("current-helm")
        yield code(f"{do.helm(place, 'list')}\n{do.helm(place, 'history', name)}")
        yield say("current-helm-note")
    if book.of("image"):
        yield say("current-images")
        yield code(do.running(place))
        yield say("current-local")
        yield code("\n".join(f"docker image ls --digests {one.name}" for one in book.of("image")))
    for item in book.line.items:
        seen = _seen(item)
        if seen:
            yield say("current-package", name=item.name)
            yield code("\n".join(seen))
    yield say("current-all", version=book.line.version)
    yield code(f"release-tools verify-surfaces {book.line.version} --deployed")


def _seen(item: Item) -> tuple[str, ...]:
    if item.kind == "pypi":
        name = quote(item.name)
        return (*(f"{quote(one)} --version" for one in item.programs[:1]), f"pip show {name}")
    if item.kind == "crate":
        return (f"cargo tree --invert {quote(item.name)}",)
    return (f"npm list {quote(item.name)}",) if item.kind == "npm" else ()


def upgrade(book: Book, say: Say) -> Iterator[str]:
    """Say how to go up, surface by surface."""
    yield say("upgrade")
    yield say("upgrade-ours", version=book.line.version, option=book.place.option)
    yield from _chart_up(book, say)
    yield from _images_up(book, say)
    for item in book.line.items:
        if item.kind not in ("chart", "image"):
            yield say("upgrade-package", name=item.name)
            yield code(_package_up(item, say))
    for line in book.others:
        by = say("other-by", workflows=listed(line.workflows)) if line.workflows else ""
        for item in line.items:
            yield say("upgrade-other", name=item.name)
            yield say("other-note", pattern=line.pattern, tag=book.line.tag, by=by)
            yield code(_package_up(item, say))


def _chart_up(book: Book, say: Say) -> Iterator[str]:
    place = book.place
    for chart in book.of("chart"):
        yield say("upgrade-helm")
        shown = f"{say('show-comment')}\n{do.show(chart)}"
        yield code(f"{shown}\n\n{say('upgrade-comment')}\n{do.upgrade(chart, place)}")
        yield say("upgrade-values", values=do.VALUES)
        if chart.digest and chart.name.startswith("oci://"):
            yield say("upgrade-digest")
            yield code(do.upgrade(chart, place, by_digest=True))
        yield say("verify")
        status = do.helm(place, "status", do.release(chart, place))
        yield code(f"{status}\n{do.rolled_out(place, chart)}")


def _images_up(book: Book, say: Say) -> Iterator[str]:
    images = book.of("image")
    if not images:
        return
    yield say("upgrade-images")
    pulls = "\n".join(f"docker pull {do.tagged(one)}" for one in images)
    yield code(f"{say('pull-comment')}\n{pulls}")
    yield "\n".join((say("images-head"), *(_row(one, say) for one in images)))
    yield say("digest-note")
    if images[0].digest:
        yield say("manifest-note")
        yield code(f"image: {do.pinned(images[0])} # {images[0].version}", "yaml")
        yield say("manifest-apply", version=book.line.version)


def _row(item: Item, say: Say) -> str:
    platforms = ", ".join(map(escape, item.platforms)) or "-"
    return say("image-row", image=do.tagged(item), digest=item.digest or "-", platforms=platforms)


def _package_up(item: Item, say: Say) -> str:
    name, newest = quote(item.name), say("newest-comment")
    if item.kind == "pypi":
        checks = "".join(f"\n{quote(one)} --version" for one in item.programs[:1])
        pin = f"pip install --upgrade {name}=={item.version}{checks}"
        return f"{pin}\n\n{newest}\npip install --upgrade {name}"
    if item.kind == "crate":
        return f"cargo add {name}@={item.version}\n\n{newest}\ncargo add {name}"
    if item.kind == "npm":
        pin = f"npm install --save-exact {name}@{item.version}"
        return f"{pin}\n\n{newest}\nnpm install {name}@latest"
    return item.install


def rollback(book: Book, say: Say) -> Iterator[str]:
    """Say how to come back, surface by surface."""
    yield say("rollback")
    yield say("rollback-ours", option=book.place.option)
    yield from _chart_back(book, say)
    if book.of("image"):
        yield from _images_back(book, say)
    for item in book.before:
        if item.kind not in ("chart", "image"):
            yield say("rollback-package", name=item.name)
            yield code(_package_back(item))
    if not book.before:
        yield say("nothing-before")


def _chart_back(book: Book, say: Say) -> Iterator[str]:
    place = book.place
    for chart in book.of("chart"):
        name = do.release(chart, place)
        yield say("rollback-helm")
        yield say("rollback-helm-note")
        seen = f"{do.helm(place, 'status', name)}\n{do.rolled_out(place, chart)}"
        ways = (
            f"{say('history-comment')}\n{do.helm(place, 'history', name)}",
            f"{say('previous-comment')}\n{do.rollback(chart, place)}",
            f"{say('revision-comment')}\n{do.rollback(chart, place, '3')}",
            f"{say('verify-comment')}\n{seen}",
        )
        yield code("\n\n".join(ways))
        for old in book.previous("chart"):
            if old.id == chart.id:
                yield say("reinstall-note", version=old.version)
                yield code(do.upgrade(old, place))


def _images_back(book: Book, say: Say) -> Iterator[str]:
    place = book.place
    one = do.workload(place)
    yield say("rollback-kubectl")
    undo = do.kubectl(place, "rollout undo", one)
    to = do.kubectl(place, "rollout undo", one, "--to-revision=3")
    ways = (
        f"{say('history-comment')}\n{do.kubectl(place, 'rollout history', one)}",
        f"{say('undo-comment')}\n{undo}",
        f"{say('to-comment')}\n{to}",
        f"{say('verify-comment')}\n{do.rolled_out(place)}",
    )
    yield code("\n\n".join(ways))
    old = book.previous("image")
    if old:
        yield say("rollback-digests")
        pins = (f"image: {do.pinned(item)} # {item.version}" for item in old)
        yield code("\n".join(pins), "yaml")
        yield say("rollback-images")
        yield code("\n".join(f"docker pull {do.pinned(item)}" for item in old))


def _package_back(item: Item) -> str:
    name = quote(item.name)
    if item.kind == "pypi":
        checks = "".join(f"\n{quote(one)} --version" for one in item.programs[:1])
        return f"pip install {name}=={item.version}{checks}"
    if item.kind == "crate":
        return f"cargo add {name}@={item.version}"
    if item.kind == "npm":
        return f"npm install --save-exact {name}@{item.version}"
    return item.install
