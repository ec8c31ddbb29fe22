from __future__ import annotations

import hashlib
import tarfile

import pytest

from release_tools.adapters.artifacts import LayoutFolder
from release_tools.artifacts import base, oci_layout
from release_tools.errors import MalformedError
from tests.servers import artifacts as built

BOTH = ("linux/amd64", "linux/arm64")
REF = "org_opencontainers_image_ref_name"
NAME = "io_containerd_image_name"


def look(layout):
    return oci_layout.read_members(LayoutFolder(str(layout.folder), base.KEPT))


def platforms(image):
    return [one.name for one in image.platforms]


@pytest.fixture
def layout(tmp_path):
    return built.Layout(tmp_path / "app")


def test_an_index_of_two_platforms_is_one_image(tmp_path):
    layout = built.layout(tmp_path / "app", "v0.3.0", BOTH)
    (one,) = look(layout)
    assert (one.kind, one.version, platforms(one)) == ("image", "v0.3.0", list(BOTH))
    assert one.digest == layout.entries[0]["digest"]
    for platform in one.platforms:
        blob = layout.folder / "blobs" / platform.digest.replace(":", "/")
        assert f"sha256:{hashlib.sha256(blob.read_bytes()).hexdigest()}" == platform.digest


@pytest.mark.parametrize("compress", [False, True])
def test_an_archive_by_skopeo_is_the_same_image(tmp_path, read, compress):
    layout = built.layout(tmp_path / "app", "0.3.0", BOTH)
    archive = tmp_path / "app.oci.tar"
    built.skopeo(
        f"oci:{layout.folder}:made", f"oci-archive:{archive}:made", "--all", "--preserve-digests"
    )
    if compress:
        import gzip

        packed = tmp_path / "app.oci.tar.gz"
        packed.write_bytes(gzip.compress(archive.read_bytes()))
        archive = packed
    (one,) = read(archive)
    (folder,) = look(layout)
    assert one._replace(size=None) == folder
    assert one.size == archive.stat().st_size


def test_the_version_is_a_label_or_an_annotation_anywhere(layout):
    plain = layout.image()
    annotations = {built.VERSION: "0.3.0"}
    layout.add(layout.image(label="0.3.0"))
    layout.add({**layout.index(plain, annotations=annotations)}, io_containerd_image_name="a")
    layout.add({**layout.image(annotations=annotations)}, io_containerd_image_name="b")
    layout.add(plain, org_opencontainers_image_version="0.3.0", io_containerd_image_name="c")
    layout.add(plain, io_containerd_image_name="d")
    assert [one.version for one in look(layout)] == ["0.3.0"] * 4 + [None]


def test_parts_that_state_other_versions_are_a_problem(layout):
    images = layout.image("linux/amd64", "0.3.0"), layout.image("linux/arm64", "v0.2.0")
    layout.add(layout.index(*images))
    (one,) = look(layout)
    assert [problem.id for problem in one.problems] == ["artifact-differs"]
    assert one.problems[0].message == (
        "the label of linux/arm64 states v0.2.0, the label of linux/amd64 0.3.0"
    )


def test_a_v_in_front_is_no_contradiction(layout):
    images = layout.image("linux/amd64", "0.3.0"), layout.image("linux/arm64", "v0.3.0")
    layout.add(layout.index(*images))
    assert look(layout)[0].problems == ()


def test_each_named_image_of_a_layout_is_one(layout):
    one, other = layout.image(label="0.3.0"), layout.image(label="0.4.0")
    layout.add(one, **{NAME: "ghcr.io/org/app:v0.3.0", REF: "v0.3.0"})
    layout.add(other, **{REF: "ghcr.io/org/other:v0.4.0@sha256:" + "0" * 64})
    assert [(image.names, image.version) for image in look(layout)] == [
        (("ghcr.io/org/app", "v0.3.0"), "0.3.0"),
        (("ghcr.io/org/other",), "0.4.0"),
    ]


def test_a_port_is_no_tag(layout):
    layout.add(layout.image(label="0.3.0"), **{NAME: "127.0.0.1:5000/org/app"})
    assert look(layout)[0].names == ("127.0.0.1:5000/org/app",)


def test_platforms_side_by_side_without_names_are_one_image(layout):
    for platform in BOTH:
        layout.add(layout.image(platform, "0.3.0"), platform=True)
    (one,) = look(layout)
    index = (layout.folder / "index.json").read_bytes()
    assert platforms(one) == list(BOTH)
    assert one.digest == f"sha256:{hashlib.sha256(index).hexdigest()}"


def test_attestations_are_neither_platforms_nor_images(layout):
    statement = layout.image("unknown/unknown")
    signature = layout.image(config=layout.blob(b"{}", "application/vnd.oci.empty.v1+json"))
    layout.add(layout.index(layout.image("linux/arm64/v8", "0.3.0"), statement, signature))
    layout.add(signature, **{REF: "sha256-0000.sig"})
    (one,) = look(layout)
    assert platforms(one) == ["linux/arm64/v8"]


def test_a_platform_that_is_listed_and_not_there_is_a_problem(layout):
    here, gone = layout.image("linux/amd64", "0.3.0"), layout.image("linux/arm64", "0.3.0")
    layout.add(layout.index(here, gone))
    (layout.folder / "blobs" / gone["digest"].replace(":", "/")).unlink()
    (one,) = look(layout)
    assert platforms(one) == ["linux/amd64"]
    assert [problem.id for problem in one.problems] == ["artifact-differs"]
    assert "linux/arm64, and its manifest is not there" in one.problems[0].message


def test_a_platform_that_is_another_one_is_a_problem(layout):
    image = layout.image("linux/amd64", "0.3.0")
    arm = {"os": "linux", "architecture": "arm64"}
    layout.add(layout.index({**image, "platform": arm}))
    (one,) = look(layout)
    assert "listed for linux/arm64 is one for linux/amd64" in one.problems[0].message


def test_bytes_that_are_not_those_of_the_digest_are_refused(layout):
    image = layout.image("linux/amd64", "0.3.0")
    layout.add(image)
    blob = layout.folder / "blobs" / image["digest"].replace(":", "/")
    blob.write_bytes(blob.read_bytes() + b" ")
    with pytest.raises(MalformedError, match="has other bytes at blobs/sha256/"):
        look(layout)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"digest": "sha256:../../../etc/passwd"}, "names a blob"),
        ({"digest": "sha256:" + "A" * 64}, "names a blob"),
        ({"digest": "md5:" + "0" * 32}, "names a blob"),
        ({"digest": None}, "names a blob"),
        ({}, "names a blob"),
        ({"digest": "sha256:" + "0" * 64, "platform": {"os": 1}}, "has no os"),
    ],
)
def test_a_descriptor_that_is_none_is_refused(layout, entry, reason):
    layout.add(entry, platform=True)
    with pytest.raises(MalformedError, match=reason):
        look(layout)


def test_an_index_of_indexes_without_end_is_refused(layout):
    top = layout.image(label="0.3.0")
    for _ in range(5):
        top = layout.index(top)
    layout.add(top)
    with pytest.raises(MalformedError, match="endless"):
        look(layout)


def test_more_images_than_anybody_builds_are_refused(layout):
    image = layout.image(label="0.3.0")
    layout.add(layout.index(*[image] * 1001))
    with pytest.raises(MalformedError, match="more than 1000"):
        look(layout)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"oci-layout": None}, "is no image layout"),
        ({"index.json": None}, "is no image layout"),
        ({"oci-layout": '{"imageLayoutVersion": "2.0.0"}'}, "of version 2.0.0"),
        ({"index.json": "{}"}, "has no list of manifests"),
        ({"index.json": '{"manifests": [1]}'}, "has no list of manifests"),
        ({"index.json": '{"manifests": []}'}, "without an image"),
        ({"index.json": "[]"}, "is no JSON object"),
    ],
)
def test_a_folder_that_is_no_layout_is_refused(layout, files, reason):
    layout.add(layout.image(label="0.3.0"))
    for name, text in files.items():
        if text is None:
            (layout.folder / name).unlink()
        else:
            (layout.folder / name).write_text(text)
    with pytest.raises(MalformedError, match=reason):
        look(layout)


def test_an_archive_of_a_layout_may_not_hold_links(tmp_path, read):
    layout = built.layout(tmp_path / "app", "0.3.0")
    path = tmp_path / "app.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(layout.folder, ".")
        link = tarfile.TarInfo(f"{'0' * 64}/layer.tar")
        link.type, link.linkname = tarfile.SYMTYPE, f"../{'1' * 64}.tar"
        archive.addfile(link)
    with pytest.raises(MalformedError, match="has links in it"):
        read(path)
