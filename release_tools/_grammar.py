"""The texts of versions: the grammars of PEP 440, SemVer 2.0.0 and git, as plain functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

Fields: TypeAlias = tuple[
    tuple[int, ...], tuple[str | int, ...], int | None, int | None, int, str, bool
]
"""What a text says, in the order of the fields of ``version.Version``."""

_LABELS = {"a": "alpha", "alpha": "alpha", "b": "beta", "beta": "beta", "c": "rc", "rc": "rc"}


def is_ref(text: str) -> bool:
    """Say whether git takes ``text`` as the name of a tag (``git check-ref-format``), in ASCII."""
    if not (text.isascii() and text.isprintable()) or text in ("", "@") or text[0] == "-":
        return False
    if any(mark in text for mark in (" ", "~", "^", ":", "?", "*", "[", "\\", "..", "@{")):
        return False
    return text[-1] != "." and all(
        part and part[0] != "." and not part.endswith(".lock") for part in text.split("/")
    )


def read_semver(text: str) -> Fields | None:
    """Read strict SemVer 2.0.0 (its paragraphs 2, 9 and 10)."""
    text, plus, build = text.partition("+")
    if plus and not all(map(is_word, build.split("."))):
        return None
    core, dash, tail = text.partition("-")
    numbers = core.split(".")
    if len(numbers) != 3 or not all(map(is_number, numbers)):
        return None
    release = (int(numbers[0]), int(numbers[1]), int(numbers[2]))
    if not dash:
        return release, (), None, None, 0, build, False
    words = tail.split(".")
    if not all(is_word(word) and (not word.isdigit() or is_number(word)) for word in words):
        return None
    known = _known(words)
    if known is None:
        pre = tuple(int(word) if word.isdigit() else word for word in words)
        return release, pre, None, None, 0, build, False
    label, number = known
    bare = not number
    if label in ("dev", "nightly"):
        return release, (), int(number or "0"), None, 0, build, bare
    return release, (label, int(number or "0")), None, None, 0, build, bare


def _known(words: Sequence[str]) -> tuple[str, str] | None:
    """Split ``rc.1``, ``rc1`` and ``rc`` into label and number; None for what is not known."""
    head = words[0].lower()
    label = head.rstrip("0123456789")
    number = head[len(label) :]
    if len(words) == 2 and not number:
        number = words[1]
    elif len(words) != 1:
        return None
    if number and not number.isdigit():
        return None
    if label == "nightly":
        return ("nightly", number) if read_date(number) else None
    label = "dev" if label == "dev" else _LABELS.get(label, "")
    return (label, number) if label else None


def read_pep440(text: str) -> Fields | None:
    """Read PEP 440, by the library that defines it in practice."""
    if " " in text:
        return None
    from packaging.version import (
        InvalidVersion,  # noqa: PLC0415 - not on the fast path
        Version,  # noqa: PLC0415
    )

    try:
        found = Version(text)
    except InvalidVersion:
        return None
    pre = (_LABELS[found.pre[0]], found.pre[1]) if found.pre else ()
    return found.release, pre, found.dev, found.post, found.epoch, found.local or "", False


def read_date(text: str) -> datetime.date | None:
    """Read ``YYYYMMDD``, from 1970 on; None for what is no date of the calendar."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()) or text < "1970":
        return None
    import datetime  # noqa: PLC0415 - only nightlies pay for it

    try:
        return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def local_parts(build: str) -> list[str | int] | None:
    """Normalise build metadata as a PEP 440 local version; None where it cannot be one."""
    parts = build.lower().replace("-", ".").split(".")
    return [int(p) if p.isdigit() else p for p in parts] if all(parts) else None


def rank(part: str | int) -> tuple[int, int, str]:
    """Return the sort key of an identifier: numbers below words, as SemVer has it."""
    return (0, part, "") if isinstance(part, int) else (1, 0, part)


def is_number(text: str) -> bool:
    """Say whether it is an ASCII number without leading zeros."""
    return text.isdigit() and text.isascii() and (text[0] != "0" or len(text) == 1)


def is_word(text: str) -> bool:
    """Say whether it holds only ASCII letters, digits and hyphens, and at least one."""
    return text.isascii() and (text.isalnum() or (text != "" and text.replace("-", "a").isalnum()))


def shown(text: str) -> str:
    """Quote ``text`` so that it can be printed: ASCII, no control characters, not too long."""
    return ascii(text if len(text) <= 60 else text[:60] + "...")
