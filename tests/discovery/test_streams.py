from __future__ import annotations

import pytest

WORKFLOW = ".github/workflows/release.yml"
PYPROJECT = '[build-system]\nrequires = ["x"]\n[project]\nname = "{}"\nversion = "{}"\n'
CRATE = '[package]\nname = "{}"\nversion = "{}"\ndescription = "d"\nlicense = "MIT"\n'
UPLOAD = "- run: python -m build {0}\n- run: twine upload {0}/dist/*"


def two_languages(on_tag, **tags):
    return {
        "py/pyproject.toml": PYPROJECT.format("rocket", "2.1.0"),
        "Cargo.toml": CRATE.format("rocket", "0.9.0"),
        ".github/workflows/py.yml": on_tag(UPLOAD.format("py"), tags=tags.get("py", "py-*")),
        ".github/workflows/rs.yml": on_tag("- run: cargo publish", tags=tags.get("rs", "v*")),
    }


def test_the_workflow_that_publishes_a_surface_says_its_stream(find, on_tag):
    tags = ["v0.8.0", "py-2.0.0", "v0.9.0", "py-2.1.0"]
    found = find(two_languages(on_tag), tags)
    assert found.tag_of("pypi:rocket") == "py-{version}"
    assert found.tag_of("crate:rocket") == "v{version}"
    assert found.tags == ["v{version}", "py-{version}"]


def test_where_workflows_say_nothing_the_name_of_the_ecosystem_does(find, on_tag):
    files = two_languages(on_tag, py="*", rs="*")
    found = find(files, ["rust-v0.8.0", "python-v2.0.0", "rust-v0.9.0", "python-v2.1.0"])
    assert found.tag_of("pypi:rocket") == "python-v{version}"
    assert found.tag_of("crate:rocket") == "rust-v{version}"


def test_a_pattern_that_nobody_follows_any_more_is_left_out(find, on_tag):
    files = {
        "pyproject.toml": PYPROJECT.format("rocket", "1.1.0"),
        WORKFLOW: on_tag(UPLOAD.format(".")),
    }
    tags = ["old-tool-v0.1.0", "old-tool-v0.2.0", "v1.0.0", "v1.1.0"]
    found = find(files, tags)
    assert found.tags == ["v{version}"]
    assert found.why_not["old-tool-v{version}"].startswith("no longer used")


def test_of_a_pattern_with_and_without_v_the_one_with_the_higher_version_counts(find, on_tag):
    files = {
        "pyproject.toml": PYPROJECT.format("rocket", "2.0.0"),
        WORKFLOW: on_tag(UPLOAD.format("."), tags="*"),
    }
    assert find(files, ["v0.1.0", "v0.2.0", "v0.3.0", "1.0.0", "1.1.0", "2.0.0"]).tags == [
        "{version}"
    ]


def test_a_long_silence_in_the_order_of_tags_retires_a_pattern_that_workflows_still_name(
    find, on_tag
):
    files = {
        "pyproject.toml": PYPROJECT.format("rocket", "0.90.0"),
        WORKFLOW: on_tag(UPLOAD.format("."), tags="*"),
    }
    tags = ["stable-2.9.0", "stable-2.10.0", *(f"edge-0.{minor}.0" for minor in range(91))]
    assert find(files, tags).tags == ["edge-{version}"]


def test_the_tags_of_a_go_module_are_a_stream_without_surfaces(find):
    files = {"bindings/go/go.mod": "module github.com/acme/rocket/bindings/go\n"}
    tags = ["bindings/go/v0.1.0", "bindings/go/v0.1.1", "v1.0.0", "v1.1.0"]
    assert find(files, tags).tags == ["v{version}", "bindings/go/v{version}"]


def test_a_pattern_that_a_workflow_waits_for_is_a_stream_before_its_first_tag(find, on_tag):
    files = {
        "sim/pyproject.toml": PYPROJECT.format("rocket-sim", "0.1.0"),
        WORKFLOW: on_tag(UPLOAD.format("sim"), tags="rocket-sim-v*"),
    }
    found = find(files, ["v1.0.0", "v1.1.0"])
    assert found.tag_of("pypi:rocket-sim") == "rocket-sim-v{version}"


def test_a_repository_without_tags_starts_with_v(find):
    assert find({"README.md": ""}, []).tags == ["v{version}"]


def test_names_that_are_no_versions_are_no_streams(find):
    tags = ["nightly", "latest", "v1.0.0", "v1.1.0", "release-candidate", "x" * 500 + "1.0"]
    assert find({}, tags).tags == ["v{version}"]


@pytest.mark.parametrize(
    ("tags", "pattern"),
    [
        (["1.0.0rc1", "1.0.0", "1.1.0.dev1"], "{version.pep440}"),
        (["v1.0.0-rc.1", "v1.0.0"], "v{version}"),
        (["v1.0.0rc1", "v1.0.0", "v1.1.0-rc.1", "v1.1.0"], "v{version}"),
        (["v1.0.0", "v1.1.0"], "v{version}"),
    ],
)
def test_a_pattern_is_spelled_as_the_last_pre_release_was(find, tags, pattern):
    assert find({}, tags).tags == [pattern]


def test_a_pattern_may_have_the_equals_signs_of_a_requirement(find, on_tag):
    files = {
        "a/pyproject.toml": PYPROJECT.format("rocket-a", "0.2.0"),
        WORKFLOW: on_tag(UPLOAD.format("a"), tags="rocket-a==*"),
    }
    found = find(files, ["v1.0.0", "rocket-a==0.1.0", "v1.1.0", "rocket-a==0.2.0"])
    assert found.tag_of("pypi:rocket-a") == "rocket-a=={version}"


def test_tags_that_alone_give_a_package_its_version_stay_while_its_siblings_are_tagged(
    find, on_tag
):
    dynamic = '[build-system]\nrequires = ["x"]\n[project]\nname = "{}"\ndynamic = ["version"]\n'
    files = {
        "a/pyproject.toml": dynamic.format("rocket-a"),
        "b/pyproject.toml": dynamic.format("rocket-b"),
        WORKFLOW: on_tag(UPLOAD.format("a") + "\n" + UPLOAD.format("b"), tags="*"),
    }
    tags = ["rocket-b-0.1.0", "rocket-b-0.1.1", *(f"rocket-a-0.{minor}.0" for minor in range(60))]
    found = find(files, tags)
    assert found.tag_of("pypi:rocket-b") == "rocket-b-{version}"


def test_a_version_that_keeps_the_place_of_another_makes_no_stream(find):
    chart = "name: rocket\nversion: 0.0.1-set.by.publisher\n"
    found = find({
        "chart/Chart.yaml": chart, "chart/templates/a.yaml": "",
        "Cargo.toml": CRATE.format("rocket", "1.1.0"),
    })  # fmt: skip
    assert found.tags == ["v{version}"]
    assert found.surfaces["chart:rocket"].options["source"] == "stamped"


def test_a_pattern_may_write_a_name_without_the_projects_and_without_separators(find, on_tag):
    files = {
        "a/pyproject.toml": PYPROJECT.format("rocket", "2.1.0"),
        "b/pyproject.toml": PYPROJECT.format("rocket-launch-pad", "0.2.0"),
        WORKFLOW: on_tag(UPLOAD.format("a") + "\n" + UPLOAD.format("b"), tags="*"),
    }
    found = find(files, ["2.0.0", "launchpad==0.1.0", "2.1.0", "launchpad==0.2.0"])
    assert found.tag_of("pypi:rocket-launch-pad") == "launchpad=={version}"
    assert found.tag_of("pypi:rocket") == "{version}"


def test_a_stream_of_its_own_is_named_as_its_siblings_tags_are(find, on_tag):
    package = '{{"name": "@acme/{}", "version": "{}", "license": "MIT"}}'
    files = {
        "a/package.json": package.format("a", "3.1.0"),
        "b/package.json": package.format("b", "2.1.0"),
        "c/package.json": package.format("c", "0.1.0"),
        WORKFLOW: on_tag("- run: lerna publish from-package", tags="*"),
    }
    tags = ["@acme/a@3.0.0", "@acme/b@2.0.0", "@acme/a@3.1.0", "@acme/b@2.1.0"]
    assert find(files, tags).tag_of("npm:@acme/c") == "@acme/c@{version}"


def test_busy_tags_without_a_surface_are_a_stream_of_binaries(find):
    files = {"pyproject.toml": PYPROJECT.format("rocket", "1.9.0")}
    tags = [tag for minor in range(20) for tag in (f"v1.{minor}.0", f"agent-0.{minor}.0")]
    assert find(files, tags).tags == ["v{version}", "agent-{version}"]
    rare = [*(f"agent-0.{minor}.0" for minor in range(5)), *(f"v1.{minor}.0" for minor in range(9))]
    assert find(files, rare).tags == ["v{version}"]


def test_experiments_called_zero_keep_no_pattern_alive(find):
    package = '{"name": "@acme/a", "version": "2.1.0", "license": "MIT"}'
    old = [f"v1.{minor}.0" for minor in range(40)]
    new = [f"@acme/a@2.{minor}.0" for minor in (0, 1)]
    tags = [*old, *(f"@acme/a@1.{minor}.0" for minor in range(60)), *new, "v0.0.0-try-1a2b3c"]
    assert find({"a/package.json": package}, tags).tags == ["@acme/a@{version}"]


def test_of_two_patterns_that_each_release_gets_the_one_that_always_did_counts(find, on_tag):
    files = {
        "pyproject.toml": PYPROJECT.format("rocket", "1.3.0"),
        WORKFLOW: on_tag(UPLOAD.format("."), tags="*"),
    }
    early = ["0.8.0", "0.9.0", "1.0.0"]
    late = [tag for minor in range(1, 4)
            for tag in (f"1.{minor}.0", f"go/v1.{minor}.0", f"v1.{minor}.0")]  # fmt: skip
    tags = early + late
    assert find(files, tags).tags[0] == "{version}"


def test_a_pattern_is_retired_once_its_surface_has_the_version_of_another(find):
    files = {
        "charts/rocket/Chart.yaml": "name: rocket\nversion: 2.5.0\n",
        "charts/rocket/templates/a.yaml": "",
    }
    old = [f"rocket-chart-1.4.{patch}" for patch in range(20)]
    tags = [*old, *(f"v2.{minor}.0" for minor in range(6))]
    assert find(files, tags).tags == ["v{version}"]


def test_a_pattern_lives_while_one_of_its_tags_is_the_present_version(find, on_tag):
    files = {
        "pyproject.toml": PYPROJECT.format("rocket", "1.1.0"),
        "Cargo.toml": CRATE.format("tower", "1.1.0"),
        WORKFLOW: on_tag(UPLOAD.format(".") + "\n- run: cargo publish", tags="*"),
    }
    early = ["rocket@1.1.0", "rocket@2.0.0-alpha.1", "v0.9.0"]
    tags = early + [f"tower@1.{minor}.0" for minor in range(40)]
    assert find(files, tags).tag_of("pypi:rocket") == "rocket@{version}"


def test_a_single_tag_of_a_package_at_its_version_is_a_pattern(find, on_tag):
    files = {
        "pyproject.toml": PYPROJECT.format("rocket", "0.1.0"),
        "Cargo.toml": CRATE.format("tower", "1.39.0"),
        WORKFLOW: on_tag(UPLOAD.format(".") + "\n- run: cargo publish", tags="*"),
    }
    tags = ["rocket@0.1.0", *(f"tower@1.{minor}.0" for minor in range(40))]
    assert find(files, tags).tag_of("pypi:rocket") == "rocket@{version}"


def test_a_single_tag_that_starts_the_push_of_an_image_is_no_pattern(find, on_tag):
    steps = "- run: docker push ghcr.io/acme/rocket:$TAG"
    tags = ["1.0.0", "docker-1.1.0", *(f"1.{minor}.0" for minor in range(1, 9))]
    assert find({WORKFLOW: on_tag(steps, tags="docker-*")}, tags).tags == ["{version}"]


def test_a_package_that_stays_at_a_former_version_belongs_to_the_line_that_has_its_tag(find):
    files = {
        f"py/{name}/pyproject.toml": PYPROJECT.format(name, version)
        + 'description = "d"\nlicense = "MIT"\nclassifiers = ["License :: x"]\n'
        for name, version in [("rocket", "0.4.0"), ("wings", "0.3.1"), ("other", "3.7.0")]
    }
    found = find(files, ["v0.3.0", "v0.3.1", "v0.4.0"])
    assert found.ids == ["pypi:rocket", "pypi:wings"]
    assert found.tag_of("pypi:wings") == "v{version}"


def test_plain_tags_are_retired_once_the_package_has_the_version_of_others(find, on_tag):
    files = {
        "pyproject.toml": PYPROJECT.format("rocket", "0.97.0"),
        WORKFLOW: on_tag(UPLOAD.format("."), tags="*"),
    }
    tags = [
        "version-0.1.0",
        "0.63.0",
        "0.64.0",
        "0.65.0",
        *(f"release/0.9{minor}.0" for minor in range(8)),
    ]
    assert find(files, tags).tags == ["release/{version}"]


def test_the_version_of_a_private_package_keeps_its_pattern_alive(find, on_tag):
    files = {
        "pyproject.toml": PYPROJECT.format("rocket", "1.39.0"),
        "gateway/package.json": '{"name": "@x/gateway", "version": "0.2.0", "private": true}',
        WORKFLOW: on_tag(UPLOAD.format("."), tags="*"),
    }
    early = ["gateway@0.1.0", "gateway@0.2.0", "studio@0.1.0", "studio@0.2.0"]
    found = find(files, early + [f"v1.{minor}.0" for minor in range(40)])
    assert found.tags == ["v{version}", "gateway@{version}"]


def test_a_word_such_as_sdk_says_nothing_against_a_name(find, on_tag):
    files = two_languages(on_tag, py="*", rs="*")
    found = find(
        files, ["rust-sdk-0.8.0", "python-sdk-2.0.0", "rust-sdk-0.9.0", "python-sdk-2.1.0"]
    )
    assert found.tag_of("pypi:rocket") == "python-sdk-{version}"
    assert found.tag_of("crate:rocket") == "rust-sdk-{version}"


def test_tags_of_a_package_in_another_language_are_a_stream_without_surfaces(find):
    pairs = [(f"v1.{minor}.0", f"java-sdk-0.{minor}.0", f"odd-name-0.{minor}.0")
             for minor in range(6)]  # fmt: skip
    found = find({}, [tag for pair in pairs for tag in pair])
    assert found.tags == ["v{version}", "java-sdk-{version}"]
