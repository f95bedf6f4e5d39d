"""Another program gets hold of a class file: `python hold.py HOW FILE`; it lets go when its stdin closes.

`writer` holds the file as one who writes (`BEGIN EXCLUSIVE`); `scanner` holds every lock of SQLite's shared index, as a
virus scanner that keeps everybody out; `owner` opens the file for itself alone.
"""

from __future__ import annotations

import fcntl
import sqlite3
import sys

FIRST_LOCK, LOCKS = 120, 8  # in the -shm file: https://www.sqlite.org/walformat.html#locks


def main(how: str, file: str) -> None:
    connection = sqlite3.connect(file, timeout=60, isolation_level=None)
    if how == "writer":
        connection.execute("BEGIN EXCLUSIVE")
    elif how == "owner":
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
    else:
        index = open(f"{file}-shm", "r+b")  # noqa: PTH123, SIM115
        fcntl.lockf(index, fcntl.LOCK_EX, LOCKS, FIRST_LOCK)
    print("held", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
