"""The checks of the gate, one function each; an error on the way is "cannot tell"."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from release_tools.checks import Say
from release_tools.errors import ReleaseToolsError, UnreadableError
from release_tools.flows.gate import published
from release_tools.flows.load import load
from release_tools.flows.repository.hub import needed
from release_tools.flows.repository.remote import tag as remote_tag
from release_tools.flows.verify import verify
from release_tools.model import Verdict
from release_tools.rules import gate as rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from release_tools.checks import Check
    from release_tools.flows.gate.case import Case
    from release_tools.flows.repository.hub import Hub
    from release_tools.model import Finding, Table

_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 2.0, 60.0, 1.5
_SHOWN = 12  # characters of a commit
_NO_TAG = "push the tag, or correct its name: git ls-remote --tags origin"


def answer(
    case: Case, *, wait: float = 0.0, tell: Callable[[str], None] = lambda _: None
) -> tuple[tuple[Check, ...], tuple[Finding, ...]]:
    """Answer all checks, most important first; the findings are those of the source column."""
    table: list[Table] = []
    checks = [
        _asked("source", case, lambda: _source(case, table)),
        _asked("not-moved", case, lambda: _not_moved(_tagged(case))),
    ]
    checks += published.answer(case, _asked)
    checks += [
        _asked("on-branch", case, lambda: _on_branch(_tagged(case))),
        _asked("checks", case, lambda: _green(_tagged(case), wait, tell)),
        _asked("workflows", case, lambda: _workflows(_tagged(case))),
    ]
    signers = case.project.tables.get("gate", {}).get("allowed-signers")
    if signers:
        signed = _asked("signed", case, lambda: _signed(_tagged(case), signers))
        checks.append(signed._replace(hard=True))
    order = {name: place for place, name in enumerate(rules.NAMES)}
    findings = tuple(one for each in table for one in each.findings)
    return tuple(sorted(checks, key=lambda check: order[check.name])), findings


def _asked(
    name: str, case: Case, work: Callable[[], tuple[Say, str] | tuple[Say, str, str]]
) -> Check:
    """Return the answer of one check; what it cannot find out closes the gate."""
    try:
        check = rules.answer(name, *work())
    except ReleaseToolsError as error:
        check = rules.answer(name, Say.UNSURE, error.message, error.hint)
    waived = rules.waived(case.waivers, name, case.version)
    return check if waived is None else check._replace(waived=waived)


def _tagged(case: Case) -> Case:
    """Return the case; raises UnreadableError where there is no tag, so no commit to judge."""
    if not case.commit:
        raise UnreadableError(f"not asked: the remote has no tag {case.tag}", hint=_NO_TAG)
    return case


def _source(case: Case, table: list[Table]) -> tuple[Say, str] | tuple[Say, str, str]:
    if not case.commit:
        return Say.CLOSED, f"the remote has no tag {case.tag}", _NO_TAG
    if case.repository.resolve(case.commit) is None:
        case.repository.fetch("origin", f"refs/tags/{case.tag}")
    tagged = load(case.project.root, config=_config(case), ref=case.commit, discover=False)
    found = verify(tagged, tag=case.tag)
    table.append(found)
    cells = [cell for one in found.streams for row in one.rows for cell in row.cells]
    if found.verdict is Verdict.AGREES:
        agreeing = sum(cell.verdict is Verdict.AGREES for cell in cells)
        what = "surface says" if agreeing == 1 else "surfaces say"
        return Say.OPEN, f"{agreeing} {what} {case.version} in the tagged commit"
    if cells and all(cell.verdict is Verdict.UNCHECKED for cell in cells):
        return Say.OPEN, "no surface of the stream states its version in the source"
    if found.verdict is Verdict.UNKNOWN:
        return Say.UNSURE, "the source of the tagged commit could not be judged"
    return Say.CLOSED, f"the source of the tagged commit does not say {case.version} everywhere"


def _config(case: Case) -> str | None:
    """Return a configuration that does not stand in the tree and so has to be named."""
    path = case.project.config
    return path if path and os.path.isabs(path) else None


def _not_moved(case: Case) -> tuple[Say, str] | tuple[Say, str, str]:
    from release_tools.adapters.actions import Actions

    now = remote_tag(case.repository, case.github, case.tag)
    if now is None:
        return Say.CLOSED, f"the remote has no tag {case.tag} any more"
    actions = Actions.from_env(os.environ)
    if actions is not None and actions.tag == case.tag:
        began, what = actions.sha, "this run began at"
    else:
        began, what = case.repository.head() or "", "this checkout is at"
    # The event of an annotated tag may name the tag object instead of the commit.
    if began in (now.commit, now.object):
        return Say.OPEN, f"{case.tag} is at {now.commit[:_SHOWN]}"
    return (
        Say.CLOSED,
        f"{case.tag} is at {now.commit[:_SHOWN]}, and {what} {began[:_SHOWN] or 'no commit'}",
        f"check out what is to be published: git checkout --detach {case.tag}",
    )


def _on_branch(case: Case) -> tuple[Say, str] | tuple[Say, str, str]:
    branches = _branches(case)
    if not branches:
        names = ", ".join(case.stream.branches)
        return Say.CLOSED, f"the remote has no release branch ({names})"
    for branch in branches:
        if _reaches(case, branch):
            return Say.OPEN, f"{case.commit[:_SHOWN]} is on {branch}"
    return (
        Say.CLOSED,
        f"{case.commit[:_SHOWN]} is on none of {', '.join(branches[:5])}",
        "merge it, then tag the merged commit: release-tools tag",
    )


def _branches(case: Case) -> list[str]:
    from fnmatch import fnmatchcase

    heads = case.facts.heads
    matched = [name for glob in case.stream.branches for name in heads if fnmatchcase(name, glob)]
    return list(dict.fromkeys(matched))


def _reaches(case: Case, branch: str) -> bool:
    """Say whether the commit is an ancestor of the branch, as GitHub or a whole clone tells."""
    head = case.facts.heads[branch]
    if head == case.commit:
        return True
    if case.github is not None:
        compared = case.github.refs.compare(case.commit, head)
        return compared is not None and compared.contains_base
    if case.repository.resolve(head) is None or case.repository.is_shallow():
        needed(case.github)
    return case.repository.is_ancestor(case.commit, head)


def _green(
    case: Case, wait: float, tell: Callable[[str], None]
) -> tuple[Say, str] | tuple[Say, str, str]:
    github = needed(case.github)
    names: Sequence[str] | None = case.stream.required_checks
    for branch in () if names else _branches(case):
        if _reaches(case, branch):
            names = github.checks.required_checks(branch)
            break
    if not names:
        return Say.UNSURE, "no check is required", "name them: required-checks in its [streams]"
    end, pause = time.monotonic() + wait, _FIRST_PAUSE
    while True:
        github.renew()
        say = _states(case, github, names)
        left = end - time.monotonic()
        if say[0] is not Say.UNSURE or left <= 0:
            return say
        tell(f"waiting for checks: {say[1]} ({left:.0f} s left)")
        time.sleep(min(pause, left))
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)


def _states(
    case: Case, github: Hub, names: Sequence[str]
) -> tuple[Say, str] | tuple[Say, str, str]:
    from release_tools.adapters.github import GREEN, PENDING

    # What the tag itself has started, this very run above all, says nothing of the commit.
    own = {run.suite for run in github.runs.of_commit(case.commit, ref=case.tag)}
    found = github.checks.check_states(case.commit, without=own - {None})
    states = {name: found.get(name, "never ran") for name in names}
    red = [f"{name} ({state})" for name, state in states.items() if state not in GREEN | PENDING]
    if red:
        hint = "run the workflow on pushes to the release branch, then tag a commit of it"
        never = all(state == "never ran" for state in states.values())
        return Say.CLOSED, f"not green: {', '.join(red)}", hint if never else ""
    pending = [f"{name} ({state})" for name, state in states.items() if state in PENDING]
    if pending:
        return Say.UNSURE, ", ".join(pending), "wait for them: --wait 30m"
    return Say.OPEN, f"green: {', '.join(names)}"


def _workflows(case: Case) -> tuple[Say, str] | tuple[Say, str, str]:
    from release_tools.adapters.gitrun import ask

    branch = next(iter(_branches(case)), None)
    if branch is None:
        return Say.UNSURE, "there is no release branch to compare with"
    head = case.facts.heads[branch]
    if case.repository.resolve(head) is None:
        case.repository.fetch("origin", f"refs/heads/{branch}")
    folder = ".github/workflows"
    top = case.repository.top
    trees = {
        ask(top, ["ls-tree", "-r", "--full-tree", commit, "--", folder])
        for commit in (case.commit, head)
    }
    if len(trees) == 1:
        return Say.OPEN, f"{folder} is the same on {branch}"
    return Say.CLOSED, f"{folder} differs from {branch}", f"git diff {branch} {case.tag} {folder}"


def _signed(case: Case, signers: str) -> tuple[Say, str] | tuple[Say, str, str]:
    from release_tools.adapters import gitrun
    from release_tools.adapters.process import legible

    tag = case.facts.tags[case.tag]
    if not tag.annotated:
        return Say.CLOSED, f"{case.tag} is lightweight: nobody can have signed it"
    case.repository.fetch("origin", f"refs/tags/{case.tag}")
    allowed = os.path.join(case.project.root, signers)
    argv = ["-c", f"gpg.ssh.allowedSignersFile={allowed}", "verify-tag", tag.object]
    code, _, err = gitrun.run(case.repository.top, argv)
    if code:
        return Say.CLOSED, f"no allowed signer has signed it: {legible(err, 300)}"
    return Say.OPEN, f"signed by one of {signers}"
