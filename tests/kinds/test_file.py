from __future__ import annotations

import pytest

import release_tools
from release_tools.errors import ConfigError
from release_tools.kinds import file


def entry(path, *lines):
    paths = "[" + ", ".join(f'"{each}"' for each in path.split()) + "]"
    return f'[[surfaces]]\nkind = "file"\npath = {paths}\n' + "\n".join(lines) + "\n"


@pytest.mark.parametrize("text", ["1.0.0\n", "1.0.0", "  1.0.0\r\n", "\ufeff1.0.0\n"])
def test_a_version_file_is_a_place(seen, text):
    column = seen({"VERSION": text}, entry("VERSION"), "1.0.0")
    assert column.marks("file:VERSION") == ["VERSION:1 1.0.0 agrees"]


@pytest.mark.parametrize("path", ["VERSION", "./VERSION", "VERSION/", "./*", "*"])
def test_a_path_may_be_written_in_every_way_that_means_it(seen, path):
    config = f'[[surfaces]]\nkind = "file"\npath = "{path}"\nexclude = "./release-tools.toml"\n'
    column = seen({"VERSION": "1.0.0\n"}, config, "1.0.0")
    (surface,) = column.rows
    assert surface == ("file:*" if "*" in path else "file:VERSION")
    assert column.marks(surface) == ["VERSION:1 1.0.0 agrees"]


def test_a_python_variable_is_a_place_spelled_as_pep_440(seen):
    files = {"app/__init__.py": '"""App."""\n\n__version__ = "1.0.0rc1"\n'}
    column = seen(files, entry("app/__init__.py"), "1.0.0-rc.1")
    assert column.marks("file:__init__.py") == ["app/__init__.py:3 1.0.0rc1 agrees"]
    assert column.findings == []


@pytest.mark.parametrize(
    ("path", "text", "key"),
    [
        ("a.toml", '[tool.x]\nversion = "0.9.0"\n', "tool.x.version"),
        ("a.yaml", "x:\n  version: 0.9.0\n", "x.version"),
        ("a.yml", "x:\n  - version: 0.9.0\n", "x.0.version"),
        ("a.json", '{\n"x": "0.9.0"}', "x"),
        ("a.json", '{\n"x.y": {"z": "0.9.0"}}', "'x.y'.z"),
    ],
)
def test_a_key_path_is_a_place(seen, path, text, key):
    column = seen({path: text}, entry(path, f'key = "{key}"'), "1.0.0")
    assert column.marks(f"file:{path}") == [f"{path}:2 0.9.0 differs"]


@pytest.mark.parametrize(
    ("spelling", "text", "expected"),
    [("tag", "v0.9.0", "v1.0.0-rc.1"), ("pep440", "0.9", "1.0.0rc1"), ("minor", "0.9", "1.0")],
)
def test_a_key_has_a_spelling(seen, spelling, text, expected):
    config = entry("a.yaml", 'key = "v"', f'spelling = "{spelling}"')
    column = seen({"a.yaml": f"v: '{text}'\n"}, config, "1.0.0-rc.1")
    assert column.rows["file:a.yaml"].marks[0].expected == expected


def test_a_key_that_is_not_there_is_missing_unless_optional(seen):
    column = seen({"a.yaml": "x: 1\n"}, entry("a.yaml", 'key = "v"'), "1.0.0")
    assert column.findings == ["surface-missing a.yaml:None"]
    column = seen({"a.yaml": "x: 1\n"}, entry("a.yaml", 'key = "v"', "optional = true"), "1.0.0")
    assert column.rows["file:a.yaml"].reason == "not there, and optional"


@pytest.mark.parametrize("key", ["v", "dashboard.image.tag"])
def test_a_tag_key_may_hold_the_word_latest(seen, key):
    text = "v: latest\ndashboard:\n  image:\n    tag: latest\n"
    config = entry("a.yaml", f'key = "{key}"', 'spelling = "tag"')
    column = seen({"a.yaml": text}, config, "1.0.0")
    assert column.rows["file:a.yaml"].verdict == "differs"
    assert column.rows["file:a.yaml"].expected == "v1.0.0"


def test_a_key_in_a_file_without_keys_is_refused(lay):
    root = lay({"a.txt": "v\n", "release-tools.toml": entry("a.txt", 'key = "v"')})
    with pytest.raises(ConfigError, match=r'"a.txt" is none of them'):
        release_tools.load(str(root))


@pytest.mark.parametrize(
    ("template", "text", "line", "shown"),
    [
        ('Version: "v{version}"', 'const Version:   "v0.9.0"\n', 1, "0.9.0"),
        ("app=={version.pep440}", "pip install app==0.9.0rc1\n", 1, "0.9.0rc1"),
        ("org/app:{version.tag}", "a\nuse org/app:v0.9.0 now\n", 2, "v0.9.0"),
        ("uses: org/app@v{version.minor}", "uses: org/app@v0.9\n", 1, "0.9"),
        ("VERSION ?= {version}", "VERSION ?= 0.9.0\n", 1, "0.9.0"),
        ("ARG VERSION={version}", "FROM x\nARG VERSION=0.9.0\n", 2, "0.9.0"),
    ],
)
def test_a_template_finds_every_spelling(seen, template, text, line, shown):
    column = seen({"f": text}, entry("f", f"template = '{template}'"), "1.0.0")
    assert column.marks("file:f") == [f"f:{line} {shown} differs"]


def test_two_placeholders_of_one_template_are_two_places(seen):
    config = entry("f", "template = 'app {version} (series {version.minor})'")
    column = seen({"f": "app 1.0.0 (series 0.9)\n"}, config, "1.0.0")
    assert column.marks("file:f") == ["f:1 1.0.0 agrees", "f:1 0.9 differs"]


def test_every_occurrence_has_to_agree(seen):
    config = entry("f", "template = 'app=={version}'")
    column = seen({"f": "app==1.0.0\napp==0.9.0\nother==0.1.0\n"}, config, "1.0.0")
    assert column.marks("file:f") == ["f:1 1.0.0 agrees", "f:2 0.9.0 differs"]
    assert column.rows["file:f"].verdict == "differs"


@pytest.mark.parametrize("text", ["uv:0.12\n", "uv:latest\n", "my-uv:x\n"])
def test_what_is_no_whole_version_is_no_place(seen, text):
    column = seen({"f": text}, entry("f", "template = 'uv:{version}'"), "1.0.0")
    assert column.findings == ["template-not-found f:None"]
    assert column.table.exit_code == 1


def test_a_suffix_that_is_no_label_stays(seen):
    column = seen({"f": "uv:0.9.0-alpine\n"}, entry("f", "template = 'uv:{version}'"), "1.0.0")
    assert column.marks("file:f") == ["f:1 0.9.0 differs"]


def test_an_optional_template_that_is_found_nowhere_is_unchecked(seen):
    config = entry("f", "template = 'x {version}'", "optional = true")
    column = seen({"f": "nothing\n"}, config, "1.0.0")
    assert column.rows["file:f"].reason == "not there, and optional"
    assert column.findings == ["nothing-to-judge None:None"]


def test_an_optional_file_that_is_not_there_is_unchecked(seen):
    column = seen({}, entry("f", "template = 'x {version}'", "optional = true"), "1.0.0")
    assert column.rows["file:f"].reason == "not there, and optional"


def test_current_looks_at_the_present_version_alone(seen):
    config = entry("VERSION") + entry("f", "template = 'app:{version.tag}'", 'match = "current"')
    files = {"VERSION": "1.0.0\n", "f": "app:v0.1.0\napp:v1.0.0\napp:v1.1.0\n"}
    assert seen(files, config).marks("file:f") == ["f:2 v1.0.0 agrees"]
    assert seen(files, config, "1.1.0").marks("file:f") == [
        "f:2 v1.0.0 differs",
        "f:3 v1.1.0 agrees",
    ]


def test_current_that_finds_none_is_a_finding_unless_optional(seen):
    config = entry("VERSION") + entry("f", "template = 'app:{version}'", 'match = "current"')
    files = {"VERSION": "1.0.0\n", "f": "app:0.1.0\n"}
    assert seen(files, config).findings == ["template-not-found f:None"]
    assert seen(files, config + "optional = true\n").verdict == "agrees"


def test_a_glob_reads_every_file_and_not_each_needs_a_match(seen):
    files = {"docs/a.md": "app==1.0.0\n", "docs/b/c.md": "none\n", "docs/x.md": "app==0.1.0\n"}
    config = entry("docs/**/*.md", "template = 'app=={version}'", 'exclude = "docs/x.md"')
    column = seen(files, config, "1.0.0")
    assert column.marks("file:docs/**/*.md") == ["docs/a.md:1 1.0.0 agrees"]


def test_a_glob_that_finds_no_version_at_all_is_a_finding_unless_optional(seen):
    config = entry("docs/*.md", "template = 'app=={version}'")
    assert seen({"docs/a.md": "none\n"}, config, "1.0.0").findings == [
        "template-not-found docs/*.md:None"
    ]
    column = seen({"docs/a.md": "none\n"}, config + "optional = true\n", "1.0.0")
    assert column.findings == ["nothing-to-judge None:None"]


@pytest.mark.parametrize("exclude", ["", 'exclude = "docs/*.md"', 'exclude = "docs"'])
def test_a_glob_that_leaves_no_file_is_an_error(lay, exclude):
    files = {"docs/a.md": "app==1.0.0\n"} if exclude else {}
    config = entry("docs/*.md", "template = 'app=={version}'", exclude)
    root = lay({**files, "release-tools.toml": config})
    with pytest.raises(ConfigError, match="no file") as caught:
        release_tools.load(str(root))
    assert caught.value.line == 1


def test_an_optional_glob_may_match_no_file(seen):
    config = entry("docs/*.md", "template = 'x {version}'", "optional = true")
    assert seen({}, config, "1.0.0").rows["file:docs/*.md"].verdict == "unchecked"


def test_release_only_is_not_judged_against_a_development_version(seen):
    config = entry("VERSION") + entry("a.yaml", 'key = "t"', "release-only = true")
    files = {"VERSION": "1.1.0-dev.0\n", "a.yaml": "t: 1.0.0\n"}
    column = seen(files, config, "1.1.0-dev.0")
    assert column.marks("file:a.yaml") == ["a.yaml:1 1.0.0 unchecked"]
    assert seen(files, config, "1.1.0").marks("file:a.yaml") == ["a.yaml:1 1.0.0 differs"]


CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [0.9.0] - 2026-01-01\n"


def test_a_streams_changelog_is_judged_by_its_newest_heading(seen):
    config = '[streams.main]\nchangelog = "CHANGELOG.md"\n' + entry("VERSION")
    files = {"VERSION": "1.0.0\n", "CHANGELOG.md": CHANGELOG}
    column = seen(files, config)
    assert column.marks("file:CHANGELOG.md") == ["CHANGELOG.md:5 0.9.0 differs"]
    assert column.findings == ["changelog-missing CHANGELOG.md:5"]


def test_a_changelog_is_not_judged_against_a_development_version(seen):
    config = '[streams.main]\nchangelog = "CHANGELOG.md"\n' + entry("VERSION")
    files = {"VERSION": "1.0.0-dev.1\n", "CHANGELOG.md": CHANGELOG}
    assert seen(files, config).verdict == "agrees"


def test_files_of_one_name_are_told_apart_by_their_paths(seen):
    files = {"a/VERSION": "1.0.0\n", "b/VERSION": "1.0.0\n"}
    column = seen(files, entry("a/VERSION") + entry("b/VERSION") + entry("b/VERSION"), "1.0.0")
    assert list(column.rows) == ["file:VERSION", "file:b/VERSION", "file:b/VERSION#2"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("template = 'x {version}'", 'key = "a"'), "a template or a key, not both"),
        (("template = 'no placeholder'",), "no placeholder"),
        (("template = '{version}'",), "no text beside the version"),
        (("template = 'x {version.major}'",), "unknown placeholder"),
        (('spelling = "roman"',), "expected one of"),
        (('match = "all"',), 'expected one of "any", "current"'),
        (('key = ""',), "non-empty"),
        (('match = "current"',), "match needs a template"),
    ],
)
def test_a_mistake_in_a_file_entry_is_refused(lay, lines, message):
    root = lay({"f": "x\n", "release-tools.toml": entry("f", *lines)})
    with pytest.raises(ConfigError) as caught:
        release_tools.load(str(root))
    assert message in caught.value.message
    assert caught.value.path == "release-tools.toml"
    assert caught.value.line


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a.b", ("a", "b")),
        ("a.0.b", ("a", 0, "b")),
        ("'a.b'.c", ("a.b", "c")),
        ('"0".x', ("0", "x")),
        ("a.\u0661", ("a", "\u0661")),
    ],
)
def test_a_key_path_is_split_at_its_dots(text, parts):
    assert file.key_path(text) == parts


@pytest.mark.parametrize(
    ("path", "text", "more"),
    [
        ("VERSION", "v1.0.0\n", ""),
        ("a.toml", 'x = "v1.0.0"\n', 'key = "x"\n'),
    ],
)
def test_a_v_that_stands_there_stays_where_no_spelling_is_declared(seen, path, text, more):
    entry = f'[[surfaces]]\nkind = "file"\npath = "{path}"\n{more}'
    assert seen({path: text}, entry, "1.0.0").findings == []
    (mark,) = seen({path: text}, entry, "2.0.0").rows[f"file:{path}"].marks
    assert mark.expected == "v2.0.0"
    spelled = seen({path: text}, entry + 'spelling = "semver"\n', "1.0.0")
    assert [finding.split()[0] for finding in spelled.findings] == ["spelling-illegal"]
