"""Names that stand on another program's command line, held to a strict grammar.

None of them can be taken for an option, and none holds what a shell or a template would obey.
"""

from __future__ import annotations

from release_tools.errors import UsageError

_WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_CONTEXT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/@+=-")
_LABEL, _RELEASE, _SUBDOMAIN = 63, 53, 253


def namespace(text: str) -> str:
    """Return the name of a namespace (a label of RFC 1123); raises UsageError."""
    return _checked(text, "namespace", is_label(text))


def release(text: str) -> str:
    """Return the name of a Helm release: an RFC 1123 subdomain of at most 53 characters."""
    return _checked(text, "Helm release", is_subdomain(text) and len(text) <= _RELEASE)


def context(text: str) -> str:
    """Return the name of a kubectl context, as clouds make them up too (``arn:aws:…/name``)."""
    good = 0 < len(text) <= _SUBDOMAIN and _CONTEXT.issuperset(text) and text[0] not in "-+="
    return _checked(text, "kubectl context", good)


def program(text: str) -> str:
    """Return the name or path of an interpreter; raises UsageError for an option."""
    good = bool(text) and text.isprintable() and text[0] != "-"
    return _checked(text, "Python interpreter", good)


def package(text: str) -> str:
    """Return the name of a Python package; raises UsageError."""
    plain = text.replace("-", "a").replace("_", "a").replace(".", "a")
    good = text[:1].isalnum() and text[-1:].isalnum() and plain.isalnum() and text.isascii()
    return _checked(text, "Python package", good)


def reference(text: str) -> str:
    """Return a reference to an image or a chart: printable ASCII, no blank, no option."""
    good = text.isascii() and text.isprintable() and " " not in text and text[:1].isalnum()
    return _checked(text, "image reference", good)


def is_label(text: str) -> bool:
    """Say whether ``text`` is a label of RFC 1123, in lower case."""
    plain = text.replace("-", "")
    return (
        len(text) <= _LABEL
        and bool(plain)
        and _WORD.issuperset(plain)
        and text[0] != "-" != text[-1]
    )


def is_subdomain(text: str) -> bool:
    """Say whether ``text`` is a subdomain of RFC 1123, in lower case: what objects are called."""
    return len(text) <= _SUBDOMAIN and all(map(is_label, text.split(".")))


def _checked(text: str, what: str, good: bool) -> str:  # noqa: FBT001 - private, named by callers
    if good:
        return text
    raise UsageError(f"{text[:64]!a} cannot be the name of a {what}")
