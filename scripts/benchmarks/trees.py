"""The trees that the source column is measured on: semantic-router, and a generated monorepo."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.measuring import call, environment, say

if TYPE_CHECKING:
    from pathlib import Path

UPSTREAM = "https://github.com/vllm-project/semantic-router"
TAG = "v0.3.0"
# Where the four surfaces of semantic-router state their version: file, and a line of it.
PLACES = {
    "src/vllm-sr/pyproject.toml": 'version = "{}"',
    "src/vllm-sr/uv.lock": 'name = "vllm-sr"\nversion = "{}"',
    "candle-binding/Cargo.toml": 'version = "{}"',
    "candle-binding/Cargo.lock": 'name = "candle-semantic-router"\nversion = "{}"',
    "deploy/helm/semantic-router/Chart.yaml": "version: {}",
    "src/fleet-sim/pyproject.toml": 'version = "{}"',
}
MONOREPO = {
    "packages/*/pyproject.toml": 'version = "{}"',
    "crates/*/Cargo.toml": 'version = "{}"',
    "charts/*/Chart.yaml": "version: {}",
}
CONFIG = """\
[streams.main]
tag = "v{version}"

[[surfaces]]
kind = "pypi"
path = "packages/*"

[[surfaces]]
kind = "crate"
path = "crates/*"

[[surfaces]]
kind = "chart"
path = "charts/*"
"""


def commit(tree: Path) -> None:
    """Commit whatever stands in ``tree``."""
    call("git", "add", "--all", cwd=tree)
    call("git", "commit", "--quiet", "--allow-empty", "--message", "Prepare", cwd=tree)


def cloned(source: str, target: Path) -> Path:
    """Return a clean clone of semantic-router at TAG."""
    if not target.exists():
        say(f"cloning {source}")
        call("git", "clone", "--quiet", "--no-checkout", source, target)
        call("git", "update-ref", "--no-deref", "HEAD", f"{TAG}^{{commit}}", cwd=target)
        call("git", "read-tree", TAG, cwd=target)
        # A mirror without its largest files will do: none of them states a version.
        files = ["git", "checkout-index", "--all", "--quiet"]
        subprocess.run(files, cwd=target, env=environment(), check=False, capture_output=True)
        if missing := [path for path in PLACES if not (target / path).exists()]:
            sys.exit(f"bench: {source} has no {', '.join(missing)} at {TAG}")
        commit(target)
    return target


def lifted(source: Path, target: Path) -> Path:
    """Return a clone in which all four surfaces say 0.3.0, for tools that know one version."""
    if not target.exists():
        call("git", "clone", "--quiet", "--shared", source, target)
        for path, old in (
            ("deploy/helm/semantic-router/Chart.yaml", "version: 0.2.0\n"),
            ("src/fleet-sim/pyproject.toml", 'version = "0.1.0"\n'),
        ):
            text = (target / path).read_text()
            start, end = text.index(old), text.index(old) + len(old)
            new = old.replace("0.2.0", "0.3.0").replace("0.1.0", "0.3.0")
            (target / path).write_text(text[:start] + new + text[end:])
        configure_peers(target, PLACES)
        commit(target)
    return target


def monorepo(target: Path, manifests: int) -> Path:
    """Return a repository of ``manifests`` packages, half Python, a quarter each Rust and Helm."""
    if not target.exists():
        say(f"generating {manifests} manifests")
        for number in range(manifests):
            path, text = manifest(number)
            (target / path).parent.mkdir(parents=True)
            (target / path).write_text(text)
        (target / "release-tools.toml").write_text(CONFIG)
        configure_peers(target, MONOREPO)
        call("git", "init", "--quiet", target)
        commit(target)
    return target


def manifest(number: int) -> tuple[str, str]:
    """Return path and text of one manifest of about a kilobyte."""
    name = f"p{number:05}"
    needs = [f"library-{index}" for index in range(12)]
    if number % 2 == 0:
        lines = "".join(f'    "{need}>=1.{index}",\n' for index, need in enumerate(needs))
        return f"packages/{name}/pyproject.toml", (
            '[build-system]\nrequires = ["hatchling>=1.27"]\nbuild-backend = "hatchling.build"\n\n'
            f'[project]\nname = "{name}"\nversion = "0.3.0"\ndescription = "One of many"\n'
            f'requires-python = ">=3.11"\ndependencies = [\n{lines}]\n\n'
            "[tool.ruff]\nline-length = 100\n"
        )
    if number % 4 == 1:
        lines = "".join(f'{need} = "1.{index}"\n' for index, need in enumerate(needs))
        return f"crates/{name}/Cargo.toml", (
            f'[package]\nname = "{name}"\nversion = "0.3.0"\nedition = "2021"\n'
            f'description = "One of many"\nlicense = "Apache-2.0"\n\n[dependencies]\n{lines}'
        )
    lines = "".join(
        f'  - name: {need}\n    version: "1.{index}"\n    repository: https://example.com\n'
        for index, need in enumerate(needs)
    )
    return f"charts/{name}/Chart.yaml", (
        f"apiVersion: v2\nname: {name}\nversion: 0.3.0\ndescription: One of many\n"
        f"type: application\ndependencies:\n{lines}"
    )


def configure_peers(tree: Path, places: dict[str, str]) -> None:
    """Write what each peer needs to look after ``places`` and nothing else, the best it can."""
    tbump = [
        '[version]\ncurrent = "0.3.0"\nregex = ".*"\n[git]\nmessage_template = "{new_version}"'
    ]
    tbump.append('tag_template = "v{new_version}"')
    mine = ['[tool.bumpversion]\ncurrent_version = "0.3.0"\nallow_dirty = true\ncommit = false']
    files = []
    for path, line in places.items():
        search = line.format("{current_version}").replace("\n", "\\n").replace('"', '\\"')
        replace = search.replace("current_version", "new_version")
        # tbump and commitizen look at single lines.
        last = line.rpartition("\n")[2].format("{current_version}").replace('"', '\\"')
        tbump.append(f'[[file]]\nsrc = "{path}"\nsearch = "{last}"')
        kind = "glob" if "*" in path else "filename"
        mine.append(
            f'[[tool.bumpversion.files]]\n{kind} = "{path}"\n'
            f'search = "{search}"\nreplace = "{replace}"'
        )
        files.append(f"{path}:^version")
    (tree / "tbump.toml").write_text("\n".join(tbump) + "\n")
    (tree / ".bumpversion.toml").write_text("\n".join(mine) + "\n")
    listed = "".join(f'    "{name}",\n' for name in files)
    cz = '[tool.commitizen]\nversion = "0.3.0"\ntag_format = "v$version"\nversion_files = [\n'
    (tree / "cz.toml").write_text(f"{cz}{listed}]\n")
