"""Commands that write what a registry says, when it says something else: the old files stay.

Every fault of an answer with every command; what may pass is awaited, what lies is told from what
cannot be told.
"""

from __future__ import annotations

import pytest

from release_tools.adapters.http import Http, retry
from release_tools.cli import commands
from release_tools.errors import ReleaseToolsError
from tests.faults.conftest import COMMANDS
from tests.servers import fault

UNKNOWN, DISAGREES = 3, 1
FAULTS = {
    "500": (fault.status(500), UNKNOWN),
    "503": (fault.status(503), UNKNOWN),
    "time-out": (fault.hang(), UNKNOWN),
    "a byte at a time": (fault.slow(pause=0.2), UNKNOWN),
    "reset": (fault.reset(), UNKNOWN),
    "reset in the middle": (fault.reset(after=200), UNKNOWN),
    "closed": (fault.close(), UNKNOWN),
    "truncated": (fault.truncate(), UNKNOWN),
    "HTML": (fault.html(), UNKNOWN),
    "429": (fault.status(429), UNKNOWN),
    "429, come back tomorrow": (fault.status(429, {"Retry-After": "86400"}), UNKNOWN),
    "403 for too many": (fault.status(403, {"Retry-After": "86400"}), UNKNOWN),
    "401": (fault.status(401), UNKNOWN),
    "a stale 404": (fault.status(404), UNKNOWN),  # the list has the tag
    "a lying digest": (fault.lie(), DISAGREES),
}
"""Every fault, and what a command says of it that goes on."""
WRITING = [name for name in COMMANDS if name.startswith(("pin", "ledger"))]
CELLS = [(name, told) for name in WRITING for told in FAULTS]


def test_so_many_cells():
    assert len(CELLS) >= 75


@pytest.fixture
def behind(files, published, monkeypatch):
    """Lay the same files with a proxy before their registry, and little patience."""
    for name in ("_PAUSE", "_PAUSE_TOO_MANY", "_LEAST_TOLD"):
        monkeypatch.setattr(retry, name, 0.001)
    for name, seconds in {"total": 1.0, "connect": 0.5, "read": 0.2}.items():
        monkeypatch.setitem(Http.__init__.__kwdefaults__, name, seconds)
    with fault.serving(published.url) as proxy:
        made = files._replace(host=proxy.host)
        made.lay()
        monkeypatch.chdir(made.root)
        yield made, proxy


def run(name):
    try:
        return commands.run([*COMMANDS[name]])
    except ReleaseToolsError as error:
        return error.exit_code


@pytest.mark.parametrize(("name", "told"), CELLS, indirect=["name"])
def test_whatever_a_registry_says_instead_the_old_files_stay(behind, name, told):
    files, proxy = behind
    broken, code = FAULTS[told]
    before = files.all()
    proxy.always(broken, at="/v2/f/server/manifests/")
    assert run(name) == code
    assert files.all() == before
    assert {asked.method for asked in proxy.requests} == {"GET"}


@pytest.mark.parametrize("name", WRITING, indirect=True)
def test_what_passes_is_awaited_as_long_as_the_registry_wishes(behind, name):
    files, proxy = behind
    before = files.all()
    proxy.script(
        fault.status(429, {"Retry-After": "0"}), fault.reset(), at="/v2/f/server/manifests/"
    )
    assert run(name) == 0
    assert files.all() != before
