from __future__ import annotations

import pytest

from release_tools.kinds import pypi

HERE = '[[surfaces]]\nkind = "pypi"\npath = "."\n'
BUILD = '[build-system]\nrequires = ["{0}"]\nbuild-backend = "{1}"\n'
DYNAMIC = '[project]\nname = "app"\ndynamic = ["version"]\n'
HATCH = DYNAMIC + BUILD.format("hatchling", "hatchling.build")
SETUPTOOLS = DYNAMIC + BUILD.format("setuptools", "setuptools.build_meta")


def static(name="app", version="1.0.0"):
    return f'[project]\nname = "{name}"\nversion = "{version}"\n'


def locked(*packages):
    return "version = 1\n" + "".join(
        f'\n[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ {source} }}\n'
        for name, version, source in packages
    )


def test_the_static_version_is_a_place(seen):
    column = seen({"pyproject.toml": static()}, HERE, "1.0.0")
    assert column.marks("pypi:app") == ["pyproject.toml:3 1.0.0 agrees"]
    assert column.verdict == "agrees"


def test_poetrys_own_table_is_a_place(seen):
    text = '[tool.poetry]\nname = "app"\nversion = "1.0.0"\n' + BUILD.format(
        "poetry-core", "poetry.core.masonry.api"
    )
    assert seen({"pyproject.toml": text}, HERE, "1.0.1").marks("pypi:app") == [
        "pyproject.toml:3 1.0.0 differs"
    ]


@pytest.mark.parametrize("stale", ["1.1.0", "0.15.3.dev0", "0.15.3-dev0", "nightly"])
def test_a_place_is_found_by_where_it_stands_whatever_it_says(seen, stale):
    column = seen({"pyproject.toml": static(version=stale)}, HERE, "1.7.0")
    assert column.marks("pypi:app") == [f"pyproject.toml:3 {stale} differs"]
    assert column.findings == ["surface-differs pyproject.toml:3"]


def test_another_spelling_of_the_same_version_agrees_with_a_warning(seen):
    column = seen({"pyproject.toml": static(version="0.1.0.beta.2")}, HERE, "0.1.0-beta.2")
    assert column.marks("pypi:app") == ["pyproject.toml:3 0.1.0.beta.2 agrees"]
    assert column.findings == ["spelling-not-canonical pyproject.toml:3"]
    assert column.table.exit_code == 0


def test_rc7_is_not_the_final_version(seen):
    column = seen({"pyproject.toml": static(version="0.1.0.rc7")}, HERE, "0.1.0")
    assert column.rows["pypi:app"].expected == "0.1.0"
    assert column.verdict == "disagrees"


@pytest.mark.parametrize(
    ("table", "file", "text", "line"),
    [
        ('[tool.hatch.version]\npath = "src/app/__init__.py"\n', "src/app/__init__.py", "py", 2),
        ('[tool.hatch.version]\npath = "VERSION"\n', "VERSION", "plain", 1),
        ('[tool.hatch.version]\npath = "app/about.py"\n', "app/about.py", "VERSION", 2),
    ],
)
def test_hatchs_path_leads_to_the_version(seen, table, file, text, line):
    content = {
        "py": '"""App."""\n__version__ = "1.0.0"\n',
        "plain": "1.0.0\n",
        "VERSION": 'NAME = "app"\nVERSION = "1.0.0"\n',
    }[text]
    column = seen({"pyproject.toml": HATCH + table, file: content}, HERE, "1.0.0")
    assert column.marks("pypi:app") == [f"{file}:{line} 1.0.0 agrees"]


@pytest.mark.parametrize(
    ("version", "file", "content"),
    [
        ('{attr = "app.__version__"}', "app/__init__.py", '__version__ = "1.0.0"\n'),
        ('{attr = "app.about.VERSION"}', "src/app/about.py", 'VERSION = "1.0.0"\n'),
        ('{file = ["VERSION"]}', "VERSION", "1.0.0"),
        ('{file = "VERSION.txt"}', "VERSION.txt", "1.0.0\n"),
    ],
)
def test_setuptools_attr_and_file_lead_to_the_version(seen, version, file, content):
    text = f"{SETUPTOOLS}[tool.setuptools.dynamic]\nversion = {version}\n"
    column = seen({"pyproject.toml": text, file: content}, HERE, "1.0.0")
    assert column.marks("pypi:app") == [f"{file}:1 1.0.0 agrees"]


@pytest.mark.parametrize("file", ["my_app.py", "my_app/__init__.py", "src/my_app/__init__.py"])
def test_flit_takes_it_from_the_module(seen, file):
    text = '[project]\nname = "my-app"\ndynamic = ["version"]\n' + BUILD.format(
        "flit_core", "flit_core.buildapi"
    )
    column = seen({"pyproject.toml": text, file: '__version__ = "0.9"\n'}, HERE, "1.0.0")
    assert column.marks("pypi:my-app") == [f"{file}:1 0.9 differs"]


def test_flits_module_table_names_another_module(seen):
    text = (
        '[project]\nname = "my-app"\ndynamic = ["version"]\n[tool.flit.module]\nname = "app"\n'
        + BUILD.format("flit_core", "flit_core.buildapi")
    )
    column = seen({"pyproject.toml": text, "app.py": '__version__ = "1.0.0"\n'}, HERE, "1.0.0")
    assert column.marks("pypi:my-app") == ["app.py:1 1.0.0 agrees"]


def test_pdms_file_source_is_followed(seen):
    text = (
        DYNAMIC
        + '[tool.pdm.version]\nsource = "file"\npath = "app/v.py"\n'
        + BUILD.format("pdm-backend", "pdm.backend")
    )
    column = seen({"pyproject.toml": text, "app/v.py": '__version__ = "1.0.0"\n'}, HERE, "1.0.0")
    assert column.marks("pypi:app") == ["app/v.py:1 1.0.0 agrees"]


def test_maturin_takes_it_from_the_crate(seen):
    text = (
        DYNAMIC
        + '[tool.maturin]\nmanifest-path = "rust/Cargo.toml"\n'
        + BUILD.format("maturin", "maturin")
    )
    crate = '[package]\nname = "app-core"\nversion = "1.0.0"\n'
    column = seen({"pyproject.toml": text, "rust/Cargo.toml": crate}, HERE, "1.0.0")
    assert column.marks("pypi:app") == ["rust/Cargo.toml:3 1.0.0 agrees"]


def test_maturin_follows_the_crate_into_its_workspace(seen):
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["py"]\n[workspace.package]\nversion = "1.0.0"\n',
        "py/Cargo.toml": '[package]\nname = "app-py"\nversion.workspace = true\n',
        "py/pyproject.toml": DYNAMIC + BUILD.format("maturin>=1,<2", "maturin"),
    }
    column = seen(files, '[[surfaces]]\nkind = "pypi"\npath = "py"\n', "1.0.0")
    assert column.marks("pypi:app") == ["Cargo.toml:4 1.0.0 agrees"]


def test_a_maturin_version_in_pre_release_is_spelled_as_the_crate_spells_it(seen):
    files = {
        "pyproject.toml": DYNAMIC + BUILD.format("maturin", "maturin"),
        "Cargo.toml": '[package]\nname = "app"\nversion = "1.0.0-rc.1"\n',
    }
    column = seen(files, HERE, "1.0.0rc1")
    assert column.marks("pypi:app") == ["Cargo.toml:3 1.0.0-rc.1 agrees"]
    assert column.findings == []


@pytest.mark.parametrize(
    ("requires", "tables", "by"),
    [
        ("setuptools_scm[toml]>=8", "", "setuptools-scm"),
        ("hatch-vcs", '[tool.hatch.version]\nsource = "vcs"\n', "hatch-vcs"),
        ("pdm-backend", '[tool.pdm.version]\nsource = "scm"\n', "pdm's scm source"),
        (
            "scikit-build-core",
            "[tool.scikit-build]\nmetadata.version.provider = 'x.setuptools_scm'\n",
            "setuptools-scm",
        ),
    ],
)
def test_a_version_derived_from_the_tag_is_named_and_never_a_place(seen, requires, tables, by):
    text = DYNAMIC + tables + BUILD.format(requires, "backend")
    column = seen({"pyproject.toml": text}, HERE, "1.0.0")
    cell = column.rows["pypi:app"]
    assert cell.verdict == "unchecked"
    assert cell.reason == f"derived from the git tag by {by}"
    assert column.marks("pypi:app") == []
    assert column.table.exit_code == 3  # nothing was judged at all


PDM = BUILD.format("pdm-backend", "pdm.backend")
POETRY_PLUGIN = "[tool.poetry-dynamic-versioning]\nenable = true\n"
SCM = DYNAMIC + BUILD.format('setuptools", "setuptools-scm>=8', "setuptools.build_meta")
VCS = DYNAMIC + BUILD.format('hatchling", "hatch-vcs', "hatchling.build")


@pytest.mark.parametrize(
    ("text", "file"),
    [
        (SCM + '[tool.setuptools.dynamic]\nversion = {attr = "app.__version__"}\n', "app.py"),
        (SCM + '[tool.setuptools.dynamic]\nversion = {file = "VERSION"}\n', "VERSION"),
        (VCS + '[tool.hatch.version]\npath = "app.py"\n', "app.py"),
        (VCS + '[tool.hatch.version]\nsource = "regex"\npath = "app.py"\n', "app.py"),
        (
            DYNAMIC + BUILD.format('flit_core", "dunamai', "flit_core.buildapi"),
            "app.py",
        ),
    ],
)
def test_a_file_that_states_it_counts_though_a_plugin_is_required(seen, text, file):
    content = "0.9.0\n" if file == "VERSION" else '__version__ = "0.9.0"\n'
    column = seen({"pyproject.toml": text, file: content}, HERE, "1.0.0")
    assert column.marks("pypi:app") == [f"{file}:1 0.9.0 differs"]


@pytest.mark.parametrize(
    ("text", "by"),
    [
        (SCM, "setuptools-scm"),
        (SCM + '[tool.setuptools_scm]\nversion_file = "app.py"\n', "setuptools-scm"),
        (VCS + '[tool.hatch.version]\nsource = "vcs"\npath = "app.py"\n', "hatch-vcs"),
        (
            HATCH + '[tool.hatch.version]\nsource = "uv-dynamic-versioning"\n',
            "uv-dynamic-versioning",
        ),
        (HATCH + '[tool.hatch.version]\nsource = "versioningit"\n', "versioningit"),
        (SETUPTOOLS + "[tool.versioningit]\n", "versioningit"),
        (DYNAMIC + PDM + '[tool.pdm.version]\nsource = "scm"\n', "pdm's scm source"),
        (
            DYNAMIC + POETRY_PLUGIN,
            "poetry-dynamic-versioning",
        ),
        (
            DYNAMIC + '[tool.poetry]\nversion = "0"\n' + POETRY_PLUGIN,
            "poetry-dynamic-versioning",
        ),
        (
            '[tool.poetry]\nname = "app"\nversion = "0"\n' + POETRY_PLUGIN,
            "poetry-dynamic-versioning",
        ),
        (
            DYNAMIC
            + '[tool.setuptools.dynamic]\nversion = {attr = "app.found"}\n'
            + BUILD.format("versioneer[toml]", "setuptools.build_meta"),
            "versioneer",
        ),
    ],
)
def test_the_table_of_a_backend_says_that_the_tag_does(seen, text, by):
    files = {"pyproject.toml": text, "app.py": '__version__ = "0.9.0"\nfound = scm()\n'}
    column = seen(files, HERE, "1.0.0")
    assert column.rows["pypi:app"].reason == f"derived from the git tag by {by}"


@pytest.mark.parametrize(
    "more", ["", "enable = false\n", '[build-system]\nrequires = ["poetry-dynamic-versioning"]\n']
)
def test_poetrys_plugin_derives_nothing_unless_it_is_enabled(seen, more):
    text = '[tool.poetry]\nname = "app"\nversion = "1.0.0"\n[tool.poetry-dynamic-versioning]\n'
    column = seen({"pyproject.toml": text + more}, HERE, "1.0.0")
    assert column.marks("pypi:app") == ["pyproject.toml:3 1.0.0 agrees"]


def test_a_plugin_is_known_by_its_whole_name(seen):
    text = DYNAMIC + BUILD.format("setuptools-scm-git-archive", "setuptools.build_meta")
    column = seen({"pyproject.toml": text}, HERE, "1.0.0")
    assert column.findings == ["file-malformed pyproject.toml:3"]


def test_a_static_version_beside_setuptools_scm_is_judged(seen):
    text = static() + BUILD.format("setuptools-scm", "setuptools.build_meta")
    assert seen({"pyproject.toml": text}, HERE, "1.0.0").verdict == "agrees"


def test_a_dynamic_version_that_nothing_states_is_a_named_error_with_its_line(seen):
    column = seen({"pyproject.toml": SETUPTOOLS}, HERE, "1.0.0")
    assert column.findings == ["file-malformed pyproject.toml:3"]
    assert column.table.exit_code == 1
    assert 'source = "derived"' in column.table.findings[0].hint


def test_a_dynamic_file_that_is_not_there_is_a_named_error(seen):
    text = HATCH + '[tool.hatch.version]\npath = "src/app/__init__.py"\n'
    column = seen({"pyproject.toml": text}, HERE, "1.0.0")
    assert column.findings == ["file-malformed pyproject.toml:3"]


def test_a_dynamic_path_out_of_the_root_is_not_followed(seen):
    text = HATCH + '[tool.hatch.version]\npath = "../../VERSION"\n'
    column = seen({"pyproject.toml": text}, HERE, "1.0.0")
    assert column.findings == ["file-malformed pyproject.toml:3"]


def test_a_manifest_without_any_version_is_missing_one(seen):
    column = seen({"pyproject.toml": '[project]\nname = "app"\n'}, HERE, "1.0.0")
    assert column.marks("pypi:app") == ["pyproject.toml missing"]
    assert column.findings == ["surface-missing pyproject.toml:None"]
    assert column.table.exit_code == 1


def test_uv_lock_repeats_the_version_in_the_project(seen):
    lock = locked(("app", "0.9.0", 'editable = "."'), ("click", "8.0.0", 'registry = "x"'))
    column = seen({"pyproject.toml": static(), "uv.lock": lock}, HERE, "1.0.0")
    assert column.marks("pypi:app") == [
        "pyproject.toml:3 1.0.0 agrees",
        "uv.lock:5 0.9.0 differs",
    ]
    assert column.findings == ["lock-behind uv.lock:5"]


def test_the_name_in_uv_lock_is_normalized(seen):
    lock = locked(("my-app-core", "1.0.0", 'editable = "."'))
    files = {"pyproject.toml": static("My.App__Core"), "uv.lock": lock}
    column = seen(files, HERE, "1.0.0")
    assert column.marks("pypi:My.App__Core")[1] == "uv.lock:5 1.0.0 agrees"


def test_a_member_stands_in_the_lock_of_the_workspace_root(seen):
    files = {
        "pyproject.toml": static("root") + '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
        "packages/a/pyproject.toml": static("a"),
        "uv.lock": locked(
            ("a", "1.0.0", 'editable = "packages/a"'), ("root", "0.5.0", 'virtual = "."')
        ),
    }
    column = seen(files, '[[surfaces]]\nkind = "pypi"\npath = "packages/a"\n', "1.0.0")
    assert column.marks("pypi:a") == [
        "packages/a/pyproject.toml:3 1.0.0 agrees",
        "uv.lock:5 1.0.0 agrees",
    ]


def test_a_third_party_package_of_the_same_name_in_a_lock_above_is_no_place(seen):
    files = {
        "tools/app/pyproject.toml": static(),
        "uv.lock": locked(("app", "7.0.0", 'registry = "https://pypi.example.com"')),
    }
    column = seen(files, '[[surfaces]]\nkind = "pypi"\npath = "tools/app"\n', "1.0.0")
    assert column.marks("pypi:app") == ["tools/app/pyproject.toml:3 1.0.0 agrees"]


def test_another_project_of_the_same_name_in_a_lock_above_is_no_place(seen):
    files = {
        "tools/app/pyproject.toml": static(),
        "uv.lock": locked(("app", "7.0.0", 'editable = "legacy/app"')),
    }
    column = seen(files, '[[surfaces]]\nkind = "pypi"\npath = "tools/app"\n', "1.0.0")
    assert column.marks("pypi:app") == ["tools/app/pyproject.toml:3 1.0.0 agrees"]


def test_a_lock_of_our_own_without_our_entry_is_missing_it(seen):
    lock = locked(("renamed", "1.0.0", 'editable = "."'))
    column = seen({"pyproject.toml": static(), "uv.lock": lock}, HERE, "1.0.0")
    assert column.marks("pypi:app") == ["pyproject.toml:3 1.0.0 agrees", "uv.lock missing"]
    assert column.table.exit_code == 1


def test_a_lock_of_the_workspace_without_a_members_entry_is_missing_it(seen):
    files = {
        "pyproject.toml": static("root") + '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
        "packages/a/pyproject.toml": static("a"),
        "uv.lock": locked(("root", "1.0.0", 'virtual = "."')),
    }
    column = seen(files, '[[surfaces]]\nkind = "pypi"\npath = "packages/a"\n', "1.0.0")
    assert column.marks("pypi:a")[1:] == ["uv.lock missing"]


def test_uv_lock_has_no_version_of_a_dynamic_package(seen):
    files = {
        "pyproject.toml": HATCH + '[tool.hatch.version]\npath = "VERSION"\n',
        "VERSION": "1.0.0\n",
        "uv.lock": 'version = 1\n\n[[package]]\nname = "app"\nsource = { editable = "." }\n',
    }
    column = seen(files, HERE, "1.0.0")
    assert column.marks("pypi:app") == ["VERSION:1 1.0.0 agrees"]


def test_foreign_packages_of_the_repository_are_never_places(seen):
    files = {
        "pyproject.toml": static(),
        "other/pyproject.toml": static("other", "1.1.0"),
        "uv.lock": locked(
            ("app", "1.0.0", 'editable = "."'), ("other", "1.1.0", 'editable = "other"')
        ),
    }
    column = seen(files, HERE, "2.0.0")
    assert column.marks("pypi:app") == [
        "pyproject.toml:3 1.0.0 differs",
        "uv.lock:5 1.0.0 differs",
    ]


def test_derived_and_stamped_surfaces_are_unchecked(seen):
    files = {"a/pyproject.toml": static("a"), "b/pyproject.toml": static("b", "0.0.1")}
    config = (
        '[[surfaces]]\nkind = "pypi"\npath = "a"\n'
        '[[surfaces]]\nkind = "pypi"\npath = "b"\nsource = "stamped"\n'
    )
    column = seen(files, config, "1.0.0")
    assert (column.rows["pypi:b"].verdict, column.rows["pypi:b"].reason) == ("unchecked", "stamped")
    assert column.rows["pypi:b"].found == "0.0.1"
    assert column.verdict == "agrees"


def test_a_glob_gives_one_surface_per_package(seen):
    files = {f"py/{name}/pyproject.toml": static(name) for name in "abc"}
    config = '[[surfaces]]\nkind = "pypi"\npath = "py/*"\nexclude = "py/b"\n'
    assert list(seen(files, config, "1.0.0").rows) == ["pypi:a", "pypi:c"]


def test_a_package_without_a_name_is_called_after_its_folder(seen):
    files = {"py/thing/pyproject.toml": '[project]\nversion = "1.0.0"\n'}
    column = seen(files, '[[surfaces]]\nkind = "pypi"\npath = "py/thing"\n', "1.0.0")
    assert list(column.rows) == ["pypi:thing"]


def test_a_missing_manifest_is_missing_and_a_broken_one_differs(seen):
    config = (
        '[[surfaces]]\nkind = "pypi"\npath = "gone"\n[[surfaces]]\nkind = "pypi"\npath = "broken"\n'
    )
    column = seen({"broken/pyproject.toml": '[project\nname = "x"\n'}, config, "1.0.0")
    assert column.rows["pypi:gone"].verdict == "missing"
    assert column.rows["pypi:broken"].verdict == "differs"
    assert column.findings == [
        "file-missing gone/pyproject.toml:None",
        "file-malformed broken/pyproject.toml:1",
    ]


@pytest.mark.parametrize(
    ("name", "normal"),
    [("App", "app"), ("a_b.c", "a-b-c"), ("a-_.-b", "a-b"), ("Friendly--Bard", "friendly-bard")],
)
def test_names_are_normalized_as_pep_503_says(name, normal):
    assert pypi.normalized(name) == normal
