"""pip's configuration: https://pip.pypa.io/en/stable/topics/configuration/."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from release_tools.adapters import clients

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SECTIONS = ("global", "install", "download", "index")


def index(environ: Mapping[str, str]) -> str | None:
    """Return the index as pip has it, credentials included; None where it has the usual one.

    Raises UnreadableError for a file that cannot be read.
    """
    return _settings(environ).get("index-url")


def others(environ: Mapping[str, str]) -> list[str]:
    """Return the further indexes that pip asks; raises as ``index`` does."""
    return _settings(environ).get("extra-index-url", "").split()


def _settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Merge all sources, the strongest last."""
    from configparser import Error, RawConfigParser

    found: dict[str, str] = {}
    for path in _files(environ):
        text = clients.read(path)
        if text is None:
            continue
        parser = RawConfigParser(strict=False)
        try:
            parser.read_string(text)
        except Error as error:
            why = type(error).__name__  # its message repeats the line, and what secrets it holds
            raise clients.broken(path, why) from None
        for section in filter(parser.has_section, _SECTIONS[:2]):
            found |= {key.replace("_", "-"): value.strip() for key, value in parser.items(section)}
    for key in ("index-url", "extra-index-url"):
        value = environ.get("PIP_" + key.upper().replace("-", "_"))
        if value:
            found[key] = value.strip()
    return found


def _files(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the files that pip reads, the strongest last."""
    named = environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:  # pip's way to have no configuration at all
        return
    home = clients.home(environ)
    user = environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    if sys.platform == "darwin":
        yield "/Library/Application Support/pip/pip.conf"
        library = os.path.join(home, "Library", "Application Support")
        user = library if os.path.isdir(os.path.join(library, "pip")) else user
    else:
        for folder in reversed((environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")):
            yield os.path.join(folder, "pip", "pip.conf")
        yield "/etc/pip.conf"
    yield os.path.join(home, ".pip", "pip.conf")
    yield os.path.join(user, "pip", "pip.conf")
    if environ.get("VIRTUAL_ENV"):
        yield os.path.join(environ["VIRTUAL_ENV"], "pip.conf")
    if named:
        yield named
