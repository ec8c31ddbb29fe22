from __future__ import annotations

import subprocess
import sys
import time

import pytest

from release_tools.errors import MalformedError
from release_tools.formats import images, splice
from release_tools.model import Edit

APP = "ghcr.io/org/app"


def found(text, image=APP, *, pinned=False):
    return [(spot.line, spot.text) for spot in images.locate(text, images.ImageAt(image, pinned))]


@pytest.mark.parametrize(
    "text",
    [
        "image: ghcr.io/org/app:v1",
        "x:\n- image: 'ghcr.io/org/app:v1'\n",
        "x:\n  - name: a\n    sidecarImage: ghcr.io/org/app:v1  # ours\n",
        "repository: ghcr.io/org/app\npullPolicy: Always\ntag: v1\n",
        "image:\n  tag: v1\n\n  # far\n  nested:\n    - tag: v2\n  repository: ghcr.io/org/app\n",
        "registry: ghcr.io\nrepository: org/app\ntag: v1\n",
        "registry: ghcr.io/\nrepository: org/app\ntag: v1\n",
        "image: {repository: ghcr.io/org/app, tag: v1}\n",
        '{"image": {"repository": "ghcr.io/org/app", "tag": "v1"}}\n',
        "images:\n- name: ghcr.io/org/app\n  newTag: v1\n",
        "images:\n- newTag: v1\n  name: app\n  newName: ghcr.io/org/app\n",
        "repo: &r ghcr.io/org/app\nimage:\n  repository: *r\n  tag: v1\n",
        "image: &i ghcr.io/org/app:v1\nother: *i\n",
        "a: 1\n---\nimage:\n  ghcr.io/org/app:v1\n",
    ],
)
def test_a_reference_is_found_by_its_structure(text):
    assert [tag for _, tag in found(text)] == ["v1"]


@pytest.mark.parametrize(
    "text",
    [
        "image: ghcr.io/org/app-rocm:v1",
        "image: ghcr.io/org/app/x:v1",
        "image: mirror.io/ghcr.io/org/app:v1",
        "image: xghcr.io/org/app:v1",
        "image: org/app:v1",
        "image: ghcr.io/org/app",
        "image: 'ghcr.io/org/app:'",
        "# image: ghcr.io/org/app:v1",
        "text: |\n  image: ghcr.io/org/app:v1\n",
        'text: "\nimage: ghcr.io/org/app:v1\n"\n',
        "text: pull ghcr.io/org/app:v1 first",
        "images:\n- ghcr.io/org/app:v1\n",
        "repository: ghcr.io/org/app\n---\ntag: v1\n",
        "repository: ghcr.io/org/app\nsidecar:\n  tag: v1\n",
        "- repository: ghcr.io/org/app\n- tag: v1\n",
        'repository: ghcr.io/org/app\ntag: ""\n',
        "repository: ghcr.io/org/app\ntag:\nx: 1\n",
        "registry: quay.io\nrepository: ghcr.io/org/app\ntag: v1\n",
        "name: ghcr.io/org/app\nnewName: other\nnewTag: v1\n",
        "name: ghcr.io/org/app\ntag: v1\n",
        "repository: ghcr.io/org/app\nx:\n- tag: v1\n",
        "- tag: v1\n- repository: ghcr.io/org/app\n",
        "{repository: ghcr.io/org/app-rocm, tag: v1, tag: v2}\n",
    ],
)
def test_what_is_no_reference_to_this_image_is_left_alone(text):
    assert found(text) == []


def test_siblings_may_stand_far_apart():
    far = "nested:\n" + "  x: 1\n" * 2000
    assert found(f"repository: ghcr.io/org/app\n{far}tag: v1\n") == [(2003, "v1")]
    assert found(f"tag: v1\n{far}repository: ghcr.io/org/app\n") == [(1, "v1")]


def test_words_are_found_like_any_tag():
    assert found("repository: ghcr.io/org/app\ntag: e2e-test\n") == [(2, "e2e-test")]


@pytest.mark.parametrize(
    "text",
    [
        "image: ghcr.io/org/app:v1@sha256:00",
        "repository: ghcr.io/org/app\ntag: v1\ndigest: sha256:00\n",
        "repository: ghcr.io/org/app\ntag: v1@sha256:00\n",
        "name: ghcr.io/org/app\nnewTag: v1\ndigest: sha256:00\n",
    ],
)
def test_a_digest_decides_who_finds_it(text):
    assert found(text) == []
    assert [tag for _, tag in found(text, pinned=True)] == ["v1"]


def test_an_empty_digest_pins_nothing():
    assert found('repository: ghcr.io/org/app\ntag: v1\ndigest: ""\n') == [(2, "v1")]
    assert found("{repository: ghcr.io/org/app, tag: v1, digest: ~}\n") == [(1, "v1")]


def test_docker_hub_may_be_left_out():
    assert found("image: org/app:v1", "docker.io/org/app") == [(1, "v1")]
    assert found("image: docker.io/library/redis:7", "redis") == [(1, "7")]


def test_a_port_is_no_tag():
    assert found("image: localhost:5000/app:v1", "localhost:5000/app") == [(1, "v1")]
    assert found("image: localhost:5000/app", "localhost:5000/app") == []


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("repository: ghcr.io/org/app\ntag: v1\ntag: v2\n", 3, "^tag stands twice beside"),
        ("\n---\nrepository: ghcr.io/org/app\ntag: v1\ntag: v2\n", 5, "twice"),
        ("image: ghcr.io/org/app:v1\n\nimage: other\n", 3, "twice"),
        ("t: &t v1\nx:\n  repository: ghcr.io/org/app\n  tag: *t\n", 4, "written out"),
        ('repository: ghcr.io/org/app\ntag: "v\\x31"\n', 2, "written out"),
        ("x: [\nimage: ghcr.io/org/app:v1\n", 3, "no valid YAML"),
    ],
)
def test_what_cannot_be_edited_is_refused_with_its_line(text, line, what):
    with pytest.raises(MalformedError, match=what) as caught:
        found(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("{repository: app, tag: v1, tag: v2}\n", 1, "twice"),
        ("image: other\napp:v1\n", 3, "no valid YAML"),
    ],
)
def test_a_short_name_is_noticed_where_a_value_or_a_line_begins(text, line, what):
    with pytest.raises(MalformedError, match=what) as caught:
        found(text, "app")
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("ghcr.io/org/app", ("ghcr.io", "org/app")),
        ("registry:5000/app", ("registry:5000", "app")),
        ("localhost/app", ("localhost", "app")),
        ("app", ("docker.io", "app")),
        ("org/app", ("docker.io", "org/app")),
        ("library/redis", ("docker.io", "redis")),
        ("index.docker.io/library/redis", ("docker.io", "redis")),
        ("ghcr.io/library/redis", ("ghcr.io", "library/redis")),
    ],
)
def test_a_name_is_a_registry_and_a_path(image, parts):
    assert images.split(image) == parts


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("org/app", [0]),
        ("x/org/app:1", [2]),
        ('"org/app" org/app@sha256', [1, 10]),
        ("org/app-x org/app.x org/app_x org/app/x org/appx org/app1", []),
        ("xorg/app 1org/app -org/app .org/app _org/app", []),
    ],
)
def test_a_longer_name_is_no_mention(text, where):
    assert images._mentions(text, "org/app") == where


def test_a_broken_document_that_does_not_mention_the_image_is_not_read():
    assert found("x: [\n---\nimage: ghcr.io/org/app:v1\n") == [(3, "v1")]


def test_all_references_of_one_file_are_proven_together():
    text = "image: ghcr.io/org/app:v1\n---\nx: {repository: ghcr.io/org/app, tag: v1}\n"
    at = images.ImageAt(APP)
    edits = [Edit("v.yaml", images, at, spot, "v2") for spot in images.locate(text, at)]
    after = splice(text, edits)
    images.prove(text, after, edits)
    assert found(after) == [(1, "v2"), (3, "v2")]


def test_a_nightly_date_without_quotes_is_not_proven():
    text = "repository: ghcr.io/org/app\ntag: v1\n"
    at = images.ImageAt(APP)
    (spot,) = images.locate(text, at)
    edits = [Edit("v.yaml", images, at, spot, "20260115")]
    with pytest.raises(MalformedError, match="quotes"):
        images.prove(text, splice(text, edits), edits)


def test_ordinary_values_are_read_without_importing_pyyaml():
    text = "a: [x]\nimage:\n  repository: ghcr.io/org/app\n  tag: v1\n"
    code = (
        "import sys; from release_tools.formats import images; "
        f"assert images.locate({text!r}, images.ImageAt({APP!r})); "
        "assert 'yaml' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


FAR = "x:\n" + "  y: 1\n" * 2000


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("image: {}:v1", ["v1"]),
        ("image: '{}:v1'\r\nx: 1\r\n", ["v1"]),
        ("image :  {}:v1  # ours\n", ["v1"]),
        ("x:\n            image: {}:v1\n", ["v1"]),
        ("image: {0}:v1\n---\nimage: {0}:v2\n", ["v1", "v2"]),
        ("x:\n  - name: a\n    image: {0}:v1\n  -   image: {0}:v2\ny: 1\n", ["v1", "v2"]),
        ("x:\n- tag: v1\n- repository: {}\n  tag: v2\n", ["v2"]),
        ("image:\n  repository: {}\n  tag: v1\ny: 1\n", ["v1"]),
        ("image:\n  tag: v1\n# far\n\n  repository: {}\ny: 1\n", ["v1"]),
        ("repository: {}\n---\ntag: v1\n", []),
        ("repository: {}\nx:\n- tag: v1\n", []),
        (FAR + "image:\n  repository: {}\n  tag: v1\n" + FAR, ["v1"]),
    ],
)
def test_ordinary_block_style_is_read_by_its_lines(monkeypatch, text, tags):
    monkeypatch.setattr(images, "_by_events", None)
    assert [tag for _, tag in found(text.format(APP))] == tags


@pytest.mark.parametrize(
    "text",
    [
        "image: {{repository: {}, tag: v1}}",
        '"image": {}:v1',
        "image: &i {}:v1",
        "image:\n  {}:v1",
        "x: 1\rimage: {}:v1",
        "image: '{}:v1",
        "image: {}:v1\nimage: x:v1",
        "repository: {}\n" + FAR + "tag: v1\n",
        "tag: v1\n" + FAR + "repository: {}\n",
    ],
)
def test_what_is_not_ordinary_is_left_to_pyyaml(monkeypatch, text):
    monkeypatch.setattr(images, "_by_events", lambda *_: {(0, 1)})
    whole = text.format(APP)
    assert found(whole) == [(1, whole[0])]


@pytest.mark.parametrize(
    ("body", "entry"),
    [
        ("image: x", (2, "image", "x")),
        ("image :   x y", (2, "image", "x y")),
        ("image:", (2, "image", "")),
        ("image :", (2, "image", "")),
        ("- image: x", (4, "image", "x")),
        ("-   - a:", (8, "a", "")),
        ("- a: b:", (4, "a", "b:")),
        ("- x", (4, "", "x")),
        ("-", (3, "", "")),
    ],
)
def test_a_line_is_a_column_a_key_and_the_rest(body, entry):
    assert images._entry(2, body) == entry


NESTED = "".join(f"{'  ' * i}image: ghcr.io/org/app:v1\n{'  ' * i}a:\n" for i in range(190))
HOSTILE = {
    "nested": NESTED + "\n" * 500_000,
    "nested deeper": NESTED * 4,
    "repeated": "image: ghcr.io/org/app:v1\n" * 30_000,
    "dashes": "- " * 300_000 + "image: ghcr.io/org/app:v1\n",
    "braces": "{a: " * 200_000 + "image: ghcr.io/org/app:v1\n",
    "documents": "---\nimage: ghcr.io/org/app:v1\n" * 20_000,
    "mentions": "# ghcr.io/org/app\n" * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_answered_in_bounded_time(text):
    began = time.process_time()
    try:
        found(text)
    except MalformedError as error:
        assert error.line  # noqa: PT017
    assert time.process_time() - began < 4
