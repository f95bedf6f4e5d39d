"""A record of the offline format becomes an entry of the mirror: what goes over, and what does not, and why."""

from __future__ import annotations

import pytest

from kasuskit.form import Record, load_form
from kasuskit.messages import KasusError, catalogue_keys
from kasuskit.simfoni import entry
from kasuskit.simfoni.entry import whole
from kasuskit.simfoni.notes import ABOUT
from tests.simfoni_record import NOW, offline, record, table

MIRRORED = {row["isian"]: row["jawaban"] for row in table("simfoni_isian.csv")}
K2 = "persetujuan[2]/setuju_simfoni=tidak"
ELSEWHERE = """
| survey   |             |             |         |
|          | type        | name        | label   |
|          | begin_group | a           | A       |
|          | text        | nama_korban | Nama    |
|          | end_group   |             |         |
| settings |             |             |         |
|          | form_title  | form_id     |         |
|          | Lain        | lain        |         |
"""
STORY = "ringkasan=K1 ditampar T1 dua kali di dapur pada 4 Oktober 2026."


def codes(given, about: str = "") -> list[str]:
    return [note.code for note in given.notes if about in ("", note.about)]


def test_the_full_record_is_taken_over_as_the_file_says():
    made = entry(record())
    assert made.record.form.spec.id == "simfoni"
    assert made.record.answers() == MIRRORED
    assert (made.named, made.unnamed, made.left_out) == (("K1", "K2"), (), ())


def test_every_row_says_section_label_value_and_where_it_comes_from():
    made = entry(record())
    rows = {row.at: row for row in made.rows}
    assert [row.value for row in made.rows if row.at == "kategori_lokasi"] == ["Rumah Tangga"]
    name = rows["korban[2]/nama_korban"]
    assert tuple(name[:4]) == ("Korban K2", "Nama", "Dina Contoh", "korban[2]/nama_korban")
    assert rows["tgl_pelaporan"].value == "12/10/2026" and rows["tgl_pelaporan"].source == "tgl_lapor"
    relation = rows["pasangan_korban[2]/pasangan[1]/hubungan"]
    assert (relation.label, relation.value) == ("Hubungan T1 dengan K2", "Orang Tua")
    assert relation.source == "hubungan_korban[2]/hubungan[1]/jenis_hubungan"
    assert rows["konselor"].value == rows["konselor"].source == ""
    assert rows["layanan_korban[1]/layanan[2]/jenis_layanan"].section == "Layanan K1, 2"
    assert {row.at for row in made.rows if row.value} == set(MIRRORED)


def test_the_same_record_gives_the_same_entry_and_stays_as_it_is():
    given = record()
    before = given.answers()
    first, second = entry(given), entry(given)
    assert (first.rows, first.notes, first.consents) == (second.rows, second.notes, second.consents)
    assert first.record.answers() == second.record.answers()
    assert given.answers() == before and first.record.now == NOW


def test_in_english_the_values_keep_simfonis_words():
    rows = {row.at: row for row in entry(record(), "en").rows}
    assert rows["korban[1]/jk_korban"].value == "Perempuan (female)"
    assert rows["korban[1]/jk_korban"].label == "Sex (JK)"
    said = next(note for note in entry(record(), "en").notes if note.code == "M711")
    assert "uncertain" in said.sentence and "Sirri" in said.sentence and "administrator" in said.way_out


# what cannot be taken over -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code", "at", "value"),
    [
        ("korban[1]/jk_korban=td", "M710", "korban[1]/jk_korban", ""),
        ("korban[1]/agama_korban=tm", "M710", "korban[1]/agama_korban", ""),
        ("korban[1]/disabilitas=td", "M710", "korban[1]/difabel_korban", ""),
        ("korban[1]/status_kawin_korban=td", "M710", "korban[1]/status_korban", ""),
        ("korban[1]/status_kawin_korban=hidup_bersama", "M711", "korban[1]/status_korban", "belum_menikah"),
        ("korban[1]/pendidikan_korban=slb", "M711", "korban[1]/pendidikan_korban", "lainnya"),
        (
            "hubungan_korban[1]/hubungan[1]/jenis_hubungan=mantan_pasangan", "M711",
            "pasangan_korban[1]/pasangan[1]/hubungan", "lainnya",
        ),
        ("presisi_tgl=bulan", "M712", "tgl_kejadian", "2026-10-04"),
        ("presisi_tgl=td", "M712", "tgl_kejadian", ""),
        ("kab_tkp=lain", "M713", "provinsi", ""),
        ("kab_tkp=td", "M713", "kab_kota", ""),
        ("desa_tkp=desa_lain_contoh", "M713", "kelurahan", ""),
        ("kekerasan[2]/tempat_kategori=sekolah", "M714", "korban[2]/lokasi_korban", "sekolah"),
    ],
)  # fmt: skip
def test_what_has_no_sure_counterpart_is_told(changes, code, at, value):
    made = entry(record(changes))
    assert code in codes(made)
    assert made.record.value(at) == value
    source = next(row.source for row in made.rows if row.at == at)
    assert any(
        note.code == code and (note.at in source.split() or note.at.startswith("presisi")) for note in made.notes
    )


def test_an_unlisted_village_keeps_its_regency():
    made = entry(record("desa_tkp=desa_lain_contoh"))
    assert [made.record.value(name) for name in ("provinsi", "kab_kota", "kecamatan")] == ["53", "53.99", ""]


def test_of_several_choices_those_without_counterpart_are_left_out():
    changes = "kekerasan[1]/bentuk=trafficking fisik | kekerasan[1]/trafficking_kategori=perbudakan kerja_paksa"
    made = entry(record(changes))
    assert made.record.value("korban[1]/kategori_trafficking") == "perbudakan"
    assert [note.sentence for note in made.notes if note.code == "M710"] == [
        'K1, Kategori Trafficking: "Kerja paksa atau pekerja migran" tidak punya padanan di SIMFONI, jadi dikosongkan. '
        "Daftar kategori trafficking yang lama tidak memuat kerja paksa atau pekerja migran."
    ]


def test_several_kinds_of_disability_are_one_yes():
    assert entry(record("korban[1]/disabilitas=fisik mental")).record.value("korban[1]/difabel_korban") == "ya"


def test_a_choice_that_this_version_does_not_know_is_left_blank_and_told():
    answers = record().answers() | {"korban[1]/pekerjaan_korban": "pemburu", "kekerasan[1]/bentuk": "fisik kdrt"}
    made = entry(Record.from_answers(offline(), answers, now=NOW))
    assert made.record.value("korban[1]/pekerjaan_korban") == ""
    assert made.record.value("korban[1]/tindak_kekerasan") == "fisik"
    assert [(note.at, "pemburu" in note.sentence) for note in made.notes if note.code == "M703"] == [
        ("korban[1]/pekerjaan_korban", True), ("kekerasan[1]/bentuk", False),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["simfoni"])
def test_a_record_of_another_form_is_refused(name):
    with pytest.raises(KasusError) as refused:
        entry(Record(load_form(name), now=NOW))
    assert refused.value.code == "M701"
    for lang in ("id", "en"):
        assert "bukan sistem resmi" in refused.value.say(lang)


def test_a_record_of_a_form_from_elsewhere_is_refused():
    form = load_form(ELSEWHERE)
    with pytest.raises(KasusError) as refused:
        entry(Record(form, now=NOW))
    assert refused.value.code == "M701" and "Lain" in refused.value.say()


def test_a_mirror_from_which_something_was_taken_is_refused():
    with pytest.raises(KasusError) as refused:
        whole(load_form(ELSEWHERE))
    assert refused.value.code == "M709" and "kategori_lokasi" in refused.value.say()
    assert whole(load_form("simfoni")).spec.id == "simfoni"


def test_very_long_texts_are_joined_no_longer_than_a_text_may_be():
    long = "x" * 15_000
    at = "hukum_terlapor[1]/proses[1]"
    made = entry(record(f"{at}/pasal={long} | {at}/ket_proses={long}"))
    assert len(made.record.value("proses_pelaku[1]/proses[1]/deskripsi_proses")) == 20_000


def test_an_empty_record_gives_an_empty_entry_that_says_why():
    made = entry(Record(offline(), now=NOW))
    assert codes(made) == ["M702"]
    assert made.record.answers() == {} and made.consents == ()


def test_an_unknown_alleged_perpetrator_has_a_row_without_a_name():
    made = entry(record())
    assert made.record.rows("pelaku") == (1, 2)
    assert made.record.value("pelaku[2]/nama_pelaku") == ""
    assert made.record.value("pelaku[2]/kelompok_usia_pelaku") == "NA"


def test_without_alleged_perpetrators_there_are_no_pairs():
    made = entry(record("-terlapor[1] | -terlapor[2]"))
    assert made.record.rows("pelaku") == ()
    assert not any(at.startswith(("pasangan", "proses")) for at in made.record.answers())


def test_a_removed_victim_leaves_the_codes_as_on_the_paper():
    made = entry(record("-korban[1]"))
    assert made.named == ("K1",)
    assert made.record.value("korban[2]/nama_korban") == "Dina Contoh"
    assert made.record.value("korban[2]/kode_korban") == "K1"
    assert made.record.label("pasangan_korban[2]/pasangan[1]/hubungan") == "Hubungan T1 dengan K1"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ("entri_simfoni=sudah | tgl_entri=2026-10-13 | unit_entri=dp3a | no_simfoni=12/2026", "M715"),
        ("entri_simfoni=lembaga_lain", "M716"),
        ("lapor_lain=ya | ket_lapor_lain=Unit PPA, 10 Oktober 2026", "M717"),
    ],
)
def test_what_may_be_entered_twice_is_told(changes, code):
    assert codes(entry(record(changes)), "double") == [code]
    assert codes(entry(record()), "double") == []


def test_the_short_format_can_be_entered_too():
    short = load_form("ringkas")
    answers = {at: value for at, value in record().answers().items() if at.rpartition("/")[2] in short.nodes}
    made = entry(Record.from_answers(short, answers, now=NOW))
    assert made.named == ("K1", "K2")
    assert made.record.value("korban[1]/nama_korban") == "Maria Contoh"
    assert made.record.value("korban[1]/telp_korban") == ""  # the short format does not ask whether she may be called
    assert set(made.record.answers()) < set(MIRRORED)


# consent ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ("setuju_simfoni=tidak", "M720"),
        ("setuju_simfoni=", "M721"),
        ("setuju_catat=", "M721"),
        ("setuju_catat=tidak", "M725"),
        ("tarik_izin=ya | tgl_tarik=2026-10-13 | lingkup_tarik=simfoni", "M722"),
        ("tarik_izin=ya | tgl_tarik=2026-10-13 | lingkup_tarik=catat", "M722"),
        ("anak_setuju=tidak", "M724"),
    ],
)
def test_who_may_not_be_entered_is_left_out_with_all_that_is_theirs(changes, code):
    both = " | ".join(f"persetujuan[2]/{each}" for each in changes.split(" | "))
    made = entry(record(f"{both} | {STORY}"))
    assert made.named == ("K1",)
    assert [note.at for note in made.notes if note.code == code] == ["persetujuan[2]/setuju_simfoni"]
    assert (
        made.record.rows("korban") == made.record.rows("pasangan_korban") == made.record.rows("layanan_korban") == (1,)
    )
    written = " ".join(made.record.answers().values())
    assert "Dina" not in written and "neneknya" not in written


def test_consent_from_a_guardian_who_sides_with_the_alleged_perpetrator_counts_for_nothing():
    made = entry(record(f"korban[2]/wali_terlapor=ya | {STORY}"))
    assert (made.named, codes(made, "consent")) == (("K1",), ["M723", "M730"])
    assert entry(record("korban[2]/wali_terlapor=ya | persetujuan[2]/pemberi_izin=peksos")).named == ("K1", "K2")


@pytest.mark.parametrize(
    ("statistics", "unnamed", "left_out", "said"),
    [("ya", ("K2",), (), "dihitung, tanpa identitas"), ("tidak", (), ("K2",), "tidak dihitung")],
)
def test_who_agrees_to_statistics_is_counted_without_identity(statistics, unnamed, left_out, said):
    made = entry(record(f"{K2} | persetujuan[2]/setuju_statistik={statistics} | {STORY}"))
    assert (made.unnamed, made.left_out) == (unnamed, left_out)
    assert said in next(note.sentence for note in made.notes if note.code == "M720")


def test_who_withdraws_from_statistics_or_the_record_is_not_counted():
    for scope in ("simfoni statistik", "catat"):
        taken = f"tarik_izin=ya | tgl_tarik=2026-10-13 | lingkup_tarik={scope}"
        made = entry(record(" | ".join(f"persetujuan[2]/{each}" for each in taken.split(" | "))))
        assert (made.unnamed, made.left_out) == ((), ("K2",))


def test_when_nobody_agrees_nothing_is_filled_in():
    made = entry(record(f"{K2} | persetujuan[1]/setuju_simfoni=tidak"))
    assert made.record.answers() == {}
    assert codes(made) == ["M720", "M720", "M729"]


@pytest.mark.parametrize(
    "story", ["K1 dan K2 diancam T1 di dapur.", "K1 ditampar T1 di depan Dina.", "Anak k2 juga diancam T1."]
)
def test_a_text_that_tells_of_someone_left_out_is_left_blank(story):
    made = entry(record(f"{K2} | ringkasan={story}"))
    assert made.record.value("deskripsi_kasus") == ""
    assert [(note.code, note.at) for note in made.notes][1] == ("M726", "ringkasan")


def test_the_description_is_kept_when_it_tells_of_nobody_left_out_and_is_to_be_read_once_more():
    made = entry(record(f"{K2} | {STORY}"))
    assert made.record.value("deskripsi_kasus") == STORY.partition("=")[2]
    assert "M730" in codes(made) and "M730" not in codes(entry(record()))


def test_other_texts_about_someone_left_out_are_left_blank_too():
    told = "layanan_korban[1]/layanan[1]/ket_layanan=Datang bersama K2"
    made = entry(record(f"{K2} | {STORY} | {told}"))
    assert made.record.value("layanan_korban[1]/layanan[1]/deskripsi_layanan") == ""
    kept = entry(record(told)).record
    assert kept.value("layanan_korban[1]/layanan[1]/deskripsi_layanan") == "Datang bersama K2"


def test_a_phone_goes_in_only_with_consent_to_be_contacted():
    made = entry(record())
    assert made.record.value("korban[1]/telp_korban").startswith("0800")
    assert made.record.value("korban[2]/telp_korban") == ""
    assert [note.at for note in made.notes if note.code == "M727"] == ["korban[2]/hp_korban"]
    taken = "tarik_izin=ya | tgl_tarik=2026-10-13 | lingkup_tarik=hubungi"
    again = entry(record(" | ".join(f"persetujuan[1]/{each}" for each in taken.split(" | "))))
    assert again.record.value("korban[1]/telp_korban") == "" and again.named == ("K1", "K2")


@pytest.mark.parametrize(
    "changes",
    [
        "persetujuan[1]/setuju_rujuk=psikososial",
        "persetujuan[1]/setuju_rujuk=tidak_ada",
        "layanan_korban[1]/rujukan[1]/layanan_tujuan=",
        "persetujuan[1]/tarik_izin=ya | persetujuan[1]/tgl_tarik=2026-10-12 | persetujuan[1]/lingkup_tarik=rujuk",
    ],
)
def test_a_referral_goes_in_only_with_consent_to_that_service(changes):
    made = entry(record(changes))
    assert made.record.rows("layanan_korban[1]/rujukan") == ()
    assert codes(made, "consent").count("M728") == 1
    assert entry(record()).record.rows("layanan_korban[1]/rujukan") == (1,)


def test_a_referral_from_before_the_withdrawal_goes_in():
    taken = "tarik_izin=ya | tgl_tarik=2026-10-14 | lingkup_tarik=rujuk"
    made = entry(record(" | ".join(f"persetujuan[1]/{each}" for each in taken.split(" | "))))
    assert made.record.rows("layanan_korban[1]/rujukan") == (1,)


def test_every_note_is_about_something_and_every_code_of_a_note_is_in_the_catalogue():
    keys = set(catalogue_keys("simfoni"))
    assert {code for code in ABOUT} <= keys
    for note in entry(record()).notes:
        assert note.about == ABOUT[note.code] and note.sentence and note.way_out
