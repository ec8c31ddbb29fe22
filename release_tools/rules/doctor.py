"""What ``doctor`` makes of what it sees: prerequisites, charts, images that do not come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import VersionError
from release_tools.model import Verdict
from release_tools.reading import Absent, Found, Unknown
from release_tools.rules.findings import finding
from release_tools.steps import Looked
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from release_tools.model import Finding
    from release_tools.reading import Listing, Reading

MINIMUM: Mapping[str, tuple[int, ...]] = {"helm": (3, 14), "pip": (22,)}
"""The oldest version of a program that all steps work with."""

_SHOWN = 6
_CAUSES = (
    (("unauthorized", "denied", "401", "403", "authentication"), "credentials"),
    (("no match for platform", "no matching manifest", "exec format"), "platform"),
    (("toomanyrequests", "too many requests", "429", "rate limit"), "rate"),
    (("x509", "certificate"), "trust"),
    (("no such host", "i/o timeout", "connection refused", "dial tcp"), "network"),
)
_ADVICE = {
    "credentials": "the node is refused: give the pod an imagePullSecret, or mend the one it has",
    "platform": "the image is not built for the node's architecture: choose other nodes, or build",
    "rate": "the registry limits how often it is asked: log in, or mirror the image",
    "trust": "the node does not trust the registry's certificate: install its authority there",
    "network": "the node does not reach the registry: look at its DNS, proxy and egress rules",
}


class Stuck(NamedTuple):
    """An image that does not come: for which pods, and what the kubelet says."""

    image: str
    pods: tuple[str, ...]
    said: str


def program(name: str, version: tuple[int, ...] | Absent | Unknown) -> tuple[Looked, list[Finding]]:
    """Judge one program by the version that it says it has."""
    if isinstance(version, Absent | Unknown):
        missing = isinstance(version, Absent) or "cannot be started" in version.reason
        hint = version.hint if isinstance(version, Unknown) else ""
        verdict = Verdict.MISSING if missing else Verdict.UNKNOWN
        said = finding("program-missing", f"{name}: {version.reason}", hint=hint or None)
        return Looked(name, verdict, version.reason), [said]
    text, least = _dotted(version), MINIMUM.get(name, ())
    if version >= least:
        return Looked(name, Verdict.AGREES, text), []
    message = f"{name} is {text}, and {_dotted(least)} or later is needed"
    return Looked(name, Verdict.DIFFERS, text), [finding("program-old", message)]


def chart(
    name: str, text: str, reading: Reading, listing: Listing | Absent | Unknown | None
) -> tuple[Looked, list[Finding]]:
    """Judge whether a chart is where it is looked for; ``listing`` says what is there instead."""
    if isinstance(reading, Found):
        return Looked(name, Verdict.AGREES, f"{reading.version} at {reading.where}"), []
    if isinstance(reading, Unknown):
        said = finding("registry-unknown", f"{reading.where}: {reading.reason}")
        return Looked(name, Verdict.UNKNOWN, reading.reason), [said]
    versions = [] if listing is None or isinstance(listing, Absent | Unknown) else listing.versions
    there = newest_first(one.version for one in versions)
    message = f"{name} {text} is not at {reading.where}"
    if not there:
        return Looked(name, Verdict.MISSING, text), [finding("chart-not-found", message)]
    more = f" and {len(there) - _SHOWN} more" if len(there) > _SHOWN else ""
    message = f"{message}; there are {', '.join(there[:_SHOWN])}{more}"
    hint = f"the nearest is {nearest(text, there)}: correct the version, or publish {text}"
    return Looked(name, Verdict.MISSING, text), [finding("chart-not-found", message, hint=hint)]


def newest_first(texts: Iterable[str]) -> list[str]:
    """Return the texts that are versions, the highest first, and the others after them."""
    versions: list[tuple[Version, str]] = []
    words: list[str] = []
    for text in texts:
        try:
            versions.append((Version.parse(text), text))
        except VersionError:
            words.append(text)
    return [text for _, text in sorted(versions, reverse=True)] + sorted(words)


def nearest(text: str, there: Sequence[str]) -> str:
    """Return the one that is spelled most alike, else the first."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(text, there[:1000], n=1, cutoff=0.5)), there[0])


def pull(stuck: Stuck, reading: Reading | None, publishing: str, command: str) -> Finding:
    """Say why an image does not come.

    ``reading`` is what its registry says of it, None for a foreign one.

    ``publishing`` says how far the release of that version is, ``command`` takes it back.
    """
    pods = ", ".join(stuck.pods[:_SHOWN])
    message = f"{pods} cannot pull {stuck.image}: {stuck.said}"
    match reading:
        case Absent():
            message = f"{message}; the registry does not have it. {publishing}".rstrip()
            hint = f"wait until it is published; until then go back: {command}"
            return finding("image-tag-missing", message, hint=hint)
        case Found():
            advice = _ADVICE.get(cause(stuck.said) or "")
            return finding("image-refused", f"{message}; the registry has it", hint=advice)
        case Unknown(where, reason):
            message = f"{message}; whether the registry has it cannot be told: {where}: {reason}"
            return finding("image-not-pulled", message, hint=reading.hint or None)
        case None:
            hint = _ADVICE.get(cause(stuck.said) or "", "ask whoever publishes it, or its registry")
            return finding("image-not-pulled", f"{message}; it is no image of ours", hint=hint)


def cause(said: str) -> str | None:
    """Return what a kubelet's words mean: credentials, platform, rate, trust, network, or None."""
    low = said.lower()
    found = (name for words, name in _CAUSES if any(_says(low, word) for word in words))
    return next(found, None)


def _says(text: str, word: str) -> bool:
    """Say whether the word is there; a number whole, and no port or part of a digest."""
    return bool(re.search(rf"(?<![\w:]){word}(?!\w)", text)) if word.isdigit() else word in text


def _dotted(numbers: Sequence[int]) -> str:
    return ".".join(map(str, numbers))
