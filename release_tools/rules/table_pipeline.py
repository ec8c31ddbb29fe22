"""Rows of the table of findings: what stands between a tag and its release."""

from __future__ import annotations

from release_tools.model import Severity

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

PIPELINE: dict[str, tuple[Severity, str, str, str]] = {
    "first-publication": (
        _NOTE,
        "The surface is taken for one that was never published.",
        (
            "A registry refuses the names of private packages and of missing ones alike. `first` "
            "says that there has never been one of this name, so a refusal counts as not there."
        ),
        "take `first` out once the first version is published",
    ),
    "publisher-failed": (
        _ERROR,
        "The workflow that publishes this surface has failed for this tag.",
        (
            "The surface is not there, and the run that would have put it there is over. Waiting "
            "any longer cannot help."
        ),
        "mend it and run the failed jobs again: `gh run rerun ID --failed`",
    ),
    "gate-closed": (
        _ERROR,
        "A check of the gate is closed.",
        (
            "Publishing now would do what cannot be undone: another version than the tag says, a "
            "commit that nobody checked, or a version that sorts below what is out already."
        ),
        "mend what the check names; a tag is never moved, a new version is made instead",
    ),
    "gate-unsure": (
        _ERROR,
        "A check of the gate cannot tell.",
        (
            "The answer could not be had: a registry or GitHub did not answer, or does not let "
            "this token see. The gate opens over nothing that it does not know."
        ),
        "grant what the token lacks, or run it again later; `--waive CHECK` lets it not count",
    ),
    "gate-warns": (
        _WARNING,
        "A check of the gate that does not decide is not open.",
        (
            "The check is advice: it says what makes releases safer, and the gate opens without "
            "it. The message says which check and why."
        ),
        "look at it before the next release",
    ),
    "gate-waived": (
        _WARNING,
        "A check of the gate was waived.",
        (
            "Somebody decided that this check does not count, on the command line or in the "
            "configuration. What it would have said is printed beside the reason."
        ),
        "take the waiver out of `[gate]` once its version is released",
    ),
    "tag-of-no-stream": (
        _ERROR,
        "The tag belongs to no stream of the configuration.",
        (
            "No pattern of `[streams]` matches the whole tag, so nothing says what it releases. "
            "A tag of another stream is no error: its workflow publishes, and this one does not."
        ),
        "correct the tag's name, or add its pattern to `[streams]`",
    ),
    "asset-differs": (
        _ERROR,
        "An asset of the release has other bytes than what was built.",
        (
            "The name is taken by another file. A published release is never mended, and a draft "
            "of which one file is of another build is never published."
        ),
        "find out which build is the right one; delete the draft if it is the new one",
    ),
    "asset-stray": (
        _ERROR,
        "The draft holds a file that is none of this release.",
        (
            "Somebody, or an earlier run with other options, put it there. It is not deleted, "
            "since nobody knows whose it is, and not published, since nobody asked for it."
        ),
        "delete it from the draft on GitHub, or name it with `--asset`",
    ),
    "nightly-taken": (
        _ERROR,
        "The nightly tag of this date names another commit.",
        (
            "A nightly is one date and one commit. Two workflows, or two runs of a day, would "
            "publish two builds under one name, and whoever installs it gets either."
        ),
        "let one workflow make the nightly; the next date makes the next one",
    ),
}
