"""Which of some images a chart, or what it renders to, mentions, and by which tag.

What counts is where a container runtime, an operator or a chart looks:

- a text under ``image``, or under a key that ends in it: ``repository[:tag][@digest]``;
- ``repository`` beside ``tag`` in one mapping, and perhaps ``registry`` and ``digest``;
- any other text on one line that holds ``repository:tag`` or ``repository@digest``: arguments and
  variables of a container.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.formats import images

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Possessive, so that no shorter tag is tried where something unfit follows the whole one.
_TAG = r"(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}+))?+(?:@([a-z0-9]+:[0-9a-f]{32,128}+))?+"
_LONGEST = 2000  # characters of a text that is searched


class Mention(NamedTuple):
    """One mention of ``image``, as it was named by who asked; "" where no tag or digest stands.

    ``line`` is 1-based; 0 where nothing says it.
    """

    image: str
    tag: str = ""
    digest: str = ""
    line: int = 0


def find(documents: Iterable[Any], names: Iterable[str]) -> tuple[Mention, ...]:
    """Return each mention of the images called ``names``, once, in the order of the values.

    ``documents`` are those of ``values.read``; a name is such as ``ghcr.io/org/app``.
    """
    ours = {images.split(name): name for name in names}
    if not ours:
        return ()
    either = "|".join(re.escape(name) for name in sorted(ours.values(), key=len, reverse=True))
    inside = re.compile(rf"(?<![A-Za-z0-9._/-])({either}){_TAG}(?![A-Za-z0-9_/-])")
    found: dict[Mention, None] = {}
    for mapping in _mappings(documents):
        for mention in (*_beside(mapping, ours), *_texts(mapping, ours, inside)):
            found.setdefault(mention)
    return tuple(found)


def _mappings(documents: Iterable[Any]) -> Iterator[dict[Any, Any]]:
    """Yield every mapping once, however often it is aliased; a list is one without keys."""
    seen: set[int] = set()
    waiting = list(documents)[::-1]
    while waiting:
        value = waiting.pop()
        if id(value) in seen or not isinstance(value, dict | list):
            continue
        seen.add(id(value))
        mapping = value if isinstance(value, dict) else dict(enumerate(value))
        yield mapping
        waiting.extend(reversed(mapping.values()))


def _beside(mapping: dict[Any, Any], ours: dict[tuple[str, str], str]) -> Iterator[Mention]:
    repository = _str(mapping.get("repository"))
    registry = _str(mapping.get("registry"))
    name = ours.get(images.split(f"{registry}/{repository}" if registry else repository))
    if name is not None:
        tag = mapping.get("tag")
        line = getattr(tag or mapping["repository"], "line", 0)
        yield Mention(name, _str(tag), _str(mapping.get("digest")), line)


def _texts(
    mapping: dict[Any, Any], ours: dict[tuple[str, str], str], inside: re.Pattern[str]
) -> Iterator[Mention]:
    for key, value in mapping.items():
        if not isinstance(value, str) or len(value) > _LONGEST or "\n" in value:
            continue
        line = getattr(value, "line", 0)
        if isinstance(key, str) and key.lower().endswith("image"):
            head, _, digest = value.partition("@")
            name, colon, tag = head.rpartition(":")
            plain = not colon or "/" in tag
            image = ours.get(images.split(head if plain else name))
            if image is not None:
                yield Mention(image, "" if plain else tag, digest, line)
        elif key != "repository":
            for match in inside.finditer(value):
                if match[2] or match[3]:
                    yield Mention(match[1], match[2] or "", match[3] or "", line)


def _str(value: object) -> str:
    return value if isinstance(value, str) else ""
