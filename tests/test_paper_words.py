"""Conditions in plain words, in both languages, and questions that they depend on where words fail."""

from __future__ import annotations

import pytest

from kasuskit.form import Question, load_form
from kasuskit.paper.labels import label, numbers
from kasuskit.paper.logic import Depends, Fixed, condition
from kasuskit.paper.words import fill_if, sentence, when

FORM = """
| survey |                          |             |                              |                   |             |                    |                     |
|        | type                     | name        | label::Indonesia (id)        | label::English (en) | relevant  | repeat_count       | calculation         |
|        | begin_group              | bagian_a    | A. Laporan                   | A. Report         |             |                    |                     |
|        | select_one pelapor       | pelapor     | Siapa yang melapor?          | Who reports?      |             |                    |                     |
|        | text                     | telepon     | Telepon (boleh kosong)       | Phone             |             |                    |                     |
|        | date                     | tgl_lapor   | Tanggal lapor                | Date of report    |             |                    |                     |
|        | date                     | tgl_kejadian | Tanggal kejadian            | Date of incident  |             |                    |                     |
|        | end_group                |             |                              |                   |             |                    |                     |
|        | begin_group              | bagian_b    | B. Korban                    | B. Victims        |             |                    |                     |
|        | begin_repeat             | korban      | Korban                       | Victim            |             |                    |                     |
|        | calculate                | kode        |                              |                   |             |                    | concat('K', position(..)) |
|        | text                     | nama        | Nama korban (${kode})        | Name (${kode})    |             |                    |                     |
|        | integer                  | usia        | Usia korban (tahun)          | Age (years)       |             |                    |                     |
|        | select_multiple bentuk   | bentuk      | Bentuk kekerasan             | Form of violence  |             |                    |                     |
|        | calculate                | golongan    |                              |                   |             |                    | if(${usia} = '', '', if(${usia} < 18, 'anak', 'dewasa')) |
|        | calculate                | jumlah      |                              |                   |             |                    | ${usia} * 2 + string-length(${nama}) |
|        | end_repeat               |             |                              |                   |             |                    |                     |
|        | begin_repeat             | izin        | Persetujuan                  | Consent           |             | count(${korban})   |                     |
|        | calculate                | kode_izin   |                              |                   |             |                    | indexed-repeat(${kode}, ${korban}, position(..)) |
|        | calculate                | nama_izin   |                              |                   |             |                    | indexed-repeat(${nama}, ${korban}, position(..)) |
|        | calculate                | usia_izin   |                              |                   |             |                    | indexed-repeat(${usia}, ${korban}, position(..)) |
|        | text                     | izin_oleh   | Siapa mengizinkan untuk ${kode_izin} ${nama_izin}? | Who consents for ${kode_izin} ${nama_izin}? | | |      |
|        | end_repeat               |             |                              |                   |             |                    |                     |
|        | end_group                |             |                              |                   |             |                    |                     |
| choices |                         |             |                              |                   |
|        | list_name                | name        | label::Indonesia (id)        | label::English (en) |
|        | pelapor                  | korban      | Korban sendiri               | The victim        |
|        | pelapor                  | anonim      | Anonim (tidak mau disebut)   | Anonymous (will not say) |
|        | pelapor                  | lainnya     | Lainnya                      | Other             |
|        | bentuk                   | fisik       | Fisik                        | Physical          |
|        | bentuk                   | seksual     | Seksual                      | Sexual            |
|        | bentuk                   | lainnya     | Lainnya                      | Other             |
| settings |                        |             |                              |                   |
|        | form_title               | form_id     | default_language             | version           |
|        | Contoh                   | contoh      | Indonesia (id)               | 1                 |
"""  # noqa: E501


@pytest.fixture(scope="module")
def form():
    return load_form(FORM)


def said(form, source, lang="id"):
    return sentence(when(form, source, lang))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("${pelapor} = 'korban'", "A.1 Siapa yang melapor? adalah “Korban sendiri”"),
        ("${pelapor} != 'korban'", "A.1 Siapa yang melapor? bukan “Korban sendiri”"),
        ("not(${pelapor} = 'korban')", "A.1 Siapa yang melapor? bukan “Korban sendiri”"),
        (
            "${pelapor} = 'korban' or ${pelapor} = 'lainnya'",
            "A.1 Siapa yang melapor? adalah “Korban sendiri” atau “Lainnya”",
        ),
        (
            "${pelapor} != '' and ${pelapor} != 'korban' and ${pelapor} != 'anonim'",
            "A.1 Siapa yang melapor? bukan “Korban sendiri” atau “Anonim”",
        ),
        ("${telepon} != ''", "A.2 Telepon diisi"),
        ("${telepon} = ''", "A.2 Telepon kosong"),
        ("string-length(${telepon}) > 0", "A.2 Telepon diisi"),
        ("selected(${bentuk}, 'fisik')", "pada B.3 Bentuk kekerasan dipilih “Fisik”"),
        (
            "selected(${bentuk}, 'fisik') or selected(${bentuk}, 'seksual')",
            "pada B.3 Bentuk kekerasan dipilih “Fisik” atau “Seksual”",
        ),
        (
            "${bentuk} != '' and not(selected(${bentuk}, 'fisik')) and not(selected(${bentuk}, 'lainnya'))",
            "pada B.3 Bentuk kekerasan tidak dipilih “Fisik” atau “Lainnya”",
        ),
        ("${usia} < 18", "B.2 Usia korban kurang dari “18”"),
        ("18 > ${usia}", "B.2 Usia korban kurang dari “18”"),
        ("number(${usia}) >= 60", "B.2 Usia korban “60” atau lebih"),
        ("${usia} > 17", "B.2 Usia korban “18” atau lebih"),
        ("${usia} <= 5", "B.2 Usia korban paling banyak “5”"),
        ("not(${usia} <= 5)", "B.2 Usia korban “6” atau lebih"),
        ("${usia} >= 10 and ${usia} <= 55", "B.2 Usia korban antara “10” dan “55”"),
        ("${usia} >= 12 and ${usia} < 18", "B.2 Usia korban antara “12” dan “17”"),
        ("${tgl_kejadian} > ${tgl_lapor}", "A.4 Tanggal kejadian lebih dari A.3 Tanggal lapor"),
        ("count(${korban}) > 0", "ada Korban"),
        ("count(${korban}) = 0", "tidak ada Korban"),
        (
            "${pelapor} = 'korban' and ${telepon} != ''",
            "A.1 Siapa yang melapor? adalah “Korban sendiri”, dan A.2 Telepon diisi",
        ),
        (
            "${telepon} != '' and (${pelapor} = 'korban' or ${usia} < 18)",
            "A.2 Telepon diisi, dan (A.1 Siapa yang melapor? adalah “Korban sendiri”, "
            "atau B.2 Usia korban kurang dari “18”)",
        ),
    ],
)
def test_conditions_in_words(form, source, words):
    assert said(form, source) == words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("${usia_izin} < 18", "B.2 Usia korban kurang dari “18”"),  # through indexed-repeat
        ("${golongan} = 'anak'", "B.2 Usia korban kurang dari “18”"),  # through the branches of if()
        ("${golongan} = 'dewasa'", "B.2 Usia korban “18” atau lebih"),
    ],
)
def test_calculated_values_are_followed_back_to_what_people_answer(form, source, words):
    assert words in said(form, source)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("${jumlah} > 40", ("nama", "usia")),
        ("regex(${telepon}, '^08')", ("telepon",)),
        ("${usia} * 2 = 8", ("usia",)),
        ("count-selected(${bentuk}) > 1", ("bentuk",)),
    ],
)
def test_what_is_too_hard_for_words_names_its_questions(form, source, names):
    assert condition(form, source) == Depends(names)
    assert said(form, source).startswith("perlu menurut jawaban")
    for name in names:
        assert numbers(form)[name] in said(form, source)


def test_a_condition_of_many_terms_names_its_questions(form):
    terms = [f"${{usia}} = {age} and ${{telepon}} = '{age}'" for age in range(9)]
    assert condition(form, " or ".join(terms)) == Depends(("telepon", "usia"))


@pytest.mark.parametrize("source", ["", "yes", "true()", "TRUE", "1 = 1", "not(false())"])
def test_what_always_holds_needs_no_words(form, source):
    assert condition(form, source) == Fixed(True)
    assert when(form, source, "id") == ()
    assert fill_if((), "id") == ()


def test_instructions_in_both_languages(form):
    phrase = when(form, "${pelapor} != 'korban'", "en")
    assert sentence(fill_if(phrase, "en")) == "Fill in if A.1 Who reports? is not “The victim”"
    assert sentence(fill_if(when(form, "${telepon} = ''", "id"), "id")) == "Isi bila A.2 Telepon kosong"
    assert [piece.style for piece in phrase] == ["q", "", "v"]


def test_questions_are_numbered_by_section(form):
    assert dict(numbers(form)) == {
        "pelapor": "A.1", "telepon": "A.2", "tgl_lapor": "A.3", "tgl_kejadian": "A.4",
        "nama": "B.1", "usia": "B.2", "bentuk": "B.3", "izin_oleh": "B.4",
    }  # fmt: skip


def test_labels_show_codes_and_never_names(form):
    assert label(form, "nama", "id") == "Nama korban"
    assert label(form, "nama", "id", {"korban": "K2"}) == "Nama korban (K2)"
    assert label(form, "izin_oleh", "id") == "Siapa mengizinkan untuk K…?"
    assert label(form, "izin_oleh", "en", {"korban": "K1/K2"}) == "Who consents for K1/K2?"


@pytest.mark.parametrize("name", ["kasus", "ringkas", "simfoni"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_condition_of_the_shipped_forms_can_be_said(name, lang):
    form = load_form(name)
    for node in form.nodes.values():
        sources = [node.relevant, node.required if isinstance(node, Question) else ""]
        for source in filter(None, sources):
            words = said(form, source, lang)
            assert "${" not in words and "\x02" not in words, (node.name, words)
            if condition(form, source) != Fixed(True):
                assert any(number in words for number in numbers(form).values()) or "ada " in words or "any" in words
