"""One pass over one configuration: every key and value checked, every surface expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from release_tools import kinds
from release_tools.config.project import Project
from release_tools.config.words import quoted, shown, spoken
from release_tools.errors import ConfigError, UsageError, nearest
from release_tools.formats import toml
from release_tools.kinds import base
from release_tools.kinds.base import Entry
from release_tools.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from release_tools.kinds.base import Check
    from release_tools.model import Surface, Tree

_At = tuple[str | int, ...]
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


class Reader:
    """One pass over one configuration."""

    def __init__(self, tree: Tree, path: str, text: str, prefix: _At) -> None:
        self.tree, self.path, self.text, self.prefix = tree, path, text, prefix

    def project(self, data: object) -> Project:
        """Return the project that the whole configuration comes to."""
        if not isinstance(data, dict):
            self.fail("the configuration is a table", ())
        self.keys(data, (), _TOP)
        streams = tuple(
            self.stream(name, table) for name, table in self.table(data, "streams").items()
        ) or (Stream("main"),)
        entries = data.get("surfaces", [])
        if not isinstance(entries, list) or not entries:
            self.fail("there are no [[surfaces]]", (), "run release-tools init to find them")
        names = [stream.name for stream in streams]
        surfaces: list[tuple[Surface, _At]] = [
            (surface, ("surfaces", index))
            for index, table in enumerate(entries)
            for surface in self.expand(index, table, names)
        ]
        surfaces += [(one, ("streams", one.stream, "changelog")) for one in _changelogs(streams)]
        repository = data.get("repository")
        tables = {key: self.others(data, key) for key in ("registries", "gate", "deployments")}
        return Project(
            self.tree,
            self.path,
            None if repository is None else self.value(base.project, repository, ("repository",)),
            _with_latest(streams),
            _unique(surfaces, self),
            tables,
        )

    def stream(self, name: str, table: object) -> Stream:
        """Return one stream of ``[streams.NAME]``."""
        at = ("streams", name)
        if not _NAME.issuperset(name) or not name:
            self.fail(
                f"{quoted(name)} cannot be the name of a stream",
                at,
                "use letters, digits and . _ -; it stands on command lines: bump NAME=TARGET",
            )
        options = {
            key.replace("-", "_"): value for key, value in self.checked(table, at, _STREAM).items()
        }
        self.paths((options["changelog"],) if "changelog" in options else (), (*at, "changelog"))
        try:
            return Stream(name, **options)
        except ConfigError as error:
            self.fail(error.message, at, error.hint)

    def expand(self, index: int, table: object, streams: list[str]) -> tuple[Surface, ...]:
        """Return the surfaces of one ``[[surfaces]]`` table."""
        at: _At = ("surfaces", index)
        if not isinstance(table, dict):
            self.fail("a surface is a table: [[surfaces]]", at)
        name = table.get("kind")
        kind = kinds.find(name) if isinstance(name, str) else None
        if kind is None:
            listed = "the kinds are: " + ", ".join(kinds.NAMES)
            hint = "; ".join(filter(None, (nearest(str(name), kinds.NAMES, 0.5), listed)))
            if name is None:
                self.fail("a surface needs a kind", at, listed)
            self.fail(f"{quoted(name)} is no kind of surface", (*at, "kind"), hint)
        stream = table.get("stream", streams[0])
        if stream not in streams:
            hint = nearest(str(stream), streams) or "streams: " + ", ".join(streams)
            self.fail(f"there is no stream {quoted(stream)}", (*at, "stream"), hint)
        options = self.checked(table, at, {**_ENTRY, **base.COMMON, **kind.KEYS})
        for key in ("kind", "stream"):
            options.pop(key, None)
        paths = self.paths(options.pop("path", ()), (*at, "path"))
        exclude = self.paths(options.pop("exclude", ()), (*at, "exclude"))
        self.paths(options.get("references", ()), (*at, "references"))
        try:
            return kind.expand(Entry(str(name), stream, paths, exclude, options), self.tree)
        except (ConfigError, UsageError) as error:
            self.fail(error.message, at, error.hint)

    def paths(self, paths: tuple[str, ...], at: _At) -> tuple[str, ...]:
        """Check that every path stays below the root, and return them."""
        for path in paths:
            if path.startswith("/") or "\\" in path or ".." in path.split("/") or path[1:2] == ":":
                self.fail(
                    f'the path "{path}" is not one below the project\'s root',
                    at,
                    "write it relative to the root, with forward slashes and without ..",
                )
        return paths

    def table(self, data: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Return the table at a top-level key, empty where there is none."""
        value = data.get(key, {})
        if not isinstance(value, dict):
            self.fail(f'"{key}" is a table: [{key}]', (key,))
        return value

    def others(self, data: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Check a table that other commands read; most projects have none of them."""
        table = self.table(data, key)
        if not table:
            return {}
        from release_tools.kinds import checks

        if key != "deployments":
            return self.checked(table, (key,), checks.TABLES[key])
        found = {k: self.checked(one, (key, k), checks.DEPLOYMENT) for k, one in table.items()}
        for name, one in found.items():
            self.paths(one.get("values", ()), (key, name, "values"))
        return found

    def checked(self, table: object, at: _At, checks: Mapping[str, Check]) -> dict[str, Any]:
        """Return the table with every value as its check returned it."""
        if not isinstance(table, dict):
            self.fail(f'"{at[-1]}" is a table', at)
        self.keys(table, at, checks)
        return {key: self.value(checks[key], value, (*at, key)) for key, value in table.items()}

    def keys(self, table: Mapping[str, Any], at: _At, known: Iterable[str]) -> None:
        """Refuse a key that is not known."""
        for key in table:
            if key not in known:
                self.fail(
                    f"unknown key {quoted(key)}" + (f" in {spoken(at)}" if at else ""),
                    (*at, key),
                    nearest(key, known) or "known keys: " + ", ".join(known),
                )

    def value(self, check: Check, value: object, at: _At) -> Any:
        """Return the value as its check returned it."""
        try:
            return check(value)
        except ValueError as error:
            self.fail(f'"{at[-1]}" is {shown(value)}, expected {error}', at)

    def fail(self, message: str, at: _At, hint: str = "") -> NoReturn:
        """Raise ConfigError with the line of the address."""
        place = (*self.prefix, *at)
        while (line := toml.find_line(self.text, place)) is None and place:
            place = place[:-1]  # a key that is not given: the line of its table
        raise ConfigError(message, hint=hint, path=self.path, line=line)


def _with_latest(streams: tuple[Stream, ...]) -> tuple[Stream, ...]:
    """Give "Latest" to the first stream unless one says that it owns it."""
    if any(stream.latest for stream in streams):
        return streams
    return (streams[0]._replace(latest=True), *streams[1:])


def _changelogs(streams: tuple[Stream, ...]) -> Iterable[Surface]:
    """Yield the changelogs: a stream's is a file surface of its own."""
    for stream in streams:
        if stream.changelog is not None:
            from release_tools.kinds import file

            yield file.changelog(stream.name, stream.changelog)


def _unique(surfaces: Iterable[tuple[Surface, _At]], reader: Reader) -> tuple[Surface, ...]:
    """Ids are unique: those that are named by their path fall back to it, others are refused."""
    taken: dict[str, Surface] = {}
    for surface, at in surfaces:
        unique, count = surface, 1
        while unique.id in taken:
            count += 1
            if not surface.options.get("named-by-path"):
                paths = dict.fromkeys((taken[surface.id].path or ".", surface.path or "."))
                where = " and ".join(f'"{path}"' for path in paths) if len(paths) > 1 else ""
                reader.fail(
                    f"two surfaces are called {surface.id}" + (f": {where}" if where else ""),
                    at,
                    "remove one, or give it a name of its own: name = …",
                )
            name = surface.path if count == 2 else f"{surface.path}#{count - 1}"  # noqa: PLR2004
            unique = surface._replace(id=f"{surface.kind}:{name}", name=name)
        taken[unique.id] = unique
    return tuple(taken.values())


_TOP = ("repository", "streams", "surfaces", "registries", "gate", "deployments")
_STREAM: Mapping[str, Check] = {
    "tag": base.text,
    "latest": base.flag,
    "branches": base.texts,
    "required-checks": base.texts,
    "nightly": base.text,
    "nightly-base": base.one_of("major", "minor", "patch"),
    "changelog": base.text,
}
_ENTRY: Mapping[str, Check] = {
    "kind": base.text,
    "stream": base.text,
    "path": base.texts,
    "exclude": base.texts,
}
