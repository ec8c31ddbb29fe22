"""Run commands of mutmut as ``scripts/mutate`` needs them, read from stdin as JSON.

The tests are collected once; each mutant is a fork that runs the quickest of its tests first and
ends with the first that fails, or that takes ten times as long as it did.
"""

from __future__ import annotations

import functools
import json
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

# Operators that mostly change the words of messages: other texts, and arguments left out.
_UNWANTED = ("operator_string", "operator_dict_arguments", "operator_arg_removal")


def forget() -> None:
    """Let no function of ours keep its answers: one of before would hide a mutant."""
    real = functools.lru_cache

    def uncached(maxsize: Any = 128, **given: Any) -> Any:
        size = 128 if callable(maxsize) else maxsize

        def made(one: Any) -> Any:
            ours = (getattr(one, "__module__", "") or "").startswith("release_tools")
            return one if ours else real(size, **given)(one)

        return made(maxsize) if callable(maxsize) else made

    vars(functools).update(lru_cache=uncached, cache=uncached(None))


def collect(arguments: list[str]) -> dict[str, Any]:
    """Return the tests by their names, as pytest has them before it runs one."""
    from _pytest.config import _prepareconfig
    from _pytest.main import Session

    config = _prepareconfig(arguments)
    config._do_configure()  # noqa: SLF001
    session = Session.from_config(config)
    config.hook.pytest_sessionstart(session=session)
    config.hook.pytest_collection(session=session)
    return {item.nodeid: item for item in session.items}


def passes(items: list[Any], durations: dict[str, float]) -> bool:
    """Run tests until one fails; one that loops ends the process, which counts as a timeout."""
    from _pytest.runner import runtestprotocol

    for item, following in zip(items, [*items[1:], None], strict=True):
        signal.setitimer(signal.ITIMER_PROF, 2 + 10 * durations.get(item.nodeid, 0))
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            return False
    return True


def teach() -> None:
    """Give mutmut our operators, and our way to run the tests of a mutant."""
    from mutmut.configuration import config
    from mutmut.mutation import mutators, trampoline
    from mutmut.runners.harness import PytestRunner
    from mutmut.state import state
    from mutmut.stats import status_by_exit_code
    from mutmut.utils.file_utils import change_cwd

    unwanted = [getattr(mutators, name) for name in _UNWANTED]
    operators = [one for one in mutators.mutation_operators if one[1] not in unwanted]
    vars(mutators)["mutation_operators"][:] = operators  # a list, typed as one that stays
    status_by_exit_code[-signal.SIGPROF] = "timeout"
    collected: dict[str, Any] = {}

    def warm_up(_: PytestRunner) -> None:
        with change_cwd("mutants"):
            set_up = config()
            chosen = set_up.pytest_add_cli_args, set_up.pytest_add_cli_args_test_selection
            collected.update(collect(["--rootdir=.", "-q", *chosen[0], *chosen[1]]))

    def run_tests(self: PytestRunner, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        if not collected:  # the run without a mutant, and the one in which all mutants fail
            warm_up(self)
        if mutant_name:
            trampoline.get_mutant_under_test = lambda: mutant_name  # asked at each call: no more
        times = state().duration_by_test
        names = sorted(tests or collected, key=lambda name: times.get(name, 0))
        kept = sys.stdout, sys.stderr  # pytest lets go of them, and warns of files left open
        with change_cwd("mutants"):
            passed = passes([collected[name] for name in names], times)
        del kept
        return 0 if passed else 1

    for method in (warm_up, run_tests):
        setattr(PytestRunner, method.__name__, method)


def main(commands: list[list[str]]) -> None:
    """Run the commands, each as the command line of mutmut would."""
    sys.setrecursionlimit(4000)  # each call of a mutated function is three
    forget()
    try:
        teach()
    except ImportError:
        sys.exit("scripts/mutate: mutmut is missing: pip install --group mutate")
    from mutmut.__main__ import cli

    for command in commands:
        cli(command, prog_name="mutmut", standalone_mode=False)


if __name__ == "__main__":
    main(json.load(sys.stdin))
