"""What GitHub's refusals become: each under a name of its own."""

from __future__ import annotations

import pytest
from github import GithubException

from release_tools.adapters.github_faults import declined


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
