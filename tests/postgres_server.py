"""A PostgreSQL server in a process of its own, on loopback, in a folder that is thrown away."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

PROGRAMS = ("initdb", "postgres")
USER = "kasus"


def programs() -> Path | None:
    """Return the folder with PostgreSQL's programs, the newest where there are several; None: not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name), reverse=True)
    for folder in [*debian, *(Path(each) for each in os.environ.get("PATH", "").split(os.pathsep) if each)]:
        if all((folder / program).exists() for program in PROGRAMS):
            return folder
    return None


class PostgresServer:
    """A server with password sign-in that can be stopped, killed and started again on the same port.

    PostgreSQL refuses to run as root, so under root its processes run as the user ``postgres``, whom Debian's package
    brings.
    """

    def __init__(self, most_connections: int = 100) -> None:
        found = programs()
        assert found is not None
        self._programs = found
        self._owner = "postgres" if _as_root() else None
        self._most = most_connections
        self.folder = Path(tempfile.mkdtemp(prefix="kasuskit-pg-"))
        self.password = f"rahasia-{secrets.token_hex(8)}"
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._make()
        self.start()

    def _make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        if self._owner:
            shutil.chown(self.folder, self._owner)
            shutil.chown(secret, self._owner)
        self._run(
            *[self._programs / "initdb", "-D", self.folder / "data", "-U", USER, "-A", "scram-sha-256"],
            *["--pwfile", secret, "-E", "UTF8", "--no-locale", "--no-sync"],
        )
        secret.unlink()

    def _run(self, *command: object) -> None:
        done = subprocess.run(self._as_owner(*command), capture_output=True, text=True, cwd=self.folder, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def _as_owner(self, *command: object) -> list[str]:
        words = [str(word) for word in command]
        if self._owner is None:
            return words
        return ["setpriv", f"--reuid={self._owner}", f"--regid={self._owner}", "--clear-groups", *words]

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "on",
            "max_connections": self._most,
            "shared_buffers": "16MB",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                self._as_owner(self._programs / "postgres", "-D", self.folder / "data", *options),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self._wait()

    def _wait(self, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                self.connect().close()
                return
            except psycopg.OperationalError:
                ended = self.process is None or self.process.poll() is not None
                assert not ended and time.monotonic() < end, (self.folder / "server.log").read_text("utf-8")
                time.sleep(0.1)

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Return a connection that has nothing to do with kasuskit."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=self.password, dbname=database, autocommit=True
        )

    def stop(self) -> None:
        """End it in order, as ``systemctl stop`` does: open connections are cut."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a power cut would: nothing is written any more by any of its processes."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=60)

    def close(self) -> None:
        """End it and throw its folder away."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, name: str = "") -> str:
        """Make an empty database and return its address for `open_room`."""
        name = name or f"kelas_{secrets.token_hex(4)}"
        with self.connect() as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        return f"postgresql+psycopg://{USER}:{self.password}@127.0.0.1:{self.port}/{name}"


def _as_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def postgres(need, **options: int) -> Iterator[PostgresServer]:
    """Give a running server; skip the test (in CI: fail) where PostgreSQL is not installed."""
    if programs() is None:
        need(reason="needs PostgreSQL (Debian: apt-get install postgresql)")
    if _as_root():
        need("setpriv")
    server = PostgresServer(**options)
    try:
        yield server
    finally:
        server.close()
