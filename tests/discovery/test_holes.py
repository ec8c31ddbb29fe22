"""Images whose place stands in a secret or a variable."""

from __future__ import annotations

import pytest

WORKFLOW = ".github/workflows/release.yml"
PUSH = "- run: docker push {}"
README = "# Rocket\n\n```sh\ndocker run -p 80:80 {}:latest\n```\n"


@pytest.mark.parametrize(
    ("pushed", "told", "images"),
    [
        ("${{ secrets.REGISTRY }}/rocket:v1", "quay.io/acme/rocket", ["quay.io/acme/rocket"]),
        ("docker.io/${{ vars.SPACE }}/${{ vars.NAME }}:v1", "rock/rocket",
         ["docker.io/rock/rocket"]),
        ("ghcr.io/${{ vars.SPACE }}/agent:v1", "ghcr.io/acme/agent", ["ghcr.io/acme/agent"]),
        ("${{ vars.IMAGE }}:v1", "quay.io/acme/rocket", []),
        ("ghcr.io/${{ vars.SPACE }}/rocket:v1", "quay.io/acme/rocket", []),
        ("${{ vars.REGISTRY }}/nginx:v1", "quay.io/others/nginx", []),
        ("${{ vars.REGISTRY }}/${{ vars.NAME }}:v1", "quay.io/acme/tower", []),
        ("${{ vars.REGISTRY }}/rocket:nightly", "quay.io/acme/rocket", []),
    ],
)  # fmt: skip
def test_a_place_that_a_secret_keeps_is_the_one_that_the_documentation_names(
    find, on_tag, pushed, told, images
):
    files = {WORKFLOW: on_tag(PUSH.format(pushed)), "README.md": README.format(told)}
    assert find(files).images == images


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docker-compose.yml", "services:\n  a:\n    image: quay.io/acme/rocket:1.0\n"),
        ("chart/values.yaml", "image:\n  registry: quay.io\n  repository: acme/rocket\n"),
        ("docs/install.md", "Pull `quay.io/acme/rocket:1.0` first.\n"),
        ("README.md", "[hub](https://hub.docker.com/r/acme/rocket)\n"),
    ],
)
def test_files_for_users_name_the_place_too(find, on_tag, path, text):
    files = {WORKFLOW: on_tag(PUSH.format("${{ secrets.REGISTRY }}/rocket:v1")), path: text}
    assert [each.rpartition("/")[2] for each in find(files).images] == ["rocket"]


def test_what_one_place_is_it_is_for_every_image_that_goes_there(find, on_tag):
    place = "${{ secrets.REGISTRY }}"
    steps = "\n".join(
        PUSH.format(f"{place}/{name}:v1") for name in ("rocket", "rocket-slim", "wings")
    )
    files = {WORKFLOW: on_tag(steps), "README.md": README.format("quay.io/acme/rocket")}
    assert find(files).images == [
        "quay.io/acme/rocket",
        "quay.io/acme/rocket-slim",
        "quay.io/acme/wings",
    ]


def test_a_hidden_place_beside_a_known_one_is_told_too(find, on_tag):
    steps = "\n".join(
        PUSH.format(f"{place}/rocket:v1") for place in ("ghcr.io/acme", "${{ secrets.REGISTRY }}")
    )
    files = {WORKFLOW: on_tag(steps), "README.md": README.format("docker.io/acmeio/rocket")}
    assert find(files).images == ["docker.io/acmeio/rocket", "ghcr.io/acme/rocket"]


def test_a_place_that_nothing_tells_is_named_in_the_reasons(find, on_tag):
    found = find({WORKFLOW: on_tag(PUSH.format("${{ secrets.REGISTRY }}/rocket:v1"))})
    assert found.images == []
    assert found.why_not["…/rocket"].startswith("pushed to a place that only a secret")


def test_where_nothing_pushes_an_image_it_is_where_users_are_told_to_get_it(find):
    readme = README.format("quay.io/acme/rocket") + README.format("quay.io/acme/tower")
    found = find({"README.md": readme, "Dockerfile": "FROM scratch\n"})
    assert found.images == ["quay.io/acme/rocket"]


def test_what_users_are_told_to_run_is_anothers_where_nothing_is_built(find):
    assert find({"README.md": README.format("quay.io/acme/rocket")}).images == []
