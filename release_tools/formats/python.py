"""Python source: a string literal assigned to a name at module level.

``locate`` takes ``NAME = "..."`` at the start of a line where nothing can mislead an anchored
search, and else asks Python's own parser.  ``prove`` compares the syntax trees of both texts.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError
from release_tools.formats import prove_splice, prove_values
from release_tools.model import Spot

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence

    from release_tools.model import Edit

LIMIT = 200_000  # characters given to the parser, which may need 700 bytes for each
_HINT = 'assign a plain string: NAME = "1.2.3"'


def locate(text: str, at: str) -> tuple[Spot, ...]:
    """Find the content of the string assigned to the variable ``at`` at module level.

    Returns ``()`` when the module does not assign it.  Raises MalformedError, with the line,
    when it is assigned twice, in a branch, or a value that is computed, and when a parse is
    needed and the text is no Python.
    """
    if at not in text:
        return ()
    span = _quick(text, at)
    if span is None:
        span = _find(text, at)
    return () if span is None else (Spot.of(text, *span),)


def prove(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Compare the syntax trees of both texts; see ``model.Format.prove``."""
    prove_splice(before, after, edits)
    here = sys.modules[__name__]
    own = {edit.at: edit for edit in edits if edit.format is here}
    old, exact = _flat(before, own)
    new, _ = _flat(after, own)
    prove_values(old, new, edits, exact)


def _quick(text: str, name: str) -> tuple[int, int] | None:
    """Return the span in the one line ``NAME = "..."``, or None for "ask the parser"."""
    start = text.find(f"\n{name}") + 1
    if not start and not text.removeprefix("\ufeff").startswith(name):
        return None
    start = start or text.index(name)
    end = text.find("\n", start)
    line = (text[start:] if end == -1 else text[start:end]).removesuffix("\r")
    target, equals, value = line[len(name) :].partition("=")
    value = value.lstrip(" ")
    quote = value[:1]
    if not equals or target.replace(" ", "") not in ("", ":str") or quote not in ('"', "'"):
        return None
    content, closing, comment = value[1:].partition(quote)
    comment = comment.strip(" ")
    if not closing or not content.isprintable() or "\\" in content:
        return None
    if (comment and comment[0] != "#") or not comment.isprintable():
        return None
    if not _only_mention(text, name) or not _is_statement(text[:start]):
        return None
    offset = start + len(line) - len(value) + 1
    return offset, offset + len(content)


def _only_mention(text: str, name: str) -> bool:
    """Say whether ``name`` stands once, not counting strings such as those in ``__all__``."""
    return text.count(name) == 1 + text.count(f'"{name}"') + text.count(f"'{name}'")


def _is_statement(before: str) -> bool:
    """Say whether the line after ``before`` surely begins a statement of the module."""
    if '"""' in before or "'''" in before or "\\" in before or "\0" in before:
        return False
    if "\r" in before.replace("\r\n", "\n"):
        return False
    for line in reversed(before.split("\n")):
        code = line.strip("\ufeff \t\r")
        if code and code[0] != "#":
            # After a bracket or a comma this may be an argument of a call.
            return "#" not in code and code[-1] not in "([{,=" and not line.startswith(" ")
    return True


def _parse(text: str) -> ast.Module:
    import ast
    import warnings

    if len(text) > LIMIT:
        raise MalformedError(f"the file has {len(text)} characters; at most {LIMIT} are read")
    try:
        with warnings.catch_warnings(action="ignore"):  # such as those of invalid escapes
            return ast.parse(text.removeprefix("\ufeff"))
    except (RecursionError, MemoryError):
        raise MalformedError("nested too deep") from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        reason = getattr(error, "msg", None) or str(error)
        raise MalformedError(f"not valid Python: {reason}", line=line) from None


def _find(text: str, name: str) -> tuple[int, int] | None:
    import ast

    found = _assigned(_parse(text), name)
    if found is None:
        return None
    value, line = found
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        raise MalformedError(
            f"{name} is computed: {ast.unparse(value)[:80]}", hint=_HINT, line=line
        )
    start, end = _offsets(text, value)
    token = text[start:end].lstrip("rRuU")
    width = 3 if token[:3] in ('"""', "'''") else 1
    start, end = end - len(token) + width, end - width
    if text[start:end] != value.value:
        raise MalformedError(
            f"{name} is written with escapes, line breaks or in parts", hint=_HINT, line=line
        )
    return start, end


def _assigned(tree: ast.Module, name: str) -> tuple[ast.expr, int] | None:
    """Return the value and line of the one assignment to ``name`` in the module's own scope."""
    import ast

    plain: dict[int, ast.expr] = {}
    bare: set[int] = set()  # "NAME: str" alone assigns nothing
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            plain |= {id(target): statement.value for target in statement.targets}
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            plain[id(statement.target)] = statement.value
        elif isinstance(statement, ast.AnnAssign):
            bare.add(id(statement.target))
    found: tuple[ast.expr, int] | None = None
    for node in _module_scope(tree):
        if not isinstance(node, ast.Name) or node.id != name:
            continue
        if isinstance(node.ctx, ast.Load) or id(node) in bare:
            continue
        if id(node) not in plain:
            raise MalformedError(
                f"{name} is computed: it is not assigned by a statement of its own",
                hint=_HINT,
                line=node.lineno,
            )
        if found is not None:
            raise MalformedError(
                f"{name} is assigned twice, in lines {found[1]} and {node.lineno}",
                hint="keep one assignment",
                line=node.lineno,
            )
        found = plain[id(node)], node.lineno
    return found


def _module_scope(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield every node that is not inside a function or class, without recursion."""
    import ast

    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    queue: list[ast.AST] = [tree]
    for node in queue:
        yield node
        if not isinstance(node, scopes):
            queue.extend(ast.iter_child_nodes(node))


def _offsets(text: str, node: ast.Constant) -> tuple[int, int]:
    """Turn the node's lines and UTF-8 columns into character offsets into ``text``."""
    bom = 1 if text.startswith("\ufeff") else 0
    # Python ends a line at LF, CRLF and a lone CR, and at nothing else.
    starts = [bom, *(found.end() for found in re.finditer(r"\r\n?|\n", text))]

    def offset(line: int, column: int) -> int:
        start = starts[line - 1]
        return start + len(text[start : start + column].encode()[:column].decode())

    end_line, end_column = node.end_lineno or 0, node.end_col_offset or 0
    return offset(node.lineno, node.col_offset), offset(end_line, end_column)


def _flat(text: str, own: dict[str, Edit]) -> tuple[dict[Any, Any], dict[Any, Edit]]:
    """Flatten the syntax tree to leaves, and say which of them are those of ``own`` edits."""
    import ast

    tree = _parse(text)
    values = {id(value[0]): edit for name, edit in own.items() if (value := _assigned(tree, name))}
    flat: dict[Any, Any] = {}
    exact: dict[Any, Edit] = {}
    for number, node in enumerate(ast.walk(tree)):
        kind = type(node).__name__
        flat[number, kind] = None
        for field, value in ast.iter_fields(node):
            if not isinstance(value, (ast.AST, list)):
                flat[number, kind, field] = value
        if id(node) in values:
            exact[number, kind, "value"] = values[id(node)]
    return flat, exact
