"""A token server as registries have them, of the sort that ghcr.io is.

The protocol is that of distribution's token authentication: ``GET realm?service=…&scope=…``, with
the name and password of a user or without, answered by a JSON Web Token that the registry checks.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

jwt = pytest.importorskip("jwt", reason="PyJWT is not installed")
pytest.importorskip("cryptography", reason="cryptography is not installed")

PUBLIC = "public/"
"""Repositories whose names begin so are anybody's to pull."""


class Tokens:
    """The server.  ``asked`` are the scopes asked for, in order, each with the user or ""."""

    service, issuer = "registry", "tests"

    def __init__(self, users: dict[str, str], pusher: str):
        self.users, self.pusher = users, pusher
        self.asked: list[tuple[str, str]] = []
        self._key, self.certificate, self._kid = _key()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/token"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()

    def token(self, user: str, name: str, *actions: str) -> str:
        """Return a token for these actions on a repository."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": user,
            "aud": self.service,
            "iat": now,
            "nbf": now - 5,
            "exp": now + 300,
            "access": [{"type": "repository", "name": name, "actions": list(actions)}],
        }
        return str(jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._kid}))

    def answer(self, query: str, authorization: str) -> tuple[int, dict[str, object]]:
        """Return status and body for one request."""
        user = ""
        if authorization:
            scheme, _, text = authorization.partition(" ")
            user, _, password = base64.b64decode(text).decode().partition(":")
            if scheme != "Basic" or self.users.get(user) != password:
                return 401, {"errors": [{"code": "UNAUTHORIZED"}]}
        scope = parse_qs(query).get("scope", [""])[0]
        self.asked.append((scope, user))
        _, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        wanted = actions.split(",")
        if not scope or user == self.pusher:
            allowed = True
        else:
            allowed = wanted == ["pull"] and (bool(user) or name.startswith(PUBLIC))
        if not allowed:  # alike for what is private and what is missing
            return 403, {"errors": [{"code": "DENIED", "message": "requested access is denied"}]}
        return 200, {"token": self.token(user, name, *wanted), "expires_in": 300}


def _handler(tokens: Tokens) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            query = urlsplit(self.path).query
            self.say(*tokens.answer(query, self.headers.get("Authorization", "")))

        def do_POST(self):  # OAuth 2: clients that try it first then come back with GET
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.say(405, {})

        def say(self, status, body):
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    return Handler


def _key():
    """Return a fresh key, a certificate of it as PEM, and its id as libtrust computes it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .sign(key, hashes.SHA256())
    )
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    text = base64.b32encode(hashlib.sha256(der).digest()[:30]).decode()
    kid = ":".join(text[start : start + 4] for start in range(0, len(text), 4))
    return key, certificate.public_bytes(serialization.Encoding.PEM), kid
