"""Cargo.lock and uv.lock: our own package's version, found without parsing the whole file.

Both are TOML written by a machine: blocks that begin with ``[[package]]`` and ``name = "..."`` on
the next line.  An entry is our own when it has no ``source`` (Cargo) or one that is a folder or
file beside it (uv).  Where two packages of one name exist, Cargo writes dependencies as
``"name version"``; those that repeat our own version are spots too.  A lock file laid out in any
other way is read by the complete TOML scanner.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError
from release_tools.formats import leaves, prove_splice, prove_values, splice, toml
from release_tools.model import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.model import Edit

_HEADER = "[[package]]"
_LOCAL = ("editable", "virtual", "directory", "path")


def locate(text: str, at: str) -> tuple[Spot, ...]:
    """Find the version of our own package named ``at``, wherever the lock file repeats it.

    The name is written as the lock file writes it (uv normalises names).  Returns ``()`` when
    there is no such entry of our own, or it has no version (uv, a dynamic one).  Raises
    MalformedError, with the line, for two entries of our own or one that is no TOML.
    """
    if not _is_usual(text):
        return _read(text, at)
    blocks = list(_blocks_of(text, at))
    own = [block for block in blocks if _is_own(text, block)]
    if len(own) > 1:
        raise _two(at, text.count("\n", 0, own[1][0]) + 1)
    found = _field(text, own[0], "version") if own else None
    if found is None:
        return ()
    version = _string(text, *found)
    if _field(text, own[0], "source") is not None or (len(blocks) == 1 and not _is_old(text)):
        return (version,)
    return tuple(sorted((version, *_repeats(text, at, version.text)), key=lambda s: s.start))


def _two(name: str, line: int | None) -> MalformedError:
    hint = "write the lock file anew with the tool it belongs to"
    return MalformedError(f"two entries of our own are named {name}", hint=hint, line=line)


def _is_usual(text: str) -> bool:
    """Say whether the first package is laid out as Cargo and uv write it."""
    start = text.find(_HEADER)
    names = ("\nname = ", "\r\nname = ")
    return start >= 0 and text.startswith(names, start + len(_HEADER))


def _read(text: str, name: str) -> tuple[Spot, ...]:
    """Find the spots in a lock file of any layout, with the complete TOML scanner."""
    if name not in text and "\\" not in text:
        return ()
    packages = toml.parse(text).get("package", ())
    if not isinstance(packages, list):
        raise MalformedError(
            "package is no array of tables", line=toml.find_line(text, ("package",))
        )
    tables = [(i, package) for i, package in enumerate(packages) if isinstance(package, dict)]
    own = [
        (i, package)
        for i, package in tables
        if package.get("name") == name and _is_local(package.get("source"))
    ]
    if len(own) > 1:
        raise _two(name, toml.find_line(text, ("package", own[1][0])))
    if not own:
        return ()
    spots = list(toml.locate(text, ("package", own[0][0], "version")))
    wanted = f"{name} {spots[0].text}" if spots and "source" not in own[0][1] else None
    for i, package in tables:
        dependencies = package.get("dependencies")
        for j, dependency in enumerate(dependencies if isinstance(dependencies, list) else ()):
            if dependency == wanted:
                (spot,) = toml.locate(text, ("package", i, "dependencies", j))
                spots.append(Spot.of(text, spot.start + len(name) + 1, spot.end))
    return tuple(sorted(spots, key=lambda spot: spot.start))


def _is_local(source: object) -> bool:
    return source is None or (isinstance(source, dict) and not source.keys().isdisjoint(_LOCAL))


def prove(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Let tomllib read every changed block; all the rest must be equal byte for byte."""
    prove_splice(before, after, edits)
    here = sys.modules[__name__]
    blocks: dict[tuple[int, int], list[Edit]] = {}
    for edit in edits:
        blocks.setdefault(_block_around(before, edit.spot.start), []).append(edit)
    for (start, end), inside in blocks.items():
        block = before[start:end]
        moved = [_moved(edit, block, start) for edit in inside]
        old, new = toml.parse(block), toml.parse(splice(block, moved))
        exact = {}
        for edit in inside:
            if edit.format is here and (path := _own_leaf(old, edit)):
                exact[path] = edit
            elif edit.format is here and not _is_repeat(before, edit):
                raise MalformedError(
                    f"this is not the version of our own package {edit.at}",
                    path=edit.path,
                    line=edit.spot.line,
                )
        prove_values(leaves(old), leaves(new), inside, exact)


def _own_leaf(data: dict[str, Any], edit: Edit) -> tuple[Any, ...] | None:
    packages = data.get("package")
    for i, package in enumerate(packages if isinstance(packages, list) else ()):
        if isinstance(package, dict) and package.get("name") == edit.at:
            is_ours = _is_local(package.get("source"))
            if is_ours and package.get("version") == edit.spot.text:
                return ("package", i, "version")
    return None


def _is_repeat(text: str, edit: Edit) -> bool:
    start = edit.spot.start - len(edit.at) - 1
    return text.startswith(f"{edit.at} ", start) and text[start - 1 : start] in ('"', "'")


def _moved(edit: Edit, block: str, start: int) -> Edit:
    spot = Spot.of(block, edit.spot.start - start, edit.spot.end - start)
    return edit._replace(spot=spot)


def _block_around(text: str, position: int) -> tuple[int, int]:
    start = text.rfind("\n[", 0, position) + 1
    end = text.find("\n[", position)
    return start, len(text) if end == -1 else end + 1


def _blocks_of(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield the blocks of the packages named ``name``."""
    wanted = f'\nname = "{name}"'
    position = text.find(wanted)
    while position != -1:
        start, end = _block_around(text, position)
        if text[start:position].rstrip() == _HEADER:
            yield start, end
        position = text.find(wanted, position + len(wanted))


def _field(text: str, block: tuple[int, int], key: str) -> tuple[int, int] | None:
    """Return the span of the value in the line ``key = ...`` of the block, to the line's end."""
    start, end = block
    wanted = f"\n{key} = "
    found = text.find(wanted, start, end)
    if found == -1:
        return None
    value = found + len(wanted)
    rest = text[value:end]
    if wanted in rest:
        line = text.count("\n", 0, value) + 1
        raise MalformedError(f"{key} is given twice in one entry", line=line)
    return value, value + len(rest.partition("\n")[0].rstrip())


def _is_own(text: str, block: tuple[int, int]) -> bool:
    source = _field(text, block, "source")
    if source is None:
        return True
    value = text[source[0] : source[1]]
    return value.startswith("{") and value[1:].partition("=")[0].strip() in _LOCAL


def _string(text: str, start: int, end: int) -> Spot:
    value = text[start:end]
    content = value[1:-1]
    if value[:1] != '"' or value[-1:] != '"' or len(value) < 2 or '"' in content or "\\" in content:  # noqa: PLR2004
        line = text.count("\n", 0, start) + 1
        raise MalformedError(f"version = {value[:60]} is no plain string", line=line)
    return Spot.of(text, start + 1, end - 1)


def _is_old(text: str) -> bool:
    """Say whether the file is a Cargo.lock before format 3, which always repeats versions."""
    head = text[: text.find(_HEADER)]
    return "\nversion = " not in f"\n{head}"


def _repeats(text: str, name: str, version: str) -> Iterator[Spot]:
    wanted = f'"{name} {version}"'
    position = text.find(wanted)
    while position != -1:
        start = position + len(name) + 2
        yield Spot.of(text, start, start + len(version))
        position = text.find(wanted, start)
