"""What pins, audits and handbooks can be found to be, in the form of ``rules.findings``."""

from __future__ import annotations

from release_tools.model import Severity

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

PINNING = {
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
