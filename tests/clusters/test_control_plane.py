"""Upgrades and rollbacks for real: Helm 3 and 4, kubectl, a registry, a control plane.

Collected only where ``scripts/control-plane`` has built the control plane.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess

import pytest

import release_tools
from release_tools.adapters.process import Process
from release_tools.flows import surfaces
from release_tools.flows.columns import asking, deployments
from release_tools.flows.deploying import doctor, rollback, steps, upgrade
from release_tools.flows.deploying.cluster import Visit
from release_tools.flows.deploying.steps import Request
from release_tools.flows.status.overview import status
from release_tools.model import Stage, Verdict
from release_tools.reading import Found
from tests.servers import control_plane, programs, registry

_NUMBERS = itertools.count(1)

CONFIG = """
[streams.main]
nightly = "nightly-{{date}}"

[[surfaces]]
kind = "chart"
path = "chart"
registry = "oci://{host}/charts"
source = "stamped"

[[surfaces]]
kind = "image"
registry = "{host}/o"
names = ["app"]

[registries]
plain-http = ["{host}"]
private-hosts = ["{host}"]

[deployments.production]
context = "test"
namespace = "{namespace}"
release = "app"
"""

TEMPLATE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
        - name: main
          image: "{{ .Values.image }}:{{ .Values.tag | default .Chart.AppVersion }}"
          env: [{name: LEVEL, value: "{{ .Values.level }}"}]
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with control_plane.serving(tmp_path_factory.mktemp("control-plane")) as running:
        yield running


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A registry with three versions and a nightly; the image of 0.3.0's chart never comes."""
    folder = tmp_path_factory.mktemp("store")
    with registry.serving(folder) as running:
        for version in ("0.1.0", "0.2.0", "0.3.0", "0.0.0-nightly.20260115"):
            nightly = "nightly" in version
            tag = "nightly-20260115" if nightly else f"v{version}"
            running.push_index("o/app", tag)
            name = "bad" if version == "0.3.0" else "app"
            _push_chart(folder / version, running, version, tag, f"{running.host}/o/{name}")
        yield running


def _push_chart(folder, store, version, app_version, image):
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text(
        f"apiVersion: v2\nname: app\nversion: {version}\nappVersion: {app_version}\n"
    )
    (folder / "values.yaml").write_text(f"image: {image}\ntag: ''\nlevel: info\n")
    (folder / "templates" / "deployment.yaml").write_text(TEMPLATE)
    helm = programs.find("helm")
    run([helm, "package", str(folder), "--destination", str(folder)])
    package = folder / f"app-{version}.tgz"
    run([helm, "push", str(package), f"oci://{store.host}/charts", "--plain-http"])


def run(argv, **environment):
    env = {**os.environ, **environment}
    done = subprocess.run(argv, capture_output=True, text=True, env=env, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Operator:
    """Somebody who works on one namespace with one Helm."""

    def __init__(self, root, here, store, namespace, *, is_helm4):
        self.root, self.here, self.store, self.namespace = root, here, store, namespace
        self.is_helm4 = is_helm4
        (root / "chart").mkdir()
        (root / "chart" / "Chart.yaml").write_text("name: app\nversion: 0.3.0\n")
        config = CONFIG.format(host=store.host, namespace=namespace)
        (root / "release-tools.toml").write_text(config)

    @property
    def project(self):
        return release_tools.load(str(self.root))

    def plan(self, flow, version=None, *, given=None, **request):
        project, asked = self.project, Request(version, timeout="4s", **request)
        deployment = deployments.one(
            project, None if given else "production", given or deployments.Given()
        )
        look = lambda: surfaces.look(project, version, wish=surfaces.Wish(published=True))  # noqa: E731
        return flow.plan(project, deployment, asked, runner=Process(), published=look)

    def do(self, flow, version=None, **request):
        """Plan and carry out; return the plan and the outcome."""
        plan, found, goal = self.plan(flow, version, **request)
        assert plan.verdict is Verdict.AGREES, plan.findings
        return plan, steps.carry_out(found, plan, goal, lambda _: None)

    def upgrade(self, version, **request):
        return self.do(upgrade, version, **request)

    def rollback(self, version=None, **request):
        return self.do(rollback, version, **request)

    def helm(self, *argv):
        return run(["helm", *argv, "--namespace", self.namespace])

    def kubectl(self, *argv):
        return run(["kubectl", *argv, "--namespace", self.namespace])

    @property
    def history(self):
        """Chart version and state of every revision."""
        kept = json.loads(self.helm("history", "app", "--output", "json"))
        return [(one["revision"], one["chart"].removeprefix("app-"), one["status"]) for one in kept]

    @property
    def image(self):
        found = self.kubectl("get", "deployment", "app", "--output", "json")
        (container,) = json.loads(found)["spec"]["template"]["spec"]["containers"]
        return container["image"].removeprefix(f"{self.store.host}/o/")

    def forget(self, *revisions):
        for number in revisions:
            self.kubectl("delete", "secret", f"sh.helm.release.v1.app.v{number}")


ONE_HELM = pytest.mark.parametrize("operator", ["helm"], indirect=True)


@pytest.fixture(params=["helm", "helm3"])
def operator(request, tmp_path, here, store, monkeypatch):
    """An operator whose ``helm`` is of major 4 or 3."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "helm").symlink_to(programs.find(request.param))
    (bin_ / "kubectl").symlink_to(programs.find("kubectl"))
    for name, value in here.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", f"{bin_}:{os.environ['PATH']}")
    namespace = f"n{next(_NUMBERS)}"
    here.make_namespace(namespace)
    root = tmp_path / "project"
    root.mkdir()
    return Operator(root, here, store, namespace, is_helm4=request.param == "helm")


def ids(found):
    return [finding.id for finding in found.findings]


def test_an_upgrade_reads_before_and_after_and_keeps_what_was_set(operator):
    plan, outcome = operator.upgrade("0.1.0", install=True)
    assert [step.argv[:2] for step in plan.steps] == [("helm", "show"), ("helm", "install")]
    assert (outcome.verdict, ids(outcome)) == (Verdict.AGREES, [])
    operator.helm(
        "upgrade",
        "app",
        f"oci://{operator.store.host}/charts/app",
        "--version",
        "0.1.0",
        "--plain-http",
        "--set",
        "level=debug",
    )
    plan, outcome = operator.upgrade("0.2.0")
    assert (outcome.verdict, ids(plan), ids(outcome)) == (Verdict.AGREES, [], [])
    versions = [
        [(one.surface.id, one.reading.version) for one in seen if isinstance(one.reading, Found)]
        for seen in (plan.before, outcome.after)
    ]
    assert versions == [
        [("chart:app", "0.1.0"), ("image:app", "v0.1.0")],
        [("chart:app", "0.2.0"), ("image:app", "v0.2.0")],
    ]
    assert "debug" in operator.kubectl("get", "deployment", "app", "--output", "yaml")


def test_an_upgrade_to_a_bad_image_stops_and_its_undo_leads_back(operator):
    operator.upgrade("0.2.0", install=True)
    plan, outcome = operator.upgrade("0.3.0")
    assert ids(outcome) == ["step-failed"]
    assert [one.good for one in outcome.ended] == [True, False]
    assert outcome.undo == plan.steps[1].undo
    assert operator.history == [(1, "0.2.0", "deployed"), (2, "0.3.0", "failed")]
    for argv in outcome.undo:
        run(argv)
    assert operator.image == "app:v0.2.0"
    assert operator.history[-1] == (3, "0.2.0", "deployed")


@ONE_HELM
def test_the_undo_of_a_step_that_did_nothing_is_harmless(operator):
    operator.upgrade("0.1.0", install=True)
    operator.upgrade("0.2.0")
    plan, _, _ = operator.plan(upgrade, "0.3.0")
    for argv in plan.steps[1].undo:
        run(argv)
    assert operator.image == "app:v0.2.0"


def test_a_rollback_takes_the_last_revision_that_worked_not_the_previous_one(operator):
    operator.upgrade("0.1.0", install=True)
    operator.upgrade("0.2.0")
    operator.upgrade("0.3.0")
    operator.upgrade("0.3.0")
    plan, outcome = operator.rollback()
    assert plan.steps[0].argv[:4] == ("helm", "rollback", "app", "2")
    assert (outcome.verdict, operator.image) == (Verdict.AGREES, "app:v0.2.0")
    plan, outcome = operator.rollback()
    assert plan.steps[0].argv[3] == "1"
    assert (outcome.verdict, operator.image) == (Verdict.AGREES, "app:v0.1.0")


def test_a_rollback_to_a_revision_and_to_a_version_and_back_again(operator):
    operator.upgrade("0.1.0", install=True)
    operator.upgrade("0.2.0")
    plan, outcome = operator.rollback(revision=1)
    assert (outcome.verdict, operator.image) == (Verdict.AGREES, "app:v0.1.0")
    (undo,) = plan.steps[0].undo
    run(undo)
    assert operator.image == "app:v0.2.0"
    plan, outcome = operator.rollback("0.1.0")
    assert plan.steps[0].argv[3] == "3"
    assert (outcome.verdict, operator.image) == (Verdict.AGREES, "app:v0.1.0")
    plan, outcome = operator.rollback("0.1.0")
    assert (plan.steps, ids(plan)) == ((), ["nothing-to-do"])
    plan, _, _ = operator.plan(rollback, revision=9)
    assert (plan.exit_code, ids(plan)) == (1, ["no-way-back"])


def test_a_version_that_the_history_has_lost_is_installed_again(operator):
    operator.upgrade("0.1.0", install=True)
    operator.upgrade("0.2.0")
    operator.forget(1)
    plan, outcome = operator.rollback("0.1.0")
    assert ids(plan) == ["history-lost"]
    assert [step.argv[:2] for step in plan.steps] == [("helm", "show"), ("helm", "upgrade")]
    assert (outcome.verdict, operator.image) == (Verdict.AGREES, "app:v0.1.0")


def test_a_release_whose_history_is_all_gone_is_installed_again(operator):
    operator.upgrade("0.1.0", install=True)
    operator.upgrade("0.2.0")
    operator.forget(1, 2)
    plan, _, _ = operator.plan(rollback)
    assert (plan.exit_code, ids(plan)) == (1, ["no-way-back"])
    plan, outcome = operator.rollback("0.1.0")
    assert [step.argv[:2] for step in plan.steps] == [("helm", "show"), ("helm", "install")]
    assert (outcome.verdict, operator.image) == (Verdict.AGREES, "app:v0.1.0")


def test_an_image_set_beside_helm_is_foreseen_explained_and_taken_back(operator):
    operator.upgrade("0.1.0", install=True)
    pinned = f"main={operator.store.host}/o/app:v0.1.0@sha256:{'ab' * 32}"
    operator.kubectl("set", "image", "deployment/app", pinned)
    plan, outcome = operator.upgrade("0.2.0")
    if not operator.is_helm4:  # Helm 3 merges on the client, and asks nobody
        assert (ids(plan), ids(outcome)) == ([], [])
        return
    assert ids(plan) == ["image-out-of-band"]
    assert "kubectl-set" in plan.findings[0].message
    assert ids(outcome) == ["field-conflict"]
    assert "--force-conflicts" in outcome.findings[0].hint
    _, outcome = operator.rollback(revision=1)
    assert ids(outcome) == ["field-conflict"]
    plan, outcome = operator.upgrade("0.2.0", force=True)
    assert (ids(plan), ids(outcome), operator.image) == ([], [], "app:v0.2.0")


@ONE_HELM
def test_a_failed_revision_that_helm_calls_superseded_is_no_way_back(operator):
    operator.upgrade("0.1.0", install=True)
    pinned = f"main={operator.store.host}/o/app:v0.1.0@sha256:{'ab' * 32}"
    operator.kubectl("set", "image", "deployment/app", pinned)
    operator.upgrade("0.2.0")
    operator.rollback(revision=1)
    assert operator.history == [
        (1, "0.1.0", "deployed"),
        (2, "0.2.0", "superseded"),  # and it never ran
        (3, "0.1.0", "failed"),
    ]
    plan, outcome = operator.rollback(force=True)
    assert plan.steps[0].argv[3] == "1"
    assert (outcome.verdict, operator.image) == (Verdict.AGREES, "app:v0.1.0")


def test_a_chart_is_taken_by_its_digest_where_that_is_asked_for(operator):
    operator.upgrade("0.1.0", install=True)
    plan, outcome = operator.upgrade("0.2.0", digest=True)
    assert f"oci://{operator.store.host}/charts/app@sha256:" in plan.steps[1].argv[3]
    assert "--version" not in plan.steps[1].argv
    assert (outcome.verdict, operator.image) == (Verdict.AGREES, "app:v0.2.0")


def test_a_nightly_is_installed_by_its_charts_version(operator):
    plan, outcome = operator.upgrade("nightly-20260115", install=True)
    assert "0.0.0-nightly.20260115" in plan.steps[1].argv
    assert (outcome.verdict, operator.image) == (Verdict.AGREES, "app:nightly-20260115")


@ONE_HELM
def test_a_version_that_is_not_all_there_is_refused(operator):
    operator.upgrade("0.1.0", install=True)
    plan, _, _ = operator.plan(upgrade, "0.9.0")
    assert (plan.steps, plan.exit_code) == ((), 1)
    assert ids(plan)[0] == "target-incomplete"
    plan, _, _ = operator.plan(upgrade, "0.9.0", check=False)
    assert ids(plan) == ["published-unchecked"]
    assert plan.steps


@ONE_HELM
def test_nobody_is_told_nothing(operator, monkeypatch):
    operator.upgrade("0.1.0", install=True)
    monkeypatch.setenv("KUBECONFIG", operator.here.environment("nobody")["KUBECONFIG"])
    for flow, version in ((upgrade, "0.2.0"), (rollback, None)):
        plan, _, _ = operator.plan(flow, version)
        assert (plan.steps, plan.exit_code) == ((), 3)
        assert set(ids(plan)) == {"deployment-unknown"}
        assert "no permission" in plan.findings[0].message


@ONE_HELM
def test_the_deployed_column_tells_what_runs(operator):
    image = f"{operator.store.host}/o/app"
    operator.here.image_ids[f"{image}:v0.1.0"] = f"{image}@sha256:{'ab' * 32}"
    operator.upgrade("0.1.0", install=True)
    operator.here.image_ids.clear()
    wish = surfaces.Wish(published=True, deployed=True)
    table = surfaces.look(operator.project, "0.1.0", wish=wish)
    cells = {
        row.surface.id: cell
        for row in table.streams[0].rows
        for cell in row.cells
        if cell.stage is Stage.DEPLOYED
    }
    assert {id_: (cell.verdict, cell.found) for id_, cell in cells.items()} == {
        "chart:app": (Verdict.AGREES, "0.1.0"),
        "image:app": (Verdict.DIFFERS, "v0.1.0"),
    }
    assert "deployed-bytes-differ" in ids(table)


def test_the_status_tells_what_runs_and_of_an_upgrade_that_failed(operator):
    def states():
        found = status(str(operator.root), deployed=deployments.Given())
        (overview,) = found.overviews
        return found.exit_code, {(one.id, one.version, one.state) for one in overview.running or ()}

    operator.upgrade("0.1.0", install=True)
    behind = {("chart:app", "0.1.0", "behind"), ("image:app", "v0.1.0", "behind")}
    assert states() == (1, behind)
    operator.upgrade("0.3.0")
    code, running = states()
    assert (code, {one for one in running if one[0] == "chart:app"}) == (
        1,
        {("chart:app", "0.3.0", "failing")},
    )


@ONE_HELM
def test_kubectl_sets_images_and_undoes_them(operator):
    image = f"{operator.store.host}/o/app:v0.1.0"
    operator.kubectl("create", "deployment", "plain", f"--image={image}")
    given = deployments.Given(target="kubectl", context="test", namespace=operator.namespace)
    plan, outcome = operator.upgrade("0.2.0", given=given)
    assert plan.steps[0].argv[:4] == ("kubectl", "set", "image", "deployment/plain")
    assert (outcome.verdict, ids(outcome)) == (Verdict.AGREES, [])
    plan, outcome = operator.upgrade("0.1.0", given=given, digest=True)
    assert "app@sha256:" in plan.steps[0].argv[4]
    plan, outcome = operator.rollback(given=given)
    assert "--to-revision=2" in plan.steps[0].argv
    plan, outcome = operator.rollback("0.1.0", given=given)
    assert "--to-revision=1" in plan.steps[0].argv
    assert outcome.verdict is Verdict.AGREES
    run(plan.steps[0].undo[0])
    found = operator.kubectl("get", "deployment", "plain", "--output", "json")
    assert "app:v0.2.0" in found


@ONE_HELM
def test_kubectl_leaves_the_workloads_of_helm_alone(operator):
    operator.upgrade("0.1.0", install=True)
    given = deployments.Given(target="kubectl", context="test", namespace=operator.namespace)
    plan, _, _ = operator.plan(upgrade, "0.2.0", given=given)
    assert (plan.steps, ids(plan)) == ((), ["managed-by-helm"])


def examine(operator, version=None):
    """Let the doctor look at the operator's environment."""
    project = operator.project

    def published(text):
        return surfaces.look(project, text, wish=surfaces.Wish(published=True))

    with asking.of_project(project) as ask:
        visit = Visit(project, Process(), ask, published, version)
        return doctor.examine(project, deployments.every(project), visit)


def test_the_doctor_leads_out_of_an_upgrade_that_failed(operator):
    operator.upgrade("0.2.0", install=True)
    assert ids(examine(operator)) == []
    operator.upgrade("0.3.0")
    found = examine(operator)
    assert ids(found) == ["release-unsettled", "image-not-pulled"]
    assert "o/bad:v0.3.0: ImagePullBackOff: Back-off pulling image" in found.findings[1].message
    for argv in (
        found.remedies[0].steps[0].argv,
        *(step.argv for step in found.remedies[1].steps[:1]),
    ):
        run(argv)
    assert (operator.image, ids(examine(operator))) == ("app:v0.2.0", [])


@ONE_HELM
def test_the_doctors_last_resort_works_too(operator):
    operator.upgrade("0.2.0", install=True)
    operator.upgrade("0.3.0")
    last = examine(operator).remedies[1]
    assert [step.argv[1] for step in last.steps] == ["get", "uninstall", "show", "install"]
    for step in last.steps:
        run(step.argv)
    assert operator.history == [(1, "0.2.0", "deployed")]
    assert operator.image == "app:v0.2.0"


def test_a_helm_that_was_killed_leaves_a_lock_that_a_rollback_opens(operator):
    operator.upgrade("0.2.0", install=True)
    plan, _, _ = operator.plan(upgrade, "0.3.0")
    child = subprocess.Popen([*plan.steps[1].argv[:-1], "5m"], stderr=subprocess.DEVNULL)
    while operator.history[-1][1:] != ("0.3.0", "pending-upgrade"):
        assert child.poll() is None
    child.kill()
    child.wait()
    refused, _, _ = operator.plan(upgrade, "0.3.0")
    assert (refused.steps, ids(refused)) == ((), ["release-unsettled"])
    assert "pending-upgrade" in examine(operator).findings[0].message
    _, outcome = operator.rollback()
    assert (outcome.verdict, operator.image) == (Verdict.AGREES, "app:v0.2.0")
