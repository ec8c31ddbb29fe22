"""A whole YAML document as nodes that know their lines, for files that are judged, not edited.

No tag is resolved, so ``on`` stays a word and ``1.10`` keeps its zero.  An alias is the node that
it names, shared and never copied; what all aliases together would expand to is bounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import MalformedError
from release_tools.formats import _events

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARACTERS = 1_000_000
"""No longer text is parsed."""

_MAX_NODES = 200_000  # once every alias is replaced by what it names


class Node(NamedTuple):
    """A scalar (``value`` is its text), a mapping (pairs of nodes) or a sequence (nodes).

    ``line`` and ``column`` are 1-based; ``raw`` is what stands in the file for a scalar, ``plain``
    says that it is written without quotes.  ``size`` counts the nodes in it, itself included.
    """

    value: str | tuple[tuple[Node, Node], ...] | tuple[Node, ...]
    line: int
    column: int
    raw: str = ""
    plain: bool = False
    mapping: bool = False
    size: int = 1


def load(text: str) -> Node:
    """Return the one document of ``text``.

    Raises MalformedError, with the line, for what is no YAML, more than one document, a key that
    stands twice or is no scalar, a merge key, an alias of nothing, and a text or an expansion of
    aliases over the cap.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"has {len(text):,} characters, more than the {MAX_CHARACTERS:,} that are read"
        raise MalformedError(message)
    bare = text.removeprefix("\ufeff")
    return _Builder(bare).build(_events.events(bare, 0, len(bare)))


class _Builder:
    """Builds nodes from events with a stack of its own: depth costs no recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.anchors: dict[str, Node] = {}
        self.open: list[tuple[Any, list[Node]]] = []
        self.root: Node | None = None

    def build(self, events: Iterator[Any]) -> Node:
        import yaml

        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                span: Any = event  # whose marks are always there
                raw = self.text[span.start_mark.index : span.end_mark.index]
                node = Node(event.value, *_place(event), raw, plain=not event.style)
                self._add(event, node)
            elif isinstance(event, yaml.AliasEvent):
                self._add(None, self._named(event))
            elif isinstance(event, yaml.CollectionStartEvent):
                self.open.append((event, []))
            elif isinstance(event, yaml.CollectionEndEvent):
                start, children = self.open.pop()
                self._add(start, _collection(start, children))
            elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
                raise MalformedError("holds more than one document", line=_place(event)[0])
        if self.root is None:
            raise MalformedError("is empty", line=1)
        return self.root

    def _named(self, event: Any) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None:
            message = f"the alias *{event.anchor} names nothing that is complete above it"
            raise MalformedError(message, line=_place(event)[0])
        return node

    def _add(self, event: Any, node: Node) -> None:
        if node.size > _MAX_NODES:
            message = f"its aliases expand to more than {_MAX_NODES:,} values"
            raise MalformedError(message, line=node.line)
        if event is not None and event.anchor is not None:
            self.anchors[event.anchor] = node
        if self.open:
            self.open[-1][1].append(node)
        else:
            self.root = node


def _collection(start: Any, children: list[Node]) -> Node:
    import yaml

    size = 1 + sum(child.size for child in children)
    if isinstance(start, yaml.SequenceStartEvent):
        return Node(tuple(children), *_place(start), size=size)
    pairs = tuple(zip(children[::2], children[1::2], strict=True))
    seen: dict[str, int] = {}
    for key, _ in pairs:
        if not isinstance(key.value, str):
            raise MalformedError("a key is no plain text", line=key.line)
        if key.value == "<<" and key.plain:
            raise MalformedError("the merge key << is not read by GitHub", line=key.line)
        if key.value in seen:
            message = f"the key {key.value[:80]!a} stands twice, first in line {seen[key.value]}"
            raise MalformedError(message, line=key.line)
        seen[key.value] = key.line
    return Node(pairs, *_place(start), mapping=True, size=size)


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1
