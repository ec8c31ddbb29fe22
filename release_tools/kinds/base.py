"""What every kind offers, and the checks for the keys that it declares.

A kind reads a ``[[surfaces]]`` entry into surfaces (``expand``) and says where the version of one
surface stands in the tree (``places``).  It does no I/O but through the ``Tree`` it is handed.
"""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from release_tools.errors import ConfigError, ReleaseToolsError
from release_tools.model import Surface

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from release_tools.model import Place, Tree

    Check = Callable[[Any], Any]
    T = TypeVar("T")


class Entry(NamedTuple):
    """One ``[[surfaces]]`` table, checked.

    ``paths`` and ``exclude`` are paths or globs relative to the root; ``options`` holds every
    other key, its own kind's included, each as its check returned it.
    """

    kind: str
    stream: str
    paths: tuple[str, ...]
    exclude: tuple[str, ...]
    options: Mapping[str, Any]


class Kind(Protocol):
    """A module of ``kinds/``."""

    KEYS: Mapping[str, Check]
    """The keys that its entries take beside the common ones, each with its check."""

    def expand(self, entry: Entry, tree: Tree) -> tuple[Surface, ...]:
        """Return the surfaces that the entry declares.

        Raises ConfigError where the entry names nothing at all.
        """

    def places(self, surface: Surface, tree: Tree) -> tuple[Place, ...]:
        """Return every place in the tree that states the surface's version.

        A kind may offer ``stale_locks(surface, tree)`` beside it: the lock files that follow the
        version and that only another program can write.
        """


def text(value: object) -> str:
    """Accept a non-empty string on one line."""
    if isinstance(value, str) and value and value.isprintable():
        return value
    raise ValueError("a non-empty string on one line")


def texts(value: object) -> tuple[str, ...]:
    """Accept a string or a list of strings."""
    if isinstance(value, list) and value:
        return tuple(text(item) for item in value)
    return (text(value),)


def url(*schemes: str) -> Check:
    """Accept a URL of one of these schemes, without user name and password."""

    def check(value: object) -> str:
        checked = text(value)
        scheme, _, rest = checked.partition("://")
        host = rest.partition("/")[0]
        if scheme not in schemes or not host or " " in checked:
            raise ValueError("a URL that begins with " + " or ".join(f"{s}://" for s in schemes))
        if "@" in host:
            raise ValueError("a URL without credentials: they belong into the environment")
        return checked

    return check


def repository(value: object) -> str:
    """Accept ``host/path`` of an image repository: no scheme, no tag, no credentials."""
    checked = text(value).rstrip("/")
    if "://" in checked or " " in checked or "@" in checked or not checked:
        raise ValueError("a registry and a path, such as ghcr.io/owner/project, and no credentials")
    return checked


def flag(value: object) -> bool:
    """Accept true or false."""
    if isinstance(value, bool):
        return value
    raise ValueError("true or false")


def affixed(value: object) -> str:
    """Accept a text around exactly one ``{version}``, such as ``v{version}``."""
    checked = text(value)
    if checked.count("{version}") != 1:
        raise ValueError("a text with one {version} in it")
    return checked


def one_of(*words: str) -> Check:
    """Accept one of these words."""

    def check(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        raise ValueError("one of " + ", ".join(f'"{word}"' for word in words))

    return check


def per_name(value: object) -> Mapping[str, tuple[str, ...]]:
    """Accept a list of strings for all names, or a table of lists by name."""
    if isinstance(value, dict):
        return {text(name): texts(items) for name, items in value.items()}
    return {"*": texts(value)}


def project(value: object) -> str:
    """Accept ``owner/name``."""
    checked = text(value)
    owner, slash, name = checked.partition("/")
    letters = checked.replace("-", "").replace(".", "").replace("_", "").replace("/", "", 1)
    if owner and slash and name and letters.isalnum() and letters.isascii():
        return checked
    raise ValueError('a GitHub repository as "owner/name"')


COMMON: Mapping[str, Check] = {
    "name": text,
    "workflow": text,
    "source": one_of("stamped", "derived"),
    "optional": flag,
    "release-only": flag,
    "after-release": flag,
    "first": text,
}
"""The keys that every kind takes, beside ``kind``, ``stream``, ``path`` and ``exclude``."""


def folders(entry: Entry, tree: Tree, manifest: str) -> tuple[str, ...]:
    """Return the folders that the entry's paths name and that hold ``manifest``.

    A path may name the folder or the manifest itself; a glob may do either.  A plain path is
    returned even where the manifest is missing, so that the gap is reported in its own row.
    Raises ConfigError where there is no path, or a glob matches nothing.
    """
    if not entry.paths:
        raise ConfigError(
            f"a surface of kind {entry.kind} needs a path",
            hint=f'name the folder of its {manifest}, for example path = "."',
        )
    found: dict[str, None] = {}
    for path in entry.paths:
        folder = folder_of(path, manifest)
        if not is_glob(folder):
            found[folder] = None
            continue
        matches = tree.glob(join(folder, manifest))
        if not matches:
            raise ConfigError(
                f'the path "{path}" of a surface of kind {entry.kind} matches no {manifest}',
                hint="correct the glob, or remove it",
            )
        found.update((dirname(match), None) for match in matches)
    return some(entry, tuple(folder for folder in found if not excluded(folder, entry.exclude)))


def folder_of(path: str, manifest: str) -> str:
    """Return the folder that a path names, whether by itself or by its manifest."""
    return within("", dirname(path) if path.rpartition("/")[2] == manifest else path) or ""


def files(entry: Entry, tree: Tree) -> tuple[tuple[str, bool], ...]:
    """Return the files that the entry's paths name, each with whether a glob found it.

    Raises ConfigError where a glob matches nothing, or ``exclude`` leaves nothing, unless the
    entry is optional.
    """
    found: dict[str, bool] = {}
    for path in map(normpath, entry.paths):
        if not is_glob(path):
            found[path] = False
            continue
        matches = tree.glob(path)
        if not matches and not entry.options.get("optional"):
            raise ConfigError(
                f'the path "{path}" of a surface of kind {entry.kind} matches no file',
                hint="correct the glob, or set optional = true",
            )
        for match in matches:
            found.setdefault(match, True)
    left = tuple(item for item in found.items() if not excluded(item[0], entry.exclude))
    return some(entry, left) if found else ()


def some(entry: Entry, found: tuple[T, ...]) -> tuple[T, ...]:
    """Return what the entry's paths found; raise ConfigError where ``exclude`` left nothing."""
    if not found and not entry.options.get("optional"):
        raise ConfigError(
            f"exclude leaves no file of a surface of kind {entry.kind}",
            hint="correct exclude, or remove the surface",
        )
    return found


def surfaces(
    entry: Entry, found: Mapping[str, str], private: Mapping[str, str]
) -> tuple[Surface, ...]:
    """One surface for each folder that is published, given with its name; raises as ``some``.

    Folders that are not published but carry the version all the same are places of the first
    surface (``also``).  Where nothing is published, as of an application, one of them is it
    (``private``).
    """
    hidden = {} if found else {"private": True}
    found = found or dict(list(private.items())[:1])
    some(entry, tuple(found))
    name = entry.options.get("name") if len(found) == 1 else None
    also = tuple(folder for folder in private if folder not in found)
    first = {**entry.options, **hidden, "also": also} if also or hidden else entry.options
    return tuple(
        surface(entry, name or own, folder, entry.options if i else first)
        for i, (folder, own) in enumerate(found.items())
    )


def surface(
    entry: Entry, name: str, path: str, options: Mapping[str, Any] | None = None
) -> Surface:
    """Return the entry's surface called ``name``, with the entry's options or others."""
    own = entry.options if options is None else options
    return Surface(f"{entry.kind}:{name}", entry.kind, name, entry.stream, path, own)


def is_glob(path: str) -> bool:
    """Say whether a path holds ``*``, ``?`` or ``[``."""
    return "*" in path or "?" in path or "[" in path


def excluded(path: str, patterns: Sequence[str]) -> bool:
    """Say whether a path is one of the patterns, matches one, or lies below one."""
    if not patterns:
        return False
    from fnmatch import fnmatchcase

    return any(inside(path, each) or fnmatchcase(path, each) for each in map(normpath, patterns))


class naming:  # noqa: N801 - used as a statement: with naming(path)
    """Name ``path`` in every error that leaves the block without a path of its own."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Let the error go on, with a path."""
        if isinstance(error, ReleaseToolsError) and error.path is None:
            error.path = self.path


def beside(folder: str, name: str) -> str:
    """Join a folder, which may be the root, and a name."""
    return f"{folder}/{name}" if folder else name


def within(folder: str, relative: str) -> str | None:
    """Resolve a relative path found in ``folder``; None where it leaves the root."""
    path = normpath(join(folder, relative))
    if path == ".":
        return ""
    return None if path.startswith(("../", "/")) or path == ".." else path


def inside(path: str, folder: str) -> bool:
    """Say whether ``path`` is the folder or stands below it; everything stands below the root."""
    return not folder or path == folder or path.startswith(folder + "/")


def ancestors(folder: str) -> tuple[str, ...]:
    """Return the folder itself and all above it up to the root, nearest first."""
    chain = [folder]
    while folder:
        folder = dirname(folder)
        chain.append(folder)
    return tuple(chain)
