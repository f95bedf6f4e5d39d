"""A pack for a training: what is in it, how many copies, and that nothing is half written or overwritten."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from kasuskit.form import load_form
from kasuskit.messages import KasusError
from kasuskit.paper import Item, make_pack, pack_items, page_count, save, save_folder, save_zip
from kasuskit.paper.files import COVER
from kasuskit.paper.pack import MOST_PEOPLE, Printed
from kasuskit.paper.source import read_answers, read_record
from kasuskit.training import load_flawed
from tests.paper_text import pages, says, squeezed
from tests.small_case import make_case


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return make_case(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def items(case):
    flawed = load_flawed("F01")
    more = [Item("fasilitator/K90-siap-entri.pdf", "Lembar siap entri K90", 1, lambda: b"%PDF-1.7 /Type/Page/")]
    return pack_items([case], 30, forms=[case.form], flawed=[flawed], more=more)


@pytest.fixture(scope="module")
def files(items):
    return make_pack(items, 30)


def test_participants_and_facilitators_get_folders_of_their_own(items):
    assert {item.name: item.copies for item in items} == {
        "peserta/formulir-kecil.pdf": 30,
        "peserta/formulir-kecil-tambahan.pdf": 6,
        "peserta/K90-cerita.pdf": 30,
        "peserta/F01-formulir.pdf": 6,
        "fasilitator/K90-kunci.pdf": 2,
        "fasilitator/F01-kesalahan.pdf": 2,
        "fasilitator/buku-kode-kecil.pdf": 1,
        "fasilitator/K90-siap-entri.pdf": 1,
    }


def test_the_kits_own_forms_are_the_default(case, monkeypatch):
    names = [item.name for item in pack_items([case], 7)]
    assert names[:2] == ["peserta/formulir-kecil.pdf", "peserta/formulir-ringkas.pdf"]

    def gone(name):
        raise KasusError("form.F101", name)

    monkeypatch.setattr("kasuskit.paper.pack.load_form", gone)
    assert [item.name for item in pack_items([case], 7)][1] == "peserta/formulir-kecil-tambahan.pdf"


def test_one_pdf_of_each_kind_and_a_cover_first(items, files):
    assert list(files) == [COVER, *(item.name for item in items)]
    assert all(page_count(content) >= 1 for content in files.values())


def test_the_cover_counts_copies_and_paper(items, files):
    cover = files[COVER]
    assert page_count(cover) == 1
    assert says(cover, "Daftar cetak untuk 30 peserta")
    for item in items:
        printed = Printed(item, files[item.name])
        paper = -(-printed.pages // 2) * item.copies
        assert printed.paper == paper
        assert says(cover, f"{item.what} {printed.pages} {item.copies} {paper}"), item.name
    assert says(cover, "Cetak folder fasilitator sendiri")
    assert all("LATIHAN" in page for page in pages(cover))


def test_no_key_answer_stands_in_what_participants_get(case, files):
    told = [field.reason for field in case.key.values()] + [field.hint for field in case.key.values()]
    told += [field.unsaid for field in case.key.values() if field.unsaid]
    for name in ("peserta/formulir-kecil.pdf", "peserta/formulir-kecil-tambahan.pdf", "peserta/K90-cerita.pdf"):
        text = squeezed(" ".join(pages(files[name])))
        for words in told:
            assert squeezed(words) not in text, (name, words)
        assert "FASILITATOR" not in text
    written = squeezed(" ".join(pages(files["peserta/F01-formulir.pdf"])))
    for seed in load_flawed("F01").seeds:
        assert squeezed(seed.reason) not in written
        assert squeezed(seed.reason) in squeezed(" ".join(pages(files["fasilitator/F01-kesalahan.pdf"])))
    for name in files:
        if name.startswith("fasilitator/") and "siap-entri" not in name and "buku" not in name:
            assert all("HANYA UNTUK FASILITATOR" in page for page in pages(files[name]))


def test_names_of_files_hold_codes_and_no_names(case, files):
    for name in files:
        for word in (case.title.replace(" ", "-"), "Maria", "Ana"):
            assert word.lower() not in Path(name).stem.lower()


def test_the_same_training_is_the_same_bytes(items, files):
    again = make_pack(items, 30)
    assert again == files


def test_each_item_is_told_when_it_is_done(items):
    told = []
    make_pack(items, 30, tell=lambda item: told.append(item.name))
    assert told == [item.name for item in items]


@pytest.mark.parametrize("people", [0, -3, MOST_PEOPLE + 1])
def test_numbers_of_people_that_cannot_be_used(case, people):
    with pytest.raises(KasusError, match="P604") as caught:
        pack_items([case], people)
    assert "1 sampai 200" in caught.value.way_out()
    assert "1 to 200" in caught.value.way_out("en")


def test_a_pack_without_cases(case):
    with pytest.raises(KasusError, match="P605"):
        pack_items([], 30)


# files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_not_overwritten_unless_asked(tmp_path):
    path = save(tmp_path / "cetak" / "a.pdf", b"one")
    with pytest.raises(KasusError, match="P601") as caught:
        save(path, b"two")
    assert "--force" in caught.value.way_out() and "--force" in caught.value.way_out("en")
    assert path.read_bytes() == b"one"
    save(path, b"two", force=True)
    assert path.read_bytes() == b"two"
    assert [each.name for each in path.parent.iterdir()] == ["a.pdf"]


def test_a_folder_in_a_files_place(tmp_path):
    (tmp_path / "a.pdf").mkdir()
    with pytest.raises(KasusError, match="P603"):
        save(tmp_path / "a.pdf", b"one", force=True)


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "cetak").write_text("a file")
    for write in (
        lambda: save(tmp_path / "cetak" / "a.pdf", b"one"),
        lambda: save_folder(tmp_path / "cetak" / "paket", {COVER: b"one"}),
        lambda: save_zip(tmp_path / "cetak" / "paket.zip", {COVER: b"one"}),
    ):
        with pytest.raises(KasusError, match="P602"):
            write()
    assert (tmp_path / "cetak").read_text() == "a file"


def test_a_pack_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    folder = save_folder(tmp_path / "paket", {COVER: b"old", "peserta/a.pdf": b"old"})

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kasuskit.paper.files.write_whole", full)
    with pytest.raises(KasusError, match="P602"):
        save_folder(folder, {COVER: b"new"}, force=True)
    assert (folder / COVER).read_bytes() == b"old" and (folder / "peserta" / "a.pdf").read_bytes() == b"old"
    with pytest.raises(KasusError, match="P602"):
        save_folder(tmp_path / "lain", {COVER: b"new"})
    assert [path.name for path in tmp_path.iterdir()] == ["paket"]


def test_a_pack_that_cannot_take_its_place_leaves_the_old_one(tmp_path, monkeypatch):
    folder = save_folder(tmp_path / "paket", {COVER: b"old"})
    replace = Path.replace

    def busy(self, target):
        if self.name == "baru":
            raise PermissionError(13, "The file is open in another program")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", busy)
    with pytest.raises(KasusError, match="P602"):
        save_folder(folder, {COVER: b"new"}, force=True)
    assert (folder / COVER).read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["paket"]


def test_an_older_pack_is_replaced_only_when_asked(tmp_path):
    folder = save_folder(tmp_path / "paket", {COVER: b"old", "peserta/old.pdf": b"old"})
    with pytest.raises(KasusError, match="P601"):
        save_folder(folder, {COVER: b"new"})
    save_folder(folder, {COVER: b"new"}, force=True)
    assert [path.name for path in folder.iterdir()] == [COVER]
    assert (folder / COVER).read_bytes() == b"new"


def test_a_folder_that_is_no_pack_is_left_alone(tmp_path):
    (tmp_path / "rumah").mkdir()
    (tmp_path / "rumah" / "surat.txt").write_text("penting")
    with pytest.raises(KasusError, match="P603"):
        save_folder(tmp_path / "rumah", {COVER: b"new"}, force=True)
    assert (tmp_path / "rumah" / "surat.txt").read_text() == "penting"


def test_an_empty_folder_may_become_the_pack(tmp_path):
    (tmp_path / "paket").mkdir()
    assert (save_folder(tmp_path / "paket", {COVER: b"new"}) / COVER).read_bytes() == b"new"


def test_a_pack_as_one_zip(tmp_path):
    path = save_zip(tmp_path / "paket.zip", {COVER: b"cover", "peserta/a.pdf": b"a"})
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        assert archive.namelist() == [f"paket/{COVER}", "paket/peserta/a.pdf"]
        assert archive.read("paket/peserta/a.pdf") == b"a"
    first = path.read_bytes()
    save_zip(path, {COVER: b"cover", "peserta/a.pdf": b"a"}, force=True)
    assert path.read_bytes() == first
    with pytest.raises(KasusError, match="P601"):
        save_zip(path, {COVER: b"x"})


# a file of answers -----------------------------------------------------------------------------------------------


def test_a_file_of_answers_becomes_a_record(tmp_path, case):
    path = tmp_path / "F1.csv"
    path.write_text("catatan,isian,jawaban\nx,tgl_lapor,2026-10-12\n,korban[1]/nama_korban,Maria\n,,\n", "utf-8")
    record = read_record(path, case.form, now=case.now)
    assert record.answers() == {"tgl_lapor": "2026-10-12", "korban[1]/nama_korban": "Maria"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("a,b\n1,2\n", "P606"),
        ("", "P606"),
        ("isian,jawaban\ntgl_lapor,1\ntgl_lapor,2\n", "P608"),
        ('isian,jawaban\n"tgl_lapor,1\n', "F106"),
    ],
)
def test_files_of_answers_that_cannot_be_used(tmp_path, content, code):
    path = tmp_path / "F1.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(KasusError, match=code) as caught:
        read_answers(path)
    assert caught.value.say("en") != caught.value.say("id")


def test_a_file_of_answers_that_is_not_there(tmp_path):
    with pytest.raises(KasusError, match="P607"):
        read_answers(tmp_path / "F9.csv")


def test_answers_to_questions_that_the_form_does_not_have(tmp_path):
    path = tmp_path / "F1.csv"
    path.write_text("isian,jawaban\ntidak_ada,1\n", "utf-8")
    with pytest.raises(KasusError, match="F131"):
        read_record(path, load_form("kasus"))


# docs ------------------------------------------------------------------------------------------------------------


def test_the_pictures_of_the_guide_are_small_and_shown():
    docs = Path(__file__).resolve().parent.parent / "docs"
    guide = (docs / "mencetak.md").read_text("utf-8")
    pictures = sorted((docs / "gambar").glob("kertas-*.png"))
    assert len(pictures) >= 8
    for picture in pictures:
        assert picture.stat().st_size < 60_000, picture.name
        assert f"(gambar/{picture.name})" in guide
    for command in ("blank", "story", "key", "record", "entry", "codebook", "pack"):
        assert f"kasuskit print {command}" in guide
