"""What the fake remembers: repositories with releases, checks, runs; packages; tokens."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from tests.servers.github.git import Git

NUMBERS = itertools.count(1000)


@dataclass
class Token:
    """A token with the permissions that a workflow's ``permissions:`` would give it.

    ``installation`` is true of GITHUB_TOKEN: its ``permissions.push`` is always false, and
    ``target_commitish`` is refused.
    """

    value: str
    permissions: dict[str, str]
    installation: bool = True

    def may(self, scope, level):
        have = self.permissions.get(scope, "read" if scope == "metadata" else "none")
        return have in {"write", level}


@dataclass
class Asset:
    name: str
    content: bytes
    content_type: str = "application/octet-stream"
    label: str | None = None
    starter: int = 0  # reads that still see a starter; -1: for ever
    id: int = field(default_factory=lambda: next(NUMBERS))


@dataclass
class Release:
    tag: str
    name: str | None = None
    body: str | None = None
    draft: bool = False
    prerelease: bool = False
    target: str = "main"
    immutable: bool = False
    created: str = ""
    published: str | None = None
    lists: int = 0  # lists that do not show it yet
    looks: int = 0  # looks by tag that do not find it yet
    assets: list[Asset] = field(default_factory=list)
    id: int = field(default_factory=lambda: next(NUMBERS))


@dataclass
class Check:
    sha: str
    name: str
    status: str
    conclusion: str | None
    suite: int | None
    id: int = field(default_factory=lambda: next(NUMBERS))


@dataclass
class Run:
    workflow: str  # the file's name
    sha: str
    branch: str  # or tag
    event: str
    status: str
    conclusion: str | None
    attempt: int
    created: str
    started: str
    suite: int = field(default_factory=lambda: next(NUMBERS))
    id: int = field(default_factory=lambda: next(NUMBERS))


@dataclass
class Pull:
    number: int
    head: str
    base: str
    title: str
    body: str | None


@dataclass
class Version:
    """One version of a container package: a manifest's digest and the tags on it."""

    digest: str
    tags: list[str]
    created: str = "2026-01-15T02:00:00Z"
    id: int = field(default_factory=lambda: next(NUMBERS))


class Repository:
    """One repository.  Tests change its fields and call what makes things."""

    def __init__(self, name, folder):
        self.name = name
        self.git = Git(folder)
        self.default_branch = "main"
        self.private = False
        self.immutable = False  # releases, once published
        self.protected = {}  # branch: names of required checks
        self.rules = {}  # branch: rules, as GitHub writes them
        self.forbidden = ()  # patterns of refs that a rule lets nobody create
        self.releases: list[Release] = []
        self.latest: int | None = None
        self.used: set[str] = set()  # tags of immutable releases: never again
        self.checks: list[Check] = []
        self.statuses: list[tuple[str, str, str]] = []
        self.runs: list[Run] = []
        self.workflows: list[str] = []
        self.pulls: list[Pull] = []

    def commit(self, message="Change", branch="main"):
        """Make an empty commit on top of ``branch`` and return its id."""
        head = self.git.resolve(f"refs/heads/{branch}")
        made = self.git.commit(message, parents=[head] if head else [])
        self.git.update(f"refs/heads/{branch}", made)
        return made

    def tag(self, name, commit=None, message="A release", *, annotated=True):
        """Tag ``commit``, else the head of the default branch; return the commit."""
        commit = commit or self.git.resolve(f"refs/heads/{self.default_branch}")
        sha = self.git.tag(name, commit, message) if annotated else commit
        self.git.update(f"refs/tags/{name}", sha)
        return commit

    def release(self, tag, *, files=None, **fields):
        """Put a release there, published unless ``draft=True``, with ``files`` as its assets."""
        made = Release(tag, **{"name": tag, "created": clock(), **fields})
        made.published = None if made.draft else clock()
        made.assets = [Asset(name, data) for name, data in (files or {}).items()]
        self.releases.append(made)
        return made

    def require(self, branch, *names):
        """Let a rule of the branch require the checks of these names."""
        rule = {
            "type": "required_status_checks",
            "ruleset_source_type": "Repository",
            "ruleset_source": self.name,
            "ruleset_id": 42,
            "parameters": {
                "required_status_checks": [{"context": name} for name in names],
                "strict_required_status_checks_policy": False,
            },
        }
        self.rules[branch] = [rule] if names else []

    def check(self, name, sha, conclusion="success", *, status=None, suite=None):
        """Report a check run; without a conclusion it is still ``in_progress``."""
        status = status or ("completed" if conclusion else "in_progress")
        self.checks.append(Check(sha, name, status, conclusion, suite or next(NUMBERS)))

    def status(self, context, sha, state="success"):
        """Report a commit status."""
        self.statuses.append((sha, context, state))

    def run(self, workflow, sha, ref, conclusion="success", **fields):
        """Let ``workflow`` (a file name) have run on branch or tag ``ref``, or be running."""
        if workflow not in self.workflows:
            self.workflows.append(workflow)
        made = {
            "event": "push",
            "status": "completed" if conclusion else "in_progress",
            "attempt": 1,
            "created": clock(),
            "started": clock(),
        }
        run = Run(workflow, sha, ref, conclusion=conclusion, **{**made, **fields})
        self.runs.append(run)
        return run

    @property
    def published(self):
        return [one for one in self.releases if not one.draft]

    @property
    def drafts(self):
        return [one for one in self.releases if one.draft]


_SECONDS = itertools.count()


def clock():
    """Return the next second of a clock that never stands still."""
    passed = next(_SECONDS)
    hours, rest = divmod(passed, 3600)
    return f"2026-01-{15 + hours // 24:02}T{hours % 24:02}:{rest // 60:02}:{rest % 60:02}Z"
