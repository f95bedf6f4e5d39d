"""One class is served once: a lock, and a note for other windows of this machine of where it is served.

Both lie in the cache folder, not beside the class file, which people copy. The system lets go of the lock when the
process ends, however it ends.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from kasuskit.messages import KasusError
from kasuskit.places import cache_dir

_LOCKED_BYTE = 10_000  # beyond the note: Windows lets nobody read what is locked
_TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


@contextmanager
def claimed(room: Path) -> Iterator[Claim]:
    """Hold the class file for this process.

    Raises
    ------
    KasusError
        S530 when another process serves the class: people would sit in two servers and see different screens.
    """
    path = cache_dir() / "serving" / (hashlib.sha256(os.fsencode(room.resolve())).hexdigest()[:24] + ".txt")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab+", buffering=0)
    except OSError:  # a cache that cannot be written takes only the warning away
        yield Claim(None)
        return
    with file:
        if not _lock(file):
            file.seek(0)
            raise KasusError("serving.S530", str(room), address=file.read().decode().strip() or "127.0.0.1")
        yield Claim(file)


class Claim:
    """The hold on a class file."""

    def __init__(self, file: FileIO | None) -> None:
        self._file = file

    def note(self, address: str) -> None:
        """Write down where the class is served."""
        if self._file is not None:
            with suppress(OSError):  # on a full disk the warning names no address
                self._file.truncate(0)
                self._file.write(address.encode())


def _lock(file: FileIO) -> bool:
    """Lock a file for this process, without waiting; return False when another process holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _LOCKED_BYTE)
    except OSError as problem:
        return problem.errno not in _TAKEN  # a disk without locks takes only the warning away
    return True
