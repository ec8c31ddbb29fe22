from __future__ import annotations

import pytest

from release_tools.formats import mentions, values
from release_tools.formats.mentions import Mention

APP, WORKER = "ghcr.io/org/app", "ghcr.io/org/app-worker"
DIGEST = f"sha256:{'a' * 64}"


def find(text, *names):
    found = mentions.find(values.read(text), names or (APP, WORKER))
    return [(one.image.rpartition("/")[2], one.tag, one.digest, one.line) for one in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"image: {APP}:v1.0.0", [("app", "v1.0.0", "", 1)]),
        (f"image: {APP}", [("app", "", "", 1)]),
        (f"image: {APP}@{DIGEST}", [("app", "", DIGEST, 1)]),
        (f"image: {APP}:v1.0.0@{DIGEST}", [("app", "v1.0.0", DIGEST, 1)]),
        (f"initImage: {WORKER}:v1.0.0", [("app-worker", "v1.0.0", "", 1)]),
        (f"image: docker.io/{APP}:v1.0.0", []),
        (f"image: {APP}-other:v1.0.0", []),
        ("image: ghcr.io:5000/org/app:v1.0.0", []),
        (f"image:\n  repository: {APP}\n  tag: v1.0.0", [("app", "v1.0.0", "", 3)]),
        (f"image:\n  repository: {APP}\n  tag: ''", [("app", "", "", 2)]),
        (f"image:\n  repository: {APP}", [("app", "", "", 2)]),
        (
            f"image:\n  repository: {APP}\n  tag: v1.0.0\n  digest: {DIGEST}",
            [("app", "v1.0.0", DIGEST, 3)],
        ),
        (
            "registry: ghcr.io\nrepository: org/app\ntag: v1.0.0",
            [("app", "v1.0.0", "", 3)],
        ),
        ("registry: quay.io\nrepository: org/app\ntag: v1.0.0", []),
        (f"args:\n- --image={APP}:v1.0.0", [("app", "v1.0.0", "", 2)]),
        (f"args: [--image, {APP}]", []),
        (f"env:\n- name: IMAGE\n  value: {APP}:v1.0.0", [("app", "v1.0.0", "", 3)]),
        (f"value: see https://{APP}:v1.0.0", []),
        (f"value: {APP}:v1.0.0/path", []),
        (f"script: |\n  # docker pull {APP}:latest\n  true\n", []),
        (f"# image: {APP}:latest\na: b", []),
        (
            f"a: {APP}:v1.0.0,{WORKER}:v1.1.0",
            [("app", "v1.0.0", "", 1), ("app-worker", "v1.1.0", "", 1)],
        ),
    ],
)
def test_an_image_is_found_where_it_is_pulled_from(text, found):
    assert find(text) == found


def test_the_same_mention_stands_once_and_each_document_is_read():
    text = f"a: &x\n  image: {APP}:v1\nb: *x\n---\nimage: {WORKER}:v2\n---\n- image: {APP}:v3\n"
    assert [(name, tag) for name, tag, *_ in find(text)] == [
        ("app", "v1"),
        ("app-worker", "v2"),
        ("app", "v3"),
    ]


def test_what_is_too_long_or_has_lines_hides_nothing_behind_it():
    for hidden in ('"a\\nb"', "x" * 2001):
        assert find(f"a: {hidden}\nimage: {APP}:v1") == [("app", "v1", "", 2)]
    assert find(f"a: {APP}:v1 {'x' * (1999 - len(f'{APP}:v1'))}") == [("app", "v1", "", 1)]
    assert find(f"a: {APP}:v1 {'x' * (2000 - len(f'{APP}:v1'))}") == []


def test_a_registry_may_have_a_port():
    assert find("image: reg:5000/o/app:v1", "reg:5000/o/app") == [("app", "v1", "", 1)]
    assert find("image: reg:5000/o/app", "reg:5000/o/app") == [("app", "", "", 1)]


def test_a_value_without_a_line_has_none():
    mapping = {"repository": APP, "tag": "v1"}
    assert mentions.find((mapping,), (APP,)) == (Mention(APP, "v1"),)
    assert mentions.find(({"image": f"{APP}:v1"},), (APP,)) == (Mention(APP, "v1"),)


def test_docker_hub_is_known_by_its_short_names():
    assert find("image: docker.io/org/app:v1", "org/app") == [("app", "v1", "", 1)]
    assert find("image: app:v1", "docker.io/library/app") == [("app", "v1", "", 1)]


def test_nothing_is_found_of_nothing():
    assert mentions.find(values.read(f"image: {APP}:v1"), ()) == ()
    assert mentions.find((None, "text", 7), (APP,)) == ()


def test_values_that_contain_themselves_are_walked_once():
    loop: dict[str, object] = {"image": f"{APP}:v1"}
    loop["self"] = loop
    assert mentions.find((loop,), (APP,)) == (Mention(APP, "v1"),)
