from __future__ import annotations

import sys

import pytest

from release_tools.flows import surfaces
from release_tools.flows.columns import asking, deployments
from release_tools.flows.deploying import doctor
from release_tools.flows.deploying.cluster import Visit
from release_tools.model import Verdict
from release_tools.steps import shell


def ids(found):
    return [one.id for one in found.findings]


@pytest.fixture
def examine(operator):
    """Visit the deployments of the operator's project."""

    def run(version=None, *, places=None, given=None):
        project = operator.project
        if places is None:
            places = deployments.every(project, given)

        def published(text):
            return surfaces.look(project, text, stream="main", wish=surfaces.Wish(published=True))

        with asking.of_project(project) as ask:
            visit = Visit(project, operator.runner, ask, published, version)
            return doctor.examine(project, places, visit)

    return run


def looked(found):
    return {one.name: one.verdict for one in found.looked}


def test_all_is_well_where_all_is_well(operator, examine):
    operator.runs("0.2.0")
    found = examine()
    assert ids(found) == []
    assert doctor.verdict(found) is Verdict.AGREES
    assert list(looked(found)) == ["helm", "kubectl", "release app", "chart:app", "pods"]


def test_a_missing_program_is_missing_and_an_old_one_is_named_with_what_is_needed(
    operator, examine, path
):
    operator.runs("0.2.0")
    (path.folder / "helm").unlink()
    found = examine()
    assert looked(found)["helm"] is Verdict.MISSING
    assert ids(found)[0] == "program-missing"
    path.fake("helm", "v3.13.3")
    found = examine()
    assert (looked(found)["helm"], ids(found)[0]) == (Verdict.DIFFERS, "program-old")
    assert found.findings[0].message == "helm is 3.13.3, and 3.14 or later is needed"
    (path.folder / "helm").unlink()
    path.fake("helm", "v3.14.0")
    assert looked(examine())["helm"] is Verdict.AGREES


def test_only_the_programs_of_what_is_configured_are_asked_for(operator, examine):
    given = deployments.Given(python=sys.executable)
    found = examine(given=given)
    assert list(looked(found)) == ["pip"]
    found = examine(places=())
    assert list(looked(found)) == ["helm", "kubectl", "pip", "docker or podman"]
    assert looked(found)["docker or podman"] is Verdict.MISSING
    assert ids(found)[-1] == "no-deployment"
    assert operator.project.surfaces


def test_a_chart_that_is_not_there_is_named_with_what_is_and_the_nearest(operator, examine):
    operator.runs("0.2.0")
    found = examine("0.3.1")
    assert looked(found)["chart:app"] is Verdict.MISSING
    (said,) = found.findings
    assert said.id == "chart-not-found"
    assert said.message.endswith("; there are 0.3.0, 0.2.0, 0.1.0")
    assert said.hint.startswith("the nearest is 0.3.0")
    assert doctor.verdict(found) is Verdict.DISAGREES


def test_a_registry_that_does_not_answer_leaves_the_chart_unknown(operator, examine):
    operator.runs("0.2.0")
    config = (operator.root / "release-tools.toml").read_text()
    operator.write("release-tools.toml", config.replace("private-hosts", "# private-hosts"))
    found = examine()
    assert looked(found)["chart:app"] is Verdict.UNKNOWN
    assert doctor.verdict(found) is Verdict.UNKNOWN


@pytest.mark.parametrize("status", ["failed", "pending-upgrade", "pending-rollback"])
def test_a_release_that_is_left_half_way_gets_the_safe_way_back_and_the_last_resort(
    operator, examine, status
):
    said = ("Install complete", "Upgrade complete", 'Upgrade "app" failed: timed out')
    operator.cluster.add_release(
        "prod", "app", "app", ("0.1.0", "0.2.0", "0.3.0"), ("superseded", "deployed", status), said
    )
    found = examine()
    assert looked(found)["release app"] is Verdict.DIFFERS
    (finding,) = found.findings
    assert finding.id == "release-unsettled"
    assert finding.message.endswith('revision 3: Upgrade "app" failed: timed out')
    assert finding.hint == (
        "the last good revision is 2 (0.2.0): "
        "release-tools rollback --revision 2 --deployment production"
    )
    back, last = found.remedies
    assert shell(back.steps[0].argv).startswith("helm rollback app 2 ")
    assert [step.argv[1] for step in last.steps] == ["get", "uninstall", "show", "install"]
    assert "0.2.0" in last.steps[3].argv


def test_a_release_that_never_worked_has_only_the_first_installation_to_repeat(operator, examine):
    said = ('Release "app" failed: no',)
    operator.cluster.add_release("prod", "app", "app", ("0.1.0",), ("failed",), said)
    found = examine()
    assert found.findings[0].hint.startswith("no revision is known to have worked")
    assert found.remedies == ()


def test_an_image_whose_tag_is_not_there_says_how_far_its_release_is(operator, examine):
    operator.runs("0.2.0")
    image = operator.image("worker", "v0.3.0")
    for pod in ("worker-2", "worker-3"):
        operator.cluster.add_pod(
            "prod", pod, image, "", reason="ImagePullBackOff", message="Back-off"
        )
    found = examine()
    (said,) = found.findings
    assert said.id == "image-tag-missing"
    assert said.message == (
        f"pod/worker-2, pod/worker-3 cannot pull {image}: ImagePullBackOff: Back-off; the registry "
        "does not have it. Of 0.3.0, 2 of 3 are published, not image:worker"
    )
    assert said.hint.endswith("go back: release-tools rollback --deployment production")
    assert looked(found)["pods"] is Verdict.DIFFERS


def test_an_image_of_which_nothing_is_published_says_that(operator, examine):
    operator.runs("0.2.0")
    image = operator.image("worker", "v9.9.9")
    operator.cluster.add_pod("prod", "worker-2", image, "", reason="ErrImagePull", message="no")
    assert examine().findings[0].message.endswith("Nothing of 9.9.9 is published")


@pytest.mark.parametrize(
    ("event", "advice"),
    [
        ("pull access denied, 401 Unauthorized", "imagePullSecret"),
        ("no match for platform in manifest", "architecture"),
        ("x509: certificate signed by unknown authority", "certificate"),
        ("toomanyrequests: You have reached your limit", "limits"),
        ("dial tcp: lookup registry: no such host", "DNS"),
        ("something else", "kubectl describe pod"),
    ],
)
def test_an_image_that_is_there_is_a_matter_of_the_node_as_its_event_says(
    operator, examine, event, advice
):
    operator.runs("0.2.0")
    image = operator.image("worker", "v0.2.0")
    operator.cluster.add_pod(
        "prod", "w-2", image, "", reason="ImagePullBackOff", message="Back-off"
    )
    operator.cluster.add(
        "events",
        "w-2.1",
        namespace="prod",
        involvedObject={"kind": "Pod", "name": "w-2"},
        reason="Failed",
        message=f'Failed to pull image "{image}": {event}',
    )
    (said,) = examine().findings
    assert said.id == "image-refused"
    assert event in said.message
    assert advice in said.hint


def test_an_image_of_somebody_else_is_named_and_not_asked_for(operator, examine):
    operator.runs("0.2.0")
    operator.cluster.add_pod(
        "prod", "db-1", "example.com/db:16", "", reason="ErrImagePull", message="403 Forbidden"
    )
    (said,) = examine().findings
    assert said.id == "image-not-pulled"
    assert said.message.endswith("it is no image of ours")
    assert "imagePullSecret" in said.hint


def test_what_may_not_be_read_is_unknown(operator, examine):
    operator.runs("0.2.0")
    operator.cluster.forbidden |= {"secrets", "pods"}
    found = examine()
    assert looked(found)["release app"] is looked(found)["pods"] is Verdict.UNKNOWN
    assert doctor.verdict(found) is Verdict.UNKNOWN
    assert set(ids(found)) == {"deployment-unknown"}


def test_a_release_that_is_not_there_is_missing(examine):
    found = examine()
    assert looked(found)["release app"] is Verdict.MISSING
    assert ids(found) == ["deployed-missing"]
