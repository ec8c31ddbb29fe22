"""What an error says where something was done before it: that it stays, and how to go on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from release_tools.errors import ReleaseToolsError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def hinted(stays: str, does: str) -> Iterator[None]:
    """Add to the hint of an error inside what ``stays``, and what repeating the command ``does``.

    ``stays`` is a clause; ``does`` completes "the same command, repeated,".
    """
    try:
        yield
    except ReleaseToolsError as error:
        error.hint = "; ".join(
            filter(None, (error.hint, f"{stays}: the same command, repeated, {does}"))
        )
        raise
