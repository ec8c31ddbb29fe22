"""What GitHub's refusals become: each under a name of its own."""

from __future__ import annotations

import ssl

import pytest
from github import GithubException
from requests import ConnectionError as Unconnected
from requests import RequestException, Timeout
from requests.exceptions import ChunkedEncodingError

from release_tools.adapters.github_faults import declined, silent
from release_tools.adapters.github_wire import OversizedError


@pytest.mark.parametrize(
    ("status", "changes", "id_", "code"),
    [
        (400, False, "github-refused", 1),
        (422, True, "github-refused", 1),
        (403, False, "permission-missing", 3),
        (404, True, "permission-missing", 3),
        (401, False, "github-unanswered", 3),
        (500, False, "github-unanswered", 3),
        (502, True, "answer-lost", 3),
    ],
)
def test_a_status_becomes_the_error_of_what_is_known_then(status, changes, id_, code):
    answer = GithubException(status, {"message": "no\x1b[31m"}, {})
    error = declined(answer, "cannot ask", "the token needs more", changes=changes)
    assert (error.id, error.exit_code) == (id_, code)
    assert error.message.isprintable()


@pytest.mark.parametrize(
    ("error", "cause", "words"),
    [
        (OversizedError("more"), None, "sends a longer answer than any that was asked for"),
        (Timeout("the time is over"), None, "does not answer in time"),
        (Unconnected(), TimeoutError(), "does not answer in time"),
        (Unconnected(), ConnectionRefusedError(), "refuses connections"),
        (Unconnected(), ConnectionResetError(), "closes the connection before the answer is whole"),
        (Unconnected(), ssl.SSLEOFError(), "closes the connection before the answer is whole"),
        (ChunkedEncodingError(), None, "closes the connection before the answer is whole"),
        (Unconnected(), ssl.SSLCertVerificationError(), "does not speak TLS as it should"),
        (RequestException(), None, "cannot be reached"),
    ],
)
def test_what_gives_no_answer_is_told_in_words(error, cause, words):
    error.__cause__ = cause
    said = silent(error, "cannot ask", "https://github.invalid", changes=False)
    assert (said.id, said.exit_code) == ("github-unanswered", 3)
    assert said.message == f"cannot ask: https://github.invalid {words}"
    assert silent(error, "cannot ask", "https://github.invalid", changes=True).id == "answer-lost"
