"""What can go wrong with GitHub, and how it is told: hidden, lost, too fast, not GitHub at all."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from release_tools.errors import RefusedError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from github import GithubException
    from requests import RequestException

_HIDING = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_SLOWING = frozenset(
    {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
)
_REFUSING = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})
# GitHub: "wait for at least one minute" where a secondary limit comes without Retry-After.
_MINUTE = 60


class UnansweredError(UnreadableError):
    """GitHub did not answer, or not in a way that can be believed."""

    id = "github-unanswered"


class HiddenError(UnansweredError):
    """GitHub answered 403 or 404: not there, or not for us to see.  ``status`` is which."""

    id = "permission-missing"
    status = 0


class LostError(UnansweredError):
    """Something was to be changed and the answer was lost: nobody knows whether it was.

    Look first whether it is there; never send the same again before that.
    """

    id = "answer-lost"


class ShapeError(Exception):
    """An answer is not what the API describes.  ``Api.asking`` turns it into one of the above."""


def declined(
    error: GithubException, cannot: str, needed: str, *, changes: bool
) -> RefusedError | UnansweredError:
    """Return our error for a status of 400 or above.

    ``cannot`` begins the message, ``needed`` is the hint about the permission; ``changes`` says
    that something was to be changed, which a server error may have done all the same.
    """
    said = printable(reasons(error.data)) or "no reason given"
    message = f"{cannot}: GitHub answers {error.status} ({said})"
    if error.status in _REFUSING:
        return RefusedError("github-refused", message, hint="mend what GitHub names and rerun")
    if changes and error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return lost(message)
    wait = told(error.status, error.headers or {}, said)
    if wait:
        return UnansweredError(message, hint=wait)
    if error.status in _HIDING:
        hidden = HiddenError(message, hint=needed)
        hidden.status = error.status
        return hidden
    if error.status == HTTPStatus.UNAUTHORIZED:
        return UnansweredError(message, hint=needed)
    return UnansweredError(message, hint="try again; see https://www.githubstatus.com/")


def silent(
    error: RequestException, cannot: str, url: str, *, changes: bool
) -> UnansweredError | LostError:
    """Return our error for a request without an answer, in the words that registries get.

    ``cannot`` and ``changes`` are those of ``declined``; ``url`` is the address of the API.
    """
    import socket
    from urllib.parse import urlsplit

    from requests.exceptions import ProxyError

    causes = list(_causes(error))
    name = next((one for one in causes if isinstance(one, socket.gaierror)), None)
    hint = "try again; see https://www.githubstatus.com/"
    if name is None:
        message = f"{cannot}: {url} {_stumble(causes)}"
    else:
        proxy = any(isinstance(one, ProxyError) for one in causes)
        place = "the proxy" if proxy else urlsplit(url).netloc
        why = (name.strerror or "no answer").lower()
        message = f"{cannot}: the name of {place} cannot be looked up: {why}"
        hint = "check the address, and the connection to the network"
    return lost(message) if changes else UnansweredError(message, hint=hint)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came of, down to the one of the system."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _stumble(causes: Sequence[BaseException]) -> str:
    """Say in words what went wrong, in a way that completes "ADDRESS ..."."""
    import ssl

    from requests.exceptions import ChunkedEncodingError, Timeout

    from release_tools.adapters.github_wire import OversizedError

    words: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
        (OversizedError, "sends a longer answer than any that was asked for"),
        ((TimeoutError, Timeout), "does not answer in time"),
        (ConnectionRefusedError, "refuses connections"),
        (
            (ConnectionError, ssl.SSLEOFError, ChunkedEncodingError),
            "closes the connection before the answer is whole",
        ),
        (ssl.SSLError, "does not speak TLS as it should"),
    )
    return next(
        (text for one in causes for kind, text in words if isinstance(one, kind)),
        "cannot be reached",
    )


def lost(message: str) -> LostError:
    """Return the error for a change whose answer was lost."""
    return LostError(
        f"{message}; it may have been done all the same",
        hint="run the command again: it looks first what is there",
    )


def pause(status: int, headers: Mapping[str, Any], said: str) -> int | None:
    """Return the seconds that GitHub asks to wait; None when that is not why it declined.

    Primary limits name the moment of their reset, secondary ones may name the seconds.
    """
    if status not in _SLOWING:
        return None
    after, reset = str(headers.get("retry-after", "")), str(headers.get("x-ratelimit-reset", ""))
    if after.isdecimal():
        return int(after[:9])
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return None
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        from time import time

        return max(1, int(reset[:12]) - int(time()) + 1)
    limited = status == HTTPStatus.TOO_MANY_REQUESTS or "rate limit" in said.lower()
    return _MINUTE if limited else None


def told(status: int, headers: Mapping[str, Any], said: str = "") -> str:
    """Say how long to wait, if GitHub declined because of too many requests; else nothing."""
    after = str(headers.get("retry-after", ""))
    reset = str(headers.get("x-ratelimit-reset", ""))
    if status not in _SLOWING:
        return ""
    if after.isdecimal():
        return f"GitHub asks to wait {after[:9]} seconds"
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        from time import gmtime, strftime

        until = strftime("%H:%M:%S", gmtime(int(reset[:10])))
        return f"the requests of this token or address are used up until {until} UTC"
    if status == HTTPStatus.FORBIDDEN and "rate limit" not in said.lower():
        return ""
    return "too many requests: try again in some minutes"


def reasons(data: Any) -> str:
    """Return GitHub's message and those of its single errors."""
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors")
    found = [data.get("message"), *(errors if isinstance(errors, list) else [])]
    return "; ".join(text for text in map(_reason, found) if text)


def _reason(reason: Any) -> str:
    if isinstance(reason, dict):
        words = [reason.get(key) for key in ("field", "code")]
        plain = " ".join(word for word in words if isinstance(word, str))
        reason = reason.get("message") or plain  # an error about a field may have no message
    return reason if isinstance(reason, str) else ""


def printable(words: str) -> str:
    """Return at most 300 characters of ``words``, what a terminal would obey replaced."""
    return "".join(char if char.isprintable() else "?" for char in words[:300])
