from __future__ import annotations

import pytest

import release_tools
from release_tools.errors import ConfigError, VersionError
from release_tools.kinds import image
from release_tools.model import Surface
from release_tools.reading import Coordinates, Wanted
from release_tools.registries import oci
from release_tools.version import Nightly, Version

CONFIG = """\
[[surfaces]]
kind = "image"
registry = "ghcr.io/org"
names = ["app", "worker"]
references = ["deploy.yaml"]
"""
DEPLOY = """\
app:
  image:
    repository: ghcr.io/org/app
    tag: "v0.9.0"
---
# a second document
containers:
  - name: one
    image: ghcr.io/org/worker:latest
  - name: two
    image: ghcr.io/org/worker:e2e-test
  - name: foreign
    image: ghcr.io/org/app-extra:v0.9.0
  - name: others
    image: docker.io/org/app:v0.9.0
---
image:
  repository: ghcr.io/org/app
  tag: ""
"""


def test_references_are_found_by_structure_in_every_document(seen):
    column = seen({"deploy.yaml": DEPLOY}, CONFIG, "1.0.0")
    assert column.marks("image:app") == ["deploy.yaml:4 v0.9.0 differs"]
    assert column.marks("image:worker") == ["deploy.yaml:9 latest differs"]
    assert column.findings == ["reference-differs deploy.yaml:4", "reference-differs deploy.yaml:9"]


@pytest.mark.parametrize(
    ("tag", "marks"),
    [
        ("v1.0.0", ["agrees"]),
        ("1.0.0", ["differs"]),  # a tag without its v is another tag
        ("v0.9.0", ["differs"]),
        ("latest", ["differs"]),
        ("nightly", ["differs"]),
        ("nightly-20260115", ["differs"]),
        ("v1.1.0-rc.1", ["differs"]),
        ("v1.0", []),
        ("e2e-test", []),
        ("main", []),
    ],
)
def test_only_whole_versions_latest_and_nightly_are_places(seen, tag, marks):
    text = f"image: ghcr.io/org/app:{tag}\n"
    column = seen({"deploy.yaml": text}, CONFIG, "1.0.0")
    assert [mark.rpartition(" ")[2] for mark in column.marks("image:app")] == marks


def test_the_tag_pattern_is_configured(seen):
    config = CONFIG + 'tag = "release-{version}"\n'
    text = "image: ghcr.io/org/app:release-1.0.0\n"
    column = seen({"deploy.yaml": text}, config, "1.0.0")
    assert column.marks("image:app") == ["deploy.yaml:1 release-1.0.0 agrees"]


def test_build_metadata_is_spelled_as_a_tag(seen):
    text = "image: ghcr.io/org/app:v1.0.0_build.5\n"
    column = seen({"deploy.yaml": text}, CONFIG, "1.0.0+build.5")
    assert column.marks("image:app") == ["deploy.yaml:1 v1.0.0_build.5 agrees"]


def test_a_kustomization_is_understood(seen):
    text = (
        "images:\n  - name: app\n    newName: ghcr.io/org/app\n    newTag: v0.9.0\n"
        "  - name: ghcr.io/org/worker\n    newTag: v1.0.0\n"
    )
    column = seen({"deploy.yaml": text}, CONFIG, "1.0.0")
    assert column.marks("image:app") == ["deploy.yaml:4 v0.9.0 differs"]
    assert column.marks("image:worker") == ["deploy.yaml:6 v1.0.0 agrees"]


def test_a_pinned_reference_is_judged(seen):
    text = f"image: ghcr.io/org/app:v0.9.0@sha256:{'0' * 64}\n"
    column = seen({"deploy.yaml": text}, CONFIG, "1.0.0")
    assert column.marks("image:app") == ["deploy.yaml:1 v0.9.0 differs"]


def test_an_image_that_nothing_refers_to_has_nothing_to_judge(seen):
    column = seen({"deploy.yaml": "a: 1\n"}, CONFIG, "1.0.0")
    cell = column.rows["image:app"]
    assert (cell.verdict, cell.reason) == ("unchecked", "no place")
    assert column.table.exit_code == 3


def test_images_alone_do_not_outvote_a_manifest(seen):
    text = "image: ghcr.io/org/app:v0.9.0\n---\nimage: ghcr.io/org/worker:v0.9.0\n"
    config = CONFIG + '[[surfaces]]\nkind = "file"\npath = "VERSION"\n'
    column = seen({"deploy.yaml": text, "VERSION": "1.0.0\n"}, config)
    assert str(column.table.streams[0].version) == "1.0.0"


def test_a_named_references_file_that_is_not_there_is_missing(seen):
    column = seen({}, CONFIG, "1.0.0")
    assert column.findings == ["file-missing deploy.yaml:None"]
    assert [str(cell.verdict) for cell in column.rows.values()] == ["missing"] * 2
    assert column.table.exit_code == 1


def test_release_only_references_are_not_judged_against_a_development_version(seen):
    text = "image: ghcr.io/org/app:nightly\n"
    config = CONFIG + 'release-only = true\n[[surfaces]]\nkind = "file"\npath = "VERSION"\n'
    files = {"deploy.yaml": text, "VERSION": "1.1.0-dev.0\n"}
    column = seen(files, config, "1.1.0-dev.0")
    assert column.marks("image:app") == ["deploy.yaml:1 nightly unchecked"]
    assert column.verdict == "agrees"


def test_one_image_in_two_entries_is_refused(lay):
    root = lay({"deploy.yaml": DEPLOY, "release-tools.toml": CONFIG + CONFIG})
    with pytest.raises(ConfigError, match="two surfaces are called image:app") as caught:
        release_tools.load(str(root))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ('platforms = { ap = ["linux/amd64"] }', '"ap" in platforms is none of names', '"app"'),
        ("platforms = 7", '"platforms" is 7', ""),
        ('tag = "v1"', "a text with one {version} in it", ""),
        ('nmes = ["x"]', 'unknown key "nmes"', '"names"'),
    ],
)
def test_a_mistake_in_an_image_entry_is_refused_with_its_line(lay, line, message, hint):
    root = lay({"deploy.yaml": DEPLOY, "release-tools.toml": CONFIG + line + "\n"})
    with pytest.raises(ConfigError) as caught:
        release_tools.load(str(root))
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.path == "release-tools.toml"
    assert caught.value.line in {1, 6}


def test_an_image_entry_without_names_or_registry_is_refused(lay):
    root = lay({"release-tools.toml": '[[surfaces]]\nkind = "image"\nnames = ["app"]\n'})
    with pytest.raises(ConfigError, match="needs a registry and names"):
        release_tools.load(str(root))


def test_a_name_that_stands_twice_is_refused_as_what_it_is(lay):
    root = lay({"release-tools.toml": CONFIG.replace('"worker"', '"worker", "app"')})
    with pytest.raises(ConfigError, match='"app" stands twice in names'):
        release_tools.load(str(root))


# Published


class Hosts:
    """Addresses of hosts, as they are without any configuration."""

    def of(self, registry):
        raise AssertionError(registry)

    def of_host(self, host):
        return f"https://{host}"


def surface(name="app", **options):
    return Surface(
        f"image:{name}", "image", name, "main", "", {"registry": "ghcr.io/org", **options}
    )


def test_an_image_is_published_in_the_repository_of_its_name():
    assert image.published(surface(), Hosts()) == (
        oci,
        Coordinates("https://ghcr.io", "org/app", tag="v{version}"),
    )


@pytest.mark.parametrize(
    ("registry", "base", "name"),
    [
        ("127.0.0.1:5000", "https://127.0.0.1:5000", "app"),
        ("localhost/a/b", "https://localhost", "a/b/app"),
        ("org", "https://docker.io", "org/app"),
        ("docker.io", "https://docker.io", "library/app"),
        ("index.docker.io/org", "https://docker.io", "org/app"),
    ],
)
def test_a_registry_is_told_from_a_path_as_docker_does(registry, base, name):
    _, at = image.published(surface(registry=registry), Hosts())
    assert (at.base, at.name) == (base, name)


@pytest.mark.parametrize(
    ("template", "version", "text", "others"),
    [
        ("v{version}", "1.2.3", "v1.2.3", ("1.2.3",)),
        ("{version}", "1.2.3", "1.2.3", ("v1.2.3",)),
        ("sim-v{version}", "1.2.3", "sim-v1.2.3", ()),
        (
            "v{version}",
            "1.2.3-rc.1",
            "v1.2.3-rc.1",
            ("v1.2.3-rc1", "v1.2.3rc1", "1.2.3-rc.1"),
        ),
        ("v{version}-gpu", "1.2.3+b.5", "v1.2.3_b.5-gpu", ()),
    ],
)
def test_the_tag_is_the_version_in_the_template(template, version, text, others):
    wanted = image.wanted(surface(tag=template), Version.parse(version), ())
    assert wanted == Wanted(Version.parse(version), text, others)


def test_what_the_source_says_is_looked_up_too():
    wanted = image.wanted(surface(), Version.parse("1.2.3"), ("v1.2.3", "release-1.2.3"))
    assert wanted.others == ("1.2.3", "release-1.2.3")


@pytest.mark.parametrize("template", ["v{version}", "sim-{version}"])
def test_a_nightly_is_tagged_by_its_date_alone(template):
    nightly = Nightly.parse("nightly-20260115")
    wanted = image.wanted(surface(tag=template), nightly, ())
    assert wanted == Wanted(nightly, "nightly-20260115")


@pytest.mark.parametrize(
    ("platforms", "expected"),
    [
        ({"app": ("linux/amd64",)}, ("linux/amd64",)),
        ({"*": ("linux/amd64",)}, ("linux/amd64",)),
        ({"*": ("linux/amd64",), "app": ("linux/arm64",)}, ("linux/arm64",)),
        ({"other": ("linux/amd64",)}, ()),
    ],
)
def test_platforms_are_those_of_the_name_or_of_all(platforms, expected):
    for version in (Version.parse("1.2.3"), Nightly.parse("nightly-20260115")):
        assert image.wanted(surface(platforms=platforms), version, ()).platforms == expected


def test_a_version_that_no_tag_can_say_is_refused():
    with pytest.raises(VersionError):
        image.wanted(surface(), Version.parse("1.2.3.post1"), ())
