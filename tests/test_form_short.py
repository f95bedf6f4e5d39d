"""A short form is made of the full form's sheets: what its column marks, what that needs, and nothing else."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from kasuskit.form import Record, library, load_form
from kasuskit.form.compiler import compile_workbook
from kasuskit.form.definition import Question
from kasuskit.form.workbook import read_workbook
from kasuskit.messages import KasusError, KasusErrors
from kasuskit.places import data_dir
from tests.test_form_kasus import BASE, NOW, RULES, change, code_of

SURVEY = """
type,name,label,relevant,calculation,repeat_count,ringkas
begin_group,a,A,,,,
text,kode,Kode,,,,ya
text,catatan,Catatan,,,,
begin_repeat,korban,Korban,,,,
text,nama,Nama,,,,ya
date,lahir,Lahir,,,,ya
integer,usia,Usia,,,,
calculate,tahun,,,"if(${lahir} != '', substr(${lahir}, 0, 4), '')",,
note,info,Lahir tahun ${tahun},,,,ya
calculate,panjang,,,string-length(${nama}),,
end_repeat,,,,,,
end_group,,,,,,
begin_group,b,B,,,,
begin_repeat,risiko,Risiko,,,count(${korban}),
select_one yt,bahaya,Bahaya?,,,,ya
select_one td,lama,Lama?,,,,
end_repeat,,,,,,
end_group,,,,,,
begin_group,c,C,,,,
text,penutup,Penutup,,,,
end_group,,,,,,
"""
CHOICES = """
list_name,name,label
yt,ya,Ya
yt,tidak,Tidak
td,td,Tidak diketahui
"""
CHECKS = """
name,fields,when,severity,moment,message
R1,nama,${panjang} > 20,warning,live,Nama ${nama} panjang
R2,usia,${usia} > 99,error,live,Usia
R3,nama,${nama} = ${catatan},error,live,Sama
R4,nama kode,${nama} = ${kode},info,completion,Kode
R5,nama,${nama} = 'x',info,live,Lihat ${usia}
"""
SETTINGS = "form_title,form_id,version,default_language\nPenuh,penuh,7,\n"
SHORT = "form_title,form_id,asal\nPendek,pendek,penuh\n"


@pytest.fixture
def forms(tmp_path):
    """Return a function that writes a full and a short form, with parts of their sheets replaced."""

    def forms(*replaced, short=SHORT, **sheets):
        given = {"survey": SURVEY, "choices": CHOICES, "checks": CHECKS, "settings": SETTINGS} | sheets
        (tmp_path / "penuh").mkdir(exist_ok=True)
        (tmp_path / "ringkas").mkdir(exist_ok=True)
        for name, content in given.items():
            for old, new in replaced:
                content = content.replace(old, new)
            (tmp_path / "penuh" / f"{name}.csv").write_text(content.lstrip(), "utf-8")
        (tmp_path / "ringkas" / "settings.csv").write_text(short, "utf-8")
        return tmp_path / "ringkas"

    return forms


def told(path):
    with pytest.raises(KasusErrors) as refused:
        load_form(path)
    return [(error.code, error.place, error.say("id")) for error in refused.value.errors]


def test_it_keeps_what_is_marked_and_what_that_needs(forms):
    form = load_form(forms())
    assert list(form.nodes) == [
        "a", "kode", "korban", "nama", "lahir", "tahun", "info", "panjang", "b", "risiko", "bahaya",
    ]  # fmt: skip
    assert list(form.lists) == ["yt"]
    assert [check.name for check in form.checks] == ["R1", "R4"]  # R1 brought the calculation `panjang` along
    assert (form.id, form.title, form.version) == ("pendek", "Pendek", "7")
    assert "ringkas" not in form.question("nama").extra


def test_it_works_like_the_full_form(forms):
    record = Record(load_form(forms()), now=NOW)
    record.add("korban")
    record.set("korban[1]/nama", "Nama yang sangat panjang sekali")
    record.set("korban[1]/lahir", "2001-02-03")
    record.set("risiko[1]/bahaya", "ya")
    assert record.label("korban[1]/info") == "Lahir tahun 2001"
    assert [finding.code for finding in record.findings()] == ["R1"]


def test_a_change_of_the_full_form_is_seen_at_once(forms):
    path = forms()
    assert "catatan" not in load_form(path).nodes
    assert "catatan" in load_form(forms(("Catatan,,,,", "Catatan,,,,ya"))).nodes
    assert path == forms()


def test_it_opens_from_the_cache(forms, monkeypatch):
    path = forms()
    load_form(path)
    monkeypatch.setattr(library, "_compile", None)
    assert load_form(path).id == "pendek"


def test_a_missing_question_is_told_with_both_rows(forms):
    path = forms(("text,kode,Kode,,,,ya", "text,kode,Kode,${catatan} != '',,,ya"))
    (error,) = told(path)
    assert error[:2] == ("F185", "survey, baris/row 3, kolom/column relevant")
    assert '"catatan"' in error[2]
    assert "survey, baris 4 (catatan)" in error[2]
    assert "kolom ringkas" in error[2]


def test_what_a_label_or_a_group_needs_is_told_too(forms):
    path = forms(
        ("text,nama,Nama", "text,nama,Nama ${usia}"),
        ("begin_group,b,B,", "begin_group,b,B,${catatan} != ''"),
    )
    assert [(code, place) for code, place, _ in told(path)] == [
        ("F185", "survey, baris/row 6, kolom/column label"),
        ("F185", "survey, baris/row 14, kolom/column relevant"),
    ]


def test_a_repeat_of_which_nothing_is_kept_is_told(forms):
    survey = re.sub(r"(text,nama,Nama|date,lahir,Lahir|note,info,[^,]*),,,,ya", r"\1,,,,", SURVEY)
    (error,) = told(forms(survey=survey))
    assert error[:2] == ("F185", "survey, baris/row 15, kolom/column repeat_count")
    assert "korban" in error[2]


@pytest.mark.parametrize("mark", ["ya", "YA", "yes", "Ya "])
def test_marks_are_read_generously(forms, mark):
    assert "catatan" in load_form(forms(("Catatan,,,,", f"Catatan,,,,{mark}"))).nodes


def test_a_mark_that_is_neither_yes_nor_no_is_refused(forms):
    (error,) = told(forms(("Catatan,,,,", "Catatan,,,,mungkin")))
    assert error[:2] == ("F186", "survey, baris/row 4, kolom/column ringkas")
    assert "mungkin" in error[2]


def test_no_keeps_nothing(forms):
    assert "catatan" not in load_form(forms(("Catatan,,,,", "Catatan,,,,tidak"))).nodes


def test_nothing_marked_is_refused(forms):
    (error,) = told(forms((",ya\n", ",\n")))
    assert error[0] == "F187"


def test_a_mark_on_a_group_alone_keeps_nothing(forms):
    form = load_form(forms(("begin_group,c,C,,,,", "begin_group,c,C,,,,ya")))
    assert "c" not in form.nodes


def test_another_column_can_mark(forms):
    path = forms(("calculation,repeat_count,ringkas", "calculation,repeat_count,jam_pertama"))
    assert told(path)[0][0] == "F187"
    path = forms(
        ("calculation,repeat_count,ringkas", "calculation,repeat_count,jam_pertama"),
        short="form_title,form_id,asal,kolom,version\nPendek,pendek,penuh,jam_pertama,8\n",
    )
    form = load_form(path)
    assert (form.version, "nama" in form.nodes) == ("8", True)


@pytest.mark.parametrize("name", ["tidak_ada", "ringkas", "../ringkas"])
def test_an_origin_that_is_no_full_form_is_refused(forms, name):
    with pytest.raises(KasusError, match="F195") as refused:
        load_form(forms(short=f"form_title,form_id,asal\nPendek,pendek,{name}\n"))
    assert refused.value.place == "settings, baris/row 2, kolom/column asal"


def test_a_form_of_the_kit_can_be_the_origin(forms):
    path = forms(short="form_title,form_id,asal\nMilik saya,pendek,kasus\n")
    assert set(load_form(path).nodes) == set(load_form("ringkas").nodes)


def test_mistakes_of_the_full_form_are_told(forms):
    assert [code for code, _, _ in told(forms(("begin_repeat,korban,Korban,,,,\n", "")))] == ["F110", "F120"]


def test_a_folder_with_settings_alone_is_still_no_form(forms):
    with pytest.raises(KasusError, match="F105"):
        load_form(forms(short="form_title,form_id\nPendek,pendek\n"))


def test_it_comes_from_a_workbook_beside_it_too(forms, tmp_path):
    from kasuskit.form.export import export_form

    path = forms()
    whole = load_form(path)
    export_form(tmp_path / "penuh", tmp_path / "penuh.xlsx")
    short = load_form(forms(short="form_title,form_id,asal\nPendek,pendek,penuh.xlsx\n"))
    assert (short.nodes, short.checks) == (whole.nodes, whole.checks)


# the shipped one --------------------------------------------------------------------------------------------

SHIPPED = load_form("ringkas")
KEPT = {at: text for at, text in BASE.items() if at.rpartition("/")[2] in SHIPPED.nodes}


def test_the_shipped_form_is_short_and_no_copy():
    asked = [node for node in SHIPPED.nodes.values() if isinstance(node, Question) and node.asked]
    assert 40 <= len(asked) <= 80
    assert [path.name for path in (data_dir() / "forms" / "ringkas").iterdir()] == ["settings.csv"]
    assert SHIPPED.version == load_form("kasus").version
    assert SHIPPED.languages == ("id", "en")


def test_every_section_of_it_asks_something():
    asked = {SHIPPED.section_of(n.name) for n in SHIPPED.nodes.values() if isinstance(n, Question) and n.asked}
    assert asked == {section.name for section in SHIPPED.sections}


def test_its_questions_are_those_of_the_full_form():
    full = load_form("kasus")
    for node in SHIPPED.nodes.values():
        theirs = full.nodes[node.name]
        assert (node.type, node.label, node.relevant, node.repeats) == (
            theirs.type, theirs.label, theirs.relevant, theirs.repeats,
        )  # fmt: skip


def test_a_full_case_is_without_findings_in_it():
    record = Record.from_answers(SHIPPED, KEPT, now=NOW)
    assert record.answers() == KEPT
    assert record.findings(moment="completion") == ()


def in_short(changes: str) -> str:
    """Return the changes of a record that the short form can take."""
    kept = []
    for each in changes.split(" | "):
        at = each.lstrip("+-").partition("=")[0]
        if re.sub(r"\[\d+\]$", "", at).rpartition("/")[2] in SHIPPED.nodes:
            kept.append(each)
    return " | ".join(kept)


def test_every_check_of_it_runs_and_fires():
    """The records that fire the checks of the full form fire those of the short one."""
    fired = set()
    for row in RULES:
        code = code_of(row["aturan"])
        if row["menyala"] == "ya" and code not in fired and (changes := in_short(row["ubah"])):
            record = change(Record.from_answers(SHIPPED, KEPT, now=NOW), changes)
            fired |= {finding.code for finding in record.findings(moment="completion")}
    assert {check.name for check in SHIPPED.checks} - fired == set()


def test_pyxform_has_nothing_to_say_against_it():
    assert compile_workbook(read_workbook(data_dir() / "forms" / "ringkas")).warnings == ()


def test_its_settings_are_readable_in_any_editor():
    with (data_dir() / "forms" / "ringkas" / "settings.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["asal"] == "kasus"
    assert Path(data_dir() / "forms" / row["asal"] / "survey.csv").is_file()
