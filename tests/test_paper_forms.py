"""Blank forms and forms as if filled in by hand: how many pages, what stands on them, and what does not."""

from __future__ import annotations

import re

import pytest
import typst

from kasuskit.form import Question, Record, load_form
from kasuskit.form.definition import pick
from kasuskit.paper import page_count, press, print_form, print_further, print_written
from kasuskit.paper.answers import Blank
from kasuskit.paper.fields import Density, Lists, Pen, comb_of
from kasuskit.paper.forms import form_data
from kasuskit.paper.hand import Hand
from kasuskit.paper.labels import label, numbers, short
from kasuskit.paper.packing import packed, shares
from kasuskit.paper.sheet import Sheet
from tests.paper_text import pages, reader, says, squeezed

SMALL = """
| survey |                        |          |                       |                  |                             |                         |                            |          |                  |
|        | type                   | name     | label::Indonesia (id) | hint::Indonesia (id) | relevant                | constraint              | calculation                | required | repeat_count     |
|        | begin_group            | bagian_a | A. Kejadian           |                  |                             |                         |                            |          |                  |
|        | date                   | tgl      | Tanggal kejadian      | Bukan hari ini.  |                             |                         |                            | yes      |                  |
|        | time                   | jam      | Jam kejadian          |                  | ${tgl} != ''                |                         |                            |          |                  |
|        | text                   | nik      | NIK                   |                  |                             | regex(., '^[0-9]{16}$') |                            |          |                  |
|        | select_one kerja       | kerja    | Pekerjaan             |                  |                             |                         |                            |          |                  |
|        | text                   | cerita   | Ceritakan             |                  |                             |                         |                            |          |                  |
|        | end_group              |          |                       |                  |                             |                         |                            |          |                  |
|        | begin_group            | bagian_b | B. Korban             |                  |                             |                         |                            |          |                  |
|        | begin_repeat           | korban   | Korban                |                  |                             |                         |                            |          |                  |
|        | calculate              | kode     |                       |                  |                             |                         | concat('K', position(..))  |          |                  |
|        | text                   | nama     | Nama (${kode})        |                  |                             |                         |                            | yes      |                  |
|        | integer                | usia     | Usia                  |                  |                             | . <= 110                |                            |          |                  |
|        | select_multiple bentuk | bentuk   | Bentuk                |                  |                             |                         |                            |          |                  |
|        | text                   | lain     | Jelaskan bentuk lain  |                  | selected(${bentuk}, 'lain') |                         |                            |          |                  |
|        | end_repeat             |          |                       |                  |                             |                         |                            |          |                  |
|        | begin_repeat           | rasa     | Rasa aman             |                  |                             |                         |                            |          | count(${korban}) |
|        | select_one yt          | aman     | Apakah merasa aman?   |                  |                             |                         |                            |          |                  |
|        | text                   | sebab    | Sebabnya              |                  | ${aman} = 'tidak'           |                         |                            |          |                  |
|        | end_repeat             |          |                       |                  |                             |                         |                            |          |                  |
|        | begin_repeat           | bukti    | Bukti                 |                  |                             |                         |                            |          |                  |
|        | text                   | jenis    | Jenis bukti           |                  |                             |                         |                            |          |                  |
|        | end_repeat             |          |                       |                  |                             |                         |                            |          |                  |
|        | end_group              |          |                       |                  |                             |                         |                            |          |                  |
| choices |                       |          |                       |
|        | list_name              | name     | label::Indonesia (id) |
|        | bentuk                 | fisik    | Fisik                 |
|        | bentuk                 | psikis   | Psikis                |
|        | bentuk                 | lain     | Bentuk lain           |
|        | yt                     | ya       | Ya                    |
|        | yt                     | tidak    | Tidak                 |
|        | yt                     | td       | Tidak diketahui       |
{kerja}
| settings |                      |          |                       |
|        | form_title             | form_id  | default_language      | version |
|        | Formulir contoh        | contoh   | Indonesia (id)        | 7       |
"""  # noqa: E501
JOBS = "\n".join(f"| | kerja | kerja{n} | Pekerjaan nomor {n} |" for n in range(20))


@pytest.fixture(scope="module")
def small():
    return load_form(SMALL.replace("{kerja}", JOBS))


@pytest.fixture(scope="module")
def kasus():
    return load_form("kasus")


@pytest.fixture(scope="module")
def blank_kasus(kasus):
    return print_form(kasus)


def test_the_case_form_has_at_most_ten_pages(blank_kasus):
    assert page_count(blank_kasus) == len(reader(blank_kasus).pages) <= 10


def test_the_short_form_has_at_most_two_pages():
    assert page_count(print_form(load_form("ringkas"))) <= 2


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_question_and_section_stands_on_the_blank_form(kasus, blank_kasus, lang):
    made = squeezed(" ".join(pages(blank_kasus if lang == "id" else print_form(kasus, "en"))))
    for node in kasus.nodes.values():
        if isinstance(node, Question) and node.asked:
            parts = [squeezed(part) for part in re.split(r"\$\{[^}]*\}|[()]", pick(node.label, lang))]
            assert numbers(kasus)[node.name] in made
            assert max(parts, key=len) in made, node.name
    for section in kasus.sections:
        assert squeezed(pick(section.label, lang)) in made


def test_every_page_says_latihan_form_version_and_page_number(kasus, blank_kasus):
    total = page_count(blank_kasus)
    for number, page in enumerate(pages(blank_kasus), 1):
        assert page.startswith("LATIHAN")  # across the page
        assert "LATIHAN – bukan kasus nyata" in page
        assert f"Formulir kasus, versi {kasus.version}" in page
        assert f"Halaman {number} dari {total}" in page
        assert "Kode kasus: ____" in page
        assert "SAPA 129" in page


def test_without_latihan_for_a_form_that_is_no_practice(small):
    made = " ".join(pages(print_form(small, practice=False)))
    assert "LATIHAN" not in made


def test_title_language_and_tags_of_the_file(kasus, blank_kasus):
    opened = reader(blank_kasus)
    root = opened.trailer["/Root"]
    assert opened.metadata.title == kasus.title
    assert root["/Lang"] == "id"
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root
    assert reader(print_form(kasus, "en")).trailer["/Root"]["/Lang"] == "en"


def test_the_same_form_is_the_same_bytes(kasus, blank_kasus):
    assert print_form(kasus) == blank_kasus


def test_conditions_are_in_words_beside_their_questions(small):
    assert says(print_form(small), "Isi bila A.1 Tanggal kejadian diisi") is False  # A.1 must be answered anyway
    assert says(print_form(small), "Isi bila pada B.3 Bentuk dipilih Bentuk lain")
    assert says(print_form(small), "Isi bila B.5 Apakah merasa aman? adalah Tidak")


def test_hints_and_required_marks(small):
    made = print_form(small)
    assert says(made, "Tanggal kejadian* Bukan hari ini.")
    assert says(made, "Nama (K1)*")
    assert not says(made, "Usia*")


def test_how_to_fill_it_in_stands_at_the_top(blank_kasus):
    first = pages(blank_kasus)[0]
    assert "Silang bulatan untuk memilih satu" in first and "TD = tidak diketahui." in first
    assert "Kotak kecil bertulisan K1, K2: silang kotak milik orangnya." in first
    assert "Kotak kecil bertulisan" not in pages(print_form(load_form("ringkas")))[0]


def test_long_lists_stand_on_the_last_page_once(small):
    last = pages(print_form(small))[-1]
    assert "Daftar pilihan" in last
    assert "A.4 Pekerjaan: Pekerjaan nomor 0 · Pekerjaan nomor 1" in last
    assert squeezed(" ".join(pages(print_form(small)))).count("Pekerjaannomor7") == 1


def test_people_get_a_block_each_and_things_a_table(kasus, blank_kasus):
    made = " ".join(pages(blank_kasus))
    assert "Korban K1" in made and "Korban K2" in made and "Korban K3" not in made
    assert "Terlapor T1" in made and "Terlapor T2" in made
    for pair in ("T1 – K1", "T2 – K1", "T1 – K2", "T2 – K2"):
        assert pair in made
    three = " ".join(pages(print_form(kasus, people=3)))
    assert "Korban K3" in three and "T3 – K3" in three


def test_a_further_sheet_leaves_the_number_open(kasus):
    made = " ".join(pages(print_further(kasus)))
    assert "Korban K____" in made and "Terlapor T____" in made
    assert not re.search(r"(Korban|Terlapor|Persetujuan|Kebutuhan|Risiko bagi) [KT]1", made)
    assert pick(kasus.nodes["bagian_a"].label, "id") not in made


@pytest.mark.parametrize(
    ("name", "boxes"),
    [("tgl", ([2, 2, 4], "/")), ("jam", ([2, 2], ".")), ("nik", ([16], "")), ("usia", ([3], "")), ("cerita", None)],
)
def test_dates_numbers_and_nik_have_a_box_for_each_sign(small, name, boxes):
    assert comb_of(small.question(name)) == boxes


def test_a_roomier_form_when_there_is_paper_left(small):
    sheet = Sheet(small.title, form=small)
    roomy = form_data(sheet, Blank(small), Density(10, 3, 4, 7.2), Hand(""))
    assert page_count(print_form(small)) <= page_count(press.press("formulir", roomy)) + 1


# filled in by hand -----------------------------------------------------------------------------------------------


@pytest.fixture
def written(small):
    record = Record(small, now="2026-10-12T09:00:00+08:00")
    record.set("tgl", "2026-10-04")
    record.set("jam", "19:00")
    record.set("nik", "5302054810940000")
    record.set("kerja", "kerja3")
    record.set("cerita", "Menurut K1: T1 menampar pipi kiri K1. " * 6)
    for _ in range(2):
        record.add("korban")
    record.set("korban[1]/nama", "Maria")
    record.set("korban[1]/usia", "31")
    record.set("korban[2]/nama", "Ana")
    record.set("korban[2]/bentuk", "fisik lain")
    record.set("korban[2]/lain", "Dikurung semalam")
    return record


def test_answers_stand_in_their_places(written):
    made = print_written(written, "Formulir F1", "F1")
    text = " ".join(pages(made))
    assert "Formulir F1" in text and "Kode kasus: F1" in text
    assert squeezed("04/10/2026") in squeezed(text) and squeezed("19.00") in squeezed(text)
    assert squeezed("5302054810940000") in squeezed(text)
    assert "Pekerjaan nomor 3" in text and "Pekerjaan nomor 4" not in text
    assert "Maria" in text and "Ana" in text and "Dikurung semalam" in text
    assert text.count("menampar") == 6


def test_only_what_was_to_be_filled_in_is_printed(written):
    made = " ".join(pages(print_written(written, "Formulir F1", "F1")))
    assert made.count("Jelaskan bentuk lain") == 1  # asked of Ana only
    assert "Isi bila" not in made and "Bukan hari ini." not in made


def test_handwriting_is_the_same_each_time_and_differs_between_writers(written):
    one = print_written(written, "Formulir F1", "F1")
    assert one == print_written(written, "Formulir F1", "F1")
    assert one != print_written(written, "Formulir F1", "F2")
    assert Hand("F1").words("satu dua") != Hand("F2").words("satu dua")


def test_what_cannot_be_read_is_printed_as_it_was_written(written):
    written.set("tgl", "besok pagi")
    written.set("korban[1]/usia", "tiga puluh")
    made = " ".join(pages(print_written(written, "Formulir F1", "F1")))
    assert "besok pagi" in made and "tiga puluh" in made


def test_a_wrong_choice_is_printed_all_the_same(written):
    written.set("korban[1]/bentuk", "fisik asing")
    assert says(print_written(written, "Formulir F1", "F1"), "asing")


@pytest.mark.parametrize("odd", ["halo 😀", "日本語", "#let x = 1 $y$ *b* `c` <d> @e [f] \\", "A" * 300, "satu\n\ndua"])
def test_any_sign_can_be_printed(written, odd):
    written.set("cerita", odd)
    made = print_written(written, "Formulir F1", "F1")
    assert page_count(made) >= 1
    if odd.isascii():
        assert says(made, odd)


def test_a_template_that_is_wrong_is_not_hidden():
    with pytest.raises(typst.TypstError):
        press.press("formulir", {"head": {}})


# rows of fields --------------------------------------------------------------------------------------------------


def test_shares_of_a_row_add_up():
    for count in (1, 2, 3, 4):
        assert shares(count)
        assert all(sum(share) == 12 and min(share) >= 3 for share in shares(count))


def test_packing_keeps_every_field_in_order(kasus):
    pen = Pen(Blank(kasus), "id", Hand(""), Lists(), Density())
    questions = [node for node in kasus.nodes.values() if isinstance(node, Question) and node.asked][:40]
    fields = [pen.field(question, question.name, {}) for question in questions]
    rows = packed(fields)
    assert [field["n"] for row in rows for field in row["f"]] == [field["n"] for field in fields]
    assert all(sum(row["s"]) == 12 for row in rows)
    assert len(rows) < len(fields)


def test_words_inside_sentences_leave_brackets_out(kasus):
    assert short("Tidak dikenal (tulis ciri-ciri)") == "Tidak dikenal"
    assert short("(semua)") == "(semua)"
    assert label(kasus, "nama_korban", "id", {"korban": "K2"}).endswith("(K2)")
