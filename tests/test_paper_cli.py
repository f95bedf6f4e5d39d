"""``kasuskit print``: files where they were asked for, and plain words when something cannot be printed."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

from kasuskit import cli
from kasuskit.paper import page_count
from kasuskit.training import load_flawed
from tests.paper_text import pages, says
from tests.small_case import make_case

COMMANDS = ("blank", "record", "story", "key", "flawed", "entry", "codebook", "pack")


@pytest.fixture
def kasuskit(capsys, monkeypatch, tmp_path):
    """Return a function that runs a command line in an empty folder and gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def kasuskit(*words):
        with pytest.raises(SystemExit) as ended:
            cli.main(list(words))
        shown = capsys.readouterr()
        return ended.value.code, shown.out, shown.err

    return kasuskit


@pytest.fixture
def case(tmp_path):
    return make_case(tmp_path / "asal")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_in_both_languages(kasuskit, command):
    code, shown, _ = kasuskit("print", command, "--help")
    assert code == 0 and "Pilihan:" in shown and "--folder" in shown
    assert "Options:" in kasuskit("--lang", "en", "print", command, "--help")[1]


def test_a_flawed_form_and_the_list_of_its_mistakes(kasuskit, tmp_path):
    assert kasuskit("print", "flawed", "F01")[0] == 0
    written, listed = ((tmp_path / "cetak" / f"F01-{name}.pdf").read_bytes() for name in ("formulir", "kesalahan"))
    flawed = load_flawed("F01")
    assert says(written, flawed.title) and not says(written, "HANYA UNTUK FASILITATOR")
    for seed in flawed.seeds:
        assert says(listed, seed.kind)
        assert says(listed, f"pemeriksaan {seed.code}" if seed.code else "Hanya ditemukan orang yang membaca")
    assert all("HANYA UNTUK FASILITATOR" in page for page in pages(listed))
    code, _, said = kasuskit("print", "flawed", "F99")
    assert code == 2 and "[T231]" in said


def test_a_blank_form_and_its_further_sheet(kasuskit, tmp_path, case):
    code, shown, said = kasuskit("print", "blank", str(tmp_path / "asal" / "form"))
    assert (code, said) == (0, "")
    made = (tmp_path / "cetak" / "formulir-kecil.pdf").read_bytes()
    assert f"Tersimpan: cetak/formulir-kecil.pdf ({page_count(made)} halaman)" in shown.replace("\\", "/")
    assert (tmp_path / "cetak" / "formulir-kecil-tambahan.pdf").is_file()


def test_a_story_and_a_key(kasuskit, tmp_path, case):
    folder = str(case.folder)
    assert kasuskit("print", "story", folder, folder, "--folder", "meja")[0] == 0
    assert kasuskit("--lang", "en", "print", "key", folder, "--folder", "meja")[0] == 0
    assert sorted(path.name for path in (tmp_path / "meja").iterdir()) == ["K90-cerita.pdf", "K90-kunci.pdf"]
    assert says((tmp_path / "meja" / "K90-kunci.pdf").read_bytes(), "FOR THE FACILITATOR ONLY")


def test_a_record_from_a_file_of_answers_and_from_a_key(kasuskit, tmp_path, case):
    (tmp_path / "F1.csv").write_text("isian,jawaban\ntgl_lapor,2026-10-12\n", "utf-8")
    form = str(tmp_path / "asal" / "form")
    assert kasuskit("print", "record", "F1.csv", "--form", form)[0] == 0
    made = (tmp_path / "cetak" / "F1-isian.pdf").read_bytes()
    assert says(made, "Tanggal lapor 12/10/2026") and "FASILITATOR" not in " ".join(pages(made))
    assert kasuskit("print", "record", str(case.folder))[0] == 0
    keyed = (tmp_path / "cetak" / "K90-isian.pdf").read_bytes()
    assert all("HANYA UNTUK FASILITATOR" in page for page in pages(keyed))
    assert kasuskit("print", "record", "F1.csv", "--form", form, "--hand", "--force")[0] == 0
    assert not says((tmp_path / "cetak" / "F1-isian.pdf").read_bytes(), "Hasil pemeriksaan")


def test_what_is_there_is_kept(kasuskit, tmp_path, case):
    assert kasuskit("print", "story", str(case.folder))[0] == 0
    path = tmp_path / "cetak" / "K90-cerita.pdf"
    path.write_bytes(b"mine")
    code, _, said = kasuskit("print", "story", str(case.folder))
    assert code == 2 and "[P601]" in said and "--force" in said
    assert path.read_bytes() == b"mine"
    assert kasuskit("print", "story", str(case.folder), "--force")[0] == 0
    assert path.read_bytes() != b"mine"


def test_nothing_is_written_when_one_of_several_is_there_already(kasuskit, tmp_path, case):
    (tmp_path / "cetak").mkdir()
    (tmp_path / "cetak" / "formulir-kecil-tambahan.pdf").write_bytes(b"mine")
    code, _, said = kasuskit("print", "blank", str(tmp_path / "asal" / "form"))
    assert code == 2 and "[P601]" in said
    assert [path.name for path in (tmp_path / "cetak").iterdir()] == ["formulir-kecil-tambahan.pdf"]


def test_a_pack_of_several_cases(kasuskit, tmp_path, case, monkeypatch):
    monkeypatch.setattr("kasuskit.commands.printing._entry_of_case", lambda case, lang: b"%PDF-1.7 /Type/Page/")
    code, shown, said = kasuskit("print", "pack", "--people", "12", "--cases", str(case.folder), str(case.folder))
    assert (code, said) == (0, "")
    names = {path.relative_to(tmp_path / "cetak" / "paket-latihan").as_posix()
             for path in (tmp_path / "cetak" / "paket-latihan").rglob("*.pdf")}  # fmt: skip
    assert {"00-daftar-cetak.pdf", "peserta/K90-cerita.pdf", "fasilitator/K90-kunci.pdf"} <= names
    assert "fasilitator/K90-siap-entri.pdf" in names and "peserta/formulir-kecil.pdf" in names
    assert f"({len(names)} berkas," in shown
    code, _, said = kasuskit("print", "pack", "--people", "12", "--cases", str(case.folder))
    assert code == 2 and "[P601]" in said


def test_a_pack_as_zip(kasuskit, tmp_path, case, monkeypatch):
    monkeypatch.setattr("kasuskit.commands.printing._entry_of_case", lambda case, lang: b"%PDF-1.7 /Type/Page/")
    assert kasuskit("print", "pack", "--people", "5", "--cases", str(case.folder), "--zip")[0] == 0
    with zipfile.ZipFile(tmp_path / "cetak" / "paket-latihan.zip") as archive:
        assert "paket-latihan/peserta/K90-cerita.pdf" in archive.namelist()


def test_a_pack_of_the_kits_own_cases(kasuskit, tmp_path):
    code, _, said = kasuskit("print", "pack", "--people", "30", "--cases", "K01", "K02", "K03")
    assert (code, said) == (0, "")
    pack = tmp_path / "cetak" / "paket-latihan"
    assert page_count((pack / "peserta" / "formulir-kasus.pdf").read_bytes()) <= 10
    assert says((pack / "fasilitator" / "K01-siap-entri.pdf").read_bytes(), "LATIHAN")
    for path in pack.rglob("*.pdf"):
        assert all("LATIHAN" in page for page in pages(path.read_bytes())), path.name


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("print story K77", "T201"),
        ("print blank tidak_ada", "F101"),
        ("print record hilang.csv", "P607"),
        ("print pack --people 0 --cases K01", "P604"),
        ("print pack --people 30", "S520"),
        ("print pack --cases K01", "S520"),
        ("print story", "S520"),
        ("print kartu", "S520"),
    ],
)
def test_what_cannot_be_printed(kasuskit, tmp_path, line, code):
    ended, _, said = kasuskit(*line.split())
    assert ended == 2
    assert f"[{code}]" in said and "Traceback" not in said
    assert not (tmp_path / "cetak").exists()
    english = kasuskit("--lang", "en", *line.split())[2]
    assert f"[{code}]" in english and english != said


def test_help_does_not_load_typst():
    script = (
        "import sys, kasuskit.cli\n"
        "try: kasuskit.cli.main(['print', 'pack', '--help'])\n"
        "except SystemExit: print(sorted({'typst', 'pandas', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_importing_the_floor_does_not_load_typst():
    script = "import sys, kasuskit.paper; print('typst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
