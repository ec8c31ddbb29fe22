"""Running programs: bounded, without a shell, with a clean environment."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from release_tools.adapters import process
from release_tools.adapters.process import Process, legible
from release_tools.errors import UnreadableError, UsageError


def python(code, **options):
    return Process().run([sys.executable, "-c", code], **options)


def test_code_and_both_streams_come_back():
    ran = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)")
    assert (ran.code, ran.out, ran.err) == (7, "out\n", "err\n")


def test_large_input_and_output_do_not_block_each_other():
    data = bytes(range(256)) * 8192
    code, out, _ = Process().run_bytes(["cat"], stdin=data)
    assert (code, out) == (0, data)


def test_a_program_that_reads_nothing_of_its_input_is_no_error():
    assert python("pass", stdin=b"x" * 1_000_000).code == 0


def test_without_input_there_is_nothing_to_wait_for():
    assert python("import sys; print(repr(sys.stdin.read()))").out == "''\n"


def test_arguments_are_never_seen_by_a_shell():
    ran = Process().run(["printf", "%s|", "$(id)", ";", "a b", "`id`"])
    assert ran.out == "$(id)|;|a b|`id`|"


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(UnreadableError, match="no-such-program cannot be started") as caught:
        Process().run(["no-such-program"])
    assert "PATH" in caught.value.hint


def test_a_nul_in_an_argument_is_refused():
    with pytest.raises(UsageError, match="NUL"):
        Process().run(["echo", "a\0b"])


def test_a_timeout_ends_the_program_and_all_that_it_started(tmp_path):
    mark = tmp_path / "pid"
    start = time.monotonic()
    with pytest.raises(UnreadableError, match=r"did not end within 0\.5 s"):
        Process().run(["sh", "-c", f"sleep 60 & echo $! > {mark}; wait"], timeout=0.5)
    assert time.monotonic() - start < 5
    grandchild = int(mark.read_text())
    for _ in range(100):
        if not alive(grandchild):
            return
        time.sleep(0.02)
    os.kill(grandchild, signal.SIGKILL)
    pytest.fail("the grandchild still ran")


def alive(pid):
    """Say whether a process runs; one that waits for its parent to notice does not."""
    try:
        os.kill(pid, 0)
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_program_that_ignores_the_request_to_end_is_killed(monkeypatch):
    monkeypatch.setattr(process, "_GRACE", 0.3)
    start = time.monotonic()
    with pytest.raises(UnreadableError, match="did not end"):
        python("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)", timeout=1)
    assert time.monotonic() - start < 10


def test_endless_output_is_cut_off(monkeypatch):
    monkeypatch.setattr(process, "MAX_OUTPUT", 1_000_000)
    with pytest.raises(UnreadableError, match="wrote more than"):
        Process().run(["yes"])


def test_git_hears_of_the_user_and_the_remote_but_not_of_another_repository(monkeypatch):
    given = {
        "GIT_DIR": "/x",
        "GIT_INDEX_FILE": "/x",
        "GIT_WORK_TREE": "/x",
        "GIT_TRACE": "1",
        "GIT_TRACE_CURL": "1",
        "GIT_SSH_COMMAND": "ssh -v",
        "GIT_AUTHOR_NAME": "A",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "a.b",
        "GIT_CONFIG_VALUE_0": "c",
        "LANGUAGE": "de",
        "LC_ALL": "de_DE.UTF-8",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    kept = process.environment()
    assert sorted(given.keys() & kept.keys()) == [
        "GIT_AUTHOR_NAME",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_KEY_0",
        "GIT_CONFIG_VALUE_0",
        "GIT_SSH_COMMAND",
        "LC_ALL",
    ]
    assert (kept["LC_ALL"], kept["GIT_TERMINAL_PROMPT"]) == ("C", "0")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("fatal: https://user:to@ken@host/x failed", "fatal: https://***@host/x failed"),
        ("'https://token@host/x'", "'https://***@host/x'"),
        ("a\x1b[31mred\x1b[0m\r\nb\tc\x00", "a [31mred [0m b c "),
        ("right\u202eleft\u200b", "right left "),
        (b"bad \xff byte", "bad \ufffd byte"),
        ("x" * 5000, "x" * 1999 + "…"),
    ],
)
def test_foreign_text_is_made_fit_for_a_message(text, shown):
    assert legible(text) == shown


def test_a_credential_never_survives_the_cut():
    assert "secret" not in legible("x" * 1980 + " https://user:secret" + "s" * 500 + "@host")
