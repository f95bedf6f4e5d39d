"""Every mistake that a workbook's author can make: its code, its place, and a way out in both languages.

``FORM`` has none. Each line of ``MISTAKES`` puts one mistake into it, and beside it what differs a little and is right.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from kasuskit.form import load_form
from kasuskit.messages import LANGUAGES, KasusError, KasusErrors, catalogue_keys

DISPUTED = sorted((Path(__file__).parent / "oracle" / "forms" / "disputed").glob("*.md"))

FORM = """
| survey  |                 |             |             |              |            |                          |               |                  |           |
|         | type            | name        | label       | relevant     | constraint | calculation              | choice_filter | repeat_count     | default   |
|         | date            | tgl         | Tanggal     |              |            |                          |               |                  |           |
|         | text            | nama        | Nama        |              |            |                          |               |                  |           |
|         | integer         | umur        | Umur        |              | . < 120    |                          |               |                  |           |
|         | decimal         | biaya       | Biaya       |              |            |                          |               |                  |           |
|         | select_one kab  | kab         | Kabupaten   |              |            |                          |               |                  |           |
|         | select_one desa | desa        | Nama desa   |              |            |                          | kab = ${kab}  |                  |           |
|         | begin_group     | blok_anak   | Bagian anak | ${umur} < 18 |            |                          |               |                  |           |
|         | text            | sekolah     | Sekolah     |              |            |                          |               |                  |           |
|         | end_group       |             |             |              |            |                          |               |                  |           |
|         | begin_repeat    | korban      | Korban      |              |            |                          |               |                  |           |
|         | text            | nama_korban | Nama korban |              |            |                          |               |                  |           |
|         | integer         | usia        | Usia        |              |            |                          |               |                  |           |
|         | calculate       | nomor       |             |              |            | position(..)             |               |                  |           |
|         | end_repeat      |             |             |              |            |                          |               |                  |           |
|         | begin_repeat    | pulang      | Pulang      |              |            |                          |               | count(${korban}) |           |
|         | text            | tujuan      | Tujuan      |              |            |                          |               |                  | rumah     |
|         | end_repeat      |             |             |              |            |                          |               |                  |           |
|         | calculate       | banyak      |             |              |            | count(${pulang})         |               |                  |           |
|         | calculate       | hitung      |             |              |            | string-length(${nama})   |               |                  |           |
| choices |                 |             |             |              |
|         | list_name       | name        | label       | kab          |
|         | kab             | tts         | TTS         |              |
|         | kab             | malaka      | Malaka      |              |
|         | desa            | a           | Contoh A    | tts          |
|         | desa            | b           | Contoh B    | malaka       |
| settings |                |             |                          |
|         | form_id         | version     | instance_name            |
|         | kasus           | 1           | concat(${nama}, ${desa}) |
| checks  |                 |             |             |              |            |                          |               |
|         | name            | fields      | when                  | severity | moment     | message           |
|         | K01             | nama        | ${nama} = 'x'         | error    | live       | Periksa nama.     |
|         | K02             | usia umur   | ${usia} > ${umur}     | warning  | completion | Periksa usia.     |
"""  # noqa: E501

CODES = frozenset(
    key for key in catalogue_keys("form") if re.fullmatch(r"F(10[589]|1[12]\d|139|14\d|197|1[67]\d)", key)
)


class Mistake(NamedTuple):
    """One mistake: ``was`` of the form becomes ``wrong``. Where it becomes ``right`` instead, nothing is wrong."""

    code: str
    place: str
    was: str
    wrong: str
    right: str = ""  # blank: the form as it stands is the near miss


HITUNG = "string-length(${nama})"
FORMULA = "survey 20 calculation"

MISTAKES = (
    # sheets and headings
    Mistake("F105", "Markdown", "| survey |", "| surveys |", "| Survey |"),
    Mistake("F108", "survey 1 Relevance", "| constraint |", "| Relevance |", "| Constraint |"),
    Mistake("F109", "survey 1", "type | name", "jenis | name", "Type | NAME"),
    Mistake("F109", "survey 1", "type | name", "type | nama", "type | value"),
    Mistake("F109", "choices 1", "list_name | name", "daftar | name", "List Name | name"),
    Mistake("F109", "choices 1", "label | kab", "keterangan | kab", "label::Bahasa Indonesia (id) | kab"),
    Mistake("F109", "checks 1", "severity | moment", "severity | kapan", "severity | Moment"),
    # blocks
    Mistake("F110", "survey 10 type", "end_group", "end_repeat", "end group"),
    Mistake("F110", "survey 2 type", "date | tgl |", "end_group | tgl |"),
    Mistake("F111", "survey 8 type", "| end_group | | |", "| note | selesai | Selesai |", "| end_group | blok | |"),
    # names
    Mistake("F112", "survey 9 name", "text | sekolah", "text | ", "text | s"),
    Mistake("F112", "survey 2 name", "date | tgl | Tanggal", "today | | ", "today | hari | "),
    Mistake("F113", "survey 9 name", "text | sekolah", "text | nama sekolah", "text | _nama_Sekolah2"),
    Mistake("F113", "survey 9 name", "text | sekolah", "text | 1sekolah", "text | sekolah1"),
    Mistake("F113", "survey 9 name", "text | sekolah", "text | sekolah-anak"),
    Mistake("F113", "survey 9 name", "text | sekolah", "text | sekolé"),
    Mistake("F114", "survey 9 name", "text | sekolah", "text | nama", "text | Nama"),
    Mistake("F114", "survey 11 name", "text | sekolah", "text | korban"),
    Mistake("F114", "survey 9 name", "text | sekolah", "text | meta", "text | metadata"),
    # types
    Mistake("F115", "survey 9 type", "text | sekolah", "teks | sekolah", "string | sekolah"),
    Mistake("F115", "survey 9 type", "text | sekolah", " | sekolah"),
    Mistake("F116", "survey 9 type", "text | sekolah", "image | sekolah", "note | sekolah"),
    Mistake("F116", "survey 9 type", "text | sekolah", "geopoint | sekolah", "acknowledge | sekolah"),
    Mistake("F116", "survey 7 type", "select_one desa", "select_one desa or_other", "select_multiple desa"),
    Mistake("F116", "survey 7 type", "select_one desa", "select_one_from_file desa.csv"),
    Mistake("F117", "survey 6 type", "select_one kab", "select_one", "select one kab"),
    Mistake("F117", "survey 6 type", "select_one kab", "select_multiple kab desa", "select all that apply kab"),
    Mistake("F118", "survey 6 type", "select_one kab", "select_one Kab", "select_one desa"),
    Mistake("F119", FORMULA, HITUNG, ""),
    Mistake("F197", "survey 17 trigger", "| default |", "| trigger |", "| sumber |"),
    # names in formulas and texts
    Mistake("F120", FORMULA, HITUNG, "string-length(${nma})"),
    Mistake("F120", FORMULA, HITUNG, "string-length(${Nama})"),
    Mistake("F120", FORMULA, HITUNG, "string-length(${last-saved#nama})"),
    Mistake("F120", FORMULA, HITUNG, "jr:choice-name(${kab}, '${nama}')", "jr:choice-name(${kab}, '${kab}')"),
    Mistake("F120", "survey 7 label", "Nama desa", "Nama desa di ${kabupaten}", "Nama desa di ${kab}"),
    Mistake("F120", "survey 7 choice_filter", "= ${kab}", "= ${kabupaten}", "= ${nama}"),
    Mistake("F120", "survey 16 repeat_count", "count(${korban})", "count(${koban})", "1 + 1"),
    Mistake("F120", "survey 17 default", "rumah", "${rumah}", "{rumah}"),
    Mistake("F120", "choices 4 label", "Contoh A", "Contoh ${a}", "Contoh {a}"),
    Mistake("F120", "checks 2 fields", "K01 | nama", "K01 | nma", "K01 | umur"),
    Mistake("F120", "checks 2 when", "${nama} =", "${nma} =", "${umur} ="),
    Mistake("F120", "checks 2 message", "Periksa nama.", "Periksa ${nma}.", "Periksa ${nama}."),
    Mistake("F120", "settings 2 instance_name", "${desa})", "${desanya})", "${nama})"),
    Mistake("F121", FORMULA, HITUNG, "string-length(${blok_anak})", "string-length(${sekolah})"),
    Mistake("F121", "survey 8 relevant", "${umur} < 18", "${korban} = 1", "count(${korban}) = 1"),
    Mistake("F121", "survey 7 label", "Nama desa", "Nama desa di ${blok_anak}"),
    Mistake("F121", "checks 2 message", "Periksa nama.", "Periksa ${korban}."),
    Mistake("F127", FORMULA, HITUNG, "string-length(nama)", "string-length('nama')"),
    # functions and what surrounds them
    Mistake("F122", FORMULA, HITUNG, "len(${nama})"),
    Mistake("F122", FORMULA, HITUNG, "pulldata('daerah', 'kab', 'nama', ${nama})"),
    Mistake("F122", FORMULA, HITUNG, "lengkap(${nama})"),
    Mistake("F123", FORMULA, HITUNG, "count(instance('kota')/root/item/name)", "count(instance('kab')/root/item/name)"),
    Mistake("F124", FORMULA, HITUNG, "concat()", "concat(1)"),
    Mistake("F124", FORMULA, HITUNG, "round(1.2, 2, 3)", "round(1.2, 2)"),
    Mistake("F125", FORMULA, HITUNG, "position(..)"),
    Mistake("F125", "survey 14 calculation", "position(..)", "position(.)"),
    Mistake("F125", FORMULA, HITUNG, "indexed-repeat(${usia}, 1, ${korban})", "indexed-repeat(${usia}, ${korban}, 1)"),
    Mistake("F126", FORMULA, HITUNG, "../nama", "${nama}"),
    Mistake("F126", FORMULA, HITUNG, "string-length(namanya)"),
    Mistake("F126", FORMULA, HITUNG, "count(${korban}[tidak_ada = ''])", "count(${korban}[nama_korban = ''])"),
    Mistake("F128", FORMULA, HITUNG, "join(' ', instance('desa')/root/item/kota)",
            "join(' ', instance('desa')/root/item/kab)"),
    Mistake("F128", "survey 7 choice_filter", "kab = ${kab}", "kecamatan = ${kab}", "name = ${kab}"),
    Mistake("F128", "survey 7 choice_filter", "kab = ${kab}", "umur = ${umur}", "kab = ${umur}"),
    Mistake("F129", FORMULA, HITUNG, "count(${blok_anak}[sekolah = ''])", "count(${korban}[usia = ''])"),
    Mistake("F139", FORMULA, HITUNG, "string-length(${hitung})", "string-length(${banyak})"),
    Mistake("F139", "survey 8 relevant", "${umur} < 18", "${sekolah} != ''", "${desa} != ''"),
    Mistake("F139", "survey 16 repeat_count", "count(${korban})", "${banyak}", "${hitung}"),
    # choices
    Mistake("F140", "choices 2 name", "kab | tts", "kab | ", "kab | kupang"),
    Mistake("F140", "choices 2 list_name", "kab | tts", " | tts"),
    Mistake("F141", "choices 4 name", "desa | a |", "desa | a b |", "desa | a_b |"),
    Mistake("F142", "choices 3 name", "kab | malaka", "kab | tts", "kab | a"),
    Mistake("F143", "choices 2 label", "tts | TTS", "tts | ", "tts | -"),
    # checks
    Mistake("F144", "checks 2 name", "K01 | nama", " | nama", "K03 | nama"),
    Mistake("F144", "checks 2 fields", "K01 | nama", "K01 | "),
    Mistake("F144", "checks 2 when", "${nama} = 'x'", "", "true()"),
    Mistake("F144", "checks 2 message", "Periksa nama.", "", "."),
    Mistake("F145", "checks 3 name", "K02", "K01", "k01"),
    Mistake("F146", "checks 2 severity", "error | live", "berat | live", "info | live"),
    Mistake("F146", "checks 2 severity", "error | live", " | live"),
    Mistake("F146", "checks 2 moment", "error | live", "error | nanti", "error | completion"),
    Mistake("F149", "checks 3 fields", "usia umur", "usia tujuan", "usia nama"),
    # what pyxform alone sees
    Mistake("F147", "survey 9 label", "sekolah | Sekolah", "sekolah | ", "sekolah | -"),
    Mistake("F147", "choices 5 name", "desa | b |", "desa | a |", "desa | c |"),
    # what cannot be read
    Mistake("F148", FORMULA, HITUNG, "string-length(${nama}"),
    Mistake("F148", FORMULA, HITUNG, "string-length(${nama"),
    Mistake("F148", FORMULA, HITUNG, "string-length ${nama}", "string-length (${nama})"),
    Mistake("F148", "survey 4 constraint", ". < 120", ". < 120 dan . > 0", ". < 120 and . > 0"),
    Mistake("F148", "survey 8 relevant", "${umur} < 18", "${umur} ≤ 18", "${umur} <= 18"),
    Mistake("F148", "survey 8 relevant", "${umur} < 18", "${umur} < ", "${umur} < 1"),
    Mistake("F148", "survey 8 relevant", "${umur} < 18", "${umur < 18"),
    Mistake("F148", "survey 8 label", "Bagian anak", "Bagian ${nama", "Bagian $nama}"),
    Mistake("F148", FORMULA, HITUNG, "1" + " + 1" * 200, "1" + " + 1" * 100),
    Mistake("F148", FORMULA, HITUNG, "(" * 61 + "1" + ")" * 61, "(" * 50 + "1" + ")" * 50),
    # what ODK's engines read differently
    Mistake("F160", "survey 8 relevant", "${umur} < 18", "${umur}", "${umur} != ''"),
    Mistake("F160", "survey 4 constraint", ". < 120", "not(.)", "not(. = 0)"),
    Mistake("F160", "checks 2 when", "${nama} = 'x'", "${nama}", "${nama} != ''"),
    Mistake("F161", FORMULA, HITUNG, "${nama_korban}", "join(' ', ${nama_korban})"),
    Mistake("F161", "survey 7 label", "Nama desa", "Nama desa ${nama_korban}", "Nama desa ${banyak}"),
    Mistake("F161", "checks 2 message", "Periksa nama.", "Periksa ${usia}.", "Periksa ${umur}."),
    Mistake("F162", "survey 4 constraint", ". < 120", "regex(., '[0-9]{1,3}')", "regex(., '^[0-9]{1,3}$')"),
    Mistake("F163", FORMULA, HITUNG, "decimal-date-time(${tgl})", "decimal-date-time(string(${tgl}))"),
    Mistake("F164", FORMULA, HITUNG, "int(decimal-date-time(today()))",
            "int(decimal-date-time(today()) - decimal-date-time(string(${tgl})))"),
    Mistake("F165", "survey 8 relevant", "${umur} < 18", "${tgl} < '2026-10-05'", "${tgl} < date('2026-10-05')"),
    Mistake("F166", FORMULA, HITUNG, "${nama} = 'x'", "if(${nama} = 'x', 'ya', 'tidak')"),
    Mistake("F167", FORMULA, HITUNG, "sum(${usia})", "sum(${nomor})"),
    Mistake("F168", "survey 14 calculation", "position(..)", "count(${korban})", "position(..) + 1"),
    Mistake("F169", FORMULA, HITUNG, "${tgl} + 1", "${umur} + 1"),
    Mistake("F170", "survey 8 relevant", "${umur} < 18", "(${umur} < 18) = 'true'", "(${umur} < 18) = true()"),
    Mistake("F172", FORMULA, HITUNG, "format-date(${tgl}, '%a %e')", "format-date(${tgl}, '%b %e')"),
    Mistake("F173", FORMULA, HITUNG, "date(20000)", "date('2026-10-05')"),
    Mistake("F174", "survey 19 calculation", "pulang | Pulang | |", "pulang | Pulang | ${umur} > 5 |"),
    Mistake("F175", "survey 4 constraint", ". < 120", "regex(., '^[0-9$')", "regex(., '^[0-9]$')"),
    Mistake("F176", FORMULA, HITUNG, "concat(${biaya}, ' rupiah')", "concat(${umur}, ' tahun')"),
    Mistake("F176", "survey 8 relevant", "${umur} < 18", "${umur} = ${biaya}", "${umur} > ${biaya}"),
    Mistake("F177", "survey 17 default", "rumah", "concat('ru', 'mah')", "ru mah"),
)  # fmt: skip


def put(mistake: Mistake, cell: str) -> str:
    """Return the form with another cell in the place of ``was``."""
    form = re.sub(" +", " ", FORM)
    assert form.count(mistake.was) == 1, "it must be clear what is changed"
    return form.replace(mistake.was, cell)


def place(short: str) -> str:
    """Return a place as people read it: ``survey, baris/row 8, kolom/column name`` for ``survey 8 name``."""
    sheet, row, column = (*short.split(), "", "")[:3]
    return sheet + (row and f", baris/row {row}") + (column and f", kolom/column {column}")


def mistakes_of(form: str | Path) -> tuple[KasusError, ...]:
    """Return what is wrong with a form; fail when nothing is."""
    with pytest.raises(KasusError) as caught:
        load_form(form)
    error = caught.value
    return error.errors if isinstance(error, KasusErrors) else (error,)


def named(mistake: Mistake) -> str:
    return f"{mistake.code} {mistake.wrong[:40] or 'blank'}"


def test_the_form_has_no_mistake():
    assert len(load_form(FORM).nodes) == 16


@pytest.mark.parametrize("mistake", MISTAKES, ids=named)
def test_a_mistake_is_told_with_its_place_and_its_near_miss_is_not(mistake: Mistake):
    found = mistakes_of(put(mistake, mistake.wrong))
    assert [(each.code, each.place) for each in found] == [(mistake.code, place(mistake.place))]
    if mistake.right:
        load_form(put(mistake, mistake.right))


@pytest.mark.parametrize("mistake", MISTAKES, ids=named)
def test_a_mistake_is_told_with_a_way_out_in_both_languages(mistake: Mistake):
    (error,) = mistakes_of(put(mistake, mistake.wrong))
    said = {lang: error.say(lang) for lang in LANGUAGES}
    for lang in LANGUAGES:
        assert said[lang] == f"[{error.code}] {error.sentence(lang)} {error.way_out(lang)} ({error.place})"
        assert error.sentence(lang) and error.way_out(lang)
    assert error.sentence("id") != error.sentence("en")
    assert error.way_out("id") != error.way_out("en")
    assert not re.search("None|object at", said["id"] + said["en"])


def test_the_table_holds_every_code_that_a_sheet_can_earn():
    assert {mistake.code for mistake in MISTAKES} == CODES


@pytest.mark.parametrize("path", DISPUTED, ids=lambda path: path.stem)
def test_what_the_engines_dispute_earns_the_code_in_its_name(path: Path):
    found = mistakes_of(path)
    assert {error.code for error in found} == {path.stem[:4]}
    assert all(re.fullmatch(r"survey, baris/row \d+, kolom/column \w+", error.place) for error in found)


def test_all_mistakes_come_at_once_in_the_order_of_the_sheets():
    found = mistakes_of("""
    | survey  |                |         |         |             |                      |
    |         | type           | name    | label   | relevant    | calculation          |
    |         | begin_group    | bagian  | Bagian  |             |                      |
    |         | text           | nama    | Nama    | ${umr} > 18 |                      |
    |         | integr         | umur    | Umur    |             |                      |
    |         | select_one kab | nama    | Nama    |             |                      |
    |         | calculate      | jumlah  |         |             |                      |
    | choices |                |         |         |
    |         | list_name      | name    | label   |
    |         | desa           | a b     | A B     |
    | checks  |                |         |         |             |                      |                |
    |         | name           | fields  | when    | severity    | moment               | message        |
    |         | K01            | umurnya | 1 = 2   | error       | live                 | Tak ada ${apa} |
    """)
    assert [(error.code, error.place) for error in found] == [
        (code, place(short))
        for code, short in (
            ("F111", "survey 2 type"), ("F114", "survey 5 name"), ("F115", "survey 4 type"), ("F118", "survey 5 type"),
            ("F119", "survey 6 calculation"), ("F141", "choices 2 name"), ("F120", "checks 2 fields"),
            ("F120", "survey 3 relevant"), ("F120", "checks 2 message"),
        )
    ]  # fmt: skip


FORMULAS = """
| survey |           |      |       |                 |               |                    |
|        | type      | name | label | relevant        | constraint    | calculation        |
|        | text      | a    | A     | ${b} =          |               |                    |
|        | integer   | b    | B     |                 | . > 0 nd . < 9 |                   |
|        | calculate | c    |       | ${a}            |               | len(${a})          |
|        | calculate | d    |       |                 |               | ${e} + 1           |
|        | calculate | e    |       |                 |               | ${d} + 1           |
"""


def test_the_mistakes_of_all_formulas_come_at_once_and_circles_when_they_can_be_read():
    told = [("F148", "survey 2 relevant"), ("F148", "survey 3 constraint"), ("F160", "survey 4 relevant"),
            ("F122", "survey 4 calculation")]  # fmt: skip
    assert [(error.code, error.place) for error in mistakes_of(FORMULAS)] == [(code, place(at)) for code, at in told]
    mended = FORMULAS.replace("${b} =  ", "${b} = 1").replace("nd", "and").replace("| ${a} ", "| ${a} != '' ")
    (error,) = mistakes_of(mended.replace("len(", "string-length("))
    assert (error.code, error.place) == ("F139", place("survey 5 calculation"))
    assert "d → e → d" in error.say("id") or "e → d → e" in error.say("id")
    load_form(mended.replace("len(", "string-length(").replace("${d} + 1", "${b} + 1"))


def test_the_whole_is_said_line_by_line_with_its_count():
    with pytest.raises(KasusErrors) as caught:
        load_form(FORMULAS)
    assert caught.value.code == "F100"
    for lang in LANGUAGES:
        head, *lines = caught.value.say(lang).splitlines()
        assert head.startswith("[F100]") and " 4 " in head
        assert [line[:6] for line in lines] == ["[F148]", "[F148]", "[F160]", "[F122]"]
        assert all(re.search(r"\(survey, baris/row \d, kolom/column \w+\)$", line) for line in lines)


def test_a_place_names_the_column_as_its_heading_is_written():
    form = """
    | survey  |              |      |                              |                    |              |
    |         | Type         | Name | label::Bahasa Indonesia (id) | Constraint Message | Calculate    |
    |         | text         | a    | A                            | ${b}               |              |
    |         | calculate    | c    |                              |                    | ${tidak_ada} |
    |         | select_one d | d    | ${b}                         |                    |              |
    | choices |              |      |                              |
    |         | List Name    | Value | label::English (en)         |
    |         | d            | x y  | X                            |
    """
    assert [error.place for error in mistakes_of(form)] == [
        "choices, baris/row 2, kolom/column Value",
        "survey, baris/row 2, kolom/column Constraint Message",
        "survey, baris/row 3, kolom/column Calculate",
        "survey, baris/row 4, kolom/column label::Bahasa Indonesia (id)",
    ]


def test_a_formula_that_stops_short_says_what_is_missing():
    (error,) = mistakes_of(FORM.replace(HITUNG, "round((1 + 2"))
    assert '")" kurang di akhir rumus.' in error.say("id")
    assert '")" is missing at the end of the formula.' in error.say("en")


def test_a_function_that_takes_any_number_of_values_says_so():
    (error,) = mistakes_of(FORM.replace(HITUNG, "concat()"))
    assert "takes 1 to …." in error.say("en")


def test_the_same_choice_name_may_stand_twice_where_a_filter_tells_them_apart_and_the_settings_allow_it():
    twice = FORM.replace("| b           | Contoh B", "| a           | Contoh B")
    (error,) = mistakes_of(twice)
    assert (error.code, error.place) == ("F147", place("choices 5 name"))
    assert "allow_choice_duplicates" in error.say("id")
    allowed = twice.replace("| version     |", "| allow_choice_duplicates |").replace("| 1           |", "| yes |")
    assert [choice.name for choice in load_form(allowed).lists["desa"]] == ["a", "a"]


def test_what_pyxform_trips_over_is_told_without_its_traceback(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pyxform.xls2xform.convert", lambda *_, **__: {}["tidak ada"])
    (error,) = mistakes_of(FORM.replace("Nama desa", "Nama desanya"))
    assert (error.code, error.place) == ("F147", "survey")
    assert "KeyError" in error.say("en")
