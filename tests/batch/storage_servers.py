"""Real storage servers on this machine, each giving out one folder: S3-compatible, SFTP, HTTP."""
# The names of arguments are those of the libraries.
# ruff: noqa: ARG002

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import paramiko
import pytest

USER, PASSWORD = "clinic", "not-for-tables"


@contextmanager
def file_server(folder: Path) -> Iterator[str]:
    """Give the folder itself by its address."""
    yield folder.as_uri()


@contextmanager
def http_server(folder: Path) -> Iterator[str]:
    """Give the folder as a web server does that lists its files."""
    handler = functools.partial(_QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """Give a copy of the folder as a bucket, its place and keys in the environment as a cluster has them."""
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
            patch.setenv("AWS_ACCESS_KEY_ID", "key")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
            patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
            s3fs.S3FileSystem.clear_instance_cache()  # those of another environment
            files = s3fs.S3FileSystem()
            files.mkdir("study")
            files.put(f"{folder}/", "study/visits", recursive=True)
            yield "s3://study/visits"
    finally:
        s3fs.S3FileSystem.clear_instance_cache()
        server.stop()


@contextmanager
def sftp_server(folder: Path) -> Iterator[str]:
    """Give the folder by SSH, to one user with a password."""
    key = paramiko.RSAKey.generate(2048)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return  # closed: the test is over
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            transport.set_subsystem_handler(
                "sftp", paramiko.SFTPServer, functools.partial(_Files, folder=folder)
            )
            with contextlib.suppress(paramiko.SSHException, EOFError):
                transport.start_server(server=_Door())

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"sftp://{USER}:{PASSWORD}@127.0.0.1:{listening.getsockname()[1]}/visits"
    finally:
        listening.close()


class _Door(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        right = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password"


class _Files(paramiko.SFTPServerInterface):
    """A folder to be read, called ``/visits``."""

    def __init__(self, server: paramiko.ServerInterface, *, folder: Path) -> None:
        super().__init__(server)
        self._folder = folder

    def _place(self, path: str) -> Path:
        return self._folder / self.canonicalize(path).removeprefix("/visits").lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        entries = self._place(path).iterdir()
        return [paramiko.SFTPAttributes.from_stat(each.stat(), each.name) for each in entries]

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._place(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            return paramiko.SFTP_PERMISSION_DENIED
        try:
            file = self._place(path).open("rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = file
        handle.stat = lambda: paramiko.SFTPAttributes.from_stat(os.fstat(file.fileno()))
        return handle


SERVERS: dict[str, Callable[[Path], AbstractContextManager[str]]] = {
    "file": file_server,
    "http": http_server,
    "s3": s3_server,
    "sftp": sftp_server,
}
