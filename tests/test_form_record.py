"""One record: what is asked, missing, wrong and calculated. Each form stands in its test, the answers beside it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kasuskit.form import Record, load_form
from kasuskit.messages import KasusError

NOW = "2026-10-05T09:00:00+08:00"


def record_of(form: str, answers: Mapping[str, str] | None = None, now: str = NOW) -> Record:
    return Record.from_answers(load_form(form), answers or {}, now=now)


def found(record: Record, moment: str = "completion") -> list[tuple[str, str]]:
    return [(finding.at, finding.code) for finding in record.findings(moment=moment)]


def refused(code: str, act, *args) -> None:
    with pytest.raises(KasusError) as caught:
        act(*args)
    assert caught.value.code == code
    assert caught.value.say("id") != caught.value.say("en")


# relevance --------------------------------------------------------------------------------------------------

ANAK = """
| survey |              |           |               |                            |
|        | type         | name      | label         | relevant                   |
|        | integer      | umur      | Umur          |                            |
|        | begin_group  | blok_anak | Anak          | ${umur} < 18               |
|        | text         | sekolah   | Sekolah       |                            |
|        | begin_group  | wali      | Wali          | ${sekolah} != ''           |
|        | text         | nama_wali | Nama wali     |                            |
|        | text         | hp_wali   | HP wali       | ${nama_wali} != ''         |
|        | end_group    |           |               |                            |
|        | end_group    |           |               |                            |
|        | text         | catatan   | Catatan       | ${hp_wali} != ''           |
"""


def test_what_is_not_relevant_is_blank_and_comes_back_with_its_answer():
    record = record_of(ANAK, {"umur": "9", "sekolah": "SD", "nama_wali": "Yuli", "hp_wali": "0800", "catatan": "ada"})
    full = record.answers()
    assert list(full) == ["umur", "sekolah", "nama_wali", "hp_wali", "catatan"]
    record.set("umur", "30")
    assert record.answers() == {"umur": "30"}
    assert [record.relevant(at) for at in ("blok_anak", "sekolah", "wali", "hp_wali", "catatan")] == [False] * 5
    assert (record.value("hp_wali"), record.typed("hp_wali")) == ("", "0800")
    record.set("umur", "9")
    assert record.answers() == full


def test_a_hidden_question_can_be_answered_in_advance():
    record = record_of(ANAK)
    record.set("sekolah", "SD")
    assert record.value("sekolah") == ""
    record.set("umur", "9")
    assert record.value("sekolah") == "SD"


def test_relevance_goes_down_through_groups_in_groups():
    record = record_of(ANAK, {"umur": "9", "sekolah": "SD", "nama_wali": "Yuli"})
    assert record.relevant("hp_wali")
    record.set("sekolah", "")
    assert record.relevant("blok_anak")
    assert not record.relevant("wali")
    assert not record.relevant("hp_wali")


# required ---------------------------------------------------------------------------------------------------

WAJIB = """
| survey |         |        |       |          |                          |                          |          |
|        | type    | name   | label | required | required_message::id     | required_message::en     | relevant |
|        | text    | nama   | Nama  | yes      | Tulis nama korban.       | Write the victim's name. |          |
|        | integer | umur   | Umur  |          |                          |                          |          |
|        | text    | wali   | Wali  | ${umur} < 18 | Tulis wali dari ${nama}. | Write who cares for ${nama}. |  |
|        | text    | alasan | Alasan | true()  |                          |                          | ${umur} > 90 |
|        | text    | bebas  | Bebas | no       |                          |                          |          |
"""


def test_a_missing_answer_is_a_finding_at_completion_only():
    record = record_of(WAJIB)
    assert found(record, "live") == []
    assert found(record) == [("nama", "F150")]
    finding = record.findings(lang="en")[0]
    assert (finding.kind, finding.severity, finding.message) == ("required", "error", "Write the victim's name.")
    assert record.findings()[0].message == "Tulis nama korban."


def test_required_can_depend_on_other_answers():
    record = record_of(WAJIB, {"nama": "Maria"})
    assert (record.required("wali"), found(record)) == (False, [])
    record.set("umur", "9")
    assert record.required("wali")
    assert [finding.message for finding in record.findings(lang="en")] == ["Write who cares for Maria."]
    record.set("wali", "Yuli")
    assert (record.required("wali"), found(record)) == (True, [])


def test_what_is_hidden_is_not_required():
    record = record_of(WAJIB, {"nama": "Maria"})
    assert not record.required("alasan")
    record.set("umur", "91")
    assert record.required("alasan")
    finding = record.findings("alasan")[0]
    assert (finding.code, "Tidak diketahui" in finding.message) == ("F150", True)
    assert not record.required("bebas")


# constraints ------------------------------------------------------------------------------------------------

BATAS = """
| survey |         |      |       |                        |                           |                            |
|        | type    | name | label | constraint             | constraint_message::id    | constraint_message::en     |
|        | integer | umur | Umur  | . >= 0 and . <= 120    | Umur 0 sampai 120.        | Age 0 to 120.              |
|        | integer | anak | Anak  | . <= ${umur} - 12      | Lebih dari ${umur} tahun? | More than ${umur} years?   |
|        | text    | hp   | HP    | regex(., '^0[0-9]+$')  |                           |                            |
|        | date    | tgl  | Tgl   | . <= today()           | Tanggal ${tgl} belum tiba. | ${tgl} is still to come.  |
"""


def test_a_broken_constraint_says_the_forms_own_message_in_both_languages():
    record = record_of(BATAS, {"umur": "130"})
    finding = record.findings("umur", moment="live")[0]
    assert (finding.kind, finding.code, finding.severity) == ("constraint", "F151", "error")
    assert finding.message == "Umur 0 sampai 120."
    assert record.findings("umur", lang="en")[0].message == "Age 0 to 120."


def test_a_constraint_is_judged_again_when_what_it_reads_changes():
    record = record_of(BATAS, {"umur": "30", "anak": "19"})
    assert [finding.message for finding in record.findings(moment="live")] == ["Lebih dari 30 tahun?"]
    record.set("umur", "31")
    assert found(record) == []


def test_a_blank_answer_breaks_no_constraint():
    record = record_of(BATAS, {"hp": "12"})
    assert found(record) == [("hp", "F151")]
    assert record.findings()[0].message
    record.set("hp", "")
    assert found(record) == []


def test_dates_in_messages_are_written_as_people_write_them():
    record = record_of(BATAS, {"tgl": "2026-10-06"})
    assert record.findings()[0].message == "Tanggal 6/10/2026 belum tiba."


def test_today_is_the_records_day_and_never_another():
    answers = {"tgl": "2026-10-06"}
    assert found(record_of(BATAS, answers, now="2026-10-05T23:59:59+08:00")) == [("tgl", "F151")]
    assert found(record_of(BATAS, answers, now="2026-10-06T00:00:00+08:00")) == []


# choices ----------------------------------------------------------------------------------------------------

DAERAH = """
| survey  |                        |        |        |                                  |
|         | type                   | name   | label  | choice_filter                    |
|         | select_one kab         | kab    | Kab    |                                  |
|         | select_one desa        | desa   | Desa   | kab = ${kab}                     |
|         | select_multiple bentuk | bentuk | Bentuk |                                  |
|         | select_one bentuk      | utama  | Utama  | selected(${bentuk}, name)        |
| choices |                        |        |        |                                  |
|         | list_name              | name   | label  | kab                              |
|         | kab                    | tts    | TTS    |                                  |
|         | kab                    | malaka | Malaka |                                  |
|         | desa                   | a      | A      | tts                              |
|         | desa                   | b      | B      | tts                              |
|         | desa                   | c      | C      | malaka                           |
|         | bentuk                 | fisik  | Fisik  |                                  |
|         | bentuk                 | psikis | Psikis |                                  |
|         | bentuk                 | ekonomi | Ekonomi |                                |
"""


def test_the_choices_on_offer_follow_other_answers():
    record = record_of(DAERAH)
    assert record.choices("kab") == ("tts", "malaka")
    assert record.choices("desa") == ()
    record.set("kab", "tts")
    assert record.choices("desa") == ("a", "b")
    record.set("kab", "malaka")
    assert record.choices("desa") == ("c",)


def test_a_choice_that_is_no_longer_on_offer_is_a_finding_and_stays():
    record = record_of(DAERAH, {"kab": "tts", "desa": "a"})
    assert found(record) == []
    record.set("kab", "malaka")
    assert found(record, "live") == [("desa", "F152")]
    assert record.value("desa") == "a"
    record.set("kab", "tts")
    assert found(record) == []


def test_a_choice_that_is_not_in_the_list_is_a_finding():
    record = record_of(DAERAH, {"kab": "kupang", "bentuk": "fisik tidak_ada"})
    assert found(record) == [("kab", "F152"), ("bentuk", "F152")]
    assert "tidak_ada" in record.findings("bentuk")[0].message


def test_several_choices_are_kept_once_each_in_the_order_of_the_list():
    record = record_of(DAERAH)
    record.set("bentuk", " ekonomi  fisik ekonomi ")
    assert record.value("bentuk") == "fisik ekonomi"
    assert record.choices("utama") == ("fisik", "ekonomi")


# defaults and calculations ----------------------------------------------------------------------------------

AWAL = """
| survey |              |        |        |              |                           |
|        | type         | name   | label  | default      | calculation               |
|        | text         | tempat | Tempat | rumah        |                           |
|        | text         | kata   | Kata   | ba'i "tua"   |                           |
|        | date         | lapor  | Lapor  | today()      |                           |
|        | text         | salin  | Salin  | ${tempat}    |                           |
|        | integer      | dua    | Dua    | 1 + 1        |                           |
|        | begin_repeat | korban | Korban |              |                           |
|        | text         | asal   | Asal   | ${tempat}    |                           |
|        | text         | asal2  | Asal2  | ${asal}      |                           |
|        | integer      | ke     | Ke     | position(..) |                           |
|        | calculate    | satu   |        |              | once(${tempat})           |
|        | end_repeat   |        |        |              |                           |
"""


def test_defaults_stand_at_the_start_and_can_be_changed():
    record = record_of(AWAL)
    assert record.answers() == {
        "tempat": "rumah", "kata": "ba'i \"tua\"", "lapor": "2026-10-05", "salin": "rumah", "dua": "2",
    }  # fmt: skip
    assert record.default("lapor") == "2026-10-05"
    record.set("tempat", "kebun")
    assert (record.value("tempat"), record.value("salin"), record.default("tempat")) == ("kebun", "rumah", "rumah")
    record.set("tempat", "")
    assert "tempat" not in record.answers()


def test_a_row_begins_with_what_its_defaults_gave_at_that_moment():
    record = record_of(AWAL)
    record.add("korban")
    record.set("tempat", "kebun")
    record.add("korban")
    rows = [[record.value(f"korban[{key}]/{name}") for name in ("asal", "asal2", "ke", "satu")] for key in (1, 2)]
    assert rows == [["rumah", "rumah", "1", "rumah"], ["kebun", "kebun", "2", "kebun"]]


def test_a_log_replayed_gives_the_same_defaults():
    log = [("add", "korban", "1"), ("set", "tempat", "kebun"), ("add", "korban", "2"), ("set", "tempat", "pasar")]
    live, again = record_of(AWAL), record_of(AWAL)
    for entry in log:
        live.do(*entry)
    assert again.replay(log) == ()
    assert again.answers() == live.answers()
    assert [again.value(f"korban[{key}]/satu") for key in (1, 2)] == ["rumah", "kebun"]


RANTAI = """
| survey |           |        |       |                                             |
|        | type      | name   | label | calculation                                 |
|        | calculate | enam   |       | ${tiga} * 2                                 |
|        | calculate | tiga   |       | ${satu} + 2                                 |
|        | integer   | satu   | Satu  |                                             |
|        | calculate | kata   |       | if(${enam} > 5, 'besar', 'kecil')           |
|        | text      | lihat  | Lihat | concat('jadi ', ${kata})                    |
|        | note      | pesan  | Jadi **${kata}** (${enam}). |                       |
|        | date      | tgl    | Tgl ${pesan} |                                      |
|        | note      | hari   | Pada ${tgl}. |                                      |
"""


def test_calculations_follow_each_other_whatever_their_order_in_the_form():
    record = record_of(RANTAI, {"satu": "1"})
    assert [record.value(at) for at in ("enam", "tiga", "kata", "lihat")] == ["6", "3", "besar", "jadi besar"]
    record.set("satu", "0")
    assert [record.value(at) for at in ("enam", "tiga", "kata", "lihat")] == ["4", "2", "kecil", "jadi kecil"]
    record.set("satu", "")
    assert [record.value(at) for at in ("enam", "tiga", "kata")] == ["", "", "kecil"], "not a number is blank"


def test_a_calculated_cell_takes_no_answer():
    record = record_of(RANTAI)
    for at in ("kata", "lihat", "pesan"):
        refused("F133", record.set, at, "x")
    assert "kata" not in record.answers()


def test_labels_show_what_cells_hold():
    record = record_of(RANTAI, {"satu": "1", "tgl": "3/10/2026"})
    assert record.label("pesan") == "Jadi **besar** (6)."
    assert record.label("hari") == "Pada 3/10/2026."
    record.set("satu", "0")
    assert record.label("pesan", "en") == "Jadi **kecil** (4)."
    record.set("tgl", "")
    assert record.label("hari") == "Pada ."


# repeats ----------------------------------------------------------------------------------------------------

KELUARGA = """
| survey |              |          |                 |               |                                       |
|        | type         | name     | label           | required      | calculation                           |
|        | begin_repeat | korban   | Korban          |               |                                       |
|        | text         | nama     | Nama            | yes           |                                       |
|        | calculate    | nomor    |                 |               | concat('K', position(..))             |
|        | note         | salam    | Halo ${nomor}   |               |                                       |
|        | begin_repeat | anak     | Anak            |               |                                       |
|        | text         | panggil  | Panggilan       |               |                                       |
|        | calculate    | cap      |                 |               | concat(${nomor}, '-', position(..))   |
|        | end_repeat   |          |                 |               |                                       |
|        | calculate    | sebelum  |                 |        | indexed-repeat(${nama}, ${korban}, position(..) - 1) |
|        | end_repeat   |          |                 |               |                                       |
|        | calculate    | banyak   |                 |               | count(${korban})                      |
|        | calculate    | semua    |                 |               | join(', ', ${nama})                   |
|        | calculate    | anak_semua |               |               | count(${anak})                        |
|        | calculate    | ketiga   |                 |               | indexed-repeat(${nama}, ${korban}, 3) |
"""


def family() -> Record:
    return record_of(KELUARGA, {"korban[1]/nama": "Maria", "korban[2]/nama": "Rosa", "korban[3]/nama": "Domi"})


def test_rows_are_added_removed_and_brought_back_to_their_place():
    record = record_of(KELUARGA)
    assert [record.add("korban") for _ in range(3)] == ["korban[1]", "korban[2]", "korban[3]"]
    for key, name in ((1, "Maria"), (2, "Rosa"), (3, "Domi")):
        record.set(f"korban[{key}]/nama", name)
    record.remove("korban[2]")
    assert record.rows("korban") == (1, 3)
    assert (record.value("banyak"), record.value("semua"), record.value("ketiga")) == ("2", "Maria, Domi", "")
    assert record.value("korban[3]/nomor") == "K2", "people see positions"
    record.restore("korban[2]")
    assert record.rows("korban") == (1, 2, 3)
    assert (record.value("semua"), record.value("ketiga")) == ("Maria, Rosa, Domi", "Domi")


def test_the_key_of_a_removed_row_is_never_used_again():
    record = family()
    record.remove("korban[3]")
    assert record.add("korban") == "korban[4]"
    refused("F138", record.add, "korban", 3)
    record.restore("korban[3]")
    assert record.rows("korban") == (1, 2, 3, 4)


def test_an_address_never_comes_to_mean_another_person():
    record = family()
    record.remove("korban[1]")
    assert record.value("korban[2]/nama") == "Rosa"
    assert (record.value("korban[1]/nama"), record.relevant("korban[1]")) == ("", False)
    record.set("korban[1]/nama", "Maria Goreti")
    assert record.value("semua") == "Rosa, Domi"
    record.restore("korban[1]")
    assert record.value("semua") == "Maria Goreti, Rosa, Domi"


def test_a_row_can_be_removed_and_restored_twice():
    record = family()
    for _ in range(2):
        record.restore("korban[2]")
        assert record.rows("korban") == (1, 2, 3)
    record.remove("korban[2]")
    refused("F132", record.remove, "korban[2]")
    assert record.rows("korban") == (1, 3)


def test_rows_inside_rows_go_and_come_with_them():
    record = family()
    record.add("korban[2]/anak")
    record.add("korban[2]/anak")
    record.set("korban[2]/anak[2]/panggil", "Nona")
    assert record.value("korban[2]/anak[2]/cap") == "K2-2"
    assert record.value("anak_semua") == "2"
    record.remove("korban[1]")
    assert record.value("korban[2]/anak[2]/cap") == "K1-2"
    record.remove("korban[2]")
    assert record.value("anak_semua") == "0"
    assert record.rows("korban[2]/anak") == ()
    record.restore("korban[2]")
    assert record.rows("korban[2]/anak") == (1, 2)
    assert record.value("korban[2]/anak[2]/panggil") == "Nona"


def test_a_row_sees_its_neighbours_by_position():
    record = family()
    assert [record.value(f"korban[{key}]/sebelum") for key in (1, 2, 3)] == ["", "Maria", "Rosa"]
    record.set("korban[1]/nama", "Yuli")
    assert record.value("korban[2]/sebelum") == "Yuli"
    record.remove("korban[2]")
    assert record.value("korban[3]/sebelum") == "Yuli"


def test_labels_in_rows_are_each_rows_own():
    record = family()
    assert record.label("korban[2]") == "Korban"
    assert record.label("korban[3]/salam") == "Halo K3"
    refused("F132", record.label, "korban[9]/salam")


def test_findings_come_in_the_order_of_form_and_rows():
    record = family()
    record.set("korban[1]/nama", "")
    record.set("korban[3]/nama", "")
    record.remove("korban[1]")
    record.restore("korban[1]")
    assert found(record) == [("korban[1]/nama", "F150"), ("korban[3]/nama", "F150")]
    assert found(record_of(KELUARGA)) == []


def test_a_repeat_has_so_many_rows_and_no_more():
    record = record_of(KELUARGA)
    record.replay([("add", "korban", "")] * 99)
    assert len(record.rows("korban")) == 99
    refused("F137", record.add, "korban")
    record.replay([("remove", f"korban[{key}]", "") for key in range(1, 100)])
    assert record.rows("korban") == ()
    assert record.add("korban") == "korban[100]"
    refused("F138", record.add, "korban", 1000)


def test_keys_run_out_before_addresses_do():
    record = record_of(KELUARGA, {"korban[998]/nama": "Maria"})
    assert record.add("korban") == "korban[999]"
    refused("F137", record.add, "korban")
    assert record.rows("korban") == (998, 999)


# linked repeats ---------------------------------------------------------------------------------------------

HUBUNGAN = """
| survey |              |                 |          |                    |                                      |
|        | type         | name            | label    | repeat_count       | calculation                          |
|        | begin_repeat | korban          | Korban   |                    |                                      |
|        | text         | nama_korban     | Nama     |                    |                                      |
|        | end_repeat   | korban          |          |                    |                                      |
|        | begin_repeat | terlapor        | Terlapor |                    |                                      |
|        | text         | nama_terlapor   | Nama     |                    |                                      |
|        | end_repeat   | terlapor        |          |                    |                                      |
|        | begin_repeat | hubungan_korban | Hubungan | count(${korban})   |                                      |
|        | text         | catatan         | Catatan  |                    |                                      |
|        | calculate    | ke              |          |                    | position(..)                         |
|        | calculate    | siapa           |          |          | indexed-repeat(${nama_korban}, ${korban}, ${ke}) |
|        | begin_repeat | hubungan        | Dengan   | count(${terlapor}) |                                      |
|        | text         | jenis           | Jenis    |                    |                                      |
|        | calculate    | dengan          |          |   | indexed-repeat(${nama_terlapor}, ${terlapor}, position(..)) |
|        | end_repeat   | hubungan        |          |                    |                                      |
|        | begin_repeat | bukti           | Bukti    |                    |                                      |
|        | text         | benda           | Benda    |                    |                                      |
|        | end_repeat   | bukti           |          |                    |                                      |
|        | end_repeat   | hubungan_korban |          |                    |                                      |
"""


def relations() -> Record:
    return record_of(
        HUBUNGAN,
        {
            "korban[1]/nama_korban": "Maria",
            "korban[2]/nama_korban": "Rosa",
            "terlapor[1]/nama_terlapor": "T1",
            "terlapor[2]/nama_terlapor": "T2",
            "hubungan_korban[1]/hubungan[1]/jenis": "suami",
            "hubungan_korban[1]/hubungan[2]/jenis": "mertua",
            "hubungan_korban[2]/hubungan[1]/jenis": "ayah",
            "hubungan_korban[2]/hubungan[2]/jenis": "kakek",
        },
    )


def table(record: Record) -> list[tuple[str, str, str]]:
    return [
        (record.value(f"hubungan_korban[{k}]/siapa"), record.value(f"hubungan_korban[{k}]/hubungan[{t}]/dengan"),
         record.value(f"hubungan_korban[{k}]/hubungan[{t}]/jenis"))
        for k in record.rows("hubungan_korban")
        for t in record.rows(f"hubungan_korban[{k}]/hubungan")
    ]  # fmt: skip


WHOLE = [("Maria", "T1", "suami"), ("Maria", "T2", "mertua"), ("Rosa", "T1", "ayah"), ("Rosa", "T2", "kakek")]


def test_linked_rows_follow_the_rows_of_their_repeat():
    record = record_of(HUBUNGAN)
    assert record.rows("hubungan_korban") == ()
    record.add("korban")
    record.add("terlapor")
    assert record.rows("hubungan_korban") == (1,)
    assert record.rows("hubungan_korban[1]/hubungan") == (1,)
    assert table(relations()) == WHOLE


def test_linked_answers_stay_with_their_person_when_another_is_removed():
    record = relations()
    record.remove("korban[1]")
    assert record.rows("hubungan_korban") == (2,)
    assert table(record) == WHOLE[2:]
    record.remove("terlapor[1]")
    assert table(record) == WHOLE[3:]


def test_linked_answers_come_back_with_their_person():
    record = relations()
    record.remove("korban[1]")
    record.remove("terlapor[2]")
    record.add("terlapor")
    record.set("hubungan_korban[2]/hubungan[3]/jenis", "tetangga")
    record.restore("korban[1]")
    record.restore("terlapor[2]")
    record.remove("terlapor[3]")
    assert table(record) == WHOLE


def test_the_rows_of_a_linked_repeat_are_not_added_or_removed_by_hand():
    record = relations()
    refused("F136", record.add, "hubungan_korban")
    refused("F136", record.remove, "hubungan_korban[1]")
    refused("F136", record.restore, "hubungan_korban[1]/hubungan[1]")


def test_answers_to_a_linked_row_may_arrive_before_its_person():
    record = record_of(HUBUNGAN)
    record.set("hubungan_korban[2]/hubungan[1]/jenis", "ayah")
    assert record.answers() == {}
    record.replay([("add", "korban", ""), ("add", "korban", ""), ("add", "terlapor", "")])
    assert record.answers() == {"hubungan_korban[2]/hubungan[1]/jenis": "ayah"}


def test_a_repeat_in_a_linked_row_is_extended_by_hand_and_replayed():
    log = [("add", "korban", "1"), ("add", "hubungan_korban[1]/bukti", "1"),
           ("set", "hubungan_korban[1]/bukti[1]/benda", "kayu"), ("add", "korban", "2"),
           ("remove", "korban[1]", ""), ("restore", "korban[1]", "")]  # fmt: skip
    live, again = record_of(HUBUNGAN), record_of(HUBUNGAN)
    for entry in log:
        live.do(*entry)
    assert again.replay(log) == ()
    assert live.answers() == again.answers() == {"hubungan_korban[1]/bukti[1]/benda": "kayu"}


COUNTED = """
| survey |              |        |        |              |                |
|        | type         | name   | label  | repeat_count | calculation    |
|        | integer      | banyak | Banyak |              |                |
|        | begin_repeat | saksi  | Saksi  | ${banyak}    |                |
|        | text         | nama   | Nama   |              |                |
|        | end_repeat   |        |        |              |                |
|        | calculate    | semua  |        |              | join(' ', ${nama}) |
"""


@pytest.mark.parametrize(("count", "rows"), [("", 0), ("0", 0), ("-1", 0), ("2", 2), ("99", 99), ("500", 99)])
def test_a_counted_repeat_has_as_many_rows_as_its_count(count: str, rows: int):
    record = record_of(COUNTED, {"banyak": count})
    assert record.rows("saksi") == tuple(range(1, rows + 1))


def test_a_counted_repeat_keeps_the_answers_of_rows_that_went():
    record = record_of(COUNTED, {"banyak": "2", "saksi[1]/nama": "A", "saksi[2]/nama": "B"})
    record.set("banyak", "1")
    assert (record.value("semua"), record.value("saksi[2]/nama")) == ("A", "")
    record.set("banyak", "2")
    assert record.value("semua") == "A B"


# a hidden repeat --------------------------------------------------------------------------------------------


def test_the_rows_of_a_hidden_repeat_hold_nothing_and_come_back():
    record = record_of(
        """
| survey |              |       |       |              |          |
|        | type         | name  | label | relevant     | required |
|        | acknowledge  | ada   | Ada   |              |          |
|        | begin_repeat | saksi | Saksi | ${ada} = 'OK' |         |
|        | text         | nama  | Nama  |              | yes      |
|        | end_repeat   |       |       |              |          |
""",
        {"ada": "OK", "saksi[1]/nama": "Domi", "saksi[2]/nama": ""},
    )
    assert found(record) == [("saksi[2]/nama", "F150")]
    record.set("ada", "")
    assert (record.answers(), found(record), record.value("saksi[1]/nama")) == ({}, [], "")
    assert not record.relevant("saksi[1]")
    assert not record.relevant("saksi[1]/nama")
    record.set("saksi[2]/nama", "Yuli")
    record.set("ada", "OK")
    assert record.answers() == {"ada": "OK", "saksi[1]/nama": "Domi", "saksi[2]/nama": "Yuli"}


# checks -----------------------------------------------------------------------------------------------------

PERIKSA = """
| survey |              |        |        |             |                                   |
|        | type         | name   | label  | relevant    | calculation                       |
|        | date         | lapor  | Lapor  |             |                                   |
|        | date         | jadi   | Jadi   |             |                                   |
|        | begin_repeat | korban | Korban |             |                                   |
|        | text         | nama   | Nama   |             |                                   |
|        | integer      | umur   | Umur   |             |                                   |
|        | acknowledge  | nikah  | Nikah  | ${umur} > 9 |                                   |
|        | calculate    | isi    |        |             | if(${umur} != '', ${umur}, 0)     |
|        | end_repeat   |        |        |             |                                   |
|        | calculate    | jumlah |        |             | sum(${isi})                       |
| checks |      |            |          |            |                                          |
|        | name | fields     | severity | moment     | when                                     |
|        | R01  | jadi lapor | error    | live       | ${jadi} > ${lapor}                       |
|        | R02  | umur nama  | warning  | completion | ${umur} < 18 and ${nama} = ''            |
|        | R03  | nikah      | info     | live       | ${umur} < 18                             |
|        | R04  | jumlah     | warning  | live       | ${jumlah} > 100                          |
"""
MESSAGES = {
    "R01": ("Jadi ${jadi} sesudah lapor.", "Happened after the report.", "Periksa.", "UU"),
    "R02": ("Siapa anak ini?", "Who is this child?", "", ""),
    "R03": ("${nama} menikah muda.", "${nama} married young.", "", ""),
    "R04": ("Umur banyak.", "Many years.", "", ""),
}


def checked(answers: Mapping[str, str]) -> Record:
    heading = " message::id | message::en | why::id | sumber |"
    lines = PERIKSA.strip().splitlines()
    for index, line in enumerate(lines):
        cells = [cell.strip() for cell in line.split("|")]
        lines[index] += " | ".join(MESSAGES[cells[2]]) + " |" if cells[2] in MESSAGES else ""
        lines[index] += heading if cells[2:4] == ["name", "fields"] else ""
    return record_of("\n".join(lines), answers)


def test_checks_fire_with_their_severity_message_and_source():
    record = checked({"lapor": "2026-10-03", "jadi": "2026-10-04"})
    finding = record.findings()[0]
    assert (finding.at, finding.kind, finding.code, finding.severity) == ("jadi", "check", "R01", "error")
    assert (finding.message, finding.why, finding.source) == ("Jadi 4/10/2026 sesudah lapor.", "Periksa.", "UU")
    assert record.findings(lang="en")[0].message == "Happened after the report."
    record.set("lapor", "2026-10-04")
    assert found(record) == []


def test_checks_marked_completion_wait_until_then():
    record = checked({"korban[1]/umur": "9"})
    assert found(record, "live") == []
    assert found(record) == [("korban[1]/umur", "R02")]
    assert record.findings()[0].severity == "warning"


def test_checks_run_in_every_row_and_only_where_their_field_is_shown():
    record = checked({
        "korban[1]/nama": "A", "korban[1]/umur": "17", "korban[1]/nikah": "OK",
        "korban[2]/nama": "B", "korban[2]/umur": "9", "korban[2]/nikah": "OK",
        "korban[3]/nama": "C", "korban[3]/umur": "17", "korban[3]/nikah": "OK",
    })  # fmt: skip
    assert [(f.at, f.message) for f in record.findings()] == [
        ("korban[1]/nikah", "A menikah muda."), ("korban[3]/nikah", "C menikah muda."),
    ]  # fmt: skip
    assert record.findings("korban[3]/nikah", lang="en")[0].message == "C married young."


def test_checks_see_calculations_over_all_rows():
    record = checked({"korban[1]/umur": "60", "korban[1]/nama": "A", "korban[2]/umur": "40"})
    assert found(record) == []
    record.set("korban[2]/umur", "41")
    assert found(record) == [("jumlah", "R04")]
    record.remove("korban[1]")
    assert found(record) == []


# what people type -------------------------------------------------------------------------------------------

KETIK = """
| survey  |                   |       |        |                     |
|         | type              | name  | label  | calculation         |
|         | date              | tgl   | Tgl    |                     |
|         | integer           | n     | N      |                     |
|         | decimal           | berat | Berat  |                     |
|         | time              | jam   | Jam    |                     |
|         | text              | teks  | Teks   |                     |
|         | dateTime          | saat  | Saat   |                     |
|         | calculate         | jadi  |        | concat(${tgl}, ';', ${n}) |
"""


@pytest.mark.parametrize(
    ("at", "typed", "kept"),
    [
        ("tgl", "3/10/2026", "2026-10-03"),
        ("tgl", "03-10-2026", "2026-10-03"),
        ("tgl", "3.10.2026", "2026-10-03"),
        ("tgl", "3 okt 2026", "2026-10-03"),
        ("tgl", "3 Oktober 2026", "2026-10-03"),
        ("tgl", "17 agt 1945", "1945-08-17"),
        ("tgl", "1 Mei 2026", "2026-05-01"),
        ("tgl", " 2026-10-03 ", "2026-10-03"),
        ("tgl", "2026/1/2", "2026-01-02"),
        ("tgl", "29/2/2024", "2024-02-29"),
        ("n", " 007 ", "7"),
        ("n", "-3", "-3"),
        ("n", "999999999", "999999999"),
        ("berat", "3,5", "3.5"),
        ("berat", "3.50", "3.5"),
        ("berat", ",5", "0.5"),
        ("berat", "12", "12"),
        ("jam", "20.15", "20:15"),
        ("jam", "8:05", "08:05"),
        ("jam", "20:15:30.000+08:00", "20:15"),
        ("teks", "  Bapak  Anis ", "Bapak  Anis"),
        ("teks", "e\u0301", "é"),
        ("saat", "3/10/2026", "2026-10-03"),
        ("saat", "2026-10-03T08:00:00.000+08:00", "2026-10-03T08:00:00.000+08:00"),
    ],
)
def test_what_people_type_is_kept_as_a_record_holds_it(at: str, typed: str, kept: str):
    record = record_of(KETIK)
    record.set(at, typed)
    assert (record.value(at), record.typed(at), record.unreadable(at)) == (kept, typed, "")
    assert found(record) == []


@pytest.mark.parametrize(
    ("at", "typed", "reason"),
    [
        ("tgl", "kemarin", "t-date"),
        ("tgl", "3/10", "t-date"),
        ("tgl", "3-10-26", "t-date"),
        ("tgl", "3/10/26", "t-date"),
        ("tgl", "30/2/2026", "t-no-day"),
        ("tgl", "10/13/2026", "t-no-day"),
        ("tgl", "3 xyz 2026", "t-no-day"),
        ("tgl", "3/10/0206", "t-year"),
        ("tgl", "3/10/2206", "t-year"),
        ("tgl", "3/10/20026", "t-date"),
        ("n", "tujuh", "t-integer"),
        ("n", "7 tahun", "t-integer"),
        ("n", "3,5", "t-integer"),
        ("n", "1000000000", "t-integer"),
        ("n", "٣", "t-integer"),
        ("berat", "1.000.000", "t-decimal"),
        ("berat", "1e5", "t-decimal"),
        ("berat", "nan", "t-decimal"),
        ("berat", ".", "t-decimal"),
        ("jam", "25.00", "t-time"),
        ("jam", "malam", "t-time"),
        ("jam", "8", "t-time"),
        ("saat", "besok", "t-date"),
        ("saat", "2026-10-03T25:00", "t-time"),
        ("saat", "2026-10-03Tpagi", "t-time"),
    ],
)
def test_what_cannot_be_read_stays_as_typed_and_counts_as_blank(at: str, typed: str, reason: str):
    record = record_of(KETIK, {"n": "7", "tgl": "2026-10-03"})
    record.set(at, typed)
    assert (record.value(at), record.typed(at), record.unreadable(at)) == ("", typed, reason)
    assert at not in record.answers()
    finding = record.findings(at, moment="live")[0]
    assert (finding.kind, finding.code, finding.severity) == ("type", "F153", "error")
    assert finding.message != record.findings(at, lang="en")[0].message
    if at in ("tgl", "n"):
        assert record.value("jadi") == (";7" if at == "tgl" else "2026-10-03;")
    record.set(at, "")
    assert found(record) == []


def test_an_unreadable_answer_is_said_to_be_unreadable_not_missing():
    record = record_of(
        """
| survey |         |      |       |          |            |
|        | type    | name | label | required | constraint |
|        | integer | umur | Umur  | yes      | . > 0      |
""",
        {"umur": "sembilan"},
    )
    assert found(record) == [("umur", "F153")]


# addresses and bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "at"),
    [
        ("F130", ""), ("F130", "korban[0]/nama"), ("F130", "korban[01]/nama"), ("F130", "korban[-1]/nama"),
        ("F130", "korban[1000]/nama"), ("F130", "korban/nama"), ("F130", "korban[1]//nama"), ("F130", "korban[1]/"),
        ("F130", "[1]"), ("F130", "korban[1"), ("F130", "korban[٣]/nama"), ("F130", "korban[1][2]/nama"),
        ("F131", "tidak_ada"), ("F131", "nama"), ("F131", "korban"), ("F131", "banyak[1]/nama"), ("F131", "\0"),
        ("F131", "korban[1]/panggil"), ("F131", "korban[1]"), ("F131", "korban[1]/nama[1]/x"), ("F131", "#now"),
        ("F132", "korban[9]/nama"), ("F132", "korban[1]/anak[1]/panggil"), ("F133", "banyak"),
        ("F133", "korban[1]/nomor"),
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_refused_and_nothing_changes(code: str, at: str):
    record = family()
    before = record.answers()
    refused(code, record.set, at, "x")
    assert record.answers() == before


@pytest.mark.parametrize(
    ("code", "op", "at"),
    [
        ("F131", "add", "nama"), ("F131", "add", "banyak"), ("F132", "add", "korban[9]/anak"),
        ("F130", "add", "korban[1]/"), ("F131", "add", "korban[1]"), ("F131", "remove", "korban"),
        ("F131", "remove", "korban[1]/nama"), ("F132", "remove", "korban[9]"), ("F132", "restore", "korban[9]"),
        ("F132", "remove", "korban[9]/anak[1]"), ("F131", "remove", "banyak[1]"), ("F131", "restore", ""),
        ("F131", "hapus", "korban[1]"),
    ],
)  # fmt: skip
def test_a_row_operation_that_makes_no_sense_is_refused_and_nothing_changes(code: str, op: str, at: str):
    record = family()
    before = record.answers()
    code = "F130" if at == "" else code
    refused(code, record.do, op, at)
    assert (record.answers(), record.rows("korban")) == (before, (1, 2, 3))


def test_answers_that_are_no_text_or_too_long_are_refused():
    record = family()
    refused("F134", record.set, "korban[1]/nama", 7)
    refused("F135", record.set, "korban[1]/nama", "x" * 20_001)
    record.set("korban[2]/nama", "x" * 20_000)
    assert record.value("korban[1]/nama") == "Maria"


def test_a_log_is_replayed_as_far_as_this_form_can_take_it():
    record = record_of(KELUARGA)
    refusals = record.replay(
        [
            ("add", "korban", "1"), ("set", "korban[1]/nama", "Maria"), ("set", "korban[1]/pertanyaan_lama", "x"),
            ("add", "korban", "1"), ("add", "korban", "2"), ("remove", "korban[1]", ""), ("set", "sudah_hapus", "y"),
            ("restore", "korban[1]", ""), ("set", "korban[2]/nama", "Rosa"),
        ]
    )  # fmt: skip
    assert [error.code for error in refusals] == ["F131", "F131"]
    assert (record.rows("korban"), record.value("semua")) == ((1, 2), "Maria, Rosa")


def test_adding_a_row_that_is_there_already_adds_nothing():
    record = family()
    assert record.add("korban", 2) == "korban[2]"
    assert record.rows("korban") == (1, 2, 3)
    assert record.add("korban", 7) == "korban[7]"
    assert record.add("korban") == "korban[8]"


def test_rows_asked_for_out_of_order_stand_in_order():
    record = record_of(KELUARGA, {"korban[3]/nama": "C", "korban[1]/nama": "A", "korban[2]/anak[4]/panggil": "x"})
    assert (record.rows("korban"), record.rows("korban[2]/anak")) == ((1, 2, 3), (4,))
    assert record.value("semua") == "A, , C"


@pytest.mark.parametrize("at", ["hubungan_korban[100]/catatan", "hubungan_korban[100]/bukti[1]/benda"])
def test_linked_rows_beyond_the_limit_are_refused(at: str):
    refused("F132", record_of, HUBUNGAN, {at: "x"})


def test_asking_about_what_is_not_there():
    record = family()
    for ask in (record.value, record.typed, record.required, record.choices, record.default, record.unreadable):
        refused("F131", ask, "tidak_ada")
        refused("F132", ask, "korban[9]/nama")
    refused("F131", record.rows, "nama")
    assert not record.relevant("korban[9]")
    assert not record.relevant("korban[9]/nama")


def test_a_record_made_now_has_the_present_clock():
    record = Record(load_form(KELUARGA))
    assert len(record.now) == 25
    assert record.now[19] in "+-"
