"""What we ask GitHub: pull requests, the checks that a branch requires, the state of a commit.

Follows GitHub's REST API description.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from release_tools.adapters.github_api import Api
from release_tools.adapters.github_faults import HiddenError, ShapeError
from release_tools.adapters.github_shapes import mapping, number, text
from release_tools.errors import RefusedError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Collection

GREEN = frozenset({"success", "neutral", "skipped"})
"""The states of a check that let a required check pass."""
PENDING = frozenset({"queued", "in_progress", "waiting", "requested", "pending", "expected"})
"""The states of a check that has not come to an end."""


class GitHub:
    """One repository on one GitHub.

    Every method raises UnreadableError when GitHub does not answer, does not let us see, or
    answers something else than its API describes; the hint names the permission or the wait.
    """

    def __init__(self, repository: str, api_url: str = "", token: str | None = None) -> None:
        """Take ``owner/name``; raises UsageError for what is none, or for an address without TLS.

        Nothing is asked yet.  The token goes to ``api_url`` and nowhere else; an empty one is
        github.com's.
        """
        self._api = Api(repository, api_url, token)

    @classmethod
    def over(cls, api: Api) -> GitHub:
        """Ask through ``api``, which others may share: its memory, its budget, its patience."""
        made = cls.__new__(cls)
        made._api = api  # noqa: SLF001 - its own
        return made

    def create_pull_request(self, head: str, base: str, title: str, body: str) -> str:
        """Open a pull request from branch ``head`` to ``base`` and return its web address.

        One that is open for both already is returned as it is, also when another run opened it
        in between or when the answer to ours was lost.  Raises RefusedError when GitHub declines,
        for example because there is nothing to merge.
        """
        found = self._open_pull_request(head, base)
        if found is not None:
            return found
        order = {"head": head, "base": base, "title": title, "body": body}
        try:
            with self._api.asking(
                f"open a pull request for {head!r}", "pull-requests: write", changes=True
            ):
                return text(self._api.post("pulls", order), "html_url")
        except (RefusedError, UnreadableError):
            # It may stand all the same: opened by another run, or by ours with a lost answer.
            found = self._open_pull_request(head, base)
            if found is None:
                raise
            return found

    def _open_pull_request(self, head: str, base: str) -> str | None:
        wanted = {"state": "open", "head": f"{self._api.owner}:{head}", "base": base}
        ours = self._api.repository.lower()
        with self._api.asking("list the pull requests", "pull-requests: read"):
            for pull in self._api.pages("pulls", **wanted):
                # GitHub leaves out a filter that it does not understand: look for ourselves.
                source, target = mapping(pull, "head"), mapping(pull, "base")
                repository = source.get("repo")  # null once a fork is deleted
                if (
                    repository
                    and text(repository, "full_name").lower() == ours
                    and (text(source, "ref"), text(target, "ref")) == (head, base)
                ):
                    return text(pull, "html_url")
        return None

    def required_checks(self, branch: str) -> tuple[str, ...] | None:
        """Return the names of the checks that ``branch`` requires before a merge, sorted.

        They come from the branch's protection and from the rulesets that apply to it.  Empty
        means that none is required; None that GitHub does not say.
        """
        encoded = quote(branch, safe="")
        with self._api.asking(f"read branch {branch!r}", "contents: read"):
            protected = _protected_by(self._api.get(f"branches/{encoded}")[1])
        try:
            with self._api.asking(f"read the rules of branch {branch!r}", "metadata: read"):
                rules = _required_by(list(self._api.pages(f"rules/branches/{encoded}")))
        except HiddenError:
            return None
        return None if protected is None else tuple(sorted(protected | rules))

    def check_states(self, commit: str, *, without: Collection[int | None] = ()) -> dict[str, str]:
        """Return the state of every check run and commit status of ``commit``, by name.

        A state is GitHub's word: the conclusion of a check run that has ended (``success``,
        ``failure``, ...), else its status (``in_progress``, ...); or the state of a commit status.
        The latest attempt counts.  Where several workflows or apps use one name, the worst state
        counts: one that is neither in GREEN nor in PENDING, then a pending, then a green one.
        The check runs of the suites in ``without`` do not count at all.
        """
        encoded = quote(commit, safe="")
        latest: dict[tuple[object, str], tuple[int, str]] = {}
        with self._api.asking(f"read the checks of {commit}", "checks: read"):
            for run in self._api.pages(f"commits/{encoded}/check-runs", "check_runs"):
                suite = (run.get("check_suite") or {}).get("id")
                if suite is not None and suite in without:
                    continue
                ended = text(run, "status") == "completed"
                attempt = (number(run, "id"), text(run, "conclusion" if ended else "status"))
                key = (suite, text(run, "name"))
                latest[key] = max(latest.get(key, attempt), attempt)
        with self._api.asking(f"read the statuses of {commit}", "statuses: read"):
            for status in self._api.pages(f"commits/{encoded}/status", "statuses"):
                latest["status", text(status, "context")] = (0, text(status, "state"))
        states: dict[str, str] = {}
        for (_, name), (_, state) in latest.items():
            states[name] = max(states.get(name, state), state, key=_badness)
        return states


def _protected_by(branch: Any) -> set[str] | None:
    """Return what a branch's own protection requires; None when it does not say."""
    branch = mapping({"": branch}, "")
    if not isinstance(branch.get("protected"), bool):
        raise ShapeError("a branch without 'protected'")
    if not branch["protected"]:
        return set()
    checks = (branch.get("protection") or {}).get("required_status_checks")
    if not isinstance(checks, dict):
        return None
    if checks.get("enforcement_level") == "off":
        return set()
    contexts = {text({"": name}, "") for name in checks.get("contexts") or ()}
    return contexts | {text(check, "context") for check in checks.get("checks") or ()}


def _required_by(rules: list[dict[str, Any]]) -> set[str]:
    """Return what the rules of the active rulesets require."""
    names: set[str] = set()
    for rule in rules:
        if text(rule, "type") == "required_status_checks":
            checks = mapping(rule, "parameters").get("required_status_checks")
            if not isinstance(checks, list):
                raise ShapeError("a rule for checks without a list of them")
            names |= {text(check, "context") for check in checks}
    return names


def _badness(state: str) -> int:
    if state in GREEN:
        return 0
    return 1 if state in PENDING else 2
