"""Any other file that states the version: by a literal template, or by a key."""

from __future__ import annotations

from posixpath import basename, normpath
from typing import TYPE_CHECKING

from release_tools.errors import ConfigError, ReleaseToolsError
from release_tools.kinds import base
from release_tools.model import Place, Role
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release_tools.kinds.base import Entry
    from release_tools.model import Format, Surface, Tree

_SPELLINGS = {
    "semver": (Spelling.SEMVER, "{version}"),
    "pep440": (Spelling.PEP440, "{version}"),
    "tag": (Spelling.IMAGE_TAG, "v{version}"),
    "minor": (Spelling.MINOR, "{version}"),
}
_PLACEHOLDERS = {
    "{version}": "semver",
    "{version.pep440}": "pep440",
    "{version.tag}": "tag",
    "{version.minor}": "minor",
}

KEYS: Mapping[str, base.Check] = {
    "template": base.text,
    "key": base.text,
    "spelling": base.one_of(*_SPELLINGS),
    "match": base.one_of("any", "current"),
}

# Two files of one name are told apart by their paths, and a version has to stand in one of them.
_SURFACE = {"named-by-path": True, "somewhere": True}


def expand(entry: Entry, tree: Tree) -> tuple[Surface, ...]:
    """One surface for the whole entry, however many files its paths name."""
    if "template" in entry.options and "key" in entry.options:
        raise ConfigError("a file surface takes a template or a key, not both")
    if "template" in entry.options:
        from release_tools.formats import template

        template.check(entry.options["template"])
    elif "match" in entry.options:
        raise ConfigError("match needs a template", hint='for example: template = "app:{version}"')
    if not entry.paths:
        raise ConfigError("a file surface needs a path", hint='for example: path = "VERSION"')
    found = base.files(entry, tree)
    if "key" in entry.options:
        for path, _ in found:
            _keyed(path)
    first = normpath(entry.paths[0])
    name = entry.options.get("name") or (first if base.is_glob(first) else basename(first))
    options = {**entry.options, **_SURFACE, "files": found}
    return (base.surface(entry, name, first, options),)


def changelog(stream: str, path: str) -> Surface:
    """Return the surface of a stream's ``changelog``: the newest version heading of that file."""
    path = normpath(path)
    options = {"changelog": True, **_SURFACE, "files": ((path, False),)}
    entry = base.Entry("file", stream, (path,), (), options)
    return base.surface(entry, basename(path), path)


def places(surface: Surface, tree: Tree) -> tuple[Place, ...]:
    """Return the template's placeholders, the key or the whole file, in each of the files."""
    return tuple(
        place if "spelling" in surface.options else _as_it_is(place, tree)
        for path, by_glob in surface.options["files"]
        for place in _places(surface.options, path, by_glob=by_glob)
    )


def _as_it_is(place: Place, tree: Tree) -> Place:
    """Keep the ``v`` that stands before a version of which nobody said how it is spelled."""
    if place.role is not Role.VERSION:
        return place
    try:
        spots = place.format.locate(tree.read(place.path), place.at)
    except ReleaseToolsError:
        return place  # the flow meets the same error and reports it
    has_v = bool(spots) and all(spot.text.startswith("v") for spot in spots)
    return place._replace(template="v{version}") if has_v else place


def _places(options: Mapping[str, object], path: str, *, by_glob: bool) -> Iterator[Place]:
    optional = by_glob or bool(options.get("optional"))
    for format_, at, word, role in _addresses(options, path):
        spelling, affixes = _SPELLINGS[word]
        yield Place(
            path,
            format_,
            at,
            spelling,
            role,
            affixes,
            optional,
            current_only=options.get("match") == "current",
        )


def _addresses(
    options: Mapping[str, object], path: str
) -> Iterator[tuple[Format, object, str, Role]]:
    word = str(options.get("spelling", "semver"))
    if "template" in options:
        from release_tools.formats import template

        text = str(options["template"])
        for placeholder, own in _PLACEHOLDERS.items():
            if placeholder in text:
                at = template.TemplateAt(text, placeholder)
                plain = placeholder == "{version}" and "spelling" in options
                yield template, at, word if plain else own, Role.TEXT
    elif "key" in options:
        role = Role.REFERENCE if word == "tag" else Role.VERSION
        yield _keyed(path), key_path(str(options["key"])), word, role
    elif "changelog" in options:
        from release_tools.formats import changelog as headings

        yield headings, None, "semver", Role.HEADING
    elif path.endswith(".py"):
        from release_tools.formats import python

        yield python, "__version__", "pep440", Role.VERSION
    else:
        from release_tools.formats import plain as whole

        yield whole, None, word, Role.VERSION


def _keyed(path: str) -> Format:
    """Return the format that finds a key in this kind of file."""
    suffix = path.rpartition(".")[2]
    if suffix == "toml":
        from release_tools.formats import toml

        return toml
    if suffix in {"yaml", "yml"}:
        from release_tools.formats import yaml

        return yaml
    if suffix == "json":
        from release_tools.formats import json

        return json
    raise ConfigError(
        f'a key is found in TOML, YAML and JSON, and "{path}" is none of them',
        hint='use template = "… {version} …"',
    )


def key_path(text: str) -> tuple[str | int, ...]:
    """Split a dotted key; a part of digits is an index, a quoted part may hold dots."""
    parts: list[str | int] = []
    while text:
        if text[0] in "\"'":
            part, _, text = text[1:].partition(text[0])
            text = text.removeprefix(".")
            parts.append(part)
        else:
            part, _, text = text.partition(".")
            parts.append(int(part) if part.isdecimal() and part.isascii() else part)
    return tuple(parts)
