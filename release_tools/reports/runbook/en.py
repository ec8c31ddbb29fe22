"""The words of the handbook in English, by where they stand."""

from __future__ import annotations

TEXTS = {
    "title": "# Upgrade and rollback: {project} {version}",
    "intro": (
        "Written by `release-tools runbook` from what the registries serve of `{tag}`. Every "
        "artifact named here was found there; what was not found is left out."
    ),
    "channels": "## Release channels",
    "channels-head": "| channel | tag | how often | meant for |\n|---|---|---|---|",
    "channel-release": "| release | {tags} | when `{pattern}` is tagged | production |",
    "channel-nightly": "| nightly | {tags} | {often} | tests before a release |",
    "channel-latest": "| latest | `latest` | moves with every push to it | development only |",
    "nightly-often": "every night",
    "nightly-schedule": "on schedule `{cron}` (UTC)",
    "channels-advice": (
        "In production, always name a version, and where it can be done its digest: on most "
        "registries a tag can be moved, a digest cannot."
    ),
    "channels-releases": "All releases: <{url}>",
    "prerequisites": "## Prerequisites",
    "need-helm": (
        "- `helm` 3.14 or later, for `--reset-then-reuse-values` and charts in OCI registries"
    ),
    "need-kubectl": "- `kubectl`, configured for the cluster",
    "need-docker": "- `docker` or `podman`, to use images without a cluster",
    "need-pip": "- `pip` 22 or later",
    "need-cargo": "- `cargo`",
    "need-npm": "- `npm`",
    "need-ours": "- `release-tools`, which checks all of this: `release-tools doctor {version}`",
    "current": "## 1. See what runs",
    "current-helm": "### The Helm release",
    "current-helm-note": (
        "`CHART` is the version of the chart, `APP VERSION` the tag of the images that it deploys. "
        "Note the revision: it is the way back."
    ),
    "current-images": "### The images of what runs",
    "current-local": "### Local images",
    "current-package": "### {name}",
    "current-all": "### Everything at once, compared with {version}",
    "upgrade": "## 2. Upgrade",
    "upgrade-ours": (
        "`release-tools upgrade {version}{option}` prints these steps for what runs now, each with "
        "its check and its undo, and runs them with `--execute`."
    ),
    "upgrade-helm": "### Helm chart",
    "show-comment": "# See that the chart is there, and readable from here",
    "upgrade-comment": "# The new chart's defaults first, then what was set before on top of them",
    "upgrade-digest": "The same bytes whatever becomes of the tag, by digest:",
    "upgrade-values": (
        "Never use `--reuse-values` across versions: it leaves the defaults of the new "
        "chart out, so "
        "that values that it requires are missing. Before Helm 3.14 give all values in a file "
        "instead: `--values {values}`."
    ),
    "verify": "See that it worked:",
    "upgrade-images": "### Images without Helm",
    "pull-comment": "# podman takes the same arguments",
    "digest-note": (
        "Each digest is that of the image's index, and right for every platform. Do not take one "
        "from `docker inspect` after a pull: that may be the digest of one platform alone, which "
        "breaks nodes of another."
    ),
    "images-head": "| image | digest | platforms |\n|---|---|---|",
    "image-row": "| `{image}` | `{digest}` | {platforms} |",
    "manifest-note": "In a Kubernetes manifest, pin the digest and keep the tag in a comment:",
    "manifest-apply": (
        "`release-tools pin {version} --into FILE` edits manifests and kustomizations so; then "
        "`kubectl apply --filename FILE`."
    ),
    "upgrade-package": "### {name}",
    "newest-comment": "# The newest stable version, whatever it is by then",
    "upgrade-other": "### {name}: a stream of its own",
    "other-note": (
        "It is released by tags `{pattern}`{by}, not together with `{tag}`. Pin it explicitly:"
    ),
    "other-by": " through {workflows}",
    "rollback": "## 3. Roll back",
    "rollback-ours": (
        "`release-tools rollback{option}` prints the way back to the last revision that worked; "
        "`--revision N` and `--to VERSION` choose another, `--execute` goes it."
    ),
    "rollback-helm": "### Helm: the fastest way",
    "rollback-helm-note": "Helm keeps what it deployed, values included: nothing is fetched again.",
    "history-comment": "# What there is to go back to",
    "previous-comment": "# To the revision before",
    "revision-comment": "# To a certain revision, for example 3",
    "verify-comment": "# See that it worked",
    "reinstall-note": (
        "Where the history is gone (Helm keeps ten revisions), install the chart of "
        "{version} again:"
    ),
    "rollback-kubectl": "### Kubernetes manifests without Helm",
    "undo-comment": "# Undo the last roll-out",
    "to-comment": "# Or go to a certain revision",
    "rollback-digests": (
        "With digests in manifests, put those of the release before back, then "
        "`kubectl apply --filename FILE`:"
    ),
    "rollback-images": "### Local images",
    "rollback-package": "### {name}",
    "nothing-before": (
        "Nothing of an earlier release was found, so no version to go back to is named."
    ),
    "pinning": "## 4. Pin versions",
    "make": "### Makefile variables",
    "make-note": "These targets take the version from a variable:",
    "values": "### Values file for Helm",
    "values-note": (
        "`release-tools pin {version} --output {values}` writes this from the chart's own values; "
        "with `--digest` every image carries its digest:"
    ),
    "values-deploy": "Then deploy with it:",
    "pin-manifests": "### Manifests",
    "pin-check": "# Are the pinned digests still there, and which version are they?",
    "nightlies": "## 5. Nightlies",
    "nightlies-note": (
        "Nightlies are for tests before a release. They are never promoted by themselves."
    ),
    "nightlies-none": "No nightly of this stream was found.",
    "nightly-images": "# The nightly images",
    "nightly-chart": "# The nightly chart, into a namespace for trying things",
    "promotion": "## 6. Promotion",
    "promotion-note": "From a nightly to a release; nobody but the release owner decides:",
    "promote-checks": "1. All checks of the commit are green.",
    "promote-compare": (
        "{n}. What stands between a nightly and the release: "
        "`release-tools promote nightly-YYYYMMDD --to VERSION`"
    ),
    "promote-bump": "{n}. Set the version{in_}: `release-tools bump VERSION`",
    "promote-places": " in {places}",
    "promote-tag": "{n}. Tag it `{pattern}`: `release-tools tag VERSION --push`{starts}",
    "promote-starts": ". That starts {workflows}",
    "promote-release": (
        "{n}. The GitHub Release is made once every surface agrees: "
        "`release-tools verify-surfaces VERSION --published --wait 15m`"
    ),
    "promote-other": (
        "`{name}` is promoted by itself: set the version{in_}, then tag `{pattern}`{starts}."
    ),
    "trouble": "## 7. Troubleshooting",
    "trouble-ours": (
        "`release-tools doctor {version}{option}` looks at all of this and prints the way out."
    ),
    "trouble-chart": "### Helm: chart not found",
    "tags-comment": "# Which versions are there? (oras is a program of its own)",
    "exists-comment": "# Is this one?",
    "trouble-state": "### Helm: the release is in a bad state after an upgrade",
    "force-comment": (
        "# Only if that fails too: keep the values, uninstall, install what worked last"
    ),
    "trouble-pull": "### Kubernetes: ImagePullBackOff after an upgrade",
    "pull-note": (
        "The tag may not be published yet, or the pull secret is missing. See which "
        "image it is, and "
        "whether it is there:"
    ),
    "describe-comment": "# Look for ErrImagePull and the exact reference",
    "published-comment": "# Is everything of the release there?",
    "pull-back": "As long as it is not there, go back:",
    "trouble-conflict": "### Helm 4: conflict with another field manager",
    "conflict-note": (
        "Somebody set an image beside Helm (`kubectl set image`). Put it into the values "
        "file, then "
        "let Helm take the field back:"
    ),
}
