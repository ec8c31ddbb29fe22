"""GitHub's REST API, asked through PyGithub: connection, pages, limits, and what went wrong.

Every answer is checked for its shape before it is believed.  Nothing is asked at an address that
an answer names: pages are counted, not followed; only downloads are led elsewhere, without the
token.  What changes something is sent once.  PyGithub (183 ms) comes with the first request.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, BinaryIO

from release_tools.adapters import github_address
from release_tools.adapters import github_faults as faults
from release_tools.adapters.github_faults import ShapeError, UnansweredError
from release_tools.adapters.github_shapes import counted, objects, whole
from release_tools.adapters.github_terms import Terms
from release_tools.adapters.remotes import is_slug
from release_tools.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from github import GithubException
    from github.Requester import Requester

    from release_tools.adapters.github_wire import Wire

_PER_PAGE = 100
_MOST_PAGES = 50
_STUMBLES = frozenset(
    {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
)
_MOST_REDIRECTS = 3
_DEFAULT = Terms()
# What PyGithub raises over redirects, error bodies that are lists, cut JSON, and odd headers.
_CONFUSED = (AssertionError, RuntimeError, AttributeError, TypeError, ValueError, OverflowError)


class Api:
    """GitHub's API for one repository: paths are below ``/repos/OWNER/NAME``, or begin with ``/``.

    The token goes to ``api_url`` and nowhere else.
    """

    timeout = 15.0
    """Seconds without a byte after which a request counts as unanswered; a GET is tried again."""

    def __init__(
        self, repository: str, api_url: str, token: str | None, terms: Terms = _DEFAULT
    ) -> None:
        """Raise UsageError for what is no ``owner/name``, or an address that may not be asked.

        An empty address is github.com's.
        """
        owner, _, name = repository.partition("/")
        if not (is_slug(owner) and is_slug(name)):
            raise UsageError(
                f"{repository!r} is no repository on GitHub", hint="expected: owner/name"
            )
        self.repository, self.owner = repository, owner
        self.patience, self.deadline, self.budget = terms.patience, terms.deadline, terms.budget
        self.reads = 0
        self._tries = terms.tries
        self._hosts = (terms.plain_http, terms.private_hosts)
        self._url = github_address.check(api_url or github_address.default(), *self._hosts)
        self._token = token
        self._seen: dict[object, tuple[str, Mapping[str, str], Any]] = {}
        self._connection: tuple[Wire, Requester] | None = None

    def get(self, path: str, **wanted: str | int) -> tuple[Mapping[str, str], Any]:
        """Return headers (names in lower case) and body of ``path``; call it inside ``asking``.

        What was asked before is asked for changes only (ETag), which costs nothing of the limit.
        """
        key = (path, *sorted(wanted.items()))
        seen = self._seen.get(key)
        conditions = {"If-None-Match": seen[0]} if seen else {}
        status, headers, body = self._send("GET", self._path(path), wanted, conditions)
        if status == HTTPStatus.NOT_MODIFIED and seen:
            return seen[1], seen[2]
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            raise ShapeError(f"status {status}")
        if "etag" in headers:
            self._seen[key] = (headers["etag"], headers, body)
        return headers, body

    def post(self, path: str, order: Mapping[str, Any]) -> Any:
        """Send ``order`` once and return the answer's body; call it inside ``asking``."""
        return self._send("POST", self._path(path), order=order)[2]

    def patch(self, path: str, order: Mapping[str, Any]) -> Any:
        """Send ``order`` once and return the answer's body; call it inside ``asking``."""
        return self._send("PATCH", self._path(path), order=order)[2]

    def delete(self, path: str) -> None:
        """Delete what is at ``path``, asking once; call it inside ``asking``."""
        self._send("DELETE", self._path(path))

    def upload(self, address: str, name: str, content: BinaryIO, size: int) -> Any:
        """Send a file once to the ``upload_url`` of an answer; call it inside ``asking``."""
        address = address.partition("{")[0]
        if not github_address.may_upload(address, self._url):
            raise UnansweredError(
                f"{self.repository}: GitHub names {github_address.shown(address)} for uploads",
                hint="nothing was sent: the token goes to no other host than GitHub's",
            )
        self._check_time()
        kind = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        return self._requester.requestMemoryBlobAndCheck(
            "POST", address, {"name": name}, kind, content
        )[1]

    def download(self, path: str, limit: int) -> Iterator[bytes]:
        """Yield the bytes of a file at ``path``, at most ``limit``; call it inside ``asking``.

        It may lead to a storage elsewhere, which never gets the token.
        """
        self._count()
        wire = self._wires[0]
        url = self._url.rstrip("/") + self._path(path)
        headers = {"Accept": "application/octet-stream", "User-Agent": "release-tools"}
        for _ in range(_MOST_REDIRECTS + 1):
            ours = github_address.same_origin(url, self._url)
            secret = {"Authorization": f"token {self._token}"} if ours and self._token else {}
            answer = wire.send("GET", url, headers | secret)
            if answer.status_code == HTTPStatus.OK:
                yield from wire.chunks(answer, limit, self._left(3600.0))
                return
            said = wire.read(answer)
            if answer.status_code >= HTTPStatus.BAD_REQUEST:
                heads = {name.lower(): value for name, value in answer.headers.items()}
                raise self._requester.createException(
                    answer.status_code, heads, {"message": said[:300]}
                )
            location = answer.headers.get("Location", "")
            url = github_address.led(location, self._url, *self._hosts)
        raise ShapeError(f"more than {_MOST_REDIRECTS} redirects")

    def pages(self, path: str, key: str | None = None, **wanted: str) -> Iterator[dict[str, Any]]:
        """Yield the items of every page: of the list at ``key``, or of the list that came."""
        seen = 0
        for page in range(1, _MOST_PAGES + 1):
            headers, answer = self.get(path, **wanted, per_page=_PER_PAGE, page=page)
            items = objects({"": answer}, "") if key is None else objects(whole(answer), key)
            yield from items
            seen += len(items)
            if 'rel="next"' not in headers.get("link", ""):
                return counted(answer, key, seen)
        raise ShapeError(f"more than {_MOST_PAGES} pages")

    @contextmanager
    def asking(self, what: str, permission: str, *, changes: bool = False) -> Iterator[None]:
        """Turn everything that goes wrong inside into one of our errors.

        ``what`` completes "cannot ... in owner/name", ``permission`` is what it takes.  With
        ``changes``, one request inside changes something: where its answer is lost, broken or a
        server error, nobody knows whether it did, and LostError says so.
        """
        from github import GithubException
        from requests import RequestException

        cannot = f"cannot {what} in {self.repository}"
        try:
            yield
        except GithubException as error:
            raise faults.declined(
                error, cannot, self._needed(permission), changes=changes
            ) from None
        except RequestException as error:
            raise faults.silent(error, cannot, self._url, changes=changes) from None
        except (ShapeError, *_CONFUSED) as error:
            said = faults.printable(str(error)) or type(error).__name__
            message = f"{cannot}: {self._url} answers what GitHub's API does not ({said})"
            if changes:
                raise faults.lost(message) from None
            hint = "GITHUB_API_URL has to be the address of GitHub's REST API"
            raise UnansweredError(message, hint=hint) from None

    # --- one request

    def _send(
        self,
        verb: str,
        path: str,
        wanted: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        order: Mapping[str, Any] | None = None,
    ) -> tuple[int, Mapping[str, str], Any]:
        """Send a request; a GET again after a stumble, and anything after a wait that is allowed.

        A request that was declined for its haste had no effect, so that it may be sent again.
        """
        import json

        from requests import RequestException

        reads, tries = verb == "GET", 0
        while True:
            self._count(reads=reads)
            tries += 1
            again = reads and tries < self._tries
            try:
                status, heads, said = self._requester.requestJson(
                    verb, path, dict(wanted or {}), dict(headers or {}), order
                )
            except RequestException:
                if not again or self._left(1.0) <= 0:
                    raise
                time.sleep(self._left(0.3 * tries))
                continue
            if status < HTTPStatus.BAD_REQUEST:
                # 301 and 302 end here with their body; whoever asked finds no shape in it.
                return status, heads, json.loads(said) if said else None
            if not (again and status in _STUMBLES):
                error = self._declined(status, heads, said)
                if not self._waited(error, reads=reads):
                    raise error
            else:
                time.sleep(self._left(0.3 * tries))

    def _declined(self, status: int, headers: Mapping[str, str], said: str) -> GithubException:
        import json

        if self._token:
            said = said.replace(self._token, "***")  # some servers repeat what they were shown
        try:
            data = json.loads(said or "{}")
        except ValueError:
            data = {"message": said[:300]}
        return self._requester.createException(status, dict(headers), data)

    def _waited(self, error: GithubException, *, reads: bool) -> bool:
        """Wait as long as GitHub asks to, if there is patience for it; say whether we did."""
        busy = error.status == HTTPStatus.SERVICE_UNAVAILABLE and not reads  # may have done it
        seconds = faults.pause(error.status, error.headers or {}, faults.reasons(error.data))
        if busy or seconds is None or seconds > min(self.patience, self._left(self.patience)):
            return False
        self.patience -= seconds
        time.sleep(seconds)
        return True

    def _count(self, *, reads: bool = True) -> None:
        self._check_time()
        self.reads += reads
        if reads and self.reads > self.budget:
            raise UnansweredError(
                f"{self.repository}: {self.budget} requests to GitHub are used up",
                hint="run the command again later, or wait for fewer things at once",
            )

    def _check_time(self) -> None:
        if self._left(1.0) <= 0:
            raise UnansweredError(
                f"{self.repository}: the time to ask GitHub is over",
                hint="run the command again, with a longer --wait where it takes one",
            )

    def _left(self, most: float) -> float:
        return max(0.0, min(most, self.deadline - time.monotonic()))

    def _needed(self, permission: str) -> str:
        who = "the token needs" if self._token else "set GITHUB_TOKEN to a token with"
        hides = "GitHub hides what a token may not see"
        return f"{who} {permission!r} on {self.repository}; {hides}"

    def _path(self, rest: str) -> str:
        if rest.startswith("/"):
            return rest
        return f"/repos/{self.repository}/{rest}".rstrip("/")

    @property
    def _requester(self) -> Requester:
        return self._wires[1]

    @property
    def _wires(self) -> tuple[Wire, Requester]:
        if self._connection is None:
            from github import Auth, Github

            from release_tools.adapters.github_wire import Wire, requester

            wire = Wire(self.timeout, lambda: self.deadline)
            github = Github(
                auth=Auth.Token(self._token) if self._token else None,
                base_url=self._url,
                user_agent="release-tools",
                retry=None,
                seconds_between_requests=0,
                seconds_between_writes=0,
            )
            self._connection = wire, requester(github, wire)
        return self._connection
