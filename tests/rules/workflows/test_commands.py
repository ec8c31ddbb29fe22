from __future__ import annotations

import pytest

from release_tools.rules.workflows.commands import publishes
from release_tools.rules.workflows.script import walk


def kind_of(text):
    found = [publishes(command.words) for command in walk(text)]
    return next((str(kind) for kind in found if kind), None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("docker push ghcr.io/o/a:1", "image"),
        ("docker image push a", "image"),
        ("sudo docker push a", "image"),
        ("docker buildx build --push -t ghcr.io/o/a:1 .", "image"),
        ("docker buildx build --output type=registry .", "image"),
        ("docker buildx imagetools create -t ghcr.io/o/a:1 ghcr.io/o/a@sha256:0", "image"),
        ("docker manifest push a", "image"),
        ("podman push a", "image"),
        ("skopeo copy oci:a docker://ghcr.io/o/a", "image"),
        ("crane tag ghcr.io/o/a:1 latest", "image"),
        ("ko build ./cmd/a", "image"),
        ("oras push ghcr.io/o/a:1 file", "artifact"),
        ("helm push a.tgz oci://ghcr.io/o/charts", "chart"),
        ("twine upload dist/*", "pypi"),
        ("python -m twine upload dist/*", "pypi"),
        ("uv publish", "pypi"),
        ("uv run twine upload dist/*", "pypi"),
        ("poetry publish --build", "pypi"),
        ("maturin upload x.whl", "pypi"),
        ("cargo publish --locked", "crate"),
        ("cargo +stable publish", "crate"),
        ("TOKEN=x cargo publish", "crate"),
        ("npm publish --access public", "npm"),
        ("pnpm -r publish", "npm"),
        ("yarn npm publish", "npm"),
        ("goreleaser release --clean", "github-release"),
        ("gh release create v1 --notes x", "github-release"),
        ("gh release upload v1 f", "github-release"),
        ("release-tools release --wait 30m", "github-release"),
        ("python -m release_tools -C x release", "github-release"),
        ("gem push a.gem", "package"),
        ("mvn -B deploy", "package"),
        ("git push origin --tags", "git-tag"),
        ("git push origin refs/tags/v1", "git-tag"),
        ("if x; then\n  docker push a\nfi", "image"),
    ],
)
def test_a_command_that_publishes_is_known(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "docker build -t a .",
        "docker pull a",
        "docker push localhost:5000/a:1",
        "docker buildx build --push -t localhost:5000/a .",
        "skopeo copy docker://a oci:b",
        "ko build --local ./cmd/a",
        "helm package a",
        "twine check dist/*",
        "twine upload --repository testpypi dist/*",
        "uv build",
        "cargo publish --dry-run",
        "cargo build",
        "cargo release patch",
        "npm ci",
        "npm publish --dry-run",
        "goreleaser release --snapshot",
        "gh release view v1",
        "gh pr create",
        "git push origin main",
        "git push origin --delete refs/tags/v1",
        "release-tools gate",
        'echo "docker push a"',
        "echo docker push a",
        "",
    ],
)
def test_a_trial_run_and_everything_else_publishes_nothing(text):
    assert kind_of(text) is None
