"""The texts of versions: the grammars of PEP 440, SemVer 2.0.0, OCI tags and git references."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

CORE = 3
"""How many numbers SemVer has: major, minor, patch."""

MAX_LENGTH = 128
"""No version, tag or reference of more characters is read or written."""

Fields: TypeAlias = tuple[
    tuple[int, ...], tuple[str | int, ...], int | None, int | None, int, str, bool
]
"""What a text says, in the order of the fields of ``version.Version``."""

_SHOWN = 60
_LABELS = {"a": "alpha", "alpha": "alpha", "b": "beta", "beta": "beta", "c": "rc", "rc": "rc"}


class Spelling(StrEnum):
    """How a version is written; tags are spelled without the ``v`` that a template adds."""

    PEP440 = "pep440"
    SEMVER = "semver"
    CRATE = "crate"
    NPM = "npm"
    CHART = "chart"
    IMAGE_TAG = "tag"
    GIT_TAG = "git-tag"
    MINOR = "minor"  # 0.3: for documentation; says less than the version


NUMBER_LIMITS = {  # of major, minor and patch, as the ecosystem's own parser has them
    Spelling.CRATE: 2**64 - 1,
    Spelling.CHART: 2**64 - 1,
    Spelling.NPM: 2**53 - 1,
}


def legal(text: str, spelling: Spelling) -> bool:
    """Say whether that ecosystem would take ``text``, canonical or not.

    PEP 440 in all its forms for PEP440, strict SemVer with the ecosystem's limits for SEMVER,
    CRATE, NPM and CHART, the OCI tag grammar for IMAGE_TAG, ``git check-ref-format`` for
    GIT_TAG, ``X.Y`` for MINOR.  Nothing over 128 characters is legal.
    """
    if not text or len(text) > MAX_LENGTH or not (text.isascii() and text.isprintable()):
        return False
    if spelling is Spelling.PEP440:
        return read_pep440(text) is not None
    if spelling is Spelling.IMAGE_TAG:
        return text[0] not in ".-" and is_word(text.replace("_", "").replace(".", ""))
    if spelling is Spelling.GIT_TAG:
        return is_ref(text)
    if spelling is Spelling.MINOR:
        return text.count(".") == 1 and all(map(is_number, text.split(".")))
    fields = read_semver(text)
    return fields is not None and max(fields[0]) <= NUMBER_LIMITS.get(spelling, max(fields[0]))


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
    words = tail.split(".") if dash else []
    if (
        len(numbers) != CORE
        or not all(map(is_number, numbers))
        or not all(is_word(word) and (not word.isdigit() or is_number(word)) for word in words)
    ):
        return None
    release = (int(numbers[0]), int(numbers[1]), int(numbers[2]))
    if not words:
        return release, (), None, None, 0, build, False
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
    head, *more = words
    label = head.rstrip("0123456789").lower()
    number = head[len(label) :]
    if more and not number:
        number = more.pop(0)
    if more or (number and not number.isdigit()):
        return None
    if label == "nightly":
        return ("nightly", number) if read_date(number) else None
    label = "dev" if label == "dev" else _LABELS.get(label, "")
    return (label, number) if label else None


def read_pep440(text: str) -> Fields | None:
    """Read PEP 440, by the library that defines it in practice."""
    if " " in text or not text.lstrip("vV")[:1].isdigit():
        return None  # words are looked at often, and the library takes long to import
    from packaging.version import InvalidVersion, Version  # not needed for plain versions

    try:
        found = Version(text)
    except InvalidVersion:
        return None
    pre = (_LABELS[found.pre[0]], found.pre[1]) if found.pre else ()
    return found.release, pre, found.dev, found.post, found.epoch, found.local or "", False


def read_date(text: str) -> dt.date | None:
    """Read ``YYYYMMDD``, from 1970 on; None for what is no date of the calendar."""
    if len(text) != len("YYYYMMDD") or not (text.isascii() and text.isdigit()) or text < "1970":
        return None
    import datetime as dt  # only nightlies pay for it

    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def local_parts(build: str) -> list[str | int] | None:
    """Normalise build metadata as a PEP 440 local version; None where it cannot be one."""
    parts = build.lower().replace("-", ".").split(".")
    return [int(p) if p.isdigit() else p for p in parts] if all(parts) else None


def build_key(build: str) -> tuple[tuple[int, int, str], ...]:
    """Return the sort key of build metadata: PEP 440's of local versions, words below numbers."""
    if not build:
        return ()
    parts = local_parts(build) or build.split(".")
    return tuple((1, part, "") if isinstance(part, int) else (0, 0, part) for part in parts)


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
    return ascii(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")
