"""Refs, tags, commits and branches as GitHub has them: what the remote says, not a clone.

A checkout in a workflow makes annotated tags lightweight and has no other tags or history, so
that whoever decides about a tag asks here (or ``ls-remote``).
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from release_tools.adapters.github_faults import HiddenError, ShapeError
from release_tools.adapters.github_shapes import flag, mapping, number, text, whole
from release_tools.adapters.gitrun import check_ref, is_id
from release_tools.errors import RefusedError

if TYPE_CHECKING:
    from release_tools.adapters.github_api import Api

_READ, _WRITE = "contents: read", "contents: write"
_MOST_PEELED = 5  # tags of tags


class Ref(NamedTuple):
    """One ref: its full name, the object that it names, and the commit behind that.

    ``annotated`` says that it names a tag object, whose message is ``message``.
    """

    name: str
    object: str
    commit: str
    annotated: bool
    message: str = ""


class Commit(NamedTuple):
    """One commit: its id, message, tree and parents."""

    id: str
    message: str
    tree: str
    parents: tuple[str, ...]


class Branch(NamedTuple):
    """One branch, without ``refs/heads/``, the commit at its head, whether it is protected."""

    name: str
    commit: str
    protected: bool


class Comparison(NamedTuple):
    """Where ``head`` stands from ``base``: ahead, behind, diverged or identical, by how many."""

    status: str
    ahead: int
    behind: int

    @property
    def contains_base(self) -> bool:
        """Whether ``base`` is ``head`` or one of its ancestors."""
        return self.status in {"ahead", "identical"}


class Refs:
    """The refs of one repository; what its methods raise is told at ``Releases``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def tag(self, name: str) -> Ref | None:
        """Return the tag ``name``, peeled; None where it is provably not there."""
        return self.get(f"refs/tags/{name}")

    def get(self, ref: str) -> Ref | None:
        """Return the ref of the full name ``ref``, peeled; None where it is provably not there."""
        with self._api.asking(f"read {ref}", _READ):
            # A list, since it is readable and empty where there is no such ref: a 404 for a
            # single ref may also mean that we may not see it.
            for found in self._api.pages(f"git/matching-refs/{_below(ref)}"):
                if text(found, "ref") == ref:
                    return self._peeled(ref, mapping(found, "object"))
        return None

    def matching(self, prefix: str) -> dict[str, str]:
        """Return the refs whose full name begins with ``prefix``, each with the object it names."""
        with self._api.asking(f"list {prefix}", _READ):
            return {
                text(found, "ref"): text(mapping(found, "object"), "sha")
                for found in self._api.pages(f"git/matching-refs/{_below(prefix)}")
            }

    def create(self, ref: str, target: str) -> bool:
        """Make the ref ``ref`` on an object; return False where it stands already, on whatever.

        GitHub does it atomically: of several that ask at once, one is told True.
        """
        try:
            with self._api.asking(f"make {ref}", _WRITE, changes=True):
                self._api.post("git/refs", {"ref": _full(ref), "sha": target})
        except RefusedError as error:
            if "Reference already exists" in error.message:
                return False
            raise _ruled(error, ref) from None
        return True

    def advance(self, ref: str, target: str) -> bool:
        """Move ``ref`` forward to a descendant of where it stands; False where it is none.

        Of several that move it on from the same commit, one is told True.
        """
        try:
            with self._api.asking(f"move {ref}", _WRITE, changes=True):
                self._api.patch(f"git/refs/{_below(ref)}", {"sha": target, "force": False})
        except RefusedError as error:
            if "not a fast forward" in error.message or "does not exist" in error.message:
                return False
            raise
        return True

    def delete(self, ref: str) -> bool:
        """Delete ``ref``; return False where it was not there."""
        try:
            with self._api.asking(f"delete {ref}", _WRITE, changes=True):
                self._api.delete(f"git/refs/{_below(ref)}")
        except RefusedError as error:
            if "does not exist" in error.message:
                return False
            raise
        return True

    def create_tag_object(self, name: str, commit: str, message: str) -> str:
        """Make an annotated tag object and return its id; ``create`` makes the ref to it."""
        order = {"tag": name, "message": message, "object": commit, "type": "commit"}
        with self._api.asking(f"make the tag object {name}", _WRITE, changes=True):
            return _id(self._api.post("git/tags", order), "sha")

    def commit(self, commit: str) -> Commit:
        """Return the commit of an id."""
        with self._api.asking(f"read commit {commit}", _READ):
            return _commit(self._api.get(f"git/commits/{quote(commit, safe='')}")[1])

    def create_commit(self, message: str, tree: str, *parents: str) -> str:
        """Make a commit that no ref names yet and return its id."""
        order = {"message": message, "tree": tree, "parents": list(parents)}
        with self._api.asking("make a commit", _WRITE, changes=True):
            return _id(self._api.post("git/commits", order), "sha")

    def compare(self, base: str, head: str) -> Comparison | None:
        """Return where ``head`` stands from ``base`` (branches, tags or commits).

        None where they share no history, or one of them is not there.
        """
        ends = f"{quote(base, safe='')}...{quote(head, safe='')}"
        try:
            with self._api.asking(f"compare {base} with {head}", _READ):
                answer = self._api.get(f"compare/{ends}", per_page=1)[1]
                found = (number(answer, "ahead_by"), number(answer, "behind_by"))
                return Comparison(text(answer, "status"), *found)
        except HiddenError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
        with self._api.asking("list the branches", _READ):
            self._api.get("branches", per_page=1)  # then the 404 was no lack of permission
        return None

    def branches(self, patterns: tuple[str, ...]) -> tuple[Branch, ...]:
        """Return the branches whose names match one of the globs, in the order of those."""
        with self._api.asking("list the branches", _READ):
            found = [
                Branch(
                    text(one, "name"), _id(mapping(one, "commit"), "sha"), flag(one, "protected")
                )
                for one in self._api.pages("branches")
            ]
        matched = [one for pattern in patterns for one in found if fnmatchcase(one.name, pattern)]
        return tuple(dict.fromkeys(matched))

    def _peeled(self, ref: str, target: dict[str, Any]) -> Ref:
        first, message = _id(target, "sha"), ""
        for depth in range(_MOST_PEELED):
            if text(target, "type") == "commit":
                return Ref(ref, first, _id(target, "sha"), depth > 0, message)
            tag = whole(self._api.get(f"git/tags/{_id(target, 'sha')}")[1])
            message = message or text(tag, "message")
            target = mapping(tag, "object")
        raise ShapeError(f"{ref} names no commit")


def _full(ref: str) -> str:
    """Return a full ref name that git allows; raises UsageError for what is none."""
    return f"refs/{check_ref(ref.removeprefix('refs/'))}"


def _below(ref: str) -> str:
    return quote(ref.removeprefix("refs/"), safe="/")


def _ruled(error: RefusedError, ref: str) -> RefusedError:
    """Name the refusal of a rule of the repository, which a rerun will not get past."""
    if "rule" not in error.message.lower():
        return error
    return RefusedError(
        "ref-rule",
        f"a rule of the repository does not let this token make {ref}",
        hint="let the rule's bypass list name the app or the people whose token this is",
    )


def _id(value: Any, key: str) -> str:
    found = text(value, key)
    if not is_id(found):
        raise ShapeError(f"no id of an object at {key}")
    return found


def _commit(answer: Any) -> Commit:
    parents = whole(answer).get("parents")
    if not isinstance(parents, list):
        raise ShapeError("no list at parents")
    return Commit(
        _id(answer, "sha"),
        text(answer, "message"),
        _id(mapping(answer, "tree"), "sha"),
        tuple(_id(one, "sha") for one in parents),
    )
