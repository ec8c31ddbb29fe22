"""Images in the configurations of goreleaser."""

from __future__ import annotations

import pytest

WORKFLOW = ".github/workflows/release.yml"
ACTION = "- uses: goreleaser/goreleaser-action@v6\n  env:\n    SPACE: Acme\n"
V1 = "dockers:\n- image_templates:\n  - '{}'\n"
V2 = "dockers_v2:\n- images:\n  - '{}'\n"
KO = "kos:\n- repository: ghcr.io/acme\n  main: ./cmd/app\n  base_import_paths: true\n"


def test_what_goreleaser_runs_before_and_after_is_followed(find, on_tag):
    text = (
        "before:\n  hooks:\n  - make push\n  - cmd: docker push ghcr.io/acme/b:v1\n"
        "publishers:\n- name: x\n  cmd: docker push ghcr.io/acme/c:v1\n"
    )
    makefile = "push:\n\tdocker push ghcr.io/acme/a:v1\n"
    found = find({WORKFLOW: on_tag(ACTION), ".goreleaser.yaml": text, "Makefile": makefile})
    assert found.images == ["ghcr.io/acme/a", "ghcr.io/acme/b", "ghcr.io/acme/c"]


@pytest.mark.parametrize(
    ("text", "images"),
    [
        (V1.format("ghcr.io/{{ .Env.GITHUB_REPOSITORY }}:{{ .Tag }}"), ["ghcr.io/acme/rocket"]),
        (V2.format("ghcr.io/{{ tolower .Env.SPACE }}/{{ .ProjectName }}"), ["ghcr.io/acme/rocket"]),
        ("project_name: wings\n" + V2.format("quay.io/acme/{{.ProjectName}}"),
         ["quay.io/acme/wings"]),
        (V2.format('{{ envOrDefault "PLACE" "quay.io/acme" }}/app'), ["quay.io/acme/app"]),
        ("env:\n- PLACE=quay.io/acme\n" + V2.format("{{ .Env.PLACE }}/app"), ["quay.io/acme/app"]),
        (V2.format("{{ if .IsNightly }}ghcr.io/acme/app-x{{ else }}quay.io/acme/app{{ end }}"),
         ["ghcr.io/acme/app-x", "quay.io/acme/app"]),
        (KO, ["ghcr.io/acme/app"]),
        (V2.format("{{ end }}{{ if .X }}ghcr.io/acme/app"), []),
    ],
)  # fmt: skip
def test_the_templates_of_goreleaser_are_replaced(find, on_tag, text, images):
    assert find({WORKFLOW: on_tag(ACTION), ".goreleaser.yaml": text}).images == images
