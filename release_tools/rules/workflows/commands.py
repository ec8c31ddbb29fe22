"""Which commands publish something, and what."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from release_tools.rules.workflows import gates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Words = tuple[str, ...]


class Kind(StrEnum):
    """What is published."""

    IMAGE = "image"
    CHART = "chart"
    PYPI = "pypi"
    CRATE = "crate"
    NPM = "npm"
    PACKAGE = "package"  # of any other registry
    ARTIFACT = "artifact"  # of an OCI registry
    RELEASE = "github-release"
    TAG = "git-tag"


_WRAPPERS = frozenset(
    ("sudo", "env", "exec", "npx", "uvx", "bunx", "retry", "timeout", "time", "xargs",
     "command", "run", "nice", "nohup")
)  # fmt: skip
_OFTEN = re.compile(r"\d+(\.\d+)?[smhd]?")  # retry 3 x, timeout 10m x
_RUNNERS = frozenset({"pipx", "poetry", "uv", "hatch", "pdm", "pnpm", "yarn", "rye", "mise", "nix"})
_BEHIND = frozenset({"run", "exec", "dlx", "tool", "x"})  # uv run, poetry run, pnpm dlx, mise x
_NOT_REALLY = frozenset(
    ("--dry-run", "-n", "--dryrun", "--snapshot", "--skip=publish", "--skip-publish", "--list",
     "--help", "--no-push", "--push=false")
)  # fmt: skip
_LOCAL = ("localhost", "127.0.0.1", "kind-registry", "registry.local", "docker-daemon:", "oci:",
          "dir:", "ttl.sh/")  # fmt: skip


def publishes(words: Words) -> Kind | None:
    """Return what a simple command publishes, None for one that publishes nothing.

    A trial run and the registry of a test are nothing.
    """
    argv = bare(words)
    if not argv or _NOT_REALLY & {*argv, *map(_unquoted, argv)}:
        return None
    rule = _rules().get(_program(argv[0]))
    return rule(argv) if rule else None


def bare(words: Words) -> Words:
    """Return the command itself: without assignments, wrappers and ``python -m`` before it."""
    argv = list(words)
    for _ in range(8):
        first = argv[0] if len(argv) > 1 else ""
        if re.match(r"-|[A-Za-z_]\w*=", first) or _OFTEN.fullmatch(first):
            del argv[0]
        elif len(argv) > 2 and _program(argv[0]).startswith("python") and argv[1] == "-m":  # noqa: PLR2004 - python -m name
            del argv[:2]
        elif wrap := _wrap(argv):
            del argv[:wrap]
        else:
            break
    return tuple(argv)


def _wrap(argv: Sequence[str]) -> int:
    """Return how many words only run what follows: two of ``uv run x``, none of ``uv publish``."""
    if len(argv) > 2 and argv[0] in _RUNNERS and argv[1] in _BEHIND:  # noqa: PLR2004 - uv run name
        return 2
    return 1 if len(argv) > 1 and argv[0] in _WRAPPERS else 0


def plain(words: Words) -> Words:
    """Return the words that are no options, unquoted."""
    return tuple(_unquoted(word) for word in words if not word.startswith("-"))


def _unquoted(word: str) -> str:
    return word.strip("\"'")


def _program(word: str) -> str:
    return _unquoted(word).rpartition("/")[2]


@cache
def _rules() -> dict[str, Callable[[Words], Kind | None]]:
    found: dict[str, Callable[[Words], Kind | None]] = {
        **dict.fromkeys(("docker", "podman", "nerdctl", "buildah", "img"), _docker),
        **dict.fromkeys(("crane", "gcrane", "regctl", "skopeo"), _copier),
        "oras": _verb(Kind.ARTIFACT, "push", "cp", "copy", "tag"),
        "ko": _ko,
        "helm": _verb(Kind.CHART, "push", "cm-push"),
        "cr": _verb(Kind.CHART, "upload"),
        "twine": _python("upload"),
        "uv": _python("publish"),
        "poetry": _python("publish"),
        "hatch": _python("publish"),
        "flit": _python("publish"),
        "pdm": _python("publish"),
        "maturin": _python("publish", "upload"),
        "cargo": _cargo,
        "release-plz": _verb(Kind.CRATE, "release"),
        **dict.fromkeys(("npm", "pnpm", "yarn", "bun"), _npm),
        **dict.fromkeys(("lerna", "changeset", "nx"), _verb(Kind.NPM, "publish", "from-package")),
        "semantic-release": lambda _: Kind.RELEASE,
        "goreleaser": _verb(Kind.RELEASE, "release"),
        "gh": _gh,
        "hub": _verb(Kind.RELEASE, "release"),
        **dict.fromkeys(("release-tools", "release_tools"), _ours),
        "gem": _verb(Kind.PACKAGE, "push"),
        "dotnet": _nuget,
        "mvn": _verb(Kind.PACKAGE, "deploy"),
        "git": _git,
    }
    return found


def _verb(kind: Kind, *verbs: str) -> Callable[[Words], Kind | None]:
    return lambda argv: kind if set(plain(argv[1:])[:2]) & set(verbs) else None


def _docker(argv: Words) -> Kind | None:
    verbs = plain(argv[1:])
    first = verbs[:3]
    if {"run", "exec"} & set(verbs[:1]):
        return None  # what runs in a container is its own affair
    if "push" in first:
        targets = verbs[first.index("push") + 1 :]
    elif ({"build", "bake"} & set(first) and _pushing(argv)) or {"imagetools", "create"} <= set(
        first
    ):
        targets = tags_of(argv)
    else:
        return None
    local = targets and all(each.startswith(_LOCAL) for each in targets)
    return None if local else Kind.IMAGE


def _pushing(argv: Words) -> bool:
    return any(word == "--push" or "push=true" in word or "type=registry" in word for word in argv)


def tags_of(argv: Words) -> Words:
    """Return the image references behind ``-t`` and ``--tag``."""
    found: list[str] = []
    for at, word in enumerate(argv):
        if word in {"-t", "--tag"} and at + 1 < len(argv):
            found.append(_unquoted(argv[at + 1]))
        elif word.startswith("--tag="):
            found.append(_unquoted(word[len("--tag=") :]))
    return tuple(found)


def _copier(argv: Words) -> Kind | None:
    verbs = plain(argv[1:])
    if not {"push", "copy", "cp", "tag", "sync", "image"} & set(verbs[:1]):
        return None
    return None if verbs[-1].startswith(_LOCAL) else Kind.IMAGE


def _ko(argv: Words) -> Kind | None:
    if "--local" in argv or "-L" in argv:
        return None
    return _verb(Kind.IMAGE, "build", "publish", "resolve", "apply")(argv)


def _python(*verbs: str) -> Callable[[Words], Kind | None]:
    def rule(argv: Words) -> Kind | None:
        trial = any(re.search(r"test\W?pypi", word, re.IGNORECASE) for word in argv)
        return Kind.PYPI if not trial and plain(argv[1:])[:1] in {(v,) for v in verbs} else None

    return rule


def _cargo(argv: Words) -> Kind | None:
    verbs = plain(argv[1:])
    verbs = verbs[1:] if verbs and verbs[0].startswith("+") else verbs
    all_of_them = verbs[:2] in {("workspaces", "publish"), ("ws", "publish")}
    really = verbs[:1] == ("release",) and "--execute" in argv
    return Kind.CRATE if verbs[:1] == ("publish",) or all_of_them or really else None


def _npm(argv: Words) -> Kind | None:
    verbs = plain(argv[1:])
    return Kind.NPM if verbs[:1] == ("publish",) or verbs[:2] == ("npm", "publish") else None


def _gh(argv: Words) -> Kind | None:
    verbs = plain(argv[1:])
    known = verbs[:1] == ("release",) and verbs[1:2] in {("create",), ("upload",), ("edit",)}
    return Kind.RELEASE if known else None


def _ours(argv: Words) -> Kind | None:
    return Kind.RELEASE if gates.called(argv)[:1] == ("release",) else None


def _nuget(argv: Words) -> Kind | None:
    return Kind.PACKAGE if plain(argv[1:])[:2] == ("nuget", "push") else None


def _git(argv: Words) -> Kind | None:
    if "push" not in plain(argv[1:])[:2] or {"-d", "--delete"} & set(argv):
        return None
    tags = {"--tags", "--follow-tags", "--mirror"} & set(argv)
    return Kind.TAG if tags or any("refs/tags/" in word for word in argv) else None
