"""Scripts that other systems than GitHub's run: Cloud Build, GitLab, CircleCI, Drone and the like.

Each keeps shell commands under keys of its own in YAML; just and Jenkins in a text of their own.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

from release_tools.discovery import walk
from release_tools.discovery.sides import beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.discovery.files import Files
    from release_tools.discovery.values import Values

_YAML = re.compile(
    r"(?:.*/)?(?:cloudbuild[^/]*|\.gitlab-ci[^/]*|\.drone|\.travis|azure-pipelines[^/]*|Taskfile)"
    r"\.ya?ml|\.(?:circleci|buildkite|gitlab|semaphore|tekton|woodpecker)/.*\.ya?ml"
)
_KEYS = frozenset(
    ("script", "run", "command", "commands", "before_script", "cmds", "cmd", "bash", "deploy")
)
_ASIDE = {"a test or a fixture of one", "an example", "vendored", "documentation"}


def scripts(files: Files) -> Iterator[tuple[str, str, dict[str, Values]]]:
    """Yield (path, script, variables) of every job and recipe of those systems."""
    for path in files.paths:
        folder, _, name = path.rpartition("/")
        if folder.split("/")[0] in {"vendor", "node_modules"} or beside(folder) in _ASIDE:
            continue
        if _YAML.fullmatch(path):
            data = files.yaml(path)
            variables = _variables(data)
            yield from ((path, script, variables) for script in _of_yaml(data))
        elif name.lower() in {"justfile", ".justfile"}:
            body = re.findall(r"^[ \t]+(.*)$", files.text(path), re.MULTILINE)
            yield path, re.sub(r"\{\{.*?\}\}", "$UNKNOWN", "\n".join(body)), {}
        elif name == "Jenkinsfile":
            found = re.findall(
                r"\bsh\b[^'\"\n]*('''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|\"[^\"\n]*\")",
                files.text(path),
                re.DOTALL,
            )
            yield path, "\n".join(each.strip("'\"") for each in found), {}


def _variables(data: Any) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for key in ("substitutions", "variables", "env"):
        table = data.get(key) if isinstance(data, dict) else None
        for name, value in table.items() if isinstance(table, dict) else ():
            if isinstance(value, str | int | float):
                found[str(name)] = (str(value),)
    return found


def _of_yaml(data: Any) -> Iterator[str]:
    for node in walk.nodes(data):
        if isinstance(node, dict):
            yield from _step(node)


def _step(node: dict[Any, Any]) -> Iterator[str]:
    """Yield the commands of one table; a step of Cloud Build is its image with arguments."""
    for key in _KEYS & {str(each) for each in node}:
        value = node[key]
        lines = value if isinstance(value, list) else [value]
        yield "\n".join(each for each in lines if isinstance(each, str))
    arguments, program = node.get("args"), node.get("entrypoint", node.get("name"))
    if isinstance(arguments, list) and isinstance(program, str):
        words = [program.rsplit("/", 1)[-1].split(":")[0], *map(str, arguments)]
        if words[1:2] == ["-c"]:
            yield " ".join(words[2:])
        else:
            yield " ".join(each if "$" in each else shlex.quote(each) for each in words)
    images = node.get("images")
    for image in images if isinstance(images, list) else ():
        if isinstance(image, str):
            yield f"docker push {image}"
