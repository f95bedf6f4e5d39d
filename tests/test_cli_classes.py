"""The commands on class files: what they print, in both languages, and what they refuse."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kasuskit import cli
from kasuskit.classroom import open_room

from .old_class import make_old_class

ENGLISH = r"\b(Usage|Options|Commands|Arguments|default|required|Show this|The |the )\b"


@pytest.fixture
def kasuskit(capsys, monkeypatch, tmp_path):
    """Return a function that runs a command line in an empty folder and gives exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "240")
    monkeypatch.chdir(tmp_path)

    def kasuskit(*words):
        with pytest.raises(SystemExit) as ended:
            cli.main(["class", *words])
        shown = capsys.readouterr()
        return ended.value.code, shown.out, shown.err

    return kasuskit


@pytest.fixture
def soe(kasuskit):
    """Return the file of a class with two participants, of whom one has answered."""
    path = Path("kelas", "soe.sqlite")
    with open_room(path) as room:
        maria, _ = room.enter("Maria [bold]", "Desa Contoh A")
        room.enter("Anis \u061c", "")
        attempt = room.attempt(maria.id, case="K01", form="kasus", version="1")
        attempt.append("a", [(n, "set", "x", str(n)) for n in range(1, 4)])
    return path


@pytest.mark.parametrize("command", ["", "list", "backup", "merge"])
def test_help_in_both_languages(kasuskit, command):
    code, shown, _ = kasuskit(*command.split(), "--help")
    assert code == 0
    assert re.findall(ENGLISH, shown) == []
    code, shown, _ = kasuskit(*command.split(), "--help", "--lang", "en")
    assert code == 0
    assert "Options:" in shown


def cells(shown):
    """Return the cells of each row of a table."""
    return [
        [cell.strip() for cell in line.strip("│").split("│")] for line in shown.splitlines() if line.startswith("│")
    ]


def test_the_classes_are_listed_and_a_damaged_one_is_told(kasuskit, soe):
    make_old_class(soe.with_name("lama.sqlite"))
    soe.with_name("rusak.sqlite").write_text("x" * 100)
    kasuskit("backup", "soe")
    code, shown, said = kasuskit("list")
    assert (code, said) == (0, "")
    rows = cells(shown)
    last = datetime(2026, 10, 5, 1, tzinfo=UTC).astimezone()
    assert rows[0][:5] == ["lama", "3", "6", "24", f"{last:%d-%m-%Y %H:%M}"]
    assert rows[0][6] == "versi lama, diperbarui saat kelas dibuka"
    assert rows[1][:1] + rows[1][6:] == ["rusak", "[K301] Ini bukan berkas kelas kasuskit."]
    assert rows[2][:4] == ["soe", "2", "1", "3"]
    assert re.fullmatch(r"\d\d-\d\d-2\d{3} \d\d:\d\d", rows[2][4])
    assert re.fullmatch(r"\d+ kB", rows[2][5])
    assert rows[3][0].startswith("soe.cadangan-")
    assert rows[3][6] == "salinan"
    assert "older version" in kasuskit("list", "--lang", "en")[1]


def test_a_forgotten_code_is_looked_up(kasuskit, soe):
    with open_room(soe) as room:
        codes = [f"{person.code[:3]} {person.code[3:]}" for person in room.persons()]
        for name in ("soe", "soe.sqlite", str(soe)):  # also while the class goes on
            code, shown, said = kasuskit("list", name)
            assert (code, said) == (0, "")
            assert cells(shown) == [
                ["Maria [bold]", "Desa Contoh A", codes[0], "1", "3"],
                ["Anis \ufffd", "", codes[1], "0", "0"],
            ]
    assert "2 participants" in kasuskit("list", "soe", "--lang", "en")[1]


def test_a_class_of_an_older_version_is_only_looked_at(kasuskit, tmp_path):
    path = make_old_class(tmp_path / "kelas" / "lama.sqlite")
    before = path.read_bytes()
    code, shown, _ = kasuskit("list", "lama")
    assert code == 0
    assert cells(shown)[0] == ["Mama Yuli", "Desa Contoh A", "", "1", "8"]
    assert "Peserta mendapat kode begitu kelas dibuka" in shown
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_no_class_yet(kasuskit, tmp_path):
    code, _, said = kasuskit("list")
    assert code == 2
    assert "[K329]" in said
    (tmp_path / "kelas").mkdir()
    code, shown, _ = kasuskit("list")
    assert (code, shown) == (0, "Belum ada kelas di folder kelas.\n")
    code, _, said = kasuskit("list", "soe", "--lang", "en")
    assert code == 2
    assert "[K327] There is no class with the name soe in this folder. There are: -." in said


def test_a_copy_on_a_stick(kasuskit, soe, tmp_path):
    (tmp_path / "usb").mkdir()
    code, shown, said = kasuskit("backup", "soe", "usb")
    assert (code, said) == (0, "")
    (made,) = (tmp_path / "usb").iterdir()
    assert re.fullmatch(r"soe\.cadangan-\d{8}-\d{4}\.sqlite", made.name)
    assert re.fullmatch(rf"Tersimpan dan sudah diperiksa: {re.escape(str(made))} \(\d+ kB, 3 jawaban\)\.\n", shown)
    code, shown, _ = kasuskit("backup", "soe", "usb/hari-1.sqlite", "--lang", "en")
    assert code == 0
    assert "Saved and checked:" in shown
    code, _, said = kasuskit("backup", "soe", "usb/hari-1.sqlite")
    assert (code, "[K328]" in said) == (2, True)
    code, _, said = kasuskit("backup", "atambua", "usb")
    assert (code, "Yang ada: soe." in said) == (2, True)


def test_a_progress_bar_on_a_terminal(kasuskit, soe, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    assert "Menyalin" in kasuskit("backup", "soe")[1]
    assert "Menggabungkan" in kasuskit("merge", "soe", *map(str, Path("kelas").glob("soe.*-*.sqlite")))[1]


def test_a_merge_says_what_came_and_a_dry_run_what_would(kasuskit, soe, tmp_path):
    usb = tmp_path / "usb"
    usb.mkdir()
    kasuskit("backup", "soe", "usb/soe.sqlite")
    make_old_class(usb / "lama.sqlite")
    with open_room(usb / "soe.sqlite") as room:
        room.attempts(1)[0].append("a", [(4, "set", "x", "4")])
        room.person_by_account("siti", "Siti")
    with open_room(soe) as room:
        room.attempts(1)[0].append("b", [(1, "set", "x", "here")])
    words = ("merge", "soe", "usb/soe.sqlite", "usb/lama.sqlite")
    before = soe.read_bytes()
    for lang, sentences in (
        ("id", ("kelas yang sama; baru: 1 peserta, 0 latihan, 1 jawaban.", "kelas lain (versi lama); baru: 3 peserta")),
        ("en", ("the same class; new: 1 participants", "another class (older version); new: 3 participants")),
    ):
        code, shown, said = kasuskit(*words, "--dry-run", "--lang", lang)
        assert (code, said) == (0, "")
        assert all(sentence in shown for sentence in sentences)
        assert "Maria [bold], " in shown
    assert "tidak ada yang diubah" in kasuskit(*words, "--dry-run")[1]
    assert soe.read_bytes() == before
    code, shown, _ = kasuskit(*words)
    assert code == 0
    assert re.search(r"Sudah digabungkan ke dalam kelas/soe\.sqlite\..*soe\.sebelum-gabung-\d{8}-\d{4}\.sqlite", shown)
    assert [row[0] for row in cells(kasuskit("list", "soe")[1])][2:] == ["Siti", "Mama Yuli", "Bapa Anis", "Mama Yuli"]
    assert kasuskit(*words)[1].count("tidak ada yang baru") == 2


def test_what_a_merge_changed_for_somebody_is_said_by_name(kasuskit, soe, tmp_path, monkeypatch):
    other = tmp_path / "atambua.sqlite"
    with open_room(soe) as room:
        taken = room.persons()[0].code
        room.person_by_account("siti", "Siti")
    codes = iter([taken, "591827"])
    monkeypatch.setattr("kasuskit.classroom.room.new_code", lambda: next(codes))
    with open_room(other) as room:
        room.enter("Yuli")
        room.person_by_account("siti", "Siti")
    shown = kasuskit("merge", "soe", str(other))[1]
    assert re.search(rf"  Kode Yuli di berkas itu {taken[:3]} {taken[3:]}, di kelas ini \d{{3}} \d{{3}}\.", shown)
    assert "  Akun siti di kelas ini milik peserta lain" in shown


def test_two_open_attempts_are_told(kasuskit, soe, tmp_path):
    other = tmp_path / "usb.sqlite"
    kasuskit("backup", "soe", str(other))
    for path in (soe, other):
        with open_room(path) as room:
            room.attempts(1)[0].restart().append(path.parent.name, [(1, "set", "x", "")])
    assert "Maria [bold], kasus K01: ada dua latihan yang terbuka." in kasuskit("merge", "soe", str(other))[1]


def test_an_older_class_that_gets_the_rest_is_brought_up(kasuskit, soe, tmp_path):
    make_old_class(tmp_path / "kelas" / "lama.sqlite")
    code, shown, _ = kasuskit("merge", "lama", "soe")
    assert code == 0
    assert re.search(r"Berkas lamanya ada di .*lama\.sebelum-v2-\d{8}-\d{4}\.sqlite", shown)


def test_a_merge_into_an_open_class_is_refused(kasuskit, soe, tmp_path):
    kasuskit("backup", "soe", "usb.sqlite")
    with open_room(soe):
        code, _, said = kasuskit("merge", "soe", "usb.sqlite")
    assert (code, "[K334]" in said, "Ctrl+C" in said) == (2, True, True)
    code, _, said = kasuskit("merge", "soe", "soe")
    assert (code, "[K333]" in said) == (2, True)


def test_sizes_as_people_say_them():
    from kasuskit.commands.classes import _local, _size

    assert [_size(count, "id") for count in (0, 999_499, 1_250_000)] == ["1 kB", "999 kB", "1,2 MB"]
    assert _size(1_250_000, "en") == "1.2 MB"
    assert [_local(moment) for moment in ("", "not a time")] == ["", "not a time"]


def test_looking_needs_neither_the_server_nor_pandas(soe):
    script = (
        "import sys\nfrom kasuskit import cli\n"
        "try:\n    cli.main(['class', 'list'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pandas', 'numpy', 'voila', 'tornado', 'sqlalchemy.orm'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
