"""What helps to understand a question of the format: an example, and what often goes wrong."""

from __future__ import annotations

import os
import re

import pytest

from kasuskit.form import Question, hints, load_form
from kasuskit.form.definition import pick
from kasuskit.form.hints import Hint, field_hints
from kasuskit.form.workbook import csv_rows, decoded
from kasuskit.messages import KasusError
from kasuskit.places import data_dir

SIXTEEN = re.compile(r"\b[0-9]{15,17}\b")
PHONE = re.compile(r"(?<![0-9])(?:\+?62|0)8[0-9][0-9 .-]{6,}")
TITLED = re.compile(r"\b(?:Bapak|Pak|Ibu|Bu|Om|Tante|Saudara|Mama)\s+[A-Z][a-z]+")
ITS_PENALTY = re.compile(r"penjara|pidana \d|tahun penjara|denda Rp", re.IGNORECASE)
SAYS_NO_CHOICE = ("pendidikan_terlapor", "agama_terlapor", "daftar_tutup")  # the good answer there is to leave it


@pytest.fixture(scope="module")
def form():
    return load_form("kasus")


@pytest.fixture
def written(tmp_path, monkeypatch, form):
    """Give ``written(text) -> hints`` of a ``contoh.csv`` with this text."""
    monkeypatch.setattr(hints, "data_dir", lambda: tmp_path)
    path = tmp_path / "forms" / form.id / hints.FILE
    path.parent.mkdir(parents=True)

    def write(text):
        path.write_text(text, "utf-8")
        return field_hints(form)

    return write


def test_the_format_explains_nearly_all_that_people_answer(form):
    asked = [node.name for node in form.nodes.values() if isinstance(node, Question) and node.asked]
    explained = field_hints(form)
    assert len(explained) >= 120
    assert set(explained) <= set(asked)
    assert not [name for name, hint in explained.items() if not (hint.example and hint.mistake)]


def test_every_question_is_explained_once():
    _, *rows = csv_rows(decoded(data_dir() / "forms" / "kasus" / hints.FILE), hints.FILE)
    names = [row[0] for row in rows]
    assert len(names) == len(set(names))
    assert all(len(row) == 3 for row in rows)


def test_nobody_can_be_found_in_an_example(form):
    for name, hint in field_hints(form).items():
        said = f"{hint.example} {hint.mistake}"
        assert not PHONE.search(said), name
        assert not TITLED.search(said), name
        assert all(digits.endswith("0000") for digits in SIXTEEN.findall(said)), name
        assert not ITS_PENALTY.search(said), name


def test_an_example_is_short_and_a_mistake_says_what_to_do_instead(form):
    for name, hint in field_hints(form).items():
        assert len(hint.example) <= 160 and len(hint.mistake) <= 160, name
        assert len(re.findall(r"[.?](?:\s|$|\")", hint.mistake)) >= 2, f"{name}: what to do instead?"


def test_the_example_of_a_choice_names_a_choice(form):
    for name, hint in field_hints(form).items():
        node = form.nodes[name]
        if not isinstance(node, Question) or not node.list_name or name in SAYS_NO_CHOICE:
            continue
        labels = [re.sub(r" \(.*", "", pick(choice.label, "id")) for choice in form.lists[node.list_name]]
        assert any(label in hint.example for label in labels), name


def test_a_form_without_them_has_none():
    assert field_hints(load_form("ringkas")) == {}


def test_a_table_from_a_spreadsheet_is_read(written):
    read = written("keliru;isian;contoh\r\nBukan usia hari ini;usia_korban;17\r\n;;\r\n\r\n")
    assert read == {"usia_korban": Hint("17", "Bukan usia hari ini")}


def test_hints_are_read_again_when_they_change(written, tmp_path):
    assert written("isian,contoh,keliru\nusia_korban,17,x\n")["usia_korban"].example == "17"
    os.utime(next(tmp_path.rglob(hints.FILE)), ns=(1, 1))
    assert written("isian,contoh,keliru\nusia_korban,16,x\n")["usia_korban"].example == "16"


def test_a_table_without_its_columns_is_told_f198(written):
    with pytest.raises(KasusError) as told:
        written("isian,contoh\nusia_korban,17\n")
    assert told.value.code == "F198" and "keliru" in told.value.way_out("id")
    with pytest.raises(KasusError, match="F198"):
        written("")


def test_a_question_that_the_form_does_not_have_is_told_f199(written):
    with pytest.raises(KasusError) as told:
        written("isian,contoh,keliru\nusia_korban,17,x\nusia_k,17,x\n")
    assert told.value.code == "F199" and "usia_k" in str(told.value) and ":3" in str(told.value)
