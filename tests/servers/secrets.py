"""Canaries: made-up secrets where programs keep theirs, and the search for them everywhere else.

    secrets.plant(home)                # netrc, docker's and npm's configuration; returns variables
    secrets.refuse(out, err)           # fails where one of them stands, plain or encoded
    secrets.refuse_files(tmp_path)

What a canary is named after is the one place that may be shown it.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.servers.fault import Proxy

NAMES = ("github", "pip", "npm", "cargo", "docker", "netrc")
CANARIES = {name: f"canary-of-{name}-5e1f" for name in NAMES}
VARIABLES = {
    "GITHUB_TOKEN": CANARIES["github"],
    "GH_TOKEN": CANARIES["github"],
    "NODE_AUTH_TOKEN": CANARIES["npm"],
    "CARGO_REGISTRY_TOKEN": CANARIES["cargo"],
    "PIP_EXTRA_INDEX_URL": f"http://user:{CANARIES['pip']}@127.0.0.1:9/simple/",
}
"""Variables in which a workflow may hold secrets."""

_LARGEST = 1 << 20
_FAKE = f"ghs_{0:030}"  # how every token of tests.servers.github begins


def plant(home: Path, hosts: Mapping[str, str]) -> dict[str, str]:
    """Write the files of every client below ``home``, and return the variables to run with.

    ``hosts`` are ``host:port`` by the name of the canary that belongs there.
    """
    home.mkdir(exist_ok=True)
    (home / ".netrc").write_text(
        f"machine elsewhere.example.com login user password {CANARIES['netrc']}\n"
    )
    (home / ".netrc").chmod(0o600)
    basic = base64.b64encode(f"user:{CANARIES['docker']}".encode()).decode()
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text(
        json.dumps({"auths": {hosts["docker"]: {"auth": basic}}})
    )
    (home / ".npmrc").write_text(
        f"registry=http://{hosts['npm']}/\n//{hosts['npm']}/:_authToken={CANARIES['npm']}\n"
    )
    return {
        **VARIABLES,
        "HOME": str(home),
        "PIP_INDEX_URL": f"http://user:{CANARIES['pip']}@{hosts['pip']}/simple/",
        "CARGO_REGISTRIES_LOCAL_INDEX": f"sparse+http://{hosts['cargo']}/index/",
        "CARGO_REGISTRIES_LOCAL_TOKEN": CANARIES["cargo"],
    }


def found(text: str) -> list[str]:
    """Return the names of the canaries in a text, as they are or in base64."""
    forms = {name: _forms(canary) for name, canary in CANARIES.items()}
    forms["github"] += (_FAKE,)
    return [name for name, each in forms.items() if any(form in text for form in each)]


def _forms(canary: str) -> tuple[str, ...]:
    # Of what is encoded behind "user:", the middle is the same wherever it begins.
    return (canary, base64.b64encode(f"user:{canary}".encode()).decode().rstrip("=")[:-2])


def refuse(*texts: str) -> None:
    """Fail where a canary stands in what people get to see."""
    leaks = [f"{name}: {text}" for text in texts for name in found(text)]
    assert not leaks, f"a secret leaked, of {leaks[0]}"


def refuse_files(folder: Path, home: Path | None = None) -> None:
    """Fail where a canary stands in a file below ``folder``, other than where it was planted."""
    for path in folder.rglob("*"):
        if home is not None and path.is_relative_to(home):
            continue
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= _LARGEST:
            assert not found(path.read_bytes().decode("latin-1")), f"a secret leaked into {path}"


def refuse_strangers(servers: Mapping[str, Proxy]) -> None:
    """Fail where a server was shown another canary than its own."""
    for name, server in servers.items():
        for other, canary in CANARIES.items():
            assert other == name or not server.saw(canary), f"{name} was shown {other}'s secret"
