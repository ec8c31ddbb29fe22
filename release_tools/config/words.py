"""How messages about a configuration name what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    At = tuple[str | int, ...]


def spoken(at: At) -> str:
    """Name a table by its address."""
    return f"surface {int(at[1]) + 1}" if at[0] == "surfaces" else ".".join(map(str, at))


def quoted(word: object) -> str:
    """Put quotes around a word; what is no word of one line is shown as a value."""
    plain = isinstance(word, str) and word.isprintable() and len(word) <= 60  # noqa: PLR2004
    return f'"{word}"' if plain else shown(word)


def shown(value: object) -> str:
    """Show a value, cut to fit on a line."""
    text = repr(value)  # cut to one line, and without what may be a password in it
    if "@" in text:
        start = text.find("://") + 3 if "://" in text else 1
        text = f"{text[:start]}***{text[text.rindex('@') :]}"
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004 - a line of a terminal
