"""Which repository a git remote's address means.  Pure: text in, text out."""

from __future__ import annotations

from urllib.parse import urlsplit

_LONGEST = 100  # characters of a repository's name; an owner's has at most 39
_SLUG = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def repository_from(remote_url: str, host: str = "github.com") -> str | None:
    """Return ``owner/name`` of a git remote on ``host``; None when it is not one of GitHub's.

    Understands what ``git remote`` prints: https, ssh and git URLs, and ``git@host:owner/name``.
    A path, another host, an alias of ``~/.ssh/config``: None, never a guess.
    """
    if "://" in remote_url:
        try:
            parts = urlsplit(remote_url)
            found, path = parts.hostname or "", parts.path
        except ValueError:
            return None
        if parts.scheme not in {"https", "http", "ssh", "git", "git+ssh"}:
            return None
    else:
        found, colon, path = remote_url.rpartition("@")[2].partition(":")
        if not colon:
            return None
    if found.lower().removeprefix("ssh.") != host.lower():
        return None
    owner, slash, name = path.strip("/").partition("/")
    name = name.removesuffix(".git")
    return f"{owner}/{name}" if slash and is_slug(owner) and is_slug(name) else None


def is_slug(text: str) -> bool:
    """Say whether ``text`` can be the name of an owner or a repository on GitHub."""
    return 0 < len(text) <= _LONGEST and _SLUG.issuperset(text) and text not in {".", ".."}
