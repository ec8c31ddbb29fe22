"""How messages about a configuration name what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    At = tuple[str | int, ...]


def nearest(word: str, known: Iterable[str], alike: float = 0.5) -> str:
    """Return a question after the known word that is most like ``word``, empty for none."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1, cutoff=alike)
    return f'did you mean "{near[0]}"?' if near else ""


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
