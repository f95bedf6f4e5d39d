"""The practice mirror of the online entry: it says what it is, holds SIMFONI's lists exactly, and its rules fire.

``files/simfoni_aturan.csv`` changes the full mirror record: ``aturan`` (a check, or the form's own code), ``ubah``,
the finding's ``isian`` and ``tingkat``, whether it is there (``menyala``), and what the row shows.
"""

from __future__ import annotations

import csv
import re

import pytest

from kasuskit.form import Question, Record, Repeat, load_form
from kasuskit.form.definition import pick
from kasuskit.form.findings import MOMENTS, SEVERITIES
from kasuskit.places import data_dir
from kasuskit.simfoni import entry
from kasuskit.simfoni.counterparts import CONFIDENCES, NONE, WHOLE_LIST, counterparts
from tests.said import texts_of
from tests.simfoni_record import changed, offline, record, table

FORM = load_form("simfoni")
LANGUAGES = ("id", "en")
WARNING = "Cermin latihan entri SIMFONI PPA – bukan sistem resmi; formulir resmi dapat berbeda"
ASKED = tuple(node for node in FORM.nodes.values() if isinstance(node, Question) and node.asked)
RULES = table("simfoni_aturan.csv")
# SIMFONI's lists as the domain notes give them (2.2 and 2.4, in their order).
LISTS = {
    "lokasi": "Rumah Tangga · Tempat Kerja · Sekolah · Fasilitas Umum · Lembaga Pendidikan Kilat · Lainnya",
    "tindak": "Fisik · Psikis · Seksual · Eksploitasi · Trafficking · Penelantaran · Lainnya",
    "trafficking": "Eksploitasi Seksual · Perbudakan · Perdagangan Organ Tubuh · Perdagangan Narkoba",
    "ya_tidak": "Ya · Tidak",
    "jk": "Laki-laki · Perempuan",
    "hubungan": "NA · Orang Tua · Keluarga/Saudara · Suami/Istri · Lainnya · Tetangga · Pacar/Teman · Guru · Majikan · "
    "Rekan Kerja",
    "jenis_layanan": "Pengaduan · Kesehatan · Bantuan Hukum · Penegakan Hukum · Rehabilitasi Sosial · "
    "Reintegrasi Sosial · Pemulangan · Pendampingan Tokoh Agama",
    "jenis_proses": "Pelaporan · Pemeriksaan · Penyelidikan · Penyidikan · Penangkapan · Penahanan · Penggeledahan · "
    "Penyitaan · Pra Penuntutan · Diversi · Penuntutan · Pengadilan TK I · Pengadilan TK II · Kasasi · "
    "Peninjauan Kembali",
    "pendidikan": "NA · Tidak Sekolah · PAUD · TK · SD · SLTP · SLTA · Perguruan Tinggi · Lainnya",
    "pekerjaan": "NA · Bekerja · Pelajar · Ibu Rumah Tangga · Swasta/Buruh · PNS/TNI/POLRI · Pedagang/Tani/Nelayan · "
    "Tidak Bekerja",
    "status_kawin": "Belum Menikah · Menikah · Duda/Janda · Sirri",
}
UNCERTAIN = {"trafficking", "pendidikan", "pekerjaan", "status_kawin", "agama", "status_kasus", "jenis_proses"}
LABELS = {
    "data_kasus": "No Register · Tanggal Kejadian · Tanggal Pelaporan · Deskripsi Kasus · Kategori Lokasi Kasus · "
    "Alamat TKP · Provinsi · Kab/Kota · Kecamatan · Kelurahan · Konselor · Status",
    "data_korban": "Nama · JK · Usia · TTL: tempat lahir · TTL: tanggal lahir · Alamat · Telp · Pendidikan · Agama · "
    "Pekerjaan · Status · Difabel · Tindak Kekerasan · Kategori Trafficking · KDRT",
    "data_pelaku": "Nama · JK · Usia · TTL: tempat lahir · TTL: tanggal lahir · Alamat · Telp · Pendidikan · Agama · "
    "Pekerjaan · Status · Difabel",
}


def test_it_says_in_title_and_first_note_that_it_is_not_the_real_system():
    assert FORM.title == "Cermin latihan entri SIMFONI PPA – bukan sistem resmi"
    first = next(node for node in FORM.nodes.values() if isinstance(node, Question))
    assert first.type == "note" and WARNING in first.label["id"] and "LATIHAN" in first.label["id"]
    assert "not the official system" in first.label["en"] and "TRAINING" in first.label["en"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_simfonis_labels_in_simfonis_order(name):
    assert [choice.label["id"] for choice in FORM.lists[name]] == LISTS[name].split(" · ")
    for choice in FORM.lists[name]:  # English keeps SIMFONI's word, with a translation behind it
        assert choice.label["en"].startswith(choice.label["id"])


@pytest.mark.parametrize("section", LABELS)
def test_the_questions_bear_simfonis_labels(section):
    own = [
        node.label["id"]
        for node in ASKED
        if FORM.section_of(node.name) == section and "tambahan kit" not in node.extra["sumber"]
    ]
    assert own == LABELS[section].split(" · ")


def test_what_the_kit_added_says_so():
    added = [node for node in ASKED if "tambahan kit" in node.extra["sumber"]]
    assert {node.name for node in added} == {"kode_korban", "persetujuan_entri", "lokasi_korban", "kode_pelaku"}
    for node in added:
        assert "Tambahan kit untuk latihan; tidak ada di SIMFONI." in node.hint["id"]


def test_everything_stands_in_both_languages():
    assert FORM.languages == LANGUAGES
    for where, said, needed in texts_of(FORM):
        if said or needed:
            assert all(said.get(lang, "").strip() for lang in LANGUAGES), where
            assert len({tuple(sorted(re.findall(r"\$\{.*?\}|\{temuan\}", said[lang]))) for lang in LANGUAGES}) == 1, (
                where
            )
            if said["id"].rstrip()[-1] in ".?!":
                assert said["id"] != said["en"], where


def test_every_question_choice_and_check_names_its_source():
    for node in FORM.nodes.values():
        assert node.extra.get("sumber", "").strip(), node.name
    for name, choices in FORM.lists.items():
        for choice in choices:
            assert choice.column("sumber").strip(), (name, choice.name)
    for check in FORM.checks:
        assert check.source.strip() and check.severity in SEVERITIES and check.moment in MOMENTS, check.name


def test_a_list_with_weak_evidence_is_marked_uncertain():
    for name in UNCERTAIN:
        assert all("belum pasti" in choice.column("sumber") for choice in FORM.lists[name]), name
    assert "belum pasti" in FORM.question("status").extra["sumber"]


def test_nothing_speaks_of_punishment():
    for where, said, _ in texts_of(FORM):
        for lang in said:
            assert not re.search(r"penjara|hukuman|\bRp\b|prison|jail|penalt|punish|\bfines?\b", said[lang], re.I), (
                where
            )


def test_the_areas_are_those_of_the_reference_list():
    levels = {
        "provinsi": {"provinsi"},
        "kab_kota": {"kabupaten", "kota"},
        "kecamatan": {"kecamatan"},
        "kelurahan": {"desa", "kelurahan"},
    }
    with (data_dir() / "reference" / "wilayah.csv").open(encoding="utf-8", newline="") as file:
        areas = list(csv.DictReader(file))
    for name, kinds in levels.items():
        listed = {choice.name: (choice.label["id"], choice.column("induk")) for choice in FORM.lists[name]}
        known = {area["kode"]: (area["nama"], area["induk"]) for area in areas if area["tingkat"] in kinds}
        assert listed == known, f"copy the areas of wilayah.csv into choices.csv of the mirror: {name}"


# the mapping is data ------------------------------------------------------------------------------------------


def test_every_offline_field_that_the_mirror_names_is_there():
    known = {"", "kode", "alamat", "label", "gabung"}
    for node in FORM.nodes.values():
        assert node.extra.get("padanan", "") in known, node.name
        for column in ("asal", "ketepatan"):
            for name in node.extra.get(column, "").split():
                assert name in offline().nodes, (node.name, name)
        if node.extra.get("izin"):
            assert f"setuju_{node.extra['izin']}" in offline().nodes
        if isinstance(node, Repeat):
            assert isinstance(offline().nodes[node.extra["asal"]], Repeat), node.name
    without = {node.name for node in ASKED if not node.extra.get("asal")}
    assert without == {
        "konselor", "tempat_lahir_pelaku", "tgl_lahir_pelaku", "telp_pelaku", "difabel_pelaku",
    }  # fmt: skip


def taken_over() -> set[tuple[str, str]]:
    """Return (offline list, mirror list) of every choice question that is taken over by category."""
    return {
        (offline().question(name).list_name, node.list_name)
        for node in ASKED
        if node.list_name and not node.extra.get("padanan")
        for name in node.extra.get("asal", "").split()
    }


@pytest.mark.parametrize(("theirs", "ours"), sorted(taken_over()))
def test_every_choice_has_a_counterpart_or_a_reason_why_not(theirs, ours):
    labels = {choice.label["id"] for choice in FORM.lists[ours]}
    for choice in offline().lists[theirs]:
        part = counterparts().of(theirs, choice)
        assert (part.label in labels) != (part.confidence == NONE), (theirs, choice.name, part)
        assert part.source.strip(), (theirs, choice.name)


def test_the_table_of_counterparts_names_choices_that_are_there_and_contradicts_nothing():
    for (list_name, name), part in counterparts().table.items():
        assert part.confidence in CONFIDENCES
        choices = {choice.name: choice for choice in offline().lists[list_name]}
        assert name == WHOLE_LIST or name in choices, (list_name, name)
        own = choices[name].column("simfoni") if name in choices else ""
        assert not (own and part.label and own != part.label), (list_name, name)


def test_uncertain_counterparts_are_those_that_the_domain_notes_doubt():
    doubted = {mark for mark, part in counterparts().table.items() if part.confidence == "belum_pasti"}
    assert {("hubungan", "mantan_pasangan"), ("hubungan", "pasangan_adat"), ("kdrt", "ya_belum_catat")} <= doubted


# rules --------------------------------------------------------------------------------------------------------


def full() -> Record:
    return entry(record()).record


def test_the_full_mirror_record_has_no_error_and_no_warning():
    assert {finding.severity for finding in full().findings()} == {"info"}


@pytest.mark.parametrize("row", RULES, ids=[f"{row['aturan']}: {row['menunjukkan']}" for row in RULES])
def test_a_rule_fires_and_spares_what_is_nearly_so(row):
    found = {(f.at, f.code): f for f in changed(full(), row["ubah"]).findings()}
    finding = found.get((row["isian"], row["aturan"]))
    assert (finding is not None) is (row["menyala"] == "ya")
    if finding is not None:
        assert finding.severity == row["tingkat"]
        assert row["pesan"] in finding.message


def rules() -> set[tuple[str, str]]:
    own = {(check.fields[0], check.name) for check in FORM.checks}
    own |= {(node.name, "F150") for node in ASKED if node.required}
    own |= {(node.name, "F151") for node in ASKED if node.constraint}
    return own | {(node.name, "F152") for node in ASKED if node.choice_filter}


@pytest.mark.parametrize("fires", ["ya", "tidak"])
def test_every_rule_has_a_record_that_fires_it_and_one_that_nearly_does(fires):
    shown = {(row["isian"].rpartition("/")[2], row["aturan"]) for row in RULES if row["menyala"] == fires}
    assert rules() - shown == set()


def test_a_rule_stands_in_the_other_language_too():
    said = [f.message for f in changed(full(), "korban[1]/persetujuan_entri=tidak").findings(lang="en")]
    assert any("has not agreed to entry" in each for each in said)


def test_labels_in_english_keep_simfonis_word():
    for node in ASKED:
        if "tambahan kit" not in node.extra["sumber"] and node.name != "hubungan":
            word = pick(node.label, "id").partition(":")[0]
            assert word in node.label["en"], node.name
