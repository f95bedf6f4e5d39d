"""Who is in the room: the participants of a class, their attempts, and every answer they gave.

``open_room("kelas/soe.sqlite")`` opens or makes a class file; an SQLAlchemy URL works in its place.
"""

from kasuskit.classroom.attempt import Attempt, Entry
from kasuskit.classroom.opening import open_room
from kasuskit.classroom.room import Person, Room

__all__ = ["Attempt", "Entry", "Person", "Room", "open_room"]
