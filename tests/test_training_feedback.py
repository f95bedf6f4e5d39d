"""Feedback: a small form and key in each test, the record beside them, and what is said about it."""

from __future__ import annotations

import csv
import dataclasses
import io
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kasuskit.form import Form, Record, load_form
from kasuskit.messages import LANGUAGES, KasusErrors, text
from kasuskit.training import Case, Feedback, FieldFeedback, KeyField, SectionScore, Span, feedback, load_case
from kasuskit.training.cases import COLUMNS
from kasuskit.training.feedback import VERDICTS
from kasuskit.training.match import verdict_of

NOW = "2026-10-12T09:00:00+08:00"
STORY = """Hari ini Senin, 12 Oktober 2026. Maria, 30 tahun, datang ke pos dengan anaknya Ana, 9 tahun.

Kejadiannya Minggu, 4 Oktober 2026, jam tujuh malam. Maria ditampar dan Ana diancam. Ibu Sinta melihat.

"Beta mau aman dulu," kata Maria. Mereka pergi ke rumah Oma Rosa."""


def key(
    at: str, answer: str, quote: str = "", unsaid: str = "", also: str = "", misread: str = "", hint: str = ""
) -> dict[str, str]:
    """Return a row of ``kunci.csv``; what a test does not look at is filled in."""
    return {
        "isian": at, "jawaban": answer, "juga_benar": also, "bukti": quote or ("" if unsaid else "Maria"),
        "tidak_disebut": unsaid, "petunjuk": hint or f"Petunjuk {at}.", "alasan": f"Alasan {at}.",
        "salah_kelas": misread, "sumber": "",
    }  # fmt: skip


Told = Callable[..., Feedback]


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str, list[dict[str, str]]], Case]:
    def made(form: str, rows: list[dict[str, str]]) -> Case:
        folder = tmp_path / "K90"
        folder.mkdir(exist_ok=True)
        (tmp_path / "form.md").write_text(form, "utf-8")
        settings = f"""id = "K90"\nform = '{(tmp_path / "form.md").as_posix()}'\ntitle = "Kecil"\nlevel = 1
content_note = "Kekerasan fisik."\nnow = "{NOW}"\naims = ["tanggal"]\ntraps = []\n"""
        (folder / "kasus.toml").write_text(settings, "utf-8")
        (folder / "cerita.md").write_text(STORY, "utf-8")
        table = io.StringIO()
        writer = csv.DictWriter(table, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
        (folder / "kunci.csv").write_text(table.getvalue(), "utf-8")
        return load_case(folder)

    return made


@pytest.fixture
def told(make: Callable[[str, list[dict[str, str]]], Case]) -> Told:
    """Return what is said about a record: ``told(form, rows of the key, answers)``."""

    def said(form: str, rows: list[dict[str, str]], answers: Mapping[str, str], lang: str = "id") -> Feedback:
        case = make(form, rows)
        return feedback(Record.from_answers(case.form, answers, now=NOW), case, lang)

    return said


def at(found: Feedback, address: str) -> FieldFeedback:
    (field,) = (field for field in found.fields if field.at == address)
    return field


def verdicts(found: Feedback) -> list[tuple[str, str]]:
    return [(field.at, field.verdict) for field in found.fields]


def not_right(found: Feedback) -> dict[str, str]:
    return {field.at: field.verdict for field in found.fields if field.verdict != "right"}


# one answer -------------------------------------------------------------------------------------------------

FORM = """
| survey  |                        |              |                       |                     |                     |
|         | type                   | name         | label::Indonesia (id) | label::English (en) | relevant            |
|         | begin_group            | bagian_a     | A. Laporan            | A. Report           |                     |
|         | date                   | tgl_lapor    | Tanggal lapor         | Date of report      |                     |
|         | date                   | tgl_kejadian | Tanggal kejadian      | Date of incident    |                     |
|         | time                   | jam          | Jam                   | Time                |                     |
|         | select_one ada         | ada_saksi    | Ada saksi?            | A witness?          |                     |
|         | text                   | nama_saksi   | Nama saksi            | Name of witness     | ${ada_saksi} = 'ya' |
|         | end_group              |              |                       |                     |                     |
|         | begin_group            | bagian_b     | B. Korban             | B. Victim           |                     |
|         | integer                | usia         | Usia                  | Age                 |                     |
|         | select_one agama       | agama        | Agama                 | Religion            |                     |
|         | select_multiple bentuk | bentuk       | Bentuk                | Forms               |                     |
|         | text                   | kata         | Kata-katanya          | In her words        |                     |
|         | text                   | hp           | Telepon               | Phone               |                     |
|         | text                   | catatan      | Catatan               | Note                |                     |
|         | end_group              |              |                       |                     |                     |
| choices |                        |              |                       |                     |                     |
|         | list_name              | name         | label::Indonesia (id) | label::English (en) |                     |
|         | ada                    | ya           | Ya                    | Yes                 |                     |
|         | ada                    | tidak        | Tidak                 | No                  |                     |
|         | ada                    | td           | Tidak diketahui       | Unknown             |                     |
|         | agama                  | kristen      | Kristen               | Protestant          |                     |
|         | agama                  | katolik      | Katolik               | Catholic            |                     |
|         | agama                  | td           | Tidak diketahui       | Unknown             |                     |
|         | agama                  | tm           | Tidak mau menjawab    | Declined            |                     |
|         | bentuk                 | fisik        | Fisik                 | Physical            |                     |
|         | bentuk                 | psikis       | Psikis                | Psychological       |                     |
|         | bentuk                 | seksual      | Seksual               | Sexual              |                     |
|         | bentuk                 | lainnya      | Lainnya               | Other               |                     |
|         | bentuk                 | td           | Tidak diketahui       | Unknown             |                     |
"""
KEY = [
    key("tgl_lapor", "2026-10-12", "Senin, 12 Oktober 2026"),
    key("tgl_kejadian", "2026-10-04", "Minggu, 4 Oktober 2026", misread="2026-10-12 => Itu tanggal lapor."),
    key("jam", "19:00", "jam tujuh malam", also="18:59 | 19:01"),
    key("ada_saksi", "ya", "Ibu Sinta melihat."),
    key("nama_saksi", "Sinta", "Ibu Sinta", also="Ibu Sinta | Mama Sinta"),
    key("usia", "30", "30 tahun"),
    key("agama", "td", unsaid="Cerita tidak menyebut agama.", misread="kristen => Gereja bukan agama orangnya."),
    key("bentuk", "fisik psikis", "Maria ditampar", also="fisik", misread="lainnya => Tamparan sudah ada namanya."),
    key("kata", "Beta mau aman", '"Beta mau aman dulu,"', also="*"),
    key("hp", "", unsaid="Cerita tidak menyebut telepon.", also="tidak ada"),
]
RIGHT = {row["isian"]: row["jawaban"] for row in KEY if row["jawaban"]}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("address", "answer", "verdict", "sentence"),
    [
        ("tgl_lapor", "12/10/2026", "right", "v-right"),
        ("tgl_lapor", "2026-10-11", "wrong", "v-wrong"),
        ("tgl_lapor", "", "missing", "v-missing"),
        ("tgl_lapor", "kemarin", "missing", "v-missing"),
        ("tgl_kejadian", "2026-10-12", "misclassified", "v-misclassified"),
        ("jam", "19.00", "right", "v-right"),
        ("jam", "18:59", "right", "v-right"),
        ("jam", "07:00", "wrong", "v-wrong"),
        ("ada_saksi", "td", "missing", "v-not-unknown"),
        ("ada_saksi", "tidak", "wrong", "v-wrong"),
        ("nama_saksi", "SINTA", "right", "v-right"),
        ("nama_saksi", "mama  sínta.", "right", "v-right"),
        ("nama_saksi", "Oma Rosa", "wrong", "v-wrong"),
        ("nama_saksi", "...", "wrong", "v-wrong"),
        ("usia", "31", "wrong", "v-wrong"),
        ("usia", "tiga puluh", "missing", "v-missing"),
        ("agama", "", "missing", "v-say-unknown"),
        ("agama", "katolik", "invented", "v-invented"),
        ("agama", "tm", "invented", "v-invented"),
        ("agama", "kristen", "misclassified", "v-misclassified"),
        ("bentuk", "psikis fisik", "right", "v-right"),
        ("bentuk", "fisik", "right", "v-right"),
        ("bentuk", "psikis", "wrong", "v-wrong-many"),
        ("bentuk", "fisik psikis seksual", "wrong", "v-wrong-many"),
        ("bentuk", "fisik psikis lainnya", "misclassified", "v-misclassified"),
        ("bentuk", "td", "missing", "v-not-unknown"),
        ("bentuk", "", "missing", "v-missing"),
        ("kata", "Apa saja yang ia katakan", "right", "v-right"),
        ("kata", "", "missing", "v-missing"),
        ("hp", "", "right", "v-right"),
        ("hp", "Tidak ada.", "right", "v-right"),
        ("hp", "0800-0000-000", "invented", "v-invented"),
    ],
)  # fmt: skip
def test_an_answer_has_its_verdict_and_sentence(
    told: Told, address: str, answer: str, verdict: str, sentence: str, lang: str
) -> None:
    found = told(FORM, KEY, RIGHT | {address: answer}, lang)
    field = at(found, address)
    assert (field.verdict, field.message) == (verdict, text(f"training.{sentence}", lang))
    others = not_right(found)
    others.pop(address, None)
    assert set(others) == ({"nama_saksi"} if address == "ada_saksi" else set())
    assert found.score == 10 - len(not_right(found))


def test_sentences_differ_between_languages_and_verdicts() -> None:
    names = [f"v-{verdict}" for verdict in VERDICTS]
    names += ["v-say-unknown", "v-not-asked", "v-wrong-many", "v-not-unknown", "row-missing"]
    said = [text(f"training.{name}", lang) for name in names for lang in LANGUAGES]
    assert len(set(said)) == len(said)


def test_what_is_hidden_is_told_to_be_hidden_and_its_answer_does_not_count(told: Told) -> None:
    answers = RIGHT | {"ada_saksi": "tidak", "nama_saksi": "Sinta"}
    field = at(told(FORM, KEY, answers), "nama_saksi")
    assert (field.verdict, field.message) == ("missing", text("training.v-not-asked"))
    unsaid = [*KEY[:4], key("nama_saksi", "tidak disebut", unsaid="Cerita tidak menyebut namanya."), *KEY[5:]]
    field = at(told(FORM, unsaid, answers), "nama_saksi")
    assert (field.verdict, field.message) == ("missing", text("training.v-not-asked")), "it cannot be filled in yet"


def test_a_hidden_answer_outside_the_key_is_not_invented(told: Told) -> None:
    rows = [row for row in KEY if row["isian"] not in ("ada_saksi", "nama_saksi")]
    answers = RIGHT | {"ada_saksi": "", "nama_saksi": "Sinta"}
    assert told(FORM, rows, answers).complete
    assert not_right(told(FORM, rows, answers | {"ada_saksi": "ya"})) == {
        "ada_saksi": "invented",
        "nama_saksi": "invented",
    }


def test_an_answer_outside_the_key_is_invented_and_lowers_the_score(told: Told) -> None:
    whole = told(FORM, KEY, RIGHT)
    assert (whole.score, whole.total, whole.complete) == (10, 10, True)
    found = told(FORM, KEY, RIGHT | {"catatan": "Terlapor banyak utang."})
    assert (found.score, found.total, found.complete) == (10, 11, False)
    field = at(found, "catatan")
    assert (field.verdict, field.section, field.expected, field.spans) == ("invented", "bagian_b", "", ())
    assert field.message == text("training.v-invented")
    assert field.hint == text("training.hint-invented")
    assert field.reason == text("training.not-in-story")


def test_an_answer_that_cannot_be_read_is_a_finding_and_keeps_the_record_from_being_complete(told: Told) -> None:
    rows = [*KEY[:5], key("usia", "", unsaid="Cerita tidak menyebut usia."), *KEY[6:]]
    found = told(FORM, rows, RIGHT | {"usia": "tiga puluh"})
    assert at(found, "usia").verdict == "right"
    assert [(finding.at, finding.kind) for finding in found.findings] == [("usia", "type")]
    assert not found.complete
    assert found.praise == text("training.praise-most")


# what is told when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_hint_comes_first_and_holds_back_reason_answer_and_sentence(told: Told, lang: str) -> None:
    field = at(told(FORM, KEY, RIGHT | {"tgl_kejadian": "2026-10-05"}, lang), "tgl_kejadian")
    assert field.hint == "Petunjuk tgl_kejadian."
    assert field.reason == "Alasan tgl_kejadian."
    assert field.expected == "4/10/2026"
    for told_first in (field.message, field.hint):
        assert field.reason not in told_first and field.expected not in told_first
    ((paragraph, start, end),) = field.spans
    assert STORY.split("\n\n")[paragraph][start:end] == "Minggu, 4 Oktober 2026"


def test_the_reason_begins_with_what_was_misread_and_with_what_is_not_said(told: Told) -> None:
    assert at(told(FORM, KEY, RIGHT | {"tgl_kejadian": "2026-10-12"}), "tgl_kejadian").reason == (
        "Itu tanggal lapor. Alasan tgl_kejadian."
    )
    assert at(told(FORM, KEY, RIGHT | {"bentuk": "lainnya fisik"}), "bentuk").reason == (
        "Tamparan sudah ada namanya. Alasan bentuk."
    )
    assert at(told(FORM, KEY, RIGHT | {"agama": "kristen"}), "agama").reason == (
        "Gereja bukan agama orangnya. Cerita tidak menyebut agama. Alasan agama."
    )
    unsaid = at(told(FORM, KEY, RIGHT | {"hp": "0800"}), "hp")
    assert (unsaid.reason, unsaid.expected, unsaid.spans) == ("Cerita tidak menyebut telepon. Alasan hp.", "", ())


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("id", {"agama": "Tidak diketahui", "bentuk": "Fisik, Psikis", "ada_saksi": "Ya", "jam": "19:00"}),
        ("en", {"agama": "Unknown", "bentuk": "Physical, Psychological", "ada_saksi": "Yes", "kata": "Beta mau aman"}),
    ],
)  # fmt: skip
def test_the_right_answer_is_said_in_words(told: Told, lang: str, words: dict[str, str]) -> None:
    found = told(FORM, KEY, {}, lang)
    assert {address: at(found, address).expected for address in words} == words


def test_several_sentences_give_several_spans(told: Told) -> None:
    rows = [key("bentuk", "fisik psikis", "Maria  ditampar || Ana\ndiancam || Maria")]
    assert at(told(FORM, rows, {}), "bentuk").spans == (Span(1, 53, 67), Span(1, 72, 83), Span(0, 33, 38))


# how answers are compared -----------------------------------------------------------------------------------


def text_form() -> Form:
    return load_form("| survey | | | |\n| | type | name | label |\n| | text | kata | Kata |\n")


def key_field(answer: str, also: tuple[str, ...] = (), free: bool = False) -> KeyField:
    return KeyField("kata", answer, also, free, (), "", "", "", {}, "")


WORDS = st.lists(st.text("abcdeéñöxyz0123456789", min_size=1, max_size=6), min_size=1, max_size=5)


@given(WORDS, st.sampled_from(" -,./;:!?'\"()"), st.sampled_from(["NFC", "NFD"]))
def test_text_is_the_same_whatever_its_case_accents_and_punctuation(words: list[str], mark: str, form: str) -> None:
    question = text_form().question("kata")
    written = unicodedata.normalize(form, f" {mark} ".join(words).upper()) + mark
    bare = "".join(c for c in unicodedata.normalize("NFD", " ".join(words)) if not unicodedata.combining(c))
    for typed in (written, bare):
        assert verdict_of(question, key_field(" ".join(words)), typed) == ("right", "")
        assert verdict_of(question, key_field("lain", also=(" ".join(words),)), typed) == ("right", "")
    assert verdict_of(question, key_field(" ".join(words)), written + " q") == ("wrong", "")
    assert verdict_of(question, key_field(" ".join(words)), "") == ("missing", "")


@given(st.text(min_size=1).filter(lambda typed: "q" not in typed.lower()))
def test_no_text_is_right_where_the_key_is_another_or_blank(typed: str) -> None:
    question = text_form().question("kata")
    assert verdict_of(question, key_field("qqq"), typed)[0] == "wrong"
    assert verdict_of(question, key_field(""), typed)[0] == "wrong"
    assert verdict_of(question, key_field("", free=True), typed)[0] == "right"


def test_a_key_may_write_its_answers_as_people_do(told: Told) -> None:
    rows = [
        key("tgl_lapor", "12/10/2026", also="13/10/2026", misread="4 Oktober 2026 => Itu tanggal kejadian."),
        key("jam", "19.00"),
        key("usia", "030"),
        key("bentuk", "psikis fisik", also="seksual fisik"),
    ]
    answers = {"tgl_lapor": "2026-10-12", "jam": "19:00", "usia": "30", "bentuk": "fisik psikis"}
    assert told(FORM, rows, answers).complete
    found = told(FORM, rows, {"tgl_lapor": "2026-10-13", "bentuk": "fisik seksual"})
    assert not_right(found) == {"jam": "missing", "usia": "missing"}
    assert at(found, "tgl_lapor").expected == "12/10/2026"
    assert at(told(FORM, rows, {"tgl_lapor": "2026-10-04"}), "tgl_lapor").verdict == "misclassified"


def test_another_right_answer_may_be_given_where_the_key_is_blank(told: Told) -> None:
    rows = [key("bentuk", "", unsaid="Tidak disebut.", also="psikis fisik | td"), KEY[-1]]
    for answer in ("", "td", "fisik psikis"):
        assert told(FORM, rows, {"bentuk": answer, "hp": "TIDAK ADA"}).complete, answer
    assert not_right(told(FORM, rows, {"bentuk": "psikis"})) == {"bentuk": "invented"}


# what the form itself fills in ------------------------------------------------------------------------------

DEFAULTS = """
| survey |             |          |         |                   |
|        | type        | name     | label   | default           |
|        | begin_group | bagian   | Bagian  |                   |
|        | text        | desa     | Desa    | Contoh A          |
|        | date        | tgl      | Tanggal | today()           |
|        | integer     | jumlah   | Jumlah  | 1                 |
|        | text        | nama     | Nama    |                   |
|        | begin_repeat| korban   | Korban  |                   |
|        | text        | negara   | Negara  | Indonesia         |
|        | text        | umur     | Umur    |                   |
|        | end_repeat  |          |         |                   |
|        | end_group   |          |         |                   |
"""


def test_a_text_that_may_say_anything_may_stay_blank_where_the_key_is_blank(told: Told) -> None:
    rows = [key("usia", "30"), key("catatan", "", unsaid="Cerita tidak menyebut catatan lain.", also="*")]
    assert told(FORM, rows, {"usia": "30"}).complete
    assert told(FORM, rows, {"usia": "30", "catatan": "Ia datang sendiri"}).complete


def test_what_the_form_fills_in_is_not_invented_until_it_is_changed(told: Told) -> None:
    rows = [key("nama", "Maria"), key("korban[1]/umur", "30")]
    answers = {"nama": "Maria", "korban[1]/umur": "30"}
    whole = told(DEFAULTS, rows, answers)
    assert (whole.complete, whole.total) == (True, 2)
    changed = answers | {"desa": "Contoh B", "tgl": "2026-10-01", "jumlah": "2", "korban[1]/negara": "Timor-Leste"}
    assert not_right(told(DEFAULTS, rows, changed)) == dict.fromkeys(
        ("desa", "tgl", "jumlah", "korban[1]/negara"), "invented"
    )


def test_what_the_form_fills_in_is_wrong_where_the_key_says_otherwise(told: Told) -> None:
    rows = [key("desa", "Contoh B"), key("jumlah", "1")]
    assert verdicts(told(DEFAULTS, rows, {})) == [("desa", "wrong"), ("jumlah", "right")]


# rows -------------------------------------------------------------------------------------------------------

ROWS = """
| survey  |                 |                  |            |               |                    |
|         | type            | name             | label      | relevant      | repeat_count       |
|         | begin_group     | bagian_b         | B. Korban  |               |                    |
|         | begin_repeat    | korban           | Korban     |               |                    |
|         | text            | nama             | Nama       |               |                    |
|         | integer         | usia             | Usia       |               |                    |
|         | select_one jk   | jk               | Kelamin    |               |                    |
|         | end_repeat      |                  |            |               |                    |
|         | end_group       |                  |            |               |                    |
|         | begin_group     | bagian_c         | C. Terlapor|               |                    |
|         | begin_repeat    | terlapor         | Terlapor   |               |                    |
|         | text            | nama_t           | Nama       |               |                    |
|         | end_repeat      |                  |            |               |                    |
|         | end_group       |                  |            |               |                    |
|         | begin_group     | bagian_d         | D. Hubungan|               |                    |
|         | begin_repeat    | hubungan_korban  | Hubungan   |               | count(${korban})   |
|         | begin_repeat    | hubungan         | Hubungan   |               | count(${terlapor}) |
|         | text            | jenis            | Jenis      |               |                    |
|         | end_repeat      |                  |            |               |                    |
|         | end_repeat      |                  |            |               |                    |
|         | end_group       |                  |            |               |                    |
| choices |                 |                  |            |               |                    |
|         | list_name       | name             | label      |               |                    |
|         | jk              | p                | Perempuan  |               |                    |
|         | jk              | l                | Laki-laki  |               |                    |
"""
MARIA = {"nama": "Maria", "usia": "30", "jk": "p"}
ANA = {"nama": "Ana", "usia": "9", "jk": "p"}
PEOPLE = [
    *(key(f"korban[1]/{name}", answer) for name, answer in MARIA.items()),
    *(key(f"korban[2]/{name}", answer) for name, answer in ANA.items()),
    key("terlapor[1]/nama_t", "Hendrik"),
    key("hubungan_korban[1]/hubungan[1]/jenis", "suami"),
    key("hubungan_korban[2]/hubungan[1]/jenis", "ayah"),
]


def people(*keys: int, t: int = 1) -> dict[str, str]:
    """Return right answers in which the key's first victim has the first of these keys, and so on."""
    out = {f"terlapor[{t}]/nama_t": "Hendrik"}
    for row, (person, kind) in zip(keys, ((MARIA, "suami"), (ANA, "ayah")), strict=False):
        out |= {f"korban[{row}]/{name}": answer for name, answer in person.items()}
        out[f"hubungan_korban[{row}]/hubungan[{t}]/jenis"] = kind
    return out


def test_rows_are_compared_by_what_they_hold_and_not_by_their_place(told: Told) -> None:
    for answers in (people(1, 2), people(2, 1), people(7, 3, t=4)):
        found = told(ROWS, PEOPLE, answers)
        assert found.complete, answers
        assert {field.at for field in found.fields} == set(answers)


def test_a_mistake_in_a_row_does_not_make_it_another_row(told: Told) -> None:
    answers = people(2, 1) | {"korban[1]/nama": "Anna Maria", "hubungan_korban[2]/hubungan[1]/jenis": "ayah"}
    found = told(ROWS, PEOPLE, answers)
    assert not_right(found) == {"korban[1]/nama": "wrong", "hubungan_korban[2]/hubungan[1]/jenis": "wrong"}
    assert at(found, "korban[1]/nama").expected == "Ana"


def test_rows_are_paired_so_that_most_answers_agree(told: Told) -> None:
    """The first row agrees with both persons in two answers; only one of them leaves the other a row of hers."""
    mixed = {"korban[1]/nama": "Ana", "korban[1]/usia": "30", "korban[1]/jk": "p"}
    mixed |= {"korban[2]/nama": "Maria", "korban[2]/usia": "31", "korban[2]/jk": "p"}
    found = told(ROWS, PEOPLE[:6], mixed)
    assert not_right(found) == {"korban[1]/usia": "wrong", "korban[2]/usia": "wrong"}
    assert at(found, "korban[2]/usia").expected == "30"


def test_a_row_that_was_removed_and_entered_anew_is_the_same_person(make: Callable[..., Case]) -> None:
    case = make(ROWS, PEOPLE)
    record = Record.from_answers(case.form, people(1, 2), now=NOW)
    record.remove("korban[1]")
    row = record.add("korban")
    assert row == "korban[3]"
    for name, answer in MARIA.items():
        record.set(f"{row}/{name}", answer)
    record.set("hubungan_korban[3]/hubungan[1]/jenis", "suami")
    assert feedback(record, case).complete


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_row_that_is_lacking_is_told_at_its_list(told: Told, lang: str) -> None:
    rows = [*PEOPLE, key("korban[2]/usia", "9")][:-1]
    answers = {name: answer for name, answer in people(1).items() if "[2]" not in name}
    found = told(ROWS, rows, answers, lang)
    lacking = [field for field in found.fields if field.verdict != "right"]
    assert [field.at for field in lacking] == ["korban"] * 3 + ["hubungan_korban"]
    assert {(field.verdict, field.message) for field in lacking} == {("missing", text("training.row-missing", lang))}
    assert [field.expected for field in lacking] == ["Ana", "9", "Perempuan", "ayah"]
    assert [field.section for field in lacking] == ["bagian_b"] * 3 + ["bagian_d"]
    assert (found.score, found.total) == (5, 9)


def test_only_the_second_person_was_entered(told: Told) -> None:
    answers = {at: value for at, value in people(2, 1).items() if "korban[2]" not in at}
    found = told(ROWS, PEOPLE, answers)
    assert not_right(found) == {"korban": "missing", "hubungan_korban": "missing"}
    assert at(found, "korban[1]/nama").expected == "Ana"
    assert found.score == 5


def test_what_must_stay_blank_is_right_in_a_row_that_is_lacking(told: Told) -> None:
    rows = [*PEOPLE[:4], key("korban[2]/usia", "", unsaid="Cerita tidak menyebut usia Ana.")]
    found = told(ROWS, rows, {f"korban[1]/{name}": answer for name, answer in MARIA.items()})
    blank = next(field for field in found.fields if field.at == "korban" and field.verdict == "right")
    assert blank.message == text("training.v-right")


def test_a_row_too_many_is_invented_with_all_that_stands_in_it(told: Told) -> None:
    answers = people(1, 2) | {"korban[3]/nama": "Sinta", "hubungan_korban[3]/hubungan[1]/jenis": "tetangga"}
    found = told(ROWS, PEOPLE, answers)
    assert not_right(found) == {"korban[3]/nama": "invented", "hubungan_korban[3]/hubungan[1]/jenis": "invented"}
    assert (found.score, found.total) == (9, 11)


def test_an_empty_row_too_many_is_invented_too(make: Callable[..., Case]) -> None:
    case = make(ROWS, PEOPLE)
    record = Record.from_answers(case.form, people(1, 2), now=NOW)
    record.add("terlapor")
    found = feedback(record, case)
    assert not_right(found) == {"terlapor[2]": "invented"}
    assert at(found, "terlapor[2]").section == "bagian_c"
    assert (found.score, found.total, found.complete) == (9, 10, False)
    record.remove("terlapor[2]")
    assert feedback(record, case).complete


def test_rows_of_a_hidden_list_do_not_count(make: Callable[..., Case]) -> None:
    form = """
    | survey |              |        |        |               |
    |        | type         | name   | label  | relevant      |
    |        | begin_group  | bagian | Bagian |               |
    |        | integer      | jumlah | Jumlah |               |
    |        | begin_repeat | saksi  | Saksi  | ${jumlah} > 0 |
    |        | text         | nama   | Nama   |               |
    |        | end_repeat   |        |        |               |
    |        | end_group    |        |        |               |
    """
    case = make(form, [key("jumlah", "0")])
    record = Record.from_answers(case.form, {"jumlah": "1"}, now=NOW)
    record.add("saksi")
    assert not_right(feedback(record, case)) == {"jumlah": "wrong", "saksi[1]": "invented"}
    record.set("jumlah", "0")
    assert feedback(record, case).complete


def test_many_rows_find_their_own_in_any_order(told: Told) -> None:
    many = [key(f"korban[{n}]/nama", f"Orang {n}") for n in range(1, 10)]
    many += [key(f"korban[{n}]/usia", str(n)) for n in range(1, 10)]
    answers = {f"korban[{10 - n}]/nama": f"Orang {n}" for n in range(1, 10)}
    answers |= {f"korban[{10 - n}]/usia": str(n) for n in range(1, 10)}
    assert told(ROWS, many, answers).complete
    fewer = {at: value for at, value in answers.items() if "korban[4]" not in at}
    found = told(ROWS, many, fewer)
    assert verdicts(found).count(("korban", "missing")) == 2
    assert found.score == 16


COUNTED = """
| survey |              |        |        |                 |              |
|        | type         | name   | label  | relevant        | repeat_count |
|        | begin_group  | bagian | Bagian |                 |              |
|        | integer      | jumlah | Jumlah |                 |              |
|        | begin_repeat | anak   | Anak   | ${jumlah} > 0   | ${jumlah}    |
|        | text         | nama   | Nama   |                 |              |
|        | end_repeat   |        |        |                 |              |
|        | begin_repeat | korban | Korban |                 |              |
|        | text         | siapa  | Siapa  |                 |              |
|        | begin_repeat | luka   | Luka   |                 |              |
|        | text         | di     | Di     |                 |              |
|        | end_repeat   |        |        |                 |              |
|        | end_repeat   |        |        |                 |              |
|        | end_group    |        |        |                 |              |
"""


def test_rows_that_follow_from_a_number_may_be_too_few_or_hidden(told: Told) -> None:
    rows = [key("jumlah", "2"), key("anak[1]/nama", "Ana"), key("anak[2]/nama", "Ida")]
    whole = {"jumlah": "2", "anak[1]/nama": "Ana", "anak[2]/nama": "Ida"}
    assert told(COUNTED, rows, whole).complete
    one = told(COUNTED, rows, {"jumlah": "1", "anak[1]/nama": "Ana"})
    assert verdicts(one) == [("jumlah", "wrong"), ("anak[1]/nama", "right"), ("anak", "missing")]
    assert at(one, "anak").message == text("training.row-missing")
    none = told(COUNTED, rows, {"jumlah": "0"})
    assert verdicts(none) == [("jumlah", "wrong"), ("anak", "missing"), ("anak", "missing")]
    assert {field.message for field in none.fields[1:]} == {text("training.v-not-asked")}
    three = told(COUNTED, rows, whole | {"jumlah": "3", "anak[3]/nama": "Eta"})
    assert not_right(three) == {"jumlah": "wrong", "anak[3]/nama": "invented"}


def test_rows_inside_rows_may_be_lacking(told: Told) -> None:
    rows = [key("korban[1]/siapa", "Maria"), key("korban[1]/luka[1]/di", "pipi"), key("korban[1]/luka[2]/di", "bahu")]
    found = told(COUNTED, rows, {"korban[4]/siapa": "Maria", "korban[4]/luka[1]/di": "pipi"})
    assert verdicts(found) == [
        ("korban[4]/siapa", "right"), ("korban[4]/luka[1]/di", "right"), ("korban[4]/luka", "missing"),
    ]  # fmt: skip


SERVICES = """
| survey  |                 |                |         |                 |
|         | type            | name           | label   | repeat_count    |
|         | begin_group     | bagian_c       | Korban  |                 |
|         | begin_repeat    | korban         | Korban  |                 |
|         | text            | nama           | Nama    |                 |
|         | integer         | usia           | Usia    |                 |
|         | end_repeat      |                |         |                 |
|         | end_group       |                |         |                 |
|         | begin_group     | bagian_l       | Layanan |                 |
|         | begin_repeat    | layanan_korban | Layanan | count(${korban})|
|         | begin_group     | layanan_satu   | Satu    |                 |
|         | begin_repeat    | layanan        | Layanan |                 |
|         | date            | tgl            | Tanggal |                 |
|         | select_one apa  | jenis          | Jenis   |                 |
|         | text            | ket            | Ket     |                 |
|         | end_repeat      |                |         |                 |
|         | end_group       |                |         |                 |
|         | end_repeat      |                |         |                 |
|         | end_group       |                |         |                 |
| choices |                 |                |         |                 |
|         | list_name       | name           | label   |                 |
|         | apa             | aduan          | Aduan   |                 |
|         | apa             | sehat          | Sehat   |                 |
|         | apa             | hukum          | Hukum   |                 |
"""
INTAKE = {"tgl": "2026-10-05", "jenis": "aduan", "ket": "Laporan diterima di pos"}
CLINIC = {"tgl": "2026-10-06", "jenis": "sehat", "ket": "Luka diobati di Puskesmas"}
LAWYER = {"tgl": "2026-10-06", "jenis": "hukum", "ket": "Hak dijelaskan oleh LBH"}
GIVEN = ((INTAKE, CLINIC), (INTAKE, LAWYER))
SERVED = [
    *(key(f"korban[{n}]/nama", name) for n, name in ((1, "Maria"), (2, "Ana"))),
    *(key(f"korban[{n}]/usia", age) for n, age in ((1, "30"), (2, "9"))),
    *(
        key(f"layanan_korban[{n}]/layanan[{m}]/{name}", answer, also="*" if name == "ket" else "")
        for n, services in enumerate(GIVEN, 1)
        for m, service in enumerate(services, 1)
        for name, answer in service.items()
    ),
]


def served(
    maria: Mapping[int, Mapping[str, str]], ana: Mapping[int, Mapping[str, str]], at: str = "12"
) -> dict[str, str]:
    """Return a record of both victims under these keys, with services under theirs."""
    out = {}
    for row, name, age, services in ((at[0], "Maria", "30", maria), (at[1], "Ana", "9", ana)):
        out |= {f"korban[{row}]/nama": name, f"korban[{row}]/usia": age}
        for inner, service in services.items():
            out |= {f"layanan_korban[{row}]/layanan[{inner}]/{name}": answer for name, answer in service.items()}
    return out


WHOLE = served({1: INTAKE, 2: CLINIC}, {1: INTAKE, 2: LAWYER})


@pytest.mark.parametrize(
    "answers",
    [
        WHOLE,
        served({1: CLINIC, 2: INTAKE}, {1: INTAKE, 2: LAWYER}),
        served({3: CLINIC, 7: INTAKE}, {9: LAWYER, 12: INTAKE}),
        served({1: INTAKE, 2: CLINIC}, {1: INTAKE, 2: LAWYER}, at="21"),
        served({2: INTAKE, 1: CLINIC}, {4: LAWYER, 5: INTAKE}, at="73"),
    ],
    ids=["as in the key", "services swapped", "after removals", "victims swapped", "both swapped"],
)
def test_rows_inside_rows_are_compared_by_what_they_hold(told: Told, answers: dict[str, str]) -> None:
    found = told(SERVICES, SERVED, answers)
    assert found.complete
    assert {field.at for field in found.fields} == set(answers)


def test_a_mistake_in_an_inner_row_is_told_in_that_row(told: Told) -> None:
    answers = served({1: CLINIC | {"tgl": "2026-10-07"}, 2: INTAKE}, {1: INTAKE, 2: LAWYER}, at="21")
    found = told(SERVICES, SERVED, answers)
    assert not_right(found) == {"layanan_korban[2]/layanan[1]/tgl": "wrong"}
    assert at(found, "layanan_korban[2]/layanan[1]/tgl").expected == "6/10/2026"


def test_an_inner_row_that_is_lacking_is_told_at_its_own_list(told: Told) -> None:
    answers = served({1: INTAKE, 2: CLINIC}, {5: LAWYER}, at="21")
    lacking = [field for field in told(SERVICES, SERVED, answers).fields if field.verdict != "right"]
    assert [(field.at, field.verdict) for field in lacking] == [("layanan_korban[1]/layanan", "missing")] * 3
    assert [field.expected for field in lacking] == ["5/10/2026", "Aduan", "Laporan diterima di pos"]
    assert {(field.section, field.message) for field in lacking} == {("bagian_l", text("training.row-missing"))}


def test_without_the_outer_row_its_inner_rows_are_told_at_the_outer_list(told: Told) -> None:
    answers = {name: answer for name, answer in WHOLE.items() if "[2]" not in name.partition("/")[0]}
    lacking = [field.at for field in told(SERVICES, SERVED, answers).fields if field.verdict == "missing"]
    assert lacking == ["korban"] * 2 + ["layanan_korban"] * 6


def test_an_inner_row_too_many_is_invented(told: Told) -> None:
    answers = served({1: INTAKE, 2: LAWYER, 3: CLINIC}, {1: INTAKE, 2: LAWYER})
    found = told(SERVICES, SERVED, answers)
    assert not_right(found) == {f"layanan_korban[1]/layanan[2]/{name}": "invented" for name in LAWYER}


def test_an_empty_inner_row_too_many_is_invented_too(make: Callable[..., Case]) -> None:
    case = make(SERVICES, SERVED)
    record = Record.from_answers(case.form, WHOLE, now=NOW)
    added = record.add("layanan_korban[2]/layanan")
    assert not_right(feedback(record, case)) == {added: "invented"}
    record.remove(added)
    assert feedback(record, case).complete


def test_rows_are_not_sought_in_another_outer_row(told: Told) -> None:
    """A service written down for the wrong victim is lacking at hers and invented at the other's."""
    found = told(SERVICES, SERVED, served({1: INTAKE}, {1: INTAKE, 2: CLINIC, 3: LAWYER}))
    assert [(field.at, field.verdict) for field in found.fields if field.verdict != "right"] == [
        *[("layanan_korban[1]/layanan", "missing")] * 3,
        *[(f"layanan_korban[2]/layanan[2]/{name}", "invented") for name in CLINIC],
    ]


def test_a_person_too_many_is_invented_with_the_rows_inside(make: Callable[..., Case]) -> None:
    case = make(SERVICES, SERVED)
    more = {"korban[3]/nama": "Sinta", "layanan_korban[3]/layanan[1]/jenis": "aduan"}
    record = Record.from_answers(case.form, WHOLE | more, now=NOW)
    empty = record.add("layanan_korban[3]/layanan")
    assert not_right(feedback(record, case)) == dict.fromkeys([*more, empty], "invented")


def test_rows_that_agree_in_all_else_are_told_apart_by_the_words_of_their_free_texts(told: Told) -> None:
    same = {"tgl": "2026-10-05", "jenis": "aduan"}
    maria = {1: same | {"ket": "Oleh petugas desa"}, 2: same | {"ket": "Luka diobati"}}
    rows = [*SERVED[:4], *(
        key(f"layanan_korban[1]/layanan[{n}]/{name}", answer, also="*" if name == "ket" else "")
        for n, service in maria.items() for name, answer in service.items()
    )]  # fmt: skip
    found = told(SERVICES, rows, served({4: same | {"ket": "Lukanya sudah diobati di situ"}}, {}))
    assert [field.expected for field in found.fields if field.verdict == "missing"] == [
        "5/10/2026", "Aduan", "Oleh petugas desa",
    ]  # fmt: skip


def test_lists_in_lists_that_people_extend_are_matched_from_the_outside_in(told: Told) -> None:
    rows = [
        key("korban[1]/siapa", "Maria"), key("korban[1]/luka[1]/di", "pipi"), key("korban[1]/luka[2]/di", "bahu"),
        key("korban[2]/siapa", "Ana"), key("korban[2]/luka[1]/di", "bahu"),
    ]  # fmt: skip
    answers = {
        "korban[1]/siapa": "Ana", "korban[1]/luka[1]/di": "bahu",
        "korban[4]/siapa": "Maria", "korban[4]/luka[2]/di": "bahu", "korban[4]/luka[6]/di": "pipi",
    }  # fmt: skip
    assert told(COUNTED, rows, answers).complete


def test_a_key_may_speak_of_linked_rows_only(told: Told) -> None:
    """Then persons are matched in their order."""
    rows = [row for row in SERVED if row["isian"].startswith("layanan_korban")]
    answers = {name: answer for name, answer in WHOLE.items() if name.startswith("layanan_korban")}
    people = {"korban[4]/nama": "Maria", "korban[5]/nama": "Ana"}
    shifted = {
        name.replace("korban[1]", "korban[4]").replace("korban[2]", "korban[5]"): a for name, a in answers.items()
    }
    found = told(SERVICES, rows, people | shifted)
    assert not_right(found) == dict.fromkeys(people, "invented")


# the whole --------------------------------------------------------------------------------------------------


def test_section_scores_add_up_to_the_score(told: Told) -> None:
    for answers in ({}, RIGHT, RIGHT | {"catatan": "x", "usia": "31"}, {"agama": "katolik", "catatan": "x"}):
        found = told(FORM, KEY, answers)
        assert found.score == sum(section.right for section in found.sections)
        assert found.total == sum(section.total for section in found.sections) == len(found.fields)
        for section in found.sections:
            inside = [field.verdict for field in found.fields if field.section == section.name]
            assert (section.right, section.total) == (inside.count("right"), len(inside))
    assert [section.name for section in found.sections] == ["bagian_a", "bagian_b"]


def test_fields_stand_in_the_order_of_the_form_sections(told: Told) -> None:
    found = told(FORM, KEY[::-1], {"catatan": "x"})
    assert [field.section for field in found.fields] == ["bagian_a"] * 5 + ["bagian_b"] * 6
    assert found.fields[-1].at == "catatan"


def test_questions_outside_of_all_groups_count(told: Told) -> None:
    form = """
    | survey |             |         |        |
    |        | type        | name    | label  |
    |        | text        | nama    | Nama   |
    |        | begin_group | bagian  | Bagian |
    |        | text        | alamat  | Alamat |
    |        | end_group   |         |        |
    |        | integer     | usia    | Usia   |
    """
    rows = [key("usia", "30"), key("nama", "Maria"), key("alamat", "Desa Contoh A")]
    found = told(form, rows, {"nama": "Maria"})
    assert found.sections == (SectionScore("nama", 1, 1), SectionScore("bagian", 0, 1), SectionScore("usia", 0, 1))
    assert (found.score, found.total, found.complete) == (1, 3, False)
    assert found.praise == text("training.praise-start")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_praise_grows_with_the_score(told: Told, lang: str) -> None:
    steps = []
    for count in range(len(RIGHT) + 1):
        found = told(FORM, KEY, dict(list(RIGHT.items())[:count]), lang)
        assert found.score == count + 1, "the phone is rightly blank"
        steps.append(next(step for step in STEPS if found.praise == text(f"training.praise-{step}", lang)))
    assert steps == ["start"] * 3 + ["half"] * 4 + ["most"] * 2 + ["all"]


STEPS = ("start", "half", "most", "all")

CHECKED = """
| survey |             |           |           |
|        | type        | name      | label     |
|        | begin_group | bagian    | Bagian    |
|        | text        | nama      | Nama      |
|        | text        | ringkasan | Ringkasan |
|        | end_group   |           |           |
| checks |
|        | name | fields         | when                                                 | severity | moment     | message::a (id)    | message::b (en)      |
|        | R58  | ringkasan nama | ${nama} != '' and contains(${ringkasan}, ${nama})    | error    | live       | Nama di ringkasan. | Name in the summary. |
|        | R59  | ringkasan      | ${ringkasan} != '' and string-length(${ringkasan}) < 20 | info  | completion | Pendek.            | Short.               |
"""  # noqa: E501


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_record_that_breaks_a_check_is_not_praised_as_right(told: Told, lang: str) -> None:
    rows = [key("nama", "Maria"), key("ringkasan", "K1 ditampar", also="*")]
    short = told(CHECKED, rows, {"nama": "Maria", "ringkasan": "K1 ditampar"}, lang)
    assert [(finding.code, finding.severity) for finding in short.findings] == [("R59", "info")]
    assert short.complete and short.praise == text("training.praise-all", lang)
    found = told(CHECKED, rows, {"nama": "Maria", "ringkasan": "Maria ditampar di dapur rumahnya."}, lang)
    assert found.score == found.total == 2
    assert [finding.message for finding in found.findings] == [
        {"id": "Nama di ringkasan.", "en": "Name in the summary."}[lang]
    ]
    assert not found.complete
    assert found.praise == text("training.praise-most", lang)


def test_feedback_does_not_repeat_that_an_answer_is_required(make: Callable[..., Case]) -> None:
    form = """
    | survey |             |        |        |          |
    |        | type        | name   | label  | required |
    |        | begin_group | bagian | Bagian |          |
    |        | text        | nama   | Nama   | yes      |
    |        | end_group   |        |        |          |
    """
    case = make(form, [key("nama", "Maria")])
    record = case.new_record()
    assert [finding.kind for finding in record.findings()] == ["required"]
    assert feedback(record, case).findings == ()


def test_a_key_that_does_not_fit_the_form_is_told_as_such(make: Callable[..., Case]) -> None:
    for wrong in ("tgl_lapur", "korban[1]/nama", "bagian_a", "tgl lapor"):
        case = make(FORM, [*KEY, key(wrong, "x")])
        with pytest.raises(KasusErrors) as caught:
            feedback(case.new_record(), case)
        (error,) = caught.value.errors
        assert (caught.value.code, error.code, error.place) == ("T200", "T211", "K90/kunci.csv, baris/row 12")


# the object -------------------------------------------------------------------------------------------------

FIELD = {
    "at": "usia", "section": "bagian_b", "verdict": "wrong", "message": "Belum tepat.", "hint": "Cari umurnya.",
    "reason": "Disebut.", "expected": "30", "spans": (Span(0, 0, 5),),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        *((name, bad) for name in FIELD if name != "spans" for bad in (None, 3, b"x", ["x"])),
        ("at", ""), ("section", ""), ("verdict", ""), ("verdict", "Right"), ("verdict", "benar"),
        ("spans", None), ("spans", [Span(0, 0, 5)]), ("spans", ((0, 0, 5),)), ("spans", "abc"),
    ],
)  # fmt: skip
def test_a_bad_field_of_feedback_is_named(name: str, bad: object) -> None:
    assert dataclasses.asdict(FieldFeedback(**FIELD)) == FIELD
    with pytest.raises(ValueError, match=rf"FieldFeedback\.{name}\b"):
        FieldFeedback(**FIELD | {name: bad})


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("name", ""), ("name", None), ("name", 1), ("right", -1), ("right", 4), ("right", "1"), ("right", 1.0),
        ("right", True), ("right", None), ("total", "3"), ("total", None), ("total", 3.0),
    ],
)  # fmt: skip
def test_a_bad_field_of_a_section_score_is_named(name: str, bad: object) -> None:
    good = {"name": "bagian_a", "right": 1, "total": 3}
    assert dataclasses.asdict(SectionScore(**good)) == good
    with pytest.raises(ValueError, match=rf"SectionScore\.{name}\b"):
        SectionScore(**good | {name: bad})


def test_feedback_cannot_be_changed(told: Told) -> None:
    found = told(FORM, KEY, RIGHT)
    for thing, name in ((found, "praise"), (found.fields[0], "verdict"), (found.sections[0], "right")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, name, "right")
    assert isinstance(found.fields, tuple) and isinstance(found.sections, tuple) and isinstance(found.findings, tuple)
