"""The line walker and PyYAML agree about every address of generated YAML."""

from __future__ import annotations

import os
from typing import Any

import yaml as pyyaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from release_tools.errors import MalformedError
from release_tools.formats import _blocks, images, splice, yaml
from release_tools.model import Edit

MANY = int(os.environ.get("RELEASE_TOOLS_EXAMPLES", "60"))
KEYS = ("version", "image", "tag", "repository", "a", "versions", "name")
PLAIN = (
    "1.2.3",
    "v0.3.0",
    "latest",
    "it's",
    'say "hi"',
    "a#b",
    "~",
    "null",
    "0.10",
    "x y",
    "org/app",
)
ODD = (
    '"q"', "'q'", '""', '"a\\"b"', "'it''s'", '"x # y"', "[]", "{}", "[a, b]", '["]", x]',
    "{version: 1.2.3, tag: v1}", "&a 1.2.3", "*a", "!!str 1.2.3", "{image: org/app:v1}",
    "{repository: org/app, tag: 'v1'}", "org/app:v1", '"org/app:v2@sha256:00"', "org/app-rocm:v1",
    "ghcr.io/org/app:v1", "&r org/app", "*r", "- x", "a: b",
)  # fmt: skip
LINES = (
    "# version: 9", "", "  # note", '"open', 'close"', "'", "[", "]", "version: 5", "  version: 5",
    "? version", ": 5", "<<: {version: 7}", "---", "--- # x", "...", "--- |", "%YAML 1.1", "\tx: y",
    "- version: 6", "  - 1", "it's: 'open", "k: |", "k: >-2", "'tag': v1",
    "tag : v1", "    image: org/app:v3",
)  # fmt: skip


def indented(lines: list[str], by: int) -> list[str]:
    return [" " * by + line if line else line for line in lines]


values = st.one_of(st.sampled_from(PLAIN), st.sampled_from(ODD))
scalars = values.map(lambda value: [value])
blocks = st.tuples(
    st.sampled_from(["|", ">-", "|2", "| # c"]),
    st.lists(st.sampled_from(LINES), min_size=1, max_size=3),
).map(lambda pair: [pair[0], *indented(["x", *pair[1]], 2)])


def mappings(children: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    def build(entries: list[tuple[str, list[str], str, int]]) -> list[str]:
        lines: list[str] = []
        for key, child, comment, deeper in entries:
            if child[0].startswith("\0"):  # a nested block; items may stand at the key's column
                inner = [line.lstrip("\0") for line in child]
                lines += [f"{key}:{comment}", *indented(inner, deeper if inner[0][0] == "-" else 2)]
            else:
                lines += [f"{key}: {child[0]}{comment}", *child[1:]]
        return ["\0" + lines[0], *lines[1:]]

    comments = st.sampled_from(["", "", "", " # it's", ' # "', "  "])
    return st.lists(
        st.tuples(st.sampled_from(KEYS), children, comments, st.sampled_from([0, 2])),
        min_size=1,
        max_size=4,
    ).map(build)


def sequences(children: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    def build(items: list[list[str]]) -> list[str]:
        lines: list[str] = []
        for item in items:
            first, *rest = [line.lstrip("\0") for line in item]
            lines += [f"- {first}", *indented(rest, 2)]
        return ["\0" + lines[0], *lines[1:]]

    return st.lists(children, min_size=1, max_size=3).map(build)


nodes = st.recursive(
    st.one_of(scalars, scalars, scalars, blocks),
    lambda children: st.one_of(mappings(children), mappings(children), sequences(children)),
    max_leaves=10,
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a few documents, and put a stray line or two into them."""
    documents = draw(st.lists(mappings(nodes), min_size=1, max_size=2))
    lines: list[str] = []
    for document in documents:
        lines += [*(["---"] if lines else []), *(line.lstrip("\0") for line in document)]
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        at = draw(st.integers(0, len(lines)))
        lines.insert(at, draw(st.sampled_from(LINES)))
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    bom = draw(st.sampled_from(["", "", "\ufeff"]))
    return bom + end.join(lines) + draw(st.sampled_from([end, ""]))


def composed(text: str) -> list[Any] | None:
    try:
        return list(pyyaml.compose_all(text.removeprefix("\ufeff"), Loader=pyyaml.CBaseLoader))
    except (pyyaml.YAMLError, ValueError):
        return None


def addresses(roots: list[Any]) -> list[tuple[str | int, ...]]:
    """List every path in the composed trees, and some that are not there."""
    found: list[tuple[str | int, ...]] = [("version",), ("a", "tag"), ("a", 0, "version")]
    stack: list[tuple[tuple[str | int, ...], Any]] = [((), root) for root in roots]
    while stack and len(found) < 60:
        path, node = stack.pop()
        if path and path not in found:
            found.append(path)
        if isinstance(node, pyyaml.MappingNode):
            stack += [((*path, k.value), v) for k, v in node.value if isinstance(k.value, str)]
        elif isinstance(node, pyyaml.SequenceNode):
            found.append((*path, len(node.value)))
            stack += [((*path, index), child) for index, child in enumerate(node.value)]
    return found


def outcome(find: Any) -> Any:
    try:
        return list(find())
    except MalformedError:
        return "malformed"


def by_events(text: str, path: tuple[str | int, ...]) -> list[tuple[int, int]]:
    """Read every document with PyYAML that holds all keys; the others are not looked at."""
    keys = [key for key in path if isinstance(key, str)]
    ranges = [one for one in _blocks.documents(text)[0] if yaml._may_hold(text, *one, keys)]
    return [span for start, end in ranges for span in yaml._by_events(text, start, end, path)]


def reach(node: Any, path: tuple[str | int, ...]) -> Any:
    """Follow the path in a composed tree: a node, None for absent, or "malformed"."""
    for element in path:
        if isinstance(node, pyyaml.MappingNode) and isinstance(element, str):
            pairs = [(k, v) for k, v in node.value if isinstance(k, pyyaml.ScalarNode)]
            hits = [v for k, v in pairs if k.value == element]
            merged = any(k.value == "<<" and not k.style for k, _ in pairs)
            if len(hits) != 1:
                return "malformed" if hits or merged else None
            node = hits[0]
        elif isinstance(node, pyyaml.SequenceNode) and isinstance(element, int):
            if element >= len(node.value):
                return None
            node = node.value[element]
        else:
            return None
    return node


def expected(text: str, root: Any, path: tuple[str | int, ...]) -> Any:
    node = reach(root, path)
    if not isinstance(node, pyyaml.Node):
        return node
    if not isinstance(node, pyyaml.ScalarNode):
        return "malformed"
    start, end = node.start_mark.index, node.end_mark.index
    written = text.removeprefix("\ufeff")[start:end]
    if not node.style and node.value in ("", "~", "null", "Null", "NULL"):
        return "malformed" if written.startswith("!") else None
    quote = node.style if node.style in ("'", '"') else ""
    if node.style in ("|", ">") or not written.endswith(f"{quote}{node.value}{quote}"):
        return "malformed"
    end -= len(quote)
    return end - len(node.value), end


@settings(max_examples=MANY)
@given(texts())
def test_lines_and_events_find_the_same_values(text: str) -> None:
    roots = composed(text)
    for path in addresses(roots or []):
        quick = outcome(lambda path=path: yaml.locate(text, path))
        if roots is None:
            continue  # then the only promise is that nothing but MalformedError is raised
        slow = outcome(lambda path=path: by_events(text, path))
        found = quick if quick == "malformed" else [(spot.start, spot.end) for spot in quick]
        assert found == slow, path


@settings(max_examples=MANY)
@given(texts().filter(lambda text: "*" not in text and "!" not in text))
def test_events_find_what_the_composed_tree_holds(text: str) -> None:
    roots = composed(text)
    assume(roots is not None)
    shift = text.startswith("\ufeff")
    for path in addresses(roots or []):
        wanted = [expected(text, root, path) for root in roots or []]
        found = outcome(lambda path=path: yaml._by_events(text, int(shift), len(text), path))
        if "malformed" in wanted:
            assert found == "malformed", path
        else:
            spans = [(start + shift, end + shift) for start, end in filter(None, wanted)]
            assert found == spans, path


@settings(max_examples=MANY)
@given(texts(), st.sampled_from(["org/app", "ghcr.io/org/app"]), st.booleans())
def test_lines_and_events_find_the_same_images(text: str, image: str, pinned: bool) -> None:  # noqa: FBT001
    at = images.ImageAt(image, pinned)
    quick = outcome(lambda: images.locate(text, at))
    if composed(text) is not None and "org/app" in text:
        shift = text.startswith("\ufeff")
        slow = outcome(lambda: sorted(images._by_events(text, int(shift), len(text), at)))
        found = quick if quick == "malformed" else [(spot.start, spot.end) for spot in quick]
        assert found == slow


@settings(max_examples=MANY)
@given(texts(), st.sampled_from(["0.4.0", "v1.0.0-rc.1"]))
def test_a_located_value_is_replaced_and_nothing_else(text: str, new: str) -> None:
    roots = composed(text)
    assume(roots)
    for path in addresses(roots or []):
        spots = outcome(lambda path=path: yaml.locate(text, path))
        if spots == "malformed" or not spots:
            continue
        edits = [Edit("a.yaml", yaml, path, spot, new) for spot in spots]
        after = splice(text, edits)
        try:
            yaml.prove(text, after, edits)
        except MalformedError as error:
            assert "anchor" in str(error)  # noqa: PT017 - shared by an alias: rightly refused
            continue
        assert [spot.text for spot in yaml.locate(after, path)] == [new] * len(spots)
