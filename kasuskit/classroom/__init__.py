"""Who is in the room: the participants of a class, their attempts, and every answer they gave.

``open_room("kelas/soe.sqlite")`` opens or makes a class file; an SQLAlchemy URL works in its place.
The names below are fetched when they are first used: a kernel that a server started needs no database.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kasuskit.classroom.attempt import Attempt
    from kasuskit.classroom.entry import Entry
    from kasuskit.classroom.opening import open_room
    from kasuskit.classroom.room import Person, Room

__all__ = ["Attempt", "Entry", "Person", "Room", "open_room"]

_HOMES = {"Attempt": "attempt", "Entry": "entry", "Person": "room", "Room": "room", "open_room": "opening"}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
