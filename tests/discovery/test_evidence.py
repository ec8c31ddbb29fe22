"""What speaks for a surface where no workflow can be read to the end."""

from __future__ import annotations

import time

WORKFLOW = ".github/workflows/release.yml"
CHART = "name: rocket\nversion: 1.1.0\n"
CARGO = "[package]\nname='rocket'\nversion='1.1.0'\ndescription='x'\nlicense='MIT'\n"


def test_an_image_split_over_registry_namespace_and_name_is_put_together(find):
    found = find({
        "charts/rocket/Chart.yaml": CHART,
        "charts/rocket/templates/a.yaml": "",
        "charts/rocket/values.yaml": (
            "imageRegistry: quay.io\nimageNamespace: spacex\n"
            "image: {name: rocket-controller}\nwebhook: {image: {name: rocket-webhook}}\n"
            "other: {image: {repository: docker.io/library/busybox}}\n"
        ),
        "cmd/controller/main.go": "",
        "cmd/webhook/main.go": "",
    })  # fmt: skip
    assert found.images == ["quay.io/spacex/rocket-controller", "quay.io/spacex/rocket-webhook"]


def test_defaults_for_every_image_of_a_chart_are_put_before_a_bare_name(find):
    found = find({
        "charts/rocket/Chart.yaml": CHART,
        "charts/rocket/templates/a.yaml": "",
        "charts/rocket/values.yaml": (
            "defaultImageRegistry: quay.io\ndefaultImageRepository: rocket\n"
            "engine:\n  image: {registry: '', repository: '', name: engine}\n"
        ),
        "images/engine/Dockerfile": "",
    })  # fmt: skip
    assert found.images == ["quay.io/rocket/engine"]


def test_an_image_of_the_owner_that_the_tree_cannot_build_is_another_projects(find):
    found = find({
        "config/manager/deployment.yaml": (
            "spec:\n  image: ghcr.io/acme/rocket:v1.1.0\n---\nimage: ghcr.io/acme/tower:v3\n"
        ),
        "Dockerfile": "FROM scratch\n",
    })  # fmt: skip
    assert found.images == ["ghcr.io/acme/rocket"]


def test_a_stage_that_others_copy_from_is_no_image(find):
    manifest = "image: ghcr.io/acme/cli:v1\n---\nimage: ghcr.io/acme/assets:v1\n"
    docker = "FROM a AS assets\nFROM b AS cli\nCOPY --from=assets /x /x\n"
    found = find({"manifests/all.yaml": manifest, "Dockerfile": docker})
    assert found.images == ["ghcr.io/acme/cli"]


def test_a_staging_place_of_kubernetes_stands_for_the_public_registry(find):
    staged = "us-central1-docker.pkg.dev/k8s-staging-images/rocket/rocket"
    found = find({
        "config/kustomization.yaml": f"images:\n- name: controller\n  newName: {staged}\n",
        "Dockerfile": "FROM scratch\n",
    })  # fmt: skip
    assert found.images == ["registry.k8s.io/rocket/rocket"]


def test_cloud_build_pushes_what_its_steps_and_images_say(find):
    found = find({
        "cloudbuild.yaml": (
            "substitutions: {_REPO: quay.io/acme}\n"
            "steps:\n- name: gcr.io/cloud-builders/docker\n"
            "  args: [push, '$_REPO/rocket:v1']\nimages: ['quay.io/acme/acme-cli:v1']\n"
        ),
    })  # fmt: skip
    assert found.images == ["quay.io/acme/acme-cli", "quay.io/acme/rocket"]


def test_a_matrix_of_the_run_ranges_over_the_folders_that_its_paths_name(find, on_tag):
    job = "    strategy:\n      matrix:\n        part: ${{ fromJSON(needs.a.outputs.b) }}\n"
    steps = """
- uses: docker/build-push-action@v6
  with:
    push: true
    file: images/${{ matrix.part }}/Dockerfile
    tags: ghcr.io/acme/${{ matrix.part }}:${{ github.ref_name }}
"""
    found = find({
        ".github/workflows/release.yml": on_tag(steps, job=job),
        "images/tower/Dockerfile": "", "images/pad/Dockerfile": "", "images/README.md": "",
    })  # fmt: skip
    assert found.images == ["ghcr.io/acme/pad", "ghcr.io/acme/tower"]


def test_a_list_of_images_with_their_dockerfiles_is_what_a_computed_matrix_comes_from(find, on_tag):
    steps = """\
- id: plan
  run: node plan.mjs .github/config/images.yml
- uses: docker/build-push-action@v6
  with:
    push: true
    tags: ${{ steps.plan.outputs.image }}:v1
"""
    listed = (
        "images:\n  engine: {image: acme/engine, dockerfile: core/Dockerfile}\n"
        "  ghost: {image: acme/ghost, dockerfile: ghost/Dockerfile}\n"
        "  bare: {image: bare, dockerfile: core/Dockerfile}\n"
    )
    files = {".github/config/images.yml": listed, "core/Dockerfile": "FROM scratch\n"}
    assert find(files | {WORKFLOW: on_tag(steps)}).images == ["docker.io/acme/engine"]
    other = on_tag(steps.replace("images.yml", "other.yml"))
    assert find(files | {WORKFLOW: other}).images == []


def test_a_tag_that_is_latest_only_on_the_main_branch_is_no_moving_one(find, on_tag):
    steps = """
- run: |
    VERSION=$(echo "$GITHUB_REF" | sed -e 's,.*/,,')
    [ "$VERSION" = main ] && VERSION=latest
    docker push ghcr.io/acme/rocket:$VERSION
"""
    found = find({".github/workflows/release.yml": on_tag(steps)})
    assert found.images == ["ghcr.io/acme/rocket"]


def test_every_branch_of_a_makefiles_condition_belongs_to_its_recipe(find, on_tag):
    found = find({
        ".github/workflows/release.yml": on_tag("- run: make push"),
        "Makefile": (
            "push:\nifeq ($(A),b)\n\ttrue\nelse\n\tdocker push ghcr.io/acme/rocket:$(TAG)\nendif\n"
        ),
    })  # fmt: skip
    assert found.images == ["ghcr.io/acme/rocket"]


def test_makefiles_that_refer_to_themselves_end_soon(find, on_tag):
    lines = [f"V{n} := $(V{n})/a\nV{n} := $(V{n + 1}) $(V{n})/b $(V{n})" for n in range(40)]
    start = time.process_time()
    find({
        ".github/workflows/release.yml": on_tag("- run: make push"),
        "Makefile": "\n".join(lines) + "\npush:\n\tdocker push ghcr.io/acme/$(V0):1\n",
    })  # fmt: skip
    assert time.process_time() - start < 5


def test_a_registry_that_is_a_setting_of_the_owner_is_the_owners(find, on_tag):
    steps = "- run: docker push quay.io/${{ secrets.DOCKERIO_ORG }}/rocket:${{ github.ref_name }}"
    found = find({".github/workflows/release.yml": on_tag(steps)})
    assert found.images == ["quay.io/acme/rocket"]


def test_a_workflow_of_another_repository_pushes_the_image_that_it_is_given(find):
    found = find({
        ".github/workflows/release.yml": (
            "on: {push: {tags: ['v*']}}\njobs:\n  a:\n"
            "    uses: acme/ci/.github/workflows/release-dockerhub.yml@main\n"
            "    with: {image: acme/rocket}\n"
        ),
    })  # fmt: skip
    assert found.images == ["docker.io/acme/rocket"]


def test_an_image_handed_to_a_program_that_cannot_be_read_is_found(find, on_tag):
    steps = """
- uses: docker/login-action@v3
- run: cargo xtask images
  env: {REPOS: 'acme-hub/rocket,ghcr.io/acme/rocket'}
"""
    found = find({".github/workflows/release.yml": on_tag(steps)})
    assert found.images == ["docker.io/acme-hub/rocket", "ghcr.io/acme/rocket"]


def test_images_handed_over_bear_the_owners_name_with_or_without_separators(find, on_tag):
    steps = (
        "- uses: docker/login-action@v3\n- run: ./unreadable\n  env:\n"
        "    IMAGES: docker.io/acmecorp/rocket quay.io/acmecorp/rocket quay.io/other/tool\n"
    )
    found = find({WORKFLOW: on_tag(steps)}, repository="acme-corp/rocket-images")
    assert found.images == ["docker.io/acmecorp/rocket", "quay.io/acmecorp/rocket"]


def test_an_image_is_known_by_the_name_of_the_command_in_it(find):
    manifest = "image: registry.k8s.io/sig-storage/{}:v1.0.0\n"
    files = {f"deploy/{name}.yaml": manifest.format(name)
             for name in ("nfsplugin", "provisioner", "server")}  # fmt: skip
    files |= {"cmd/nfsplugin/main.go": "", "cmd/server/main.go": "", "Dockerfile": "FROM a\n"}
    found = find(files, repository="acme/csi-rocket")
    assert found.images == ["registry.k8s.io/sig-storage/nfsplugin"]


def test_a_private_registry_that_a_manifest_names_is_none_for_users(find):
    manifest = "image: acme.azurecr.io/acme/rocket:1.0\n"
    assert find({"deploy/all.yaml": manifest, "Dockerfile": "FROM scratch\n"}).images == []


def test_a_token_of_a_registry_speaks_for_what_is_fit_to_be_published(find, on_tag):
    package = '{"name": "@acme/rocket", "version": "1.1.0", "license": "MIT", "main": "index.js"}'
    steps = "- run: ./ship\n  env: {NPM_TOKEN: a, CARGO_REGISTRY_TOKEN: b}"
    files = {"js/package.json": package, "Cargo.toml": CARGO,
             "site/package.json": '{"name": "site", "version": "1.0.0"}'}  # fmt: skip
    found = find({**files, ".github/workflows/release.yml": on_tag(steps)})
    assert found.ids == ["crate:rocket", "npm:@acme/rocket"]
    assert find(files).ids == ["crate:rocket"]


def test_a_package_that_asks_for_publication_gets_it_beside_others(find, on_tag):
    asks = ('{"name": "@acme/b", "version": "1.1.0", "description": "x", '
            '"publishConfig": {"access": "public"}}')  # fmt: skip
    found = find({
        ".github/workflows/release.yml": on_tag("- run: npm publish\n  working-directory: a"),
        "a/package.json": '{"name": "a", "version": "1.1.0"}',
        "b/package.json": asks,
        "c/package.json": '{"name": "c", "version": "1.1.0"}',
    })  # fmt: skip
    assert found.ids == ["npm:@acme/b", "npm:a"]


def test_a_package_stamped_by_its_publisher_is_said_to_be(find, on_tag):
    found = find({
        ".github/workflows/release.yml": on_tag("- run: npm publish"),
        "package.json": '{"name": "rocket", "version": "0.0.0-development"}',
    })  # fmt: skip
    assert found.surfaces["npm:rocket"].options["source"] == "stamped"


def test_a_package_without_pyproject_is_derived_under_its_own_name(find, on_tag):
    found = find({
        ".github/workflows/release.yml": on_tag("- run: twine upload dist/*"),
        "setup.cfg": "[metadata]\nname = rocket\nversion = 1.1.0\n",
    })  # fmt: skip
    options = found.surfaces["pypi:rocket"].options
    assert (options["name"], options["source"]) == ("rocket", "derived")


def test_a_workflow_that_waits_for_a_manifest_to_change_releases(find):
    found = find({
        ".github/workflows/publish-to-npm.yml": (
            "on: {push: {branches: [main], paths: [packages/a/package.json]}}\n"
            "jobs: {a: {steps: [{run: pnpm publish -r}]}}\n"
        ),
        "packages/a/package.json": '{"name": "a", "version": "1.1.0", "license": "MIT"}',
    })  # fmt: skip
    assert found.ids == ["npm:a"]


def test_a_chart_comes_from_where_its_readme_installs_it(find):
    files = {"charts/rocket/Chart.yaml": CHART, "charts/rocket/templates/a.yaml": ""}
    readme = (
        "helm repo add other https://other.example.org\n"
        "helm repo add acme https://charts.acme.org/\nhelm install r acme/rocket\n"
    )
    found = find({**files, "charts/rocket/README.md": readme})
    assert found.surfaces["chart:rocket"].registry == "https://charts.acme.org"
    oci = "helm upgrade -i r oci://quay.io/acme/charts/rocket --wait\n"
    found = find({**files, "README.md": oci})
    assert found.surfaces["chart:rocket"].registry == "oci://quay.io/acme/charts"


def test_a_part_that_bears_a_modules_name_follows_its_tags(find):
    found = find(
        {
            "operator/go.mod": "module x\n",
            "deploy/operator.yaml": "image: ghcr.io/acme/rocket-operator:0.11.0\n",
            "operator/Dockerfile": "FROM scratch\n",
        },
        tags=("v1.0.0", "operator/v0.10.0", "v1.1.0", "operator/v0.11.0"),
    )
    assert found.tag_of("image:rocket-operator") == "operator/v{version}"


def test_a_version_that_no_tag_leads_to_gets_a_stream_of_its_own(find):
    apart = CARGO.replace("1.1.0", "0.0.7").replace("rocket", "valve")
    behind = CARGO.replace("1.1.0", "1.0.2").replace("rocket", "late")
    found = find({"a/Cargo.toml": CARGO, "b/Cargo.toml": apart, "c/Cargo.toml": behind})
    assert found.tag_of("crate:valve") == "valve-v{version}"
    assert found.tag_of("crate:late") == found.tag_of("crate:rocket") == "v{version}"


def test_binaries_of_a_package_are_stamped_with_its_version(find, on_tag):
    found = find({
        ".github/workflows/release.yml": on_tag("- run: npm publish"),
        "package.json": '{"name": "rocket", "version": "1.1.0", "napi": {}}',
        "npm/linux/package.json": '{"name": "rocket-linux", "version": "0.1.0", "os": ["linux"]}',
    })  # fmt: skip
    assert found.surfaces["npm:rocket-linux"].options["source"] == "stamped"
    assert "source" not in found.surfaces["npm:rocket"].options


def test_a_manifest_shows_that_an_images_tags_have_no_v(find, on_tag):
    steps = "- run: docker push ghcr.io/acme/rocket:$(./version)"
    files = {".github/workflows/release.yml": on_tag(steps)}
    assert "tag" not in find(files).surfaces["image:rocket"].options
    files["config/kustomization.yaml"] = (
        "images:\n- name: ghcr.io/acme/rocket\n  newName: ghcr.io/acme/rocket\n"
    )
    files["deploy/all.yaml"] = "image: ghcr.io/acme/rocket:1.1.0\n"
    assert find(files).surfaces["image:rocket"].options["tag"] == "{version}"
