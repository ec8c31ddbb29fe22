"""Documents of strangers, read in bounded memory: what is not as specified is malformed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.reading import Answer

LIMIT = 32 << 20
"""Bytes of the largest document that is read: npm's ``next`` has 21 MB in its short form."""

# Each of them costs up to 100 bytes once it is parsed, and ``next`` has 760,000.
_VALUES = 1_200_000

_LONGEST_LINK = 2000


def read(answer: Answer) -> Mapping[str, Any]:
    """Return the JSON object in the body.

    Raises MalformedError, fit for a reason, for anything else, an HTML page included.
    """
    value = parse(answer.body)
    if not isinstance(value, dict):
        raise MalformedError("the answer is JSON, but no object")
    return value


def parse(text: bytes) -> Any:
    """Parse JSON; raises MalformedError where it is none, or more than memory should hold."""
    import json

    refuse_html(text)
    if sum(map(text.count, (b"{", b"[", b","))) > _VALUES:
        raise MalformedError(f"the answer has more than {_VALUES:,} values")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedError("the answer is not the JSON that was expected") from None


def refuse_html(text: bytes) -> None:
    """Raise MalformedError for a page that a proxy or a login put in the place of the answer."""
    if text.lstrip()[:1] == b"<":
        raise MalformedError("the answer is a page of HTML, where JSON was expected")


def field(value: Mapping[str, Any], key: str, kind: type[Any]) -> Any:
    """Return ``value[key]``; raises MalformedError where it is missing or of another type."""
    found = value.get(key)
    if not isinstance(found, kind):
        raise MalformedError(f'the answer has no proper "{key}"')
    return found


def link(value: object, base: str) -> str | None:
    """Return a link of the document as a whole URL, without credentials and fragment.

    None where it is no link to be shown: another scheme than http and https, odd characters.
    """
    from urllib.parse import urljoin, urlsplit

    try:
        parts = urlsplit(urljoin(base, value)) if isinstance(value, str) else None
    except ValueError:
        return None
    if parts is None or parts.scheme not in ("https", "http") or not parts.netloc:
        return None
    url = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()
    return url if url.isascii() and url.isprintable() and len(url) <= _LONGEST_LINK else None


def is_hex(text: object, digits: int) -> bool:
    """Say whether it is a text of so many hexadecimal digits."""
    if not isinstance(text, str) or len(text) != digits:
        return False
    return not text.lower().strip("0123456789abcdef")
