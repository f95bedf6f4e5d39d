"""What the functions of the sheet ``checks`` find in what people wrote, and what they leave alone."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kasuskit.form import Form, Record, load_form
from kasuskit.form.compiler import compile_workbook
from kasuskit.form.supported import tables
from kasuskit.form.texts import CHECK_FUNCTIONS, FROM_LIST
from kasuskit.form.texts import lists as lists_module
from kasuskit.form.texts.dates import mentions, other_dates
from kasuskit.form.texts.lists import COLUMNS, faults, folder, forms, read_word_list, word_list, word_list_names
from kasuskit.form.texts.names import names_in
from kasuskit.form.texts.numbers import KINDS, numbers_in
from kasuskit.form.texts.phrases import listed_words
from kasuskit.form.texts.words import placed_words, plain, quotations, shown, words_in
from kasuskit.form.workbook import read_workbook
from kasuskit.messages import LANGUAGES, KasusErrors

NOW = "2026-10-05T09:00:00+08:00"
JUDGING, DATING = "menghakimi", "anak_pacaran"
TRAFFICKING = ("tppo_proses", "tppo_cara", "tppo_tujuan")


def kata(name, *texts):
    return CHECK_FUNCTIONS["kata"].run(name, *texts)


def nama_dalam(written, *names):
    return CHECK_FUNCTIONS["nama-dalam"].run(written, *names)


def nomor_dalam(*texts):
    return CHECK_FUNCTIONS["nomor-dalam"].run(*texts)


def tanggal_lain(written, given, *known):
    return CHECK_FUNCTIONS["tanggal-lain"].run(written, given, *known)


# words of a list --------------------------------------------------------------------------------------------

WORDS = [
    (JUDGING, "K1 mengaku dipukul.", "mengaku"),
    (JUDGING, "K1 MENGAKU dipukul, ia Nakal.", "MENGAKU, Nakal"),
    (JUDGING, "K1 menyampaikan bahwa T1 memukul.", ""),
    (JUDGING, "T1 tidak mengakui perbuatannya.", ""),
    (JUDGING, "Nakal, kata T1. K1 tidak nakal.", "Nakal"),
    (JUDGING, "nákal", "nákal"),
    (JUDGING, "na\u00adkal dan a\u200bib", "nakal, aib"),
    (JUDGING, "Ini aibnya keluarga.", "aibnya"),
    (JUDGING, "Ini nakal-nakal saja.", "nakal"),
    (JUDGING, "K1 penakal, kenaibannya.", ""),
    (JUDGING, "Dia salah\n  sendiri.", "salah sendiri"),
    (JUDGING, "Dia salah. Sendiri ia pulang.", ""),
    (JUDGING, "cari gara-gara", "cari gara-gara"),
    (JUDGING, "T1 pergi memancing. Ia memancing ikan.", ""),
    (JUDGING, "K1 memancing kemarahan T1.", "memancing"),
    (JUDGING, "T2 mengaku sebagai petugas, mengaku bernama lain.", ""),
    (JUDGING, "Itu tidak wajar. Itu wajar.", "wajar"),
    (JUDGING, "K1 merasa bersalah, lalu bersalah.", "bersalah"),
    (JUDGING, "Itu bukan kesalahan korban.", ""),
    (JUDGING, "Mengapa tidak lari?", "Mengapa tidak lari"),
    (JUDGING, "Pelakunya T1.", "Pelakunya"),
    (JUDGING, 'T1 berkata, "Ko nakal."', ""),
    (JUDGING, "T1 berkata, “Ko nakal.” K1 genit.", "genit"),
    (JUDGING, "T1 berkata, 'Ko nakal. Jum'at ko pulang, ko genit.' Lalu aib.", "aib"),
    (JUDGING, "T1 berkata, ‘Ko nakal.’", ""),
    (JUDGING, "T1 berkata, «Ko nakal.»", ""),
    (JUDGING, 'T1 berkata, "Ko nakal. Lalu pulang.', "nakal"),
    (JUDGING, 'T1 berkata, "Ko\nnakal."', "nakal"),
    (JUDGING, '5" tebal, nakal, "genit"', "genit"),  # a sign of inches takes the quotation marks' turn
    (JUDGING, "", ""),
    (DATING, "Mereka suka sama suka.", "suka sama suka"),
    (DATING, "Mereka suka-sama-suka, suka—sama—suka.", "suka-sama-suka"),
    (DATING, "K2 berpacaran, dengan T1.", "berpacaran"),
    (DATING, "K2 suka nasi, sama suka ikan.", ""),
    (DATING, "T1 adalah pacar K2.", ""),
    ("tppo_proses", "T1 merekrut dan memberangkatkan K1.", "merekrut, memberangkatkan"),
    ("tppo_proses", "K1 berdiri di bawah pohon.", ""),
    ("tppo_cara", "K1 dijanjikan gaji, lalu tertipu; ia berutang.", "dijanjikan, tertipu, berutang"),
    ("tppo_cara", "K1 bertahan di rumah.", ""),
    ("tppo_cara", 'T1 berkata, "Awas, saya ancam ko."', "ancam"),
    ("tppo_tujuan", "K1 dipekerjakan tanpa upah di kebun.", "dipekerjakan, upah"),
    ("tppo_tujuan", "T1 menampar K1.", ""),
    ("tidak_ada_daftar_ini", "nakal", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "written", "found"), WORDS)
def test_words_of_a_list_are_found_as_whole_words_outside_quotations_and_exceptions(name, written, found):
    assert kata(name, written) == found


def test_several_texts_are_searched_in_order_and_each_word_is_told_once():
    assert kata(JUDGING, "K1 genit.", ["K1 nakal.", "K1 Genit."], "aib") == "genit, nakal, aib"


def test_each_word_can_be_told_with_what_to_write_instead():
    found = CHECK_FUNCTIONS["kata-ganti"].run(JUDGING, "Korban mengaku cacat.")
    assert found == "mengaku → menyampaikan; cacat → penyandang disabilitas"
    assert CHECK_FUNCTIONS["kata-ganti"].run("tppo_cara", "T1 memaksa K1.") == "memaksa"


AFFIXES = {
    "paksa": "memaksa dipaksa terpaksa paksaan pemaksaan memaksakan",
    "tipu": "menipu ditipu tertipu penipuan penipunya",
    "sekap": "menyekap disekap penyekapan",
    "kirim": "mengirim dikirimkan pengiriman terkirim",
    "rekrut": "merekrut direkrut perekrut perekrutan",
    "bujuk": "membujuk dibujuknya bujukan",
    "jual": "menjual dijual penjualan",
    "ancam": "mengancam diancam ancaman terancam",
    "kerja": "bekerja dipekerjakan mempekerjakan pekerjaan pekerja",
    "eksploitasi": "mengeksploitasi dieksploitasi",
}


@pytest.mark.parametrize("root", AFFIXES)
def test_common_prefixes_and_suffixes_make_forms_of_a_root(root):
    assert set(AFFIXES[root].split()) <= forms(root, "imbuhan")
    assert forms(root, "tepat") == {root}


# names ------------------------------------------------------------------------------------------------------

NAMES = [
    ("T1 menampar Maria.", ("Maria Contoh",), "Maria"),
    ("T1 menampar K1 (MARIA CONTOH).", ("Maria Contoh",), "MARIA CONTOH"),
    ("maria contoh dan Maria", ("Maria Contoh",), "maria contoh, Maria"),
    ("T1 menampar K1 di Mariana.", ("Maria Contoh",), ""),
    ("Kejadian di Desa Contoh A.", ("Maria Contoh",), ""),
    ("T1-Maria bertengkar.", ("Maria Contoh",), "Maria"),
    ("K1 dan María", ("Maria Contoh",), "María"),
    ("K1 dan Maria", ("María",), "Maria"),
    ("Nona Rosa lari.", ("Nona Rosa Contoh",), "Nona Rosa"),
    ("K1 dan rosa lari.", ("Nona Rosa Contoh",), "rosa"),
    ("Nona itu lari. Mama, bapak, oma.", ("Nona Rosa", "Mama Yuli", "Bapak", "Oma"), ""),
    ("Anak kecil itu.", ("Bapa Kecil",), ""),
    ("Lalu Simon datang.", ("Om Simon",), "Simon"),
    ("Lalu suami K1 datang.", ("Suami", "Suami K1"), ""),
    ("Jamnya tidak diketahui.", ("Tidak diketahui", "Tidak Diketahui"), ""),
    ("Sopir travel itu pakai helm merah.", ("Sopir travel", "orang tak dikenal pakai helm"), ""),
    ("Lalu Beni datang.", ("Sopir travel, dipanggil Om Beni",), "Beni"),
    ("Ibu guru di gereja depan.", ("Ibu Guru", "pak guru olahraga", "Ketua RT"), ""),
    ("Mia menangis.", ("Maria Contoh alias Mia", "Maria (Mia)"), "Mia"),
    ("Lalu Yo Li datang. Li pulang.", ("Yo Li",), "Yo Li"),
    ("Lalu Li datang, lihat.", ("Li",), "Li"),
    ("K1 dan T1", ("K1", "T1", "k2 "), ""),
    ("a b c", ("A", "-", "", "  ", "?!", "12"), ""),
    ("Ta'ek datang, taek pulang", ("Ta’ek",), "Ta'ek, taek"),
    ("M. Taneo datang.", ("M. Taneo",), "M. Taneo"),
    ("Hari Minggu. Pada hari itu.", ("Hari Contoh",), ""),
    ("Pada hari itu Hari datang.", ("Hari",), "Hari"),
    ("K1 bertemu kasih sayang. Lalu Kasih Damai datang.", ("Kasih Damai",), "Kasih Damai"),
    ("Anton, Beny, Anton", ("Anton dan Beny",), "Anton, Beny"),
    ("Rina Maharani dan Maharani", ("Rina Maharani", "Sari Maharani"), "Rina Maharani, Maharani"),
    ("Saya Maria, kata K1: \"Maria\"", ("Maria",), "Maria"),
    ("", ("Maria",), ""),
]  # fmt: skip


@pytest.mark.parametrize(("written", "names", "found"), NAMES)
def test_names_are_found_but_not_forms_of_address_codes_and_descriptions(written, names, found):
    assert nama_dalam(written, *names) == found
    assert nama_dalam(written, list(names)) == found


def test_a_name_that_repeats_itself_is_told_once():
    assert nama_dalam("Maria Maria maria", "Maria") == "Maria"


# numbers ----------------------------------------------------------------------------------------------------

NUMBERS = [
    ("K1 NIK 5399014507940000.", "NIK"),
    ("K1, NIK 5399 0145 0794 0000.", "NIK"),
    ("NIK5399.0145.0794.0000", "NIK"),
    ("53-99-01-450794-0000", "NIK"),
    ("5 3 9 9 0 1 4 5 0 7 9 4 0 0 0 0", "NIK"),
    ("No. 31 5399 0145 0794 0000 2", "NIK"),
    ("\uff15399014507940000", "NIK"),
    ("53990145079400001", ""),
    ("539901450794000", ""),
    ("T1 menelepon dari 080000000000.", "nomor telepon"),
    ("0800-0000-000", "nomor telepon"),
    ("0800.000.000", "nomor telepon"),
    ("+62 800-0000-000", "nomor telepon"),
    ("+62 (0) 800 0000 000", "nomor telepon"),
    ("(0800) 0000-000", "nomor telepon"),
    ("62800–0000–000", "nomor telepon"),
    ("080 00 00 00", "nomor telepon"),
    ("080000000000 dan 5399014507940000", "NIK, nomor telepon"),
    ("5399014507940000 080000000000", "NIK, nomor telepon"),
    ("3-10-2026 0800-0000-000", "nomor telepon"),
    ("5399 0800 0000 0000", "NIK"),
    ("08000000", ""),
    ("080000000000000", ""),
    ("K1 rugi Rp150.000.000 sejak 2023, 2024, 2025, 2026.", ""),
    ("Rp 1.500.000 dan Rp 1.500.000.000", ""),
    ("1.500.000 1.500.000 20", ""),
    ("Pukul 08.30, lalu 10.15, 3/10/2026.", ""),
    ("08.00-10.00 2 orang, 08:00-10:00:30 5", ""),
    ("08-10-2026 20.15 dan 2026-10-03 2026-10-05", ""),
    ("08.10.2026 20:15", ""),
    ("Pasal 473 ayat 1, UU 1/2023, UU 12/2022 Pasal 23.", ""),
    ("LP/B/08/2026/SPKT", ""),
    ("tahun 2019-2020 2020-2021", ""),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("written", "found"), NUMBERS)
def test_id_and_phone_numbers_are_found_but_not_dates_times_and_money(written, found):
    assert nomor_dalam(written) == found
    assert nomor_dalam("", [written, "K1"]) == found


# dates ------------------------------------------------------------------------------------------------------

DATES = [
    ("Pada 3 Oktober 2026 T1 datang.", ""),
    ("Pada 5 Oktober 2026 T1 datang.", "5 Oktober 2026"),
    ("5 OKT. 2026", "5 OKT. 2026"),
    ("tanggal 5 Oktober, malam", "5 Oktober"),
    ("5/10/2026, 6-10-26, 7.10.2026, 2026-10-08", "5/10/2026, 6-10-26, 7.10.2026, 2026-10-08"),
    ("tanggal 5/10 dan tgl. 6/10", "5/10, 6/10"),
    ("5/10 bagian", ""),
    ("Sabtu, 3 Oktober. Senin, 5 Oktober.", ""),
    ("3 Okt, lalu 5 Okt", ""),
    ("3/10/26 dan 5/10/26", ""),
    ("3-5 Oktober 2026", ""),
    ("1 sampai 4 Oktober", ""),
    ("5 sampai 7 Oktober", "5 sampai 7 Oktober"),
    ("1, 2 dan 4 Oktober", "1, 2 dan 4 Oktober"),
    ("2 dan 3 Oktober", ""),
    ("5 Oktober 2025", "5 Oktober 2025"),
    ("3 Oktober 2019", "3 Oktober 2019"),
    ("Mereka menikah 12 Oktober 2019.", ""),
    ("31 Agustus, 30 September, 3 November, 4 November", "30 September, 3 November"),
    ("1 September 2026, 2 September 2026", "2 September 2026"),
    ("5 Mei 2026, 5 Desember", ""),
    ("31 Februari 2026, 99 Oktober, 0/10/2026", ""),
    ("LP/B/5/10/2026/SPKT", ""),
    ("Oktober 2026, 20.15, Rp 5.000, UU 12/2022", ""),
    ("5  Oktober\n2026 dan 5 Oktober 2026", "5 Oktober 2026"),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("written", "found"), DATES)
def test_other_dates_near_the_given_one_are_found(written, found):
    assert tanggal_lain(written, "2026-10-03") == found


def test_a_date_without_year_is_the_nearest_one():
    assert tanggal_lain("30 Desember", "2027-01-05") == "30 Desember"
    assert tanggal_lain("5 Januari", "2026-12-30") == "5 Januari"
    assert tanggal_lain("29 Februari", "2024-02-29") == ""


def test_known_dates_may_stand_in_the_text():
    assert tanggal_lain("Dilaporkan 12 Oktober 2026.", "2026-10-03", "2026-10-12", "") == ""
    assert tanggal_lain("Dilaporkan 12 Oktober 2026.", "2026-10-03", ["2026-10-11"]) == "12 Oktober 2026"


@pytest.mark.parametrize("given", ["", "besok", "2026-13-40", "3/10/2026"])
def test_without_a_date_to_compare_with_nothing_is_found(given):
    assert tanggal_lain("5 Oktober 2026", given) == ""


# whatever is written ----------------------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [
        "nakal", "Suka sama suka", "mengaku sebagai", "aibnya", "memaksa", "pacaran", "Maria", "contoh", "Mama",
        "Hari", "K1", "3 Oktober", "5/10/2026", "2026-10-04", "tgl ", "dan", "0800-0000-000",
        "5399 0145 0794 0000", "Rp 1.500.000", "1", "08", "+62", "\n", " ", ", ", ". ", "-", "“", "”", '"', "'",
        "’", "ka", "é", "e\u0301", "\u200b", "İ", "ß", "ı", "٣", "\ud800",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(FRAGMENTS, st.text(max_size=6)), max_size=25).map("".join)
ASCII_TEXTS = st.lists(FRAGMENTS.filter(str.isascii), max_size=25).map("".join)
MARIA = ("Maria Contoh", "Mama Yuli")


def pieces_of(written):
    """Return all that the functions find in a text."""
    return [
        *(word for name in word_list_names() for word, _ in listed_words(name, [written])),
        *names_in(written, MARIA),
        *other_dates(written, "2026-10-03"),
    ]


@given(TEXTS)
def test_any_text_gives_an_answer_that_stands_in_it(written):
    visible = " ".join(shown(written).split())
    assert all(piece and piece in visible for piece in pieces_of(written))
    assert numbers_in(written) <= set(KINDS)


@given(TEXTS)
def test_places_of_words_are_places_in_the_visible_text(written):
    low = plain(written)
    assert len(low) == len(shown(written))
    assert words_in(written) == {word.plain for word in placed_words(written)}
    assert all(low[word.start : word.end].replace("'", "") == word.plain for word in placed_words(written))
    spans = list(quotations(low))
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(ASCII_TEXTS)
def test_upper_and_lower_case_make_no_difference(written):
    found = [piece.lower() for piece in pieces_of(written.lower())]
    assert [piece.lower() for piece in pieces_of(written.upper())] == found
    assert numbers_in(written.upper()) == numbers_in(written.lower())


@given(TEXTS, st.one_of(TEXTS, st.sampled_from(["2026-10-03", "9999-12-31", "0001-01-01"])))
def test_any_name_and_any_date_gives_an_answer(written, other):
    assert all(piece in " ".join(shown(written).split()) for piece in names_in(written, (other, written)))
    assert isinstance(tanggal_lain(written, other, written), str)
    assert isinstance(kata(other, written), str)


UNIT = [
    '"', "'", "'a ", "a'", "''", '“a', '"nakal" ', "nakal ", "suka sama ", "tidak ", "salah ", "maria ", "mama ",
    "hari ", "é", "a\u0301\u0316", "\u200b", " ", "\n", ".", "-", "1", "1 ", "1, ", "1-", "1.", "11 ", "53", "53 ",
    "08", "0 8 ", "+62", "+62 ", "08.", "1/", "1/1/", "1 dan ", "1 sampai ", "1 okt ", "tgl 1/1 ", "2026-", "rp",
    "rp 1.", "memper", "nya",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNIT)
def test_no_text_takes_long(unit):
    written = (unit * 20_000)[:20_000]
    names = [
        f"{name} Contoh" for name in ("Maria", "Mama", "Hari", "Nakal", "Suka", "Yo", "Tidak", "Salah", "Kasih", "A A")
    ]
    actions = [
        *((lambda name=name: kata(name, written)) for name in word_list_names()),
        lambda: nama_dalam(written, *names),
        lambda: nomor_dalam(written),
        lambda: tanggal_lain(written, "2026-10-03"),
    ]
    for action in actions:
        action()
        taken = []
        for _ in range(3):
            for kept in (words_in, placed_words, numbers_in, mentions):
                kept.cache_clear()
            begin = time.process_time()
            action()
            taken.append(time.process_time() - begin)
        assert min(taken) < 0.05


# the lists --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [JUDGING, DATING, *TRAFFICKING, "sapaan"])
def test_a_list_is_whole_and_names_its_sources(name):
    assert faults(name) == ()
    with (folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(word_list(name).entries) > 10
    for row in rows:
        assert re.search(r"; (?:C|I|L|S\d+|S-TPPO)$", row["sumber"]), row
        assert None not in row and None not in row.values()


@pytest.mark.parametrize("name", [JUDGING, DATING, *TRAFFICKING])
def test_every_word_of_a_list_is_found_and_none_of_its_exceptions(name):
    for entry in word_list(name).entries:
        written = " ".join(entry.words)
        found = [word for word, _ in listed_words(name, [f"Lalu, {written.upper()}!"])]
        assert found == ([] if entry.way == "kecuali" else [written.upper()]), entry
        quoted = kata(name, f'T1 berkata, "Ko {written}."')
        assert bool(quoted) == (entry.in_quotes and entry.way != "kecuali"), entry


@pytest.mark.parametrize("name", [JUDGING, DATING])
def test_what_to_write_instead_is_said_and_is_no_such_word_itself(name):
    for entry in word_list(name).entries:
        assert bool(entry.instead) == (entry.way != "kecuali"), entry
        assert kata(JUDGING, entry.instead) == kata(DATING, entry.instead) == ""


def test_the_words_of_the_domain_page_are_in_the_lists():
    for word in ("memancing", "genit", "nakal", "aib", "wajar", "mengaku", "menggoda", "ternoda", "cacat"):
        assert kata(JUDGING, word) == word
    for word in ("suka sama suka", "pacaran"):
        assert kata(DATING, word) == word
    for name, words in zip(
        TRAFFICKING,
        ("rekrut angkut tampung kirim pindah", "ancam paksa tipu jerat utang", "eksploitasi kerja"),
        strict=True,
    ):
        assert kata(name, words) == ", ".join(words.split())


@pytest.fixture
def shelf(monkeypatch, tmp_path):
    """Return a folder that stands for the kit's word lists."""
    kept = tmp_path / "reference" / "kata"
    kept.mkdir(parents=True)
    monkeypatch.setattr(lists_module, "data_dir", lambda: tmp_path)
    word_list.cache_clear()
    yield kept
    word_list.cache_clear()


HEAD = "kata,cara,dalam_kutipan,ganti,sumber\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (HEAD + "nakal,tepat,tidak,,C\n", []),
        (HEAD.replace(",", ";") + "nakal;tepat;tidak;;C\n", []),
        (HEAD + "nakal,tepat,tidak,,C\n,,,,\n", []),
        (HEAD + "nakal,persis,tidak,,C\n", [("F146", "kata/uji.csv, baris/row 2, kolom/column cara")]),
        (HEAD + "nakal,tepat,kadang,,C\n", [("F146", "kata/uji.csv, baris/row 2, kolom/column dalam_kutipan")]),
        (HEAD + "nakal,tepat\n", [("F146", "kata/uji.csv, baris/row 2, kolom/column dalam_kutipan")]),
        (HEAD + "?,tepat,ya,,C\n", [("F159", "kata/uji.csv, baris/row 2, kolom/column kata")]),
        (HEAD + "aib,tepat,ya,,C\nAib!,akhiran,ya,,C\n", [("F159", "kata/uji.csv, baris/row 3, kolom/column kata")]),
        (HEAD + "kurang ajar,imbuhan,ya,,C\n", [("F159", "kata/uji.csv, baris/row 2, kolom/column kata")]),
        ("kata,cara,ganti,sumber\n", [("F109", "kata/uji.csv, baris/row 1")]),
        ("", [("F109", "kata/uji.csv, baris/row 1")] * 5),
        (HEAD + '"nakal,tepat,ya,,C\n', [("F106", "kata/uji.csv, baris/row 2")]),
        (b"\xff\x00\x81", [("F103", "uji.csv")]),
    ],
)
def test_what_is_wrong_with_a_list_is_said_with_its_place(shelf, content, expected):
    (shelf / "uji.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert [(error.code, error.place) for error in faults("uji")] == expected


def test_a_list_that_cannot_be_opened_is_a_fault_too(shelf, monkeypatch):
    (shelf / "uji.csv").write_text(HEAD)

    def locked(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(lists_module, "decoded", locked)
    assert [error.code for error in faults("uji")] == ["F107"]


def test_a_list_that_broke_after_its_form_was_compiled_loses_only_what_is_broken(shelf, caplog):
    (shelf / "uji.csv").write_text(HEAD + "nakal,tepat,tidak,,C\naib,persis,tidak,,C\n")
    assert kata("uji", "nakal, aib") == "nakal"
    assert "F146" in caplog.text and "kata/uji.csv" in caplog.text
    assert kata("hilang", "nakal") == ""
    assert "F156" in caplog.text


@pytest.mark.parametrize("name", ["../wilayah", "hilang", "", "a" * 300, "MENGHAKIMI", "menghakimi.csv"])
def test_only_a_name_of_a_list_names_a_list(name):
    entries, errors = read_word_list(name)
    assert entries == [] and [error.code for error in errors] == ["F156"]


# in a form --------------------------------------------------------------------------------------------------

KASUS = """
| survey |              |               |               |                |
|        | type         | name          | label::id     | label::en      |
|        | date         | tgl           | Tanggal       | Date           |
|        | text         | krono         | Kronologi     | Chronology     |
|        | text         | ringkasan     | Ringkasan     | Summary        |
|        | text         | sebab         | Sebab         | Reason         |
|        | begin_repeat | korban        | Korban        | Victim         |
|        | text         | nama_korban   | Nama          | Name           |
|        | text         | cerita        | Cerita        | Story          |
|        | end_repeat   |               |               |                |
|        | begin_repeat | terlapor      | Terlapor      | Alleged        |
|        | text         | nama_terlapor | Nama          | Name           |
|        | end_repeat   |               |               |                |
| checks |      |       |          |        |      |        |             |             |         |
|        | name | fields | severity | moment | when | temuan | message::id | message::en | why::id |
|        | R57 | krono ringkasan | warning | live | kata('menghakimi', ${krono}, ${ringkasan}) != '' | kata-ganti('menghakimi', ${krono}, ${ringkasan}) | Kata "{temuan}" menghakimi. | "{temuan}" is a judging word. | Tulis fakta, bukan {temuan}. |
|        | R58 | ringkasan | error | live | nama-dalam(${ringkasan}, ${nama_korban}, ${nama_terlapor}) != '' | nama-dalam(${ringkasan}, ${nama_korban}, ${nama_terlapor}) | Nama: {temuan}. Sebab: ${sebab}. | Name: {temuan}. | |
|        | R58c | cerita nama_korban | error | live | nama-dalam(${cerita}, ${nama_terlapor}) != '' or nomor-dalam(${cerita}) != '' | concat(nama-dalam(${cerita}, ${nama_terlapor}), nomor-dalam(${cerita})) | ${nama_korban}: {temuan} | ${nama_korban}: {temuan} | |
|        | R60 | krono tgl | warning | live | tanggal-lain(${krono}, ${tgl}) != '' | tanggal-lain(${krono}, ${tgl}) | Tanggal {temuan}. | Date {temuan}. | |
|        | R99 | krono | info | live | ${krono} = 'x' | concat(${sebab}, string-length(${krono})) | Isi {temuan}. | Holds {temuan}. | |
"""  # noqa: E501


def findings(answers, lang="id"):
    record = Record.from_answers(load_form(KASUS), answers, now=NOW)
    return [(finding.at, finding.code, finding.message) for finding in record.findings(lang=lang)]


def test_the_finding_stands_in_the_message_of_both_languages():
    answers = {"krono": "K1 mengaku nakal."}
    told = "mengaku → menyampaikan; nakal → tulis perbuatan yang dilihat atau didengar"
    assert findings(answers) == [("krono", "R57", f'Kata "{told}" menghakimi.')]
    assert findings(answers, "en") == [("krono", "R57", f'"{told}" is a judging word.')]
    record = Record.from_answers(load_form(KASUS), answers, now=NOW)
    assert record.findings()[0].why == f"Tulis fakta, bukan {told}."


def test_names_of_all_rows_are_looked_for_and_a_row_looks_at_its_own_text():
    answers = {
        "ringkasan": "Yakob memukul Rosa.",
        "korban[1]/nama_korban": "Maria Contoh",
        "korban[2]/nama_korban": "Rosa Contoh",
        "korban[2]/cerita": "yakob, 0800-0000-000",
        "terlapor[1]/nama_terlapor": "Yakob Contoh",
    }
    assert findings(answers) == [
        ("ringkasan", "R58", "Nama: Yakob, Rosa. Sebab: ."),
        ("korban[2]/cerita", "R58c", "Rosa Contoh: yakobnomor telepon"),
    ]


def test_a_date_that_differs_is_told():
    assert findings({"tgl": "3/10/2026", "krono": "Pada 5 Oktober."}) == [("krono", "R60", "Tanggal 5 Oktober.")]
    assert findings({"tgl": "3/10/2026", "krono": "Pada 3 Oktober."}) == []
    assert findings({"krono": "Pada 5 Oktober."}) == []


def test_what_people_wrote_is_never_filled_in_itself():
    answers = {"ringkasan": "Rosa", "korban[1]/nama_korban": "Rosa", "sebab": "{temuan} ${krono}", "krono": "-"}
    assert findings(answers) == [("ringkasan", "R58", "Nama: Rosa. Sebab: {temuan} ${krono}.")]


def test_a_finding_follows_every_answer_that_it_names():
    form = load_form(KASUS)
    record = Record.from_answers(form, {"krono": "x", "sebab": "a"}, now=NOW)
    assert [finding.message for finding in record.findings()] == ["Isi a1."]
    record.set("sebab", "b")
    assert [finding.message for finding in record.findings()] == ["Isi b1."]
    checks = {reach.target.check.name for reach in form.plan.reaches["sebab"] if getattr(reach.target, "check", None)}
    assert "R99" in checks


def test_a_finding_is_worked_out_only_when_it_is_told(monkeypatch):
    asked = []
    form = Form.from_json(compile_workbook(read_workbook(KASUS)).json)
    for judge in form.plan.judges:
        if judge.detail is not None:
            run = judge.detail
            monkeypatch.setattr(judge, "detail", lambda context, run=run: asked.append(1) or run(context))
    record = Record.from_answers(form, {"krono": "K1 nakal."}, now=NOW)
    record.set("ringkasan", "K1 genit.")
    assert asked == []
    assert len(record.findings()) == 1 and asked == [1]


def test_opening_a_form_takes_neither_lists_nor_patterns():
    program = (
        "import sys; from kasuskit.form import load_form, Record; r = Record(load_form('kasus')); "
        "print([name for name in sys.modules if name.startswith('kasuskit.form.texts.')])"
    )
    load_form("kasus")  # compiled now, if it never was
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# refused ----------------------------------------------------------------------------------------------------

ONE_CHECK = """
| survey |      |      |       |
|        | type | name | label |
|        | text | a    | A     |
| checks |      |        |          |        |        |        |             |             |
|        | name | fields | severity | moment | when   | temuan | message::id | message::en |
|        | C1   | a      | info     | live   | {when} | {temuan} | {id} | {en} |
"""
FOUND = "kata('menghakimi', ${a})"
REFUSED = [
    ({"when": "kata(${a}, ${a}) != ''"}, ("F155", "checks, baris/row 2, kolom/column when")),
    ({"when": "kata(concat('menghakimi', ''), ${a}) != ''"}, ("F155", "checks, baris/row 2, kolom/column when")),
    ({"when": "kata('menghakimi') != ''"}, ("F124", "checks, baris/row 2, kolom/column when")),
    ({"when": "tanggal-lain(${a}) != ''"}, ("F124", "checks, baris/row 2, kolom/column when")),
    ({"when": "kata('mengakimi', ${a}) != ''"}, ("F156", "checks, baris/row 2, kolom/column when")),
    ({"temuan": "kata-ganti('../wilayah', ${a})"}, ("F156", "checks, baris/row 2, kolom/column temuan")),
    ({"temuan": "kata('menghakimi', ${b})"}, ("F120", "checks, baris/row 2, kolom/column temuan")),
    ({"temuan": "kata('menghakimi', ${a}"}, ("F148", "checks, baris/row 2, kolom/column temuan")),
    ({"temuan": "${a} = 'x'"}, ("F166", "checks, baris/row 2, kolom/column temuan")),
    ({"temuan": "", "en": "Word"}, ("F158", "checks, baris/row 2, kolom/column message::id")),
    ({"en": "Word"}, ("F158", "checks, baris/row 2, kolom/column message::en")),
    ({"id": "Kata {temuan} {kata}"}, ("F157", "checks, baris/row 2, kolom/column message::id")),
    ({"id": "Kata { temuan } {temuan}"}, ("F157", "checks, baris/row 2, kolom/column message::id")),
    ({"en": "Word {temuan} {}"}, ("F157", "checks, baris/row 2, kolom/column message::en")),
]  # fmt: skip


def one_check(**cells):
    sheet = ONE_CHECK
    written = {"when": f"{FOUND} != ''", "temuan": FOUND, "id": "Kata {temuan}", "en": "Word {temuan}"} | cells
    for name, cell in written.items():
        sheet = sheet.replace(f"| {{{name}}} ", f"| {cell} ", 1)
    return sheet


@pytest.mark.parametrize(("cells", "expected"), REFUSED)
def test_a_check_that_cannot_work_is_refused_with_its_place(cells, expected):
    with pytest.raises(KasusErrors) as caught:
        compile_workbook(read_workbook(one_check(**cells)))
    assert [(error.code, error.place) for error in caught.value.errors] == [expected]
    for lang in LANGUAGES:
        assert all(sign not in caught.value.say(lang) for sign in ("{{", "}}", "{found}", "{mark}", "{list}"))


def test_a_check_that_can_work_is_taken():
    record = Record(load_form(one_check()), now=NOW)
    record.set("a", "K1 nakal.")
    assert [finding.message for finding in record.findings(lang="en")] == ["Word nakal"]


def test_curly_quotes_around_the_name_of_a_list_are_read_as_straight():
    record = Record(load_form(one_check(temuan="kata(‘menghakimi’, ${a})")), now=NOW)
    record.set("a", "K1 nakal.")
    assert [finding.message for finding in record.findings()] == ["Kata nakal"]


def test_a_fault_of_the_list_is_told_where_the_form_names_it(shelf):
    (shelf / "menghakimi.csv").write_text(HEAD + "nakal,persis,tidak,,C\n")
    with pytest.raises(KasusErrors) as caught:
        compile_workbook(read_workbook(one_check(temuan="", id="Kata", en="Word")))
    assert [(error.code, error.place) for error in caught.value.errors] == [
        ("F146", "checks, baris/row 2, kolom/column when; kata/menghakimi.csv, baris/row 2, kolom/column cara")
    ]


CALLS = {
    "kata": "kata('menghakimi', ${a})",
    "kata-ganti": "kata-ganti('menghakimi', ${a})",
    "nama-dalam": "nama-dalam(${a}, ${a})",
    "nomor-dalam": "nomor-dalam(${a})",
    "tanggal-lain": "tanggal-lain(${a}, ${a})",
}
PLACES = {
    "relevant": "{call} != ''",
    "required": "{call} != ''",
    "constraint": "{call} != ''",
    "calculation": "concat({call}, 'x')",
    "default": "{call}",
    "choice_filter": "name = {call}",
    "repeat_count": "string-length({call})",
}
SURVEY = """
| choices |              |      |       |
|         | list_name    | name | label |
|         | yt           | ya   | Ya    |
| survey  |              |      |       |
|         | type         | name | label | {column} |
|         | text         | a    | A     |          |
|         | {type}       | b    | B     | {cell}   |
"""
ITS_END = """
|         | text         | c    | C     |          |
|         | end_repeat   |      |       |          |
"""
KINDS_OF = {"calculation": "calculate", "choice_filter": "select_one yt", "repeat_count": "begin_repeat"}


@pytest.mark.parametrize("column", PLACES)
@pytest.mark.parametrize("function", CALLS)
def test_in_the_sheet_survey_these_functions_are_refused(function, column):
    cell = PLACES[column].format(call=CALLS[function])
    sheet = SURVEY.format(column=column, type=KINDS_OF.get(column, "text"), cell=cell)
    if column == "repeat_count":
        sheet += ITS_END
    with pytest.raises(KasusErrors) as caught:
        compile_workbook(read_workbook(sheet))
    found = [(error.code, error.place) for error in caught.value.errors]
    assert found == [("F154", f"survey, baris/row 3, kolom/column {column}")]
    assert f"Fungsi {function} hanya dapat dipakai di lembar checks" in caught.value.say("id")


def test_every_function_is_called_by_a_test_and_documented():
    assert set(CALLS) == set(CHECK_FUNCTIONS)
    assert set(FROM_LIST) < set(CHECK_FUNCTIONS)
    assert all(f"| `{name}` |" in tables() for name in CHECK_FUNCTIONS)
