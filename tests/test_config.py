from __future__ import annotations

import os
import subprocess
import sys

import pytest

import release_tools
from release_tools import config
from release_tools.adapters.disk import DiskTree
from release_tools.errors import ConfigError, MalformedError, UnreadableError

SURFACE = '[[surfaces]]\nkind = "file"\npath = "VERSION"\n'


@pytest.fixture
def load(lay):
    def open_(text, files=(), name="release-tools.toml"):
        return release_tools.load(str(lay({"VERSION": "1.0.0\n", **dict(files), name: text})))

    return open_


@pytest.fixture
def refusal(load):
    def catch(text, files=(), name="release-tools.toml"):
        with pytest.raises(ConfigError) as caught:
            load(text, files, name)
        assert caught.value.exit_code == 2
        assert caught.value.path == name
        return caught.value

    return catch


def test_without_streams_there_is_one_that_owns_latest(load):
    (stream,) = load(SURFACE).streams
    assert (stream.name, stream.tag, stream.latest) == ("main", "v{version}", True)


def test_the_first_stream_owns_latest_unless_another_says_so(load):
    two = '[streams.a]\n[streams.b]\ntag = "b-v{version}"\n'
    assert [stream.latest for stream in load(two + SURFACE).streams] == [True, False]
    assert [stream.latest for stream in load(two + "latest = true\n" + SURFACE).streams] == [
        False,
        True,
    ]


def test_every_key_of_a_stream_is_read(load):
    text = (
        '[streams.a]\ntag = "a-{version}"\nbranches = ["main", "release/*"]\n'
        'required-checks = "ci"\nnightly = "nightly-{date}"\nnightly-base = "patch"\n'
        'changelog = "CHANGELOG.md"\n'
    )
    stream = load(text + SURFACE).stream("a")
    assert stream.branches == ("main", "release/*")
    assert stream.required_checks == ("ci",)
    assert (stream.nightly, stream.nightly_base) == ("nightly-{date}", "patch")
    assert stream.changelog == "CHANGELOG.md"


def test_the_first_stream_is_the_default_of_surfaces(load):
    text = '[streams.a]\n[streams.b]\ntag = "b{version}"\n' + SURFACE + SURFACE + 'stream = "b"\n'
    assert [surface.stream for surface in load(text).surfaces] == ["a", "b"]


def test_an_unknown_stream_is_refused_with_the_nearest(load):
    project = load("[streams.router]\n" + SURFACE)
    with pytest.raises(ConfigError) as caught:
        project.stream("ruoter")
    assert caught.value.hint == 'did you mean "router"?'


@pytest.mark.parametrize(
    ("text", "message", "hint", "line"),
    [
        ("repositry = 'a/b'\n" + SURFACE, 'unknown key "repositry"', '"repository"', 1),
        (SURFACE + 'pth = "x"\n', 'unknown key "pth" in surface 1', '"path"', 4),
        (SURFACE + "[streams.a]\ntags = 'v'\n", 'unknown key "tags" in streams.a', '"tag"', 5),
        (SURFACE + "[registries]\npipy = 'x'\n", 'unknown key "pipy"', '"pypi"', 5),
        (SURFACE + "[gate]\nwave = []\n", 'unknown key "wave"', '"waive"', 5),
        (SURFACE + "[deployments.p]\nctx = 'x'\n", 'unknown key "ctx"', "context", 5),
        (SURFACE + '[[surfaces]]\nkind = "create"\n', '"create" is no kind', '"crate"', 5),
        (SURFACE + '[[surfaces]]\npath = "x"\n', "a surface needs a kind", "pypi, crate", 4),
        (SURFACE + 'stream = "mian"\n', 'there is no stream "mian"', '"main"', 4),
        (SURFACE + '"a\\nb" = 1\n', r"unknown key 'a\nb'", "known keys", 4),
    ],
)
def test_a_word_that_is_not_known_is_refused_with_the_nearest(refusal, text, message, hint, line):
    error = refusal(text)
    assert message in error.message
    assert hint in error.hint
    assert error.line == line


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("repository = 1\n" + SURFACE, '"repository" is 1, expected', 1),
        ('repository = "https://x/y"\n' + SURFACE, "owner/name", 1),
        ("surfaces = 1\n", "there are no [[surfaces]]", None),
        ("surfaces = []\n", "there are no [[surfaces]]", None),
        ("surfaces = [1]\n", "a surface is a table", 1),
        ("", "there are no [[surfaces]]", None),
        ("streams = 1\n" + SURFACE, '"streams" is a table', 1),
        ("streams.a = 1\n" + SURFACE, '"a" is a table', 1),
        ("[streams.a]\ntag = 1\n" + SURFACE, '"tag" is 1', 2),
        ("[streams.a]\ntag = 'v'\n" + SURFACE, "{version}", 1),
        ("[streams.a]\nlatest = 'yes'\n" + SURFACE, "expected true or false", 2),
        ("[streams.a]\nbranches = [1]\n" + SURFACE, '"branches" is [1]', 2),
        ("[streams.a]\nbranches = []\n" + SURFACE, '"branches" is []', 2),
        ("[streams.a]\nnightly-base = 'x'\n" + SURFACE, 'one of "major"', 2),
        (SURFACE + "optional = 'no'\n", "expected true or false", 4),
        (SURFACE + "source = 'magic'\n", 'one of "stamped", "derived"', 4),
        (SURFACE + "name = 'a\\u001bb'\nx", "not valid TOML", None),
        (SURFACE + 'name = "a\\nb"\n', "on one line", 4),
        (SURFACE + "stream = ['a']\n", "there is no stream", 4),
        (SURFACE + "registries = 1\n", 'unknown key "registries"', 4),
        ("registries = 1\n" + SURFACE, '"registries" is a table', 1),
        (SURFACE + "[deployments]\np = 1\n", '"p" is a table', 5),
        ('[[surfaces]]\nkind = "pypi"\n', "a surface of kind pypi needs a path", 1),
        ('[[surfaces]]\nkind = "file"\n', "a file surface needs a path", 1),
        ('[[surfaces]]\nkind = "pypi"\npath = "py/*"\n', "matches no pyproject.toml", 1),
    ],
)
def test_a_wrong_value_is_refused_with_its_line(refusal, text, message, line):
    error = refusal(text)
    assert message in error.message
    assert error.line == line


PATHS = ["/etc/passwd", "../x", "a/../../x", "a\\b", "C:/x", "..", "a/.."]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("key", ["path", "exclude"])
def test_a_path_out_of_the_root_is_refused(refusal, path, key):
    path = path.replace("\\", "\\\\")
    text = f'[[surfaces]]\nkind = "file"\npath = "VERSION"\n{key} = "{path}"\n'
    text = text.replace('path = "VERSION"\npath', "path")
    error = refusal(text)
    assert "is not one below the project's root" in error.message
    assert error.line == (3 if key == "path" else 4)


@pytest.mark.parametrize("path", PATHS[:3])
def test_references_and_changelogs_out_of_the_root_are_refused(refusal, path):
    image = '[[surfaces]]\nkind = "image"\nregistry = "r.io/o"\nnames = "a"\n'
    assert refusal(f'{image}references = ["{path}"]\n').line == 5
    assert refusal(f'[streams.a]\nchangelog = "{path}"\n{SURFACE}').line == 2


@pytest.mark.parametrize("path", ["./docs/*.md", "docs//*.md", "docs/./*.md", "docs/a.md"])
def test_a_path_that_is_not_written_plainly_means_the_plain_one(load, path):
    text = f'[[surfaces]]\nkind = "file"\npath = "{path}"\n'
    (surface,) = load(text, {"docs/a.md": "1.0.0\n"}).surfaces
    assert [file for file, _ in surface.options["files"]] == ["docs/a.md"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pypi", "ftp://pypi.example.com/"),
        ("pypi", "pypi.example.com"),
        ("pypi", "file:///etc/passwd"),
        ("pypi", "https://"),
        ("pypi", "https://a b.example.com/"),
        ("npm", "sparse+https://x.example.com"),
        ("github", "javascript:alert(1)"),
        ("crates", "git://x.example.com/index"),
        ("plain-http", "http://127.0.0.1:5000"),
        ("private-hosts", "10.0.0.0/8"),
        ("private-hosts", "me@10.0.0.1"),
    ],
)
def test_a_rogue_registry_is_refused(refusal, key, value):
    error = refusal(f'{SURFACE}[registries]\n{key} = "{value}"\n')
    assert f'"{key}" is' in error.message
    assert error.line == 5


@pytest.mark.parametrize(
    "text",
    [
        SURFACE + '[registries]\nnpm = "https://me:hunter2@npm.example.com/"\n',
        SURFACE + '[registries]\ncrates = "sparse+https://hunter2@crates.example.com/"\n',
        '[[surfaces]]\nkind = "image"\nregistry = "me:hunter2@r.io/o"\nnames = "a"\n',
        '[[surfaces]]\nkind = "chart"\npath = "c"\nregistry = "oci://me:hunter2@r.io/o"\n',
    ],
)
def test_credentials_in_a_url_are_refused_and_not_repeated(refusal, text):
    error = refusal(text)
    assert "hunter2" not in str(error) + error.hint
    assert "credentials" in error.message


def test_registries_are_read(load):
    text = (
        '[registries]\npypi = "https://pypi.example.com/simple/"\n'
        'crates = "sparse+https://crates.example.com/index/"\nplain-http = ["127.0.0.1:5000"]\n'
    )
    assert load(SURFACE + text).tables["registries"] == {
        "pypi": "https://pypi.example.com/simple/",
        "crates": "sparse+https://crates.example.com/index/",
        "plain-http": ("127.0.0.1:5000",),
    }


@pytest.mark.parametrize(
    "waiver",
    [
        '{ check = "monotonic" }',
        '{ reason = "x" }',
        '{ check = "monotonic", reason = "" }',
        '{ check = "monotonic", reason = "x", until = "y" }',
        '"monotonic"',
    ],
)
def test_a_waiver_needs_a_check_and_a_reason(refusal, waiver):
    assert refusal(f"{SURFACE}[gate]\nwaive = [{waiver}]\n").line == 5


def test_waivers_and_deployments_are_read(load):
    text = (
        '[gate]\nwaive = [{ check = "monotonic", reason = "mistake" }]\n'
        '[deployments.production]\ncontext = "prod"\nnamespace = "n"\nrelease = "r"\n'
    )
    tables = load(SURFACE + text).tables
    assert tables["gate"] == {"waive": ({"check": "monotonic", "reason": "mistake"},)}
    assert tables["deployments"]["production"]["context"] == "prod"


def test_ids_are_unique(refusal):
    files = {f"{name}/pyproject.toml": '[project]\nname = "app"\n' for name in "ab"}
    error = refusal(
        '[[surfaces]]\nkind = "pypi"\npath = "a"\n[[surfaces]]\nkind = "pypi"\npath = "b"\n', files
    )
    assert error.message == 'two surfaces are called pypi:app: "a" and "b"'
    assert "name = " in error.hint
    assert error.line == 4


def test_a_name_of_its_own_tells_two_packages_apart(load):
    files = {f"{name}/pyproject.toml": '[project]\nname = "app"\n' for name in "ab"}
    text = '[[surfaces]]\nkind = "pypi"\npath = "a"\n[[surfaces]]\nkind = "pypi"\npath = "b"\n'
    assert [surface.id for surface in load(text + 'name = "old"\n', files).surfaces] == [
        "pypi:app",
        "pypi:old",
    ]


PYPROJECT = '[project]\nname = "app"\nversion = "1.0.0"\n\n'


def test_pyproject_holds_the_configuration_too(load):
    text = PYPROJECT + '[[tool.release-tools.surfaces]]\nkind = "pypi"\npath = "."\n'
    project = load(text, name="pyproject.toml")
    assert project.config == "pyproject.toml"
    assert [surface.id for surface in project.surfaces] == ["pypi:app"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[tool.release-tools]\nrepositry = "a/b"\n', 6),
        ('[[tool.release-tools.surfaces]]\nkind = "pypi"\npth = "."\n', 7),
        ("[tool.release-tools]\n", 5),
        ("[tool.release-tools]\nsurfaces = 1\n", 5),
    ],
)
def test_errors_in_pyproject_carry_its_lines(refusal, text, line):
    assert refusal(PYPROJECT + text, name="pyproject.toml").line == line


def test_two_configurations_are_refused(refusal):
    inside = PYPROJECT + "[tool.release-tools]\n"
    error = refusal(SURFACE, {"pyproject.toml": inside})
    assert "both release-tools.toml and" in error.message


@pytest.mark.parametrize(
    "text",
    [
        "# see [tool.release-tools]\n",
        "[tool.release-tools-x]\na = 1\n",
        'x = "[tool.release-tools]"',
    ],
)
def test_what_only_mentions_us_is_no_configuration(lay, text):
    root = lay({"pyproject.toml": PYPROJECT + text, "release-tools.toml": SURFACE})
    assert config.find(DiskTree(str(root))) == "release-tools.toml"


def test_no_configuration_is_none(lay):
    assert config.find(DiskTree(str(lay({"x": ""})))) is None


@pytest.mark.parametrize("text", ["\ufeff" + SURFACE, SURFACE.replace("\n", "\r\n"), SURFACE[:-1]])
def test_bom_crlf_and_a_missing_final_newline_are_fine(load, text):
    assert [surface.id for surface in load(text).surfaces] == ["file:VERSION"]


@pytest.mark.parametrize("text", ["\ufeffx = 1\n" + SURFACE, "\r\nx = 1\r\n" + SURFACE])
def test_bom_and_crlf_do_not_move_lines(refusal, text):
    assert refusal(text).line == (1 if text[0] == "\ufeff" else 2)


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (SURFACE.encode("utf-16"), "UTF-16", 1),
        (SURFACE.encode() + b"# \xff\n", "not UTF-8", 4),
        (b'a = "\x00"', "NUL", 1),
        (SURFACE.encode() + b'path = "x"\n', "overwrite", 4),
        (b"[streams.a]\n[streams.a]\n", "", 2),
        (b"a = " + b"[" * 5000, "nested too deep", None),
        (b".".join([b"a"] * 20000) + b" = 1", "a dotted key has more than", 1),
    ],
)
def test_a_file_that_is_no_toml_is_refused_with_its_line(refusal, data, message, line):
    error = refusal(data)
    assert message in error.message
    assert line is None or error.line == line


def test_a_huge_unknown_key_is_refused_with_a_short_message(refusal):
    assert len(refusal(f"{'k' * 100_000} = 1\n{SURFACE}").message) < 200


def test_a_configuration_elsewhere_is_read_over_this_tree(lay, tmp_path_factory):
    root = lay({"VERSION": "1.0.0\n"})
    other = tmp_path_factory.mktemp("other") / "mine.toml"
    other.write_text(SURFACE)
    assert release_tools.load(str(root), config=str(other)).surfaces[0].path == "VERSION"
    with pytest.raises(ConfigError, match="there is no configuration file"):
        release_tools.load(str(root), config=str(other) + "x")
    other.write_bytes(SURFACE.encode("utf-16"))
    with pytest.raises(ConfigError, match="UTF-16"):
        release_tools.load(str(root), config=str(other))


def test_a_configuration_reached_through_a_link_out_of_the_root_is_not_read(lay, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "release-tools.toml"
    outside.write_text(SURFACE)
    root = lay({"VERSION": "1.0.0\n"})
    (root / "release-tools.toml").symlink_to(outside)
    with pytest.raises(UnreadableError) as caught:
        release_tools.load(str(root))
    assert caught.value.exit_code == 3


def test_a_broken_workspace_root_is_named(lay):
    root = lay(
        {
            "Cargo.toml": "[workspace\n",
            "release-tools.toml": SURFACE.replace("file", "crate").replace("VERSION", "."),
        }
    )
    with pytest.raises(MalformedError) as caught:
        release_tools.load(str(root))
    assert caught.value.path == "Cargo.toml"


AS_NOBODY = """
import difflib, importlib, os, pkgutil, sys
import release_tools
release_tools.verify(release_tools.load(sys.argv[1]), "1.0.0")
for module in pkgutil.walk_packages(release_tools.__path__, "release_tools."):
    if module.name != "release_tools.__main__":
        importlib.import_module(module.name)  # nobody may not be able to read the package
os.chmod(sys.argv[2], 0)
os.setgid(65534), os.setuid(65534)
try:
    print(release_tools.verify(release_tools.load(sys.argv[1]), "1.0.0").exit_code)
except release_tools.ReleaseToolsError as error:
    print(error.id, error.exit_code, error.path)
"""


@pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX ones")
@pytest.mark.parametrize(
    ("path", "said"),
    [("release-tools.toml", "file-unreadable 3 release-tools.toml"), ("VERSION", "3")],
)
def test_a_file_without_permission_is_unknown(lay, path, said):
    root = lay({"VERSION": "1.0.0\n", "release-tools.toml": SURFACE})
    for folder in (root, *root.parents):
        if len(folder.parts) > 2:  # what pytest made, for its owner alone
            folder.chmod(0o755)
    program = AS_NOBODY if os.getuid() == 0 else AS_NOBODY.replace("os.setgid", "# ")
    ran = subprocess.run(
        [sys.executable, "-c", program, str(root), str(root / path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == said, ran.stderr


@pytest.mark.parametrize("name", ["", "a b", "a=b", "é", "x\\u001b[31m", "a\\n::error::b"])
def test_a_stream_that_no_command_line_could_name_is_refused(refusal, name):
    error = refusal(f'{SURFACE}[streams."{name}"]\n')
    assert "cannot be the name of a stream" in error.message
    assert error.message.isprintable()
    assert error.line == 4


@pytest.mark.parametrize(
    "line",
    [
        'context = "-n"',
        'context = "a b"',
        'namespace = "--all-namespaces"',
        'namespace = "Prod"',
        'release = "a/b"',
        'python = "--version"',
        'target = "ssh"',
        'values = ["../secret.yaml"]',
        'values = ["/etc/passwd"]',
    ],
)
def test_a_deployment_with_a_name_that_could_be_more_than_one_is_refused(load, line):
    with pytest.raises(ConfigError) as caught:
        load(f"{SURFACE}[deployments.p]\n{line}\n")
    assert caught.value.line == 5
