"""Forms of other shapes than the kit's, and whatever people write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kasuskit.form import Record, load_form
from kasuskit.paper import page_count, print_form, print_record, print_written
from tests.paper_text import pages, reader, says

DEEP = """
| survey | | | | | | |
| | type | name | label::Indonesia (id) | relevant | repeat_count | calculation |
| | begin_group | a | A. Orang | | | |
| | begin_repeat | korban | Korban | | | |
| | calculate | kode_k | | | | concat('K', position(..)) |
| | text | nama | Nama (${kode_k}) | | | |
| | begin_repeat | adik | Adik | | | |
| | text | adiknya | Nama adik | | | |
| | end_repeat | | | | | |
| | end_repeat | | | | | |
| | begin_repeat | izin | Persetujuan | | count(${korban}) | |
| | select_one yt | setuju | Setuju? | | | |
| | text | catatan | Catatan izin | | | |
| | begin_group | tarik | Penarikan | ${setuju} = 'ya' | | |
| | text | kapan | Kapan ditarik? | ${catatan} != '' | | |
| | end_group | | | | | |
| | begin_repeat | saksi | Saksi | | | |
| | select_one kota | kota | Kota saksi | ${setuju} = 'ya' | | |
| | end_repeat | | | | | |
| | end_repeat | | | | | |
| | begin_repeat | kasus | Perkara | | | |
| | text | nomor | Nomor perkara | | | |
| | begin_repeat | sidang | Sidang | | | |
| | date | tgl | Tanggal sidang | | | |
| | end_repeat | | | | | |
| | end_repeat | | | | | |
| | end_group | | | | | |
| choices | | | |
| | list_name | name | label::Indonesia (id) |
| | yt | ya | Ya |
| | yt | tidak | Tidak |
{kota}
| settings | | | |
| | form_title | form_id | default_language |
| | Dalam | dalam | Indonesia (id) |
"""
TOWNS = "\n".join(f"| | kota | kota{n} | Kota nomor {n} |" for n in range(9))


@pytest.fixture(scope="module")
def deep():
    return load_form(DEEP.replace("{kota}", TOWNS))


def test_conditions_of_groups_inside_a_table_are_said_with_the_question(deep):
    made = print_form(deep, people=2)
    assert says(made, "Kapan ditarik? Isi bila A.3 Setuju? adalah Ya; Isi bila A.4 Catatan izin diisi")


def test_a_long_list_of_a_table_stands_on_the_last_page_and_its_condition_below_the_table(deep):
    made = print_form(deep, people=2)
    assert says(made, "A.6 Kota saksi: Kota nomor 0 · Kota nomor 1")
    assert says(made, "A.6 Kota saksi – Isi bila A.3 Setuju? adalah Ya.")


def test_repeats_in_repeats_are_all_there(deep):
    made = " ".join(pages(print_form(deep, people=2)))
    assert made.count("Nama adik") >= 2  # a table for each victim
    assert made.count("Kota saksi") >= 1 and "Perkara 1" in made and made.count("Tanggal sidang") >= 2
    record = Record(deep)
    for at in ("korban", "korban", "kasus", "korban[2]/adik", "izin[1]/saksi", "kasus[1]/sidang"):
        record.add(at)
    record.set("korban[2]/adik[1]/adiknya", "Sari")
    record.set("izin[1]/setuju", "ya")
    record.set("izin[1]/saksi[1]/kota", "kota4")
    record.set("kasus[1]/sidang[1]/tgl", "2026-10-04")
    written = print_written(record, "F3", "F3")
    assert says(written, "Sari") and says(written, "Kota nomor 4") and says(written, "4/10/2026")


PLAIN = """
| survey | | | |
| | type | name | label::Indonesia (id) |
| | begin_group | a | A. Cerita |
| | text | cerita | Ceritakan |
| | begin_repeat | korban | Korban |
| | text | nama | Nama |
| | end_repeat | | |
| | end_group | | |
| settings | | | |
| | form_title | form_id | default_language |
| | Polos | polos | Indonesia (id) |
"""


@pytest.fixture(scope="module")
def plain_form():
    return load_form(PLAIN)


@given(st.text(max_size=120), st.text(max_size=40))
@settings(max_examples=12)
def test_whatever_people_write_can_be_printed(plain_form, story, name):
    record = Record(plain_form, now="2026-10-12T09:00:00+08:00")
    record.add("korban")
    record.set("cerita", story)
    record.set("korban[1]/nama", name)
    for made in (print_written(record, "F4", "F4"), print_record(record)):
        assert page_count(made) == len(reader(made).pages) >= 1
