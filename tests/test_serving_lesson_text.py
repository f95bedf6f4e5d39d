"""What a lesson's page shows of its notebook, and what it never shows."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from kasuskit.messages import KasusError
from kasuskit.places import notebooks_dir
from kasuskit.serving.assets import Assets
from kasuskit.serving.lesson_cells import for_track, read_cells
from kasuskit.serving.lesson_text import LessonTexts
from kasuskit.training.course import load_course
from tests.lesson_course import PICTURE, code, md, write_lesson, write_lessons

LESSONS = sorted(notebooks_dir().glob("hari-*/*.ipynb"))


class Shelf:
    """A course in a folder, and the texts of its lessons."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.assets = Assets([], folder / "notebooks" / "gambar")
        self.texts = LessonTexts("/", self.served, "id")

    def served(self, name):
        served = self.assets.served_name(name)
        return f"/berkas/{served}" if served else None

    def show(self, *cells, track=""):
        """Return the HTML of a lesson made of these cells."""
        write_lesson(self.folder / "notebooks" / "hari-1" / "02-dua.ipynb", *cells)
        return self.text("02", track).html

    def text(self, lesson="01", track=""):
        course = load_course(self.folder)
        return self.texts.text(course, course.lesson(lesson), track)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(write_lessons(tmp_path / "kursus"))


def test_a_lesson_is_its_text_with_places_for_what_there_is_to_do(shelf):
    text = shelf.text()
    assert text.has_title
    assert text.html.startswith("<h1>Pembukaan</h1>")
    assert "<strong>LATIHAN.</strong>" in text.html
    places = re.findall(r'<div class="kas-place" id="kas-(\w+)"><p class="hint">[^<]+</p></div>', text.html)
    assert places == [cell.name for cell in text.cells] == ["a4", "a6", "a8"]
    assert text.html.index("Aturan kelas") < text.html.index("kas-a4") < text.html.index("Ringkasan")


def test_what_is_for_the_facilitator_is_in_no_page(shelf):
    for track in ("", "paralegal", "polisi"):
        text = shelf.text(track=track)
        assert "asilitator" not in text.html
        assert all("asilitator" not in cell.text for cell in text.cells)


@pytest.mark.parametrize("tags", [["fasilitator"], ["Fasilitator "], ["jalur-polisi", "fasilitator"], "fasilitator x"])
def test_a_facilitators_tag_counts_however_it_is_written(tmp_path, tags):
    path = tmp_path / "a.ipynb"
    write_lesson(path, md("terbuka"), md("rahasia", "TANDA"))
    found = re.sub(r'\[\s*"TANDA"\s*\]', json.dumps(tags), path.read_text("utf-8"))
    path.write_text(found, "utf-8")
    assert [cell.text for cell in read_cells(tmp_path / "a.ipynb", "a")] == ["terbuka"]


def test_a_track_sees_its_own_cells_and_those_for_all(shelf):
    assert "nomor LP" in shelf.text(track="polisi").html
    assert "nomor LP" not in shelf.text(track="paralegal").html
    assert "nomor LP" not in shelf.text(track="").html
    assert "nomor LP" not in shelf.text(track="tidak ada").html


def test_links_lead_to_lessons_and_nowhere_else(shelf):
    html = shelf.show(
        md(
            "[satu](../hari-1/01-satu.ipynb) [tiga](../hari-2/03-tiga.ipynb#bagian) [lain](../hari-1/09-lain.ipynb)\n"
            "[luar](https://contoh.example/a) <https://contoh.example/b> https://contoh.example/c `http://d.example`\n"
            "[x](javascript:alert(1)) [x](//jahat.example) [x](/latihan/K01)\n[x](../etc/passwd) [telepon](tel:129) "
            "[x](data:text/html,x) [x](http://[) ![x](https://contoh.example/x.png) ![data](data:image/png;base64,AA)"
        )
    )
    assert re.findall(r'href="([^"]*)"', html) == ["/pelajaran/01", "/pelajaran/03"]
    assert "src=" not in html
    assert not re.search(r"(?i)https?://|//jahat|javascript:|passwd", html)
    assert "luar (contoh.example/a)" in html
    assert "telepon (129)" in html
    assert "contoh.example/b" in html and "contoh.example/c" in html


def test_raw_html_is_shown_as_it_was_typed_and_does_nothing(shelf):
    html = shelf.show(
        md(
            "<script>alert(1)</script>\n\n<img src=x onerror=y> <b onclick=y>tebal</b>\n\n<div style='x'>a</div>"
            "\n\n<!-- x -->"
        )
    )
    assert re.findall(r"<(\w+)", html) == ["p", "p", "p", "p"]
    assert "&lt;script&gt;" in html


def test_a_table_is_named_by_its_columns_and_can_be_moved(shelf):
    html = shelf.text().html
    assert '<div class="table" role="group" tabindex="0" aria-label="Tabel: jangan, tulis">' in html
    assert html.count('<th scope="col">') == 2
    assert "style=" not in shelf.show(md("|a|b|\n|:-|-:|\n|1|2|"))


def test_lists_quotes_and_lines_to_tick_come_through(shelf):
    html = shelf.show(md("1. satu\n\n- [ ] kertas\n- [x] pena\n\n> kata\n\n```\nK1\n```\n\n~~salah~~ *benar*"))
    for part in ("<ol>", "<li>☐ kertas</li>", "<li>☑ pena</li>", "<blockquote>", "<pre><code>K1", "<del>", "<em>"):
        assert part in html


def test_pictures_of_the_course_are_served_under_hashed_names(shelf):
    html = shelf.text().html
    found = re.search(r'<img src="/berkas/(alur\.[0-9a-f]{16}\.svg)" alt="([^"]+)" width="320" height="120">', html)
    assert found
    assert found[2] == "Dua kotak: desa, lalu layanan"
    asset = shelf.assets.get(found[1])
    assert asset and asset.content_type == "image/svg+xml" and asset.content.decode() == PICTURE
    assert shelf.assets.served_name("rahasia.txt") is None


def test_a_picture_that_is_not_there_is_told_by_its_description(shelf):
    html = shelf.show(md("![Dua <kotak>](../gambar/lain.svg) ![teks](../gambar/rahasia.txt) ![jauh](../alur.svg)"))
    assert "<em>Dua &lt;kotak&gt;</em>" in html
    assert "<em>teks</em>" in html and "<em>jauh</em>" in html


def test_a_changed_lesson_or_picture_is_read_again(shelf):
    before = shelf.text()
    assert shelf.text() is before
    picture = shelf.folder / "notebooks" / "gambar" / "alur.svg"
    picture.write_text(PICTURE.replace("layanan", "layanan, polisi"), "utf-8")
    assert re.findall('alur[^"]+', shelf.text().html) != re.findall('alur[^"]+', before.html)
    write_lesson(shelf.folder / "notebooks" / "hari-1" / "01-satu.ipynb", md("# Lain sama sekali"))
    assert "Lain sama sekali" in shelf.text().html


def test_activities_are_known_by_what_the_cells_call(tmp_path):
    write_lesson(
        tmp_path / "a.ipynb",
        code('from kasuskit import quiz\n\nquiz("01-aturan")'),
        code("from kasuskit import pretest\n\npretest()"),
        code('from kasuskit import explore_form\n\nexplore_form("A-F")', "jalur-polisi"),
        code('from kasuskit import practice\n\npractice("K01")'),
        code("ini bukan python"),
        code("x = 1"),
    )
    cells = read_cells(tmp_path / "a.ipynb", "a")
    assert [cell.activity for cell in cells] == ["kuis-01-aturan", "pra-uji", "jelajah-A-F", "K01", "", ""]
    assert [cell.activity for cell in for_track(cells, "")][:3] == ["kuis-01-aturan", "pra-uji", "K01"]


def test_a_lesson_that_is_not_there_says_so(shelf):
    (shelf.folder / "notebooks" / "hari-1" / "01-satu.ipynb").unlink()
    with pytest.raises(KasusError) as told:
        shelf.text()
    assert (told.value.code, told.value.place) == ("S570", "hari-1/01-satu.ipynb")
    assert shelf.text("03").html, "the rest of the course still opens"


@pytest.mark.parametrize(
    "broken",
    [
        b"", b"{", b"[]", b"\xff\xfe", b'{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
        b"[" * 100_000,
        b'{"cells": [{"cell_type": "markdown", "source": 3}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
        b'{"cells": [{"cell_type": "ada"}], "nbformat": 9, "nbformat_minor": 5, "metadata": {}}', b" " * 5_000_001,
    ],
)  # fmt: skip
def test_a_lesson_that_cannot_be_read_says_so(shelf, broken):
    (shelf.folder / "notebooks" / "hari-1" / "01-satu.ipynb").write_bytes(broken)
    with pytest.raises(KasusError) as told:
        shelf.text()
    assert told.value.code == "S571"
    for lang in ("id", "en"):
        assert told.value.sentence(lang) and told.value.way_out(lang)


def test_cells_of_one_name_or_of_none_get_names_of_ours(tmp_path):
    path = tmp_path / "a.ipynb"
    write_lesson(path, md("satu", name="a"), md("dua", name="b"))
    path.write_text(path.read_text("utf-8").replace('"id": "b"', '"id": "a"'), "utf-8")
    assert [cell.name for cell in read_cells(path, "a")] == ["sel0", "sel1"]
    path.write_text(path.read_text("utf-8").replace('"id": "a"', '"id": "<x>"'), "utf-8")
    assert [cell.name for cell in read_cells(path, "a")] == ["sel0", "sel1"]


# ---- the lessons of the kit


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_no_lesson_of_the_kit_shows_what_is_the_facilitators(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    told = [cell.source for cell in notebook.cells if "fasilitator" in cell.metadata.get("tags", [])]
    assert told, "each lesson has something for its facilitator"
    others = " ".join(cell.source for cell in notebook.cells if "fasilitator" not in cell.metadata.get("tags", []))
    course = load_course()
    lesson = next(each for each in course.lessons if each.path == path)
    texts = LessonTexts("/", lambda name: f"/berkas/{name}", "id")
    for track in ("", *course.tracks):
        shown = texts.text(course, lesson, track)
        plain = re.sub(r"<[^>]+>", "", shown.html)
        for source in told:
            for line in filter(None, map(str.strip, re.split(r"[\n*_|`#]+", source))):
                assert len(line) < 12 or line in others or line not in plain
        assert shown.has_title
        assert "LATIHAN" in plain
        assert not re.search(r"https?://", shown.html)
        assert set(re.findall(r'(?:href|src)="/(\w+)/', shown.html)) <= {"pelajaran", "berkas"}


def test_every_picture_of_the_kit_is_where_its_lesson_looks_for_it():
    shown = {
        Path(found).name
        for path in LESSONS
        for found in re.findall(r"\]\(([^)]+\.(?:svg|png|jpg))\)", path.read_text("utf-8"))
    }
    there = {path.name for path in (notebooks_dir() / "gambar").glob("*")}
    assert shown <= there


def test_a_lesson_moves_with_its_course(tmp_path, shelf):
    """A facilitator's own course, anywhere on the disk."""
    moved = Shelf(Path(shutil.move(shelf.folder, tmp_path / "lain")))
    assert moved.text().html == shelf_text(moved)


def shelf_text(shelf):
    return Shelf(shelf.folder).text().html
