"""An HTTP server that holds only so many connections, waits only so long, and keeps only so much for a slow reader."""

from __future__ import annotations

import sys
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

LARGEST_FORM = 64 * 1024
LARGEST_HEADERS = 16 * 1024
READ_AHEAD = 1024 * 1024
WRITE_BEHIND = 4 * 1024 * 1024
FILES_WANTED = 8192
_FILES_ON_WINDOWS = 512  # select() there knows no more


class GuardedServer(HTTPServer):
    """Tornado's server with room for so many connections, of which one address gets only a part.

    Parameters
    ----------
    request_callback : Application
        What answers the requests.
    most, most_of_one : int
        How many connections may be open, in all and from one address.
    **kwargs
        As for Tornado's server (``ssl_options``).
    """

    def initialize(self, request_callback: Any, most: int = 0, most_of_one: int = 0, **kwargs: Any) -> None:  # type: ignore[override]
        """Take the settings; Tornado calls this in place of ``__init__``."""
        self._most, self._most_of_one = most, most_of_one
        self._held: dict[IOStream, str] = {}
        bounds = {
            "max_body_size": LARGEST_FORM,
            "max_header_size": LARGEST_HEADERS,
            "max_buffer_size": READ_AHEAD,
            "idle_connection_timeout": 60,
            "body_timeout": 30,
        }
        super().initialize(request_callback, **bounds | kwargs)

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Take in a connection, or hang up where there is no room."""
        # A connection that became a websocket has left Tornado's own list, but not this one.
        self._held = {each: of for each, of in self._held.items() if not each.closed()}
        of_one = sum(1 for of in self._held.values() if of == address[0])
        if len(self._held) >= self._most or of_one >= self._most_of_one:
            stream.close()
            return
        self._held[stream] = address[0]
        stream.max_write_buffer_size = WRITE_BEHIND
        super().handle_stream(stream, address)


def connections_for(participants: int, by_address: bool, files: int | None = None) -> dict[str, int]:
    """Return how many connections a class needs: ``most`` and ``most_of_one``.

    A browser holds up to six for pages and one for each practice page; a class can sit behind one router.

    Parameters
    ----------
    participants : int
        The size of class that is expected.
    by_address : bool
        Whether an address tells visitors apart; not so behind a proxy.
    files : int or None
        How many files and sockets this process may have open; half are left for the kernels' own sockets.
    """
    files = more_open_files() if files is None else files
    people = max(30, participants)
    most = min(24 * people, files // 2)
    return {"most": most, "most_of_one": min(8 * people, most // 2) if by_address else most}


def more_open_files(wanted: int = FILES_WANTED) -> int:
    """Let this process open more files and sockets where the system allows it; return how many."""
    if sys.platform == "win32":
        return _FILES_ON_WINDOWS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted if soft == resource.RLIM_INFINITY else soft
    more = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (more, hard))
    except (ValueError, OSError):
        return soft
    return more
