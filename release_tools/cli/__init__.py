"""The command line: parse, call one flow, render, exit.  It decides nothing.

Every command is a module of its own, imported when it is called.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import NoReturn

from release_tools.errors import ReleaseToolsError

_BUG = 70
_INTERRUPTED = 130
_UNKNOWN = 3


def main() -> NoReturn:
    """Run the command line and exit with the code of the table in the README."""
    gc.disable()  # a run is short and makes no cycles: looking for some costs a tenth of its time
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller, who only wants the exit code
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - till the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a log that is not UTF-8 must not end the run
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        code = _INTERRUPTED
    except ReleaseToolsError as error:
        from release_tools.cli.shared import show_error

        show_error(error)
        code = error.exit_code
    except BrokenPipeError:
        # The reader has gone; Python would complain when it flushes at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except OSError as error:
        # Flows name the files that they cannot use: what is left is where we write to.
        sys.stderr.write(f"error: the output could not be written: {error}\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _UNKNOWN
    except Exception:  # noqa: BLE001 - the last resort: a bug must not look like a finding
        import traceback

        traceback.print_exc()
        sys.stderr.write("\nThis is a bug in release-tools; please report it with these lines.\n")
        code = _BUG
    gc.freeze()  # nor is what is left at the end worth a look: it goes with the process
    _leave(code)


def _leave(code: int) -> NoReturn:
    """Exit; at once and without the C library's tidying if threads still wait for an answer."""
    asking = sys.modules.get("release_tools.adapters.side_by_side")
    if asking is not None and asking.at_work():
        import atexit

        atexit._run_exitfuncs()  # noqa: SLF001 - what is registered there still has its turn
        try:
            sys.stdout.flush()
        except OSError:
            code = code or _UNKNOWN
        os._exit(code)
    sys.exit(code)


def _run(argv: list[str]) -> int:
    from release_tools.cli import fast

    plain = fast.parse(argv)
    if plain is not None and "_RELEASE_TOOLS_COMPLETE" not in os.environ:
        from importlib import import_module

        module, options = plain
        return int(import_module(f"release_tools.cli.{module}").run(options))
    from release_tools.cli import commands

    return commands.run(argv)
