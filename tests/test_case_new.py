"""A new case begins with three files that say what to write in them, and that load once they are filled in."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from kasuskit.form import Question, load_form
from kasuskit.messages import KasusError, KasusErrors, text
from kasuskit.training import check_case, load_case
from kasuskit.training.cases import COLUMNS, FILES
from kasuskit.training.new import HELP_COLUMNS, new_case
from kasuskit.training.story import Story
from tests.small_case import make_case

NOW = datetime.fromisoformat("2026-10-12T09:00:00+08:00")
FORM = """
| survey |
| | type | name | label | relevant |
| | text | kode | Kode | |
| | select_one yt | hadir | Hadir, ${kode}? | |
| | begin_repeat | orang | Orang | ${hadir} = 'ya' |
| | date | lahir | Lahir | ${kode} != '' |
| | end_repeat | | | |
| choices |
| | list_name | name | label |
| | yt | ya | Ya |
| | yt | tidak | Tidak |
"""


def key_of(folder):
    with (folder / "kunci.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(folder, name, *replaced):
    path = folder / name
    content = path.read_text("utf-8")
    for old, new in replaced:
        assert old in content
        content = content.replace(old, new)
    path.write_text(content, "utf-8")


def told(folder):
    """Return [(code, name)] of what is still wrong."""
    with pytest.raises(KasusError) as found:
        check_case(folder)
    errors = found.value.errors if isinstance(found.value, KasusErrors) else (found.value,)
    return [(error.code, error.values.get("name", "")) for error in errors]


def test_it_holds_every_question_of_the_form_in_order(tmp_path):
    folder = new_case("K17", "Surat dari kebun", tmp_path)
    assert folder == tmp_path / "K17"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    form = load_form("kasus")
    asked = [node.name for node in form.nodes.values() if isinstance(node, Question) and node.asked]
    rows = key_of(folder)
    assert [row["isian"].rpartition("/")[2] for row in rows] == asked
    assert "hubungan_korban[1]/hubungan[1]/jenis_hubungan" in [row["isian"] for row in rows]
    assert list(rows[0]) == [*COLUMNS, *HELP_COLUMNS]
    assert {row[column] for row in rows for column in COLUMNS[1:]} == {""}
    assert all(row["pertanyaan"] and row["cara_isi"] for row in rows)


def test_it_says_how_to_fill_each_answer_in(tmp_path):
    form = tmp_path / "uji.md"
    form.write_text(FORM, "utf-8")
    rows = {row["isian"]: row for row in key_of(new_case("K1", "Uji", tmp_path, form=str(form)))}
    assert rows["hadir"]["pertanyaan"] == "Hadir, …?"
    assert rows["hadir"]["cara_isi"] == "satu pilihan: ya = Ya; tidak = Tidak"
    assert rows["orang[1]/lahir"]["cara_isi"] == "tanggal, misalnya 2026-10-05"
    assert rows["orang[1]/lahir"]["muncul_bila"] == "${hadir} = 'ya' and ${kode} != ''"
    assert rows["kode"]["muncul_bila"] == ""


def test_a_form_of_ones_own_is_named_from_the_folder_of_the_case(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("formulir saya.md").write_text(FORM, "utf-8")
    folder = new_case("K1", "Uji", Path("kasus"), form="formulir saya.md")
    fill(folder, "kasus.toml", ('content_note = ""', 'content_note = "Ringan."'), ('  "",', '  "satu",'))
    fill(folder, "cerita.md", ("-->\n", "-->\nHari ini Senin."))
    assert 'form = "../../formulir saya.md"' in (folder / "kasus.toml").read_text("utf-8")
    monkeypatch.chdir(tmp_path.parent)
    assert list(load_case(tmp_path / folder).form.nodes) == ["kode", "hadir", "orang", "lahir"]


def test_a_folder_beside_can_be_the_form(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_case(tmp_path)
    folder = new_case("K1", "Uji", Path(), form="form")
    assert 'form = "../form"' in (folder / "kasus.toml").read_text("utf-8")
    assert key_of(folder)[0]["isian"] == "tgl_lapor"


def test_long_lists_are_looked_up(tmp_path):
    rows = {row["isian"]: row["cara_isi"] for row in key_of(new_case("K17", "Uji", tmp_path))}
    assert rows["desa_pencatat"] == "satu pilihan: lihat daftar desa di lembar choices formulir"


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_kind_of_question_has_a_word_on_how_to_answer(lang):
    for kind in ("text", "integer", "decimal", "date", "time", "dateTime", "select_one", "select_multiple"):
        assert text(f"training.new-type-{kind}", lang)


@pytest.mark.parametrize("title", ["Surat dari kebun", 'Kata "ya"', "Jalan ke \\atas", "Ibu\tdan   anak", "日本 – é"])
def test_any_title_survives(tmp_path, title):
    folder = new_case("K17", title, tmp_path, level=3, now=NOW)
    fill(folder, "kasus.toml", ('content_note = ""', 'content_note = "Ringan."'), ('  "",', '  "satu",'))
    fill(folder, "cerita.md", ("-->\n", "-->\nSatu kalimat."))
    case = load_case(folder)
    assert case.title == " ".join(title.split())
    assert (case.id, case.card.level, case.now) == ("K17", 3, "2026-10-12T09:00:00+08:00")
    assert case.story.paragraphs == ("Satu kalimat.",)


def test_what_is_still_to_do_is_told_step_by_step(tmp_path):
    folder = new_case("K17", "Surat dari kebun", tmp_path, now=NOW)
    assert told(folder) == [("T203", "content_note"), ("T203", "aims"), ("T203", "traps")]
    fill(folder, "kasus.toml", ('content_note = ""', 'content_note = "Ringan."'), ('  "",', '  "satu",'))
    assert told(folder) == [("T204", "")]
    fill(folder, "cerita.md", ("-->\n", "-->\n" + "Satu kalimat. " * 200))
    codes = [code for code, _ in told(folder)]
    assert codes == ["T215"]


def test_what_is_not_worked_on_is_one_word_not_two_hundred(tmp_path):
    folder = new_case("K17", "Surat", tmp_path, now=NOW)
    fill(folder, "kasus.toml", ('content_note = ""', 'content_note = "Ringan."'), ('  "",', '  "satu",'))
    fill(folder, "cerita.md", ("-->\n", "-->\nHari ini Senin."))
    fill(folder, "kunci.csv", ("tgl_lapor,,,,", "tgl_lapor,2026-10-12,,Hari ini Selasa,"))
    with pytest.raises(KasusErrors) as found:
        _ = load_case(folder).key
    unworked, quote = found.value.errors
    assert (unworked.code, unworked.place) == ("T215", "K17/kunci.csv, baris/row 3")
    assert unworked.values["count"] == len(key_of(folder)) - 1
    assert "cara_lapor" in unworked.say("id")
    assert quote.code == "T206"


def test_nothing_that_is_there_is_overwritten(tmp_path):
    folder = new_case("K17", "Surat", tmp_path)
    (folder / "cerita.md").write_text("Cerita saya.")
    (tmp_path / "K18").write_text("Sebuah berkas.")
    for name in ("K17", "K18"):
        with pytest.raises(KasusError, match="T241"):
            new_case(name, "Lain", tmp_path)
    assert (folder / "cerita.md").read_text() == "Cerita saya."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["K17", "K18"]


@pytest.mark.parametrize("name", ["", "17", "K 17", "../K17", "K/17", "a" * 40, "K17\n"])
def test_names_that_no_case_can_have(tmp_path, name):
    with pytest.raises(KasusError, match="T240"):
        new_case(name, "Surat", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ["", "  ", "a\x00b", "a\x7fb"])
def test_titles_that_cannot_be_used(tmp_path, title):
    with pytest.raises(KasusError, match="T243"):
        new_case("K17", title, tmp_path)


def test_a_form_that_is_not_there(tmp_path):
    with pytest.raises(KasusError, match="F101"):
        new_case("K17", "Surat", tmp_path, form="tidak_ada")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_half_made(tmp_path, monkeypatch):
    def full(self, content):
        if self.name == "kunci.csv":
            raise OSError(28, "Tempat penyimpanan penuh")
        return len(content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(KasusError, match="T242") as refused:
        new_case("K17", "Surat", tmp_path / "baru")
    assert "Tempat penyimpanan penuh" in refused.value.say()
    assert list((tmp_path / "baru").iterdir()) == []


def test_a_note_to_the_writer_is_no_part_of_the_story():
    story = Story("<!-- catatan\n\nlagi -->\nSatu <!-- x -->dua.\n\nTiga.")
    assert story.paragraphs == ("Satu dua.", "Tiga.")
    assert Story("<!-- hanya catatan -->").paragraphs == ()


def test_a_case_in_a_folder_of_ones_own_is_found_by_its_path(tmp_path):
    folder = new_case("K17", "Surat", tmp_path / "milik saya", form="ringkas", now=NOW)
    fill(folder, "kasus.toml", ('content_note = ""', 'content_note = "Ringan."'), ('  "",', '  "satu",'))
    fill(folder, "cerita.md", ("-->\n", "-->\nHari ini Senin."))
    assert load_case(str(folder)).form.id == "ringkas"
