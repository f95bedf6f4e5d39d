"""The commands on reference data: what they print, in both languages, and what they refuse."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from kasuskit import cli
from kasuskit.form import areas

COMMANDS = ("nik", "wilayah cari", "wilayah muat", "wilayah")
ENGLISH = r"\b(Usage|Options|Commands|Arguments|default|required|Show this|The |the )\b"


@pytest.fixture
def kasuskit(capsys, monkeypatch, tmp_path):
    """Return a function that runs a command line and gives exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "240")
    monkeypatch.setenv("KASUSKIT_DATA", str(tmp_path / "data"))

    def kasuskit(*words):
        with pytest.raises(SystemExit) as ended:
            cli.main(list(words))
        shown = capsys.readouterr()
        return ended.value.code, shown.out, shown.err

    return kasuskit


@pytest.mark.parametrize("command", COMMANDS)
def test_help_in_both_languages(kasuskit, command):
    code, shown, _ = kasuskit(*command.split(), "--help")
    assert code == 0
    assert re.findall(ENGLISH, shown) == []
    code, shown, _ = kasuskit(*command.split(), "--help", "--lang", "en")
    assert code == 0
    assert "Options:" in shown


def test_a_nik_is_explained_as_a_table(kasuskit):
    code, shown, said = kasuskit("nik", "5399", "0145", "0794", "0000")
    assert (code, said) == (0, "")
    for part in ("Bagian", "Kabupaten Contoh", "Contoh Satu", "tanggal 5, perempuan", "Juli", "1994", "NIK contoh"):
        assert part in shown
    code, shown, _ = kasuskit("nik", "5399.0105.0794.0000", "--lang", "en")
    assert code == 0
    assert "day 5, a man or boy" in shown
    assert "July" in shown


def test_a_nik_of_no_area_is_explained_with_a_remark(kasuskit):
    code, shown, _ = kasuskit("nik", "9999014507940000")
    assert code == 0
    assert "R21: Kode wilayah pada NIK tidak ditemukan." in shown


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["5399014507940001"], "A822"),
        (["53990145079400"], "A820"),
        (["5399014013940000"], "A821"),
        ([], "S520"),
    ],
)
def test_a_nik_that_cannot_be_explained(kasuskit, words, code):
    ended, shown, said = kasuskit("nik", *words)
    assert (ended, shown) == (2, "")
    assert f"[{code}]" in said
    assert not words or words[0] not in said


def test_an_area_is_looked_up_with_its_doubts(kasuskit):
    code, shown, said = kasuskit("wilayah", "cari", "oe", "ekam")
    assert (code, said) == (0, "")
    assert shown.count("Oe'") == 3
    assert "mungkin desa program; belum pasti" in shown
    assert "Noebeba, Kabupaten Timor Tengah Selatan, Nusa Tenggara Timur" in shown
    code, shown, _ = kasuskit("wilayah", "cari", "kuanek", "--lang", "en")
    assert "53.03.15.2005" in shown
    assert "Kuenak / Kuanek" in shown
    assert "programme village" in shown


@pytest.mark.parametrize("within", ["53.02", "5302", "TTS", "kab. timor tengah selatan"])
def test_an_area_is_looked_up_inside_another(kasuskit, within):
    code, shown, _ = kasuskit("wilayah", "cari", "Oebelo", "--di", within)
    assert code == 0
    assert "53.02.06.2003" in shown
    assert "Amarasi" not in shown
    assert shown.count("│ 53.") == 1


@pytest.mark.parametrize("words", [["Atambua"], ["Oelomin", "--di", "TTS"], ["Oebelo", "--di", "Kupang"], [""]])
def test_an_area_that_is_not_found(kasuskit, words):
    code, _, said = kasuskit("wilayah", "cari", *words)
    assert code == 2
    assert "[A811]" in said
    assert "kasuskit wilayah muat" in said


def test_a_fuller_table_is_loaded_and_used(kasuskit, tmp_path):
    table = tmp_path / "alor.csv"
    table.write_text("kode;nama\n53.05;Kabupaten Alor\n53.05.01;Teluk Mutiara\n", "utf-8")
    code, shown, _ = kasuskit("wilayah", "muat", str(table))
    assert code == 0
    assert "2 wilayah dimuat" in shown
    assert str(areas.table_file()) in shown
    assert "Kabupaten Alor" in kasuskit("wilayah", "cari", "teluk mutiara")[1]
    code, shown, _ = kasuskit("wilayah", "muat", str(table), "--lang", "en")
    assert "2 areas were loaded" in shown


def test_a_bad_table_is_refused_as_a_table_of_mistakes_and_the_good_one_stays(kasuskit, tmp_path):
    table = tmp_path / "alor.csv"
    table.write_text("kode,nama\n53.05,Kabupaten Alor\n", "utf-8")
    kasuskit("wilayah", "muat", str(table))
    table.write_text("kode,nama\n53.5,Kabupaten Alor\n53.05.01,\n", "utf-8")
    code, _, said = kasuskit("wilayah", "muat", str(table))
    assert code == 2
    assert re.findall(r"A80[0-9]", said) == ["A800", "A801", "A804", "A802"]
    assert "alor.csv, baris/row 3" in said
    assert kasuskit("wilayah", "cari", "Alor")[0] == 0


def test_a_kept_table_that_got_damaged_is_told(kasuskit, tmp_path):
    areas.table_file().parent.mkdir()
    areas.table_file().write_text("rusak")
    code, shown, _ = kasuskit("wilayah", "cari", "Oelomin")
    assert code == 0
    assert "[A805]" in shown
    assert "daftar bawaan kasuskit" in shown
    assert "53.01.16.2001" in shown


def test_the_commands_load_nothing_heavy():
    script = (
        "import sys, kasuskit.cli\n"
        "try: kasuskit.cli.main(['nik', '5399014507940000'])\n"
        "except SystemExit: print(sorted({'tornado', 'pyxform', 'sqlalchemy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
