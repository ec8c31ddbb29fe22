"""Rows of the table of findings: what a look into built artifacts can find."""

from __future__ import annotations

from release_tools.model import Severity

_ERROR = Severity.ERROR

BUILT: dict[str, tuple[Severity, str, str, str]] = {
    "artifact-differs": (
        _ERROR,
        "A built artifact holds another version than the expected one.",
        (
            "The version was read from inside the file: a wheel's METADATA, a crate's Cargo.toml, "
            "a chart's Chart.yaml, the label or annotation org.opencontainers.image.version of an "
            "image. A registry goes by that, whatever the file is called; and a file whose name, "
            "folder and manifest contradict one another is refused by some installers."
        ),
        "build it again from the tagged commit, and remove the old file",
    ),
    "artifact-missing": (
        _ERROR,
        "A surface was not built, or not as everything that it is released as.",
        (
            "Every surface of the stream that can be built is expected in the folders that were "
            "named, each of `files` of a Python package included. A release that goes on without "
            "it would be published in part."
        ),
        "build it into one of the folders, or set optional = true on the surface",
    ),
    "artifact-stray": (
        _ERROR,
        "A built file belongs to no surface.",
        (
            "It was matched by the name inside, and an image by its repository, its reference or "
            "the name of its file. What uploads the whole folder would publish it as well, under "
            "whatever name and version it has."
        ),
        "remove the file, or declare its surface in release-tools.toml",
    ),
    "artifact-refused": (
        _ERROR,
        "A built file was not read to its end, because it is no sound archive.",
        (
            "It is cut short, unpacks to far more than it should, holds links, absolute names or "
            "names that climb out of it, or states what it is twice. Installers do not agree on "
            "what such a file holds, so nothing that stands in it is believed."
        ),
        "build it again with the tool of its ecosystem",
    ),
    "artifact-conflict": (
        _ERROR,
        "Two built files are the same artifact with different bytes.",
        (
            "A surface has one source distribution, one crate, one chart, one image; and two "
            "wheels are two only if their names differ. Which of the two would be published is "
            "left to chance."
        ),
        "remove the one that is not to be published, and build into an empty folder",
    ),
}
