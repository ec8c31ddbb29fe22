from __future__ import annotations

import hashlib
import os
import shutil
import time

import pytest

import release_tools
from release_tools.errors import UsageError
from release_tools.flows.columns import built
from release_tools.model import Severity, Stage
from release_tools.reading import Absent, Found, Unknown
from tests.servers import archives
from tests.servers import artifacts as make

RC = "0.3.0-rc.1"
CONFIG = """\
[streams.router]
nightly = "nightly-{date}"

[streams.sim]
tag = "sim-v{version}"

[[surfaces]]
kind = "pypi"
path = "python"
files = ["wheel", "sdist"]

[[surfaces]]
kind = "crate"
path = "rust"

[[surfaces]]
kind = "npm"
path = "node"

[[surfaces]]
kind = "chart"
path = "chart"
app-version = "v{version}"

[[surfaces]]
kind = "image"
registry = "ghcr.io/org/repo"
names = ["extproc", "extproc-rocm", "dashboard"]
platforms = { extproc = ["linux/amd64", "linux/arm64"] }

[[surfaces]]
kind = "file"
path = "VERSION"

[[surfaces]]
kind = "pypi"
stream = "sim"
path = "sim"
"""
FILES = {
    "python/pyproject.toml": '[project]\nname = "vllm-sr"\nversion = "0.3.0rc1"\n',
    "rust/Cargo.toml": '[package]\nname = "candle-binding"\nversion = "0.3.0-rc.1"\n',
    "node/package.json": '{"name": "@org/app", "version": "0.3.0-rc.1"}\n',
    "chart/Chart.yaml": "name: router\nversion: 0.3.0-rc.1\nappVersion: v0.3.0-rc.1\n",
    "VERSION": "0.3.0-rc.1\n",
    "sim/pyproject.toml": '[project]\nname = "vllm-sr-sim"\nversion = "0.1.0"\n',
    "release-tools.toml": CONFIG,
}
SURFACES = (
    *("pypi:vllm-sr", "crate:candle-binding", "npm:@org/app", "chart:router"),
    *("image:extproc", "image:extproc-rocm", "image:dashboard"),
)


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """Everything of one release, built once by the real tools."""
    root = tmp_path_factory.mktemp("kit")
    out = root / "dist"
    out.mkdir()
    make.python(out, root / "python", "vllm-sr", "0.3.0rc1")
    make.crate(out, root / "rust", "candle-binding", RC)
    make.npm(out, root / "node", "@org/app", RC)
    make.chart(out, root / "chart", "router", RC, f"v{RC}")
    make.layout(out / "extproc", f"v{RC}", ("linux/amd64", "linux/arm64"))
    make.layout(root / "rocm", RC)
    make.skopeo(f"oci:{root}/rocm:made", f"oci-archive:{out}/extproc-rocm.oci.tar:made")
    target = f"docker-archive:{out}/image-3.tar:ghcr.io/org/repo/dashboard:v{RC}"
    make.skopeo(f"oci:{root}/rocm:made", target)
    (out / "SHA256SUMS").write_text("")
    return out


class Look:
    """A project with a ``dist`` folder, and what its built column says."""

    def __init__(self, root, dist):
        self.root = root
        self.dist = dist

    def __call__(self, version=RC, folders=("dist",), **asked):
        project = release_tools.load(str(self.root))
        column = built.Built([str(self.root / folder) for folder in folders])
        self.table = release_tools.verify(project, version, columns=[column], **asked)
        self.cells = {
            row.surface.id: cell
            for stream in self.table.streams
            for row in stream.rows
            for cell in row.cells
            if cell.stage is Stage.BUILT
        }
        self.verdicts = {id_: str(cell.verdict) for id_, cell in self.cells.items()}
        self.findings = [one for one in self.table.findings if one.stage is Stage.BUILT]
        self.said = [(one.id, one.surface) for one in self.findings]
        return self

    def others(self, *but):
        """The verdicts of all surfaces but these."""
        return {self.verdicts[id_] for id_ in SURFACES if id_ not in but}


@pytest.fixture
def look(lay, kit):
    root = lay(FILES)
    shutil.copytree(kit, root / "dist")
    return Look(root, root / "dist")


def sdist(folder, name, version, pkg_info=None):
    metadata = pkg_info or f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    members = {f"{name}-{version}/PKG-INFO": metadata}
    (folder / f"{name}-{version}.tar.gz").write_bytes(archives.packed(members))


def test_everything_that_was_built_agrees(look):
    seen = look()
    assert seen.verdicts == dict.fromkeys(SURFACES, "agrees")
    assert seen.findings == []
    found = {id_: cell.found for id_, cell in seen.cells.items()}
    assert found["pypi:vllm-sr"] == "0.3.0rc1"
    assert found["image:extproc"] == "v0.3.0-rc.1"
    assert found["image:extproc-rocm"] == RC
    assert {id_: cell.expected for id_, cell in seen.cells.items()}["chart:router"] == RC
    assert seen.table.exit_code == 0


def test_a_cell_tells_every_file_with_its_digest(look):
    reading = look().cells["pypi:vllm-sr"].reading
    assert isinstance(reading, Found)
    assert sorted(file.kind for file in reading.files) == ["sdist", "wheel"]
    for file in reading.files:
        data = (look.dist / file.name).read_bytes()
        assert file.digest == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert file.size == len(data)
    image = look.cells["image:extproc"].reading
    assert [one.name for one in image.platforms] == ["linux/amd64", "linux/arm64"]
    assert image.digest.startswith("sha256:")
    assert look.cells["chart:router"].reading.notes["app-version"] == f"v{RC}"


def test_digests_are_those_that_the_registries_will_state(look):
    seen = built.digests(release_tools.load(str(look.root)), [str(look.dist)])
    wheel, source = (
        next(look.dist.glob(each)).read_bytes() for each in ("*.whl", "vllm_sr*.tar.gz")
    )
    npm = next(look.dist.glob("org-app*.tgz")).read_bytes()
    assert seen["pypi:vllm-sr"] == {
        f"sha256:{hashlib.sha256(each).hexdigest()}" for each in (wheel, source)
    }
    assert seen["npm:@org/app"] == {f"sha512:{hashlib.sha512(npm).hexdigest()}"}
    assert seen["image:dashboard"] == frozenset()  # a docker archive has no manifest yet
    assert "pypi:vllm-sr-sim" not in seen


@pytest.mark.parametrize(
    ("glob", "surface"),
    [
        ("*.crate", "crate:candle-binding"),
        ("router*.tgz", "chart:router"),
        ("org-app*.tgz", "npm:@org/app"),
        ("extproc", "image:extproc"),
        ("image-3.tar", "image:dashboard"),
    ],
)
def test_a_surface_that_was_not_built_is_missing(look, glob, surface):
    (path,) = look.dist.glob(glob)
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    seen = look()
    assert seen.verdicts[surface] == "missing"
    assert seen.others(surface) == {"agrees"}
    assert seen.said == [("artifact-missing", surface)]
    assert isinstance(seen.cells[surface].reading, Absent)
    assert seen.table.exit_code == 1


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_each_kind_of_file_that_is_configured_is_expected(look, kind):
    (path,) = look.dist.glob({"wheel": "*.whl", "sdist": "vllm_sr-*.tar.gz"}[kind])
    path.unlink()
    seen = look()
    assert seen.verdicts["pypi:vllm-sr"] == "missing"
    assert seen.findings[0].message.startswith(f"no {kind} of vllm-sr is in ")
    (look.root / "release-tools.toml").write_text(CONFIG.replace('files = ["wheel", "sdist"]', ""))
    assert look().verdicts["pypi:vllm-sr"] == "agrees"


def test_an_optional_surface_need_not_be_built(look):
    next(look.dist.glob("*.crate")).unlink()
    config = CONFIG.replace('path = "rust"', 'path = "rust"\noptional = true')
    (look.root / "release-tools.toml").write_text(config)
    seen = look()
    assert seen.verdicts["crate:candle-binding"] == "unchecked"
    assert seen.findings == []


def test_an_empty_folder_leaves_everything_missing(look):
    (look.root / "empty").mkdir()
    seen = look(folders=["empty"])
    assert set(seen.verdicts.values()) == {"missing"}
    assert seen.table.exit_code == 1


def test_a_folder_that_is_not_there_is_a_mistake_in_the_request(look):
    with pytest.raises(UsageError, match="there is no folder"):
        look(folders=["dist", "nowhere"])


def test_another_version_inside_differs_whatever_the_file_is_called(look):
    for path in look.dist.glob("vllm_sr-*.tar.gz"):
        path.unlink()
    sdist(look.dist, "vllm_sr", "0.3.0rc1", "Name: vllm-sr\nVersion: 0.3.0\n")
    seen = look()
    assert seen.verdicts["pypi:vllm-sr"] == "differs"
    assert seen.others("pypi:vllm-sr") == {"agrees"}
    assert [one.message for one in seen.findings] == [
        "the sdist holds 0.3.0, expected 0.3.0rc1",
        "the file name says vllm_sr-0.3.0rc1.tar.gz, the manifest inside vllm-sr 0.3.0",
    ]
    assert seen.findings[0].path.endswith("dist/vllm_sr-0.3.0rc1.tar.gz")


def test_a_spelling_that_is_illegal_in_its_ecosystem_differs(look):
    (crate,) = look.dist.glob("*.crate")
    manifest = '[package]\nname = "candle-binding"\nversion = "0.3.0rc1"\n'
    crate.unlink()
    members = {"candle-binding-0.3.0rc1/Cargo.toml": manifest}
    (look.dist / "candle-binding-0.3.0rc1.crate").write_bytes(archives.packed(members))
    assert look().verdicts["crate:candle-binding"] == "differs"
    assert look().findings[0].message == "the crate holds 0.3.0rc1, expected 0.3.0-rc.1"


@pytest.mark.parametrize("app", ["latest", "0.3.0-rc.1", ""])
def test_another_app_version_than_the_configured_one_differs(look, app):
    (chart,) = look.dist.glob("router*.tgz")
    text = f"name: router\nversion: {RC}\nappVersion: {app!r}\n"
    chart.write_bytes(archives.packed({"router/Chart.yaml": text}))
    seen = look()
    assert seen.verdicts["chart:router"] == "differs"
    assert seen.said == [("app-version-differs", "chart:router")]


@pytest.mark.parametrize(
    ("option", "app", "verdict"),
    [
        ("", "latest", "agrees"),
        ("", "0.3.0rc1", "agrees"),
        ("", "v0.2.0", "differs"),
        ("app-version = false", "v0.2.0", "agrees"),
    ],
)
def test_an_app_version_that_is_not_configured_is_judged_if_it_is_a_version(
    look, option, app, verdict
):
    (chart,) = look.dist.glob("router*.tgz")
    text = f"name: router\nversion: {RC}\nappVersion: {app}\n"
    chart.write_bytes(archives.packed({"router/Chart.yaml": text}))
    config = CONFIG.replace('app-version = "v{version}"', option)
    (look.root / "release-tools.toml").write_text(config)
    assert look().verdicts["chart:router"] == verdict


def test_a_platform_that_is_expected_and_not_built_differs(look):
    shutil.rmtree(look.dist / "extproc")
    make.layout(look.dist / "extproc", RC, ("linux/amd64", "linux/arm64/v7"))
    seen = look()
    assert seen.verdicts["image:extproc"] == "differs"
    assert seen.said == [("platform-missing", "image:extproc")]
    assert "linux/arm64, only for: linux/amd64, linux/arm64/v7" in seen.findings[0].message


def test_a_variant_that_every_machine_of_it_has_is_the_platform(look):
    shutil.rmtree(look.dist / "extproc")
    make.layout(look.dist / "extproc", RC, ("linux/amd64", "linux/arm64/v8"))
    assert look().verdicts["image:extproc"] == "agrees"


@pytest.mark.parametrize("label", [None, "latest", "0.2.0"])
def test_an_image_whose_label_is_not_the_version_differs(look, label):
    shutil.rmtree(look.dist / "extproc")
    layout = make.Layout(look.dist / "extproc")
    images = [layout.image(each, label) for each in ("linux/amd64", "linux/arm64")]
    layout.add(layout.index(*images))
    seen = look()
    assert seen.verdicts["image:extproc"] == "differs"
    assert {one.id for one in seen.findings} == {"artifact-differs"}
    assert seen.others("image:extproc") == {"agrees"}


def test_one_layout_may_hold_several_of_our_images(look):
    for name in ("extproc", "extproc-rocm.oci.tar", "image-3.tar"):
        path = look.dist / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    layout = make.Layout(look.dist / "images")
    arm = layout.image("linux/arm64", RC), layout.image("linux/amd64", RC)
    layout.add(layout.index(*arm), io_containerd_image_name=f"ghcr.io/org/repo/extproc:v{RC}")
    one = layout.image(label=RC)
    layout.add(one, io_containerd_image_name=f"ghcr.io/org/repo/extproc-rocm:v{RC}")
    layout.add(one, org_opencontainers_image_ref_name=f"ghcr.io/org/repo/dashboard:v{RC}")
    assert look().verdicts == dict.fromkeys(SURFACES, "agrees")
    layout.add(one, org_opencontainers_image_ref_name=f"ghcr.io/org/repo/other:v{RC}")
    assert look().said == [("artifact-stray", None)]


def test_a_layout_of_several_images_is_not_known_by_its_folder(look):
    shutil.rmtree(look.dist / "extproc")
    layout = make.Layout(look.dist / "extproc")
    for name in ("one", "two"):
        layout.add(layout.image(label=RC), io_containerd_image_name=f"ghcr.io/else/{name}:v{RC}")
    seen = look()
    assert seen.verdicts["image:extproc"] == "missing"
    assert sorted(seen.said, key=str) == [
        ("artifact-missing", "image:extproc"),
        ("artifact-stray", None),
        ("artifact-stray", None),
    ]


def test_a_file_of_no_surface_is_named_and_the_other_cells_stay(look):
    sdist(look.dist, "other", "1.0")
    (look.dist / "tool.exe").write_bytes(b"MZ")
    seen = look()
    assert seen.others() == {"agrees"}
    assert [(one.id, one.severity) for one in seen.findings] == [
        ("artifact-stray", Severity.ERROR)
    ] * 2
    assert "it is the sdist other 1.0" in seen.findings[0].message
    assert seen.findings[1].path.endswith("dist/tool.exe")
    assert "no artifact that is known" in seen.findings[1].message


def test_a_file_of_another_streams_surface_is_none_of_no_surface(look):
    sdist(look.dist, "vllm_sr_sim", "0.1.0")
    assert look().findings == []
    assert look(None).verdicts["pypi:vllm-sr-sim"] == "agrees"


def test_all_streams_are_judged_when_none_is_named(look):
    seen = look(None)
    assert seen.said == [("artifact-missing", "pypi:vllm-sr-sim")]


def test_a_refused_file_differs_at_the_surface_of_its_name(look):
    (wheel,) = look.dist.glob("*.whl")
    wheel.write_bytes(wheel.read_bytes()[:-1])
    seen = look()
    assert seen.verdicts["pypi:vllm-sr"] == "differs"
    assert seen.said == [("artifact-refused", "pypi:vllm-sr")]
    assert seen.findings[0].path == str(wheel)
    assert seen.others("pypi:vllm-sr") == {"agrees"}


@pytest.mark.parametrize(
    ("name", "surface"),
    [
        ("candle_binding-9.9.9.crate", "crate:candle-binding"),
        ("router-0.1.0.tgz", "chart:router"),
        ("org-app-0.1.0.tgz", "npm:@org/app"),
        ("dashboard-v0.1.0.tar", "image:dashboard"),
        ("unheard-of-1.0.tgz", None),
    ],
)
def test_a_file_that_is_no_archive_is_refused_whosever_it_is(look, name, surface):
    (look.dist / name).write_bytes(b"no archive")
    seen = look()
    assert seen.said == [("artifact-refused", surface)]
    assert seen.others(surface) == {"agrees"}
    if surface:
        assert seen.verdicts[surface] == "differs"


def test_a_refused_file_alone_is_no_proof_that_nothing_was_built(look):
    (crate,) = look.dist.glob("*.crate")
    crate.write_bytes(b"no archive")
    cell = look().cells["crate:candle-binding"]
    assert (str(cell.verdict), cell.found) == ("differs", None)
    assert isinstance(cell.reading, Unknown)


@pytest.mark.parametrize("kind", ["link", "fifo"])
def test_a_link_or_a_fifo_is_refused_without_waiting(look, kind):
    (crate,) = look.dist.glob("*.crate")
    target = crate.rename(look.root / "elsewhere.crate")
    os.symlink(target, crate) if kind == "link" else os.mkfifo(crate)
    seen = look()
    assert seen.said == [("artifact-refused", "crate:candle-binding")]
    assert seen.verdicts["crate:candle-binding"] == "differs"


def test_a_file_that_cannot_be_read_is_unknown(look, monkeypatch):
    from release_tools import artifacts

    def fail(file, name):
        if name.endswith(".crate"):
            raise OSError(5, "Input/output error")
        return whole(file, name)

    whole = artifacts.read
    monkeypatch.setattr(artifacts, "read", fail)
    seen = look()
    assert seen.verdicts["crate:candle-binding"] == "unknown"
    assert seen.said == [("file-unreadable", "crate:candle-binding")]
    assert seen.table.exit_code == 3


def test_two_files_that_are_one_artifact_with_other_bytes_conflict(look):
    (look.root / "more").mkdir()
    metadata = "Metadata-Version: 2.1\nName: vllm-sr\nVersion: 0.3.0rc1\n"
    members = {"vllm_sr-0.3.0rc1/PKG-INFO": metadata, "vllm_sr-0.3.0rc1/more": "x"}
    (look.root / "more" / "vllm-sr-0.3.0rc1.tar.gz").write_bytes(archives.packed(members))
    seen = look(folders=["dist", "more"])
    assert seen.said == [("artifact-conflict", "pypi:vllm-sr")]
    assert seen.verdicts["pypi:vllm-sr"] == "differs"


def test_the_same_bytes_twice_are_no_conflict(look):
    shutil.copytree(look.dist, look.root / "again")
    assert look(folders=["dist", "again", "dist"]).findings == []


def test_wheels_for_several_platforms_are_several(look):
    (wheel,) = look.dist.glob("*.whl")
    name = wheel.name.replace("py2.py3-none-any", "cp311-cp311-win_amd64")
    metadata = "Metadata-Version: 2.1\nName: vllm-sr\nVersion: 0.3.0rc1\n"
    folder = "vllm_sr-0.3.0rc1.dist-info"
    (look.dist / name).write_bytes(archives.zipped({f"{folder}/METADATA": metadata}))
    seen = look()
    assert seen.verdicts["pypi:vllm-sr"] == "agrees"
    assert len(seen.cells["pypi:vllm-sr"].reading.files) == 3


def test_a_nightly_is_known_by_its_date_in_every_ecosystem(look):
    shutil.rmtree(look.dist)
    out, sources = look.dist, look.root / "sources"
    out.mkdir()
    make.python(out, sources / "python", "vllm-sr", "0.4.0.dev20260115")
    make.crate(out, sources / "rust", "candle-binding", "0.4.0-nightly.20260115")
    make.npm(out, sources / "node", "@org/app", "0.4.0-nightly.20260115")
    make.chart(out, sources / "chart", "router", "0.0.0-nightly.20260115", "nightly-20260115")
    make.layout(out / "extproc", "nightly-20260115", ("linux/amd64", "linux/arm64"))
    make.layout(out / "extproc-rocm", "nightly-20260115")
    make.layout(out / "dashboard", "nightly-20260114")
    seen = look("nightly-20260115")
    assert seen.verdicts == {**dict.fromkeys(SURFACES, "agrees"), "image:dashboard": "differs"}


def test_hundreds_of_files_take_little_time(look):
    shutil.rmtree(look.dist)
    look.dist.mkdir()
    members = {f"vllm_sr/{i}.py": "x = 1\n" * 50 for i in range(20)}
    metadata = "Metadata-Version: 2.1\nName: vllm-sr\nVersion: 0.3.0rc1\n"
    members["vllm_sr-0.3.0rc1.dist-info/METADATA"] = metadata
    wheel = archives.zipped(members)
    for number in range(400):
        name = f"vllm_sr-0.3.0rc1-{number}-cp311-cp311-any.whl"
        (look.dist / name).write_bytes(wheel)
    start = time.process_time()
    pieces = built.survey([str(look.dist)])
    assert len(pieces) == 400
    assert not any(piece.error for piece in pieces)
    assert time.process_time() - start < 5  # it takes a fifth of a second
