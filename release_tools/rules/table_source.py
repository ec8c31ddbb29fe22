"""Rows of the table of findings: what a look at the tree, or at the request, can find."""

from __future__ import annotations

from release_tools.model import Severity

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

SOURCE: dict[str, tuple[Severity, str, str, str]] = {
    "surface-differs": (
        _ERROR,
        "A place states another version than the expected one.",
        (
            "The expected version is the argument, the tag, or what the other places of the "
            "stream agree on. This place says something else, so what is built from this tree "
            "would carry a version that the release does not have. Versions are compared as "
            "versions: 0.3.0rc1 and 0.3.0-rc.1 do not differ."
        ),
        "run `release-tools bump VERSION` to set every place, or correct this one by hand",
    ),
    "surface-missing": (
        _ERROR,
        "A declared place states no version.",
        (
            "The file is there, but the version does not stand where it was declared: the key, "
            "the package entry or the image reference is gone. A place that says nothing is never "
            "taken for one that agrees."
        ),
        "write the version there, or correct the surface in release-tools.toml",
    ),
    "spelling-illegal": (
        _ERROR,
        "The text is no version in this ecosystem.",
        (
            "Each ecosystem accepts its own spellings: Cargo, npm and Helm read SemVer 2.0.0, "
            "Python packages PEP 440. A text that breaks the rule of its ecosystem is refused by "
            "its tools or its registry, often only in the middle of publishing."
        ),
        "run `release-tools bump VERSION`: it writes each place in its own spelling",
    ),
    "spelling-not-canonical": (
        _WARNING,
        "The version is right, its spelling is not the canonical one.",
        (
            "The text is legal here and names the expected version. But a registry normalises it "
            "(0.1.0.beta.2 is listed as 0.1.0b2) or takes it for another one (-rc1 beside -rc.1), "
            "so that a search for the text of the source does not find what was published."
        ),
        "run `release-tools bump VERSION` to write the canonical spelling",
    ),
    "lock-behind": (
        _ERROR,
        "A lock file states another version of our own package.",
        (
            "A lock file repeats the version of the packages of this repository. One that was not "
            "updated with the manifest makes `cargo build --locked` and `uv sync --locked` fail, "
            "and leaves a change behind in every other checkout."
        ),
        "run `release-tools bump VERSION`: it sets our entries and leaves all others alone",
    ),
    "lock-left": (
        _WARNING,
        "A lock file has to be written anew by the program that made it.",
        (
            "A `Chart.lock` holds a digest over the dependencies as they were. A bump moves the "
            "version of a chart that it locks by `file://`, and cannot compute that digest."
        ),
        "run `helm dependency update` beside the lock, and commit the lock with the bump",
    ),
    "requirement-excludes": (
        _ERROR,
        "A package of this repository requires a version of its sibling that excludes this one.",
        (
            "The sibling is released with the same version, and the requirement does not admit "
            "it. The build resolves an older release from the registry, or fails to resolve at "
            "all."
        ),
        "run `release-tools bump VERSION`, or widen the requirement",
    ),
    "reference-differs": (
        _ERROR,
        "A file refers to one of our images by another tag.",
        (
            "The image belongs to this release, and the file pulls another one. Whoever installs "
            "from this file runs an older or a later program than the release that they chose."
        ),
        "run `release-tools bump VERSION`, or take the file out of `references`",
    ),
    "reference-pinned": (
        _WARNING,
        "A digest pins this image reference.",
        (
            "Where a digest stands beside the tag, the digest alone decides what is pulled. The "
            "tag must never change without the digest, and the digest of an image that is not "
            "built yet is not known, so bump leaves such a reference alone."
        ),
        "replace tag and digest together once the image is published",
    ),
    "template-not-found": (
        _ERROR,
        "The template of a `file` surface matches nothing in this file.",
        (
            "A template is literal text around a whole version; only runs of blanks may differ. "
            "Either the text was reworded, or the path is wrong. Until then nobody checks the "
            "version that this file states."
        ),
        "correct `template` or `path`, or set `optional = true` if none is fine",
    ),
    "changelog-missing": (
        _ERROR,
        "The changelog has no heading for the version.",
        (
            "The newest version heading of the changelog must be the released one, or the notes "
            "of the release belong to another. A heading such as Unreleased is not a version."
        ),
        "run `release-tools bump VERSION`: it turns Unreleased into the heading of the version",
    ),
    "nothing-to-judge": (
        _ERROR,
        "No place was judged at all.",
        (
            "The stream has no surface with a version in the source, or all of them are stamped "
            "or derived. A table without a judged cell says nothing, and nothing is not "
            "agreement: the verdict is unknown and the exit code 3."
        ),
        "declare a surface that states its version, or see what `release-tools init` finds",
    ),
    "no-agreement": (
        _ERROR,
        "The places disagree, and nothing says which is right.",
        (
            "No version and no tag was given, and the places of the stream do not say the same. "
            "Which of them is meant cannot be told from the tree."
        ),
        "name the version: `release-tools verify-surfaces VERSION`, or set it with `bump VERSION`",
    ),
    "file-missing": (
        _ERROR,
        "A declared file is not there.",
        (
            "The configuration names this file, and the tree does not hold it: moved, deleted, "
            "ignored by git, or never committed."
        ),
        "restore the file, or correct its path in release-tools.toml",
    ),
    "file-malformed": (
        _ERROR,
        "A file is not what its name promises.",
        (
            "The file was read, and it is no valid TOML, YAML, JSON or UTF-8 text at the named "
            "line, or it says the same thing twice, holds a merge conflict, or is over the size "
            "cap. Nothing is read out of a file that cannot be understood."
        ),
        "mend the file at the named line",
    ),
    "file-unreadable": (
        _ERROR,
        "What a file says could not be found out.",
        (
            "The file could not be opened, is no regular file, or its path leads out of the "
            "project. That is neither agreement nor absence: the verdict is unknown and the exit "
            "code 3."
        ),
        "make the file readable, or take it out of release-tools.toml",
    ),
    "discovered": (
        _NOTE,
        "There is no configuration; the surfaces were discovered.",
        (
            "What is released was guessed from the manifests in the tree. The guess can miss an "
            "image or a document, and it can change when files are added. `gate`, `tag` and "
            "`release` do not work on guesses."
        ),
        "run `release-tools init --write` to keep what was found, and edit it",
    ),
    "derived": (
        _NOTE,
        "The version is derived from the git tag and stands in no file.",
        (
            "A build backend such as setuptools-scm or hatch-vcs computes the version from the "
            "tag. There is nothing to judge in the source, and bump has nothing to write."
        ),
        "nothing to do: the tag sets this version",
    ),
    "stamped": (
        _NOTE,
        "The publisher stamps the version; what the source says is not judged.",
        (
            'The surface is declared with `source = "stamped"`: a workflow writes the version '
            "while publishing. The text in the tree may be any, and bump leaves it alone."
        ),
        "nothing to do, as long as the workflow stamps what it publishes",
    ),
    "ambiguous-tag": (
        _ERROR,
        "The tag fits more than one stream.",
        (
            "Two tag patterns accept this tag, so which surfaces it releases cannot be told. The "
            "same holds for every workflow that starts on it."
        ),
        "make the `tag` patterns of the streams distinct, or name one with `--stream`",
    ),
    "invalid-version": (
        _ERROR,
        "The text is no version.",
        (
            "Versions are ASCII, at most 128 characters, and follow SemVer 2.0.0 or PEP 440, with "
            "or without a leading v. Full-width digits, blanks and leading zeros in a SemVer "
            "number are refused rather than guessed at."
        ),
        "write the version as in 0.3.0 or 0.3.0-rc.1",
    ),
    "usage": (
        _ERROR,
        "The request cannot be meant.",
        (
            "An option or argument is unknown, contradicts another one, or names something that "
            "is not there. Nothing was done."
        ),
        "see `release-tools --help`, or the help of the command",
    ),
    "config": (
        _ERROR,
        "The configuration cannot be used.",
        (
            "An unknown key, a wrong type, a path that leaves the project, or two surfaces with "
            "one id. A key that is silently ignored would leave a place unchecked, so every "
            "mistake stops the command."
        ),
        "correct the named line; `release-tools schema config` prints every key",
    ),
}
