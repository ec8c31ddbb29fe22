"""The fast lane: ``verify-surfaces`` without click.

Importing click takes as long as all that verify-surfaces does, and a hook that runs on every
commit feels it.  So its plain command lines are read here.  Whatever is not plain, ``--help``
and every mistake included, is click's; the tests hold both readings against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COMMAND = "verify-surfaces"
_BEFORE = {"-C": "directory", "--config": "config"}
_AFTER = {"--tag": "tag", "--stream": "stream", "--ref": "ref", "--format": "format"}


def parse(argv: Sequence[str]) -> Mapping[str, str | None] | None:
    """Return the options of a plain ``verify-surfaces``, None for whatever click shall read.

    Plain is: ``-C``, ``--config`` before the command, then at most one VERSION and ``--tag``,
    ``--stream``, ``--ref``, ``--format``, each written out, once, with its value apart.
    """
    if COMMAND not in argv:
        return None
    found: dict[str, str | None] = {}
    words = iter(argv)
    names = _BEFORE
    for word in words:
        if names is _BEFORE and word == COMMAND:
            names = _AFTER
            continue
        name = names.get(word)
        if name is None and names is _AFTER and not word.startswith("-"):
            name, value = "version", word
        else:
            value = next(words, "-")
        if name is None or name in found or value.startswith("-") or not value:
            return None
        found[name] = value
    if names is _BEFORE or not _is_known(found.get("format")):
        return None
    unset = ("config", "version", *_AFTER.values())
    return {"directory": ".", **dict.fromkeys(unset), **found}


def _is_known(format_: str | None) -> bool:
    from release_tools.cli.surfaces import FORMATS

    return format_ is None or format_ in FORMATS
