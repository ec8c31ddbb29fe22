"""Rows of the table of findings: what ``lint`` finds in a repository's workflows."""

from __future__ import annotations

from release_tools.model import Severity

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

LINT: dict[str, tuple[Severity, str, str, str]] = {
    "workflow-crosses-streams": (
        _ERROR,
        "A tag of one stream starts the publishing workflow of another.",
        (
            "A filter such as v* is compared with the whole name of the tag, so that it lets "
            "vllm-sr-sim-v0.1.0 through as well. The workflow then builds this commit under a "
            "version that it cuts out of the wrong tag, and publishes it. It is a warning where a "
            "condition that cannot be evaluated stands before it, and a note where nothing that "
            "the workflow publishes can be recognised."
        ),
        (
            "begin with `release-tools gate --stream NAME` and let the other jobs wait for its "
            "proceed, or exclude the other tags by a pattern with ! in front"
        ),
    ),
    "starts-on-every-tag": (
        _WARNING,
        "A publisher without branch and tag filter starts on every tag.",
        (
            "A push trigger that names neither branches nor tags runs for all of both. Its paths "
            "are not looked at when a tag is pushed, so that every tag of every stream publishes "
            "once more what the workflow publishes."
        ),
        "name the branches (`branches: [main]`): a filter of branches alone excludes all tags",
    ),
    "nightly-starts-publisher": (
        _WARNING,
        "A nightly tag starts a workflow that publishes releases.",
        (
            "The pattern was written for release tags and matches the nightly tags of the stream "
            "too. The workflow would publish a nightly as if it were a release."
        ),
        "begin with `release-tools gate`, which lets no nightly through, or narrow the pattern",
    ),
    "workflow-missing": (
        _ERROR,
        "A surface names a workflow that is not there.",
        (
            "`workflow` tells which workflow publishes a surface. The gate and every wait look at "
            "its runs: of a file that does not exist there are none, so that a publisher that has "
            "failed is waited for until the time is over."
        ),
        "correct `workflow` of the surface in release-tools.toml",
    ),
    "pattern-matches-nothing": (
        _WARNING,
        "A tag pattern matches no tag that was ever made.",
        (
            "GitHub's filters are no regular expressions: {2}, \\., (a|b), ^ and $ stand for "
            "themselves, and the pattern is compared with the name of the tag alone. A workflow "
            "whose patterns match nothing never starts, and nobody is told. It is an error where "
            "GitHub cannot read the pattern at all, or only negations are given."
        ),
        "write the pattern with *, ?, + and [], for example v[0-9]+.[0-9]+.[0-9]+*",
    ),
    "publish-without-gate": (
        _WARNING,
        "A workflow publishes for a tag, and nothing asks whether it may.",
        (
            "Whoever can push a tag publishes whatever stands at that commit: not merged, not "
            "tested, with manifests that state another version, or an old commit once more. The "
            "gate checks all of that first, and hands the version on in every spelling."
        ),
        (
            "make `release-tools gate` the first job, and give the others `needs:` and "
            "`if: needs.gate.outputs.proceed == 'true'`"
        ),
    ),
    "publisher-after-release": (
        _WARNING,
        "A publisher starts only once the GitHub Release is there.",
        (
            "`release-tools release` writes the GitHub Release when every surface is published. A "
            "publisher that starts on: release waits for that release in its turn, so that both "
            "wait for ever. It is an error where the repository uses `release-tools release`, "
            "and a note where it does not yet."
        ),
        "start the publisher by the tag, or set after-release = true for its surface",
    ),
    "several-release-writers": (
        _WARNING,
        "Several jobs make the same GitHub Release.",
        (
            "Each of them looks whether the release is there and makes it if not. Two that look "
            "at the same time make two, one of which stays behind as a draft, or overwrite each "
            "other's notes; and whichever is first publishes it before the files of the others "
            "are there. It is an error where they are different workflows, which nothing orders."
        ),
        "let the jobs upload artifacts, and one `release-tools release` write the release",
    ),
    "make-latest-unset": (
        _WARNING,
        "A release is made without saying whether it is the latest.",
        (
            'GitHub then decides by itself, and gives "Latest" to a maintenance release or to '
            "another stream's. It is a note in a repository with one stream, where only a release "
            "of an older line can take it."
        ),
        "set it from the gate's output make-latest",
    ),
    "latest-unconditional": (
        _WARNING,
        "An image is pushed as latest whatever the tag is.",
        (
            "A pre-release, a fix of an older line or the tag of another stream moves latest just "
            "as the newest release does. It is an error where such tags have been made."
        ),
        (
            "push the version alone on tags, and let `release-tools release --move-latest` do the "
            "rest, or a step under `if: needs.gate.outputs.push-latest == 'true'`"
        ),
    ),
    "publisher-cancelled": (
        _WARNING,
        "Another run can cancel a publisher in the middle.",
        (
            "With cancel-in-progress a run that is publishing is stopped as soon as another one of "
            "its group begins: some files or platforms are published, others are not, and most "
            "registries take no second try. It is an error where all tags share the group."
        ),
        "set cancel-in-progress to false, or to an expression that is false for tags",
    ),
    "concurrency-drops-pending": (
        _WARNING,
        "Publishers of different tags share one concurrency group.",
        (
            "A group has one running and one waiting run. A third cancels the one that waits, even "
            "with cancel-in-progress: false, so that a tag pushed in between is never published."
        ),
        "put ${{ github.ref }} into the group",
    ),
    "nightly-per-job": (
        _WARNING,
        "Several jobs compute the date of one nightly.",
        (
            "Jobs begin at different times. In a run across midnight, or a re-run on the next day, "
            "they publish one nightly under two names, and no name has all of it."
        ),
        "let `release-tools nightly` name it once, in the first job, and use its outputs",
    ),
    "tag-by-token": (
        _WARNING,
        "A tag is pushed with the token that starts no workflow.",
        (
            "What GITHUB_TOKEN does starts no workflow, so that the publishers which wait for the "
            "tag never run: the tag is there, and no run. An app's token, a deploy key, or a call "
            "of the publishers in the same run does start them."
        ),
        "call the publishers as reusable workflows in this run, or push with another token",
    ),
    "script-injection": (
        _WARNING,
        "A script is put together from a text that somebody else chooses.",
        (
            'Expressions are replaced before the shell reads the script. v1"$(id)" is a legal name '
            "of a tag, and runs id. It is an error where anybody on the internet chooses the text "
            "and the run has all rights, and a note where the job publishes nothing or only a "
            "caller chooses."
        ),
        'hand it over in env: and write "$NAME" in the script',
    ),
    "unpinned-install": (
        _WARNING,
        "A job that publishes runs something that can change overnight.",
        (
            "A package without a version, or an action by a movable name, is fetched anew in each "
            "run and acts with the rights of the job: its token, its registry credentials. It is a "
            "note for actions that are named by a tag."
        ),
        "give the version, best with hashes (`pip install --require-hashes -r FILE`)",
    ),
    "workflow-unreadable": (
        _ERROR,
        "A workflow cannot be read, so nothing is known of it.",
        (
            "The file is no YAML that GitHub would take, is no workflow, or is larger or more "
            "tangled than is looked into. What it does on a tag is unknown, and so is the verdict "
            "as long as nothing else is wrong."
        ),
        "mend the file; the message says what is wrong where",
    ),
    "no-workflows": (
        _ERROR,
        "There is no workflow to look at.",
        (
            "No .yml or .yaml file stands in .github/workflows of this tree. Nothing was judged, "
            "and nothing judged is never a pass."
        ),
        "run it at the root of the repository, or name the folder with -C",
    ),
}
