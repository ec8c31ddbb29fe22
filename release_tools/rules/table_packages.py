"""Rows of the table of findings: what the ledger of a release shows."""

from __future__ import annotations

from release_tools.model import Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

PACKAGES: dict[str, tuple[Severity, str, str, str]] = {
    "ledger-incomplete": (
        _ERROR,
        "The published column does not agree, so that no ledger of it is written.",
        (
            "A ledger records what a whole release published. While a surface is missing, differs "
            "or could not be read, there is no such release, and its digests would be those of a "
            "half. Nothing was written."
        ),
        "run `release-tools verify-surfaces --published`, mend what it finds, and write it then",
    ),
    "ledger-differs": (
        _ERROR,
        "The ledger and what is published state different facts.",
        (
            "The release, its commit, its surfaces or their versions are not those that were "
            "recorded. A ledger that was written is never overwritten by another one: it is the "
            "witness of what was first published."
        ),
        "find out which of the two is right; to begin anew, move the old ledger away",
    ),
    "digest-moved": (
        _ERROR,
        "A digest is not the one that was recorded.",
        (
            "The same version now names other bytes: a tag of an image was pushed again, a chart "
            "was pushed again, or a platform came or went. Whoever pulls the version today gets "
            "something else than on the day of the release."
        ),
        "find out who pushed it again; pin the recorded digest until that is known",
    ),
    "file-replaced": (
        _ERROR,
        "A file of the release has other bytes than were recorded.",
        (
            "A public index never serves two files of one name, but a private one or a mirror may. "
            "The name and the version are the same, the digest or the size is not."
        ),
        "compare both files; install with hashes until it is known which is genuine",
    ),
    "file-removed": (
        _ERROR,
        "A file of the release is not served any more.",
        (
            "It was there when the ledger was written, and the index no longer lists it. Lock "
            "files with its hash cannot be installed any more."
        ),
        "find out who deleted it, and publish a new version",
    ),
    "file-added": (
        _WARNING,
        "A file came to the release after its ledger was written.",
        (
            "Indexes of Python packages take further files of a version that is out: a wheel for "
            "another platform, or one that somebody else uploaded. It was not part of what was "
            "verified."
        ),
        "find out who uploaded it; if it is ours, record the release anew",
    ),
}
