from __future__ import annotations

import json
import os

import pytest

import release_tools
from release_tools.errors import ConfigError, UsageError, VersionError


def entry(path, *lines, kind="file"):
    return f'[[surfaces]]\nkind = "{kind}"\npath = "{path}"\n' + "".join(f"{x}\n" for x in lines)


TWO = """\
[streams.router]
nightly = "nightly-{date}"
[streams.sim]
tag = "sim-v{version}"
"""
FILES = {"a": "1.0.0\n", "b": "1.0.0\n", "c": "0.9.0\n", "s": "0.2.0\n"}
CONFIG = TWO + entry("a") + entry("b") + entry("c") + entry("s", 'stream = "sim"')


def streams(column):
    return {one.stream.name: str(one.version) for one in column.table.streams}


def test_with_nothing_said_most_places_decide_and_the_odd_one_is_named(seen):
    column = seen(FILES, CONFIG)
    assert streams(column) == {"router": "1.0.0", "sim": "0.2.0"}
    assert column.findings == ["surface-differs c:1"]
    assert (column.verdict, column.table.exit_code) == ("disagrees", 1)
    assert [str(one.verdict) for one in column.table.streams] == ["disagrees", "agrees"]


def test_a_version_belongs_to_the_first_stream_or_the_named_one(seen):
    assert streams(seen(FILES, CONFIG, "0.9.0")) == {"router": "0.9.0"}
    assert streams(seen(FILES, CONFIG, "0.2.0", stream="sim")) == {"sim": "0.2.0"}
    assert seen(FILES, CONFIG, "0.2.0", stream="sim").verdict == "agrees"
    assert streams(seen(FILES, CONFIG, stream="sim")) == {"sim": "0.2.0"}


def test_a_tag_means_its_own_stream(seen):
    assert streams(seen(FILES, CONFIG, tag="sim-v0.2.0")) == {"sim": "0.2.0"}
    assert streams(seen(FILES, CONFIG, tag="v0.9.0")) == {"router": "0.9.0"}
    assert seen(FILES, CONFIG, tag="sim-v0.2.0").table.streams[0].tag == "sim-v0.2.0"


@pytest.mark.parametrize("asked", [{"tag": "nightly-20260115"}, {"version": "nightly-20260115"}])
def test_against_a_nightly_the_source_is_unchecked_and_nothing_is_known(seen, asked):
    column = seen(FILES, CONFIG, **asked)
    assert {cell.reason for cell in column.rows.values()} == {"nightly"}
    assert (column.verdict, column.table.exit_code) == ("unknown", 3)
    assert column.findings == ["nothing-to-judge None:None"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"tag": "v1"}, "belongs to no stream"),
        ({"tag": "x$(id)"}, "belongs to no stream"),
        ({"tag": "v1.0.0\u202e"}, r"\\u202e"),
        ({"tag": "v01.0.0"}, "belongs to no stream"),
        ({"tag": "v1.0.0", "version": "1.0.0"}, "two answers"),
        ({"tag": "v1.0.0", "stream": "sim"}, 'belongs to stream "router"'),
    ],
)
def test_a_tag_that_cannot_be_meant_is_refused(seen, asked, message):
    with pytest.raises(UsageError, match=message):
        seen(FILES, CONFIG, **asked)


def test_a_stream_or_version_that_is_none_is_refused(seen):
    with pytest.raises(ConfigError, match="there is no stream"):
        seen(FILES, CONFIG, stream="x")
    for version in ("", "x", "1.0.0 ", "\uff11.0.0", "1.0.0\n", "nightly-20261399"):
        with pytest.raises(VersionError):
            seen(FILES, CONFIG, version)


def test_nothing_to_judge_is_unknown(seen):
    column = seen(FILES, entry("a", 'source = "stamped"'))
    assert (column.verdict, column.table.exit_code) == ("unknown", 3)
    assert column.findings == ["nothing-to-judge None:None"]


def test_no_version_anywhere_is_no_agreement(seen):
    column = seen({"a": "nightly\n"}, entry("a"))
    assert column.rows["file:a"].verdict == "unknown"
    assert column.table.exit_code == 3


def test_a_stream_without_places_is_unchecked_and_leaves_no_doubt_about_the_others(seen):
    column = seen(FILES, TWO + entry("a"))
    assert [str(one.verdict) for one in column.table.streams] == ["agrees", "unchecked"]
    assert column.table.exit_code == 0
    assert [str(finding.severity) for finding in column.table.findings] == ["note"]
    assert seen(FILES, TWO + entry("a"), stream="sim").table.exit_code == 3


def test_a_stamped_surface_does_not_vote(seen):
    config = entry("a", 'source = "stamped"') + entry("b", 'source = "stamped"') + entry("c")
    assert streams(seen(FILES, config)) == {"main": "0.9.0"}


def test_a_version_that_an_ecosystem_cannot_express_differs(seen):
    config = entry("p.json", 'key = "v"')
    column = seen({"p.json": '{"v": "1.0.0"}'}, config, "1.0.0.post1")
    assert column.findings == ["not-expressible p.json:1"]
    assert column.table.exit_code == 1


def test_a_requirement_that_cannot_be_read_differs_in_its_own_row(seen):
    files = {
        "a/Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\n',
        "b/Cargo.toml": (
            '[package]\nname = "b"\nversion = "1.0.0"\n'
            '[dependencies]\na = { path = "../a", version = "one" }\n'
        ),
    }
    config = entry("a", kind="crate") + entry("b", kind="crate")
    column = seen(files, config, "1.0.0")
    assert column.marks("crate:a")[1:] == ["b/Cargo.toml:5 one differs"]
    assert column.rows["crate:b"].verdict == "agrees"
    assert column.findings == ["spelling-illegal b/Cargo.toml:5"]


def test_missing_differs_and_unknown_are_three_things(seen, tmp_path, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "VERSION"
    outside.write_text("1.0.0\n")
    (tmp_path / "link").symlink_to(outside)
    column = seen({"bad.toml": "v = \n"}, entry("gone"), "1.0.0")
    assert (column.rows["file:gone"].verdict, column.table.exit_code) == ("missing", 1)
    assert column.findings == ["file-missing gone:None"]
    column = seen({}, entry("bad.toml", 'key = "v"'), "1.0.0")
    assert (column.rows["file:bad.toml"].verdict, column.table.exit_code) == ("differs", 1)
    assert column.findings == ["file-malformed bad.toml:1"]
    column = seen({}, entry("link"), "1.0.0")
    assert (column.rows["file:link"].verdict, column.table.exit_code) == ("unknown", 3)
    assert column.findings == ["file-unreadable link:None"]


def test_when_one_differs_and_one_is_unknown_the_exit_code_is_1(seen, tmp_path, tmp_path_factory):
    (tmp_path / "link").symlink_to(tmp_path_factory.mktemp("outside") / "VERSION")
    column = seen({"a": "0.9.0\n"}, entry("a") + entry("link"), "1.0.0")
    assert column.table.exit_code == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
@pytest.mark.parametrize(
    ("path", "kind"), [("VERSION", "file"), ("pyproject.toml", "pypi"), ("Chart.yaml", "chart")]
)
def test_a_fifo_is_refused_and_never_waited_for(seen, tmp_path, path, kind):
    os.mkfifo(tmp_path / path)
    column = seen({}, entry(path, kind=kind), "1.0.0")
    assert column.findings == [f"file-malformed {path}:None"]
    assert column.table.exit_code == 1


BAD = [
    ("VERSION", "1.0.0\n".encode("utf-16"), "file", (), "UTF-16"),
    ("VERSION", b"1.0.0\xff\n", "file", (), "not UTF-8"),
    ("VERSION", b"1.0.0\n2.0.0\n", "file", (), None),
    ("Cargo.toml", b'[package]\nname = "a"\nversion = "1.0.0"\nversion = "2"\n', "crate", (), "4"),
    ("pyproject.toml", b'[project]\nname = "a"\nversion = "1\\n2"\n', "pypi", (), "3"),
    ("pyproject.toml", b"a." * 40_000 + b"a = 1\n", "pypi", (), None),
    ("package.json", b'{"version": "1.0.0", "version": "2.0.0"}', "npm", (), "1"),
    ("package.json", b"[" * 100_000, "npm", (), None),
    ("Chart.yaml", b"name: x\nversion: 1.0.0\nversion: 2.0.0\n", "chart", (), "3"),
    ("Chart.yaml", b"a: &a [x]\n" * 3 + b"version: *a\n", "chart", (), None),
    ("v.py", b'__version__ = "1.0.0"\n__version__ = "2.0.0"\n', "file", (), "2"),
]


@pytest.mark.parametrize(("path", "data", "kind", "lines", "said"), BAD)
def test_bad_input_is_a_named_finding_and_never_a_crash_or_a_pass(
    seen, path, data, kind, lines, said
):
    column = seen({path: data}, entry(path, *lines, kind=kind), "1.0.0")
    assert column.table.exit_code in {1, 3}
    (finding,) = column.table.findings
    assert finding.path == path
    if said is not None:
        assert said in f"{finding.message} {finding.line}"


@pytest.mark.parametrize("before", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("path", "text", "kind", "line"),
    [
        ("pyproject.toml", '[project]\nname = "a"\nversion = "1.0.0"', "pypi", 3),
        ("Cargo.toml", '[package]\nname = "a"\nversion = "1.0.0"', "crate", 3),
        ("Chart.yaml", "name: a\nversion: 1.0.0", "chart", 2),
        ("package.json", '{\n"name": "a",\n"version": "1.0.0"\n}', "npm", 3),
        ("VERSION", "1.0.0", "file", 1),
    ],
)
def test_bom_crlf_and_a_missing_final_newline_are_read(
    seen, before, newline, path, text, kind, line
):
    data = (before + text.replace("\n", newline)).encode()
    column = seen({path: data}, entry(path, kind=kind), "1.0.0")
    ((_, cell),) = column.rows.items()
    assert (column.verdict, cell.marks[0].spot.line) == ("agrees", line)


def test_a_path_that_differs_from_a_file_in_case_alone_is_told_apart(seen):
    column = seen({"version": "1.0.0\n", "VERSION": "0.9.0\n"}, entry("VERSION"), "1.0.0")
    assert column.marks("file:VERSION") == ["VERSION:1 0.9.0 differs"]


def test_nothing_is_written(lay):
    files = {**FILES, "release-tools.toml": CONFIG, "p/package.json": json.dumps({"name": "p"})}
    root = lay(files)
    before = sorted((str(path), path.stat().st_mtime_ns) for path in root.rglob("*"))
    release_tools.verify(release_tools.load(str(root)), "3.0.0")
    assert sorted((str(path), path.stat().st_mtime_ns) for path in root.rglob("*")) == before


def hints(column):
    return [finding.hint for finding in column.table.findings]


def test_where_as_many_places_say_one_as_another_that_is_said(seen):
    column = seen({"a": "1.0.0\n", "b": "2.0.0\n"}, entry("a") + entry("b"))
    assert column.findings == ["surface-differs b:1", "no-agreement None:None"]
    assert streams(column) == {"main": "1.0.0"}
    assert "as many places" in column.table.findings[1].message
    assert seen({"a": "1.0.0\n"}, entry("a")).findings == []


def test_the_bump_that_a_hint_names_is_one_that_bump_takes(seen):
    odd = entry("a") + entry("b") + entry("c")
    behind = seen({"a": "1.0.0\n", "b": "1.0.0\n", "c": "2.0.0\n"}, odd)
    assert "`release-tools bump 2.0.0`" in hints(behind)[0], "1.0.0 would be refused as lower"
    ahead = seen({"a": "1.0.0\n", "b": "1.0.0\n", "c": "0.9.0\n"}, odd)
    assert "`release-tools bump 1.0.0`" in hints(ahead)[0]
    meant = seen({"a": "1.0.0\n", "b": "1.0.0\n", "c": "0.9.0\n"}, odd, "0.9.0")
    assert "`release-tools bump 0.9.0 --allow-lower`" in hints(meant)[0]
    other = seen(FILES, CONFIG, "0.3.0", stream="sim")
    assert "`release-tools bump 0.3.0 --stream sim`" in hints(other)[0]


def test_between_releases_image_references_and_headings_are_left_alone(seen):
    values = "image:\n  repository: ghcr.io/o/app\n  tag: v1.0.0\n"
    config = (
        '[streams.m]\nchangelog = "CHANGELOG.md"\n'
        + entry("a")
        + (
            '[[surfaces]]\nkind = "image"\nregistry = "ghcr.io/o"\nnames = ["app"]\n'
            'references = ["values.yaml"]\n'
        )
    )
    files = {"values.yaml": values, "CHANGELOG.md": "## [1.0.0]\n"}
    for version in ("1.1.0-dev.0", "1.1.0-nightly.20260115"):
        column = seen({**files, "a": version}, config)
        assert column.findings == []
        assert {id_: cell.verdict for id_, cell in column.rows.items()} == {
            "file:a": "agrees",
            "image:app": "unchecked",
            "file:CHANGELOG.md": "unchecked",
        }
    assert seen({**files, "a": "1.1.0"}, config).findings == [
        "reference-differs values.yaml:3",
        "changelog-missing CHANGELOG.md:1",
    ]


def test_a_heading_in_another_spelling_is_nothing_to_mend(seen):
    config = '[streams.m]\nchangelog = "CHANGELOG.md"\n' + entry("a")
    files = {"a": "1.1.0-rc.1", "CHANGELOG.md": "## [1.1.0rc1]\n"}
    assert seen(files, config).findings == []


def test_a_version_with_further_zeros_is_the_one_that_stands_there(seen):
    config = "[streams.m]\n" + entry("v.py") + entry("a")
    files = {"v.py": '__version__ = "0.5.0"\n', "a": "0.5.0"}
    for version in ("0.5.0.0", "0.5"):
        assert (seen(files, config, version).verdict, seen(files, config).findings) == (
            "agrees",
            [],
        )
        assert seen(files, config, version).findings == []
