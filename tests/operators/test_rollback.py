from __future__ import annotations

import sys

import pytest

from release_tools.errors import UsageError
from release_tools.flows.columns import deployments
from release_tools.flows.deploying import rollback
from release_tools.steps import shell

FAILED = 'Upgrade "app" failed: timed out'
KUBECTL = deployments.Given(target="kubectl", context="here", namespace="prod")


def ids(plan):
    return [one.id for one in plan.findings]


@pytest.fixture
def history(operator):
    """Four revisions, of which the last two failed though Helm calls one superseded."""
    operator.cluster.add_release(
        "prod",
        "app",
        "app",
        ("0.1.0", "0.2.0", "0.3.0", "0.3.0"),
        ("superseded", "deployed", "superseded", "failed"),
        ("Install complete", "Upgrade complete", FAILED, FAILED),
    )


@pytest.mark.usefixtures("history")
def test_the_way_back_is_the_last_revision_that_worked(operator):
    plan = operator.plan(rollback)
    (step,) = plan.steps
    assert shell(step.argv) == (
        "helm rollback app 2 --namespace prod --kube-context here --wait --timeout 10m"
    )
    assert step.undo == ()  # what failed is no place to go back to
    assert (plan.exit_code, ids(plan)) == (0, [])


@pytest.mark.usefixtures("history")
def test_going_back_asks_no_registry(operator):
    config = (operator.root / "release-tools.toml").read_text()
    operator.write("release-tools.toml", config.replace(operator.store.host, "127.0.0.1:1"))
    for asked in ({}, {"revision": 1}, {"version": "0.1.0"}):
        assert len(operator.plan(rollback, **asked).steps) == 1


@pytest.mark.usefixtures("history")
def test_a_revision_that_failed_can_be_meant_but_is_warned_of(operator):
    plan = operator.plan(rollback, revision=3)
    assert (len(plan.steps), ids(plan)) == (1, ["revision-bad"])
    assert FAILED in plan.findings[0].message


@pytest.mark.usefixtures("history")
def test_a_revision_that_is_not_kept_is_refused_with_those_that_are(operator):
    plan = operator.plan(rollback, revision=9)
    assert (plan.steps, ids(plan)) == ((), ["no-way-back"])
    assert plan.findings[0].hint == "the revisions are 1 (0.1.0), 2 (0.2.0), 3 (0.3.0), 4 (0.3.0)"


@pytest.mark.usefixtures("history")
def test_a_version_is_looked_up_in_the_history(operator):
    assert operator.plan(rollback, "v0.1.0").steps[0].argv[3] == "1"


@pytest.mark.usefixtures("history")
def test_a_version_of_which_only_failures_are_kept_is_installed_again(operator):
    plan = operator.plan(rollback, "0.3.0", check=False)
    assert ids(plan) == ["history-lost", "published-unchecked"]
    assert [step.argv[1] for step in plan.steps] == ["show", "upgrade"]
    plan = operator.plan(rollback, "0.3.0")
    assert (plan.steps, ids(plan)[:2]) == ((), ["history-lost", "target-incomplete"])


def test_a_release_that_is_gone_is_installed_again_and_only_by_version(operator):
    plan = operator.plan(rollback)
    assert (plan.steps, ids(plan)) == ((), ["no-way-back"])
    plan = operator.plan(rollback, "0.1.0")
    assert [step.argv[1] for step in plan.steps] == ["show", "install"]
    assert ids(plan) == ["history-lost"]


def test_a_release_that_was_rolled_back_goes_further_back(operator):
    operator.cluster.add_release(
        "prod",
        "app",
        "app",
        ("0.1.0", "0.2.0", "0.3.0", "0.2.0"),
        descriptions=("Install complete", "Upgrade complete", "Upgrade complete", "Rollback to 2"),
    )
    plan = operator.plan(rollback)
    assert plan.steps[0].argv[3] == "1"
    assert plan.steps[0].undo[0][3] == "4"


def test_what_runs_already_needs_no_step(operator):
    operator.runs("0.2.0")
    plan = operator.plan(rollback, "0.2.0")
    assert (plan.steps, plan.exit_code, ids(plan)) == ((), 0, ["nothing-to-do"])


def test_a_version_and_a_revision_are_two_answers(operator):
    with pytest.raises(UsageError):
        operator.plan(rollback, "0.2.0", revision=1)


@pytest.fixture
def rolled(operator):
    """Two deployments at their third revision, of which two and three are of 0.2.0."""
    for name in ("app", "worker"):
        image = operator.image(name, "v0.2.0")
        here = {"annotations": {"deployment.kubernetes.io/revision": "3"}}
        operator.cluster.add_deployment("prod", name, image, **here)
        for number, version in enumerate(("0.1.0", "0.2.0", "0.2.0"), 1):
            operator.cluster.add_deployment(
                "prod",
                f"{name}-{number}",
                operator.image(name, f"v{version}"),
                what="replicasets",
                annotations={"deployment.kubernetes.io/revision": str(number)},
                ownerReferences=[{"kind": "Deployment", "name": name}],
            )


@pytest.mark.usefixtures("rolled")
def test_kubectl_goes_back_by_revision_one_workload_at_a_time(operator):
    with pytest.raises(UsageError) as caught:
        operator.plan(rollback, given=KUBECTL)
    assert "deployment/app, deployment/worker" in caught.value.hint
    (step,) = operator.plan(rollback, given=KUBECTL, workload="deployment/app").steps
    scope = "--namespace prod --context here"
    assert shell(step.argv) == f"kubectl rollout undo deployment/app --to-revision=2 {scope}"
    assert shell(step.undo[0]) == f"kubectl rollout undo deployment/app --to-revision=3 {scope}"
    (step,) = operator.plan(rollback, given=KUBECTL, workload="app", revision=1).steps
    assert "--to-revision=1" in step.argv
    plan = operator.plan(rollback, given=KUBECTL, workload="app", revision=7)
    assert (plan.steps, ids(plan)) == ((), ["no-way-back"])
    assert "1, 2, 3" in plan.findings[0].hint


@pytest.mark.usefixtures("rolled")
def test_kubectl_goes_back_to_a_version_by_the_revisions_that_ran_it(operator):
    plan = operator.plan(rollback, "0.1.0", given=KUBECTL)
    assert [step.argv[3:5] for step in plan.steps] == [
        ("deployment/app", "--to-revision=1"),
        ("deployment/worker", "--to-revision=1"),
    ]


@pytest.mark.usefixtures("rolled")
def test_kubectl_sets_the_image_where_no_revision_ran_it(operator):
    operator.cluster.objects["replicasets"] = [
        one for one in operator.cluster.objects["replicasets"] if one["metadata"]["name"] != "app-1"
    ]
    plan = operator.plan(rollback, "0.1.0", given=KUBECTL)
    assert [step.argv[1:3] for step in plan.steps] == [("set", "image"), ("rollout", "undo")]
    config = (operator.root / "release-tools.toml").read_text()
    operator.write("release-tools.toml", config.replace("plain-http = ", "# plain-http = "))
    plan = operator.plan(rollback, "0.1.0", given=KUBECTL)
    assert (plan.steps, plan.exit_code, ids(plan)[0]) == ((), 3, "target-unknown")


def test_pip_and_engines_keep_no_history(operator):
    for target in ("pip", "podman"):
        given = deployments.Given(target=target, python=sys.executable)
        with pytest.raises(UsageError) as caught:
            operator.plan(rollback, given=given, stream="cli")
        assert "--to VERSION" in caught.value.hint
