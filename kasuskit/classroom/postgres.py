"""A class on a PostgreSQL server: how to reach it, and what went wrong, in our own codes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DBAPIError

MOST_AT_ONCE = 5

# PostgreSQL's own classes of what went wrong (SQLSTATE), and what we tell people.
_CODES = {
    "08": "classroom.K345",
    "57P": "classroom.K345",
    "53300": "classroom.K346",
    "28": "classroom.K347",
    "3D000": "classroom.K347",
    "42501": "classroom.K348",
    "53100": "classroom.K307",
}
# Before a connection stands there is no SQLSTATE, only the server's words.
_WORDS = {
    "too many clients": "classroom.K346",
    "remaining connection slots": "classroom.K346",
    "too many connections": "classroom.K346",
    "authentication failed": "classroom.K347",
    "no password supplied": "classroom.K347",
    "no pg_hba.conf entry": "classroom.K347",
    "does not exist": "classroom.K347",
    "permission denied": "classroom.K347",
}


def error_key(problem: DBAPIError) -> str | None:
    """Return the key of what a person is told, or None when it is nothing that we have words for."""
    state = getattr(problem.orig, "sqlstate", None)
    if state:
        found = next((key for start, key in _CODES.items() if str(state).startswith(start)), None)
        return found or ("classroom.K345" if problem.connection_invalidated else None)
    said = str(problem.orig).casefold()
    lost = "connection" in said or problem.connection_invalidated
    return next((key for words, key in _WORDS.items() if words in said), "classroom.K345" if lost else None)


def engine_options(url: URL, busy_seconds: float) -> dict[str, Any]:
    """Return how an engine reaches the server.

    Few connections, since a database server has few: one for the server of a class that is quiet, and for each kernel
    of stock Voila. A connection is tried before it is used, so that a server that was restarted is not noticed.

    Parameters
    ----------
    url : URL
        Where the server is. What stands behind its ``?`` goes before what is set here.
    busy_seconds : float
        How long to wait for a connection, in seconds.
    """
    seconds = max(2, round(busy_seconds))
    found: dict[str, Any] = {
        "pool_size": MOST_AT_ONCE,
        "max_overflow": 0,
        "pool_use_lifo": True,
        "pool_pre_ping": True,
        "pool_timeout": busy_seconds,
    }
    if url.get_driver_name() in ("psycopg", "psycopg2"):
        # A cable that was pulled is noticed after seconds, not after the system's own quarter of an hour.
        reach = {
            "connect_timeout": seconds,
            "keepalives_idle": 30,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 1000 * seconds,
            "application_name": "kasuskit",
        }
        found["connect_args"] = {name: value for name, value in reach.items() if name not in url.query}
    return found


def commit_to_the_disk(engine: Engine) -> None:
    """Let every commit wait for the disk, also where the server was told that it need not."""

    def on_connect(connection: Any, _record: Any) -> None:
        autocommit, connection.autocommit = connection.autocommit, True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        connection.autocommit = autocommit

    event.listen(engine, "connect", on_connect)


def shown(url: URL) -> str:
    """Return an address as it may be shown: without the password, also where it stands behind the ``?``."""
    return url.set(query={}).render_as_string()
