"""Rows of the table of findings: what the registries, or their lack of an answer, show."""

from __future__ import annotations

from release_tools.model import Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

PUBLISHED: dict[str, tuple[Severity, str, str, str]] = {
    "surface-unpublished": (
        _ERROR,
        "The version is not where users get it.",
        (
            "The registry was asked, and it is proven that it does not serve this version: it "
            "lists others, or another package of ours. Registries may take minutes to show what "
            "was uploaded. A tag, or a green run, is no proof that something was published."
        ),
        "see the run of its publisher, or wait for it with `--wait 15m`",
    ),
    "registry-unknown": (
        _ERROR,
        "Whether the version is published could not be found out.",
        (
            "The registry gave no answer that proves anything: it was not reached, it refused us, "
            "it said something that is not as specified, or there is nothing to compare a 404 "
            "with. That is neither agreement nor absence: the verdict is unknown and the exit code "
            "3."
        ),
        "see the reason; log in where it refused, try again where it did not answer",
    ),
    "published-differs": (
        _ERROR,
        "The registry serves something else than what this release is.",
        (
            "The version was found, and it is not what was expected of it. Users who ask for this "
            "release get something else. Most registries never take back what was published: the "
            "next version is the way out."
        ),
        "see how it was published, and release a corrected version",
    ),
    "published-already": (
        _ERROR,
        "The version that is to be published is there already.",
        (
            "Somebody published this version before, and nothing shows that it was with the bytes "
            "which were built now. To publish over it, or to skip it, would hide that the two "
            "differ."
        ),
        "release the next version; or give what was built with `--built DIR`, to compare the bytes",
    ),
    "spelling-elsewhere": (
        _ERROR,
        "The version is published under another spelling than the canonical one.",
        (
            "Registries of images and charts compare texts: who asks for v0.3.0-rc.1 does not get "
            "v0.3.0-rc1. The version was found under such a spelling, and under the canonical one "
            "it is not there."
        ),
        "publish it under the canonical spelling too, and correct the publisher",
    ),
    "digest-lies": (
        _ERROR,
        "A registry states a digest that what it served does not have.",
        (
            "The digest was computed from the bytes that came, and it is another one than the "
            "registry, or the manifest, states for them. Either a cache or a proxy on the way "
            "changed them, or the registry is broken. Nothing is pinned to either digest."
        ),
        "ask again without the proxy; otherwise tell those who run the registry",
    ),
    "platform-missing": (
        _ERROR,
        "An image is not there for an expected platform.",
        (
            "The configuration names the platforms of the image, and its index does not have this "
            "one: on such a machine the image cannot be pulled. What buildkit adds as platform "
            "unknown/unknown is no platform, and others beside the expected ones are fine."
        ),
        "build the image for this platform too, or take it out of `platforms`",
    ),
    "files-missing": (
        _ERROR,
        "A kind of file that the release should have is not there.",
        (
            "The configuration names the kinds of file of a package, wheel and sdist, and the "
            "version is there without this one. An upload that broke off leaves such a version "
            "behind."
        ),
        "upload the missing file, or take its kind out of `files`",
    ),
    "version-yanked": (
        _ERROR,
        "The version was yanked.",
        (
            "It can still be had by those who name it exactly. Nobody else gets it: resolvers pass "
            "it over. So it is not released, although it is there."
        ),
        "release the next version, or undo the yank if it was a mistake",
    ),
    "not-monotonic": (
        _ERROR,
        "A higher version is published already.",
        (
            "Users get the highest stable version, so that this one would be published and reach "
            "nobody. Yanked versions, pre-releases and nightlies are not counted."
        ),
        "choose a higher version; a backport is compared with its own minor line only",
    ),
    "tag-missing": (
        _ERROR,
        "The git tag of the release is not on the remote.",
        (
            "The remote was asked for its tags, and this one is not among them. What was published "
            "without it cannot be traced to a commit."
        ),
        "make it with `release-tools tag`",
    ),
    "tag-lightweight": (
        _WARNING,
        "The git tag of the release is not an annotated one.",
        (
            "A lightweight tag is a name and nothing more: it has no author, no date and no "
            "signature, and `git describe` passes it over. It is left as it is: a tag that was "
            "pushed is never moved."
        ),
        "make the next one with `release-tools tag`",
    ),
    "chart-differs": (
        _ERROR,
        "What is published is not the chart that it should be.",
        (
            "Name and version are read from the inside of the chart, not from its tag or its "
            "annotations. They say something else than the tag does, or there is no chart at all. "
            "Helm believes the inside."
        ),
        "package the chart again with its own version, and publish the next one",
    ),
    "app-version-differs": (
        _ERROR,
        "A published chart has another appVersion than `app-version` says.",
        (
            "Where the values name no tag, a chart pulls the images of its appVersion. So this "
            "chart installs other images than those of the release."
        ),
        "package the chart with `--app-version`, or correct `app-version` in the configuration",
    ),
    "chart-image-latest": (
        _ERROR,
        "The chart pulls one of our images by a tag that moves.",
        (
            "The chart was rendered, or its values were read, and one of the images of this "
            "release stands there as latest, nightly, or without any tag. Whoever installs this "
            "chart gets another program on every day, and a rollback does not bring it back."
        ),
        "set the tag in the values of the chart, or leave it empty if the chart uses appVersion",
    ),
    "chart-image-differs": (
        _ERROR,
        "The chart pulls one of our images at another version.",
        (
            "The chart was rendered, or its values were read, as it will be released. The tag of "
            "this image is not that of the release."
        ),
        "set the tag in the values of the chart to the version, or leave it empty",
    ),
    "chart-image-missing": (
        _ERROR,
        "The chart pulls one of our images that is not there.",
        (
            "The image was looked up at the very tag that the chart names, and the registry does "
            "not have it. The chart can be installed, and its pods stay in ImagePullBackOff."
        ),
        "publish the image, or correct its tag in the values of the chart",
    ),
    "chart-image-unknown": (
        _ERROR,
        "Whether an image of the chart exists could not be found out.",
        (
            "The chart could not be rendered and its values could not be read, or the registry "
            "gave no answer that proves anything. That is no agreement: the exit code is 3."
        ),
        "see the reason; values that the chart needs are given with `--values FILE`",
    ),
}
