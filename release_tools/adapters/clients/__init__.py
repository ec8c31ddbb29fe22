"""What the user's own package clients are configured with: addresses, and credentials for them.

Files below the project's root give addresses, as they do to the clients.  They are not the
user's own, though: whoever can propose a change can write them.  So they give no credentials, and
no trust to a private address or one without TLS.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIMIT = 1 << 20


class Configured(NamedTuple):
    """An address as a client has it, credentials included; ``own`` where the user set it."""

    url: str
    own: bool


class Key(NamedTuple):
    """``header`` is what ``Authorization`` has to be below ``base``, a URL.

    A base that begins with ``//`` holds for any scheme, and for the port that it names.
    """

    base: str
    header: str


def home(environ: Mapping[str, str]) -> str:
    """Return the user's folder."""
    return environ.get("HOME") or os.path.expanduser("~")


def read(path: str) -> str | None:
    """Return the text of a client's configuration, None where there is no such file.

    Raises UnreadableError for one that cannot be read, or is none: too large, not UTF-8.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(_LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise broken(path, (error.strerror or "it cannot be read").lower()) from None
    if len(data) > _LIMIT:
        raise broken(path, f"it has more than {_LIMIT:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise broken(path, "it is not UTF-8") from None


def broken(path: str, why: str) -> UnreadableError:
    """Return the error for a client's configuration of which nothing can be made."""
    return UnreadableError(
        f"the configuration cannot be read: {why}",
        path=path,
        hint="correct it, or name the address under [registries]",
    )


def basic(user: str, password: str) -> str:
    """Return the header of a name and a password (RFC 7617)."""
    from base64 import b64encode

    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def split(url: str) -> tuple[str, Key | None]:
    """Return the URL without its credentials, and these; raises ValueError for what is no URL."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()
    if not parts.username:
        return bare, None
    return bare, Key(bare, basic(unquote(parts.username), unquote(parts.password or "")))
