"""What pins, audits and handbooks can be found to be, in the form of ``rules.findings``."""

from __future__ import annotations

from release_tools.model import Severity

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

PINNING = {
    "pin-unsafe": (
        _ERROR,
        "A reference to an image cannot be pinned without a risk to what stands around it.",
        (
            "It stands on a line that can take no comment, is an alias, is spread over lines, or "
            "is kept up to date by another program. No file is changed where one cannot be."
        ),
        "write the reference on a line of its own, or pin it by hand",
    ),
    "pin-nothing": (
        _WARNING,
        "A file that was to be pinned mentions none of our images.",
        (
            "References are found by structure: `image:`, `repository:` beside `tag:`, and those "
            "of kustomizations. Nothing in this file is one to an image of this stream."
        ),
        "check the name of the file, and the registry of the images in release-tools.toml",
    ),
    "values-differ": (
        _ERROR,
        "The values file is there already, with other values.",
        (
            "It may hold what somebody wrote by hand, so it is not replaced unasked. The "
            "difference is shown."
        ),
        "name another file, or add `--force` to replace it",
    ),
    "pin-gone": (
        _ERROR,
        "A pinned digest is not in its registry any more.",
        (
            "The repository can be read, and has no manifest with this digest. Nodes that do not "
            "have the image yet cannot pull it, so the next roll-out or restart elsewhere fails."
        ),
        "pin a version that is there: `release-tools pin VERSION --into FILE`",
    ),
    "pin-child": (
        _ERROR,
        "A pinned digest is that of one platform, and not of the index.",
        (
            "It was probably taken from a machine that had pulled the image. Nodes of every other "
            "architecture cannot run it, and clean-ups of registries delete such children first."
        ),
        "pin the index: `release-tools pin VERSION --into FILE`",
    ),
    "pin-moved": (
        _ERROR,
        "A pinned digest is not the version that is noted beside it.",
        (
            "Either the tag was pushed again since, or the note is wrong. What runs is what the "
            "digest says; who reads the file takes it for something else."
        ),
        "run `release-tools audit VERSION` to see whether the tag moved, then pin it again",
    ),
    "pin-nameless": (
        _WARNING,
        "A pinned digest is there, and no release tag leads to it.",
        (
            "All release tags of the image were looked at. It may be a nightly, or a release whose "
            "tag was moved away: registries delete what has no tag."
        ),
        "pin a release: `release-tools pin VERSION --into FILE`",
    ),
    "pin-unknown": (
        _ERROR,
        "What a pinned digest is could not be told.",
        (
            "The registry gave no answer that can be believed, does not let us read, or has more "
            "tags than are looked at. A digest that cannot be looked up is not taken for fine."
        ),
        "try again, or log in to the registry",
    ),
    "ledger-missing": (
        _ERROR,
        "There is no ledger of a release to compare with.",
        (
            "A ledger records the digests of everything on the day of the release. Without one "
            "nothing can be said about changes since. A release that lost its own was edited."
        ),
        "record one with `release-tools verify-surfaces --published --tag TAG --ledger FILE`",
    ),
    "asset-added": (
        _WARNING,
        "A release has a file that it was not released with.",
        (
            "Somebody has uploaded it since. It is in no list of digests, so nobody can tell what "
            "it ought to be."
        ),
        "see who uploaded it; signatures are often added later",
    ),
    "runbook-gap": (
        _ERROR,
        "The handbook leaves out something that is not there as it should be.",
        (
            "A handbook names only what was found. The registry answered, and has no such version "
            "of this surface, or one that is not what a release puts there. The steps for it are "
            "left out."
        ),
        "run `release-tools verify-surfaces VERSION --published`, then write the handbook again",
    ),
    "runbook-unknown": (
        _ERROR,
        "The handbook leaves out something that could not be looked up.",
        (
            "Whether it is there is not known: no answer, no permission, or no address. It is left "
            "out rather than named by hope, and the exit code is 3."
        ),
        "try again, or log in to the registry",
    ),
    "handbook-artifact-missing": (
        _ERROR,
        "A command in the handbook names something that does not exist.",
        (
            "The registry was asked for exactly what the command names, and does not have it. Who "
            "follows the handbook gets an error at that step. How the text around it is worded is "
            "no matter."
        ),
        "correct the name or the version, or publish it",
    ),
    "handbook-nightly-gone": (
        _WARNING,
        "A command in the handbook names a nightly that is not there any more.",
        (
            "Old nightlies are retired, so a date in a handbook is wrong sooner or later. Who "
            "copies the command gets an error."
        ),
        "write a placeholder such as nightly-YYYYMMDD, or a newer date",
    ),
    "handbook-target-missing": (
        _ERROR,
        "A command in the handbook runs a make target that does not exist.",
        "The Makefile of the project, with what it includes, has no rule for it. Make then stops.",
        "correct the name of the target",
    ),
    "handbook-unknown": (
        _ERROR,
        "Whether what a command in the handbook names exists could not be told.",
        (
            "The registry gave no answer that can be believed, or does not let us read. Nothing is "
            "taken for there that was not seen."
        ),
        "try again, or log in to the registry",
    ),
}
