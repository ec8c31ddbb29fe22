"""What is known when something happens: the ``github`` context of a run, as far as it is fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.rules.workflows.conditions import ANY, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

# what an event's payload holds of another event's, and so is null
_PAYLOADS = (
    "pull_request", "release", "inputs", "issue", "comment", "review", "discussion", "label",
    "schedule", "workflow_run", "client_payload", "merge_group", "number", "action",
    "requested_team", "milestone", "registry_package", "deployment",
)  # fmt: skip


class Event(NamedTuple):
    """One thing that happens.  ``facts`` are names of the ``github`` context and their values."""

    name: str
    facts: Mapping[str, Any]

    def lookup(self, name: str) -> Any:
        """Return the value of ``github.…``; None is null, UNKNOWN what a run would have to say."""
        if name in self.facts:
            return self.facts[name]
        if name == "github.event_name":
            return self.name
        if name.startswith("github.event."):
            payload = name.split(".")[2]
            if payload in _PAYLOADS and not any(
                each.startswith(f"github.event.{payload}") for each in self.facts
            ):
                return None
        return UNKNOWN


def _at(ref: str, kind: str) -> dict[str, Any]:
    name = ref.removeprefix("refs/tags/").removeprefix("refs/heads/")
    return {
        "github.ref": ref,
        "github.ref_name": name,
        "github.ref_type": kind,
        "github.head_ref": "",
        "github.base_ref": "",
    }


def _whose(repository: str | None) -> dict[str, Any]:
    owner = repository.partition("/")[0] if repository else ANY
    return {
        "github.repository": repository or ANY,
        "github.repository_owner": owner,
        "github.event.repository.full_name": repository or ANY,
        "github.event.repository.fork": False,
    }


def pushed_tag(tag: str, repository: str | None) -> Event:
    """Return the push of a new tag."""
    facts = _at(f"refs/tags/{tag}", "tag") | _whose(repository)
    facts |= {
        "github.event.ref": f"refs/tags/{tag}",
        "github.event.created": True,
        "github.event.deleted": False,
        "github.event.forced": False,
    }
    return Event("push", facts)


def created_tag(tag: str, repository: str | None) -> Event:
    """Return the creation of a tag, as ``on: create`` sees it."""
    facts = _at(f"refs/tags/{tag}", "tag") | _whose(repository)
    return Event("create", facts | {"github.event.ref": tag, "github.event.ref_type": "tag"})


def released(tag: str, repository: str | None, *, prerelease: bool) -> Event:
    """Return the publication of a GitHub Release."""
    facts = _at(f"refs/tags/{tag}", "tag") | _whose(repository)
    facts |= {
        "github.event.action": UNKNOWN,
        "github.event.release.tag_name": tag,
        "github.event.release.prerelease": prerelease,
        "github.event.release.draft": False,
    }
    return Event("release", facts)


def followed(tag: str, repository: str | None, branch: str) -> Event:
    """Return the end of a run that the push of a tag had started (``workflow_run``)."""
    facts = _at(f"refs/heads/{branch}", "branch") | _whose(repository)
    facts |= {
        "github.event.action": UNKNOWN,
        "github.event.workflow_run.head_branch": tag,
        "github.event.workflow_run.event": "push",
        "github.event.workflow_run.conclusion": "success",
        "github.event.workflow_run.status": "completed",
    }
    return Event("workflow_run", facts)


def scheduled(repository: str | None, branch: str) -> Event:
    """Return a run by the clock, on the default branch."""
    facts = _at(f"refs/heads/{branch}", "branch") | _whose(repository)
    return Event("schedule", facts | {"github.event.schedule": UNKNOWN})


def by_hand(repository: str | None) -> Event:
    """Return a run that somebody starts, on whatever ref and with whatever inputs."""
    facts: dict[str, Any] = {"github.event.inputs": UNKNOWN, "github.head_ref": ""}
    return Event("workflow_dispatch", facts | _whose(repository))


def pushed_branch(branch: str, repository: str | None) -> Event:
    """Return a push to a branch."""
    facts = _at(f"refs/heads/{branch}", "branch") | _whose(repository)
    facts |= {"github.event.ref": f"refs/heads/{branch}", "github.event.deleted": False}
    return Event("push", facts)
