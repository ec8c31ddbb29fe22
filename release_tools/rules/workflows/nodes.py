"""What the rules need of a YAML document: values with their lines.  ``formats.nodes`` has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Node(Protocol):
    """A scalar, a mapping or a sequence; see ``formats.nodes.Node``."""

    @property
    def value(self) -> Any:
        """A text, a tuple of pairs of nodes, or a tuple of nodes."""

    @property
    def line(self) -> int:
        """The 1-based line where it begins."""

    @property
    def column(self) -> int:
        """The 1-based column where it begins."""

    @property
    def raw(self) -> str:
        """What stands in the file for a scalar."""

    @property
    def plain(self) -> bool:
        """Whether it is a scalar without quotes."""

    @property
    def mapping(self) -> bool:
        """Whether it is a mapping."""


class Text(NamedTuple):
    """A scalar: its text, where it begins, and what stands in the file for it."""

    text: str
    line: int
    column: int
    raw: str = ""

    def line_of(self, needle: str, after: int = 0) -> int:
        """Return the line where ``needle`` stands, its ``after``-th occurrence; else the first."""
        at = -1
        for _ in range(after + 1):
            at = self.raw.find(needle, at + 1)
        return self.line if at < 0 else self.line + self.raw.count("\n", 0, at)


def pairs(node: Node | None) -> Iterator[tuple[Text, Node]]:
    """Yield the keys and values of a mapping; nothing for anything else."""
    if node is not None and node.mapping:
        for key, value in node.value:
            yield Text(key.value, key.line, key.column, key.raw), value


def get(node: Node | None, key: str) -> Node | None:
    """Return the value of ``key`` in a mapping, None where there is none."""
    return next((value for name, value in pairs(node) if name.text == key), None)


def mapping(node: Node | None) -> Mapping[str, Node]:
    """Return a mapping by its keys; empty for anything else."""
    return {name.text: value for name, value in pairs(node)}


def text(node: Node | None) -> Text | None:
    """Return a scalar, None for anything else and for a null."""
    if node is None or not isinstance(node.value, str):
        return None
    if node.plain and node.value in {"", "~", "null", "Null", "NULL"}:
        return None
    return Text(node.value, node.line, node.column, node.raw)


def texts(node: Node | None) -> tuple[Text, ...]:
    """Return the scalars of a sequence, or the one scalar that stands in its place."""
    one = text(node)
    if one is not None:
        return (one,)
    if node is None or node.mapping or isinstance(node.value, str):
        return ()
    found = (text(each) for each in node.value)
    return tuple(each for each in found if each is not None)


def items(node: Node | None) -> tuple[Node, ...]:
    """Return the nodes of a sequence; empty for anything else."""
    if node is None or node.mapping or isinstance(node.value, str):
        return ()
    return tuple(node.value)
