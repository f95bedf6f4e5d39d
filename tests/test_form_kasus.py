"""The shipped form ``kasus``: every rule fires and spares what is nearly so, the form is whole, and it counts right.

``files/kasus_dasar.csv`` is a full case without findings; ``files/aturan.csv`` changes it, one row for each record:
``aturan`` (a check, or the rule and the form's own code), ``ubah`` (``isian=jawaban``, ``+ulangan`` adds a row,
``-ulangan[n]`` removes one), the finding's ``isian`` and ``tingkat``, whether it is there (``menyala``), what else is
found (``juga``), and what the row shows.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from kasuskit.form import Record, load_form
from kasuskit.form.definition import Question, Repeat
from kasuskit.form.findings import MOMENTS, SEVERITIES
from kasuskit.places import data_dir
from tests.said import texts_of

NOW = "2026-10-05T09:00:00+08:00"
FILES = Path(__file__).parent / "files"
LANGUAGES = ("id", "en")


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FORM = load_form("kasus")
BASE = {row["isian"]: row["jawaban"] for row in table(FILES / "kasus_dasar.csv")}
RULES = table(FILES / "aturan.csv")
ASKED = tuple(node for node in FORM.nodes.values() if isinstance(node, Question) and node.asked)


def record_of_base() -> Record:
    return Record.from_answers(FORM, BASE, now=NOW)


def change(record: Record, changes: str) -> Record:
    for each in changes.split(" | "):
        if each.startswith("+"):
            record.add(each[1:])
        elif each.startswith("-"):
            record.remove(each[1:])
        else:
            at, _, value = each.partition("=")
            record.set(at, value)
    return record


# rules ------------------------------------------------------------------------------------------------------


def code_of(rule: str) -> str:
    """Return the finding's code: of ``R09 F151`` the form's own, of ``R58a`` the check's name."""
    return rule.split()[-1]


def question_at(at: str) -> str:
    return at.rpartition("/")[2]


def test_the_case_that_all_rules_start_from_is_full_and_without_findings():
    record = record_of_base()
    assert record.findings() == ()
    assert record.answers() == BASE
    cells = ((at, node, row) for at, node, row in record.cells() if isinstance(node, Question) and node.asked)
    assert [at for at, node, row in cells if row.relevance[node.name] and not row.cells[node.name]] == [
        "korban[2]/nik_korban"  # a child without a NIK
    ]


@pytest.mark.parametrize("row", RULES, ids=[f"{row['aturan']}: {row['menunjukkan']}" for row in RULES])
def test_a_rule_fires_and_spares_what_is_nearly_so(row):
    record = change(record_of_base(), row["ubah"])
    found = {(finding.at, finding.code): finding.severity for finding in record.findings()}
    mark = (row["isian"], code_of(row["aturan"]))
    assert found.pop(mark, "") == (row["tingkat"] if row["menyala"] == "ya" else "")
    assert sorted(f"{code} {at}" for at, code in found) == [each for each in row["juga"].split(" | ") if each]


# Rules that say what must be filled in; R02, R09, R20 and R54 say what may be filled in.
MUST_BE_FILLED = {
    "R12", "R19", "R33", "R34", "R35", "R36", "R38", "R51", "R63", "R66", "R68", "R78", "R81", "R82", "R83",
}  # fmt: skip


def rules_of_the_form() -> set[tuple[str, str]]:
    """Return (where it is shown, code) of every check and of every question's own rule that the domain names."""
    rules = {(check.fields[0], check.name) for check in FORM.checks}
    for node in ASKED:
        names = set(node.extra.get("aturan", "").split())
        rules |= {(node.name, "F151")} if names and node.constraint else set()
        rules |= {(node.name, "F152")} if names and node.choice_filter else set()
        rules |= {(node.name, "F150")} if names & MUST_BE_FILLED and node.required else set()
    return rules


# A rule that cannot have both rows stands here, with the reason. None so far.
EXCEPTIONS: dict[tuple[str, str], str] = {}


@pytest.mark.parametrize("fires", ["ya", "tidak"])
def test_every_rule_has_a_record_that_fires_it_and_one_that_nearly_does(fires):
    shown = {(question_at(row["isian"]), code_of(row["aturan"])) for row in RULES if row["menyala"] == fires}
    assert rules_of_the_form() - shown == set(EXCEPTIONS)


def test_the_rows_of_the_rules_name_rules_of_the_form():
    for row in RULES:
        rule, name = row["aturan"].split()[0], question_at(row["isian"])
        assert (name, code_of(row["aturan"])) in rules_of_the_form(), row
        if " " in row["aturan"]:
            assert rule in FORM.nodes[name].extra["aturan"].split(), row
        assert row["menyala"] in ("ya", "tidak")
        assert row["menunjukkan"]
    assert len({(row["aturan"], question_at(row["isian"]), row["menunjukkan"]) for row in RULES}) == len(RULES)


def test_a_change_finds_the_same_as_the_whole_record_read_afresh():
    for row in RULES:
        record = change(record_of_base(), row["ubah"])
        if row["ubah"].startswith("-korban"):
            continue  # a removed first row leaves its key unused, and a fresh record begins without it all the same
        again = Record.from_answers(FORM, record.answers(), now=NOW)
        assert again.findings() == record.findings(), row["menunjukkan"]


# Rules over several cases: a NIK seen before (R28), a likely double (R29), small numbers in a table (R84).
OF_THE_REGISTERS = {"R28", "R29", "R84"}


def test_all_rules_of_the_domain_on_one_case_are_in_the_form():
    named = " ".join(
        [*(check.name for check in FORM.checks), *(n.extra.get("aturan", "") for n in FORM.nodes.values())]
    )
    known = {f"R{number:02}" for number in range(1, 85)}
    assert known - set(re.findall(r"\bR\d\d", named)) == OF_THE_REGISTERS


# shape ------------------------------------------------------------------------------------------------------

SECTIONS = "ABCDEFGHIJKL"


def test_the_form_has_its_sections_repeats_and_at_least_150_questions():
    assert len(ASKED) >= 150
    assert [section.name for section in FORM.sections] == [f"bagian_{letter.lower()}" for letter in SECTIONS]
    for lang in LANGUAGES:
        assert [section.label[lang][:3] for section in FORM.sections] == [f"{letter}. " for letter in SECTIONS]
    repeats = {node.name: node for node in FORM.nodes.values() if isinstance(node, Repeat)}
    assert {name for name, node in repeats.items() if not node.count} == {
        "korban", "terlapor", "bukti", "saksi", "layanan", "rujukan", "proses", "penyelesaian", "tindak_lanjut",
    }  # fmt: skip
    linked = {name: node.count for name, node in repeats.items() if node.count}
    assert linked == {
        "hubungan_korban": "count(${korban})", "hubungan": "count(${terlapor})", "kekerasan": "count(${korban})",
        "dampak": "count(${korban})", "risiko": "count(${korban})", "kebutuhan_korban": "count(${korban})",
        "persetujuan": "count(${korban})", "layanan_korban": "count(${korban})",
        "hukum_terlapor": "count(${terlapor})",
    }  # fmt: skip
    inside = {name: node.repeats for name, node in repeats.items() if node.repeats}
    assert inside == {
        "hubungan": ("hubungan_korban",), "layanan": ("layanan_korban",), "rujukan": ("layanan_korban",),
        "proses": ("hukum_terlapor",),
    }  # fmt: skip


def test_everything_stands_in_both_languages():
    assert FORM.languages == LANGUAGES
    for where, said, needed in texts_of(FORM):
        if said or needed:
            assert all(said.get(lang, "").strip() for lang in LANGUAGES), where
            placeholders = [sorted(re.findall(r"\$\{.*?\}", said[lang])) for lang in LANGUAGES]
            assert placeholders[0] == placeholders[1], where


def test_sentences_are_translated():
    names_of_places = ("desa/", "kab/")
    for where, said, _ in texts_of(FORM):
        sentence = said and (said["id"].rstrip()[-1] in ".?!" or len(said["id"].split()) > 3)
        if sentence and not where.startswith(names_of_places):
            assert said["id"] != said["en"], where


def test_every_question_and_check_names_its_source_and_is_of_a_known_kind():
    for node in FORM.nodes.values():
        if isinstance(node, Question):
            assert node.extra.get("sumber", "").strip(), node.name
    for check in FORM.checks:
        assert check.source.strip(), check.name
        assert check.severity in SEVERITIES
        assert check.moment in MOMENTS
    assert len({check.name for check in FORM.checks}) == len(FORM.checks)
    two_answers = ("ya_tidak", "ya_tidak_td", "ya_tidak_td_tm")
    without = {name for name, choices in FORM.lists.items() for choice in choices if not choice.column("sumber")}
    assert without <= set(two_answers)


# The categories as SIMFONI publishes them (domain notes 2.2 and 2.4).
SIMFONI = {
    "jk": "Laki-laki, Perempuan",
    "hubungan": "NA, Orang Tua, Keluarga/Saudara, Suami/Istri, Tetangga, Pacar/Teman, Guru, Majikan, Rekan Kerja, "
    "Lainnya",
    "bentuk": "Fisik, Psikis, Seksual, Eksploitasi, Trafficking, Penelantaran, Lainnya",
    "sub_bentuk": "Fisik, Psikis, Seksual, Eksploitasi, Trafficking, Penelantaran, Lainnya",
    "tempat_kategori": "Rumah Tangga, Tempat Kerja, Sekolah, Fasilitas Umum, Lembaga Pendidikan Kilat, Lainnya",
    "trafficking": "Eksploitasi Seksual, Perbudakan, Perdagangan Organ Tubuh, Perdagangan Narkoba",
    "kdrt": "Ya, Tidak",
    "disabilitas": "Ya, Tidak",
    "pendidikan": "NA, Tidak Sekolah, PAUD, TK, SD, SLTP, SLTA, Perguruan Tinggi, Lainnya",
    "pekerjaan": "NA, Bekerja, Pelajar, Ibu Rumah Tangga, Swasta/Buruh, PNS/TNI/POLRI, Pedagang/Tani/Nelayan, "
    "Tidak Bekerja",
    "status_kawin": "Belum Menikah, Menikah, Duda/Janda, Sirri",
    "jenis_layanan": "Pengaduan, Kesehatan, Bantuan Hukum, Penegakan Hukum, Rehabilitasi Sosial, Reintegrasi Sosial, "
    "Pemulangan, Pendampingan Tokoh Agama",
    "jenis_proses": "Pelaporan, Pemeriksaan, Penyelidikan, Penyidikan, Penangkapan, Penahanan, Penggeledahan, "
    "Penyitaan, Pra Penuntutan, Diversi, Penuntutan, Pengadilan TK I, Pengadilan TK II, Kasasi, Peninjauan Kembali",
}
# Choices that SIMFONI has no category for.
NOT_IN_SIMFONI = {
    "jk/td", "sub_bentuk/td", "trafficking/td", "trafficking/kerja_paksa", "disabilitas/td", "status_kawin/td",
}  # fmt: skip


@pytest.mark.parametrize("name", SIMFONI)
def test_a_list_that_simfoni_categorises_maps_to_its_categories_exactly(name):
    mapped = {choice.name: choice.column("simfoni") for choice in FORM.lists[name]}
    assert {f"{name}/{choice}" for choice, category in mapped.items() if not category} == {
        each for each in NOT_IN_SIMFONI if each.startswith(f"{name}/")
    }
    assert set(mapped.values()) - {""} == set(SIMFONI[name].split(", "))
    if name in ("bentuk", "tempat_kategori"):
        assert all(choice.label["id"].startswith(choice.column("simfoni")) for choice in FORM.lists[name])
    if name == "sub_bentuk":
        forms = {choice.name: choice.column("simfoni") for choice in FORM.lists["bentuk"]}
        assert all(c.column("simfoni") == forms.get(c.column("induk"), "") for c in FORM.lists[name])


RELATIONS = {
    "Suami/Istri": "suami istri pasangan_adat",
    "Pacar/Teman": "pacar tunangan mantan_pacar teman teman_sebaya kenalan_daring",
    "Orang Tua": "ayah_kandung ibu_kandung ayah_tiri ibu_tiri ayah_angkat ibu_angkat",
    "Keluarga/Saudara": "kakek_nenek paman_bibi saudara sepupu ipar mertua menantu anak kerabat_lain",
    "Tetangga": "tetangga",
    "Guru": "guru",
    "Majikan": "majikan",
    "Rekan Kerja": "rekan_kerja",
    "Lainnya": "mantan_pasangan tak_dikenal aparat tokoh_agama tokoh_adat prt lainnya",
    "NA": "td",
}


def test_each_relation_falls_into_its_simfoni_category_and_shows_it():
    wanted = {name: category for category, names in RELATIONS.items() for name in names.split()}
    assert {choice.name: choice.column("simfoni") for choice in FORM.lists["hubungan"]} == wanted
    record, at = record_of_base(), "hubungan_korban[1]/hubungan[1]"
    for name, category in wanted.items():
        record.set(f"{at}/jenis_hubungan", name)
        assert record.value(f"{at}/kategori_hubungan") == category
        assert record.label(f"{at}/info_hubungan") == f"Kategori SIMFONI: {category}."


# Where the domain notes (section 1) offer "Tidak diketahui", and where "Tidak mau menjawab".
UNKNOWN = """
hp_pelapor_aman jk_korban dokumen_korban pendidikan_korban pekerjaan_korban status_kawin_korban hamil disabilitas
serumah_sekarang kekerasan_lalu masih_sekolah presisi_lahir jk_terlapor presisi_usia_terlapor jabatan_terlapor
akses_korban bahaya_terlapor pernah_dilaporkan pekerjaan_terlapor jenis_hubungan serumah_saat_kejadian relasi_kuasa
presisi_tgl waktu_kejadian frekuensi kbgo pertukaran anak_menyaksikan pendidikan_terlapor agama_terlapor
status_kawin_terlapor kerentanan ampk alat perlu_medis dampak_fisik dampak_psikis dampak_ekonomi dampak_sosial
wujud_bukti cara_tahu bersedia_saksi saksi_anak saksi_aman bahaya_segera makin_sering ancaman_bunuh dicekik senjata
paksaan_seksual saat_hamil mabuk_napza kontrol_untit baru_pisah ancam_anak niat_bunuh_diri tekanan_damai bergantung
rasa_aman tempat_aman rujukan_diterima laporan_dicabut setuju_bebas risiko_ulang
"""
UNANSWERED = "hamil kekerasan_lalu perlu_medis paksaan_seksual niat_bunuh_diri rasa_aman"


@pytest.mark.parametrize(("choice", "names"), [("td", UNKNOWN), ("tm", UNANSWERED)])
def test_not_known_and_not_said_can_be_answered_wherever_the_domain_notes_say_so(choice, names):
    for name in names.split():
        question = FORM.question(name)
        offered = FORM.choice(question, choice)
        assert offered is not None, name
        assert offered.label["id"].startswith("Tidak diketahui" if choice == "td" else "Tidak mau")


# the short form ----------------------------------------------------------------------------------------------

SURVEY = table(data_dir() / "forms" / "kasus" / "survey.csv")
REFERENCE = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")


def test_the_short_form_keeps_about_sixty_questions_and_all_that_they_need():
    kept = {row["name"] for row in SURVEY if row["ringkas"] == "ya" and row["name"]}
    assert {row["ringkas"] for row in SURVEY} == {"ya", ""}
    assert 55 <= sum(node.name in kept for node in ASKED) <= 70
    sections = [section.name for section in FORM.sections if section.name in kept]
    assert sections == [f"bagian_{letter}" for letter in "abcdefgijkl"]
    for row in SURVEY:
        if row["ringkas"] == "ya":
            assert set(REFERENCE.findall(" ".join(row.values()))) <= kept, row["name"]
    for name in kept:
        around = FORM.nodes[name].parent
        assert not around or around in kept, name


def test_the_short_form_closes_the_blocks_that_it_opens():
    open_blocks = []
    for row in SURVEY:
        if row["type"].startswith("begin_"):
            open_blocks.append(row["ringkas"])
        elif row["type"].startswith("end_"):
            assert row["ringkas"] == open_blocks.pop()


# words ------------------------------------------------------------------------------------------------------

PUNISHMENT = re.compile(
    r"penjara|kurungan|hukuman|\bdenda\b(?! adat)|\bRp\b|prison|jail|\bsentenced\b|penalt|punish"
    r"|(?<!customary )\bfines?\b",
    re.IGNORECASE,
)


def test_nothing_promises_a_punishment():
    for where, said, _ in texts_of(FORM):
        for lang in said:
            assert not PUNISHMENT.search(said[lang]), (where, lang)


def test_the_alleged_perpetrator_is_never_called_the_perpetrator():
    for where, said, _ in texts_of(FORM):
        assert not re.search(r"\bpelaku", said.get("id", ""), re.IGNORECASE), where
        assert not re.search(r"(?<!alleged )\bperpetrator", said.get("en", ""), re.IGNORECASE), where


LAW = re.compile(r"\bPasal\b|\bUU\b|undang|pidana|\bArticle\b|\bLaw\b|prosecut", re.IGNORECASE)
CAREFUL = {"id": re.compile(r"[Kk]it (kasuskit )?memakai|LBH"), "en": re.compile(r"[Tt]he kit uses|\(LBH\)|legal aid")}
CONFIRM = {
    "id": "Kit kasuskit memakai aturan ini; konfirmasi ke LBH.",
    "en": "The kit uses this rule; confirm it with legal aid (LBH).",
}


def marks(source: str) -> set[str]:
    """Return the confidence marks of a ``sumber`` cell: what stands after what it rests on (``R11; L``)."""
    return set(re.findall(r"[\w-]+", " ".join(source.split(";")[1:])))


def test_a_rule_from_law_that_nobody_read_again_asks_to_be_confirmed():
    unread = [check for check in FORM.checks if "L" in marks(check.source)]
    assert {check.name for check in unread} == {"R11", "R14", "R15", "R49", "R50"}
    for check in unread:
        for lang in LANGUAGES:
            assert check.message[lang].endswith(CONFIRM[lang]), (check.name, lang)


def test_law_is_cited_only_from_a_source_or_with_a_word_of_care():
    for check in FORM.checks:
        for lang in LANGUAGES:
            said = f"{check.message[lang]} {check.why[lang]}"
            sourced = any(mark.startswith("S") for mark in marks(check.source))
            assert not LAW.search(said) or sourced or CAREFUL[lang].search(said), (check.name, lang)
    for node in FORM.nodes.values():
        for lang in LANGUAGES:
            said = " ".join(each.get(lang, "") for each in (node.label, node.hint, node.guidance))
            sourced = any(mark.startswith("S") for mark in re.findall(r"[\w-]+", node.extra.get("sumber", "")))
            assert not LAW.search(said) or sourced or CAREFUL[lang].search(said), (node.name, lang)


def test_the_unregistered_marriage_is_left_to_a_lawyer():
    check = next(check for check in FORM.checks if check.name == "R95")
    assert (check.severity, "I" in marks(check.source)) == ("info", True)
    assert all(CAREFUL[lang].search(check.message[lang]) for lang in LANGUAGES)


def test_expressions_hold_no_run_of_spaces():
    """pyxform makes one space of several, so that ``translate(x, '.,', '  ')`` would take the comma away."""
    for sheet in ("survey", "checks"):
        for row in table(data_dir() / "forms" / "kasus" / f"{sheet}.csv"):
            for column in ("relevant", "constraint", "calculation", "choice_filter", "required", "when"):
                assert "  " not in (row.get(column) or ""), (row["name"], column)


# counting ---------------------------------------------------------------------------------------------------


def at_age(birth: str, incident: str) -> Record:
    record = record_of_base()
    record.set("tgl_lapor", "2026-10-05")
    record.set("tgl_kejadian", incident)
    record.set("korban[1]/tgl_lahir_korban", birth)
    record.set("korban[1]/usia_korban", record.value("korban[1]/usia_hitung"))
    return record


@pytest.mark.parametrize(
    ("birth", "incident", "age", "kind"),
    [
        ("2008-10-04", "2026-10-03", "17", "Anak"),  # 17 years and 364 days
        ("2008-10-03", "2026-10-03", "18", "Dewasa"),  # the 18th birthday
        ("2008-02-29", "2026-02-28", "17", "Anak"),  # born on a leap day: not before 1 March
        ("2008-02-29", "2026-03-01", "18", "Dewasa"),
        ("2008-02-29", "2024-02-29", "16", "Anak"),
        ("2025-10-04", "2026-10-03", "0", "Anak"),
        ("2026-10-03", "2026-10-03", "0", "Anak"),  # born that day
        ("2026-10-04", "2026-10-03", "", ""),  # not born yet: no age is worked out
        ("1916-10-03", "2026-10-03", "110", "Dewasa"),
        ("2008-12-31", "2026-01-01", "17", "Anak"),
    ],
)
def test_the_age_is_the_age_at_the_incident(birth, incident, age, kind):
    record = at_age(birth, incident)
    assert (record.value("korban[1]/usia_hitung"), record.value("korban[1]/anak_dewasa")) == (age, kind)
    assert record.relevant("korban[1]/blok_anak") is (kind == "Anak")
    assert "R08" not in {finding.code for finding in record.findings("korban[1]/usia_korban")}


@pytest.mark.parametrize(
    ("ages", "group", "kind"),
    [
        ((0, 5), "0-5", "Anak"),
        ((6, 12), "6-12", "Anak"),
        ((13, 17), "13-17", "Anak"),
        ((18, 24), "18-24", "Dewasa"),
        ((25, 44), "25-44", "Dewasa"),
        ((45, 59), "45-59", "Dewasa"),
        ((60, 110), "60+", "Dewasa"),
    ],
)
def test_the_age_groups_of_victims_are_simfonis(ages, group, kind):
    record = record_of_base()
    for age in ages:
        record.set("korban[1]/usia_korban", str(age))
        assert record.value("korban[1]/kelompok_usia") == group
        assert record.value("korban[1]/anak_dewasa") == kind
        assert group in record.label("korban[1]/info_usia")


@pytest.mark.parametrize(
    ("ages", "group"), [((0, 17), "0-17"), ((18, 24), "18-24"), ((25, 59), "25-59"), ((60, 110), "60+")]
)
def test_the_age_groups_of_alleged_perpetrators_are_simfonis(ages, group):
    record = record_of_base()
    for age in ages:
        record.set("terlapor[1]/usia_terlapor", str(age))
        assert record.value("terlapor[1]/kelompok_usia_terlapor") == group
    record.set("terlapor[1]/presisi_usia_terlapor", "td")
    assert record.value("terlapor[1]/kelompok_usia_terlapor") == "NA"


@pytest.mark.parametrize(
    ("nik", "day", "valid"),
    [
        ("5399010107940000", "1", "ya"),
        ("5399013107940000", "31", "ya"),
        ("5399014107940000", "1", "ya"),  # a woman's day is the day + 40
        ("5399017107940000", "31", "ya"),
        ("5399014007940000", "40", "tidak"),
        ("5399017207940000", "32", "tidak"),
        ("5399010007940000", "0", "tidak"),
        ("5399016902960000", "29", "ya"),  # 29 February 1996
        ("5399016902950000", "29", "tidak"),
        ("5399017104940000", "31", "tidak"),  # 31 April
        ("539901410794000", "", ""),  # 15 digits: nothing is read from it
    ],
)
def test_the_birthday_in_a_nik(nik, day, valid):
    record = record_of_base()
    record.set("korban[1]/nik_korban", nik)
    assert (record.value("korban[1]/nik_hari"), record.value("korban[1]/nik_tgl_sah")) == (day, valid)


@pytest.mark.parametrize(("number", "written"), [("1", "001"), ("12", "012"), ("999", "999")])
def test_the_case_number_is_made_of_post_village_year_and_number(number, written):
    record = record_of_base()
    record.set("no_urut", number)
    assert record.value("no_kasus") == f"SSP/53.99.01.2001/2026/{written}"
    record.set("no_urut", "")
    assert record.value("no_kasus") == ""


@pytest.mark.parametrize(
    ("changes", "proposed"),
    [
        ("jenis_hubungan=suami", "ya"),
        ("jenis_hubungan=suami | serumah_saat_kejadian=tidak", "ya"),
        ("jenis_hubungan=anak | serumah_saat_kejadian=tidak", "ya"),
        ("jenis_hubungan=pasangan_adat", "ya_belum_catat"),
        ("jenis_hubungan=ipar", "ya"),
        ("jenis_hubungan=ipar | serumah_saat_kejadian=tidak", "tidak"),
        ("jenis_hubungan=ipar | serumah_saat_kejadian=td", ""),
        ("jenis_hubungan=prt", "ya"),
        ("jenis_hubungan=mantan_pasangan", "tidak"),
        ("jenis_hubungan=pacar", "tidak"),
        ("jenis_hubungan=td", ""),
        ("jenis_hubungan=", ""),
    ],
)
def test_kdrt_is_proposed_from_the_relation_and_the_house(changes, proposed):
    at = "hubungan_korban[1]/hubungan[1]"
    record = change(record_of_base(), " | ".join(f"{at}/{each}" for each in changes.split(" | ")))
    assert record.value("kekerasan[1]/usul_kdrt") == proposed


# The items that make the risk high by themselves, and the others (domain notes 1.I).
HIGH = "bahaya_segera ancaman_bunuh dicekik senjata ancam_anak niat_bunuh_diri"
OTHER_RISKS = "makin_sering paksaan_seksual saat_hamil mabuk_napza kontrol_untit baru_pisah tekanan_damai bergantung"


def at_risk(yes: str, victim: int = 1) -> Record:
    record = record_of_base()
    for name in f"{HIGH} {OTHER_RISKS}".split():
        record.set(f"risiko[{victim}]/{name}", "ya" if name in yes.split() else "tidak")
    return record


@pytest.mark.parametrize(
    ("yes", "count", "level"),
    [
        ("", "0", "rendah"),
        *((name, "1", "tinggi") for name in HIGH.split()),
        *((name, "1", "rendah") for name in OTHER_RISKS.split()),
        ("makin_sering baru_pisah", "2", "sedang"),
        ("makin_sering baru_pisah bergantung", "3", "sedang"),
        ("makin_sering baru_pisah bergantung tekanan_damai", "4", "tinggi"),
        (OTHER_RISKS, "8", "tinggi"),
    ],
)
def test_the_level_of_risk_follows_the_answers(yes, count, level):
    record = at_risk(yes)
    assert (record.value("risiko[1]/jml_ya"), record.value("risiko[1]/tingkat_risiko")) == (count, level)
    assert level in record.label("risiko[1]/info_risiko")


def test_a_child_within_reach_is_at_high_risk():
    record = at_risk("", victim=2)
    assert (record.value("risiko[2]/anak_terjangkau"), record.value("risiko[2]/tingkat_risiko")) == ("ya", "tinggi")
    record.set("terlapor[1]/akses_korban", "tidak")
    assert (record.value("risiko[2]/anak_terjangkau"), record.value("risiko[2]/tingkat_risiko")) == ("tidak", "rendah")
    record.add("terlapor")
    record.set("terlapor[2]/akses_korban", "ya")
    assert record.value("risiko[2]/anak_terjangkau") == "ya"


def test_the_level_of_risk_is_never_low_while_an_item_is_open():
    for name in f"{HIGH} {OTHER_RISKS}".split():
        if name == "saat_hamil":
            continue  # not asked of everybody
        record = at_risk("")
        record.set(f"risiko[1]/{name}", "")
        assert record.value("risiko[1]/tingkat_risiko") == "", name
        assert not record.relevant("risiko[1]/info_risiko")
        record.set(f"risiko[1]/{name}", "td")
        assert record.value("risiko[1]/tingkat_risiko") == "rendah", name


def test_a_finding_says_what_was_found_in_the_text():
    record = record_of_base()
    record.set("krono_saat", "Tanggal 4 Oktober 2026 Yakob memukul Maria. K1 mengaku takut. Telepon 080000000000.")
    said = {finding.code: finding.message for finding in record.findings("krono_saat")}
    for code, found in {"R57b": "mengaku", "R58b": "Yakob", "R58g": "telepon", "R60b": "4 Oktober 2026"}.items():
        assert found in said[code]
    assert "Maria" in said["R58b"]


# rows that follow the victims --------------------------------------------------------------------------------

LINKED = {
    "kekerasan": ("nama_k_ker", "kode_k_ker", "bentuk", ("fisik", "psikis", "penelantaran")),
    "kebutuhan_korban": ("nama_k_but", "kode_k_but", "kebutuhan", ("aman", "aman visum", "aman ekonomi")),
    "persetujuan": ("nama_k_izin", "kode_k_izin", "setuju_rujuk", ("kesehatan", "hukum", "rumah_aman")),
    "hubungan_korban": ("nama_k_hub", "kode_k_hub", "hubungan[1]/jenis_hubungan", ("suami", "paman_bibi", "ipar")),
    "dampak": ("nama_k_dam", "kode_k_dam", "dampak_fisik", ("luka_ringan", "luka_berat", "tidak_ada")),
    "risiko": ("nama_k_ris", "kode_k_ris", "bahaya_segera", ("ya", "tidak", "td")),
    "layanan_korban": ("nama_k_lay", "kode_k_lay", "layanan[1]/ket_layanan", ("satu", "dua", "tiga")),
}
NAMES = ("Maria Contoh", "Rosa Contoh", "Dina Contoh")


def three_victims() -> Record:
    record = record_of_base()
    record.add("korban")
    record.add("layanan_korban[3]/layanan")
    for key, name in enumerate(NAMES, 1):
        record.set(f"korban[{key}]/nama_korban", name)
        for repeat, (_, _, asked, answers) in LINKED.items():
            record.set(f"{repeat}[{key}]/{asked}", answers[key - 1])
    return record


def persons(record: Record, repeat: str) -> list[tuple[str, str, str]]:
    name, code, asked, _ = LINKED[repeat]
    return [
        tuple(record.value(f"{repeat}[{key}]/{each}") for each in (name, code, asked)) for key in record.rows(repeat)
    ]


@pytest.mark.parametrize("repeat", LINKED)
def test_a_linked_row_keeps_its_person_when_a_victim_is_removed(repeat):
    record, answers = three_victims(), LINKED[repeat][3]
    full = [(name, f"K{place}", answer) for place, (name, answer) in enumerate(zip(NAMES, answers, strict=True), 1)]
    assert persons(record, repeat) == full
    record.remove("korban[2]")
    assert record.rows(repeat) == (1, 3)
    assert persons(record, repeat) == [full[0], (NAMES[2], "K2", answers[2])]
    record.restore("korban[2]")
    assert persons(record, repeat) == full


def test_a_rule_about_a_later_person_reads_that_person_when_an_earlier_one_is_removed():
    record = three_victims()
    changes = "usia_korban=15 | presisi_lahir=td | wali_terlapor=ya"
    change(record, " | ".join(f"korban[3]/{each}" for each in changes.split(" | ")))
    record.set("persetujuan[3]/pemberi_izin", "wali")
    for removed in ("korban[2]", "korban[1]"):
        record.remove(removed)
        assert [f.at for f in record.findings() if f.code == "R13"] == ["persetujuan[3]/pemberi_izin"]
    record.set("korban[3]/wali_terlapor", "tidak")
    assert [f.at for f in record.findings() if f.code == "R13"] == []


def test_relations_keep_their_pair_when_an_alleged_perpetrator_is_removed():
    record = three_victims()
    record.add("terlapor")
    record.set("terlapor[2]/terlapor_dikenal", "ya")
    record.set("terlapor[2]/nama_terlapor", "Simon Contoh")
    for victim in (1, 2, 3):
        record.set(f"hubungan_korban[{victim}]/hubungan[2]/jenis_hubungan", "tetangga")
    record.set("hukum_terlapor[2]/laporan_dicabut", "td")
    record.remove("terlapor[1]")
    record.remove("korban[1]")
    process = [record.value(f"hukum_terlapor[2]/{name}") for name in ("kode_t_huk", "nama_t_huk", "laporan_dicabut")]
    assert process == ["T1", "Simon Contoh", "td"]
    for victim, code in ((2, "K1"), (3, "K2")):
        at = f"hubungan_korban[{victim}]"
        assert (record.rows(f"{at}/hubungan"), record.value(f"{at}/kode_k_hub")) == ((2,), code)
        pair = [record.value(f"{at}/hubungan[2]/{name}") for name in ("kode_t_hub", "nama_t_hub", "jenis_hubungan")]
        assert pair == ["T1", "Simon Contoh", "tetangga"]
    record.remove("terlapor[2]")
    assert not record.relevant("hubungan_korban")
    assert record.rows("hukum_terlapor") == ()
    record.restore("terlapor[1]")
    record.restore("korban[1]")
    assert [record.value(f"hubungan_korban[{n}]/hubungan[1]/jenis_hubungan") for n in (1, 2, 3)] == [
        *LINKED["hubungan_korban"][3]
    ]
