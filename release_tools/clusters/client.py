"""Asking one client program: how long it may take, and what its failures mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import UnreadableError
from release_tools.reading import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.model import Ran, Runner

PATIENCE = 60.0
"""Seconds for one question."""

_LONGEST = 400
# What programs say of the same trouble, in the words of Kubernetes, Helm, docker and podman.
_TROUBLES = (
    ("forbidden", "no permission", "ask for the rights to read there, or use another --context"),
    ("unauthorized", "not logged in", "log in again: the cluster refuses these credentials"),
    ("the server has asked for the client to provide credentials", "not logged in", "log in again"),
    ("permission denied", "no permission", "run it as a user who may use it"),
    ("context was not found", "no such context", "kubectl config get-contexts lists them"),
    ('context "', "no such context", "kubectl config get-contexts lists them"),
    ("cannot connect to the docker daemon", "no connection", "start docker, or use podman"),
    ("cannot connect to podman", "no connection", "start the podman machine"),
    ("cluster unreachable", "no connection", "see that kubectl cluster-info answers"),
    ("connection refused", "no connection", "see that kubectl cluster-info answers"),
    ("was refused", "no connection", "see that kubectl cluster-info answers"),
    ("no such host", "no connection", "see that kubectl cluster-info answers"),
    ("i/o timeout", "no connection", "see that kubectl cluster-info answers"),
    ("deadline exceeded", "no answer in time", "see that kubectl cluster-info answers"),
    ("timed out", "no answer in time", "see that kubectl cluster-info answers"),
)


def ask(runner: Runner, argv: Sequence[str], *, timeout: float = PATIENCE) -> Ran | Unknown:
    """Run a question to its end; Unknown where the program is missing, too slow or too loud."""
    try:
        return runner.run(argv, timeout=timeout)
    except UnreadableError as error:
        return Unknown(argv[0], error.message, error.hint)


def failure(where: str, ran: Ran) -> Unknown:
    """Say why a program that ended with an error could not tell."""
    said = last_words(ran)
    for words, why, hint in _TROUBLES:
        if words in said.lower():
            return Unknown(where, f"{why}: {said}", hint)
    return Unknown(where, said or f"it ended with exit code {ran.code} and said nothing")


def last_words(ran: Ran) -> str:
    """Return the last thing that a program said on standard error, on one line."""
    lines = [line.strip() for line in ran.err.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")] or lines[-1:]
    said = " ".join(errors)
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
