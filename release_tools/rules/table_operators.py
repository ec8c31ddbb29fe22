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
    "target-incomplete": (
        _ERROR,
        "The version to go to is not published as a whole.",
        (
            "Something of the release is missing, or is not what it should be. An upgrade would "
            "stop half way, or run a mixture of two versions. Nothing was changed."
        ),
        "wait with `release-tools verify-surfaces VERSION --published --wait 15m`, then try again",
    ),
    "target-unknown": (
        _ERROR,
        "Whether the version to go to is published as a whole could not be told.",
        (
            "A registry did not answer, or no registry is configured. What is not known to be "
            "there is not deployed. Nothing was changed."
        ),
        "run `release-tools verify-surfaces VERSION --published`, or add `--no-published-check`",
    ),
    "published-unchecked": (
        _WARNING,
        "Whether the version is published was not asked.",
        (
            "The command line waived it. If an image of the release is missing, the roll-out "
            "stops half way, and the printed undo is the way back."
        ),
        "leave `--no-published-check` out",
    ),
    "values-needed": (
        _ERROR,
        "This Helm needs the values of the release in a file.",
        (
            "Only Helm 3.14 and later can take the new chart's defaults first and put what was set "
            "before on top of them. `--reuse-values` leaves the new defaults out, so that new "
            "required values are missing."
        ),
        "give `--values FILE` (`helm get values RELEASE` prints them), or use Helm 3.14 or later",
    ),
    "managed-by-helm": (
        _ERROR,
        "The workload belongs to a Helm release.",
        (
            "An image set beside Helm becomes a field of its own owner. From Helm 4 on the next "
            "upgrade and the next rollback then fail with a conflict."
        ),
        "upgrade the Helm release instead: `--target helm`",
    ),
    "image-out-of-band": (
        _WARNING,
        "An image of the Helm release was set by something else than Helm.",
        (
            "Somebody pinned or changed it by hand, with `kubectl set image` or `kubectl edit`. "
            "Since Helm 4 applies on the server, its next upgrade or rollback is refused with a "
            "conflict over that field, and loses the change once it is forced."
        ),
        "put the image into a values file, then add `--force-conflicts` to the command",
    ),
    "field-conflict": (
        _ERROR,
        "Helm was refused a field that something else owns.",
        (
            "The image of a workload was set beside Helm, so the API server does not let Helm "
            "change it. The workload is as it was; Helm counts the attempt as a failed revision."
        ),
        (
            "put the image into a values file if it is still wanted, then run the command again "
            "with `--force-conflicts`: Helm takes the field back"
        ),
    ),
    "step-failed": (
        _ERROR,
        "A step failed, and the ones after it were not run.",
        (
            "What the program said is in the message. The steps before it stand; the undo of what "
            "was begun is printed, and is harmless where a step did nothing."
        ),
        "run the printed undo, or mend the cause and run the command again",
    ),
    "no-way-back": (
        _ERROR,
        "There is no revision to go back to.",
        (
            "The history does not hold the revision that was asked for, or none of those that it "
            "holds is known to have worked: Helm keeps ten, and a failed one is none to go back to."
        ),
        "name the version to install again: `release-tools rollback --to VERSION`",
    ),
    "revision-bad": (
        _WARNING,
        "The revision to go back to is not known to have worked.",
        (
            "It failed when it was deployed, or was cut off. Helm calls it superseded later all "
            "the same, so only its description tells."
        ),
        "choose a good one: `release-tools rollback` alone takes the last one",
    ),
    "history-lost": (
        _WARNING,
        "The history has no good revision of that version, so its chart is installed again.",
        (
            "Helm keeps ten revisions. The chart of the version is fetched once more; values that "
            "were set then and not since are not in it."
        ),
        "compare the values with those of that time, and give them with `--values FILE`",
    ),
    "workloads-unseen": (
        _WARNING,
        "The workloads of the release could not be listed.",
        (
            "Helm waits for them all the same. What is missing is the look at each workload "
            "afterwards, and the warning before a conflict over fields that were set beside Helm."
        ),
        "install kubectl, or ask for the right to list deployments",
    ),
    "nothing-to-do": (
        _NOTE,
        "The environment is there already.",
        "What was asked for is what runs. There are no steps.",
        "nothing is left to do",
    ),
    "program-missing": (
        _ERROR,
        "A program that the environment needs is missing.",
        (
            "release-tools runs the client programs of your cluster and machine: helm, kubectl, "
            "pip, docker or podman. Only those of the configured environments are asked for."
        ),
        "install it, and see that it is on PATH",
    ),
    "program-old": (
        _ERROR,
        "A program is older than the steps need.",
        (
            "Helm before 3.14 cannot carry values over safely, and pip before 22 lacks what exact "
            "pins rely on. Much works with it all the same, but not every step that is printed."
        ),
        "update the program that the message names",
    ),
    "chart-not-found": (
        _ERROR,
        "The chart is not in its registry in that version.",
        (
            "The registry answered, and has other versions. The version is mistyped, or its chart "
            "was not published: `helm` then says `chart not found`."
        ),
        "run `release-tools verify-surfaces VERSION --published` to see what else is missing",
    ),
    "image-tag-missing": (
        _ERROR,
        "A pod waits for an image that its registry does not have.",
        (
            "The tag was looked up where it is published, and it is not there. The release may be "
            "still publishing, or it stopped half way; until then the old pods go on serving."
        ),
        "wait until it is published; until then run `release-tools rollback`",
    ),
    "image-refused": (
        _ERROR,
        "A pod waits for an image that its registry does have.",
        (
            "We can read the tag, the node cannot. It is a matter of the pull secret, the "
            "architecture of the node, its network or the trust in the registry."
        ),
        "run `kubectl describe pod`, then look at the pod's imagePullSecrets and the node",
    ),
    "no-deployment": (
        _NOTE,
        "No environment was looked at.",
        (
            "The configuration has no `[deployments]`, and the command line names no place. Only "
            "the programs here were looked at."
        ),
        "add `[deployments.NAME]`, or give `--namespace` and `--release`",
    ),
}
