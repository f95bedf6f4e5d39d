"""The commands for those who edit forms and write cases."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import openpyxl
import pytest

from kasuskit import cli
from kasuskit.form import Record, load_form
from kasuskit.messages.codes import codes
from kasuskit.training.cases import COLUMNS, FILES
from kasuskit.training.new import HELP_COLUMNS

FORM = """
| survey |
| | type | name | label |
| | text | nama | Nama |
| | integer | usia | Usia |
| checks |
| | name | fields | when | severity | moment | message |
| | R1 | usia | ${usia} < 5 | warning | live | Muda |
"""


@pytest.fixture
def kasuskit(capsys, monkeypatch, tmp_path):
    """Return a function that runs a command line in a folder of its own and gives exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lama.md").write_text(FORM, "utf-8")

    def kasuskit(*words):
        with pytest.raises(SystemExit) as ended:
            cli.main(list(words))
        shown = capsys.readouterr()
        return ended.value.code, shown.out, shown.err

    return kasuskit


@pytest.mark.parametrize("line", ["form export", "form diff", "case new"])
def test_help_is_in_both_languages(kasuskit, line):
    code, shown, _ = kasuskit(*line.split(), "--help")
    assert code == 0
    assert "Pilihan:" in shown
    assert "default" not in shown
    assert "Options:" in kasuskit("--lang", "en", *line.split(), "--help")[1]


# export -----------------------------------------------------------------------------------------------------


def test_a_form_is_exported_and_checked(kasuskit, tmp_path):
    code, shown, said = kasuskit("form", "export", "kasus", "kasus.xlsx")
    assert (code, said) == (0, "")
    assert "kasus.xlsx" in shown
    assert load_form(tmp_path / "kasus.xlsx").spec == load_form("kasus").spec
    code, shown, said = kasuskit("form", "check", "kasus.xlsx")
    assert (code, said) == (0, "")
    checks = len(load_form("kasus").checks)
    assert f"{checks} pemeriksaan diperiksa, tidak ada kesalahan" in shown


def test_an_edited_workbook_is_told_apart_from_the_form(kasuskit, tmp_path):
    kasuskit("form", "export", "kasus", "kasus.xlsx")
    book = openpyxl.load_workbook(tmp_path / "kasus.xlsx")
    row = next(cells for cells in book["survey"].iter_rows() if cells[1].value == "no_urut")
    row[1].value = "nomor_buku"
    book.save(tmp_path / "kasus.xlsx")
    code, _, said = kasuskit("form", "check", "kasus.xlsx")
    assert code == 2
    assert "[F100]" in said
    assert "no_urut" in said
    assert "Jalan keluar" in said


def test_exporting_over_a_file_needs_to_be_said(kasuskit, tmp_path):
    (tmp_path / "a.xlsx").write_text("lama")
    code, _, said = kasuskit("form", "export", "lama.md", "a.xlsx")
    assert (code, (tmp_path / "a.xlsx").read_text()) == (2, "lama")
    assert "[F190]" in said
    assert "--force" in said
    assert kasuskit("form", "export", "lama.md", "a.xlsx", "--force")[0] == 0
    assert list(load_form(tmp_path / "a.xlsx").nodes) == ["nama", "usia"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("kasus", "tidak-ada/a.xlsx"), "F191"),
        (("kasus", "a.csv"), "F193"),
        (("tidak_ada", "a.xlsx"), "F101"),
        (("tidak-ada.xlsx", "a.xlsx"), "F101"),
    ],
)
def test_what_cannot_be_exported_is_told(kasuskit, words, code):
    ended, _, said = kasuskit("form", "export", *words)
    assert ended == 2
    assert f"[{code}]" in said
    assert "Traceback" not in said


def test_messages_of_drop_downs_are_in_the_language(kasuskit, tmp_path):
    kasuskit("--lang", "en", "form", "export", "lama.md", "a.xlsx")
    rules = openpyxl.load_workbook(tmp_path / "a.xlsx")["checks"].data_validations.dataValidation
    assert {rule.error for rule in rules} >= {"Choose one from the list in this cell."}


# remarks ----------------------------------------------------------------------------------------------------


def test_what_is_odd_about_a_form_is_remarked_and_stops_nothing(kasuskit, tmp_path):
    (tmp_path / "a.md").write_text(FORM.replace("${usia} < 5", "${nama} = ‘x’"), "utf-8")
    code, shown, _ = kasuskit("form", "check", "a.md")
    assert code == 0
    assert "[F183]" in shown
    assert "checks, baris/row 2, kolom/column when" in shown
    assert "tidak ada kesalahan" in shown
    (tmp_path / "b.md").write_text(FORM.partition("| checks |")[0], "utf-8")
    assert "[F188]" in kasuskit("form", "check", "b.md")[1]


# diff -------------------------------------------------------------------------------------------------------


@pytest.fixture
def newer(tmp_path):
    changed = FORM.replace("| integer | usia | Usia |", "| date | usia | Umur [b]x |").replace(
        "| nama |", "| nama_korban |"
    )
    (tmp_path / "baru.md").write_text(changed.replace("${usia} < 5", "${usia} = ''"), "utf-8")


def test_two_forms_are_compared_in_a_table(kasuskit, newer):
    code, shown, said = kasuskit("form", "diff", "lama.md", "baru.md")
    assert (code, said) == (0, "")
    assert "tampaknya berganti nama" in shown
    assert "- nama" in shown
    assert "+ nama_korban" in shown
    assert "Umur [b]x" in shown
    assert "4 perubahan. 3 di antaranya dapat mengenai jawaban yang sudah ada." in shown
    assert shown.index("hilang dari isian") < shown.index("Umur [b]x")  # what hurts comes first


def test_two_forms_that_are_the_same(kasuskit):
    code, shown, _ = kasuskit("form", "diff", "lama.md", "lama.md")
    assert code == 0
    assert "Kedua formulir sama." in shown
    assert "The two forms are the same." in kasuskit("form", "diff", "lama.md", "lama.md", "--lang", "en")[1]


def test_differences_as_json(kasuskit, newer):
    code, shown, _ = kasuskit("form", "diff", "lama.md", "baru.md", "--json")
    assert code == 0
    found = json.loads(shown)
    assert found["before"]["id"] == found["after"]["id"]
    assert [(each["change"], each["name"], each["harm"]) for each in found["changes"]] == [
        ("renamed", "nama", "lost"),
        ("type", "usia", "unfit"),
        ("label", "usia", ""),
        ("when", "R1", "recheck"),
    ]
    assert json.loads(kasuskit("form", "diff", "lama.md", "lama.md", "--json")[1])["changes"] == []


def test_differences_as_a_table_for_excel(kasuskit, newer, tmp_path):
    code, shown, _ = kasuskit("form", "diff", "lama.md", "baru.md", "--csv", "beda.csv")
    assert code == 0
    assert "beda.csv" in shown
    content = (tmp_path / "beda.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert len(rows) == 4
    assert rows[0] == {
        "Apa": "pertanyaan", "Nama": "nama", "Bagian": "Nama", "Perubahan": "tampaknya berganti nama",
        "Sebelum": "nama", "Sesudah": "nama_korban", "Akibat bagi jawaban lama": "Jawaban lama hilang dari isian ini.",
    }  # fmt: skip
    code, _, said = kasuskit("form", "diff", "lama.md", "baru.md", "--csv", "beda.csv")
    assert code == 2
    assert "[F190]" in said
    assert kasuskit("form", "diff", "lama.md", "baru.md", "--csv", "beda.csv", "--force")[0] == 0
    assert "[F193]" in kasuskit("form", "diff", "lama.md", "baru.md", "--csv", "beda.txt")[2]


def test_a_form_with_mistakes_cannot_be_compared(kasuskit, tmp_path):
    (tmp_path / "salah.md").write_text(FORM.replace("| usia | ${usia}", "| usia | ${tidak_ada}"), "utf-8")
    code, _, said = kasuskit("form", "diff", "lama.md", "salah.md")
    assert code == 2
    assert "[F100]" in said
    assert "F120" in said


# new cases --------------------------------------------------------------------------------------------------


def test_a_new_case_lies_where_it_is_said(kasuskit, tmp_path):
    code, shown, said = kasuskit("case", "new", "K17", "--title", "Surat dari kebun")
    assert (code, said) == (0, "")
    folder = tmp_path / "data" / "samples" / "cases" / "K17"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert "kasuskit case check" in shown
    kasuskit("case", "new", "K18", "--title", "Lain", "--folder", "kasus saya", "--form", "ringkas", "--level", "3")
    assert 'form = "ringkas"' in (tmp_path / "kasus saya" / "K18" / "kasus.toml").read_text("utf-8")


def test_a_new_case_of_an_old_name_is_refused(kasuskit):
    kasuskit("case", "new", "K17", "--title", "Surat")
    code, _, said = kasuskit("case", "new", "K17", "--title", "Surat")
    assert code == 2
    assert "[T241]" in said


def test_a_new_case_says_what_is_left_to_do(kasuskit):
    kasuskit("case", "new", "K17", "--title", "Surat")
    code, _, said = kasuskit("case", "check", "data/samples/cases/K17")
    assert code == 2
    assert "content_note" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("words", [("K17",), ("K17", "--title", "A", "--level", "4"), ("--title", "A")])
def test_what_a_new_case_needs_is_asked_for(kasuskit, words):
    code, _, said = kasuskit("case", "new", *words)
    assert code == 2
    assert "[S520]" in said


# guides -----------------------------------------------------------------------------------------------------

DOCS = Path(__file__).resolve().parent.parent / "docs"
GUIDES = ("mengubah-formulir.md", "menulis-kasus.md")


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_names_only_commands_and_codes_that_exist(name):
    page = (DOCS / name).read_text("utf-8")
    commands = cli.build("id").commands
    found = re.findall(r"kasuskit (form|case) (\w+)", page)
    assert found
    for group, command in found:
        assert command in commands[group].commands
    known = {code for _, code in codes()}
    named = set(re.findall(r"\b[FT]\d{3}\b", page))
    assert named
    assert named <= known


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_linked_where_people_look(name):
    assert f"(docs/{name})" in (DOCS.parent / "README.md").read_text("utf-8")
    assert f"({name})" in (DOCS / "panduan.md").read_text("utf-8")


def test_the_form_in_the_guide_works():
    page = (DOCS / "mengubah-formulir.md").read_text("utf-8")
    form = load_form(page.partition("<!-- example form -->\n```text\n")[2].partition("```")[0])
    record = Record(form, now="2026-10-05T09:00:00+08:00")
    record.set("tgl_lapor", "2026-10-04")
    record.set("tgl_kejadian", "2026-10-04")
    assert "P01" not in [finding.code for finding in record.findings()]
    record.set("tgl_kejadian", "2026-10-05")
    assert "P01" in [finding.code for finding in record.findings()]


def test_the_formulas_in_the_guide_work_in_that_form():
    page = (DOCS / "mengubah-formulir.md").read_text("utf-8")
    example = page.partition("<!-- example form -->\n```text\n")[2].partition("```")[0]
    table = page.partition("| yang dimaksud | rumusnya |")[2].partition("\n\n")[0]
    formulas = re.findall(r"\| `([^`]+)` \|", table)
    assert len(formulas) == 8
    for formula in formulas:
        constraint = f"| | text | baru | Baru | | | {formula} |"
        sheet = example.replace("| choices  |", f"{constraint}\n| choices  |")
        assert sheet != example
        assert load_form(sheet).question("baru").constraint == formula


def test_the_guide_lists_the_columns_of_a_key():
    page = (DOCS / "menulis-kasus.md").read_text("utf-8")
    for column in (*COLUMNS, *HELP_COLUMNS):
        assert f"`{column}`" in page
