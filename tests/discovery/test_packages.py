from __future__ import annotations

import json

import pytest

WORKFLOW = ".github/workflows/release.yml"
PYPROJECT = '[build-system]\nrequires = ["x"]\n[project]\nname = "{}"\nversion = "1.1.0"\n'
CRATE = '[package]\nname = "{}"\nversion = "1.1.0"\ndescription = "d"\nlicense = "MIT"\n'


def npm(name, **more):
    return json.dumps({"name": name, "version": "1.1.0", **more})


# Python


@pytest.mark.parametrize(
    "upload",
    [
        "- uses: pypa/gh-action-pypi-publish@release/v1\n  with:\n    packages-dir: py/dist",
        "- run: twine upload dist/*\n  working-directory: py",
        "- run: |\n    cd py\n    uv publish",
        "- run: python -m build py\n- run: twine upload py/dist/*",
        "- uses: PyO3/maturin-action@v1\n  with:\n    command: upload\n    args: -m py/Cargo.toml",
    ],
)
def test_the_package_that_a_workflow_uploads_is_proposed_and_no_other(find, on_tag, upload):
    found = find(
        {
            "py/pyproject.toml": PYPROJECT.format("rocket"),
            "other/pyproject.toml": PYPROJECT.format("other"),
            WORKFLOW: on_tag(upload),
        }
    )
    assert found.ids == ["pypi:rocket"]
    assert found.why_not["other"] == "not among what the workflows upload"


def test_an_upload_to_the_test_index_is_no_release(find, on_tag):
    found = find(
        {
            "py/pyproject.toml": PYPROJECT.format("rocket"),
            WORKFLOW: on_tag("- run: twine upload --repository testpypi dist/*"),
        }
    )
    assert found.ids == []


def test_an_upload_that_only_pull_requests_start_is_no_release(find, on_tag):
    workflow = on_tag("- run: twine upload dist/*").replace(
        "push:\n    tags: ['v*']", "pull_request:"
    )
    assert find({"pyproject.toml": PYPROJECT.format("rocket"), WORKFLOW: workflow}).ids == []


def test_a_package_that_was_built_by_another_job_of_the_run_is_found(find):
    build = "on: workflow_call\njobs:\n  b:\n    steps:\n      - run: python -m build src/rocket\n"
    release = (
        "on:\n  release:\njobs:\n"
        "  build:\n    uses: ./.github/workflows/build.yml\n"
        "  upload:\n    needs: build\n    steps:\n      - run: twine upload dist/*\n"
    )
    found = find(
        {
            "src/rocket/pyproject.toml": PYPROJECT.format("rocket"),
            "src/tool/pyproject.toml": PYPROJECT.format("tool"),
            ".github/workflows/build.yml": build,
            WORKFLOW: release,
        }
    )
    assert found.ids == ["pypi:rocket"]


@pytest.mark.parametrize("after", ["[Build wheels]", "[Another]"])
def test_a_package_that_the_workflow_before_has_built_is_found(find, on_tag, after):
    publish = (
        f"name: Publish\non:\n  workflow_run:\n    workflows: {after}\n"
        "jobs:\n  p:\n    steps:\n    - uses: pypa/gh-action-pypi-publish@v1\n"
    )
    found = find({
        "python/pyproject.toml": PYPROJECT.format("rocket"),
        "tower/pyproject.toml": PYPROJECT.format("tower"),
        ".github/workflows/build.yml": on_tag("- run: python -m build python").replace(
            "name: Release", "name: Build wheels"
        ),
        ".github/workflows/publish.yml": publish,
    })  # fmt: skip
    assert (found.ids == ["pypi:rocket"]) is ("Build" in after)


@pytest.mark.parametrize(
    "folder", ["examples/a", "tests/fixtures/a", "docs", "scripts", "vendor/a"]
)
def test_packages_beside_the_product_are_left_out(find, on_tag, folder):
    found = find(
        {
            f"{folder}/pyproject.toml": PYPROJECT.format("side"),
            "pyproject.toml": PYPROJECT.format("rocket"),
            WORKFLOW: on_tag("- run: python -m build\n- run: twine upload dist/*"),
        }
    )
    assert found.ids == ["pypi:rocket"]
    assert found.why_not["side"]


def test_a_private_package_is_left_out(find, on_tag):
    private = PYPROJECT.format("rocket") + 'classifiers = ["Private :: Do Not Upload"]\n'
    found = find({"pyproject.toml": private, WORKFLOW: on_tag("- run: uv publish")})
    assert found.ids == []
    assert found.why_not == {"rocket": "private by its classifier"}


def test_without_a_workflow_a_package_counts_when_it_is_described_for_an_index(find):
    described = PYPROJECT.format("a") + 'description = "d"\nlicense = "MIT"\nkeywords = ["k"]\n'
    found = find({"a/pyproject.toml": described, "b/pyproject.toml": PYPROJECT.format("b")})
    assert found.ids == ["pypi:a"]


@pytest.mark.parametrize(
    "script",
    [
        'for d in libs/*/ tools/pad; do\n  cd "$d"\n  python -m build --outdir /dist\ndone',
        "for d in libs/a libs/b tools/pad; do (cd $d && python -m build); done",
    ],
)
def test_a_loop_over_folders_builds_in_each_of_them(find, on_tag, script):
    steps = "- run: |\n    " + script.replace("\n", "\n    ") + "\n- run: twine upload /dist/*"
    found = find({
        "libs/a/pyproject.toml": PYPROJECT.format("rocket-a"),
        "libs/b/pyproject.toml": PYPROJECT.format("rocket-b"),
        "libs/README.md": "",
        "tools/pad/pyproject.toml": PYPROJECT.format("pad"),
        "other/pyproject.toml": PYPROJECT.format("other"),
        WORKFLOW: on_tag(steps),
    })  # fmt: skip
    assert found.ids == ["pypi:pad", "pypi:rocket-a", "pypi:rocket-b"]


def test_packages_that_a_person_may_choose_to_release_are_released(find):
    workflow = (
        "on:\n  workflow_dispatch:\n    inputs:\n      package:\n        type: choice\n"
        "        options: [rocket-a, rocket-b]\n"
        "jobs:\n  a:\n    steps:\n      - run: ./build ${{ inputs.package }}\n"
        "      - run: twine upload dist/*\n"
    )
    found = find({
        "a/pyproject.toml": PYPROJECT.format("rocket_a"),
        "b/pyproject.toml": PYPROJECT.format("rocket-b"),
        "c/pyproject.toml": PYPROJECT.format("rocket-c"),
        WORKFLOW: workflow,
    })  # fmt: skip
    assert found.ids == ["pypi:rocket-b", "pypi:rocket_a"]


def test_all_packages_of_uv_are_the_members_of_its_workspace(find, on_tag):
    workspace = '[tool.uv.workspace]\nmembers = ["libs/*", "cli"]\nexclude = ["libs/c"]\n'
    files = {
        f"{folder}/pyproject.toml": PYPROJECT.format(folder[-1])
        for folder in ("libs/a", "libs/b", "libs/c", "cli", "other/d")
    }
    found = find({
        **files,
        "pyproject.toml": PYPROJECT.format("rocket") + workspace,
        WORKFLOW: on_tag("- run: uv build --all-packages\n- run: uv publish"),
    })  # fmt: skip
    assert found.ids == ["pypi:a", "pypi:b", "pypi:i", "pypi:rocket"]


def test_where_a_folder_is_only_the_default_any_one_beside_it_can_be_released(find):
    workflow = (
        "on:\n  workflow_dispatch:\n    inputs:\n      folder: {default: libs/a}\n"
        "jobs:\n  a:\n    steps:\n      - run: uv build\n"
        "        working-directory: ${{ inputs.folder }}\n"
        "      - uses: pypa/gh-action-pypi-publish@release/v1\n"
    )
    found = find({
        "libs/a/pyproject.toml": PYPROJECT.format("rocket"),
        "libs/b/pyproject.toml": PYPROJECT.format("rocket-b"),
        "tower/pyproject.toml": PYPROJECT.format("tower"),
        WORKFLOW: workflow,
    })  # fmt: skip
    assert found.ids == ["pypi:rocket", "pypi:rocket-b"]


def test_packages_built_where_the_tag_says_are_those_that_tags_name(find, on_tag):
    steps = (
        "- id: p\n  shell: python\n  run: print('x')\n"
        "- run: hatch build\n  working-directory: ${{ steps.p.outputs.folder }}\n"
        "- uses: pypa/gh-action-pypi-publish@release/v1\n"
        "  with:\n    packages-dir: ${{ steps.p.outputs.folder }}/dist\n"
    )
    found = find(
        {
            "parts/tower/pyproject.toml": PYPROJECT.format("tower-rocket"),
            "parts/pad/pyproject.toml": PYPROJECT.format("pad-rocket"),
            "other/pyproject.toml": PYPROJECT.format("other"),
            WORKFLOW: on_tag(steps, tags="parts/**"),
        },
        ["parts/tower-v0.9.0", "parts/pad-v1.0.0", "parts/tower-v1.0.0", "parts/pad-v1.1.0"],
    )
    assert found.ids == ["pypi:pad-rocket", "pypi:tower-rocket"]
    assert found.tag_of("pypi:pad-rocket") == "parts/pad-v{version}"


def test_a_package_beside_its_dockerfile_that_nobody_uploads_is_an_application(find):
    described = PYPROJECT.format("ui") + 'description = "d"\nlicense = "MIT"\nkeywords = ["k"]\n'
    found = find({"ui/pyproject.toml": described, "ui/Dockerfile": "FROM scratch\n"})
    assert found.ids == []


def test_a_workflow_named_after_a_package_uploads_that_one(find, on_tag):
    step = "- run: uv build\n  working-directory: ${{ env.COPY }}\n- run: twine upload dist/*"
    found = find({
        "client/pyproject.toml": PYPROJECT.format("rocket-client"),
        "pyproject.toml": PYPROJECT.format("rocket"),
        ".github/workflows/rocket-client-publish.yml": on_tag(step),
        WORKFLOW: on_tag("- run: uv build\n- run: uv publish"),
    })  # fmt: skip
    assert found.ids == ["pypi:rocket", "pypi:rocket-client"]


def test_without_a_workflow_a_version_that_no_tag_leads_to_is_no_release(find):
    more = 'description = "d"\nlicense = "MIT"\nkeywords = ["k"]\n'
    files = {
        "a/pyproject.toml": PYPROJECT.format("a").replace("1.1.0", "0.0.3") + more,
        "b/pyproject.toml": PYPROJECT.format("b").replace("1.1.0", "0.0.0.dev0") + more,
        "c/pyproject.toml": PYPROJECT.format("c") + more,
    }
    found = find(files)
    assert found.ids == ["pypi:c"]
    assert found.why_not["a"] == "no workflow publishes it, and no tag follows its version"
    assert found.why_not["b"].startswith("its version keeps the place of another")


def test_a_manifest_put_in_the_place_of_another_is_built_in_its_stead(find, on_tag):
    steps = "- run: |\n    thin=client/pyproject.toml\n    cp $thin pyproject.toml\n"
    found = find({
        "client/pyproject.toml": PYPROJECT.format("rocket-client"),
        "tower/pyproject.toml": PYPROJECT.format("tower"),
        WORKFLOW: on_tag(steps + "    python -m build\n- run: twine upload dist/*"),
    })  # fmt: skip
    assert found.ids == ["pypi:rocket-client"]


# Crates


def workspace(**crates):
    files = {"Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n'}
    return files | {f"crates/{name}/Cargo.toml": text for name, text in crates.items()}


def test_a_published_workspace_is_every_crate_that_cargo_accepts(find, on_tag):
    files = workspace(
        a=CRATE.format("a"),
        b=CRATE.format("b") + "publish = false\n",
        c=CRATE.format("c") + "publish = []\n",
        d='[package]\nname = "d"\nversion = "1.1.0"\n',
        e=CRATE.format("e") + '[dependencies]\nb = { path = "../b" }\n',
        f=CRATE.format("f") + '[dependencies]\nx = { git = "https://example.com/x" }\n',
        g=CRATE.format("g") + '[dependencies]\na = { path = "../a", version = "1" }\n',
    )
    found = find(files | {WORKFLOW: on_tag("- run: cargo publish --workspace")})
    assert found.ids == ["crate:a", "crate:g"]
    assert found.why_not["e"] == "its dependency b has no version"


def test_what_a_crate_inherits_from_its_workspace_counts_as_its_own(find, on_tag):
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n[workspace.package]\nversion = "1.1.0"\n'
        'description = "d"\nlicense = "MIT"\npublish = false\n',
        "a/Cargo.toml": '[package]\nname = "a"\nversion.workspace = true\n'
        "description.workspace = true\nlicense = { workspace = true }\n",
        "b/Cargo.toml": '[package]\nname = "b"\nversion.workspace = true\n'
        "description.workspace = true\nlicense.workspace = true\npublish.workspace = true\n",
        WORKFLOW: on_tag("- run: cargo publish --workspace"),
    }
    assert find(files).ids == ["crate:a"]


def test_crates_published_by_name_bring_what_they_depend_on_and_nothing_else(find, on_tag):
    files = workspace(
        a=CRATE.format("a") + '[dependencies]\nbase = { path = "../base", version = "1" }\n',
        base=CRATE.format("base"),
        other=CRATE.format("other"),
    )
    found = find(files | {WORKFLOW: on_tag("- run: cargo publish -p a")})
    assert found.ids == ["crate:a", "crate:base"]


def test_a_dry_run_publishes_nothing(find, on_tag):
    files = workspace(a=CRATE.format("a"), b='[package]\nname = "b"\nversion = "1.1.0"\n',
                      c='[package]\nname = "c"\nversion = "1.1.0"\n')  # fmt: skip
    found = find(files | {WORKFLOW: on_tag("- run: cargo publish --dry-run -p a")})
    assert found.ids == []


@pytest.mark.parametrize("flag", ["--allow-dirty", "--registry crates-io", "--registry mirror"])
def test_a_flag_that_begins_as_one_for_the_workspace_is_another(find, on_tag, flag):
    files = workspace(a=CRATE.format("a"), b=CRATE.format("b"))
    steps = f"- run: cargo publish -p a\n- run: cargo publish -p a {flag}"
    assert find(files | {WORKFLOW: on_tag(steps)}).ids == ["crate:a"]


def test_a_program_that_writes_the_versions_of_dependencies_publishes_the_crates_it_names(
    find, on_tag
):
    files = workspace(
        base=CRATE.format("base"),
        a=CRATE.format("a") + '[dependencies]\nbase = { path = "../base" }\n',
        b=CRATE.format("b") + '[dependencies]\nbase = { path = "../base" }\n',
        c=CRATE.format("c"),
    )
    program = (
        'for crate in ["base", "crates/a"]:\n    pin(f"{crate}/Cargo.toml")\n'
        '    run(["cargo", "publish"], cwd=crate)\n'
    )
    found = find(files | {"ci/ship.py": program, WORKFLOW: on_tag("- run: python ci/ship.py")})
    assert found.ids == ["crate:a", "crate:base"]


def test_what_goes_to_a_registry_of_the_run_is_not_published(find, on_tag):
    files = workspace(a=CRATE.format("a"), b=CRATE.format("b"))
    steps = "- run: cargo publish -p a\n- run: cargo publish -p b --registry local"
    assert find(files | {WORKFLOW: on_tag(steps)}).ids == ["crate:a"]


def test_a_script_that_a_person_runs_is_evidence_where_no_workflow_is(find):
    files = workspace(a=CRATE.format("a"), b=CRATE.format("b"))
    found = find(files | {"publish.sh": 'for c in a; do\n  cargo publish -p "$c"\ndone\n'})
    assert found.ids == ["crate:a"]


def test_crates_that_depend_on_one_another_by_path_and_version_are_meant_for_the_registry(find):
    bare = '[package]\nname = "{}"\nversion = "1.1.0"\n'
    files = workspace(
        a=CRATE.format("a") + '[dependencies]\nbase = { path = "../base", version = "1" }\n',
        base=CRATE.format("base"),
        lone=CRATE.format("lone"),
        **{name: bare.format(name) for name in "vwxyz"},
    )
    assert find(files).ids == ["crate:a", "crate:base"]


@pytest.mark.parametrize("tag", ["rocket-test-1.1.0", "rocket-test-v1.1.0", "rocket-test@1.1.0"])
def test_a_tag_with_name_and_version_speaks_for_a_package_that_seems_to_be_a_tool(find, tag):
    files = {
        "rocket/Cargo.toml": CRATE.format("rocket"),
        "rocket-test/Cargo.toml": CRATE.format("rocket-test"),
        "other-test/Cargo.toml": CRATE.format("other-test"),
    }
    found = find(files, ["v1.0.0", "v1.1.0", tag])
    assert found.ids == ["crate:rocket", "crate:rocket-test"]


def test_a_tag_speaks_for_a_crate_whose_dependency_lacks_a_version_for_a_while(find):
    loose = '[dependencies]\nx = { git = "https://example.com/x" }\n'
    files = {name: CRATE.format(name[0]) + loose for name in ("a/Cargo.toml", "b/Cargo.toml")}
    found = find(files, ["v1.1.0", "a-v1.1.0"])
    assert found.ids == ["crate:a"]
    assert found.why_not["b"] == "its dependency x has no version"


def test_a_tag_with_name_and_version_publishes_what_no_workflow_does(find):
    files = {
        "a/package.json": npm("@acme/a"),
        "b/package.json": npm("@acme/b"),
        "c/package.json": npm("@acme/c", private=True),
        "d/pyproject.toml": PYPROJECT.format("d"),
    }
    found = find(files, ["v1.1.0", "@acme/a@1.1.0", "@acme/c@1.1.0", "d==1.1.0"])
    assert found.ids == ["npm:@acme/a", "pypi:d"]


# npm


def test_only_public_packages_that_a_workflow_publishes_are_proposed(find, on_tag):
    found = find(
        {
            "js/package.json": npm("rocket"),
            "ui/package.json": npm("rocket-ui"),
            "site/package.json": npm("rocket-site", private=True),
            WORKFLOW: on_tag("- run: npm publish --access public\n  working-directory: js"),
        }
    )
    assert found.ids == ["npm:rocket"]
    assert found.why_not == {"rocket-ui": "no workflow publishes it", "rocket-site": "private"}


def test_the_binaries_of_a_native_package_are_surfaces_of_their_own(find, on_tag):
    found = find(
        {
            "js/package.json": npm("rocket", napi={"name": "rocket"}),
            "js/npm/linux-x64/package.json": npm("rocket-linux-x64", os=["linux"], cpu=["x64"]),
            WORKFLOW: on_tag("- run: npm publish\n  working-directory: js"),
        }
    )
    assert found.ids == ["npm:rocket", "npm:rocket-linux-x64"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("lerna.json", '{"packages": ["packages/*"]}'),
        ("pnpm-workspace.yaml", "packages: ['packages/*']\n"),
    ],
)
def test_a_recursive_publish_takes_no_package_outside_the_workspace(find, on_tag, path, text):
    found = find({
        path: text,
        "package.json": npm("top", private=True, workspaces=["packages/*"]),
        "packages/a/package.json": npm("a", license="MIT"),
        "packages/a/theme/package.json": npm("theme", license="MIT"),
        WORKFLOW: on_tag("- run: npx lerna publish from-git"),
    })  # fmt: skip
    assert found.ids == ["npm:a"]


def test_a_tag_speaks_for_a_package_of_a_workspace_that_bears_the_name_of_a_test(find, on_tag):
    files = {
        f"packages/{name}/package.json": npm(f"@x/{name}", license="MIT", version="0.2.0")
        for name in ("testing", "demo")
    }
    files |= {
        "package.json": npm("top", private=True, workspaces=["packages/*"]),
        WORKFLOW: on_tag("- run: npx changeset publish"),
    }
    assert find(files, ["v1.0.0", "@x/testing@0.1.0"]).ids == ["npm:@x/testing"]


def test_an_archive_is_that_of_the_package_which_npm_packs_by_that_name(find, on_tag):
    files = {f"js/{name}/package.json": npm(f"@x/{name}") for name in ("a", "b")}
    steps = "- run: npm publish --access public ./out/x-a-*.tgz"
    assert find(files | {WORKFLOW: on_tag(steps)}).ids == ["npm:@x/a"]


def test_a_recursive_publish_takes_the_whole_workspace(find, on_tag):
    found = find(
        {
            "package.json": npm("root", private=True, workspaces=["packages/*"]),
            "packages/a/package.json": npm("a", license="MIT"),
            "packages/b/package.json": npm("b", private=True),
            WORKFLOW: on_tag("- run: pnpm -r publish --no-git-checks"),
        }
    )
    assert found.ids == ["npm:a"]


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ("pnpm run ship", "for (const name of names) run(`yarn workspace ${name} npm publish`)"),
        ("yarn ship", "await $({cwd})('pnpm', ['publish', '--access', 'public'])"),
        ("node tasks/ship.mjs", "import { publish } from '@acme/release-scripts'"),
    ],
)
def test_a_script_of_package_json_and_the_program_in_it_are_followed(
    find, on_tag, command, program
):
    found = find({
        "package.json": npm("root", private=True, scripts={"ship": "node tasks/ship.mjs"}),
        "tasks/ship.mjs": program,
        "packages/a/package.json": npm("a", license="MIT"),
        "packages/b/package.json": npm("b", private=True),
        WORKFLOW: on_tag(f"- run: {command}"),
    })  # fmt: skip
    assert found.ids == ["npm:a"]


def test_a_program_that_publishes_nothing_is_no_evidence(find, on_tag):
    found = find({
        "tasks/ship.mjs": "run('npm ci'); console.log('nothing to publish')",
        "packages/a/package.json": npm("a", license="MIT"),
        WORKFLOW: on_tag("- run: node tasks/ship.mjs"),
    })  # fmt: skip
    assert found.ids == []


@pytest.mark.parametrize(
    ("condition", "step", "releases"),
    [
        ("startsWith(github.event.head_commit.message, 'release:')", "npm publish", True),
        ("true", "gh release create v1 && npm publish", True),
        ("true", "npm publish", True),
        ("true", "npm publish --tag canary", False),
        ("startsWith(github.ref, 'refs/tags/')", "npm publish", False),
    ],
)
def test_a_workflow_that_only_branches_start_may_release_but_never_for_a_tag(
    find, condition, step, releases
):
    workflow = (
        "name: Publish\non:\n  push:\n    branches: [main]\n"
        f"jobs:\n  a:\n    if: {condition}\n    steps:\n      - run: {step}\n"
    )
    found = find({"package.json": npm("rocket"), WORKFLOW: workflow})
    assert (found.ids == ["npm:rocket"]) is releases


def test_a_workflow_started_by_hand_that_publishes_is_a_release_whatever_its_name(find):
    workflow = "name: CI\non: workflow_dispatch\njobs:\n  a:\n    steps:\n      - run: {}\n"
    files = {"package.json": npm("rocket")}
    assert find({**files, WORKFLOW.replace("release", "ci"): workflow.format("npm publish")}).ids
    dry = workflow.format("npm publish --dry-run")
    assert not find({**files, WORKFLOW.replace("release", "ci"): dry}).ids


def test_craft_publishes_what_its_targets_say(find):
    craft = """
targets:
  - name: github
  - name: npm
    id: '@acme/rocket-linux'
  - name: npm
    id: '@acme/rocket'
  - name: pypi
  - name: crates
  - name: docker
    source: ghcr.io/acme/rocket
    target: acme/rocket
"""
    found = find({
        ".craft.yml": craft,
        "package.json": npm("@acme/rocket"),
        "npm/linux/package.json": npm("@acme/rocket-linux"),
        "npm/other/package.json": npm("@acme/other"),
        "pyproject.toml": PYPROJECT.format("rocket"),
        "Cargo.toml": CRATE.format("rocket"),
    })  # fmt: skip
    assert found.ids == [
        "crate:rocket", "image:rocket", "npm:@acme/rocket", "npm:@acme/rocket-linux",
        "pypi:rocket",
    ]  # fmt: skip
    assert found.images == ["docker.io/acme/rocket"]


def test_a_craft_file_of_another_form_is_no_evidence(find):
    for text in ("targets: npm\n", "- name: npm\n", "targets: [npm, {name: [npm]}]\n"):
        assert find({".craft.yml": text, "package.json": npm("rocket")}).ids == []


def test_a_tag_speaks_for_a_package_of_a_workspace_that_has_the_name_of_a_tool(find, on_tag):
    files = {
        "packages/devtools/package.json": npm("@acme/devtools", license="MIT"),
        "packages/workbench/package.json": npm("@acme/workbench", license="MIT"),
        WORKFLOW: on_tag("- run: changeset publish"),
    }
    found = find(files, ["v1.1.0", "@acme/devtools@1.1.0"])
    assert found.ids == ["npm:@acme/devtools"]
    assert found.surfaces["npm:@acme/devtools"].options["workflow"] == "release.yml"
