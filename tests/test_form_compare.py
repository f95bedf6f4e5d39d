"""What changed between two forms, and what of it hurts answers already given."""

from __future__ import annotations

import pytest

from kasuskit.form import load_form
from kasuskit.form.compare import LOST, RECHECK, UNFIT, Change, compare_forms

FORM = """
| survey |
| | type | name | label::id | label::en | hint::id | relevant | required | constraint | calculation | repeat_count | sumber |
| | begin_group | bag_a | A | A | | | | | | | |
| | text | nama | Nama lengkap | Full name | | | yes | | | | S1 |
| | select_one yt | hadir | Hadir? | Present? | | | | | | | |
| | integer | usia | Usia | Age | Tahun | ${hadir} = 'ya' | | . < 120 | | | |
| | calculate | dewasa | | | | | | | if(${usia} > 17, 'ya', 'tidak') | | |
| | end_group | | | | | | | | | | |
| | begin_group | bag_b | B | B | | | | | | | |
| | begin_repeat | anak | Anak | Child | | | | | | | |
| | text | panggilan | Nama panggilan | Nickname | | | | | | | |
| | end_repeat | | | | | | | | | | |
| | note | info | Terima kasih | Thank you | | | | | | | |
| | end_group | | | | | | | | | | |
| choices |
| | list_name | name | label::id | label::en | kode |
| | yt | ya | Ya | Yes | 1 |
| | yt | tidak | Tidak | No | 2 |
| | warna | merah | Merah | Red | |
| settings |
| | form_title | form_id | version | default_language |
| | Uji | uji | 1 | id |
| checks |
| | name | fields | when | severity | moment | message::id | message::en |
| | R1 | usia | ${usia} < 5 | warning | live | Muda | Young |
"""  # noqa: E501


def changes(*replaced):
    """Return what changes when texts of the form's sheets are replaced."""
    newer = FORM
    for old, new in replaced:
        assert old in newer, old
        newer = newer.replace(old, new)
    return compare_forms(load_form(FORM), load_form(newer)).changes


def test_the_same_form_has_no_changes():
    assert changes() == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "| | note | info",
            "| | date | tgl | Tanggal | Date | | | | | | | |\n| | note | info",
            Change("question", "added", "tgl", "bag_b", "", "Tanggal"),
        ),
        (
            "| | note | info",
            "| | date | tgl | Tanggal | Date | | | yes | | | | |\n| | note | info",
            Change("question", "added", "tgl", "bag_b", "", "Tanggal", RECHECK),
        ),
        (
            "| | text | panggilan | Nama panggilan | Nickname | | | | | | | |\n",
            "| | text | catatan | Catatan | Notes | | | | | | | |\n",
            Change("question", "removed", "panggilan", "bag_b", "Nama panggilan", "", LOST),
        ),
        (
            "| | note | info | Terima kasih | Thank you | | | | | | | |\n",
            "",
            Change("question", "removed", "info", "bag_b", "Terima kasih"),
        ),
        ("| integer | usia", "| date | usia", Change("question", "type", "usia", "bag_a", "integer", "date", UNFIT)),
        ("| integer | usia", "| decimal | usia", Change("question", "type", "usia", "bag_a", "integer", "decimal")),
        ("| integer | usia", "| text | usia", Change("question", "type", "usia", "bag_a", "integer", "text")),
        (
            "select_one yt",
            "select_multiple yt",
            Change("question", "type", "hadir", "bag_a", "select_one", "select_multiple"),
        ),
        ("select_one yt", "select_one warna", Change("question", "list", "hadir", "bag_a", "yt", "warna", UNFIT)),
        (
            "| | yt | tidak | Tidak | No | 2 |\n",
            "",
            Change("choice", "removed", "yt/tidak", before="Tidak", harm=UNFIT),
        ),
        ("| | warna | merah | Merah | Red | |\n", "", Change("choice", "removed", "warna/merah", before="Merah")),
        ("| | yt | tidak |", "| | yt | td | Entah | Unknown | |\n| | yt | tidak |", Change(
            "choice", "added", "yt/td", after="Entah"
        )),
        ("| yt | tidak |", "| yt | nggak |", Change(
            "choice", "renamed", "yt/tidak", before="tidak", after="nggak", harm=UNFIT
        )),
        ("Tidak | No", "Tidak | Not", Change("choice", "label", "yt/tidak", before="No", after="Not", lang="en")),
        ("No | 2 |", "No | 3 |", Change("choice", "kode", "yt/tidak", before="2", after="3")),
        (
            "${hadir} = 'ya'",
            "${hadir} != 'tidak'",
            Change("question", "relevant", "usia", "bag_a", "${hadir} = 'ya'", "${hadir} != 'tidak'", RECHECK),
        ),
        ("${hadir} = 'ya'", "", Change("question", "relevant", "usia", "bag_a", "${hadir} = 'ya'", "")),
        (". < 120", ". < 100", Change("question", "constraint", "usia", "bag_a", ". < 120", ". < 100", RECHECK)),
        ("| yes |", "| |", Change("question", "required", "nama", "bag_a", "true()", "")),
        ("> 17", "> 18", Change(
            "question", "calculation", "dewasa", "bag_a", "if(${usia} > 17, 'ya', 'tidak')",
            "if(${usia} > 18, 'ya', 'tidak')",
        )),
        ("Usia | Age", "Umur | Age", Change("question", "label", "usia", "bag_a", "Usia", "Umur", lang="id")),
        ("| Tahun |", "| |", Change("question", "hint", "usia", "bag_a", "Tahun", "", lang="id")),
        ("| S1 |", "| S2 |", Change("question", "sumber", "nama", "bag_a", "S1", "S2")),
        ("${usia} < 5", "${usia} < 6", Change("check", "when", "R1", "", "${usia} < 5", "${usia} < 6", RECHECK)),
        ("| warning |", "| error |", Change("check", "severity", "R1", "", "warning", "error")),
        ("| R1 | usia |", "| R1 | usia hadir |", Change("check", "fields", "R1", "", "usia", "usia hadir")),
        ("Muda | Young", "Muda | Very young", Change(
            "check", "message", "R1", before="Young", after="Very young", lang="en"
        )),
        ("| Uji | uji | 1 |", "| Uji | uji | 2 |", Change("form", "version", "uji", "", "1", "2")),
        ("| Uji | uji |", "| Coba | uji |", Change("form", "title", "uji", "", "Uji", "Coba")),
    ],
)  # fmt: skip
def test_a_change_is_told(old, new, expected):
    assert expected in changes((old, new))
    told = [each for each in changes((old, new)) if each.change != "added" and each.name != "catatan"]
    assert [each for each in told if each != expected and expected.change != "added"] == []


def test_checks_are_matched_by_name():
    found = changes(("| R1 |", "| R2 |"))
    assert [(each.change, each.name, each.harm) for each in found] == [("added", "R2", RECHECK), ("removed", "R1", "")]


def test_a_new_name_with_the_same_label_seems_renamed_and_loses_answers():
    (renamed,) = changes(("| usia | Usia", "| umur | Usia"), ("${usia}", "${umur}"), ("R1 | usia", "R1 | umur"))[:1]
    assert renamed == Change("question", "renamed", "usia", "bag_a", "usia", "umur", LOST)


def test_a_new_name_with_another_type_is_not_taken_for_a_rename():
    found = changes(("| text | nama |", "| date | tgl |"))
    assert [(each.change, each.name) for each in found] == [("removed", "nama"), ("added", "tgl")]


def test_two_that_could_be_the_old_one_are_told_apart_as_new():
    twice = "| | text | nama1 | Nama lengkap | a | | | | | | | |\n| | text | nama2 | Nama lengkap | b | | | | | | | |\n"
    found = changes(("| | text | nama | Nama lengkap | Full name | | | yes | | | | S1 |\n", twice))
    assert {each.change for each in found} == {"removed", "added"}


def test_a_move_to_another_section_keeps_answers():
    note = "| | note | info | Terima kasih | Thank you | | | | | | | |\n"
    assert changes((note, ""), ("| | end_group | | | | | | | | | | |\n| | begin_group | bag_b", note + (
        "| | end_group | | | | | | | | | | |\n| | begin_group | bag_b"
    ))) == (Change("question", "moved", "info", "bag_a", "bag_b", "bag_a"),)  # fmt: skip


def test_a_move_out_of_a_repeat_loses_answers():
    row = "| | text | panggilan | Nama panggilan | Nickname | | | | | | | |\n"
    end = "| | end_repeat | | | | | | | | | | |\n"
    other = "| | text | lain | Lain | Other | | | | | | | |\n"
    found = changes((row + end, other + end + row))
    assert Change("question", "moved", "panggilan", "bag_b", "anak", "-", LOST) in found


def test_a_renamed_repeat_is_told_once():
    found = changes(("| begin_repeat | anak |", "| begin_repeat | putra_putri |"))
    assert found == (Change("repeat", "renamed", "anak", "bag_b", "anak", "putra_putri", LOST),)


def test_a_question_that_is_no_longer_asked_loses_its_answers():
    found = changes(("| | text | nama | Nama lengkap | Full name | | | yes | | | |", (
        "| | text | nama | Nama lengkap | Full name | | | yes | | concat('a', 'b') | |"
    )))  # fmt: skip
    assert Change("question", "asked", "nama", "bag_a", "yes", "no", LOST) in found


def test_what_hurts_is_set_apart():
    found = compare_forms(load_form(FORM), load_form(FORM.replace(". < 120", ". < 100").replace("Muda", "Belia")))
    assert [change.change for change in found.changes] == ["constraint", "message"]
    assert [change.change for change in found.harmful] == ["constraint"]


def test_the_short_form_loses_what_it_leaves_out_and_changes_nothing_else():
    found = compare_forms(load_form("kasus"), load_form("ringkas"))
    assert {each.change for each in found.changes if each.what != "form"} == {"removed", "ringkas"}
    assert "nik_korban" in {each.name for each in found.harmful}
