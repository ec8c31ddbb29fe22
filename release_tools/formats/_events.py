"""YAML as PyYAML's C parser sees it: a flat stream of events, never a tree.

Nothing is composed or constructed, so aliases are never expanded, depth costs no stack, and no
tag is resolved.  Marks count characters; the text is handed over without a byte order mark.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError
from release_tools.formats import _blocks, prove_splice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from release_tools.model import Edit, Spot

    Locate = Callable[[str, Any], tuple[Spot, ...]]

_DEEPEST = 200  # nested collections; libyaml's cost grows with the square of the depth
_LONGEST_VALUE = 200  # of a refused value, as shown in a message


def events(text: str, start: int, end: int) -> Iterator[Any]:
    """Yield PyYAML's events for ``text[start:end]``, marks relative to ``start``.

    Raises MalformedError (with ``line`` in ``text``) where it is no YAML.
    """
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text[start:end], Loader=_loader()):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > _DEEPEST:
                    message = f"more than {_DEEPEST} collections are nested in one another"
                    raise MalformedError(message, line=line_of(text, start, event))
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = text.count("\n", 0, start) + mark.line + 1 if mark else None
        raise MalformedError(f"is no valid YAML: {error.problem}", line=line) from None
    except yaml.reader.ReaderError as error:
        raise _odd(text, text.find(chr(error.character), start), error) from None
    except UnicodeEncodeError as error:
        raise _odd(text, start + error.start, error) from None


def _odd(text: str, at: int, error: Exception) -> MalformedError:
    """Tell of a character that YAML does not have."""
    message = f"is no valid YAML: {str(error).splitlines()[0]}"
    return MalformedError(message, line=text.count("\n", 0, at) + 1)


def _loader() -> Any:
    import yaml

    return getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def line_of(text: str, start: int, event: Any) -> int:
    """Return the 1-based line in ``text`` of an event from the document at ``start``."""
    return text.count("\n", 0, start) + int(event.start_mark.line) + 1


def content(text: str, start: int, event: Any) -> tuple[int, int] | None:
    """Return the range of a scalar's content if it stands in the text as it is meant.

    That is a plain or quoted scalar on one line without escapes; None for every other one.
    """
    if event.style in ("|", ">"):
        return None
    # The event starts at its anchor or tag, if it has one, so it is measured from its end.
    last = start + event.end_mark.index - (1 if event.style else 0)
    first = last - len(event.value)
    before = event.style or ""
    return (first, last) if text[first - len(before) : last] == before + event.value else None


def is_null(event: Any) -> bool:
    """Say whether a scalar event is null: empty, ``~`` or ``null``, plain and untagged."""
    return (
        not event.style and event.tag is None and event.value in ("", "~", "null", "Null", "NULL")
    )


def is_string(plain: str) -> bool:
    """Say whether a plain scalar is a string, both to YAML 1.1 and to the YAML 1.2 core schema."""
    import re

    import yaml

    resolvers: dict[Any, Any] = yaml.SafeLoader.yaml_implicit_resolvers
    for tag, pattern in [*resolvers.get(plain[:1], ()), *resolvers.get(None, ())]:
        if tag != "tag:yaml.org,2002:str" and pattern.match(plain):
            return False
    numbers = (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?",
        r"[-+]?0(?:o[0-7]+|[xX][0-9a-fA-F_]+|[bB][01_]+)",
    )
    return not any(re.fullmatch(number, plain) for number in numbers)


def prove(before: str, after: str, edits: Sequence[Edit], ours: Locate) -> None:
    """Raise MalformedError unless ``after`` is ``before`` with exactly ``edits`` made.

    Everything outside the spots is compared byte for byte.  Of the documents with edits PyYAML
    reads both sides: only scalars with an edit in them changed, to what was meant, and those of
    ``ours`` are still strings.  Without edits it reads all documents.
    """
    prove_splice(before, after, edits)
    unique = {(edit.spot.start, edit.spot.end): edit for edit in sorted(edits, key=_is_ours(ours))}
    ordered = [unique[span] for span in sorted(unique)]
    olds, news = _blocks.documents(before)[0], _blocks.documents(after)[0]
    if len(olds) != len(news):
        message = f"the edits change the number of documents from {len(olds)} to {len(news)}"
        raise MalformedError(message)
    proven = 0
    for old, new in zip(olds, news, strict=True):
        here = [edit for edit in ordered if old[0] <= edit.spot.start <= old[1]]
        if here or not edits:
            proven += _prove_document(before, old, after, new, here, ours)
    if proven != sum(map(_is_ours(ours), ordered)):
        _refuse("this is no scalar", before, ordered[0])


def _is_ours(locate: Locate) -> Callable[[Edit], bool]:
    return lambda edit: edit.format.locate == locate


def _prove_document(
    before: str,
    old: tuple[int, int],
    after: str,
    new: tuple[int, int],
    edits: list[Edit],
    ours: Locate,
) -> int:
    """Compare the events of one document, and return how many edits of ``ours`` were met."""
    left, right = list(events(before, *old)), list(events(after, *new))
    aliases = {event.anchor for event in left if _kind(event) == "AliasEvent"}
    waiting, proven = edits[::-1], 0
    if list(map(_identity, left)) != list(map(_identity, right)):
        _refuse("the edits change the structure of the document", before, edits[0])
    for one, two in zip(left, right, strict=True):
        if _kind(one) != "ScalarEvent":
            continue
        first, last = old[0] + one.start_mark.index, old[0] + one.end_mark.index
        inside: list[Edit] = []
        while waiting and waiting[-1].spot.start <= last:
            edit = waiting.pop()
            inside += [edit] if first <= edit.spot.start and edit.spot.end <= last else []
        if inside:
            _prove_scalar(before, old[0], one, two, inside, ours)
            proven += sum(map(_is_ours(ours), inside))
        elif one.value != two.value:
            _refuse("another value would change", before, edits[0])
        if one.anchor in aliases and any(_is_whole(before, old[0], one, edit) for edit in inside):
            message = f"the anchor &{one.anchor} is used again, and would change there too"
            _refuse(message, before, inside[0])
    return proven


def _prove_scalar(
    before: str, start: int, one: Any, two: Any, inside: list[Edit], ours: Locate
) -> None:
    mine = any(map(_is_ours(ours), inside))
    span = content(before, start, one)
    if span is None:
        if mine:
            _refuse("this is no scalar of one line without escapes", before, inside[0])
        return
    value = before[span[0] : span[1]]
    for edit in reversed(inside):
        value = value[: edit.spot.start - span[0]] + edit.text + value[edit.spot.end - span[0] :]
    if two.value != value:
        _refuse(f"the value would read {two.value[:_LONGEST_VALUE]!r}", before, inside[0])
    if mine and not two.style and two.tag is None and not is_string(value):
        message = f"{value!r} without quotes is no string in YAML"
        raise MalformedError(
            message, hint="put the present value in quotes", line=inside[0].spot.line
        )


def _is_whole(text: str, start: int, event: Any, edit: Edit) -> bool:
    return content(text, start, event) == (edit.spot.start, edit.spot.end)


def _kind(event: Any) -> str:
    return type(event).__name__


_FACTS = {
    "ScalarEvent": attrgetter("anchor", "tag", "style"),
    "SequenceStartEvent": attrgetter("anchor", "tag", "flow_style"),
    "MappingStartEvent": attrgetter("anchor", "tag", "flow_style"),
    "AliasEvent": attrgetter("anchor"),
}


def _identity(event: Any) -> tuple[Any, ...]:
    """Return what must be equal before and after, whatever the scalars say."""
    kind = type(event).__name__
    return kind, _FACTS[kind](event) if kind in _FACTS else None


def _refuse(message: str, text: str, edit: Edit) -> None:
    raise MalformedError(
        f"{message}: {edit.spot.text!r} -> {edit.text!r}",
        hint="edit this place by hand, and report it as a bug",
        line=text.count("\n", 0, edit.spot.start) + 1,
    )
