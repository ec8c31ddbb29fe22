"""One version, however it is spelled: parsed once, written for every ecosystem.

The grammars are PEP 440 and SemVer 2.0.0.  A text that is strict SemVer is read as SemVer,
anything else as PEP 440; ``Spelling.PEP440`` as second argument of ``parse`` reverses that.  The
canonical texts of both are never ambiguous; only ``1.2.3-1``, ``1.2.3-post1`` and
``1.2.3-pre.1`` mean different things: there SemVer sees a pre-release of its own, PEP 440 a
post-release or ``rc1``.

Equal are ``0.1.0.beta.2``, ``0.1.0b2``, ``0.1.0-b2`` and ``0.1.0-beta.2``; ``0.3`` and ``0.3.0``;
``1.0.0-beta`` and ``1.0.0-beta.0``; ``0.4.0.dev20260115`` and ``0.4.0-nightly.20260115``.  The
typed length of the release and a label without number are kept for spelling, and do not count.

The order is that of PEP 440, and SemVer's among pre-releases: dev < alpha < beta < rc < final <
post.  (SemVer alone would put ``dev`` above ``beta``: crates and charts sort it so.)  Unlike in
SemVer, build metadata counts, as PEP 440's local versions do: ``1.2.3 < 1.2.3+build.5``, and the
two are not equal, since they name two artifacts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools._grammar import (
    CORE,
    MAX_LENGTH,
    NUMBER_LIMITS,
    Spelling,
    build_key,
    is_number,
    legal,
    local_parts,
    rank,
    read_date,
    read_pep440,
    read_semver,
    shown,
)
from release_tools.errors import VersionError

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["MAX_LENGTH", "Nightly", "Spelling", "Version", "legal"]

_LETTERS = {"alpha": "a", "beta": "b", "rc": "rc"}


class Version(NamedTuple):
    """One version.  Made by ``parse``; the constructor checks nothing.

    ``release`` has the length that was typed.  ``pre`` holds SemVer's pre-release identifiers,
    so ``("rc", 1)`` for ``rc1``; a ``dev`` that stands alone is ``-dev.N`` in SemVer, and
    ``-nightly.N`` where N is a date.  ``bare`` says that a label was typed without a number.
    """

    release: tuple[int, ...]
    pre: tuple[str | int, ...] = ()
    dev: int | None = None
    post: int | None = None
    epoch: int = 0
    build: str = ""
    bare: bool = False

    @staticmethod
    def parse(text: str, spelling: Spelling | None = None) -> Version:
        """Read any spelling, with or without a leading ``v``.

        ``spelling`` says where the text stands, which decides what is otherwise ambiguous:
        PEP440 reads ``1.2.3-1`` as a post-release, IMAGE_TAG an underscore as SemVer's ``+``.
        Raises VersionError for anything that is neither PEP 440 nor SemVer, is not ASCII, or
        is longer than 128 characters.
        """
        bare = text[1:] if text[:1] in ("v", "V") else text
        parts = bare.split(".")
        if len(parts) == CORE and len(bare) <= MAX_LENGTH and all(map(is_number, parts)):
            return Version((int(parts[0]), int(parts[1]), int(parts[2])))
        if len(text) > MAX_LENGTH:
            raise VersionError(
                f"{shown(text)} is longer than the {MAX_LENGTH} characters of a version"
            )
        fields = None
        if bare[:1].isdigit() and text.isascii() and text.isprintable():
            if spelling is Spelling.PEP440:
                fields = read_pep440(bare) or read_semver(bare)
            elif spelling is Spelling.IMAGE_TAG:
                fields = read_semver(bare.replace("_", "+", 1)) or read_pep440(bare)
            else:
                fields = read_semver(bare) or read_pep440(bare)
        if fields is None:
            raise VersionError(
                f"{shown(text)} is not a version",
                hint="Write it as SemVer (0.4.0-rc.1) or as PEP 440 (0.4.0rc1).",
            )
        return Version(*fields)

    def spell(self, spelling: Spelling) -> str:
        """Return the canonical text for that ecosystem.

        Raises VersionError, saying why, where the ecosystem cannot express this version.
        """
        if spelling is Spelling.PEP440:
            text = self._pep440()
        elif spelling is Spelling.MINOR:
            if self.epoch:
                raise self._refusal("be shortened to major.minor", "it has an epoch")
            text = "{}.{}".format(*self._core())
        else:
            reason = self._beyond_semver()
            if reason:
                raise self._refusal("be a SemVer version", reason)
            core = self._core()
            if max(core) > NUMBER_LIMITS.get(spelling, max(core)):
                reason = f"its numbers end at {NUMBER_LIMITS[spelling]}"
                raise self._refusal(f"be a {spelling} version", reason)
            text = self._semver()
            if spelling is Spelling.IMAGE_TAG:
                text = text.replace("+", "_")
        if len(text) > MAX_LENGTH:
            raise self._refusal("be spelled", f"the text has more than {MAX_LENGTH} characters")
        return text

    @property
    def is_dev(self) -> bool:
        """Whether it is a development version, nightlies included."""
        return self.dev is not None

    @property
    def is_nightly(self) -> bool:
        """Whether its dev number is a date, or its SemVer pre-release begins with ``nightly``."""
        if self.dev is not None:
            return read_date(str(self.dev)) is not None
        return bool(self.pre) and str(self.pre[0]).startswith("nightly")

    @property
    def is_prerelease(self) -> bool:
        """Whether it comes before its release: alpha, beta, rc, dev or any SemVer pre-release."""
        return bool(self.pre) or self.dev is not None

    @property
    def is_stable(self) -> bool:
        """Whether it is a release or a post-release; build metadata does not matter."""
        return not self.is_prerelease

    def __str__(self) -> str:
        """Return the SemVer text, or PEP 440's where SemVer cannot express the version."""
        return self._pep440() if self._beyond_semver() else self._semver()

    def __repr__(self) -> str:
        """Return a text for people who debug."""
        return f"Version({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        """Compare the values, whatever the spelling."""
        return self._key() == other._key() if isinstance(other, Version) else NotImplemented

    def __ne__(self, other: object) -> bool:
        """Compare the values, whatever the spelling."""
        return not self == other

    def __hash__(self) -> int:
        """Hash the value, whatever the spelling."""
        return hash(self._key())

    # All four are written out: a named tuple has them already, by its fields.

    def __lt__(self, other: Version) -> bool:  # type: ignore[override]  # versions, no tuples
        """Order as the module's documentation says; a total order that agrees with ``==``."""
        return self._key() < other._key()

    def __le__(self, other: Version) -> bool:  # type: ignore[override]  # versions, no tuples
        """Order as ``<`` does."""
        return self._key() <= other._key()

    def __gt__(self, other: Version) -> bool:  # type: ignore[override]  # versions, no tuples
        """Order as ``<`` does."""
        return self._key() > other._key()

    def __ge__(self, other: Version) -> bool:  # type: ignore[override]  # versions, no tuples
        """Order as ``<`` does."""
        return self._key() >= other._key()

    def _key(self) -> tuple[object, ...]:
        release = self.release
        while release and release[-1] == 0:
            release = release[:-1]
        if self.pre:
            phase: tuple[object, ...] = (1, *map(rank, self.pre))
        else:
            phase = (0,) if self.dev is not None and self.post is None else (2,)
        return (
            self.epoch,
            release,
            phase,
            -1 if self.post is None else self.post,
            (1, 0) if self.dev is None else (0, self.dev),
            build_key(self.build),
        )

    def _core(self) -> tuple[int, int, int]:
        major, minor, patch = (*self.release[:3], 0, 0)[:3]
        return major, minor, patch

    def _beyond_semver(self) -> str:
        """Say why SemVer cannot express this version; empty when it can."""
        if any(self.release[CORE:]):
            return f"it has {len(self.release)} components, SemVer has three"
        if self.epoch:
            return "SemVer has no epochs"
        if self.post is not None:
            return "SemVer has no post-releases"
        if self.pre and self.dev is not None:
            return "SemVer would sort a dev version of a pre-release above that pre-release"
        return ""

    def _semver(self) -> str:
        text = "{}.{}.{}".format(*self._core())
        if self.dev is not None:
            text += "-nightly" if self.is_nightly else "-dev"
            text += "" if self.bare else f".{self.dev}"
        elif self.pre:
            text += "-" + ".".join(map(str, self.pre[:1] if self.bare else self.pre))
        return f"{text}+{self.build}" if self.build else text

    def _pep440(self) -> str:
        deed = "be a PEP 440 version"
        text = f"{self.epoch}!" if self.epoch else ""
        text += ".".join(map(str, self.release))
        if self.pre:
            label, number = self.pre[0], self.pre[-1]
            letter = _LETTERS.get(str(label))
            if letter is None or self.pre != (label, number) or isinstance(number, str):
                known = "alpha, beta, rc and dev, with one number"
                raise self._refusal(deed, f"the only pre-releases there are {known}")
            text += f"{letter}{number}"
        text += "" if self.post is None else f".post{self.post}"
        text += "" if self.dev is None else f".dev{self.dev}"
        if not self.build:
            return text
        local = local_parts(self.build)
        if local is None:
            raise self._refusal(deed, f"{shown(self.build)} is no local version")
        return f"{text}+{'.'.join(map(str, local))}"

    def _refusal(self, deed: str, reason: str) -> VersionError:
        return VersionError(f"{self} cannot {deed}: {reason}")


class Nightly(NamedTuple):
    """The identity of one nightly: the UTC date it is named after and the commit it was built of.

    ``commit`` is None where only the name is known.
    """

    date: dt.date
    commit: str | None = None

    @staticmethod
    def parse(text: str, commit: str | None = None) -> Nightly:
        """Read ``nightly-YYYYMMDD`` or any version that ``is_nightly`` by its date.

        Raises VersionError for anything else, dates that do not exist included.
        """
        date = read_date(text.removeprefix("nightly-")) if text.startswith("nightly-") else None
        if date is None and not text.startswith("nightly-"):
            dev = Version.parse(text).dev
            date = None if dev is None else read_date(str(dev))
        if date is None:
            raise VersionError(
                f"{shown(text)} is not a nightly", hint="A nightly is named nightly-YYYYMMDD."
            )
        return Nightly(date, commit)

    def version(self, base: Version) -> Version:
        """Return this nightly as a version on the way to ``base``, of which the numbers count."""
        return Version(base.release, dev=int(f"{self.date:%Y%m%d}"), epoch=base.epoch)

    def spell(self, spelling: Spelling, base: Version | None = None) -> str:
        """Return ``nightly-YYYYMMDD`` for tags, ``0.0.0-nightly.YYYYMMDD`` for a chart.

        Every other spelling is that of ``version(base)`` and raises VersionError without a base.
        """
        if spelling in (Spelling.IMAGE_TAG, Spelling.GIT_TAG):
            return f"nightly-{self.date:%Y%m%d}"
        if spelling is Spelling.CHART:
            base = Version((0, 0, 0))
        if base is None:
            raise VersionError(
                f"the nightly of {self.date} has no {spelling} spelling without a base version"
            )
        return self.version(base).spell(spelling)
