"""A registry that wants to be shown tokens, and the server that gives them, as ghcr.io does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.servers import fault
from tests.servers.fault import Reply

if TYPE_CHECKING:
    from tests.servers.fault import Fault, Proxy, Turn


class Guard:
    """Stands before the registry: what it would answer, ``inside`` answers to valid tokens."""

    def __init__(self, registry: Proxy, realm: Proxy, inside: Fault | None = None):
        self.realm, self.inside = realm, inside
        self.valid: set[str] = set()
        self.number = 0
        self.challenge = f'Bearer realm="{realm.url}/token?a=b",service="the service"'
        registry.always(self.guard)
        realm.always(self.give, at="/token")

    def guard(self, turn: Turn) -> bool | None:
        """Answer with the token that was shown, or challenge."""
        shown = turn.request.headers.get("authorization", "")
        if shown.removeprefix("Bearer ") not in self.valid:
            return fault.status(401, {"WWW-Authenticate": self.challenge})(turn)
        return (self.inside or fault.page(shown.encode()))(turn)

    def give(self, turn: Turn) -> bool:
        """Give a new token."""
        self.number += 1
        token = f"token-{self.number}"
        self.valid.add(token)
        body = json.dumps({"token": token, "expires_in": 300}).encode()
        turn.send(Reply(200, (("Content-Length", str(len(body))),), body))
        return True
