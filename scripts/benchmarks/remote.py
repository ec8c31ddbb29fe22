"""The published column: digests of images over TLS, a round trip of 50 ms away.

Next to the leanest possible client (``lean.py``), to skopeo and to oras-py, which ask for one after
the other and are run once where there are many.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measuring import ROOT, Case, call, environment, installed, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

HERE = Path(__file__).parent
MANY = 200
PATIENCE = 120.0
SKOPEO = 'for each; do skopeo inspect --raw "docker://$0/$each" || exit; done'


class Group(NamedTuple):
    """One question: how many references, in one repository or each in its own; tokens or none."""

    size: int
    apart: bool
    tokens: bool

    @property
    def name(self) -> str:
        """As the table has it."""
        what = f"{self.size} repositories" if self.apart else f"{self.size} tags of one"
        return f"{what}, tokens" if self.tokens else what

    @property
    def references(self) -> list[str]:
        """Repositories and tags as ``registries.py`` fills them."""
        if self.apart:
            return [f"public/many{number:03}:v1.2.3" for number in range(self.size)]
        return [f"public/one:a{number:03}-v1.2.3" for number in range(self.size)]


GROUPS = [
    *(Group(9, apart, tokens) for apart in (False, True) for tokens in (False, True)),
    Group(MANY, apart=False, tokens=False),
    Group(MANY, apart=False, tokens=True),
    Group(MANY, apart=True, tokens=True),
]
SLOWEST = GROUPS[-2]
"""Not asked of the peers: they take as long for it as for the last one."""


def missing() -> str:
    """Say which program is missing that this part cannot do without."""
    return "" if shutil.which("docker-registry") else "docker-registry is not installed"


@contextmanager
def serving(options: argparse.Namespace) -> Iterator[dict[str, str]]:
    """Run ``registries.py`` until the block ends; yield what it says."""
    python = installed(options.cache, "servers", "cryptography", "PyJWT", "pytest") / "python"
    with tempfile.TemporaryDirectory() as folder:
        say("filling two registries")
        ready = Path(folder) / "servers.json"
        child = subprocess.Popen(
            [str(python), "-m", "benchmarks.registries", folder],
            cwd=ROOT / "scripts",
            env=environment() | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while not ready.exists():
                if child.poll() is not None or time.monotonic() > deadline:
                    sys.exit("bench: the registries do not start")
                time.sleep(0.05)
            yield json.loads(ready.read_text())
        finally:
            child.communicate()  # its standard input ends, and with it the servers


def cases(
    options: argparse.Namespace, bins: dict[str, Path], servers: dict[str, str], group: Group
) -> Iterator[Case]:
    """Yield what is measured for one group, the leanest client first."""
    host = servers["token" if group.tokens else "open"]
    trust = {"SSL_CERT_FILE": servers["trust"], "REQUESTS_CA_BUNDLE": servers["trust"]}
    python = str(bins["release-tools"] / "python")

    def case(tool: str, name: str, *argv: str, rounds: int | None = None) -> Case:
        return Case(name, tool, list(argv), ROOT, environ=trust, rounds=rounds)

    asked = (host, *group.references)
    yield case("leanest client", group.name, python, str(HERE / "lean.py"), *asked)
    if group.apart:  # a surface is a repository of its own
        tree = project(options.cache / "projects", host, group)
        program = str(bins["release-tools"] / "release-tools")
        verify = (program, "-C", str(tree), "verify-surfaces", "--published", "1.2.3")
        yield case("release-tools", f"{group.name}: verify-surfaces --published", *verify)
    yield case("release-tools", group.name, python, str(HERE / "resolve.py"), *asked)
    slow = 1 if group.size == MANY else None
    if "oras" in bins and group != SLOWEST:
        peer = str(bins["oras"] / "python")
        yield case("oras-py", group.name, peer, str(HERE / "oras_get.py"), *asked, rounds=slow)
        if shutil.which("skopeo"):
            shell = shutil.which("sh") or "sh"
            yield case("skopeo", group.name, shell, "-c", SKOPEO, *asked, rounds=slow)


def project(folder: Path, host: str, group: Group) -> Path:
    """Return a project whose images are those of the group."""
    tree = folder / group.name.replace(" ", "-")
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    names = [reference.partition("/")[2].partition(":")[0] for reference in group.references]
    (tree / "release-tools.toml").write_text(
        '[streams.main]\ntag = "v{version}"\n\n'
        f'[registries]\nprivate-hosts = ["{host}"]\n\n'
        f'[[surfaces]]\nkind = "image"\nregistry = "{host}/public"\nnames = {json.dumps(names)}\n'
    )
    call("git", "init", "--quiet", tree)
    return tree


def within(case: Case, rounds: int) -> float:
    """Return the median of what the program says it took itself, in seconds."""
    times = []
    for _ in range(rounds):
        environ = environment() | case.environ
        said = subprocess.run(case.argv, env=environ, check=True, capture_output=True, text=True)
        times.append(float(said.stdout.partition("\n")[0]))
    return statistics.median(times)


def table(groups: list[list[Case]], rounds: int) -> Iterator[str]:
    """Yield the table of all groups, as Markdown.

    The ratio is the median of those of the rounds: what the machine is busy with meanwhile slows
    both.
    """
    yield "| asked for | by | median | x leanest | in process | memory |"
    yield "|---|---|---:|---:|---:|---:|"
    for lean, *others in groups:
        for case in (lean, *others):
            if case.fault:
                yield f"| {case.name} | {case.tool} | {case.fault.replace('|', '/')} | | | |"
                continue
            ratio = statistics.median(
                mine / least for mine, least in zip(case.walls, lean.walls, strict=False)
            )
            own = case.argv[1].endswith(("lean.py", "resolve.py"))
            inside = f"{within(case, rounds) * 1000:.0f} ms" if own else ""
            yield (
                f"| {case.name} | {case.tool} | {case.wall * 1000:.0f} ms | {ratio:.2f}"
                f" | {inside} | {case.rss:.0f} MiB |"
            )
