"""Archives that were made to do harm: each is refused, in bounded time and memory, unwritten."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import release_tools
from release_tools.errors import MalformedError
from tests.servers.archives import packed, tarred, zipped

METADATA = "Metadata-Version: 2.4\nName: app\nVersion: 1.0\n"
INSIDE = {"app-1.0/PKG-INFO": METADATA}
DIST_INFO = {"app-1.0.dist-info/METADATA": METADATA}
SDIST, WHEEL = "app-1.0.tar.gz", "app-1.0-py3-none-any.whl"
MIB = 1024 * 1024

ELSEWHERE = [
    *("../evil", "a/../../evil", "/etc/passwd", "//evil", "C:\\evil", "C:evil", "a\\..\\evil"),
    *("a//b", "a/./b", "..", "a/..", "/", "\\\\host\\share\\evil", "x" * 5000),
]


def member(name, kind, **fields):
    made = tarfile.TarInfo(name)
    made.type = kind
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def tar_with(*members, form=tarfile.PAX_FORMAT):
    """Make a source distribution with further members."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        info = member("app-1.0/PKG-INFO", tarfile.REGTYPE, size=len(METADATA))
        archive.addfile(info, io.BytesIO(METADATA.encode()))
        for one in members:
            archive.addfile(one)
    return out.getvalue()


def zip_with(name="x", content=b"", **fields):
    """Make a wheel with one further member, whose fields are set by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app-1.0.dist-info/METADATA", METADATA)
        info = zipfile.ZipInfo(name)
        for field, value in fields.items():
            setattr(info, field, value)
        archive.writestr(info, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ELSEWHERE)
@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT], ids=["pax", "gnu"])
def test_a_member_that_leads_elsewhere_refuses_a_tar(read, name, form):
    with pytest.raises(MalformedError, match="which leads elsewhere"):
        read(packed({**INSIDE, name: "x"}, form), SDIST)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_member_that_leads_elsewhere_refuses_a_zip(read, name):
    with pytest.raises(MalformedError, match="which leads elsewhere"):
        read(zipped({**DIST_INFO, name: "x"}), WHEEL)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (member("app-1.0/a", tarfile.SYMTYPE, linkname="PKG-INFO"), "a link in it"),
        (member("app-1.0/a", tarfile.SYMTYPE, linkname="/etc/passwd"), "a link in it"),
        (member("app-1.0/a", tarfile.LNKTYPE, linkname="app-1.0/PKG-INFO"), "a hard link in it"),
        (member("app-1.0/a", tarfile.CHRTYPE), "a device in it"),
        (member("app-1.0/a", tarfile.BLKTYPE), "a device in it"),
        (member("app-1.0/a", tarfile.FIFOTYPE), "a FIFO in it"),
        (member("app-1.0/a", tarfile.CONTTYPE), "a member of an odd type in it"),
        (member("app-1.0/a", b"S"), "a member of an odd type in it"),
        (member("app-1.0/a", b"V"), "a member of an odd type in it"),
        (member("app-1.0/a", b"K"), "a member of an odd type in it"),
        (member("app-1.0/PKG-INFO", tarfile.REGTYPE), "two members called"),
        (member("./app-1.0/PKG-INFO", tarfile.REGTYPE), "two members called"),
        (member(f"{'0' * 64}/layer.tar", tarfile.SYMTYPE, linkname="../a.tar"), "a link in it"),
        (member(f"{'0' * 64}/layer.tar", tarfile.SYMTYPE, linkname=f"../{'1' * 64}.tar"), "links"),
    ],
)
def test_a_member_that_is_no_file_refuses_a_tar(read, one, reason):
    with pytest.raises(MalformedError, match=reason):
        read(gzip.compress(tar_with(one)), SDIST)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zip_with(external_attr=0o120777 << 16), "a link or a device in it"),
        (zip_with(external_attr=0o020666 << 16), "a link or a device in it"),
        (zip_with(compress_type=zipfile.ZIP_BZIP2), "oddly packed"),
        (
            zipped(DIST_INFO).replace(b"app-1.0.dist-info/", b"\0pp-1.0.dist-info/"),
            "leads elsewhere",
        ),
        (zip_with("b").replace(b"b", b"\0"), "leads elsewhere"),
        (zip_with() + b"\0", "is no zip archive, or goes on"),
        (b"PK\3\4" + zip_with(), "something before, between or behind"),
        (zipped(DIST_INFO)[:-30], "is no zip archive, or goes on"),
        (b"PK\3\4", "is no zip archive"),
    ],
)
def test_a_zip_that_can_be_read_in_two_ways_is_refused(read, data, reason):
    with pytest.raises(MalformedError, match=reason):
        read(data, WHEEL)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_refuses_a_zip(read):
    with pytest.raises(MalformedError, match="two members called"):
        read(zip_with("app-1.0.dist-info/METADATA", METADATA.replace("1.0", "2.0")), WHEEL)


def test_a_comment_refuses_a_zip(read):
    out = io.BytesIO(zipped(DIST_INFO))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"PK\5\6" + bytes(18)
    with pytest.raises(MalformedError, match="zip"):
        read(out.getvalue(), WHEEL)


def test_an_end_in_zip64_is_refused(read):
    data = zipped(DIST_INFO)
    at = len(data) - 22
    size, offset = struct.unpack("<2L", data[at + 12 : at + 20])
    end = struct.pack("<LQ2H2L4Q", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, size, offset)
    locator = struct.pack("<2LQL", 0x07064B50, 0, at, 1)
    for tail in (
        data[at:],
        b"PK\5\6" + struct.pack("<4H2LH", 0, 0, *[2**16 - 1] * 2, *[2**32 - 1] * 2, 0),
    ):
        with pytest.raises(MalformedError, match="something before, between or behind"):
            read(data[:at] + end + locator + tail, WHEEL)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        (8, 0x0001, "encrypted"),  # flags
        (20, 2**31, "something between its members and its directory"),  # packed size
        (24, 10**9, "is a bomb"),  # unpacked size
        (42, 5, "overlap"),  # offset
        (42, 2**31, "overlap|cut short"),
    ],
)
def test_a_directory_that_lies_refuses_a_zip(read, field, value, reason):
    data = bytearray(zipped(DIST_INFO))
    at = data.rindex(b"PK\1\2") + field
    form = "<H" if field == 8 else "<L"
    data[at : at + struct.calcsize(form)] = struct.pack(form, value)
    with pytest.raises(MalformedError, match=reason):
        read(bytes(data), WHEEL)


def test_many_small_bombs_are_one(read):
    zeros = bytes(40 * MIB)
    with pytest.raises(MalformedError, match="is a bomb"):
        read(zipped({**DIST_INFO, "a": zeros, "b": zeros}), WHEEL)


def test_members_that_overlap_refuse_a_zip(read):
    """As the best zip bombs do: a thousand members, and one body for all of them."""
    data = bytearray(zipped({**DIST_INFO, "kernel": bytes(MIB), "other": b"x"}))
    first, second = data.index(b"PK\1\2"), data.rindex(b"PK\1\2")
    kernel = data.index(b"PK\1\2", first + 1)
    data[second + 42 : second + 46] = data[kernel + 42 : kernel + 46]
    with pytest.raises(MalformedError, match="overlap"):
        read(bytes(data), WHEEL)


def test_what_the_directory_of_a_zip_does_not_show_refuses_it(read):
    """A reader that goes from member to member would see more, or another name."""
    data = zipped({**DIST_INFO, "a": "x"})
    at = data.index(b"PK\1\2")
    for hidden in (data[data.rindex(b"PK\3\4") : at], b"x" * 12):
        end = bytearray(data[at:])
        offset = struct.pack("<L", at + len(hidden))
        end[-6:-2] = offset
        with pytest.raises(MalformedError, match="between its members and its directory"):
            read(data[:at] + hidden + bytes(end), WHEEL)
    renamed = bytearray(data)
    name = data.rindex(b"PK\3\4") + 30
    renamed[name : name + 1] = b"b"
    with pytest.raises(MalformedError, match="that its directory calls otherwise"):
        read(bytes(renamed), WHEEL)


def test_a_zip64_end_hidden_in_the_directory_is_not_followed(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("app-1.0.dist-info/METADATA")
        fake = struct.pack("<LQ2H2L4Q", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, 2**40, 0)
        info.comment = fake + struct.pack("<2LQL", 0x07064B50, 0, 0, 1)
        archive.writestr(info, METADATA)
    with pytest.raises(MalformedError, match="something before, between or behind"):
        read(out.getvalue(), WHEEL)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.randoms(use_true_random=False), which=st.sampled_from(["zip", "tar", "gzip"]))
def test_whatever_is_done_to_an_archive_it_is_read_or_refused(read, seed, which):
    name, data = {
        "zip": (WHEEL, zipped({**DIST_INFO, "a/b": "text" * 50})),
        "tar": ("app.tar", tarred({"oci-layout": "{}", "index.json": "{}", "x/" + "y" * 120: "z"})),
        "gzip": (SDIST, packed({**INSIDE, "app-1.0/" + "y" * 120: "z"})),
    }[which]
    broken = bytearray(data)
    for _ in range(seed.randint(1, 6)):
        at = seed.randrange(len(broken))
        broken[at : at + seed.choice([0, 1, 1, 1, 4])] = seed.randbytes(
            seed.choice([0, 1, 1, 1, 4])
        )
    with contextlib.suppress(MalformedError):
        read(bytes(broken), name)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed(INSIDE)[:-8], "is cut short"),
        (packed(INSIDE)[:30], "is cut short|no sound gzip"),
        (packed(INSIDE)[:-8] + bytes(8), "is no sound gzip stream"),
        (packed(INSIDE) + b"x", "behind the end of its gzip stream"),
        (packed(INSIDE) + packed(INSIDE), "behind the end of its gzip stream"),
        (gzip.compress(tarred(INSIDE) + b"x"), "behind the end of its tar archive"),
        (gzip.compress(tarred(INSIDE) + tarred(INSIDE)), "behind the end of its tar archive"),
        (gzip.compress(tarred(INSIDE)[:600]), "is cut short"),
        (gzip.compress(b"no tar" * 200, mtime=0), "is no tar archive"),
        (gzip.compress(b"no tar", mtime=0), "is cut short"),
        (b"no archive" * 100, "is no zip, gzip or tar archive"),
        (b"", "is no zip, gzip or tar archive"),
    ],
)
def test_an_archive_that_is_not_whole_is_refused(read, data, reason):
    with pytest.raises(MalformedError, match=reason):
        read(data, SDIST)


def header(kind, size, name="x"):
    made = tarfile.TarInfo(name)
    made.type, made.size = kind, size
    return made.tobuf(tarfile.GNU_FORMAT)


def extended(kind, body, size=None):
    return header(kind, len(body) if size is None else size) + body.ljust(512, b"\0")


END = bytes(1024)
FILE = header(b"0", 0, "app-1.0/a")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (extended(b"x", b"21 path=../../../evil\n") + FILE, "pax header that cannot be read"),
        (extended(b"x", b"17 path=../evil1\n") + FILE, "leads elsewhere"),
        (extended(b"x", b"99 path=x\n") + FILE, "pax header that cannot be read"),
        (extended(b"x", b"10 path:x \n") + FILE, "pax header that cannot be read"),
        (extended(b"x", b"x path=x\n") + FILE, "a header with"),
        (extended(b"x", b"-5 path=x\n") + FILE, "a header with"),
        (extended(b"x", b"0 path=x\n") + FILE, "pax header that cannot be read"),
        (extended(b"x", b"11 size=-1\n") + FILE, "a header with"),
        (extended(b"x", b"22 GNU.sparse.major=1\n") + FILE, "or a sparse one"),
        (extended(b"x", b"10 path=a\n") * 2 + FILE, "describe one member twice"),
        (extended(b"L", b"a") + extended(b"x", b"10 path=b\n") + FILE, "describe one member twice"),
        (extended(b"g", b"10 path=a\n") + FILE, "gives all its members one name"),
        (extended(b"x", b"10 path=a\n"), "is cut short"),
        (header(b"x", 2**20), "a header of 1,048,576 bytes"),
        (header(b"L", 2**20), "a header of 1,048,576 bytes"),
        (FILE[:124] + b"\xff" * 12 + FILE[136:], "no tar archive"),
        (header(b"0", 2**40), "is cut short"),
    ],
)
def test_a_header_that_says_odd_things_refuses_a_tar(read, data, reason):
    with pytest.raises(MalformedError, match=reason):
        read(gzip.compress(data + END), SDIST)


def test_long_names_that_are_honest_are_read(read):
    folder = "app-1.0/" + "/".join(["long" * 10] * 3)
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT):
        members = {"app-1.0/": "", f"{folder}/a": "x", f"{folder}/ü": "y", **INSIDE}
        assert read(packed(members, form), SDIST)[0].version == "1.0"


def repeated(block, times, head=b"", level=9):
    """Compress ``head`` and then ``block`` many times over, in the time that one takes."""
    packer = zlib.compressobj(level, wbits=31)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    once = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + once + again * (times - 1)


def big_zip(count):
    """Make a zip of ``count`` empty members with an honest directory."""
    name = b"%06d"
    locals_ = b"".join(
        struct.pack("<L5H3L2H", 0x04034B50, 20, 0, 0, 0, 0, 0, 0, 0, 6, 0) + name % i
        for i in range(count)
    )
    central = b"".join(
        struct.pack("<L6H3L5H2L", 0x02014B50, 20, 20, *[0] * 7, 6, *[0] * 5, i * 36) + name % i
        for i in range(count)
    )
    declared = min(count, 65_534)
    end = struct.pack(
        "<L4H2LH", 0x06054B50, 0, 0, declared, declared, len(central), len(locals_), 0
    )
    return locals_ + central + end


def lying_metadata():
    """Make a wheel whose METADATA says 30 bytes, and inflates to a gibibyte."""
    body = repeated(bytes(MIB), 1024)[10:]
    name = b"a-1.dist-info/METADATA"
    sizes = (zlib.crc32(bytes(30)), len(body), 30)
    local = struct.pack("<L5H3L2H", 0x04034B50, 20, 0, 8, 0, 0, *sizes, len(name), 0)
    central = struct.pack("<L6H3L5H2L", 0x02014B50, 20, 20, 0, 8, 0, 0, *sizes, len(name), *[0] * 6)
    at = len(local + name + body)
    end = struct.pack("<L4H2LH", 0x06054B50, 0, 0, 1, 1, len(central + name), at, 0)
    return local + name + body + central + name + end


def many_blobs(count, text):
    members = {"oci-layout": '{"imageLayoutVersion": "1.0.0"}', "index.json": '{"manifests": []}'}
    return tarred({**members, **{f"blobs/sha256/{i:064}": text for i in range(count)}})


def wide_json():
    """Make a layout whose index is 2 MiB of the costliest JSON."""
    text = '{"manifests": [' + ",".join(['{"a":0}'] * 260_000) + "]}"
    return tarred({"oci-layout": '{"imageLayoutVersion": "1.0.0"}', "index.json": text})


BOMBS = {
    "zeros": (SDIST, lambda: repeated(bytes(MIB), 3000, header(b"0", 2**33, "app-1.0/a")), "bomb"),
    "zeros-behind": (SDIST, lambda: repeated(bytes(MIB), 3000, END), "behind the end"),
    "noise": (
        SDIST,
        lambda: repeated(os.urandom(MIB // 64) + bytes(63 * MIB // 64), 2200, header(b"0", 2**33)),
        "bomb",
    ),
    "members": (SDIST, lambda: repeated(FILE, 70_000), "two members|more than"),
    "names": (
        SDIST,
        lambda: gzip.compress(b"".join(header(b"0", 0, f"a/{i}") for i in range(66_000)), 1),
        "has more than 65,535 members",
    ),
    "long-names": (
        SDIST,
        lambda: gzip.compress(
            b"".join(
                header(b"L", 4000) + (b"%d" % i).ljust(4096, b"x") + FILE for i in range(4300)
            ),
            1,
        ),
        "names of endless length",
    ),
    "pax-of-a-gibibyte": (
        SDIST,
        lambda: repeated(bytes(MIB), 2, header(b"x", 2**30)),
        "a header of",
    ),
    "pax-upon-pax": (SDIST, lambda: repeated(header(b"x", 0) * 2048, 140), "bomb"),
    "pax-in-a-plain-tar": ("app.tar", lambda: header(b"x", 0) * 262_150, "262,140 headers"),
    "lying-size": (WHEEL, lying_metadata, "no sound zip|METADATA states"),
    "directory": (WHEEL, lambda: big_zip(200_000), "in a directory of"),
    "directory-that-miscounts": (WHEEL, lambda: big_zip(100_000), "miscounts"),
    "manifests": ("app.tar", lambda: many_blobs(33, "{" + " " * (2 * MIB - 1)), "of manifests"),
    "json": ("app.tar", wide_json, "names a blob"),
    "yaml": (
        "app.tgz",
        lambda: packed({"a/Chart.yaml": "a: " + "[" * 400_000}),
        "is no YAML",
    ),
    "toml": (
        "app.crate",
        lambda: packed({"a/Cargo.toml": f"{'a.' * 99}b = 1\n" * 2400}),
        "is no TOML",
    ),
}

CHILD = """
import json, os, resource, sys, time

resource.setrlimit(resource.RLIMIT_AS, (512 * 2**20,) * 2)  # nothing may even be asked for
written = []
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT

def hook(event, args):
    if event == "open" and isinstance(args[2], int) and args[2] & WRITES:
        written.append(str(args[0]))
    if event.startswith(("os.mkdir", "os.rename", "os.link", "os.symlink", "tempfile.", "socket.",
                         "subprocess.")):
        written.append(event)

from release_tools import artifacts

sys.addaudithook(hook)
sys.dont_write_bytecode = True
start = time.monotonic()
try:
    with open(sys.argv[1], "rb") as file:
        said = repr(artifacts.read(file, os.path.basename(sys.argv[1])))
except artifacts.MalformedError as error:
    said = error.message
status = open("/proc/self/status").read() if os.path.exists("/proc/self/status") else "VmHWM: 0 kB"
peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024  # ru_maxrss counts the parent's too
print(json.dumps({"said": said, "mib": peak, "s": time.monotonic() - start, "written": written}))
"""


def in_child(path, folder):
    """Read the file in a process of its own, which may not write, in an empty folder."""
    folder.mkdir()
    environment = {
        "TMPDIR": str(folder),
        "HOME": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(Path(release_tools.__file__).parents[1]),
    }
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert not list(folder.iterdir())
    return json.loads(done.stdout)


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_within_20_seconds_and_256_mib_and_nothing_is_written(tmp_path, bomb):
    name, make, reason = BOMBS[bomb]
    (tmp_path / name).write_bytes(make())
    seen = in_child(tmp_path / name, tmp_path / "empty")
    assert any(each in seen["said"] for each in reason.split("|")), seen["said"]
    assert seen["mib"] < 256
    assert seen["s"] < 20
    assert seen["written"] == []


@pytest.mark.parametrize("name", [SDIST, WHEEL, "app.tar", "app.tgz"])
def test_a_file_of_a_tebibyte_is_refused_at_once(tmp_path, name):
    with (tmp_path / name).open("wb") as file:
        file.write({WHEEL: b"PK\3\4", SDIST: b"\x1f\x8b\x08"}.get(name, FILE))
        file.truncate(2**40)
    seen = in_child(tmp_path / name, tmp_path / "empty")
    assert "bytes, more than" in seen["said"] or "behind the end" in seen["said"], seen["said"]
    assert seen["s"] < 2


def test_a_bomb_inside_is_left_alone(tmp_path):
    inner = repeated(bytes(MIB), 100_000)
    (tmp_path / SDIST).write_bytes(packed({**INSIDE, "app-1.0/tests/bomb.gz": inner[: 4 * MIB]}))
    seen = in_child(tmp_path / SDIST, tmp_path / "empty")
    assert "version='1.0'" in seen["said"]
    assert seen["s"] < 5
    assert seen["written"] == []
