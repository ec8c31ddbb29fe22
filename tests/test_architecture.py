"""The laws of the house (CONTRIBUTING.md): who may import whom, and who may touch the world."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from release_tools import kinds
from release_tools.rules.findings import _TABLES, FINDINGS

ROOT = Path(__file__).parents[1]
PURE = ("formats", "rules", "reports")
LONGEST = 300  # lines of a file


def lint_imports(folder):
    command = (
        "import sys; from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_package_keeps_the_laws():
    code, out = lint_imports(ROOT)
    assert code == 0, out


@pytest.mark.parametrize(
    ("module", "line", "law"),
    [
        ("errors.py", "import release_tools.model", "release_tools.errors -> release_tools.model"),
        (
            "model.py",
            "import release_tools.formats",
            "release_tools.model -> release_tools.formats",
        ),
        (
            "rules/__init__.py",
            "import release_tools.formats",
            "release_tools.rules -> release_tools",
        ),
        (
            "adapters/__init__.py",
            "import release_tools.kinds",
            "release_tools.adapters -> release_",
        ),
        (
            "kinds/__init__.py",
            "import release_tools.cli",
            "release_tools.kinds -> release_tools.cli",
        ),
        ("formats/__init__.py", "import os", "release_tools.formats is not allowed to import os"),
        ("reports/__init__.py", "import subprocess", "release_tools.reports is not allowed to"),
        (
            "rules/__init__.py",
            "def f():\n    import requests",
            "release_tools.rules is not allowed",
        ),
        ("attic.py", "", "release_tools.attic"),
    ],
)
def test_a_broken_law_is_seen(tmp_path, module, line, law):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "release_tools", tmp_path / "release_tools")
    broken = tmp_path / "release_tools" / module
    broken.write_text((broken.read_text() if broken.exists() else "") + f"\n\n{line}\n")
    code, out = lint_imports(tmp_path)
    assert code == 1, out
    assert law in " ".join(out.split())


def modules(*rooms):
    folders = [ROOT / "release_tools" / room for room in rooms] or [ROOT / "release_tools"]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


@pytest.mark.parametrize("path", modules(*PURE), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_pure_room_opens_nothing_and_prints_nothing(path):
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    names = {node.func.id for node in calls if isinstance(node.func, ast.Name)}
    assert not names & {"open", "print", "input", "exec", "eval", "breakpoint", "__import__"}


def test_no_file_is_too_long_to_read():
    lengths = {path: len(path.read_text().splitlines()) for path in modules()}
    assert not {str(path): lines for path, lines in lengths.items() if lines > LONGEST}


@pytest.mark.parametrize("kind", kinds.NAMES)
def test_every_kind_has_its_tests_and_an_example(kind):
    assert (ROOT / "tests" / "kinds" / f"test_{kind}.py").exists()
    example = (ROOT / "tests" / "schemas" / "test_schemas.py").read_text()
    assert f'kind = "{kind}"' in example  # held against the schema there, key by key


def test_every_finding_stands_in_one_table():
    ids = [id_ for table in _TABLES for id_ in table]
    assert sorted(ids) == sorted(FINDINGS)


def test_every_finding_is_tested_and_has_a_hint():
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    named = set(re.findall(r"(?<![\w-])[a-z]+(?:-[a-z]+)*(?![\w-])", tests))
    assert not sorted(FINDINGS.keys() - named)
    assert all(known.hint and known.meaning for known in FINDINGS.values())
