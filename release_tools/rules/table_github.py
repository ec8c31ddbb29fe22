"""Rows of the table of findings: what stands on GitHub, and what it does not let us see or do."""

from __future__ import annotations

from release_tools.model import Severity

_ERROR = Severity.ERROR
_WARNING = Severity.WARNING

GITHUB: dict[str, tuple[Severity, str, str, str]] = {
    "github-unanswered": (
        _ERROR,
        "GitHub gave no answer that can be believed.",
        (
            "It was not reached, was too busy, or what answered does not speak GitHub's API. "
            "Nothing may be concluded from it: neither that something is there nor that it is not."
        ),
        "run the command again; https://www.githubstatus.com/ says whether GitHub is well",
    ),
    "permission-missing": (
        _ERROR,
        "The token may not see or do this on GitHub.",
        (
            "GitHub answers 403 or 404 to a token that lacks a permission, so that what is hidden "
            "looks like what is not there. The hint names the permission that is missing."
        ),
        "add the permission to `permissions:` of the job, or use a token that has it",
    ),
    "answer-lost": (
        _ERROR,
        "A change was sent to GitHub, and its answer was lost.",
        (
            "The change may have been made or not. Nothing is sent twice before somebody has "
            "looked: a second release, tag or file would do harm."
        ),
        "run the command again: it looks first what is there, and goes on from that",
    ),
    "ref-rule": (
        _ERROR,
        "A rule of the repository does not allow this ref.",
        (
            "A ruleset restricts who may create tags or branches of this name. The token that was "
            "used belongs to nobody on its bypass list."
        ),
        "put the app or the people whose token this is on the bypass list of the rule",
    ),
    "lock-held": (
        _ERROR,
        "Another run is at work on the same release.",
        (
            "One run at a time writes a release. The lock is a ref in the repository that names "
            "the run; it is taken over when that run is over, never before."
        ),
        "wait for the run that the message names, then run the command again",
    ),
    "release-missing": (
        _ERROR,
        "There is no published GitHub Release for this version.",
        (
            "The list of releases could be read, and none of them carries the tag. A draft that "
            "the token may not see does not count: it is not published."
        ),
        "run `release-tools release` once the published column agrees",
    ),
    "release-draft": (
        _ERROR,
        "The GitHub Release of this version is still a draft.",
        (
            "A draft is seen only by those who may write to the repository. A run that makes a "
            "release fills a draft first and publishes it last, so one was interrupted or waits."
        ),
        "run `release-tools release`: it goes on from there",
    ),
    "release-foreign-draft": (
        _ERROR,
        "There is a draft that no run of release-tools made.",
        (
            "Somebody or another tool is preparing a release for the same tag. What they wrote "
            "is neither overwritten, published nor deleted."
        ),
        "publish or delete that draft on GitHub, then run the command again",
    ),
    "release-two-drafts": (
        _ERROR,
        "There are several drafts for one tag.",
        (
            "Two runs, or two tools, each began a release. Which of them is the right one cannot "
            "be told, and only one can ever be published."
        ),
        "delete all but one of them on GitHub, then run the command again",
    ),
    "release-incomplete": (
        _ERROR,
        "The GitHub Release is published, but a file of it is missing or not whole.",
        (
            "It lacks an asset that belongs to it, or GitHub holds only part of one. Where "
            "releases are immutable this cannot be mended: the tag is used up."
        ),
        "add the file on GitHub if it still lets you; else release the next patch version",
    ),
    "release-flags": (
        _ERROR,
        "The GitHub Release is marked wrongly.",
        (
            "A release candidate is marked as a full release, or a full release as a "
            'pre-release, or the repository\'s "Latest" points elsewhere than it should. '
            "People and installers go by these marks."
        ),
        "correct the mark on GitHub, on the page of the release",
    ),
    "release-exists": (
        _ERROR,
        "A release of this tag is published already.",
        (
            "GitHub allows one published release per tag. Another run or person was faster, or "
            "the tag was used by an immutable release before: it is used up even if that was "
            "deleted."
        ),
        "look at the release on GitHub; if it is the right one, nothing is left to do",
    ),
    "asset-exists": (
        _ERROR,
        "The release has a file of this name already.",
        (
            "GitHub does not replace a file of a release. The same bytes would be no harm, other "
            "bytes would be a different release."
        ),
        "run the command again: it compares the files, and says which one differs",
    ),
    "package-protected": (
        _ERROR,
        "GitHub does not let this version of a package be deleted.",
        (
            "The last version of a package cannot be deleted, nor a public one with very many "
            "downloads. The version is left where it is."
        ),
        "delete the whole package on GitHub if that is what you mean",
    ),
}
