"""The source column next to its peers, each told to look after the same places."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from benchmarks.measuring import ROOT, Case, call, environment
from benchmarks.trees import PLACES, cloned, lifted, monorepo

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

PEERS = {"tbump": "tbump", "commitizen": "cz", "bump-my-version": "bump-my-version"}
SMALL_SHARE = 5  # the smaller monorepo has a fifth of the manifests


def peer_argv(tool: str, program: Path, *, dry: bool) -> list[str]:
    """Return the command that moves all places of a tree from 0.3.0 to 0.4.0, files only."""
    if tool == "tbump":
        return [str(program), "--non-interactive", "--only-patch", *["--dry-run"][:dry], "0.4.0"]
    if tool == "commitizen":
        return [str(program), "bump", "--files-only", "--yes", *["--dry-run"][:dry], "0.4.0"]
    quiet = ["--dry-run"] if dry else []
    return [str(program), "bump", *quiet, "--new-version", "0.4.0", "patch"]


def prove_equal(tool: str, program: Path, tree: Path) -> str:
    """Let a peer really bump semantic-router once; say what it missed or did too much."""
    call("git", "checkout", "--quiet", "--force", "HEAD", cwd=tree)
    subprocess.run(
        peer_argv(tool, program, dry=False),
        cwd=tree, env=environment(), check=False, capture_output=True,
    )  # fmt: skip
    missed = [p for p, line in PLACES.items() if line.format("0.4.0") not in (tree / p).read_text()]
    changed = call("git", "diff", "--numstat", "--", *PLACES, cwd=tree).splitlines()
    lines = sum(int(row.split("\t")[0]) for row in changed)
    call("git", "checkout", "--quiet", "--force", "HEAD", cwd=tree)
    notes = [f"misses {len(missed)} of {len(PLACES)} files"] if missed else []
    extra = lines - (len(PLACES) - len(missed))
    return ", ".join([*notes, f"changes {extra} foreign lines"] if extra > 0 else notes)


def ours(program: Path, tree: Path, config: Path) -> Callable[..., list[str]]:
    """Return a maker of our command lines for one tree and configuration."""
    start = [str(program), "-C", str(tree), "--config", str(config)]
    return lambda *verb: [*start, *verb]


def small_cases(options: argparse.Namespace, bins: dict[str, Path]) -> Iterator[Case]:
    """Yield the cases on semantic-router."""
    tree = cloned(options.semantic_router, options.cache / "semantic-router")
    copy = lifted(tree, options.cache / "semantic-router-lifted")
    for tool, programs in bins.items():
        yield Case("F", tool, [str(programs / "python"), "-c", "pass"], tree)
    program = bins["release-tools"] / "release-tools"
    # At v0.3.0 the chart says 0.2.0: the verdict is "disagrees", exit code 1.
    for name in ("minimal", "full"):
        config = ROOT / "examples" / "semantic-router" / f"{name}.toml"
        if config.exists():
            command = ours(program, tree, config)
            yield Case(
                f"verify-surfaces, {name}",
                "release-tools",
                command("verify-surfaces"),
                tree,
                (0, 1),
            )
            dry = command("bump", "--dry-run", "0.4.0")
            yield Case(f"bump --dry-run, {name}", "release-tools", dry, tree)
    for tool, name in PEERS.items():
        if tool in bins:
            program = bins[tool] / name
            yield from peer_cases(tool, program, copy, prove_equal(tool, program, copy))


def restored(tree: Path) -> Callable[[], None]:
    """Return what puts ``tree`` back as it was committed, on the disk too."""

    def restore() -> None:
        call("git", "checkout", "--quiet", "--force", "HEAD", cwd=tree)
        os.sync()

    restore()
    return restore


def peer_cases(tool: str, program: Path, tree: Path, note: str = "") -> Iterator[Case]:
    """Yield what a peer does with ``tree``: its dry run if that reads the files, and its bump."""
    detail = f" ({note})" if note else ""
    if tool != "commitizen":
        yield Case(f"dry run{detail}", tool, peer_argv(tool, program, dry=True), tree)
    wet = peer_argv(tool, program, dry=False)
    yield Case(f"bump{detail}", tool, wet, tree, after=restored(tree))


def large_cases(options: argparse.Namespace, bins: dict[str, Path]) -> Iterator[Case]:
    """Yield the cases on the generated monorepo."""
    count: int = options.manifests
    sizes = (count // SMALL_SHARE, count)
    small, tree = (monorepo(options.cache / f"monorepo-{size}", size) for size in sizes)
    program = bins["release-tools"] / "release-tools"
    for size, where in zip(sizes, (small, tree), strict=True):
        verify = ours(program, where, where / "release-tools.toml")("verify-surfaces")
        yield Case(f"verify-surfaces, {size} manifests", "release-tools", verify, where)
    command = ours(program, tree, tree / "release-tools.toml")

    dry, wet = command("bump", "--dry-run", "0.4.0"), command("bump", "0.4.0")
    yield Case(f"bump --dry-run, {count} manifests", "release-tools", dry, tree)
    name = f"bump, {count} manifests, durable"
    yield Case(name, "release-tools", wet, tree, after=restored(tree))
    for tool, peer in PEERS.items():
        if tool in bins:
            yield from peer_cases(tool, bins[tool] / peer, tree, f"{count} manifests")


def table(cases: list[Case], floors: dict[str, float]) -> Iterator[str]:
    """Yield the one table, as Markdown."""
    yield "| tool | command | median | x F | memory |"
    yield "|---|---|---:|---:|---:|"
    for case in cases:
        if case.fault:
            yield f"| {case.tool} | {case.name} | {case.fault.replace('|', '/')} | | |"
            continue
        ratio = case.wall / floors[case.tool]
        yield (
            f"| {case.tool} | {case.name} | {case.wall * 1000:.0f} ms"
            f" | {ratio:.1f} | {case.rss:.0f} MiB |"
        )


def further(cases: list[Case], manifests: int) -> str:
    """Say what each further manifest costs, from the two sizes of the monorepo."""
    found = [
        c for c in cases if c.name.startswith("verify-surfaces, ") and c.name.endswith("fests")
    ]
    if len(found) != len({"small", "large"}) or any(case.fault for case in found):
        return "each further manifest: not measured"
    cost = (found[1].wall - found[0].wall) / (manifests - manifests // SMALL_SHARE)
    return f"each further manifest: {cost * 1000:.3f} ms"
