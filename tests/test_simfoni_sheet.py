"""The ready-for-entry sheet: ready or not and why, nothing about who did not agree, on paper and in the terminal."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kasuskit import cli
from kasuskit.form import Record, load_form
from kasuskit.messages import KasusError
from kasuskit.simfoni import ReadySheet, ready_sheet
from kasuskit.simfoni.sheet import NOTHING
from kasuskit.simfoni.table import BEGIN, tables, with_tables
from kasuskit.training.cases import COLUMNS
from tests.simfoni_record import NOW, offline, record, table

ROOT = Path(__file__).resolve().parent.parent
WARNING = "Cermin latihan entri SIMFONI PPA – bukan sistem resmi; formulir resmi dapat berbeda."
REFUSED = "persetujuan[2]/setuju_simfoni=tidak | entri_simfoni=tidak_setuju"
STORY = "ringkasan=K1 ditampar T1 dua kali di dapur pada 4 Oktober 2026."


def test_the_full_record_is_ready():
    sheet = ready_sheet(record())
    assert sheet.ready and sheet.missing == () and sheet.state == "ready"
    assert "LATIHAN" in sheet.title and sheet.warning.startswith(WARNING)
    assert dict(sheet.header)["Nomor kasus"] == "SSP/53.99.01.2002/2026/004"
    assert dict(sheet.header)["Dientri dengan nama"] == "K1, K2"


def test_it_says_who_hands_it_to_whom_and_who_signs():
    sheet = ready_sheet(record())
    handover = dict(sheet.handover)
    assert handover["Diserahkan oleh"] == "P-03, SSP TTS"
    assert "bukan paralegal" in handover["Diserahkan kepada"]
    assert handover["Tanggal diserahkan"] == ""
    assert sheet.signatures == ("Pencatat (kode)", "Petugas data")


def test_it_says_what_every_victim_agrees_to():
    consents = dict(ready_sheet(record(REFUSED)).consents)
    assert consents["K1"].startswith("dientri ke SIMFONI PPA: Ya; dihubungi kembali: Ya; statistik tanpa identitas: Ya")
    assert consents["K1"].endswith("oleh: Korban sendiri, Tertulis, 12/10/2026")
    assert consents["K2"].startswith("dientri ke SIMFONI PPA: Tidak")
    unasked = dict(ready_sheet(record("persetujuan[2]/setuju_simfoni=")).consents)["K2"]
    assert unasked.startswith("dientri ke SIMFONI PPA: belum ditanyakan")
    taken = "persetujuan[2]/tarik_izin=ya | persetujuan[2]/tgl_tarik=2026-10-13 | persetujuan[2]/lingkup_tarik=simfoni"
    assert "SIMFONI PPA: ditarik kembali" in dict(ready_sheet(record(taken)).consents)["K2"]


@pytest.mark.parametrize(
    ("changes", "state", "code", "where"),
    [
        ("tgl_kejadian=2026-10-13", "not_yet", "R01", "Tanggal kejadian (yang terakhir)"),
        ("korban[1]/nama_korban=", "not_yet", "F150", "Nama lengkap korban (K1)"),
        ("hubungan_korban[1]/hubungan[2]/jenis_hubungan=", "not_yet", "F150", "T2 adalah apa bagi K1?"),
        ("korban[1]/jk_korban=td", "not_yet", "F150", "JK"),  # the offline format takes it, SIMFONI does not
        (f"{REFUSED} | ringkasan=K1 dan K2 diancam.", "not_yet", "F150", "Deskripsi Kasus"),
        ("persetujuan[2]/setuju_simfoni=tidak", "not_yet", "R70", "Entri ke SIMFONI PPA"),
    ],
)
def test_what_must_be_put_right_first_stands_on_it(changes, state, code, where):
    sheet = ready_sheet(record(changes))
    assert (sheet.state, sheet.ready) == (state, False)
    assert (code, where) in [(each.code, each.where) for each in sheet.missing]
    assert all(each.message for each in sheet.missing)


def test_a_mistake_is_told_once_and_not_again_by_the_mirror():
    sheet = ready_sheet(record("korban[1]/nama_korban="))
    assert [each.code for each in sheet.missing] == ["F150"]


def test_a_warning_does_not_keep_it_back():
    changes = "bentuk=trafficking | sub_bentuk=tra_prt | trafficking_kategori=kerja_paksa | pertukaran=ya"
    sheet = ready_sheet(record(" | ".join(f"kekerasan[1]/{each}" for each in changes.split(" | "))))
    assert sheet.ready
    assert "R36" in {finding.code for finding in sheet.entry.record.findings()}


def test_who_did_not_agree_does_not_stand_on_it():
    told = "layanan_korban[1]/layanan[1]/ket_layanan=Datang bersama Dina"
    sheet = ready_sheet(record(f"{REFUSED} | {STORY} | {told} | krono_saat=Dina Contoh diancam T1."))
    shown = sheet.text()
    assert "Dina" not in shown and "neneknya" not in shown and "SMP" not in shown
    assert "K2 tidak setuju dientri" in shown.replace("\n", " ")
    assert dict(sheet.header)["Dihitung tanpa identitas"] == "K2"
    ready = ready_sheet(record(f"{REFUSED} | entri_simfoni=belum | {STORY}"))
    assert ready.ready, ready.missing


def test_when_nobody_agrees_nobody_is_on_it_and_the_state_says_so():
    sheet = ready_sheet(record(f"{REFUSED} | persetujuan[1]/setuju_simfoni=tidak"))
    assert (sheet.state, sheet.ready) == ("refused", False)
    assert all(not row.value for row in sheet.rows)
    for name in ("Maria", "Dina", "Hendrik", "Dapur"):
        assert name not in sheet.text()


@pytest.mark.parametrize(
    "changes",
    [
        "entri_simfoni=lembaga_lain",
        "entri_simfoni=sudah | tgl_entri=2026-10-13 | unit_entri=dp3a | no_simfoni=12/2026",
    ],
)
def test_what_is_in_the_system_already_is_not_entered_again(changes):
    sheet = ready_sheet(record(changes))
    assert (sheet.state, sheet.ready) == ("done", False)
    assert "Jangan dientri lagi" in sheet.verdict


def test_an_empty_record_is_not_ready_and_says_what_to_do():
    sheet = ready_sheet(Record(offline(), now=NOW))
    assert sheet.state == "not_yet" and "R90" in {each.code for each in sheet.missing}
    assert [note.code for note in sheet.notes] == ["M702"]
    assert dict(sheet.header)["Nomor kasus"] == ""


def test_a_record_of_another_form_is_refused_in_both_languages():
    with pytest.raises(KasusError) as refused:
        ready_sheet(Record(load_form("simfoni"), now=NOW))
    assert refused.value.code == "M701"
    assert "another form" in refused.value.say("en") and "formulir lain" in refused.value.say("id")


# on paper and in the terminal --------------------------------------------------------------------------------


def test_plain_rows_hold_everything_in_order():
    sheet = ready_sheet(record())
    rows = list(sheet.plain())
    assert all(len(row) == 3 and all(isinstance(cell, str) for cell in row) for row in rows)
    sections = list(dict.fromkeys(section for section, _, _ in rows))
    assert sections[:4] == ["Kasus", "Persetujuan", "Data Kasus", "Korban K1"]
    assert sections[-3:] == ["Yang perlu diketahui", "Serah terima", "Tanda tangan"]
    labels = [(section, label) for section, label, _ in rows]
    assert [(row.section, row.label) for row in sheet.rows] == [each for each in labels if each in {
        (row.section, row.label) for row in sheet.rows}]  # fmt: skip


def test_blank_means_by_hand_and_a_dash_means_leave_it():
    values = {(section, label): value for section, label, value in ready_sheet(record()).plain()}
    assert values["Data Kasus", "Konselor"] == ""  # the data officer fills it in
    assert values["Korban K2", "Telp"] == NOTHING  # no consent
    assert values["Serah terima", "Tanggal diserahkan"] == ""


@pytest.mark.parametrize("width", [40, 72, 100])
def test_the_text_keeps_its_width_and_all_words(width):
    sheet = ready_sheet(record())
    lines = sheet.text(width).splitlines()
    assert max(map(len, lines)) <= width
    words = " ".join(lines).split()
    for section, _, value in sheet.plain():
        assert section.upper().split()[0] in words
        assert set(value.split()) <= set(words)


def test_in_english_everything_is_english_but_simfonis_words():
    said = ready_sheet(record("tgl_kejadian=2026-10-13"), "en").text()
    assert "READY-FOR-ENTRY SHEET" in said and "Not ready yet" in said and "Sex (JK)" in said
    assert "Belum siap" not in said and "Serah terima" not in said


def case_folder(folder: Path) -> Path:
    """Write a case whose key is the full record."""
    case = folder / "K95"
    case.mkdir()
    with (case / "kunci.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in table("simfoni_kasus.csv"):
            writer.writerow({**dict.fromkeys(COLUMNS, ""), **row, "bukti": "Maria datang."})
    (case / "cerita.md").write_text("Maria datang.", "utf-8")
    (case / "kasus.toml").write_text(
        'id = "K95"\nform = "kasus"\ntitle = "Contoh"\nlevel = 1\ncontent_note = "Contoh."\n'
        f'now = "{NOW}"\naims = []\ntraps = []\n', "utf-8",
    )  # fmt: skip
    return case


@pytest.mark.parametrize(
    ("lang", "said"), [("id", "Siap dientri oleh petugas data."), ("en", "Ready for the data officer.")]
)
def test_the_command_shows_the_sheet_of_a_cases_key(tmp_path, capsys, monkeypatch, lang, said):
    monkeypatch.setenv("COLUMNS", "90")
    with pytest.raises(SystemExit) as ended:
        cli.main(["case", "entry", str(case_folder(tmp_path)), "--lang", lang])
    shown = capsys.readouterr()
    assert (ended.value.code, shown.err) == (0, "")
    assert said in shown.out and max(map(len, shown.out.splitlines())) <= 90
    assert ("LATIHAN" if lang == "id" else "TRAINING") in shown.out.splitlines()[0]


def test_the_command_says_what_is_wrong_with_a_case(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["case", "entry", str(tmp_path / "tidak-ada")])
    assert ended.value.code == 2
    assert "[T201]" in capsys.readouterr().err


def test_the_command_help_is_in_indonesian(capsys):
    with pytest.raises(SystemExit):
        cli.main(["case", "entry", "--help"])
    assert "lembar siap entri" in capsys.readouterr().out


# docs ---------------------------------------------------------------------------------------------------------


def test_the_docs_page_holds_the_mapping_as_it_is():
    page = (ROOT / "docs" / "simfoni.md").read_text("utf-8")
    assert BEGIN in page and with_tables(page) == page, "run: python -m kasuskit.simfoni.table"
    assert "| Data Pelaku | Konselor" not in tables() and "| Data Kasus | Konselor | tidak ditanyakan |" in tables()
    assert "Mantan suami atau mantan istri | belum pasti" in page


def test_the_sheet_is_frozen():
    sheet = ready_sheet(record())
    assert isinstance(sheet, ReadySheet)
    with pytest.raises(AttributeError):
        sheet.state = "ready"
