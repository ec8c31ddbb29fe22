"""GitHub's REST API, asked through PyGithub: connection, pages, and what went wrong.

Every answer is checked for its shape before it is believed.  Nothing is asked at an address that
an answer names: pages are counted, not followed.  Nothing is sent twice that is not safe to send
twice.  PyGithub (183 ms) is imported with the first request.
"""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from release_tools.adapters.remotes import is_slug
from release_tools.errors import RefusedError, UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from github import GithubException
    from github.Requester import Requester

_PER_PAGE = 100
_MOST_PAGES = 50
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_HIDING = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_SLOWING = frozenset(
    {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
)
# What PyGithub raises over redirects, error bodies that are lists, cut JSON, and odd headers.
_CONFUSED = (AssertionError, RuntimeError, AttributeError, TypeError, ValueError, OverflowError)


class HiddenError(UnreadableError):
    """GitHub answered 403 or 404: not there, or not for us to see."""


class ShapeError(Exception):
    """An answer is not what the API describes.  ``Api.asking`` turns it into UnreadableError."""


class Api:
    """The part of GitHub's API below ``/repos/OWNER/NAME``.

    The token goes to ``api_url`` and nowhere else.
    """

    timeout = 15
    """Seconds without a byte after which a request counts as unanswered; a GET is tried thrice."""

    def __init__(self, repository: str, api_url: str, token: str | None) -> None:
        """Raise UsageError for what is no ``owner/name``, and for an address without TLS.

        A loopback address may do without TLS.
        """
        owner, _, name = repository.partition("/")
        if not (is_slug(owner) and is_slug(name)):
            raise UsageError(
                f"{repository!r} is no repository on GitHub", hint="expected: owner/name"
            )
        address = urlsplit(api_url)
        if address.scheme != "https" and (
            address.scheme != "http" or address.hostname not in _LOOPBACK
        ):
            raise UsageError(
                f"{api_url!r} is no address for GitHub's API", hint="expected: https://..."
            )
        self.repository = repository
        self.owner = owner
        self._url = api_url
        self._token = token
        self._connection: Requester | None = None

    def get(self, path: str, **wanted: str | int) -> tuple[Mapping[str, str], Any]:
        """Return headers (names in lower case) and body of ``path``; call it inside ``asking``."""
        return self._requester.requestJsonAndCheck("GET", self._path(path), wanted)

    def post(self, path: str, order: Mapping[str, Any]) -> Any:
        """Send ``order`` once and return the answer's body; call it inside ``asking``."""
        return self._requester.requestJsonAndCheck("POST", self._path(path), input=order)[1]

    def pages(self, path: str, key: str | None = None, **wanted: str) -> Iterator[dict[str, Any]]:
        """Yield the items of every page: of the list at ``key``, or of the list that came."""
        for page in range(1, _MOST_PAGES + 1):
            headers, answer = self.get(path, **wanted, per_page=_PER_PAGE, page=page)
            items = answer if key is None else mapping({"": answer}, "").get(key)
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise ShapeError(f"no list of objects at {key or 'the top'}")
            yield from items
            if 'rel="next"' not in headers.get("link", ""):
                return
        raise ShapeError(f"more than {_MOST_PAGES} pages")

    @contextmanager
    def asking(self, what: str, permission: str) -> Iterator[None]:
        """Turn everything that goes wrong inside into one of our errors.

        ``what`` completes "cannot ... in owner/name", ``permission`` is what it takes.
        """
        from github import GithubException
        from requests import RequestException

        cannot = f"cannot {what} in {self.repository}"
        try:
            yield
        except GithubException as error:
            raise self._declined(error, cannot, permission) from None
        except RequestException as error:
            raise UnreadableError(
                f"{cannot}: {self._url} does not answer ({type(error).__name__})",
                hint="try again; see https://www.githubstatus.com/",
            ) from None
        except (ShapeError, *_CONFUSED) as error:
            said = _printable(str(error)) or type(error).__name__
            raise UnreadableError(
                f"{cannot}: {self._url} answers what GitHub's API does not ({said})",
                hint="GITHUB_API_URL has to be the address of GitHub's REST API",
            ) from None

    def _declined(
        self, error: GithubException, cannot: str, permission: str
    ) -> RefusedError | UnreadableError:
        said = _printable(_reasons(error.data)) or "no reason given"
        message = f"{cannot}: GitHub answers {error.status} ({said})"
        if error.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            return RefusedError("github-refused", message, hint="mend what GitHub names and rerun")
        wait = _wait(error.status, error.headers or {})
        if wait:
            return UnreadableError(message, hint=wait)
        if error.status not in _HIDING | {HTTPStatus.UNAUTHORIZED}:
            return UnreadableError(message, hint="try again; see https://www.githubstatus.com/")
        who = "the token needs" if self._token else "set GITHUB_TOKEN to a token with"
        hint = f"{who} {permission!r} on {self.repository}; GitHub hides what a token may not see"
        kind = HiddenError if error.status in _HIDING else UnreadableError
        return kind(message, hint=hint)

    def _path(self, rest: str) -> str:
        return f"/repos/{self.repository}/{rest}"

    @property
    def _requester(self) -> Requester:
        if self._connection is None:
            from github import Auth, Github
            from urllib3 import Retry

            # A refusal for being too fast is told, not slept through: it can last for an hour.
            # A POST is sent again only if it certainly never arrived.
            retry = Retry(
                total=2,
                backoff_factor=0.3,
                status_forcelist=(500, 502, 504),
                allowed_methods={"GET"},
                respect_retry_after_header=False,
                raise_on_status=False,
            )
            self._connection = Github(
                auth=Auth.Token(self._token) if self._token else None,
                base_url=self._url,
                timeout=self.timeout,
                retry=retry,
                user_agent="release-tools",
                seconds_between_requests=0,
                seconds_between_writes=0,
            ).requester
        return self._connection


def mapping(value: Any, key: str) -> dict[str, Any]:
    """Return the object at ``key`` of an answer; raises ShapeError when there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, dict):
        raise ShapeError(f"no object at {key or 'the top'}")
    return found


def text(value: Any, key: str) -> str:
    """Return the text at ``key`` of an answer; raises ShapeError when there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, str):
        raise ShapeError(f"no text at {key or 'the top'}")
    return found


def _wait(status: int, headers: Mapping[str, Any]) -> str:
    """Say how long to wait, if GitHub declined because of too many requests."""
    after = str(headers.get("retry-after", ""))
    reset = str(headers.get("x-ratelimit-reset", ""))
    if status not in _SLOWING:
        return ""
    if after.isdecimal():
        return f"GitHub asks to wait {after} seconds"
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        from time import gmtime, strftime

        until = strftime("%H:%M:%S", gmtime(int(reset[:10])))
        return f"the requests of this token or address are used up until {until} UTC"
    return "" if status == HTTPStatus.FORBIDDEN else "too many requests: try again in some minutes"


def _reasons(data: Any) -> str:
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors")
    reasons = [data.get("message"), *(errors if isinstance(errors, list) else [])]
    texts = [reason.get("message") if isinstance(reason, dict) else reason for reason in reasons]
    return "; ".join(reason for reason in texts if isinstance(reason, str))


def _printable(words: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in words[:300])
