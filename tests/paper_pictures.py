"""Take the pictures of docs/mencetak.md anew: ``python -m tests.paper_pictures``.

Each is one page, small enough for a page that is opened over a slow line.
"""

from __future__ import annotations

from pathlib import Path

from kasuskit.form import load_form
from kasuskit.paper.answers import Blank, Written
from kasuskit.paper.codebook import codebook_data
from kasuskit.paper.entry import entry_data
from kasuskit.paper.fields import Density
from kasuskit.paper.forms import COMPACT, form_data
from kasuskit.paper.hand import Hand
from kasuskit.paper.key import key_data
from kasuskit.paper.pack import Printed, cover_data, pack_items
from kasuskit.paper.press import pictures
from kasuskit.paper.record import record_data
from kasuskit.paper.sheet import Sheet
from kasuskit.paper.story import story_data
from kasuskit.simfoni import ready_sheet
from kasuskit.training import load_case
from tests.grey_png import grey

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "gambar"
PPI = 84
MOST_BYTES = 59_000


def sheets(case_id: str) -> dict[str, tuple[str, dict[str, object], int]]:
    """Return template, data and page (from 0) of each picture."""
    case, kasus, short = load_case(case_id), load_form("kasus"), load_form("ringkas")
    record = case.key_record()
    blank = form_data(Sheet(kasus.title, form=kasus), Blank(kasus, rows=2), Density(6, 2, 2, 6.4), Hand(""))
    brief = form_data(Sheet(short.title, form=short), Blank(short, 1, 2), COMPACT[-2], Hand(""))
    written = form_data(Sheet("Formulir F1", "F1", form=kasus), Written(record), Density(2, 1), Hand("F1"))
    ready = ready_sheet(record)
    items = pack_items([case], 30)
    return {
        "formulir": ("formulir", blank, 0),
        "pasangan": ("formulir", blank, 4),
        "ringkas": ("formulir", brief, 0),
        "tulisan-tangan": ("formulir", written, 2),
        "catatan": ("catatan", record_data(Sheet(kasus.title, case.id, form=kasus), record), 0),
        "cerita": ("cerita", story_data(case), 0),
        "kunci": ("kunci", key_data(case), 0),
        "siap-entri": ("entri", entry_data(Sheet(ready.title, case.id), ready.plain(), ready.warning, False), 0),
        "buku-kode": ("kode", codebook_data(kasus), 0),
        "daftar-cetak": ("daftar", cover_data([Printed(item, item.make()) for item in items], 30), 0),
    }


def main() -> None:
    """Write the pictures; say which is too large."""
    for name, (template, data, page) in sheets("K04").items():
        ppi = PPI
        while len(picture := grey(pictures(template, data, ppi)[page])) > MOST_BYTES:
            ppi -= 4
        path = FOLDER / f"kertas-{name}.png"
        path.write_bytes(picture)
        print(f"{path.name}: {len(picture) // 1000} kB, {ppi} ppi")


if __name__ == "__main__":
    main()
