"""Provinces, regencies, districts and villages: found by code, or by a name however it is spelt.

The kit's own list is ``data/reference/wilayah.csv``. A fuller table that somebody loads is kept in the user's data
folder and joined to it; where both know an area, the kit's aliases, notes and doubts stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from kasuskit.form.area_spelling import letters, level_of, parent_code, plain_code, sound, split_level
from kasuskit.form.area_table import ALIAS_MARK, TableRow, read_table, table_bytes
from kasuskit.form.workbook import csv_rows, decoded
from kasuskit.messages import KasusError
from kasuskit.places import data_dir, user_dir, write_whole

PRACTICE = "rekaan"
SOURCED = "bersumber"
_SHORTEST_PART = 3


@dataclass(frozen=True, slots=True)
class Area:
    """One area, as Kemendagri numbers it.

    Parameters
    ----------
    code, parent : str
        With dots; ``parent`` is blank for a province.
    name : str
        As the source writes it, apostrophes included.
    level : str
        provinsi, kabupaten, kota, kecamatan, desa or kelurahan.
    aliases : tuple of str
        Other ways in which people and papers write the name.
    programme : str
        ``ya`` for a village of the programme, ``mungkin`` for one of several that may be meant, else blank.
    confidence, note, source : str
        How sure this is (``bersumber`` when a source says so, ``rekaan`` for an area made for practice), what to
        watch for, and where it comes from.
    """

    code: str
    name: str
    level: str
    parent: str
    aliases: tuple[str, ...] = ()
    programme: str = ""
    confidence: str = ""
    note: str = ""
    source: str = ""

    @property
    def practice(self) -> bool:
        """Whether the area exists in training only."""
        return self.confidence == PRACTICE

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases, each also without ``Kabupaten``, ``Kota`` or ``Desa`` in front."""
        written = (self.name, *self.aliases)
        return tuple(dict.fromkeys((*written, *(split_level(each)[1] for each in written))))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What ``load_table`` did: how many areas it read, and the file that keeps them."""

    count: int
    kept: Path


def areas() -> tuple[Area, ...]:
    """Return every known area, provinces first; read once, and again when another table was loaded."""
    return _gazetteer().areas


def find(code: str) -> Area | None:
    """Return the area with a code (``53.01.16`` or ``530116``), None when it is not known."""
    return _gazetteer().by_code.get(plain_code(code))


def children(code: str) -> tuple[Area, ...]:
    """Return the areas right inside an area, by code; the provinces when the code is blank."""
    plain = plain_code(code)
    return tuple(_gazetteer().inside.get(plain, ())) if plain or not code.strip() else ()


def chain(code: str) -> tuple[Area, ...]:
    """Return the known areas that hold a code, province first, the area itself last.

    A code whose own area is not known still has the areas around it: of ``53.01.99`` the province and the regency.
    """
    known, plain = [], plain_code(code)
    while plain:
        area = find(plain)
        known += [area] if area else []
        plain = parent_code(plain)
    return tuple(reversed(known))


def search(name: str, within: str | None = None) -> tuple[Area, ...]:
    """Return the areas that a name may mean, larger areas first, then by code.

    Capitals, spaces, apostrophes and double letters do not matter, known other spellings count, and ``Kab.`` or
    ``Desa`` in front says what kind is meant. Names spelt alike are returned alone; when there are none, those that
    sound alike, then those that begin with these letters, then those that hold them (three letters at least).

    Parameters
    ----------
    name : str
        What somebody wrote: ``oe ekam``, ``Kuanek``, ``kec. ki'e``.
    within : str, optional
        The code of an area; only what lies inside it is looked at.
    """
    inside = f"{plain_code(within)}." if within is not None else ""
    return () if inside == "." else _gazetteer().named(name, inside)


def load_table(path: str | Path) -> Loaded:
    """Check a fuller table of areas and keep it, in place of one loaded earlier.

    Parameters
    ----------
    path : str or Path
        See ``area_table.read_table``.

    Raises
    ------
    KasusError
        What ``read_table`` finds, or A810 when the table cannot be kept. The table loaded earlier then stays in use.
    """
    given = Path(path)
    rows = read_table(given, {area.code: area.name for area in _own()})
    kept = table_file()
    try:
        write_whole(kept, table_bytes(rows, given.name))
    except OSError as error:
        raise KasusError("reference.A810", str(kept), reason=error.strerror or type(error).__name__) from None
    return Loaded(len(rows), kept)


def table_file() -> Path:
    """Return where a loaded table is kept; who removes the file is back to the kit's own list."""
    return user_dir() / "wilayah.csv"


def table_problem() -> KasusError | None:
    """Return what is wrong with the kept table, None when it is in use or there is none."""
    return _gazetteer().problem


class _Gazetteer:
    """All areas with their indexes; what ``search`` needs is built by the first search."""

    def __init__(self, areas: Iterable[Area], problem: KasusError | None = None) -> None:
        self.areas = tuple(sorted(areas, key=lambda area: (len(area.code), area.code)))
        self.problem = problem
        self.by_code = {area.code: area for area in self.areas}
        self.inside: dict[str, list[Area]] = {}
        for area in self.areas:
            self.inside.setdefault(area.parent, []).append(area)

    @cached_property
    def _by_letters(self) -> dict[str, list[Area]]:
        return self._index(letters)

    @cached_property
    def _by_sound(self) -> dict[str, list[Area]]:
        return self._index(sound)

    def _index(self, heard: Callable[[str], str]) -> dict[str, list[Area]]:
        index: dict[str, list[Area]] = {}
        for area in self.areas:
            for name in {heard(each) for each in area.names}:
                index.setdefault(name, []).append(area)
        return index

    def named(self, name: str, inside: str) -> tuple[Area, ...]:
        """Return the areas of a name whose codes begin with ``inside``; see ``search``."""
        level, rest = split_level(name)

        def fitting(those: Iterable[Area], level: str) -> tuple[Area, ...]:
            found = {area.code: area for area in those if level in ("", area.level) and area.code.startswith(inside)}
            return tuple(sorted(found.values(), key=lambda area: (len(area.code), area.code)))

        for index, heard in ((self._by_letters, letters), (self._by_sound, sound)):
            found = fitting(index.get(heard(name), ()), "") or fitting(index.get(heard(rest), ()), level)
            if found:
                return found
        part = sound(rest)
        for holds in (str.startswith, str.__contains__):
            names = [each for each in self._by_sound if len(part) >= _SHORTEST_PART and holds(each, part)]
            found = fitting((area for each in names for area in self._by_sound[each]), level)
            if found:
                return found
        return ()


def _gazetteer() -> _Gazetteer:
    kept = table_file()
    try:
        now = kept.stat()
    except OSError:
        return _joined(None, 0, 0)
    return _joined(kept, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=2)
def _joined(kept: Path | None, _changed: int, _size: int) -> _Gazetteer:
    own = _own()
    if kept is None:
        return _Gazetteer(own)
    try:
        rows = read_table(kept, {area.code: area.name for area in own})
    except KasusError as problem:
        return _Gazetteer(own, problem)
    joined = {area.code: area for area in own}
    joined.update({row.code: _area(row, joined.get(row.code)) for row in rows})
    return _Gazetteer(joined.values())


def _area(row: TableRow, own: Area | None) -> Area:
    """Return the area of a loaded row; of one that the kit knows, the kit's own unless its name is another now."""
    if own is None:
        code = row.code
        return Area(
            code, row.name, level_of(code), parent_code(code), row.aliases, "", row.confidence, row.note, row.source
        )
    heard = {sound(each) for each in own.names}
    if own.practice or sound(row.name) in heard or sound(split_level(row.name)[1]) in heard:
        return own
    return replace(own, name=row.name, aliases=(own.name, *own.aliases), source=row.source)


@lru_cache(maxsize=1)
def _own() -> tuple[Area, ...]:
    path = data_dir() / "reference" / "wilayah.csv"
    heading, *rows = csv_rows(decoded(path), path.name)
    return tuple(_listed(dict(zip(heading, cells, strict=True))) for cells in rows)


def _listed(row: dict[str, str]) -> Area:
    aliases = tuple(row["ejaan_lain"].split(ALIAS_MARK)) if row["ejaan_lain"] else ()
    doubt = row["program"], row["keyakinan"], row["catatan"], row["sumber"]
    return Area(row["kode"], row["nama"], row["tingkat"], row["induk"], aliases, *doubt)
