"""The git side of a repository on the fake: a real bare repository, asked by ``git``.

A ref that is made through the API is there for ``git ls-remote``, and the other way round.
"""

from __future__ import annotations

import itertools
import os
import subprocess

_WHO = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Octo Cat"), ("EMAIL", "octo@example.com"))
}
_SECONDS = itertools.count(1767225600)  # no two commits are alike
NOTHING = "0" * 40


class Git:
    """A bare repository at ``folder``, made if it is not there."""

    def __init__(self, folder):
        self.folder = str(folder)
        if not os.path.exists(os.path.join(self.folder, "HEAD")):
            subprocess.run(
                ["git", "init", "--quiet", "--bare", "--initial-branch=main", self.folder],
                check=True,
            )

    def ask(self, *argv, stdin="", check=True):
        """Return what git prints, None where it fails and ``check`` is off."""
        date = f"{next(_SECONDS)} +0000"
        done = subprocess.run(
            ["git", "--git-dir", self.folder, *argv],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, **_WHO, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date},
        )
        if done.returncode and check:
            raise RuntimeError(f"git {argv}: {done.stderr}")
        return None if done.returncode else done.stdout.strip()

    def commit(self, message="Change", *, parents=(), tree=None):
        """Make a commit object, of the empty tree where none is given; return its id."""
        tree = tree or self.ask("hash-object", "-w", "-t", "tree", "--stdin")
        above = [word for parent in parents for word in ("-p", parent)]
        return self.ask("commit-tree", tree, *above, "-m", message)

    def tag(self, name, target, message):
        """Make a tag object and return its id."""
        kind = self.ask("cat-file", "-t", target)
        text = (
            f"object {target}\ntype {kind}\ntag {name}\n"
            f"tagger Octo Cat <octo@example.com> 1767225600 +0000\n\n{message}\n"
        )
        return self.ask("hash-object", "-w", "-t", "tag", "--stdin", stdin=text)

    def kind(self, sha):
        """Return ``commit``, ``tag``, ... or None for what is not there."""
        return self.ask("cat-file", "-t", sha, check=False) if _is_id(sha) else None

    def resolve(self, revision):
        """Return the commit that a branch, tag or id names, or None."""
        return self.ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", check=False)

    def refs(self, prefix="refs/"):
        """Return the refs whose full name starts with ``prefix``, as {name: (kind, id)}."""
        out = self.ask("for-each-ref", "--format=%(refname) %(objecttype) %(objectname)")
        lines = (line.split() for line in out.splitlines())
        return {ref: (kind, sha) for ref, kind, sha in lines if ref.startswith(prefix)}

    def create(self, ref, sha):
        """Make a ref; say whether it is ours: false where it stood already."""
        return self.ask("update-ref", ref, sha, NOTHING, check=False) is not None

    def update(self, ref, sha):
        self.ask("update-ref", ref, sha)

    def delete(self, ref):
        self.ask("update-ref", "-d", ref)

    def legal(self, ref):
        return self.ask("check-ref-format", ref, check=False) is not None

    def count(self, since, until):
        """Return how many commits ``until`` has that ``since`` has not."""
        return int(self.ask("rev-list", "--count", f"{since}..{until}"))

    def merge_base(self, one, other):
        return self.ask("merge-base", one, other, check=False)

    def show(self, commit):
        """Return the tree, the parents and the message of a commit."""
        out = self.ask("show", "--no-patch", "--format=%T%n%P%n%B", commit)
        tree, parents, message = out.split("\n", 2)
        return tree, parents.split(), message.strip()

    def show_tag(self, sha):
        """Return the kind and id of what a tag object names, its name and its message."""
        head, _, message = self.ask("cat-file", "tag", sha).partition("\n\n")
        fields = dict(line.split(" ", 1) for line in head.splitlines())
        return fields["type"], fields["object"], fields["tag"], message.strip()


def _is_id(text):
    return len(text) == 40 and not text.strip("0123456789abcdef")
