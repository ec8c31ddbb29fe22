"""Requirements on siblings; node-semver and cargo, where they are installed, are the oracles."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.errors import MalformedError
from release_tools.rules.requirement import admits, rewrite
from release_tools.version import Version

if TYPE_CHECKING:
    from release_tools.rules.requirement import Flavour


@pytest.mark.parametrize(
    ("flavour", "old", "new", "before", "after"),
    [
        # A release: the style and the number of numbers stay.
        ("cargo", "0.3.0", "0.4.0", "=0.3.0", "=0.4.0"),
        ("cargo", "0.3.0", "0.4.0", "0.3", "0.4"),
        ("cargo", "0.3.0", "0.4.0", "0.3.0", "0.4.0"),
        ("cargo", "0.3.0", "0.4.0", "^0.3.0", "^0.4.0"),
        ("cargo", "0.3.0", "0.4.0", "~0.3", "~0.4"),
        ("cargo", "0.3.0", "0.4.0", "0.3.*", "0.4.*"),
        ("cargo", "0.3.0", "0.4.0", ">= 0.3.0 , <0.4.0", ">= 0.4.0 , <0.5.0"),
        ("cargo", "0.3.0", "1.0.0", ">=0.3, <1", ">=0.3, <2"),
        ("cargo", "0.3.0", "0.2.5", ">=0.3.0, <0.4.0", ">=0.2.5, <0.4.0"),
        ("cargo", "0.0.71", "0.0.72", ">=0.0.71, <0.0.72", ">=0.0.72, <0.0.73"),
        ("cargo", "0.0.71", "0.0.72", "0.0.71", "0.0.72"),
        ("cargo", "1.2.3", "2.0.0", "1", "2"),
        ("cargo", "0.3.0", "0.4.0", "<0.4.0", "<0.5.0"),
        ("cargo", None, "0.4.0", ">=0.3.0, <0.4.0", ">=0.3.0, <0.5.0"),
        ("cargo", "0.3", "0.4.0", "<0.3.1", "<0.4.1"),
        ("cargo", "1", "2.0.0", "<1.0.1", "<2.0.1"),
        ("cargo", "0.3.0", "0.4.0", "<=0.9.0, =0.3.0", "<=0.9.0, =0.4.0"),
        ("npm", "0.3.0", "0.4.0", "|| 0.3.0", "|| 0.4.0"),
        ("cargo", "0.3.0", "0.4.0", "=0.2.0", "=0.4.0"),
        ("cargo", None, "0.4.0", "0.2.0", "0.4.0"),
        ("npm", "0.3.0", "0.4.0", "^0.3.0", "^0.4.0"),
        ("npm", "0.3.0", "0.4.0", "~0.3.0", "~0.4.0"),
        ("npm", "0.3.0", "0.4.0", "0.3.x", "0.4.x"),
        ("npm", "0.3.0", "0.4.0", "v0.3.0", "v0.4.0"),
        ("npm", "0.3.0", "0.4.0", "workspace:^0.3.0", "workspace:^0.4.0"),
        ("npm", "0.3.0", "0.4.0", ">=0.3.0 <0.4.0-0", ">=0.4.0 <0.5.0-0"),
        ("npm", "0.3.0", "0.4.0", "^0.2.0 || ^0.3.0", "^0.2.0 || ^0.4.0"),
        ("npm", "0.3.0", "0.4.0", "<0.3.0 || >=0.3.0", "<0.3.0 || >=0.4.0"),
        ("npm", "0.3.0", "0.4.0", "0.2.0 - 0.3.0", "0.2.0 - 0.4.0"),
        ("chart", "0.3.0", "0.4.0", "0.3.0", "0.4.0"),
        ("chart", "0.3.0", "0.4.0", "~> 0.3", "~> 0.4"),
        ("chart", "0.3.0", "0.4.0", "=>0.3.0, <0.4.0", "=>0.4.0, <0.5.0"),
        # Stated in full, it follows though it would still match; else it stays.
        ("cargo", "0.12.4", "0.12.5", "0.12.4", "0.12.5"),
        ("cargo", "0.12.4", "0.12.5", "0.12", "0.12"),
        ("cargo", "0.12.4", "0.12.5", "0.12.1", "0.12.1"),
        ("cargo", None, "0.12.5", "0.12.1", "0.12.1"),
        ("cargo", "0.3.0", "0.4.0", ">=0.2", ">=0.2"),
        ("cargo", "0.3.0", "0.4.0", "*", "*"),
        ("cargo", "0.3.0", "0.4.0", ">0.2", ">0.2"),
        ("npm", "0.3.0", "0.4.0", "*", "*"),
        ("npm", "0.3.0", "0.4.0", "", ""),
        ("npm", "0.3.0", "0.4.0", "workspace:*", "workspace:*"),
        ("npm", "0.3.0", "0.4.0", "workspace:^", "workspace:^"),
        ("npm", "0.3.0", "0.4.0", "workspace:~", "workspace:~"),
        ("npm", "0.3.0", "0.4.0", "file:../core", "file:../core"),
        ("npm", "0.3.0", "0.4.0", "latest", "latest"),
        ("chart", "0.3.0", "0.4.0", ">=0.1.0-0", ">=0.1.0-0"),
        # A pre-release has to be named, and is left behind again.
        ("cargo", "0.3.0", "0.4.0-rc.1", "0.3", "0.4.0-rc.1"),
        ("cargo", "0.3.0", "0.4.0-rc.1", "~0.3", "~0.4.0-rc.1"),
        ("cargo", "0.3.0", "0.4.0-rc.1", "=0.3.0", "=0.4.0-rc.1"),
        ("cargo", "0.3.0", "0.4.0-rc.1", ">=0.3.0, <0.4.0", ">=0.4.0-rc.1, <0.5.0"),
        ("cargo", "0.3.0", "0.4.0-rc.1", "*", "^0.4.0-rc.1"),
        ("npm", "0.3.0", "0.4.0-rc.1", "0.3.x", "~0.4.0-rc.1"),
        ("npm", "0.3.0", "0.4.0-rc.1", "0.x", "^0.4.0-rc.1"),
        ("npm", "0.3.0", "0.4.0-rc.1", ">=0.2", ">=0.4.0-rc.1"),
        ("npm", "0.3.0", "0.4.0-rc.1", "*", "*"),
        ("chart", "0.3.0", "0.4.0-rc.1", "^0.3", "^0.4.0-rc.1"),
        ("chart", "0.3.0", "0.4.0-rc.1", ">=0.1.0-0", ">=0.1.0-0"),
        ("cargo", "0.4.0-rc.1", "0.4.0-rc.2", "=0.4.0-rc1", "=0.4.0-rc.2"),
        ("cargo", "0.4.0-rc.1", "0.4.0", "^0.4.0-rc.1", "^0.4.0"),
        ("cargo", "0.4.0-rc.1", "0.4.0", ">=0.4.0-rc.1, <0.5.0", ">=0.4.0, <0.5.0"),
        ("cargo", "0.3.0", "0.4.0+build.5", "=0.3.0", "=0.4.0"),
    ],
)
def test_a_requirement_follows_in_its_own_style(
    flavour: Flavour, old: str | None, new: str, before: str, after: str
) -> None:
    present = None if old is None else Version.parse(old)
    target = Version.parse(new)
    assert rewrite(before, present, target, flavour) == after
    assert admits(after, target, flavour)
    assert rewrite(after, target, target, flavour) == after


@pytest.mark.parametrize(
    ("flavour", "text"),
    [("cargo", ">0.5"), ("cargo", "<0.3.5"), ("npm", "0.3.0 - 0.3.9"), ("chart", "<=0.3.9")],
)
def test_a_requirement_that_cannot_follow_by_rule_is_refused(flavour: Flavour, text: str) -> None:
    with pytest.raises(MalformedError, match=r"cannot be moved to 0\.4\.0") as caught:
        rewrite(text, Version.parse("0.3.0"), Version.parse("0.4.0"), flavour)
    assert text in caught.value.message
    assert "by hand" in caught.value.hint


@pytest.mark.parametrize(
    ("flavour", "text"),
    [
        *(("cargo", text) for text in ("", "0.3.0,", ",", "1.2.3.4", "01.2", "1.2-rc.1", "1.0 2.0",
                                       "^", "^^1", "~>1", "1 || 2", ">=*", "*, 1", "v1.0.0",
                                       "workspace:*", "latest", "1.2.3-rc..1", "1.2.3-01")),
        *(("npm", text) for text in ("1.2.3 foo", "^^1", "1.2.3.4", "=>1", "<*", "1 - ", "1 -2",
                                     "1 - 2 - 3", "^1 - 2",
                                     "1 - ^2", "1.0.0, 2.0.0", "workspace:foo")),
        *(("chart", text) for text in ("", "!=1.0.0", "foo", "1.0.0 ||", "|| 1.0.0")),
        *((flavour, text) for flavour in ("cargo", "npm", "chart")
          for text in ("1.2.3\n", "\uff11.0", "1.2.3;x", "1." * 200, "^1 " * 10**6, "^1.x.3")),
    ],
)  # fmt: skip
def test_what_is_no_requirement_is_refused_by_name(flavour: Flavour, text: str) -> None:
    for call in (
        lambda: admits(text, Version.parse("1.0.0"), flavour),
        lambda: rewrite(text, None, Version.parse("1.0.0"), flavour),
    ):
        with pytest.raises(MalformedError, match="is not a version requirement") as caught:
            call()
        assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    ("text", "version", "expected"),
    [
        ("0.3", "0.4.0-rc.1", False),
        ("^0.4.0", "0.4.0-rc.1", False),
        ("^0.4.0-rc.1", "0.4.0-rc.2", True),
        ("^0.4.0-rc.1", "0.4.1-rc.1", False),
        ("*", "0.4.0-rc.1", False),
        ("1.2", "1.9.0", True),
        ("1.2.*", "1.9.0", False),
        ("0.0.3", "0.0.4", False),
        ("=1.2", "1.2.9", True),
        (">1.2", "1.2.9", False),
        ("<=1.2", "1.2.9", True),
        ("<1.2", "1.2.0", False),
        ("~1", "1.9.0", True),
        (">=1.2.3, <1.8", "1.7.9", True),
    ],
)
def test_cargo_reads_requirements_its_own_way(text: str, version: str, expected: bool) -> None:  # noqa: FBT001
    assert admits(text, Version.parse(version), "cargo") is expected


@pytest.mark.parametrize(
    ("text", "version", "expected"),
    [
        ("0.3.0", "0.3.1", False),
        ("0.3", "0.3.1", True),
        (">=0.1.0-0", "0.4.0-rc.1", True),
        (">=0.1.0", "0.4.0-rc.1", False),
        (">=0.1.0-0, <1.0.0", "0.4.0-rc.1", True),
        ("^0.3.0-0", "0.4.0-rc.1", False),
        ("^0.2.0 || ^0.4.0-0", "0.4.0-rc.1", True),
        ("*", "0.4.0-rc.1", False),
    ],
)
def test_helm_admits_a_pre_release_where_any_comparator_names_one(
    text: str,
    version: str,
    expected: bool,  # noqa: FBT001
) -> None:
    assert admits(text, Version.parse(version), "chart") is expected


@pytest.mark.parametrize(
    ("text", "version", "expected"),
    [
        ("<1.2.3-rc.2", "1.2.3-rc.1", True),
        (">=1.2.3-0 <1.2.3", "1.2.3-rc.1", True),
        (">=1.2.0-0 <1.2", "1.2.0-rc.1", False),
        (">=1.0.0-rc.9", "1.0.0-rc.10", True),
        ("1 || 2 || 3", "2.0.0", True),
        ("1 || 2 || 3", "4.0.0", False),
        ("|| 1.0.0", "3.0.0", True),
        ("* 1.0.0", "1.0.0", True),
        ("npm:core@^1", "4.0.0", True),
        ("org/core", "4.0.0", True),
    ],
)
def test_npm_reads_requirements_its_own_way(text: str, version: str, expected: bool) -> None:  # noqa: FBT001
    assert admits(text, Version.parse(version), "npm") is expected


def test_256_characters_are_the_limit() -> None:
    assert admits("1.0" + " " * 253, Version.parse("1.0.0"), "cargo")
    with pytest.raises(MalformedError):
        admits("1.0" + " " * 254, Version.parse("1.0.0"), "cargo")


def _part(rng: random.Random) -> str:
    count = rng.randint(1, 3)
    numbers = ".".join(rng.choice("012") for _ in range(count))
    tails = ["", "", "-rc.1", "-0", "-alpha.2"] if count == 3 else ["", "", ".x", ".*"]
    return numbers + rng.choice(tails)


def _requirement(rng: random.Random, operators: list[str], glue: str) -> str:
    count = rng.choice([1, 1, 2])
    return glue.join(
        rng.choice(operators) + rng.choice(["", " "]) + _part(rng) for _ in range(count)
    )


def _version(rng: random.Random) -> str:
    core = ".".join(rng.choice("012") for _ in range(3))
    return core + rng.choice(["", "", "", "-rc.1", "-alpha.1", "-beta", "-0"])


OPERATORS = ["", "", "=", "^", "~", ">=", ">", "<", "<="]


def test_npm_requirements_are_read_as_node_semver_reads_them() -> None:
    npm = shutil.which("npm")
    node = shutil.which("node")
    if npm is None or node is None:
        pytest.skip("node and npm are not installed")
    module = Path(npm).resolve().parent.parent / "node_modules" / "semver"
    if not module.is_dir():
        pytest.skip("npm comes without its semver module here")
    rng = random.Random(0)
    cases = [
        (_requirement(rng, [*OPERATORS, "~>"], rng.choice([" ", " || "])), _version(rng))
        for _ in range(3000)
    ]
    cases += [(f"{_part(rng)} - {_part(rng)}", _version(rng)) for _ in range(500)]
    script = (
        f"const s = require({json.dumps(str(module))});"
        "const cases = JSON.parse(require('fs').readFileSync(0));"
        "console.log(JSON.stringify(cases.map(([r, v]) => s.satisfies(v, r))))"
    )
    ran = subprocess.run(
        [node, "-e", script], input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    ours = [admits(text, Version.parse(version), "npm") for text, version in cases]
    assert [case for case, mine, theirs in zip(cases, ours, json.loads(ran.stdout), strict=True)
            if mine is not theirs] == []  # fmt: skip


def test_cargo_resolves_what_is_admitted_and_nothing_else(tmp_path: Path) -> None:
    cargo = shutil.which("cargo")
    if cargo is None:
        pytest.skip("cargo is not installed")
    package = '[package]\nname = "{}"\nversion = "{}"\nedition = "2021"\n'
    for name in ("app", "core"):
        (tmp_path / name / "src").mkdir(parents=True)
        (tmp_path / name / "src" / "lib.rs").touch()
    rng = random.Random(0)
    answers = set()
    for _ in range(12):
        text, version = _requirement(rng, OPERATORS, ", "), _version(rng)
        (tmp_path / "core" / "Cargo.toml").write_text(package.format("core", version))
        (tmp_path / "app" / "Cargo.toml").write_text(
            package.format("app", "0.1.0")
            + f'[dependencies]\ncore = {{ path = "../core", version = "{text}" }}\n[workspace]\n'
        )
        (tmp_path / "app" / "Cargo.lock").unlink(missing_ok=True)
        ran = subprocess.run(
            [cargo, "generate-lockfile", "--offline"], cwd=tmp_path / "app", capture_output=True,
            check=False,
        )  # fmt: skip
        assert admits(text, Version.parse(version), "cargo") is (ran.returncode == 0), text
        answers.add(ran.returncode == 0)
    assert answers == {True, False}


@given(
    st.sampled_from(["cargo", "npm", "chart"]),
    st.sampled_from(["{}", "={}", "^{}", "~{}", ">={}", ">= {}"]),
    st.tuples(*[st.integers(0, 12)] * 3),
    st.integers(1, 3),
    st.tuples(*[st.integers(0, 12)] * 3),
    st.sampled_from(["", "-rc.1"]),
)
def test_whatever_the_style_a_moved_requirement_admits_the_new_version(
    flavour: Flavour,
    style: str,
    old: tuple[int, int, int],
    count: int,
    core: tuple[int, int, int],
    pre: str,
) -> None:
    new = Version.parse("{}.{}.{}".format(*core) + pre)
    text = style.format(".".join(map(str, old[:count])))
    moved = rewrite(text, Version(old), new, flavour)
    assert admits(moved, new, flavour)
    assert rewrite(moved, new, new, flavour) == moved
