"""Rows of the table of findings: why a verb that writes refuses, or stopped."""

from __future__ import annotations

from release_tools.model import Severity

_ERROR = Severity.ERROR

ACTING: dict[str, tuple[Severity, str, str, str]] = {
    "interrupted": (
        _ERROR,
        "The run was interrupted from outside.",
        (
            "Somebody pressed Ctrl-C. What was done until then stands; a bump changes all files "
            "or none even so."
        ),
        "run the command again: it goes on from there",
    ),
    "internal-error": (
        _ERROR,
        "release-tools itself failed.",
        (
            "This is a mistake in release-tools and says nothing about the project. Nothing may "
            "be concluded from it, and a bump changes all files or none even so."
        ),
        "report it as a bug, with the lines on standard error",
    ),
    "interrupted-bump": (
        _ERROR,
        "A bump was interrupted after its journal was written.",
        (
            "Some files may hold the new version and some the old one. The journal knows all of "
            "them, so the bump can be finished; until then no command reads or writes this tree."
        ),
        "run `release-tools recover`",
    ),
    "locked": (
        _ERROR,
        "Another bump is at work in this tree.",
        (
            "Two bumps at once would each see half of the other's files. The lock belongs to a "
            "running process and is freed when that process ends, however it ends."
        ),
        "wait for the other process, then run the command again",
    ),
    "dirty-files": (
        _ERROR,
        "A file concerned holds changes that are not committed.",
        (
            "The bump would mix its own edits with them, in one commit and beyond untangling. "
            "Changes in other files do not matter."
        ),
        "commit or stash the changes in the named files, then run the command again",
    ),
    "lower-version": (
        _ERROR,
        "The target is lower than what the stream already has.",
        (
            "Lower means lower than the highest place or tag of the stream. Installers choose the "
            "highest version, so nobody would get a release below one that is already out."
        ),
        "choose a higher version, or say `--allow-lower` if you mean it",
    ),
    "tag-exists": (
        _ERROR,
        "The tag is already there.",
        (
            "A tag names one commit for good: people and caches have it. It is never moved and "
            "never made twice."
        ),
        "choose the next version; if the tag is right, there is nothing left to do",
    ),
    "development-version": (
        _ERROR,
        "The branch states a development version.",
        (
            "A tag starts the workflows that publish. A version such as 0.4.0-dev.0 stands in the "
            "tree between two releases, and is not meant to be one."
        ),
        "run `release-tools bump release` and merge it, then tag",
    ),
    "file-exists": (
        _ERROR,
        "A configuration is already there.",
        (
            "`init --write` makes `release-tools.toml` where there is none. It never writes over a "
            "configuration that somebody made."
        ),
        "run `release-tools init` without `--write`, and compare",
    ),
    "commit-failed": (
        _ERROR,
        "Git did not make the commit.",
        (
            "A commit needs a name and an address of its author, and `--sign` a key. In the midst "
            "of a merge, or with files that were only announced to git, it would take in more "
            "than the bump. HEAD, the index and the files are as they were before."
        ),
        "do what the message says, then run the command again",
    ),
    "tag-failed": (
        _ERROR,
        "Git did not make the tag.",
        (
            "An annotated tag needs a name and an address of the tagger, and `--sign` a key. What "
            "git said is in the message. There is no tag."
        ),
        "set user.name and user.email, or the signing key, then run the command again",
    ),
    "branch-exists": (
        _ERROR,
        "The branch for the pull request is already there.",
        (
            "An earlier run may have left it, or a pull request for this version is open. A branch "
            "that somebody may work on is not overwritten."
        ),
        "finish or close that pull request and delete its branch, then run the command again",
    ),
    "github-refused": (
        _ERROR,
        "GitHub understood the request and refused it.",
        (
            "A rule of the repository forbids it, or what was asked for exists already. Asking "
            "again would get the same answer."
        ),
        "mend what GitHub names in the message, then run the command again",
    ),
    "unsafe-output": (
        _ERROR,
        "A value could not be handed to the workflow safely.",
        (
            "Outputs are lines of a file. A line break or control character in a value would let "
            "it write outputs of its own, so it is refused rather than escaped."
        ),
        "find out where the character comes from: a ref, a file name or a version",
    ),
    "detached-head": (
        _ERROR,
        "HEAD stands on no branch.",
        "A commit made here belongs to no branch. It cannot be pushed to one, and git drops it.",
        "run `git switch BRANCH`, then run the command again",
    ),
    "behind-upstream": (
        _ERROR,
        "The branch lacks commits of its upstream.",
        "The push would be rejected. And the release would lack what others already merged.",
        "run `git pull --ff-only`, then run the command again",
    ),
    "not-expressible": (
        _ERROR,
        "An ecosystem of the stream has no spelling for this version.",
        (
            "SemVer has no post-releases and no epochs, PEP 440 knows only some pre-release "
            "words. A version that one of the surfaces cannot carry cannot be the version of all "
            "of them."
        ),
        "choose a version that every named surface can carry, such as 0.3.0 or 0.3.0-rc.1",
    ),
    "file-changed": (
        _ERROR,
        "A file changed between planning and writing.",
        (
            "The plan was made from other bytes than those that stand there now, so its edits may "
            "no longer be the right ones. Nothing was written."
        ),
        "run the command again: it plans from what stands there now",
    ),
    "write-failed": (
        _ERROR,
        "A file could not be written.",
        (
            "The disk is full, the file or folder is read-only, or the system said otherwise in "
            "the message. A bump writes every new file beside the old one before it replaces any, "
            "so no file is half written."
        ),
        "make room or give write permission, then run the command again",
    ),
    "hook-changed-files": (
        _ERROR,
        "A commit hook changed what was committed.",
        (
            "The blobs of the commit are not those of the plan: a hook rewrote or added "
            "something. The commit was undone; HEAD, the index and the files are as they were "
            "before."
        ),
        "let the named hook leave these files alone, or commit by hand after a plain bump",
    ),
    "hook-failed": (
        _ERROR,
        "A git hook refused the commit.",
        (
            "HEAD, the index and the files are as they were before. What the hook said is in the "
            "message."
        ),
        "mend what the hook complains about, then run the command again",
    ),
    "push-rejected": (
        _ERROR,
        "The remote did not take the push.",
        (
            "Branch and tag are pushed in one atomic step, so neither arrived. The commit and the "
            "tag are still here."
        ),
        "read the remote's answer; for a protected branch use `release-tools bump VERSION --pr`",
    ),
    "checks-not-green": (
        _ERROR,
        "A required check of the commit is not green.",
        (
            "A check failed, still runs, or never ran on this very commit. A tag would release "
            "what nobody has tested."
        ),
        "wait for the checks or mend what they found, then run `release-tools tag` again",
    ),
    "remote-differs": (
        _ERROR,
        "The remote has something else than what was expected.",
        (
            "The branch or tag on the remote names another commit or object than the one that was "
            "judged. What counts is the remote; the local view was old."
        ),
        "run `git fetch`, look at what changed, then run the command again",
    ),
    "plan-conflict": (
        _ERROR,
        "Two edits want different texts in the same place.",
        (
            "Two surfaces, often of two streams, claim one place and get different versions. "
            "Whichever was written last would win, so none is."
        ),
        (
            "let one surface own the place: correct `path`, `template` or `stream` in the "
            "configuration"
        ),
    ),
    "proof-failed": (
        _ERROR,
        "The edited text would say more or less than intended.",
        (
            "An independent parser read the file before and after the edits, and found another "
            "difference than the intended values. Nothing was written. The file has a shape that "
            "release-tools does not understand."
        ),
        "set this place by hand, and report the file as a bug",
    ),
    "unsupported-platform": (
        _ERROR,
        "This command does not write on this platform.",
        (
            "All-or-nothing writing is built on POSIX renames and locks. Elsewhere "
            "verify-surfaces works, and the verbs that write refuse rather than promise less."
        ),
        "run the command on Linux or macOS, for example in a workflow",
    ),
}
