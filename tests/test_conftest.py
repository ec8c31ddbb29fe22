"""The switch that makes a skipped test a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = {
    "in the test": "import pytest\ndef test_it(): pytest.skip('no helm here')",
    "by a mark": "import pytest\n@pytest.mark.skip('no helm here')\ndef test_it(): ...",
    "of the module": "import pytest\npytest.skip('no helm here', allow_module_level=True)",
    "by a fixture": (
        "import pytest\n@pytest.fixture\ndef helm(): pytest.skip('no helm here')\n"
        "def test_it(helm): ..."
    ),
}


def run(folder, required):
    environ = {**os.environ, "RELEASE_TOOLS_REQUIRE_ALL": required}
    environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    done = subprocess.run(
        command, env=environ, cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("skip", SKIPS)
def test_a_skip_fails_only_where_everything_is_required(tmp_path, skip):
    (tmp_path / "conftest.py").write_text(Path(__file__).with_name("conftest.py").read_text())
    (tmp_path / "test_it.py").write_text(SKIPS[skip] + "\ndef test_other(): ...\n")
    assert run(tmp_path, required="0")[0] in {0, 5}
    code, out = run(tmp_path, required="1")
    assert code in {1, 2}
    assert "no helm here - and RELEASE_TOOLS_REQUIRE_ALL=1" in out


def test_an_expected_failure_is_no_skip(tmp_path):
    (tmp_path / "conftest.py").write_text(Path(__file__).with_name("conftest.py").read_text())
    (tmp_path / "test_it.py").write_text(
        "import pytest\n@pytest.mark.xfail\ndef test_it(): assert 0"
    )
    assert run(tmp_path, required="1")[0] == 0


def test_no_variable_of_a_run_or_a_hook_reaches_the_tests():
    names = [name for name in os.environ if name.startswith(("GITHUB_", "GH_", "GIT_"))]
    assert sorted(names) == ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"]
