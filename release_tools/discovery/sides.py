"""Which folders are beside the product: examples, tests, tools, vendored trees."""

from __future__ import annotations

_REASONS = {
    "an example": "example examples sample samples demo demos playground playgrounds tutorial "
    "tutorials quickstart cookbook recipes notebooks starter starters",
    "a test or a fixture of one": "test tests testing testdata test-data e2e e2e-tests fixture "
    "fixtures testutil testutils __fixtures__ __tests__ snapshots integration-tests "
    "integration_tests integration-test testkit test_data testcases conformance test_projects "
    "test-crates test-projects mocks spec ecosystem",
    "documentation": "doc docs documentation website site www book blog storybook",
    "a benchmark": "bench benches benchmark benchmarks perf benchmarking",
    "a fuzz target": "fuzz fuzzing fuzzers",
    "a tool of the repository": "hack script scripts tool tools tooling ci .github .ci dev "
    "devtools dev-tools xtask xtasks build-tools build_tools utils-dev .circleci .buildkite "
    "workbench edit devel .devcontainer codegen",
    "vendored": "vendor vendored third_party third-party thirdparty node_modules external "
    "submodules deps",
    "a template": "template templates scaffold scaffolding cookiecutter boilerplate skeleton",
    "retired": "deprecated archive archived old legacy attic retired",
    "an experiment": "experiment experiments experimental contrib incubator",
}
_WORDS = {word: reason for reason, words in _REASONS.items() for word in words.split()}
_SUFFIXES = {
    "example": "an example", "examples": "an example", "demo": "an example",
    "test": "a test or a fixture of one", "tests": "a test or a fixture of one",
    "testing": "a test or a fixture of one",
    "e2e": "a test or a fixture of one", "bench": "a benchmark", "benchmarks": "a benchmark",
    "benches": "a benchmark", "benchmark": "a benchmark", "fuzz": "a fuzz target",
    "docs": "documentation",
}  # fmt: skip


def beside(folder: str) -> str:
    """Return why ``folder`` is beside the product (``"an example"``), or an empty string."""
    for part in folder.lower().split("/"):
        reason = _WORDS.get(part) or _SUFFIXES.get(part.replace("_", "-").rsplit("-", 1)[-1], "")
        if reason or part.startswith(("test-", "test_", "testdata", "e2e", "example-", "fuzz-")):
            return reason or "a test or a fixture of one"
    return ""


def named_beside(name: str) -> str:
    """Return why a package of that name is beside the product, or an empty string."""
    last = name.lower().replace("_", "-").rsplit("/", 1)[-1]
    words = last.split("-")
    if words[0] in {"example", "examples", "demo", "fuzz", "e2e", "test", "tests", "xtask"}:
        return _WORDS[words[0]]
    return _SUFFIXES.get(words[-1], "") if len(words) > 1 else _WORDS.get(last, "")
