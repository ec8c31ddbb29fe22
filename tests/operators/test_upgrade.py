from __future__ import annotations

import hashlib

import pytest

from release_tools.errors import UsageError, VersionError
from release_tools.flows.columns import deployments
from release_tools.flows.deploying import upgrade
from release_tools.flows.deploying.steps import Request, parse
from release_tools.model import Verdict
from release_tools.steps import shell
from release_tools.version import Nightly, Version
from tests.servers import layout, programs, site
from tests.servers.site import Said


def ids(plan):
    return [one.id for one in plan.findings]


class Older:
    """Runs programs as they are, but that Helm says to be of another version."""

    def __init__(self, runner, said):
        self._runner, self._said = runner, said

    def run(self, argv, **more):
        ran = self._runner.run(argv, **more)
        return ran._replace(out=self._said) if argv[:2] == ("helm", "version") else ran


def test_the_plan_of_helm_names_command_reason_check_and_undo(operator):
    operator.runs("0.1.0")
    plan = operator.plan(upgrade, "0.2.0")
    look, step = plan.steps
    host = operator.store.host
    scope = "--namespace prod --kube-context here"
    assert shell(look.argv) == (
        f"helm show chart oci://{host}/charts/app --version 0.2.0 --plain-http"
    )
    assert shell(step.argv) == (
        f"helm upgrade app oci://{host}/charts/app --version 0.2.0 --plain-http {scope} "
        "--reset-then-reuse-values --wait --timeout 10m"
    )
    assert [shell(check.argv) for check in step.checks] == [
        f"helm list {scope} --filter '^app$' --output json",
        "kubectl rollout status deployment/app --namespace prod --context here --timeout=10m",
        "kubectl rollout status deployment/worker --namespace prod --context here --timeout=10m",
    ]
    assert [shell(argv) for argv in step.undo] == [
        f"helm rollback app 1 {scope} --wait --timeout 10m"
    ]
    assert (plan.verdict, plan.exit_code, plan.findings) == (Verdict.AGREES, 0, ())
    assert (look.changes, step.changes) == (False, True)


@pytest.mark.parametrize("version", ["v3.14.0", "v3.17.3", "v4.0.0"])
def test_from_3_14_on_helm_keeps_what_was_set(operator, version):
    operator.runs("0.1.0")
    operator.runner = Older(operator.runner, version)
    argv = operator.plan(upgrade, "0.2.0").steps[1].argv
    assert "--reset-then-reuse-values" in argv
    assert "--reuse-values" not in argv


def test_before_3_14_helm_needs_the_values_in_a_file(operator):
    operator.runs("0.1.0")
    operator.runner = Older(operator.runner, "v3.13.3")
    plan = operator.plan(upgrade, "0.2.0")
    assert (plan.steps, plan.exit_code, ids(plan)) == ((), 1, ["values-needed"])
    given = deployments.Given(context="here", namespace="prod", release="app", values=("v.yaml",))
    argv = operator.plan(upgrade, "0.2.0", given=given).steps[1].argv
    assert argv[argv.index("--values") + 1] == "v.yaml"
    assert not [word for word in argv if "reuse" in word]


def test_an_image_set_beside_helm_is_foreseen_where_fields_have_owners(operator):
    field: dict[str, object] = {'k:{"name":"main"}': {"f:image": {}}}
    owned = {"f:spec": {"f:template": {"f:spec": {"f:containers": field}}}}
    fields = [{"manager": "kubectl-set", "operation": "Update", "fieldsV1": owned}]
    operator.runs("0.1.0", managedFields=fields)
    plan = operator.plan(upgrade, "0.2.0")
    assert (len(plan.steps), plan.exit_code, ids(plan)) == (2, 0, ["image-out-of-band"] * 2)
    assert "deployment/app, container main" in plan.findings[0].message
    assert ids(operator.plan(upgrade, "0.2.0", force=True)) == []
    operator.runner = Older(operator.runner, "v3.17.3")
    assert ids(operator.plan(upgrade, "0.2.0")) == []


def test_helm_3_has_no_force_conflicts_to_offer(operator):
    operator.runs("0.1.0")
    assert operator.plan(upgrade, "0.2.0", force=True).steps[1].argv[-1] == "--force-conflicts"
    operator.runner = Older(operator.runner, "v3.17.3")
    with pytest.raises(UsageError):
        operator.plan(upgrade, "0.2.0", force=True)


def test_a_version_that_is_not_all_there_is_refused_with_what_is_missing(operator):
    operator.runs("0.1.0")
    plan = operator.plan(upgrade, "0.3.0")
    assert (plan.steps, plan.exit_code) == ((), 1)
    assert ids(plan) == ["target-incomplete", "surface-unpublished"]
    assert "image:worker missing" in plan.findings[0].message


def test_a_registry_that_does_not_answer_refuses_too(operator):
    operator.runs("0.1.0")
    config = (operator.root / "release-tools.toml").read_text()
    operator.write("release-tools.toml", config.replace(operator.store.host, "127.0.0.1:1"))
    plan = operator.plan(upgrade, "0.2.0")
    assert (plan.steps, plan.verdict, plan.exit_code) == ((), Verdict.UNKNOWN, 3)
    assert ids(plan)[0] == "target-unknown"


def test_the_check_is_waived_by_name_and_the_plan_says_so(operator):
    operator.runs("0.1.0")
    plan = operator.plan(upgrade, "0.3.0", check=False)
    assert ids(plan) == ["published-unchecked"]
    assert len(plan.steps) == 2


def test_a_release_that_is_not_there_is_refused_unless_it_is_to_be_installed(operator):
    plan = operator.plan(upgrade, "0.2.0")
    assert (plan.steps, plan.exit_code, ids(plan)) == ((), 1, ["deployed-missing"])
    step = operator.plan(upgrade, "0.2.0", install=True).steps[1]
    assert step.argv[:3] == ("helm", "install", "app")
    assert "--create-namespace" in step.argv
    assert shell(step.undo[0]).startswith("helm uninstall app ")


@pytest.mark.parametrize("status", ["pending-upgrade", "pending-rollback", "uninstalling"])
def test_a_release_that_is_locked_is_not_upgraded(operator, status):
    operator.cluster.add_release("prod", "app", "app", ("0.1.0", "0.2.0"), ("deployed", status))
    plan = operator.plan(upgrade, "0.2.0")
    assert (plan.steps, ids(plan)) == ((), ["release-unsettled"])


def test_the_undo_leads_to_the_last_revision_that_worked(operator):
    said = ("Install complete", 'Upgrade "app" failed: no')
    statuses = ("deployed", "failed")
    operator.cluster.add_release("prod", "app", "app", ("0.1.0", "0.2.0"), statuses, said)
    step = operator.plan(upgrade, "0.2.0").steps[1]
    assert step.undo[0][:4] == ("helm", "rollback", "app", "1")


def test_a_cluster_that_cannot_be_read_is_unknown(operator):
    operator.cluster.forbidden.add("secrets")
    plan = operator.plan(upgrade, "0.2.0")
    assert (plan.steps, plan.exit_code) == ((), 3)
    assert set(ids(plan)) == {"deployment-unknown"}


def test_without_kubectl_a_release_that_has_our_images_is_unknown(operator, path):
    operator.runs("0.1.0")
    (path.folder / "kubectl").unlink()
    plan = operator.plan(upgrade, "0.2.0")
    assert plan.exit_code == 3
    assert "kubectl" in plan.findings[0].message


def test_a_chart_by_digest_is_the_manifest_that_the_registry_serves(operator):
    operator.runs("0.1.0")
    plan = operator.plan(upgrade, "0.2.0", digest=True)
    assert plan.steps[1].argv[3].startswith(f"oci://{operator.store.host}/charts/app@sha256:")
    assert "--version" not in plan.steps[1].argv
    shown = operator.runner.run(plan.steps[0].argv)
    assert plan.steps[0].checks[0].holds(shown)


def test_kubectl_sets_what_differs_and_keeps_a_digest_a_digest(operator):
    operator.runs("0.1.0", release=False)
    pinned = operator.image("worker", operator.store.digests["worker", "0.1.0"])
    operator.cluster.add_deployment("prod", "pinned", pinned)
    operator.cluster.add_deployment("prod", "new", operator.image("app", "v0.2.0"))
    given = deployments.Given(target="kubectl", context="here", namespace="prod")
    plan = operator.plan(upgrade, "0.2.0", given=given)
    digest = operator.store.digests["worker", "0.2.0"]
    assert [step.argv[3:5] for step in plan.steps] == [
        ("deployment/app", f"main={operator.image('app', 'v0.2.0')}"),
        ("deployment/pinned", f"main={operator.image('worker', digest)}"),
        ("deployment/worker", f"main={operator.image('worker', 'v0.2.0')}"),
    ]
    assert plan.steps[1].undo[0][4] == f"main={pinned}"
    plan = operator.plan(upgrade, "0.2.0", given=given, surfaces=("image:worker",), digest=True)
    assert [step.argv[3] for step in plan.steps] == ["deployment/pinned", "deployment/worker"]
    plan = operator.plan(upgrade, "0.2.0", given=given, workload="deployment/app")
    assert [step.argv[3] for step in plan.steps] == ["deployment/app"]
    with pytest.raises(UsageError) as caught:
        operator.plan(upgrade, "0.2.0", given=given, workload="deployment/x")
    assert "deployment/app" in caught.value.hint


def test_kubectl_leaves_what_belongs_to_helm(operator):
    operator.runs("0.1.0")
    given = deployments.Given(target="kubectl", context="here", namespace="prod")
    plan = operator.plan(upgrade, "0.2.0", given=given)
    assert (plan.steps, ids(plan)) == ((), ["managed-by-helm"])
    assert plan.findings[0].hint == "give --target helm --release app"


def test_a_namespace_without_our_images_has_nothing_to_set(operator):
    given = deployments.Given(target="kubectl", context="here", namespace="empty")
    plan = operator.plan(upgrade, "0.2.0", given=given)
    assert (plan.steps, ids(plan)) == ((), ["deployed-missing"])


def test_what_runs_already_needs_no_step(operator):
    operator.runs("0.2.0", release=False)
    given = deployments.Given(target="kubectl", context="here", namespace="prod")
    plan = operator.plan(upgrade, "0.2.0", given=given)
    assert (plan.steps, plan.exit_code, ids(plan)) == ((), 0, ["nothing-to-do"])


def test_no_step_names_the_previous_one_as_its_undo(operator):
    """An undo has to be harmless where the step did nothing: it says where to, never "back"."""
    operator.runs("0.1.0")
    for step in operator.plan(upgrade, "0.2.0").steps:
        for argv in step.undo:
            assert argv[:3] != ("helm", "rollback", "app") or argv[3].isdigit()
            assert argv[:3] != ("kubectl", "rollout", "undo") or "--to-revision" in shell(argv)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("0.3.0", Version.parse("0.3.0")),
        ("v0.3.0-rc.1", Version.parse("0.3.0-rc.1")),
        ("nightly-20260115", Nightly.parse("nightly-20260115")),
        ("0.0.0-nightly.20260115", Nightly.parse("nightly-20260115")),
        ("0.4.0.dev20260115", Nightly.parse("nightly-20260115")),
    ],
)
def test_a_version_and_a_nightly_are_read_in_every_spelling(text, version):
    assert parse(text) == version


@pytest.mark.parametrize("text", ["latest", "", "--help", "0.3.0; id", "nightly-20261301"])
def test_what_is_no_version_is_refused(operator, text):
    with pytest.raises(VersionError):
        operator.plan(upgrade, text)


@pytest.mark.parametrize("timeout", ["", "10", "m", "-1m", "10 m", "1h30m", "9999999s"])
def test_a_time_that_helm_would_not_take_is_refused(operator, timeout):
    with pytest.raises(UsageError):
        operator.plan(upgrade, "0.2.0", timeout=timeout)


def test_the_library_wants_a_version(operator):
    with pytest.raises(UsageError):
        operator.situation(upgrade)
    assert Request().version is None


def test_a_chart_of_an_http_repository_is_named_by_its_repository(operator, tmp_path):
    package = layout.chart(tmp_path / "made", "app", "0.2.0", "v0.2.0", programs.find("helm"))
    digest = hashlib.sha256(package.read_bytes()).hexdigest()

    def answer(asked):
        if asked.path.endswith("/index.yaml"):
            entry = f"- {{name: app, version: 0.2.0, digest: {digest}, urls: [app-0.2.0.tgz]}}"
            return Said(200, f"apiVersion: v1\nentries:\n  app:\n  {entry}\n".encode())
        return Said(200, package.read_bytes(), "application/gzip")

    with site.serving(answer) as here:
        operator.runs("0.1.0")
        config = (operator.root / "release-tools.toml").read_text()
        config = config.replace(f"oci://{operator.store.host}/charts", f"{here.url}/charts")
        hosts = f'"{here.host}", "{operator.store.host}"]'
        operator.write("release-tools.toml", config.replace(f'"{operator.store.host}"]', hosts))
        look, step = operator.plan(upgrade, "0.2.0").steps
        chart = f"app --repo {here.url}/charts --version 0.2.0"
        assert shell(look.argv) == f"helm show chart {chart}"
        assert shell(step.argv).startswith(f"helm upgrade app {chart} --namespace prod ")
        assert look.checks[0].holds(operator.runner.run(look.argv))
        with pytest.raises(UsageError):
            operator.plan(upgrade, "0.2.0", digest=True)
