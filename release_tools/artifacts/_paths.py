"""The names of members: none may lead anywhere else, and none may stand twice."""

from __future__ import annotations

from release_tools.errors import MalformedError

MOST = 65_535
"""No archive of more members is read; the largest packages known have a quarter of that."""

LONGEST = 4096
NAMES = 16 * 1024 * 1024
"""All names of an archive together have no more characters."""


class Names:
    """The names of one archive, checked as they come."""

    __slots__ = ("_characters", "_count", "_files")

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._count = 0
        self._characters = 0

    def add(self, name: str, *, folder: bool = False) -> str:
        """Return the name without ``./`` and a slash at its end.

        Raises MalformedError for a name that is absolute, climbs, has a drive letter or a
        backslash, for a file that stands there already, and for too many or too long ones.
        """
        self._count += 1
        self._characters += len(name)
        if self._count > MOST or self._characters > NAMES:
            raise MalformedError(f"has more than {MOST:,} members, or names of endless length")
        path = name.removeprefix("./")
        path = path.rstrip("/") if folder else path
        if not is_plain(path) and name not in {".", "./"}:
            raise MalformedError(f"has a member called {shown(name)}, which leads elsewhere")
        if not folder and path in self._files:
            raise MalformedError(f"has two members called {shown(name)}")
        if not folder:
            self._files.add(path)
        return path


def is_plain(path: str) -> bool:
    """Say whether the path can only name a file below the folder that it is unpacked in."""
    drive = path[1:2] == ":" and path[:1].isalpha()
    if drive or "\\" in path or "\0" in path or len(path) > LONGEST:
        return False
    return not any(part in {"", ".", ".."} for part in path.split("/"))


def shown(name: str) -> str:
    """Return a name as it is written in a message."""
    return ascii(name if len(name) <= 120 else name[:119] + "…")  # noqa: PLR2004 - one line
