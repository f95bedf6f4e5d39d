"""A course of three lessons for tests of the pages that show lessons; its cells call the stand-in."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.small_course import write_course

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 120" role="img"><title>Alur</title>
<rect width="320" height="120" rx="12" fill="#fff"/><text x="20" y="60" font-size="16">Desa, layanan</text></svg>
"""
NUMBERS = """nik,jk,tanggal_lahir,kabupaten,cocok,penjelasan
5302054512910000,p,1991-12-05,53.02,cocok,Semuanya sama dengan catatan.
"""
FIRST = """# Pembukaan

**LATIHAN.** Semua orang di sini rekaan.

Setelah pelajaran ini Anda dapat:

- Menjaga rahasia kelas.
"""
SECTION = """## Aturan kelas (10 menit)

Yang dibagi di kelas **tetap** di kelas. [Pelajaran berikut](../hari-1/02-dua.ipynb).

| jangan | tulis |
|---|---|
| pelaku | terlapor |

![Dua kotak: desa, lalu layanan](../gambar/alur.svg)
"""


def md(text, *tags, name=None):
    return new_markdown_cell(text, metadata={"tags": list(tags)} if tags else {}, **({"id": name} if name else {}))


def code(text, *tags, name=None):
    return new_code_cell(text, metadata={"tags": list(tags)} if tags else {}, **({"id": name} if name else {}))


def ask(case, name):
    """Return a cell that shows the stand-in's question."""
    return code(f"import standin\n\nstandin.ask({case!r})", name=name)


def write_lesson(path: Path, *cells) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(new_notebook(cells=list(cells))), "utf-8")


def write_lessons(folder: Path) -> Path:
    """Write the course: lesson 01 with all that a lesson may hold, 02 with what goes wrong, 03 with text alone."""
    write_course(folder)
    notebooks = folder / "notebooks"
    (notebooks / "gambar").mkdir()
    (notebooks / "gambar" / "alur.svg").write_text(PICTURE, "utf-8")
    (notebooks / "gambar" / "rahasia.txt").write_text("bukan gambar", "utf-8")
    write_lesson(
        notebooks / "hari-1" / "01-satu.ipynb",
        md(FIRST, name="a1"),
        md("Rahasia fasilitator: **menit 0 sampai 5**.", "fasilitator", name="a2"),
        md(SECTION, name="a3"),
        ask("kuis-01-aturan", "a4"),
        md("Untuk polisi: nomor LP.", "jalur-polisi", name="a5"),
        code('import standin\n\nstandin.link("K01.A-F")', name="a6"),
        code("import standin\n\nstandin.ask('kunci fasilitator')", "fasilitator", name="a7"),
        ask("kartu-bentuk", "a8"),
        md("## Ringkasan (2 menit)\n\nLanjut: [Bentuk](../hari-1/02-dua.ipynb)", name="a9"),
    )
    write_lesson(
        notebooks / "hari-1" / "02-dua.ipynb",
        md("# Bentuk kekerasan\n\n**LATIHAN.**", name="b1"),
        code('from kasuskit.messages import KasusError\n\nraise KasusError("classroom.K315")', name="b2"),
        code("raise ValueError('isian rahasia')", name="b3"),
        code("1 + 1", name="b4"),
        ask("kuis-02-bentuk", "b5"),
        code("pass", name="b6"),
    )
    write_lesson(notebooks / "hari-2" / "03-tiga.ipynb", md("**LATIHAN.** Tanpa judul, tanpa kegiatan.", name="c1"))
    return folder


def explore(sections, name):
    """Return a cell that shows the real form explorer."""
    return code(f"from kasuskit import explore_form\n\nexplore_form({sections!r})", name=name)


def write_real_lessons(folder: Path) -> Path:
    """Write the course with the kit's own activities, for the real server."""
    write_lessons(folder)
    write_lesson(
        folder / "notebooks" / "hari-1" / "01-satu.ipynb",
        md(FIRST, name="a1"),
        md("Rahasia fasilitator: **menit 0 sampai 5**.", "fasilitator", name="a2"),
        md(SECTION, name="a3"),
        explore("A-F", "a4"),
        md("## Ringkasan (2 menit)\n\nTeks di antara dua kegiatan.", name="a5"),
        code("from kasuskit import explain_nik\n\nexplain_nik()", name="a6"),
        code('from kasuskit import practice\n\npractice("K01.A-F")', name="a7"),
    )
    (folder / "nik.csv").write_text(NUMBERS, "utf-8")
    second = folder / "notebooks" / "hari-1" / "02-dua.ipynb"
    write_lesson(second, md("# Bentuk kekerasan\n\n**LATIHAN.**", name="b1"), explore("G", "b2"))
    return folder
