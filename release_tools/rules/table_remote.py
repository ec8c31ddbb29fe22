"""Rows of the table of findings: what asking over the network can come to."""

from __future__ import annotations

from release_tools.model import Severity

REMOTE: dict[str, tuple[Severity, str, str, str]] = {
    "undetermined": (
        Severity.ERROR,
        "Something that has to be known could not be found out.",
        (
            "A program failed, git or a service answered with an error, or nothing says whom to "
            "ask. That is neither agreement nor absence: the verdict is unknown and the exit code "
            "3."
        ),
        "see what the message says was asked and what came back, then run the command again",
    ),
    "unreachable": (
        Severity.ERROR,
        "A server gave no answer that can be believed.",
        (
            "It could not be reached, took too long, kept failing, or sent something cut short, "
            "too large or from a place that may not be asked. Hosts without TLS and private "
            "addresses are asked only where the configuration, or the user's own pip, npm or "
            "cargo, names them. Nothing may be concluded about what it has: that is unknown."
        ),
        "see what the message says of the host, then run the command again",
    ),
}
