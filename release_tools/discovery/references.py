"""References to images: what of a text is one, whole or in part."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from release_tools.discovery.values import UNKNOWN, union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from release_tools.discovery.values import Values

_LONGEST = 2000  # characters of a reference, templates included
_REFERENCE = re.compile(
    r"(?:docker://)?((?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?/)?"
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
    r"(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::([\w.\0$%{}+-]*))?(?:@.*)?"
)


def read(text: str) -> list[tuple[str, str]]:
    """Return (image, tag) of each reference in ``text``, which commas may separate.

    The image is registry and name; a name without a registry's host is one of Docker Hub.
    """
    text = text.strip().strip("\"'").removesuffix(",")
    if "," in text:
        return [found for each in text.split(",") for found in read(each)]
    if len(text) > _LONGEST:
        return []
    text = re.sub(r"\{\{-?\s*\.Version\s*-?\}\}", "{version}", text)
    text = re.sub(r"\{\{.*?\}\}|\$\{[^}]*\}|\$\(\w+\)", UNKNOWN, text)
    match = _REFERENCE.fullmatch(text.replace("docker://", "").replace("Docker.io", "docker.io"))
    if not match:
        lowered = text.lower()
        head = lowered.rsplit(":", 1)[0]
        match = _REFERENCE.fullmatch(head + ":" + UNKNOWN) if UNKNOWN not in head else None
        if not match or "/" not in head:
            return []
    image, tag = match[1], match[2] or ""
    host = image.split("/")[0]
    if "/" not in image or ("." not in host and ":" not in host and host != "localhost"):
        if image.count("/") != 1:
            return []
        image = f"docker.io/{image}"
    image = image.replace("registry.hub.docker.com/", "docker.io/").replace(
        "index.docker.io/", "docker.io/"
    )
    return [(image, tag)]


@cache
def _hole() -> re.Pattern[str]:
    part = r"[a-z0-9\0]+(?:(?:[._]|__|-+)[a-z0-9\0]+)*"
    return re.compile(rf"((?:[a-z0-9\0.-]+(?::\d+)?/)?{part}(?:/{part})*)(?::([\w.\0$%{{}}+-]*))?")


def holes(text: str) -> list[tuple[str, str]]:
    """Return (image, tag) of each reference in ``text`` whose image is known only in part.

    The image has UNKNOWN where a part is missing.
    """
    found = []
    for each in text.strip().strip("\"'").split(","):
        match = _hole().fullmatch(each.strip().lower()) if len(each) <= _LONGEST else None
        image = match[1] if match else ""
        if match and UNKNOWN in image and "/" in image and image.strip(f"{UNKNOWN}/-_."):
            found.append((image, match[2] or ""))
    return found


def lines(values: Iterable[str]) -> Values:
    """Split at line breaks and commas, and before what begins with a registry's host."""
    return union(
        *(
            (each.strip() for each in re.split(r"[\n,]|\s+(?=[\w-]+\.[\w.-]+/)", value))
            for value in values
        )
    )
