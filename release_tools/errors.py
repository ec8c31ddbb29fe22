"""Every error that release-tools raises on purpose: a message, a hint, an exit code.

A message names the place, what stands there and what was expected; the hint says what to do.
Anything else that escapes is a bug and ends with exit code 70.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 64  # characters of a word to compare: longer ones take long, and are like no name


def nearest(word: str, known: Iterable[str], alike: float = 0.5) -> str:
    """Return a question after the known word that is most like ``word``, empty for none.

    ``alike`` is how much of the two must be the same, from 0 to 1.
    """
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), 1, alike) if len(word) <= _LONGEST else []
    return f'did you mean "{near[0]}"?' if near else ""


class ReleaseToolsError(Exception):
    """Base of all expected errors.

    ``message`` is one sentence, ``hint`` what to do next (may be empty), ``path`` and ``line``
    (1-based) name the place where there is one.  ``exit_code`` follows the table in the README.
    """

    exit_code = 2
    id = "usage"

    def __init__(
        self, message: str, *, hint: str = "", path: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.line = line

    @property
    def where(self) -> str:
        """``path:line``, ``path``, or an empty string."""
        if self.path is None:
            return ""
        return self.path if self.line is None else f"{self.path}:{self.line}"

    def __str__(self) -> str:
        """Return ``path:line: message``, without the hint."""
        return f"{self.where}: {self.message}" if self.where else self.message


class UsageError(ReleaseToolsError):
    """The command line or the library was called with something that cannot be meant."""


class ConfigError(ReleaseToolsError):
    """The configuration cannot be used: unknown key, wrong type, rogue path."""

    id = "config"


class VersionError(ReleaseToolsError, ValueError):
    """A text is no version, or a version that an ecosystem cannot express."""

    id = "invalid-version"


class AbsentError(ReleaseToolsError):
    """A file is provably not there."""

    exit_code = 1
    id = "file-missing"


class MalformedError(ReleaseToolsError):
    """A file is there and was read, but it is not what its name promises."""

    exit_code = 1
    id = "file-malformed"


class UnreadableError(ReleaseToolsError):
    """Whether something is there, or what it says, could not be found out.

    ``id`` is ``file-unreadable`` where ``path`` names the file, else ``undetermined``.
    """

    exit_code = 3
    id = "undetermined"

    def __init__(
        self, message: str, *, hint: str = "", path: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(message, hint=hint, path=path, line=line)
        if path is not None and type(self) is UnreadableError:
            self.id = "file-unreadable"


class UnreachableError(UnreadableError):
    """A server gave no answer that can be believed, or may not be asked at all."""

    id = "unreachable"


class RefusedError(ReleaseToolsError):
    """The request is well-formed, but doing it would harm; ``id`` names the finding."""

    exit_code = 1

    def __init__(
        self,
        id: str,  # noqa: A002 - the word of the report
        message: str,
        *,
        hint: str = "",
        path: str | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint, path=path, line=line)
        self.id = id
