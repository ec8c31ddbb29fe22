"""The commented configuration that ``init`` prints: plain TOML, each entry with its reason."""

from __future__ import annotations

import posixpath
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from release_tools.discovery.proposal import Proposal, ProposedSurface

_TITLES = {
    "pypi": "Python packages",
    "crate": "Crates",
    "npm": "npm packages",
    "chart": "Helm charts",
    "image": "Images",
    "file": "Other places that state a version",
}
_KEPT_PRIVATE = ("publish = false", "private")  # the kinds know those themselves
_GLOB_FROM = 3  # folders of one parent, from which on a glob is easier to read
_WIDTH = 96


def write(proposal: Proposal) -> str:
    """Return the text of a ``release-tools.toml`` that declares what is proposed."""
    lines = [
        "# What this repository releases, as release-tools init found it. Every entry says why it",
        "# stands here: read it once, take away what is not released, and add what is missing.",
        "",
    ]
    if proposal.repository:
        lines += [f"repository = {_value(proposal.repository)}", ""]
    for at, stream in enumerate(proposal.streams):
        lines += [_line(f"# {stream.evidence}"), f"[streams.{_key(stream.name)}]"]
        first = at == 0 and len(proposal.streams) > 1
        lines.append(f"tag = {_value(stream.tag)}" + ("  # the default stream" if first else ""))
        lines += [f"changelog = {_value(stream.changelog)}"] if stream.changelog else []
        lines.append("")
    for kind, title in _TITLES.items():
        entries = list(_entries(proposal, kind))
        if entries:
            lines += [f"# {title}", ""]
            for entry in entries:
                lines += [*entry, ""]
    if not proposal.surfaces:
        lines += ["# Nothing that is released was found; the README shows how to declare it.", ""]
    lines += _left_out(proposal)
    return "\n".join(lines).rstrip("\n") + "\n"


def _entries(proposal: Proposal, kind: str) -> Iterator[list[str]]:
    """Yield the lines of each ``[[surfaces]]``; surfaces that share all but the path share one."""
    groups: dict[tuple[Any, ...], list[ProposedSurface]] = {}
    surfaces = [each for each in proposal.surfaces if each.kind == kind]
    for surface, seat in zip(surfaces, _seats(surfaces), strict=True):
        if seat is None:
            place = f"{surface.registry}/" if kind == "image" else f"{surface.path or '.'}: "
            text = f"# {place}{surface.name} is left out: another {kind} has that name"
            yield [_line(text)]
            continue
        registry, name = seat
        options = {k: v for k, v in surface.options.items() if k != "references"}
        version = None if kind == "image" else surface.version
        key: tuple[Any, ...] = (surface.stream, registry, options.get("tag"))
        if kind != "image":
            key += (surface.because, version, repr(sorted(options.items())))
        groups.setdefault(key, []).append(replace(surface, name=name, registry=registry))
    for members in groups.values():
        yield _entry(proposal, kind, members)


def _seats(surfaces: Sequence[ProposedSurface]) -> list[tuple[str | None, str] | None]:
    """Return registry and name of each surface, no name twice; None where none is left.

    The owner in an image's registry may become a part of its name: a matching by augmenting
    paths, in which whoever came first keeps the shorter name where that is possible.
    """
    options = [[(each.registry, each.name)] for each in surfaces]
    for at, surface in enumerate(surfaces):
        registry, name = surface.registry or "", surface.name
        while surface.kind == "image" and "/" in registry:
            registry, _, owner = registry.rpartition("/")
            name = f"{owner}/{name}"
            options[at].append((registry, name))
    holders: dict[str, int] = {}
    seats: list[tuple[str | None, str] | None] = [None] * len(surfaces)

    def seat(at: int, tried: set[str]) -> bool:
        for option in options[at]:
            if option[1] in tried:
                continue
            tried.add(option[1])
            if option[1] not in holders or seat(holders[option[1]], tried):
                holders[option[1]], seats[at] = at, option
                return True
        return False

    for at in range(len(surfaces)):
        seat(at, set())
    return seats


def _entry(proposal: Proposal, kind: str, members: Sequence[ProposedSurface]) -> list[str]:
    first = members[0]
    versions = Counter(each.version for each in proposal.surfaces if each.stream == first.stream)
    lines = [_line(f"# {_because(members)}"), "[[surfaces]]", f"kind = {_value(kind)}"]
    if first.stream != proposal.streams[0].name:
        lines.append(f"stream = {_value(first.stream)}")
    if kind == "image":
        lines.append(f"registry = {_value(first.registry)}")
        lines.append(f"names = {_value(sorted(each.name for each in members))}")
        references = {path for each in members for path in each.options.get("references", ())}
        if references:
            lines.append(f"references = {_value(sorted(references))}")
    elif kind == "file":
        lines.append(f"path = {_value(first.path or '')}")
    else:
        lines += _paths(proposal, kind, [each.path or "" for each in members])
        if first.registry:
            lines.append(f"registry = {_value(first.registry)}")
    for key, value in first.options.items():
        if key != "references" and all(each.options.get(key) == value for each in members):
            lines.append(f"{key} = {_value(value)}")
    del versions[None]
    if kind != "image" and first.version and len(versions) > 1:
        common, count = versions.most_common(1)[0]
        if first.version != common and count > 1:
            lines.insert(
                1, f"# It states {first.version} where others of its stream state {common}:"
            )
            lines.insert(2, "# if that is meant, give it a stream of its own.")
    return lines


def _because(members: Sequence[ProposedSurface]) -> str:
    reasons = list(dict.fromkeys(each.because for each in members))
    if len(reasons) > 1 and all(each.endswith(" pushes it") for each in reasons):
        names = [each.removesuffix(" pushes it") for each in reasons]
        return f"{', '.join(names[:-1])} and {names[-1]} push them"
    reason = reasons[0]
    if len(members) > 1 and reason.endswith(" it"):
        reason = reason[:-2] + "them"
    # the name of a file stays as it is
    return reason if "." in reason.split(" ")[0] else reason[0].upper() + reason[1:]


def _paths(proposal: Proposal, kind: str, folders: list[str]) -> list[str]:
    """Write ``path`` and ``exclude``: globs where most of a folder's manifests are meant."""
    others = {
        posixpath.dirname(each.path)
        for each in proposal.skipped
        if each.kind == kind and each.path and each.reason not in _KEPT_PRIVATE
    }
    mine = set(folders)
    others |= {
        each.path or "" for each in proposal.surfaces if each.kind == kind and each.path not in mine
    }
    paths: list[str] = []
    exclude: list[str] = []
    parents = Counter(posixpath.dirname(folder) for folder in folders if "/" in folder)
    for parent in dict.fromkeys(posixpath.dirname(f) if "/" in f else f for f in sorted(folders)):
        children = [f for f in folders if "/" in f and posixpath.dirname(f) == parent]
        beside = sorted(f for f in others if posixpath.dirname(f) == parent and "/" in f)
        if parents[parent] >= _GLOB_FROM and len(beside) <= len(children):
            paths.append(f"{parent}/*")
            exclude += beside
        else:
            paths += sorted(children)
        if parent in mine and "/" not in parent:
            paths.insert(len(paths) - (1 if children else 0), parent or ".")
    roots = [f for f in folders if f in proposal.workspaces.get(kind, ())]
    exclude += _outside(roots, others, mine)
    lines = [f"path = {_value(paths if len(paths) > 1 else paths[0])}"]
    if exclude:
        lines.append(f"exclude = {_value(sorted(set(exclude)))}")
    return lines


def _outside(roots: Iterable[str], others: Iterable[str], mine: set[str]) -> Iterator[str]:
    """Yield what a workspace root would bring along, named by the highest folder possible."""
    for root in roots:
        for folder in others:
            if folder in mine or folder == root or (root and not folder.startswith(root + "/")):
                continue
            inner = folder[len(root) + 1 :] if root else folder
            top = posixpath.join(root, inner.split("/")[0])
            crowded = any(each == top or each.startswith(top + "/") for each in mine)
            yield folder if crowded else top


def _left_out(proposal: Proposal) -> list[str]:
    if not proposal.skipped:
        return []
    reasons: dict[tuple[str, str], list[str]] = {}
    for each in proposal.skipped:
        reason = each.reason.split(";")[0]
        reasons.setdefault((each.kind, reason), []).append(each.name)
    lines = ["# Looked at and left out:"]
    for (kind, reason), names in reasons.items():
        unique = list(dict.fromkeys(names))
        shown = ", ".join(unique[:4]) + (f" and {len(unique) - 4} more" if len(unique) > 4 else "")  # noqa: PLR2004
        lines.append(_line(f"#   {kind} {shown}: {reason}"))
    return lines


def _line(text: str) -> str:
    plain = "".join(char if char.isprintable() else "?" for char in text)
    return plain if len(plain) <= 2 * _WIDTH else plain[: 2 * _WIDTH - 1] + "…"


def _key(name: str) -> str:
    bare = all(char.isascii() and (char.isalnum() or char in "-_") for char in name)
    return name if bare and name else _value(name)


def _value(value: Any) -> str:
    """Write a TOML value: a basic string, a boolean, or a list, broken where it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    items = [_value(each) for each in value]
    line = "[" + ", ".join(items) + "]"
    if len(line) <= _WIDTH:
        return line
    return "[\n" + "".join(f"    {item},\n" for item in items) + "]"


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return char if char.isprintable() else f"\\U{ord(char):08X}"
