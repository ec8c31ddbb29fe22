"""The environment of a GitHub Actions run: its ref, its job summary, its outputs.

Follows GitHub's "Workflow commands" and "Variables" reference.  Importing this module costs next
to nothing; outside of a run ``Actions.from_env`` answers None.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from release_tools.errors import RefusedError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

SUMMARY_LIMIT = 1024 * 1024
"""Bytes that GitHub takes for the summary of one step; it drops a longer one as a whole."""

_CUT = "\n*The rest does not fit into a job summary; the log of this step has all of it.*\n"
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@dataclass(frozen=True, slots=True)
class Actions:
    """One run, as its environment describes it; a variable that is not set is an empty string."""

    repository: str
    ref: str
    ref_type: str
    sha: str
    event: str
    summary_path: str
    output_path: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Actions | None:
        """Read the variables of a run; None where ``GITHUB_ACTIONS`` is not ``true``."""
        if environ.get("GITHUB_ACTIONS") != "true":
            return None
        return cls(
            repository=environ.get("GITHUB_REPOSITORY", ""),
            ref=environ.get("GITHUB_REF", ""),
            ref_type=environ.get("GITHUB_REF_TYPE", ""),
            sha=environ.get("GITHUB_SHA", ""),
            event=environ.get("GITHUB_EVENT_NAME", ""),
            summary_path=environ.get("GITHUB_STEP_SUMMARY", ""),
            output_path=environ.get("GITHUB_OUTPUT", ""),
        )

    @property
    def tag(self) -> str | None:
        """The tag that the run is for, without ``refs/tags/``; None for a branch or pull request.

        The name is the pusher's: git allows quotes, ``$(...)`` and more in it.
        """
        return self.ref.removeprefix("refs/tags/") if self.ref.startswith("refs/tags/") else None

    def append_summary(self, markdown: str) -> None:
        """Add ``markdown`` to the summary of this step, or nothing where a run has no summary.

        What would go over SUMMARY_LIMIT is cut after a whole line, and a sentence says so.
        Raises UnreadableError when the file cannot be written.
        """
        if not self.summary_path:
            return
        text = markdown if markdown.endswith("\n") else markdown + "\n"
        try:
            with open(self.summary_path, "ab") as file:
                file.write(_fitting(text, SUMMARY_LIMIT - file.tell()))
        except OSError as error:
            raise _unwritable("job summary", "GITHUB_STEP_SUMMARY", error) from error

    def set_outputs(self, values: Mapping[str, str]) -> None:
        """Hand ``values`` to the later steps of the job: all of them, or none.

        Raises RefusedError when a name is none or a value is not printable text on one line (a
        line break would forge further outputs), UnreadableError when the file cannot be written.
        """
        from secrets import token_hex

        for name, value in values.items():
            _check(name, value)
        # The delimiter is a second lock: nobody can guess it, so no value can end the block.
        end = f"end_{token_hex(16)}"
        text = "".join(f"{name}<<{end}\n{value}\n{end}\n" for name, value in values.items())
        try:
            with open(self.output_path, "ab") as file:
                file.write(text.encode())
        except OSError as error:
            raise _unwritable("outputs file", "GITHUB_OUTPUT", error) from error


def _check(name: str, value: str) -> None:
    if not name or name[0] in "-0123456789" or not _NAME.issuperset(name):
        message = f"{name!r} cannot be the name of a step's output"
        raise RefusedError("unsafe-output", message, hint="use letters, digits, '-' and '_'")
    if not value.isprintable():
        raise RefusedError(
            "unsafe-output",
            f"output {name!r} would be {value[:80]!r}, which is not printable text on one line",
            hint="find out where the line break or control character comes from",
        )


def _fitting(text: str, room: int) -> bytes:
    data = text.encode("utf-8", "backslashreplace")
    if len(data) <= room:
        return data
    cut = _CUT.encode()
    end = data.rfind(b"\n", 0, max(room - len(cut), 0)) + 1
    return data[:end] + cut if end else b""


def _unwritable(what: str, variable: str, error: OSError) -> UnreadableError:
    return UnreadableError(
        f"the {what} of this step cannot be written: {error.strerror}",
        hint=f"{variable} has to name a file that the step may write",
        path=os.fspath(error.filename) if isinstance(error.filename, str) else None,
    )
