"""Functions of shell scripts, with what each call gives them."""

from __future__ import annotations

import time

import pytest

WORKFLOW = ".github/workflows/release.yml"
PUSH = """\
push() {
  local name="$1" tag
  docker push "$REGISTRY/${name}:$TAG"
}
REGISTRY=ghcr.io/acme
push app
push cli
"""
KO = """\
PLACE="public.ecr.aws/acme/"
release() { build "${PLACE}" "1.0"; }
function build {
  local place
  place="${1}"
  img="$(KO_DOCKER_REPO="${place}" ko publish -B ./cmd/server)"
}
release
"""
UNCALLED = "push_all() {\n  docker push ghcr.io/acme/app:$TAG\n}\ntrap push_all EXIT\n"
ALL = 'push() { for i in "$@"; do docker push ghcr.io/acme/$i:$TAG; done; }\npush a b\n'
AGAIN = 'push() { docker push ghcr.io/acme/$1:$TAG; [ -z "$2" ] || push "$2"; }\npush a b\n'


@pytest.mark.parametrize(
    ("script", "images"),
    [
        (PUSH, ["ghcr.io/acme/app", "ghcr.io/acme/cli"]),
        (KO, ["public.ecr.aws/acme/server"]),
        (UNCALLED, ["ghcr.io/acme/app"]),
        (ALL, ["ghcr.io/acme/a", "ghcr.io/acme/b"]),
        (AGAIN, ["ghcr.io/acme/a"]),
    ],
)
def test_a_function_is_walked_with_the_arguments_of_each_call(find, on_tag, script, images):
    files = {"push.sh": script, WORKFLOW: on_tag("- run: bash push.sh")}
    assert find(files).images == images


def test_a_function_of_a_file_that_is_sourced_is_known(find, on_tag):
    found = find({
        "lib.sh": "push() {\n  docker push ghcr.io/acme/$1:$TAG\n}\n",
        "push.sh": '. "$(dirname "$0")/lib.sh"\npush app\n',
        WORKFLOW: on_tag("- run: bash push.sh"),
    })  # fmt: skip
    assert found.images == ["ghcr.io/acme/app"]


def test_a_variable_that_a_function_keeps_to_itself_ends_with_it(find, on_tag):
    script = "name=app\nf() { local name=inner; true; }\nf\ndocker push ghcr.io/acme/$name:$TAG\n"
    files = {"push.sh": script, WORKFLOW: on_tag("- run: bash push.sh")}
    assert find(files).images == ["ghcr.io/acme/app"]


def test_a_place_handed_over_is_no_image(find, on_tag):
    steps = (
        "- uses: docker/login-action@v3\n- run: ./unreadable\n  env:\n    {}: ghcr.io/acme/rocket\n"
    )
    assert find({WORKFLOW: on_tag(steps.format("IMAGE"))}).images == ["ghcr.io/acme/rocket"]
    assert find({WORKFLOW: on_tag(steps.format("IMAGE_PREFIX"))}).images == []


@pytest.mark.parametrize(
    "script",
    [
        "".join(f"f{n}() {{ f{n + 1} $1; f{n + 1} $2; }}\n" for n in range(300)) + "f0 a b\n",
        "f() {\n" + "docker push a/b:c\n" * 10_000 + "}\n" + "f x\n" * 2000,
        "f() { " * 20_000,
        "f()\n" * 40_000,
    ],
)
def test_hostile_functions_are_walked_in_bounded_time(find, on_tag, script):
    started = time.process_time()
    find({"push.sh": script, WORKFLOW: on_tag("- run: bash push.sh")})
    assert time.process_time() - started < 5
