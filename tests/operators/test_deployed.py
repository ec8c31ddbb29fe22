from __future__ import annotations

import pytest

from release_tools.errors import ConfigError, UsageError
from release_tools.flows import surfaces
from release_tools.flows.columns import deployments
from release_tools.flows.columns.deployed import Deployed, look
from release_tools.flows.verify import verify
from release_tools.model import Stage, Verdict
from release_tools.reading import Found


def cells(table):
    return {
        row.surface.id: (cell.verdict, cell.found)
        for stream in table.streams
        for row in stream.rows
        for cell in row.cells
        if cell.stage is Stage.DEPLOYED
    }


def ids(table):
    return [one.id for one in table.findings if one.stage is Stage.DEPLOYED]


@pytest.fixture
def verified(operator):
    """Fill the deployed column for a version of the first stream."""

    def run(version="0.2.0", **place):
        return verify(
            operator.project,
            version,
            stream="main",
            columns=[Deployed(**place, runner=operator.runner)],
        )

    return run


def test_an_environment_that_runs_the_release_agrees(operator, verified):
    operator.runs("0.2.0")
    table = verified()
    assert (table.verdict, ids(table)) == (Verdict.AGREES, [])
    assert cells(table) == {
        "chart:app": (Verdict.AGREES, "0.2.0"),
        "image:app": (Verdict.AGREES, "v0.2.0"),
        "image:worker": (Verdict.AGREES, "v0.2.0"),
    }


def test_what_runs_another_version_differs_and_the_finding_names_the_place(operator, verified):
    operator.runs("0.1.0")
    table = verified()
    assert (table.verdict, table.exit_code) == (Verdict.DISAGREES, 1)
    assert ids(table) == ["deployed-differs"] * 3
    chart, app, _ = (one.message for one in table.findings)
    assert chart == ("helm release app, namespace prod, context here has 0.1.0, expected 0.2.0")
    assert app.startswith("deployment/app, pod/app-1, namespace prod, context here has v0.1.0")


def test_a_roll_out_half_way_shows_both_versions(operator, verified):
    operator.runs("0.2.0")
    operator.cluster.add_pod("prod", "app-old", operator.image("app", "v0.1.0"), "")
    table = verified()
    assert cells(table)["image:app"] == (Verdict.DIFFERS, "v0.1.0, v0.2.0")


def test_a_release_that_failed_differs_though_its_version_is_right(operator, verified):
    operator.cluster.add_release("prod", "app", "app", ("0.1.0", "0.2.0"), ("deployed", "failed"))
    table = verified()
    assert cells(table)["chart:app"] == (Verdict.DIFFERS, "0.2.0")
    assert "release-unsettled" in ids(table)


def test_a_release_that_is_not_there_is_missing_and_images_with_it(verified):
    table = verified()
    assert {verdict for verdict, _ in cells(table).values()} == {Verdict.MISSING}
    assert ids(table) == ["deployed-missing"] * 3
    assert table.exit_code == 1


def test_an_image_that_is_used_nowhere_is_unchecked_beside_others(operator, verified):
    operator.cluster.add_release("prod", "app", "app", ("0.2.0",))
    operator.cluster.add_deployment("prod", "app", operator.image("app", "v0.2.0"))
    table = verified()
    assert cells(table)["image:worker"] == (Verdict.UNCHECKED, None)
    assert table.verdict is Verdict.AGREES


def test_what_may_not_be_read_is_unknown_and_never_missing(operator, verified):
    operator.runs("0.2.0")
    operator.cluster.forbidden |= {"secrets", "pods"}
    table = verified()
    assert (table.verdict, table.exit_code) == (Verdict.UNKNOWN, 3)
    assert set(ids(table)) == {"deployment-unknown"}


def test_a_digest_alone_is_known_by_what_the_registry_serves(operator, verified):
    digest = operator.store.digests["app", "0.2.0"]
    operator.cluster.add_release("prod", "app", "app", ("0.2.0",))
    operator.cluster.add_deployment("prod", "app", operator.image("app", digest))
    table = verified()
    assert cells(table)["image:app"] == (Verdict.UNKNOWN, digest[:19])
    assert "--published" in next(one.hint for one in table.findings if one.surface == "image:app")
    wish = surfaces.Wish(published=True, deployed=True)
    table = surfaces.look(operator.project, "0.2.0", stream="main", wish=wish)
    assert cells(table)["image:app"] == (Verdict.AGREES, "v0.2.0")
    table = surfaces.look(operator.project, "0.1.0", stream="main", wish=wish)
    assert cells(table)["image:app"][0] is Verdict.DIFFERS


@pytest.mark.parametrize("by_digest", [False, True])
def test_other_bytes_under_the_same_version_differ(operator, by_digest):
    other = "sha256:" + "ab" * 32
    image = operator.image("app", "v0.2.0")
    operator.cluster.add_release("prod", "app", "app", ("0.2.0",))
    if by_digest:
        operator.cluster.add_deployment("prod", "app", f"{image}@{other}")
    else:
        operator.cluster.add_pod("prod", "app-1", image, f"docker-pullable://{image[:-7]}@{other}")
    wish = surfaces.Wish(published=True, deployed=True)
    table = surfaces.look(operator.project, "0.2.0", stream="main", wish=wish)
    assert cells(table)["image:app"] == (Verdict.DIFFERS, "v0.2.0")
    assert "deployed-bytes-differ" in ids(table)


def test_the_bytes_of_one_platform_are_those_of_the_image(operator):
    wish = surfaces.Wish(published=True, deployed=True)
    image, name = operator.image("app", "v0.2.0"), f"{operator.store.host}/o/app"
    operator.cluster.add_release("prod", "app", "app", ("0.2.0",))
    operator.cluster.add_deployment("prod", "app", image)
    table = surfaces.look(operator.project, "0.2.0", stream="main", wish=wish)
    (row,) = (row for row in table.streams[0].rows if row.surface.id == "image:app")
    published = next(cell.reading for cell in row.cells if cell.stage is Stage.PUBLISHED)
    assert isinstance(published, Found)
    assert published.platforms
    operator.cluster.add_pod("prod", "app-1", image, f"{name}@{published.platforms[1].digest}")
    table = surfaces.look(operator.project, "0.2.0", stream="main", wish=wish)
    assert cells(table)["image:app"] == (Verdict.AGREES, "v0.2.0")


def test_an_image_that_does_not_come_is_said_with_the_pod_and_the_reason(operator, verified):
    operator.runs("0.2.0")
    operator.cluster.add_pod(
        "prod", "app-2", operator.image("app", "v0.2.0"), "", reason="ErrImagePull", message="no"
    )
    table = verified()
    (said,) = (one for one in table.findings if one.id == "image-not-pulled")
    assert said.message.startswith("pod/app-2 cannot pull ")
    assert said.message.endswith("ErrImagePull: no")


def test_a_nightly_is_told_by_its_date_in_every_spelling(operator, verified):
    operator.cluster.add_release("prod", "app", "app", ("0.0.0-nightly.20260115",))
    operator.cluster.add_deployment("prod", "app", operator.image("app", "nightly-20260115"))
    table = verified("nightly-20260115")
    assert table.verdict is Verdict.AGREES
    assert verified("nightly-20260116").verdict is Verdict.DISAGREES


def test_the_place_on_the_command_line_is_the_only_one_that_is_asked(operator, verified):
    operator.runs("0.1.0")
    operator.cluster.add_release("test", "app", "app", ("0.2.0",))
    table = verified(context="here", namespace="test", release="app")
    assert cells(table)["chart:app"] == (Verdict.AGREES, "0.2.0")
    with pytest.raises(UsageError):
        verified(namespace="--all-namespaces")


def test_of_two_environments_the_worse_decides_and_both_are_named(operator, verified):
    operator.runs("0.2.0")
    operator.cluster.add_release("test", "app", "app", ("0.1.0",))
    config = (operator.root / "release-tools.toml").read_text()
    more = '\n[deployments.staging]\ncontext = "here"\nnamespace = "test"\nrelease = "app"\n'
    operator.write("release-tools.toml", config + more)
    table = verified()
    assert cells(table)["chart:app"] == (Verdict.DIFFERS, "0.2.0, 0.1.0")
    assert ids(table) == ["deployed-differs"]
    assert "namespace test" in next(one.message for one in table.findings if one.stage)


def test_without_any_environment_the_way_out_is_said(operator):
    config = (operator.root / "release-tools.toml").read_text().partition("[deployments")[0]
    operator.write("release-tools.toml", config)
    with pytest.raises(UsageError) as caught:
        look(operator.project, operator.project.surfaces, runner=operator.runner)
    assert "[deployments.NAME]" in caught.value.hint


@pytest.mark.parametrize(
    ("given", "target"),
    [
        ({"release": "x"}, "helm"),
        ({"python": "python3"}, "pip"),
        ({"target": "podman"}, "podman"),
        ({"namespace": "x"}, "helm"),
    ],
)
def test_the_target_follows_from_what_is_said(operator, given, target):
    found = deployments.one(operator.project, None, deployments.Given(**given))
    assert found.target == target
    assert found.release == (given.get("release", "app") if target == "helm" else None)


def test_values_of_the_configuration_can_be_opened_from_where_one_stands(operator, monkeypatch):
    config = (operator.root / "release-tools.toml").read_text()
    operator.write("release-tools.toml", f'{config}values = ["deploy/production.yaml"]\n')
    monkeypatch.chdir(operator.root / "chart")
    found = deployments.one(operator.project, "production", deployments.Given())
    assert found.values == ("../deploy/production.yaml",)


def test_an_unknown_deployment_is_refused_with_the_nearest(operator):
    with pytest.raises(ConfigError) as caught:
        deployments.one(operator.project, "prodction", deployments.Given())
    assert "production" in caught.value.hint
