"""Renderings of the table and its findings: pure functions from values to text."""

from __future__ import annotations


def safe(text: str, longest: int | None = None) -> str:
    r"""Return ``text`` fit for a terminal or a log: one line that shows, and does, nothing else.

    Whatever is not printable (control characters, ANSI sequences, marks that turn the direction
    of writing, lone surrogates from undecodable file names) is written as an escape such as
    ``\n`` or ``\u202e``.  What GitHub's runner would obey is broken up: ``##[`` anywhere in a
    line, ``::`` at its beginning.  ``longest`` caps the characters taken from ``text``.
    """
    if longest is not None and len(text) > longest:
        text = text[: longest - 1] + "…"
    if not text.isprintable():
        text = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    if "##[" in text:
        text = text.replace("##[", r"#\x23[")
    if "::" in text and text.lstrip().startswith("::"):
        text = text.replace("::", r"\x3a:", 1)
    return text
