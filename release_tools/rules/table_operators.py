"""Rows of the table of findings: what runs, how to go up and back, and what is wrong with it."""

from __future__ import annotations

from release_tools.model import Severity

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

OPERATORS: dict[str, tuple[Severity, str, str, str]] = {
    "deployed-differs": (
        _ERROR,
        "An environment runs another version than the one expected.",
        (
            "The Helm release, the image of a workload, the installed package or the local image "
            "is of another version. What is deployed follows a release only when somebody upgrades."
        ),
        "run `release-tools upgrade VERSION`, or `release-tools rollback`",
    ),
    "deployed-missing": (
        _ERROR,
        "An environment has nothing of this.",
        (
            "The place was read, and what was looked for is provably not there. The name of the "
            "release or the namespace may be another one than the configuration says."
        ),
        "correct `[deployments]`, or install it: `release-tools upgrade VERSION --install`",
    ),
    "deployed-bytes-differ": (
        _ERROR,
        "An environment runs other bytes than the registry serves for this version.",
        (
            "The version is the same, the digest is not. Either the tag was moved after it was "
            "pulled, or somebody pushed or loaded an image of their own under its name."
        ),
        "run `release-tools audit VERSION` to see whether the tag moved, then upgrade by digest",
    ),
    "deployment-unknown": (
        _ERROR,
        "What an environment runs could not be told.",
        (
            "The client program is missing, the cluster does not answer, or it refuses to be "
            "read. That is neither agreement nor absence, so the verdict is unknown."
        ),
        "mend what the message names, then run the command again",
    ),
    "release-unsettled": (
        _ERROR,
        "A Helm release is in another state than deployed.",
        (
            "An upgrade failed, or was cut off half way and still holds the lock of the release. "
            "What runs is a mixture until somebody goes back to a good revision or up to another."
        ),
        "run `release-tools doctor`: it names the last good revision and how to go back to it",
    ),
    "image-not-pulled": (
        _ERROR,
        "A pod waits for an image that does not come.",
        (
            "The kubelet tried to pull the image and failed. Either the tag is not published yet, "
            "or the cluster lacks the credentials for it, or the node has another architecture."
        ),
        "run `release-tools doctor`: it asks the registry which of these it is",
    ),
}
