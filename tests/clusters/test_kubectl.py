from __future__ import annotations

import pytest

from release_tools.clusters.images import Reference
from release_tools.clusters.kubectl import Kubectl
from release_tools.errors import UsageError
from release_tools.reading import Unknown

DIGEST = "sha256:" + "ab" * 32


@pytest.fixture
def asked(path, runner, cluster):
    assert cluster.url
    path.put("kubectl", "kubectl")
    return Kubectl(runner, "here", "prod")


def test_workloads_of_all_three_kinds_are_listed_with_their_images(asked, cluster):
    cluster.add_deployment("prod", "web", "ghcr.io/o/web:v0.2.0")
    cluster.add_deployment("prod", "db", f"ghcr.io/o/db@{DIGEST}", what="statefulsets")
    cluster.add_deployment("prod", "log", "127.0.0.1:5000/log", what="daemonsets")
    cluster.add_deployment("other", "web", "ghcr.io/o/web:v0.1.0")
    found = asked.workloads()
    assert [(str(one), str(one.containers[0].image)) for one in found] == [
        ("daemonset/log", "127.0.0.1:5000/log"),
        ("deployment/web", "ghcr.io/o/web:v0.2.0"),
        ("statefulset/db", f"ghcr.io/o/db@{DIGEST}"),
    ]
    assert found[0].containers[0].image == Reference("127.0.0.1:5000/log")


def test_a_workload_tells_its_revision_its_release_and_who_set_its_image(asked, cluster):
    annotations = {
        "deployment.kubernetes.io/revision": "7",
        "meta.helm.sh/release-name": "app",
    }
    field: dict[str, object] = {'k:{"name":"main"}': {"f:image": {}}}
    for manager in ("kubectl-set", "helm"):
        owned = {"f:spec": {"f:template": {"f:spec": {"f:containers": field}}}}
        cluster.add_deployment(
            "prod",
            manager,
            "ghcr.io/o/web:v1",
            annotations=annotations,
            managedFields=[{"manager": manager, "operation": "Update", "fieldsV1": owned}],
        )
    helm, kubectl_set = asked.workloads()
    assert (helm.revision, helm.release, helm.overrides) == (7, "app", ())
    assert kubectl_set.overrides == (("main", "kubectl-set"),)


def test_pods_tell_what_runs_and_what_waits(asked, cluster):
    cluster.add_pod("prod", "web-1", "ghcr.io/o/web:v0.2.0", f"ghcr.io/o/web@{DIGEST}")
    cluster.add_pod(
        "prod", "web-2", "ghcr.io/o/web:v9", "", reason="ImagePullBackOff", message="Back-off"
    )
    one, two = asked.pods()
    assert one.containers[0].image_id == f"ghcr.io/o/web@{DIGEST}"
    assert one.containers[0].reason == ""
    assert two.containers[0][1:] == (
        Reference("ghcr.io/o/web", "v9"),
        "",
        "ImagePullBackOff",
        "Back-off",
    )


def test_a_pod_that_is_done_or_on_its_way_out_runs_nothing(asked, cluster):
    cluster.add_pod("prod", "web-1", "ghcr.io/o/web:v0.2.0", "")
    for name in ("done", "leaving"):
        cluster.add_pod("prod", name, "ghcr.io/o/web:v0.1.0", "")
    _, done, leaving = cluster.objects["pods"]
    done["status"]["phase"] = "Succeeded"
    leaving["metadata"]["deletionTimestamp"] = "2026-01-15T02:00:00Z"
    assert [pod.name for pod in asked.pods()] == ["web-1"]


def test_rollouts_are_the_revisions_of_replica_sets_and_controller_revisions(asked, cluster):
    for number, name in (("2", "web"), ("1", "web")):
        cluster.add_deployment(
            "prod",
            f"{name}-{number}",
            f"ghcr.io/o/web:v{number}",
            what="replicasets",
            annotations={"deployment.kubernetes.io/revision": number},
            ownerReferences=[{"kind": "Deployment", "name": name}],
        )
    template = {"spec": {"containers": [{"name": "main", "image": "ghcr.io/o/db:v1"}]}}
    cluster.add(
        "controllerrevisions",
        "db-x",
        namespace="prod",
        revision=3,
        data={"spec": {"template": template}},
        ownerReferences=[{"kind": "StatefulSet", "name": "db"}],
    )
    cluster.add_deployment("prod", "orphan", "x", what="replicasets")
    assert [(one[:3], str(one.containers[0].image)) for one in asked.rollouts()] == [
        (("deployment", "web", 1), "ghcr.io/o/web:v1"),
        (("deployment", "web", 2), "ghcr.io/o/web:v2"),
        (("statefulset", "db", 3), "ghcr.io/o/db:v1"),
    ]


def test_what_may_not_be_listed_is_unknown(asked, cluster):
    cluster.forbidden |= {"deployments", "pods", "replicasets"}
    for found in (asked.workloads(), asked.pods(), asked.rollouts()):
        assert isinstance(found, Unknown)
        assert found.reason.startswith("no permission: ")


def test_the_version_is_told_without_a_cluster(path, runner):
    path.put("kubectl", "kubectl")
    assert Kubectl(runner).version()[0] == 1


@pytest.mark.usefixtures("path")
def test_a_kubectl_that_is_missing_is_unknown(runner):
    for found in (Kubectl(runner).version(), Kubectl(runner).pods()):
        assert isinstance(found, Unknown)
        assert "kubectl cannot be started" in found.reason


@pytest.mark.parametrize("said", ["{", "[]", '{"items": [1]}', '{"items": {}}'])
def test_what_is_no_list_is_unknown(says, said):
    assert isinstance(Kubectl(says(said)).pods(), Unknown)


def test_what_is_too_much_is_unknown(says):
    found = Kubectl(says("{[," * 400_000)).pods()
    assert isinstance(found, Unknown)
    assert found.reason == "kubectl wrote more than can be read"


@pytest.mark.parametrize("name", ["-n", "Prod", "a.b", "a_b", "a" * 64, "-"])
def test_a_namespace_that_is_none_is_refused(runner, name):
    with pytest.raises(UsageError):
        Kubectl(runner, namespace=name).pods()
