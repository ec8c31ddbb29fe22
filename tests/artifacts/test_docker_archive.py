from __future__ import annotations

import hashlib
import json
import tarfile

import pytest

from release_tools.errors import MalformedError
from tests.servers import artifacts as built

REFERENCE = "ghcr.io/org/app:v0.3.0"


@pytest.fixture
def saved(tmp_path):
    """Save an image as ``docker save`` does, by skopeo."""
    layout = built.layout(tmp_path / "layout", "v0.3.0")
    # Two layers alike: the archive has one of them, and two links to it.
    manifest = json.loads((layout.folder / "index.json").read_text())["manifests"][0]
    content = layout.folder / "blobs" / manifest["digest"].replace(":", "/")
    data = json.loads(content.read_text())
    config = layout.folder / "blobs" / data["config"]["digest"].replace(":", "/")
    twice = json.loads(config.read_text())
    twice["rootfs"]["diff_ids"] *= 2
    data["layers"] *= 2
    data["config"] |= layout.blob(json.dumps(twice).encode(), data["config"]["mediaType"])
    layout.entries.clear()
    layout.add(
        layout.blob(json.dumps(data).encode(), manifest["mediaType"]),
        org_opencontainers_image_ref_name="made",
    )
    archive = tmp_path / "some.tar"
    built.skopeo(f"oci:{layout.folder}:made", f"docker-archive:{archive}:{REFERENCE}")
    return archive


def content(archive, name):
    member = archive.extractfile(name)
    assert member is not None
    return member.read()


def test_an_archive_by_skopeo_says_what_it_is(saved, read):
    with tarfile.open(saved) as archive:
        kinds = {member.type for member in archive}
        assert tarfile.SYMTYPE in kinds  # what every archive of the old form has
        manifest = json.loads(content(archive, "manifest.json"))
        config = content(archive, manifest[0]["Config"])
    image_id = f"sha256:{hashlib.sha256(config).hexdigest()}"
    (one,) = read(saved)
    assert (one.kind, one.names, one.version) == ("image", ("ghcr.io/org/app",), "v0.3.0")
    assert one.digest is None
    assert [tuple(platform) for platform in one.platforms] == [("linux/amd64", image_id)]


def archive(make, images, **members):
    return make.tarred({"manifest.json": json.dumps(images), **members})


def config(label="0.3.0", **more):
    labels = {"Labels": {built.VERSION: label}} if label else {}
    text = json.dumps({"os": "linux", "architecture": "amd64", "config": labels, **more})
    return f"{hashlib.sha256(text.encode()).hexdigest()}.json", text


def test_one_archive_may_hold_several_images(make, read):
    (one, first), (two, second) = config("0.3.0"), config("0.4.0")
    images = [
        {"Config": one, "RepoTags": ["app:v0.3.0", "app:latest", "127.0.0.1:5000/app:x"]},
        {"Config": two, "RepoTags": None},
    ]
    found = read(archive(make, images, **{one: first, two: second}), "images.tar")
    assert [(image.names, image.version) for image in found] == [
        (("app", "127.0.0.1:5000/app"), "0.3.0"),
        ((), "0.4.0"),
    ]


def test_an_image_without_a_label_states_no_version(make, read):
    name, text = config(None)
    (one,) = read(
        archive(make, [{"Config": name, "RepoTags": ["a:1.0.0"]}], **{name: text}), "a.tar"
    )
    assert one.version is None


@pytest.mark.parametrize(
    ("images", "reason"),
    [
        ([], "lists no images"),
        ({}, "lists no images"),
        ([1], "has no Config"),
        ([{"Config": "../../etc/passwd"}], "has no configuration"),
        ([{"Config": f"{'0' * 64}.json"}], "has no configuration"),
        ([{"Config": "OURS", "RepoTags": "app"}], "no list of texts"),
        ([{"Config": "OURS", "RepoTags": [1]}], "no list of texts"),
        ([{"Config": f"{'1' * 64}.json"}], "has other bytes"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(make, read, images, reason):
    name, text = config()
    images = json.loads(json.dumps(images).replace("OURS", name))
    members = {name: text, f"{'1' * 64}.json": text}
    with pytest.raises(MalformedError, match=reason):
        read(archive(make, images, **members), "a.tar")


def test_a_tar_of_anything_else_is_no_artifact(make, read):
    assert read(make.tarred({"a/b": "c"}), "a.tar") == ()
