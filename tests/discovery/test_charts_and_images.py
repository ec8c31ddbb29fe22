from __future__ import annotations

import pytest

WORKFLOW = ".github/workflows/release.yml"
BUILD = "- uses: docker/build-push-action@v6\n  with:\n    push: true\n    tags: "
METADATA = """\
- id: m
  uses: docker/metadata-action@v5
  with:
    images: acme/app
"""
OUTPUT = """\
- id: n
  run: echo "image=ghcr.io/${GITHUB_REPOSITORY_OWNER,,}/app" >> $GITHUB_OUTPUT
"""
BY_DIGEST = """\
- uses: docker/build-push-action@v6
  with:
    outputs: type=image,name=ghcr.io/acme/app,push-by-digest=true,push=true
"""
MAKE_PUSH = """\
IMG ?= ghcr.io/acme/app
TAG ?= dev
push: build
\tdocker push $(IMG):$(TAG)
build:
"""
MAKE_IF = """\
IMG ?= ghcr.io/acme/app
MIRROR ?= quay.io/acme/app
push:
\tdocker buildx build --push -t $(IMG):$(TAG) $(if $(filter true,$(TWO)),-t $(MIRROR):$(TAG)) .
"""
MAKE_KO = """\
REPO := ghcr.io/acme
push:
\t@KO_DOCKER_REPO=$(REPO)/app $(BIN)/ko build . --bare
"""
ACTION = """\
inputs:
  image:
    default: x
runs:
  steps:
  - run: docker push ghcr.io/acme/${{ inputs.image }}:v1
"""
CALL_ACTION = """\
- uses: ./.github/actions/push
  with:
    image: app
"""


def chart(name, more=""):
    return f"apiVersion: v2\nname: {name}\nversion: 1.1.0\n{more}"


def test_a_packaged_chart_is_proposed_with_the_registry_that_it_is_pushed_to(find, on_tag):
    steps = (
        "- run: helm package ${{ env.CHART }} -d out\n"
        '- run: helm push out/*.tgz "oci://ghcr.io/${{ github.repository_owner }}/charts"\n'
    )
    found = find(
        {
            "deploy/rocket/Chart.yaml": chart("rocket"),
            "deploy/other/Chart.yaml": chart("other"),
            WORKFLOW: on_tag(steps, extra="env:\n  CHART: deploy/rocket"),
        }
    )
    assert found.ids == ["chart:rocket"]
    assert found.surfaces["chart:rocket"].registry == "oci://ghcr.io/acme/charts"
    assert "source" not in found.surfaces["chart:rocket"].options


def test_a_chart_that_a_release_packages_by_its_folder_is_no_example(find, on_tag):
    files = {"k8s/quickstart/Chart.yaml": chart("quickstart"), "k8s/demo/Chart.yaml": chart("demo")}
    found = find(files | {WORKFLOW: on_tag("- run: helm package k8s/quickstart")})
    assert found.ids == ["chart:quickstart"]


def test_a_part_of_a_chart_that_a_release_packages_too_is_a_chart_of_its_own(find, on_tag):
    files = {f"helm/{place}/Chart.yaml": chart(place.rpartition("/")[2])
             for place in ("all", "all/charts/router", "all/charts/studio")}  # fmt: skip
    steps = "- run: helm package helm/all\n- run: cd helm/all/charts && helm package router"
    assert find(files | {WORKFLOW: on_tag(steps)}).ids == ["chart:all", "chart:router"]


@pytest.mark.parametrize("helm", ["helm", "hack/bin/helm", "hack/bin/helm-v3.14.2"])
def test_a_copy_that_only_a_run_has_is_the_chart_of_that_folder(find, on_tag, helm):
    files = {f"hack/charts/{name}/Chart.yaml": chart(name) for name in ("rocket", "other")}
    steps = f"- run: cp -r hack/charts/rocket out && {helm} package out/charts/rocket"
    assert find(files | {WORKFLOW: on_tag(steps)}).ids == ["chart:rocket"]


def test_folders_named_by_versions_hold_former_states_of_a_chart(find, on_tag):
    files = {f"charts/{place}/rocket/Chart.yaml": chart("rocket")
             for place in ("latest", "v1.0.0", "v1.1.0")}  # fmt: skip
    found = find(files | {WORKFLOW: on_tag("- run: helm package charts/latest/rocket")})
    assert [each.path for each in found.surfaces.values()] == ["charts/latest/rocket"]
    assert found.why_not["rocket"] == "a former version of another chart"


def test_a_chart_whose_version_the_publisher_sets_is_stamped(find, on_tag):
    found = find(
        {
            "rocket/Chart.yaml": chart("rocket"),
            WORKFLOW: on_tag('- run: helm package rocket --version "${GITHUB_REF_NAME#v}"'),
        }
    )
    assert found.surfaces["chart:rocket"].options["source"] == "stamped"


@pytest.mark.parametrize(
    ("app", "options"),
    [
        ('"1.0.0"', {}),
        ("v1.0.0", {}),
        ("latest", {}),
        ('"2.3.4"', {"app-version": False}),
    ],
)
def test_a_chart_that_ships_another_product_keeps_its_app_version_out(find, on_tag, app, options):
    manifest = f"apiVersion: v2\nname: rocket\nversion: 1.0.0\nappVersion: {app}\n"
    found = find(
        {"rocket/Chart.yaml": manifest, WORKFLOW: on_tag("- run: helm package rocket\n")},
    )
    assert found.surfaces["chart:rocket"].options == {"workflow": "release.yml", **options}


def test_chart_releaser_publishes_its_folder_to_the_pages_of_the_repository(find):
    found = find({
        "charts/a/Chart.yaml": chart("a"),
        "charts/b/Chart.yaml": chart("b"),
        "charts/b/charts/c/Chart.yaml": chart("c"),
        "hidden/d/Chart.yaml": chart("d"),
        WORKFLOW: "on:\n  push:\n    branches: [main]\njobs:\n  r:\n    steps:\n"
        "      - uses: helm/chart-releaser-action@v1\n",
    }, tags=["a-1.0.0", "a-1.1.0", "b-1.0.0", "b-1.1.0"])  # fmt: skip
    assert found.ids == ["chart:a", "chart:b"]
    assert found.surfaces["chart:a"].registry == "https://acme.github.io/rocket"
    assert found.tag_of("chart:a") == "a-{version}"
    assert found.tag_of("chart:b") == "b-{version}"


def test_a_library_that_a_sibling_includes_by_its_folder_is_no_chart_of_its_own(find):
    found = find(
        {
            "charts/rocket/Chart.yaml": chart(
                "rocket",
                "dependencies:\n- name: lib\n  repository: file://../lib\n  version: 0.1.0\n",
            ),
            "charts/rocket/templates/a.yaml": "",
            "charts/lib/Chart.yaml": chart("lib", "type: library\n"),
            "charts/lib/templates/_a.tpl": "",
        }
    )
    assert found.ids == ["chart:rocket"]
    assert found.why_not["lib"] == "a part of another chart"


@pytest.mark.parametrize(
    ("steps", "extra", "image"),
    [
        (BUILD + "ghcr.io/acme/app:${{ github.ref_name }}", "", "ghcr.io/acme/app"),
        (BUILD + "${{ env.R }}/${{ github.repository }}:v1", "env:\n  R: quay.io",
         "quay.io/acme/rocket"),
        ("- id: m\n  uses: docker/metadata-action@v5\n  with:\n    images: acme/app\n"
         + BUILD + "${{ steps.m.outputs.tags }}", "", "docker.io/acme/app"),
        ('- id: n\n  run: echo "image=ghcr.io/${GITHUB_REPOSITORY_OWNER,,}/app" >> $GITHUB_OUTPUT\n'
         + BUILD + "${{ steps.n.outputs.image }}:1.0", "", "ghcr.io/acme/app"),
        ("- run: |\n    for i in app; do\n      docker push ghcr.io/acme/$i:$TAG\n    done", "",
         "ghcr.io/acme/app"),
        ("- run: docker buildx build --push -t ghcr.io/acme/app:$TAG .", "", "ghcr.io/acme/app"),
        (BY_DIGEST, "", "ghcr.io/acme/app"),
        ("- run: ko build --bare ./cmd/app", "env:\n  KO_DOCKER_REPO: ghcr.io/acme/app",
         "ghcr.io/acme/app"),
        ("- run: ko build -B ./cmd/app", "env:\n  KO_DOCKER_REPO: ghcr.io/acme",
         "ghcr.io/acme/app"),
        ("- run: ko build -P github.com/acme/rocket/cmd/app",
         "env:\n  KO_DOCKER_REPO: ghcr.io/acme", "ghcr.io/acme/github.com/acme/rocket/cmd/app"),
    ],
)  # fmt: skip
def test_an_image_is_found_however_it_is_pushed(find, on_tag, steps, extra, image):
    assert find({WORKFLOW: on_tag(steps, extra=extra)}).images == [image]


@pytest.mark.parametrize(
    ("steps", "path", "text"),
    [
        ("- run: make -C deploy push TAG=1", "deploy/Makefile", MAKE_PUSH),
        ('- run: echo "digest=$(make push)" >> $GITHUB_OUTPUT', "Makefile", MAKE_KO),
        ("- run: ./hack/push.sh app", "hack/push.sh",
         '#!/bin/sh\nREPO=ghcr.io/acme\ndocker push "$REPO/$1:$TAG"\n'),
        ("- uses: goreleaser/goreleaser-action@v6", ".goreleaser.yml",
         "docker_manifests:\n- name_template: 'ghcr.io/acme/app:{{ .Tag }}'\n"),
        ("- uses: docker/bake-action@v5\n  with:\n    push: true", "docker-bake.hcl",
         'variable "R" { default = "ghcr.io/acme" }\ntarget "app" { tags = ["${R}/app:${V}"] }\n'),
        (CALL_ACTION, ".github/actions/push/action.yml", ACTION),
    ],
)  # fmt: skip
def test_a_push_is_followed_into_the_file_that_does_it(find, on_tag, steps, path, text):
    assert find({WORKFLOW: on_tag(steps), path: text}).images == ["ghcr.io/acme/app"]


@pytest.mark.parametrize(("place", "push", "images"), [
    ("chart/values.yaml", "true", ["ghcr.io/acme/server"]),
    ("chart", "true", ["ghcr.io/acme/server"]),
    ("chart/values.yaml", "false", []),
])  # fmt: skip
def test_ko_pushes_the_commands_that_the_files_it_resolves_name(find, on_tag, place, push, images):
    script = f"cd deploy && ko resolve --push={push} --base-import-paths -f {place} > out.yaml"
    found = find({
        WORKFLOW: on_tag(f"- run: {script}", extra="env:\n  KO_DOCKER_REPO: ghcr.io/acme"),
        "deploy/chart/values.yaml": "image: ko://github.com/acme/rocket/cmd/server\n",
    })  # fmt: skip
    assert found.images == images


@pytest.mark.parametrize("script", [
    "nix develop --impure .#ci -c make push TAG=1",
    "mise exec -- make push TAG=1",
    "timeout 10m make push TAG=1",
    "nix-shell --run 'make push TAG=1'",
])  # fmt: skip
def test_a_command_is_found_inside_what_prepares_its_environment(find, on_tag, script):
    found = find({WORKFLOW: on_tag(f"- run: {script}"), "Makefile": MAKE_PUSH})
    assert found.images == ["ghcr.io/acme/app"]


def test_a_variable_before_a_command_is_for_that_command_alone(find, on_tag):
    script = "REPO=ghcr.io/acme/a docker push $REPO:$TAG; REPO=quay.io/acme/b sh p.sh; sh p.sh"
    files = {"p.sh": "docker push $REPO:$TAG\n", WORKFLOW: on_tag(f"- run: {script}")}
    assert find(files).images == ["ghcr.io/acme/a", "quay.io/acme/b"]


@pytest.mark.parametrize(("space", "image"), [
    ("SPACE=quay.io/acme make push", "quay.io/acme/app"),
    ("make push SPACE=quay.io/acme", "quay.io/acme/app"),
    ("SPACE=${{ vars.SPACE }} make push", "ghcr.io/acme/app"),
])  # fmt: skip
def test_what_a_makefile_exports_follows_what_it_is_given(find, on_tag, space, image):
    makefile = "SPACE ?= ghcr.io/acme\nexport REPO = $(SPACE)/app\npush:\n\tsh p.sh\n"
    files = {"Makefile": makefile, "p.sh": "docker push $REPO:$TAG\n"}
    assert find(files | {WORKFLOW: on_tag(f"- run: {space}")}).images == [image]


def test_a_matrix_gives_an_image_for_each_of_its_entries(find, on_tag):
    job = "    strategy:\n      matrix:\n        image: [a, b]\n        include: [{image: c}]"
    found = find({WORKFLOW: on_tag(BUILD + "ghcr.io/acme/${{ matrix.image }}:v1", job=job)})
    assert found.images == ["ghcr.io/acme/a", "ghcr.io/acme/b", "ghcr.io/acme/c"]


@pytest.mark.parametrize(("entry", "key"), [("name: NAME", "image.name"), ("NAME", "image")])
def test_an_entry_of_a_matrix_may_be_either_of_two_names(find, on_tag, entry, key):
    entry = entry.replace("NAME", "${{ inputs.dev && 'app-dev' || 'app' }}")
    job = f"    strategy:\n      matrix:\n        image:\n        - {entry}"
    found = find({WORKFLOW: on_tag(BUILD + f"ghcr.io/acme/${{{{ matrix.{key} }}}}:v1", job=job)})
    assert found.images == ["ghcr.io/acme/app"]


def test_a_reusable_workflow_is_read_with_what_its_callers_hand_it(find):
    called = (
        "on:\n  workflow_call:\n    inputs:\n      images: {type: string}\njobs:\n  p:\n"
        "    strategy:\n      matrix:\n        image: ${{ fromJSON(inputs.images) }}\n    steps:\n"
        "      - uses: docker/build-push-action@v6\n        with:\n          push: true\n"
        "          tags: ghcr.io/acme/${{ matrix.image }}:v1\n"
    )
    caller = (
        "on:\n  push:\n    {}\njobs:\n  p:\n    uses: ./.github/workflows/push.yml\n"
        "    with:\n      images: '{}'\n"
    )
    found = find(
        {
            ".github/workflows/push.yml": called,
            ".github/workflows/release.yml": caller.format("tags: ['v*']", '["a", "b"]'),
            ".github/workflows/main.yml": caller.format(
                "branches: [main]", '["a", "nightly-only"]'
            ),
        }
    )
    assert found.images == ["ghcr.io/acme/a", "ghcr.io/acme/b"]
    assert found.surfaces["image:a"].options["workflow"] == "release.yml"


@pytest.mark.parametrize(
    "image",
    [
        "localhost:5000/acme/app:v1",
        "ghcr.io/acme/app-e2e:v1",
        "ghcr.io/acme/app-experimental:v1",
        "ghcr.io/acme/nightly/app:v1",
        "ghcr.io/acme/charts/app:v1",
        "ghcr.io/acme/app:latest",
        "ghcr.io/acme-staging/app:v1",
        "123456.dkr.ecr.eu-west-1.amazonaws.com/app:v1",
        "${{ secrets.REGISTRY }}/app:v1",
    ],
)
def test_what_is_not_for_users_is_no_image_of_a_release(find, on_tag, image):
    assert find({WORKFLOW: on_tag(BUILD + image)}).images == []


def test_a_workflow_of_an_example_pushes_nothing_of_the_product(find, on_tag):
    files = {".github/workflows/push-example.yml": on_tag(BUILD + "ghcr.io/acme/app:v1")}
    assert find(files).images == []


def test_words_that_other_programs_put_in_order_are_the_same_words(find, on_tag):
    script = "for i in $(echo b a | sort -u | xargs); do docker push ghcr.io/acme/$i:$TAG; done"
    found = find({WORKFLOW: on_tag(f'- run: "{script}"')})
    assert found.images == ["ghcr.io/acme/a", "ghcr.io/acme/b"]


def test_an_image_that_is_built_and_not_pushed_is_none(find, on_tag):
    steps = (BUILD + "ghcr.io/acme/app:v1").replace("push: true", "push: false")
    assert find({WORKFLOW: on_tag(steps)}).images == []


def test_what_exists_for_several_architectures_is_one_image(find, on_tag):
    steps = "\n".join(
        f"- run: docker push ghcr.io/acme/app-{each}:v1" for each in ("amd64", "arm64")
    )
    found = find({WORKFLOW: on_tag(steps + "\n- run: docker push ghcr.io/acme/only-arm64:v1")})
    assert found.images == ["ghcr.io/acme/app", "ghcr.io/acme/only-arm64"]


@pytest.mark.parametrize("command", ["docker buildx imagetools create", "docker build --push"])
def test_flags_and_tags_may_come_from_one_array(find, on_tag, command):
    script = f'tags=(-t "ghcr.io/acme/$1:$TAG")\n    tags+=(-t quay.io/acme/b:$TAG)\n    {command} '
    found = find({WORKFLOW: on_tag(f'- run: |\n    set a\n    {script}"${{tags[@]}}" .')})
    assert "quay.io/acme/b" in found.images


def test_the_architectures_of_an_image_are_no_images_of_their_own(find, on_tag):
    steps = "- run: docker push ghcr.io/acme/app-amd64:$T\n- run: docker push ghcr.io/acme/app:$T"
    assert find({WORKFLOW: on_tag(steps)}).images == ["ghcr.io/acme/app"]


def test_values_files_name_an_image_that_no_workflow_pushes_and_refer_to_those_it_does(
    find, on_tag
):
    files = {
        "rocket/Chart.yaml": chart("rocket"),
        "rocket/templates/a.yaml": "",
        "rocket/values.yaml": "image:\n  registry: quay.io\n  repository: acme/rocket\n"
        "side:\n  repository: docker.io/library/redis\n",
        "rocket/more/values.yaml": "image:\n  repository: ghcr.io/acme/app\n",
    }
    assert find(files).images == ["quay.io/acme/rocket"]
    pushed = find(files | {WORKFLOW: on_tag(BUILD + "ghcr.io/acme/app:v1")})
    assert pushed.surfaces["image:app"].options["references"] == ["rocket/more/values.yaml"]


def test_a_workflow_that_cannot_be_read_is_no_evidence_and_no_error(find):
    assert find({WORKFLOW: "on: [push\njobs: {"}).ids == []
    assert find({WORKFLOW: "[]"}).ids == []
    assert find({WORKFLOW: "on: push\njobs:\n  a: 1\n  b:\n    steps: 3\n"}).ids == []


def test_a_makefile_that_calls_itself_hands_on_what_it_was_given(find, on_tag):
    makefile = (
        "push:\n\t$(MAKE) build-$(BUILDER) IMAGE=ghcr.io/acme/app\nBUILDER ?= docker\n"
        "build-docker:\n\tdocker buildx build $(ACTION) -t $(IMAGE):$(TAG) .\n"
    )
    files = {"Makefile": makefile, WORKFLOW: on_tag("- run: make push TAG=1 ACTION=--push")}
    assert find(files).images == ["ghcr.io/acme/app"]


def test_both_branches_of_a_makefiles_if_are_pushed(find, on_tag):
    found = find({"Makefile": MAKE_IF, WORKFLOW: on_tag("- run: make push TAG=v1 TWO=true")})
    assert found.images == ["ghcr.io/acme/app", "quay.io/acme/app"]


def test_a_workflow_that_only_branches_start_pushes_no_release_though_it_asks_for_tags(find):
    workflow = (
        "on:\n  push:\n    branches: [main]\njobs:\n  a:\n    steps:\n"
        "      - run: |\n          V=${GITHUB_REF#refs/tags/}\n"
        "          docker push ghcr.io/acme/rocket:$V\n"
    )
    assert find({".github/workflows/image.yml": workflow}).images == []


def test_pages_that_hold_charts_in_a_folder_are_named_with_it(find, on_tag):
    steps = "- uses: stefanprodan/helm-gh-pages@v1\n  with:\n    target_dir: charts\n"
    found = find({"charts/rocket/Chart.yaml": chart("rocket"), WORKFLOW: on_tag(steps)})
    assert found.surfaces["chart:rocket"].registry == "https://acme.github.io/rocket/charts"


CHARTPRESS = """\
charts:
  - name: rocket
    imagePrefix: quay.io/acme/k8s-
    repo: {git: acme/charts, published: https://charts.example.com}
    images:
      hub: {valuesPath: hub.image}
      proxy: {imageName: ghcr.io/acme/proxy}
"""


def test_chartpress_publishes_its_charts_with_their_images_and_stamps_them(find, on_tag):
    found = find({
        "helm/chartpress.yaml": CHARTPRESS,
        "helm/rocket/Chart.yaml": chart("rocket"),
        "helm/other/Chart.yaml": chart("other"),
        "publish": "#!/bin/sh\ncd helm\nchartpress --push --image-prefix=acme/k8s-\n",
        WORKFLOW: on_tag("- run: chartpress --push\n  working-directory: helm\n- run: ./publish"),
    })  # fmt: skip
    assert found.images == [
        "docker.io/acme/k8s-hub", "docker.io/acme/k8s-proxy", "ghcr.io/acme/proxy",
        "quay.io/acme/k8s-hub",
    ]  # fmt: skip
    assert found.surfaces["chart:rocket"].registry == "https://charts.example.com"
    assert "chart:other" not in found.ids


def test_each_chart_goes_where_its_own_archive_is_pushed(find, on_tag):
    steps = (
        "- uses: stefanprodan/helm-gh-pages@v1\n  with:\n    charts_url: https://acme.example.com\n"
        "- run: helm package charts/rocket\n"
        "- run: helm push rocket-1.1.0.tgz oci://ghcr.io/acme/charts\n"
    )
    found = find({
        "charts/rocket/Chart.yaml": chart("rocket"),
        "charts/tower/Chart.yaml": chart("tower"),
        WORKFLOW: on_tag(steps),
    })  # fmt: skip
    assert found.surfaces["chart:rocket"].registry == "oci://ghcr.io/acme/charts"
    assert found.surfaces["chart:tower"].registry == "https://acme.example.com"


def test_an_owner_called_dev_is_no_staging_place(find, on_tag):
    steps = "- run: docker push ghcr.io/space-dev/rocket/hub:$TAG\n"
    files = {WORKFLOW: on_tag(steps)}
    assert find(files, repository="space-dev/rocket").images == ["ghcr.io/space-dev/rocket/hub"]
    assert find(files, repository="acme/rocket").images == []


def test_a_list_in_a_variable_may_be_split_by_sed(find, on_tag):
    steps = (
        "- id: p\n  run: |\n"
        '    echo "where=$( given=$IN && echo ${given:-quay.io})" >> $GITHUB_OUTPUT\n'
        "  env:\n    IN: ghcr.io,quay.io\n"
        "- run: |\n    for r in $(echo ${{ steps.p.outputs.where }} | sed 's/,/ /g'); do\n"
        "      docker push $r/acme/rocket:$TAG\n    done\n"
    )
    found = find({WORKFLOW: on_tag(steps)})
    assert found.images == ["ghcr.io/acme/rocket", "quay.io/acme/rocket"]


@pytest.mark.parametrize(
    ("events", "command"),
    [
        ("workflow_dispatch:", "crane cp acme/rocket:v1 ghcr.io/acme/rocket:v1"),
        ("{pull_request: {types: [closed]}}", "docker push ghcr.io/acme/rocket:$V"),
    ],
)
def test_copies_by_hand_and_publishing_on_a_merge_are_releases(find, events, command):
    workflow = f"name: Publish\non: {events}\njobs:\n  a:\n    steps:\n      - run: {command}\n"
    workflow = workflow.replace("on: workflow_dispatch:", "on: workflow_dispatch")
    assert find({".github/workflows/images.yml": workflow}).images == ["ghcr.io/acme/rocket"]
    opened = workflow.replace("closed", "opened").replace("workflow_dispatch", "pull_request")
    assert find({".github/workflows/images.yml": opened}).images == []


def test_who_pushes_the_deployed_image_by_hand_pushes_it_to_other_registries_too(find):
    makefile = "REPO ?= quay.io/acme/rocket\npush:\n\tdocker push $(REPO):$(TAG)\n"
    steps = "- run: make push REPO=acme/rocket\n- run: make push\n"
    found = find({
        "Makefile": makefile, "Dockerfile": "FROM scratch\n",
        "deploy/all.yaml": "image: quay.io/acme/rocket:v1.1.0\n",
        ".circleci/config.yml": f"jobs:\n  a:\n    steps:\n{steps}".replace("- run", "    - run"),
    })  # fmt: skip
    assert found.images == ["docker.io/acme/rocket", "quay.io/acme/rocket"]
