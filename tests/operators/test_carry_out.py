"""Steps that are carried out for real: by pip from wheels on disk, by podman from a registry."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import tarfile
import venv
import zipfile

import pytest

from release_tools.adapters.process import Process
from release_tools.errors import UsageError
from release_tools.flows.columns import deployments
from release_tools.flows.deploying import rollback, steps, upgrade
from release_tools.flows.deploying.steps import Request
from release_tools.model import Ran, StreamTable, Table, Verdict
from release_tools.reading import Found
from release_tools.steps import Check, Plan, Step
from tests.servers import programs


def ids(found):
    return [one.id for one in found.findings]


def wheel(folder, version):
    """Write a wheel of app-cli."""
    info = f"app_cli-{version}.dist-info"
    files = {
        "app_cli.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: app-cli\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = []
    for name, text in files.items():
        digest = (
            base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        )
        lines.append(f"{name},sha256={digest},{len(text)}")
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""])
    with zipfile.ZipFile(folder / f"app_cli-{version}-py3-none-any.whl", "w") as made:
        for name, text in files.items():
            made.writestr(name, text)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """An environment with pip, and wheels of three versions beside it."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv", with_pip=True)
    (folder / "wheels").mkdir()
    for version in ("1.0.0", "1.1.0", "1.2.0rc1"):
        wheel(folder / "wheels", version)
    return folder


@pytest.fixture
def pip(environment, monkeypatch, tmp_path):
    """Plan and carry out in that environment, which holds app-cli 1.0.0 at first."""
    python = str(environment / "venv" / "bin" / "python")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(environment / "wheels"))
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "app-cli==1.0.0"], check=True)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "app-cli"\nversion = "1.1.0"\n')
    config = f'[[surfaces]]\nkind = "pypi"\npath = "."\n\n[deployments.here]\npython = "{python}"\n'
    (tmp_path / "release-tools.toml").write_text(config)

    def do(flow, version):
        import release_tools

        project, request = release_tools.load(str(tmp_path)), Request(version, check=False)
        place = deployments.one(project, None, deployments.Given())
        plan, found, goal = flow.plan(
            project, place, request, runner=Process(), published=lambda: pytest.fail("asked")
        )
        return plan, steps.carry_out(found, plan, goal, lambda _: None)

    return do


def versions(seen):
    return [one.reading.version for one in seen if isinstance(one.reading, Found)]


def test_pip_goes_up_and_back_by_exact_pins(pip):
    plan, outcome = pip(upgrade, "1.2.0-rc.1")
    assert (outcome.verdict, outcome.exit_code, ids(outcome)) == (Verdict.AGREES, 0, [])
    assert plan.steps[0].argv[-2:] == ("--upgrade", "app-cli==1.2.0rc1")
    assert plan.steps[0].undo[0][-1] == "app-cli==1.0.0"
    assert (versions(plan.before), versions(outcome.after)) == (["1.0.0"], ["1.2.0rc1"])
    plan, outcome = pip(rollback, "1.0.0")
    assert (versions(plan.before), versions(outcome.after)) == (["1.2.0rc1"], ["1.0.0"])
    plan, outcome = pip(rollback, "1.0.0")
    assert (plan.steps, ids(plan), outcome.ended) == (
        (),
        ["published-unchecked", "nothing-to-do"],
        (),
    )


def test_a_version_that_pip_does_not_find_fails_with_what_pip_said_and_the_undo(pip):
    plan, outcome = pip(upgrade, "1.9.0")
    assert (outcome.verdict, outcome.exit_code, ids(outcome)) == (
        Verdict.DISAGREES,
        1,
        ["step-failed"],
    )
    assert "No matching distribution found for app-cli==1.9.0" in outcome.findings[0].message
    assert outcome.undo == plan.steps[0].undo
    assert versions(outcome.after) == ["1.0.0"]


@pytest.fixture
def podman(tmp_path, monkeypatch):
    """The real podman with stores of its own, and a function that runs it."""
    programs.find("podman")
    monkeypatch.setenv("HOME", str(tmp_path))
    storage, registries = tmp_path / "storage.conf", tmp_path / "registries.conf"
    storage.write_text(
        f'[storage]\ndriver = "vfs"\ngraphroot = "{tmp_path}/root"\nrunroot = "{tmp_path}/run"\n'
    )
    monkeypatch.setenv("CONTAINERS_STORAGE_CONF", str(storage))
    monkeypatch.setenv("CONTAINERS_REGISTRIES_CONF", str(registries))

    def run(*argv, host=None):
        if host:
            registries.write_text(f'[[registry]]\nlocation = "{host}"\ninsecure = true\n')
        done = subprocess.run(["podman", *argv], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


def test_podman_pulls_the_very_bytes_that_the_registry_serves(
    store, cluster, runner, tmp_path, podman
):
    from tests.operators.conftest import Operator  # what the fixture `operator` is without its PATH

    root = tmp_path / "project"
    root.mkdir()
    operator = Operator(root, store, cluster, runner)
    with tarfile.open(tmp_path / "empty.tar", "w"):
        pass
    podman("import", str(tmp_path / "empty.tar"), operator.image("app", "v0.7.0"), host=store.host)
    for tag in ("v0.8.0", "v0.9.0"):
        podman("tag", operator.image("app", "v0.7.0"), operator.image("app", tag))
        podman("push", "--quiet", operator.image("app", tag))
    podman("image", "rm", operator.image("app", "v0.8.0"), operator.image("app", "v0.9.0"))
    config = (root / "release-tools.toml").read_text().replace(', "worker"', "")
    operator.write(
        "release-tools.toml", config.replace('"chart"\npath', '"chart"\noptional = true\npath')
    )
    given = deployments.Given(target="podman")
    plan, found, goal = operator.situation(upgrade, "0.9.0", given=given)
    assert [step.argv[1] for step in plan.steps] == ["pull", "tag"], plan.findings
    assert f"{operator.image('app', 'sha256:')}" in plan.steps[0].argv[2]
    outcome = steps.carry_out(found, plan, goal, lambda _: None)
    assert [one.good for one in outcome.ended] == [True, True]
    tags = podman("image", "ls", "--format", "{{.Tag}}")
    assert "v0.9.0" in tags
    subprocess.run(plan.steps[1].undo[0], check=True, capture_output=True)
    assert "v0.9.0" not in podman("image", "ls", "--format", "{{.Tag}}")


class Scripted:
    """A runner that answers by the first word after the program; ``asked`` is every argv."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def run(self, argv, *, stdin=b"", timeout=60.0):
        del stdin, timeout
        self.asked.append(tuple(argv))
        return self.answers.get(argv[1], Ran(0, "", ""))


def carried(runner, *planned, before=()):
    """Carry steps out in an environment in which nothing of ours can be."""
    project = type("Empty", (), {"stream_or_first": lambda *_: STREAM, "surfaces": ()})()
    place = deployments.Deployment("here", "kubectl")
    found = steps.Situation(project, place, runner, Request(), before)
    plan = Plan("upgrade", "here", "kubectl", "0.2.0", planned)
    told = []
    return steps.carry_out(found, plan, None, lambda step: told.append(step.title)), told


STREAM = type("Stream", (), {"name": "main"})()
FIRST = Step("First", ("x", "one"), "why", undo=(("x", "undo-one"),))
SECOND = Step(
    "Second",
    ("x", "two"),
    "why",
    (Check("hello", ("x", "look"), ("hello",)),),
    (("x", "undo-two"),),
)
THIRD = Step("Third", ("x", "three"), "why")


def test_it_stops_at_the_first_step_that_fails_and_undoes_from_there_backwards():
    runner = Scripted(two=Ran(1, "", "warning: w\nError: it broke\n"))
    outcome, told = carried(runner, FIRST, SECOND, THIRD)
    assert told == ["First", "Second"]
    assert runner.asked == [FIRST.argv, SECOND.argv]
    assert (ids(outcome), outcome.exit_code) == (["step-failed"], 1)
    assert outcome.findings[0].message == "Second: Error: it broke"
    assert outcome.undo == (("x", "undo-two"), ("x", "undo-one"))


def test_a_step_that_ends_well_but_does_not_show_what_it_should_has_failed():
    outcome, _ = carried(Scripted(look=Ran(0, "goodbye", "")), FIRST, SECOND, THIRD)
    assert [one.good for one in outcome.ended] == [True, False]
    assert outcome.findings[0].message == "Second: expected hello, but it says: goodbye"


def test_all_steps_that_hold_need_no_undo():
    outcome, told = carried(Scripted(look=Ran(0, "hello", "")), FIRST, SECOND, THIRD)
    assert (len(told), outcome.exit_code, outcome.undo) == (3, 0, ())


@pytest.mark.parametrize(
    ("said", "id_"),
    [
        ('Error: Apply failed with 1 conflict: conflict with "kubectl-set": .x', "field-conflict"),
        ("Error: another operation (install/upgrade) is in progress", "release-unsettled"),
        ("Error: timed out", "step-failed"),
        ("", "step-failed"),
    ],
)
def test_failures_that_have_an_explanation_get_it(said, id_):
    outcome, _ = carried(Scripted(one=Ran(1, "", said)), FIRST)
    assert ids(outcome) == [id_]


def test_a_program_that_cannot_be_started_is_a_step_that_failed(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    outcome, _ = carried(Process(), FIRST)
    assert "x cannot be started" in outcome.findings[0].message


def test_a_workload_that_is_gone_afterwards_is_no_failure_where_that_may_be():
    check = Check("rolled out", ("x", "look"), gone=True)
    gone = Ran(1, "", 'Error from server (NotFound): deployments.apps "a" not found\n')
    assert check.holds(gone)
    assert not check.holds(Ran(1, "", "error: timed out"))
    assert not check._replace(gone=False).holds(gone)


@pytest.mark.parametrize(
    ("verdict", "id_", "doubtful"),
    [
        (Verdict.MISSING, "target-incomplete", False),
        (Verdict.DIFFERS, "target-incomplete", False),
        (Verdict.UNKNOWN, "target-unknown", True),
        (Verdict.UNCHECKED, "target-unknown", True),  # no cell is judged
    ],
)
def test_only_a_published_column_that_agrees_lets_a_plan_through(verdict, id_, doubtful):
    from release_tools.model import Cell, Row, Stage, Surface
    from release_tools.version import Version

    surface = Surface("pypi:a", "pypi", "a", "main", "", {})
    goal = steps.Goal(Version.parse("1.0.0"), {})

    def table(*verdicts):
        rows = tuple(
            Row(surface, (Cell(Stage.SOURCE, Verdict.DIFFERS), Cell(Stage.PUBLISHED, one)))
            for one in verdicts
        )
        stream = StreamTable(STREAM, None, Verdict.DISAGREES, rows)
        return Table(Verdict.DISAGREES, (stream,), ())

    _, findings, doubt = steps.published(goal, table(verdict))
    assert ([one.id for one in findings], doubt) == ([id_], doubtful)
    _, findings, doubt = steps.published(goal, table(Verdict.AGREES))
    assert (findings, doubt) == ((), False)


def test_an_engine_without_our_images_has_nothing_to_pull(podman, operator, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
    plan = operator.plan(upgrade, "0.2.0", given=deployments.Given(target="podman"))
    assert (plan.steps, ids(plan)) == ((), ["deployed-missing"])
    given = deployments.Given(target="podman")
    plan = operator.plan(upgrade, "0.2.0", given=given, install=True, surfaces=("image:app",))
    digest = operator.store.digests["app", "0.2.0"]
    assert plan.steps[0].argv == ("podman", "pull", operator.image("app", digest))
    assert podman("image", "ls", "--quiet") == ""


def test_an_environment_without_pip_is_refused_with_the_way_out(tmp_path):
    import release_tools

    venv.create(tmp_path / "bare", with_pip=False)
    python = tmp_path / "bare" / "bin" / "python"
    site = next((tmp_path / "bare" / "lib").glob("python*")) / "site-packages"
    (site / "app_cli-1.0.0.dist-info").mkdir()
    metadata = "Metadata-Version: 2.1\nName: app-cli\nVersion: 1.0.0\n"
    (site / "app_cli-1.0.0.dist-info" / "METADATA").write_text(metadata)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "app-cli"\nversion = "1.1.0"\n')
    (tmp_path / "release-tools.toml").write_text('[[surfaces]]\nkind = "pypi"\npath = "."\n')
    project = release_tools.load(str(tmp_path))
    place = deployments.one(project, None, deployments.Given(python=str(python)))
    request = Request("1.1.0", check=False)
    plan, _, _ = upgrade.plan(
        project, place, request, runner=Process(), published=lambda: pytest.fail("asked")
    )
    assert (plan.steps, ids(plan)) == ((), ["program-missing"])
    assert "ensurepip" in plan.findings[0].hint


def test_what_is_deployed_by_nothing_is_refused(tmp_path):
    import release_tools

    (tmp_path / "Cargo.toml").write_text('[package]\nname = "a"\nversion = "1.0.0"\n')
    (tmp_path / "release-tools.toml").write_text('[[surfaces]]\nkind = "crate"\npath = "."\n')
    with pytest.raises(UsageError):
        deployments.one(release_tools.load(str(tmp_path)), None, deployments.Given())
