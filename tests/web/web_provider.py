"""A small but real OpenID Connect provider, for the tests of signing in: it lets in whoever it is told to."""

from __future__ import annotations

import json
import secrets
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlparse

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "formcheck", "not a secret in a test"


class Provider:
    """Who is at the browser now (``person``), and what the provider says of them."""

    def __init__(self) -> None:
        self.person = "anna"
        self.address = ""
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, dict[str, Any]] = {}

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where the browser goes on, with a code for the person who is there."""
        assert asked["client_id"] == CLIENT
        code = secrets.token_urlsafe()
        self.codes[code] = {"sub": self.person, "nonce": asked.get("nonce")}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, code: str) -> dict[str, Any]:
        """Return the tokens for a code, once."""
        known = self.codes.pop(code)
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 600,
            **known,
            "name": known["sub"].title(),
            "email": f"{known['sub']}@clinic.example",
            "email_verified": True,
        }
        identity = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return {"access_token": code, "token_type": "Bearer", "expires_in": 600, "id_token": identity}


@contextmanager
def providing() -> Iterator[Provider]:
    """Run a provider on a free port of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlparse(self.path)
            if url.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(url.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.end_headers()
            elif url.path == "/keys":
                self._answer({"keys": [provider.key.as_dict(private=False)]})
            else:
                self._answer(provider.metadata())

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            asked = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            given = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
            assert tuple(map(unquote, given.split(":", 1))) == (CLIENT, SECRET)
            self._answer(provider.token(asked["code"]))

        def _answer(self, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    provider.address = f"http://localhost:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
