"""The fast lane: the plain command lines of the two everyday commands, read without click.

Importing click takes as long as all that ``verify-surfaces`` does, and a hook that runs on every
commit feels it.  Whatever is not plain, ``--help`` and every mistake included, is click's; the
tests hold both readings against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class _Lane(NamedTuple):
    """One command: the module that runs it, and its options by the names that it takes."""

    module: str
    words: str
    most_words: int
    values: Mapping[str, str]
    many: Mapping[str, str]
    flags: Mapping[str, str]
    formats: tuple[str, ...]
    defaults: Mapping[str, Any]


_GLOBAL = {"-C": "directory", "--config": "config"}
_LANES = {
    "verify-surfaces": _Lane(
        "surfaces",
        "version",
        1,
        {
            f"--{name}": name.replace("-", "_")
            for name in (
                *("tag", "stream", "ref", "format", "wait", "ledger", "in-toto"),
                *("context", "namespace", "release"),
            )
        },
        {"--built": "built", "--first": "first", "--values": "values"},
        {
            f"--{name}": name.replace("-", "_")
            for name in ("published", "absent", "released", "deployed", "chart-images", "attach")
        },
        ("text", "json", "markdown", "github", "sarif"),
        {"format": None},
    ),
    "bump": _Lane(
        "bumping",
        "target",
        99,
        {"--stream": "stream", "--next": "next_", "--format": "format"},
        {},
        {
            f"--{name}": name.replace("-", "_")
            for name in ("dry-run", "commit", "tag", "sign", "push", "pr", "allow-lower")
        },
        ("text", "json"),
        {"format": "text"},
    ),
}


def parse(argv: Sequence[str]) -> tuple[str, Mapping[str, Any]] | None:
    """Return the module and the options of a plain command line, None for what click shall read.

    Plain is: ``-C`` and ``--config`` before the command; after it words, flags, and options
    written out, each once, with its value apart.
    """
    words = iter(argv)
    found: dict[str, Any] = {"directory": ".", "config": None}
    seen: set[str] = set()
    for word in words:
        if word in _LANES:
            return _finish(_LANES[word], words, found)
        if word in seen or not _take(_GLOBAL, word, words, found):
            return None
        seen.add(word)
    return None


def _finish(
    lane: _Lane, words: Iterator[str], found: dict[str, Any]
) -> tuple[str, Mapping[str, Any]] | None:
    found |= dict.fromkeys(lane.values.values()) | dict.fromkeys(lane.flags.values(), False)
    found |= dict.fromkeys(lane.many.values(), ()) | dict(lane.defaults)
    plain: list[str] = []
    seen: set[str] = set()
    for word in words:
        if not word.startswith("-"):
            plain.append(word)
        elif word in seen:
            return None
        elif word in lane.flags:
            found[lane.flags[word]] = True
        elif word in lane.many:
            if not _take(lane.many, word, words, found):
                return None
            found[lane.many[word]] = (found[lane.many[word]],)
        elif not _take(lane.values, word, words, found):
            return None
        seen.add(word)
    if len(plain) > lane.most_words or found["format"] not in (
        lane.defaults["format"],
        *lane.formats,
    ):
        return None
    one = plain[0] if plain else None
    found[lane.words] = tuple(plain) if lane.most_words > 1 else one
    return lane.module, found


def _take(names: Mapping[str, str], word: str, words: Iterator[str], found: dict[str, Any]) -> bool:
    """Take the value of the option ``word``; False where that is not plain."""
    value = next(words, "-")
    if word not in names or value.startswith("-"):
        return False
    found[names[word]] = value
    return True
