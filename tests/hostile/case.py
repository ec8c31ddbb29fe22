"""One bad input: what is laid down, what is run on it, and the named refusal that has to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.servers.fault import Proxy

HOST = "@HOST@"
"""Stands in files, arguments and variables for ``127.0.0.1:PORT`` of the server."""

VERSION = '[[surfaces]]\nkind = "file"\npath = "VERSION"\n'
"""The smallest configuration."""

PLAIN: Mapping[str, str | bytes] = {"release-tools.toml": VERSION, "VERSION": "1.0.0\n"}
"""The smallest project."""

BOUND_SECONDS, BOUND_MIB = 2.0, 256
"""What one refusal may cost: seconds of processor time, and memory."""


class Case(NamedTuple):
    """One bad input.

    ``id`` is the finding or error that has to be named, ``code`` the exit code.  An ``id`` that is
    empty says that the input has to make no difference: exit code 0.  ``make`` lays down what no
    table of files can say, ``serve`` tells the server at HOST what to answer, and ``git`` asks for
    a repository of the files, with its remote and the tag v1.0.0.
    """

    name: str
    argv: tuple[str, ...]
    id: str
    code: int
    files: Mapping[str, str | bytes] = PLAIN
    environ: Mapping[str, str] = {}
    make: Callable[[Path], None] | None = None
    serve: Callable[[Proxy], None] | None = None
    git: bool = False


class Seen(NamedTuple):
    """What a run came to.

    ``left`` are files that were made, changed or removed, ``ran`` programs that were started,
    ``asked`` hosts that were connected to, other than the server of the case.
    """

    code: int
    out: str
    err: str
    seconds: float
    mib: float
    outputs: str
    summary: str
    left: list[str]
    ran: list[list[str]]
    asked: list[str]
