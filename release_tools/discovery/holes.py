"""Images that a workflow pushes to a place that only a secret or a variable knows.

The tree may name them all the same, where it tells users what to run or deploys it: a reference
with a hole is filled with the image of the owner that fits it and is named most.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from release_tools.discovery.values import UNKNOWN

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

    from release_tools.discovery.pushes import Push

_LEAST = 3  # letters of a reference beside its holes, below which everything fits
_MANY = 200


def filled(holes: Iterable[Push], named: Counter[str], project: str) -> Iterator[Push]:
    """Yield the pushes among ``holes`` whose image can be told, with it.

    ``named`` are the images of the owner that the tree names.  What one hole stands for, it
    stands for in every reference of the same form: with another suffix, or another last name.
    """
    places: dict[str, str] = {}  # what an unknown place before a known name has been
    stems: dict[str, str] = {}
    unique = {each.image: each for each in sorted(holes, key=lambda each: len(each.image))}
    waiting = list(unique.values())[:_MANY]
    for push in (*waiting, *waiting):
        if push.image in stems:
            continue
        image = _known(push.image, places, stems) or _best(push.image, named, project)
        if not image:
            continue
        stems[push.image] = image
        place, _, name = push.image.rpartition("/")
        if UNKNOWN in place and UNKNOWN not in name:
            places.setdefault(place, image.rpartition("/")[0])
        yield replace(push, image=image, told=True)


def _known(pattern: str, places: dict[str, str], stems: dict[str, str]) -> str:
    place, _, name = pattern.rpartition("/")
    if place in places and UNKNOWN not in name:
        return f"{places[place]}/{name}"
    for stem, image in stems.items():
        suffix = pattern.removeprefix(stem)
        if suffix != pattern and UNKNOWN not in suffix and suffix.startswith(("-", "/", "_")):
            return image + suffix
    return ""


def _best(pattern: str, named: Counter[str], project: str) -> str:
    """Return the image that fits and is named most; the project's own where all would fit."""
    fits = re.compile(re.escape(pattern).replace(re.escape(UNKNOWN), r"[\w.:/-]+")).fullmatch
    name = pattern.rpartition("/")[2]
    vague = UNKNOWN in name or len(re.sub(r"[^a-z]", "", name)) < _LEAST
    for image, _ in named.most_common():
        if fits(image) and (not vague or image.rpartition("/")[2] == project):
            return image
    return ""
