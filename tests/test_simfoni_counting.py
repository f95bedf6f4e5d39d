"""Counting as the published figures do: places sum to victims, relations to pairs, forms to more than victims."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kasuskit.form import Record
from kasuskit.simfoni import count, entry, shares
from kasuskit.simfoni.counting import BLANK
from tests.simfoni_record import NOW, offline, record

# National figures, SIMFONI PPA, year 2024, read on 11 January 2025 (S5; domain notes 2.3 and 10.1).
NATIONAL = {"cases": 31_953, "victims": 34_561, "perpetrators": 23_019, "pairs": 25_163}
BY_SEX = {"Perempuan": 27_666, "Laki-laki": 6_895}
BY_FORM = {
    "Seksual": 14_465, "Fisik": 11_373, "Psikis": 9_799, "Lainnya": 3_260, "Penelantaran": 2_588, "Trafficking": 471,
    "Eksploitasi": 386,
}  # fmt: skip
BY_PLACE_SHARES = (59.8, 21.2, 10.1, 7.3, 1.3, 0.3)
BY_RELATION_SHARES = (21.7, 18.9, 14.1, 13.6, 11.3, 9.0, 6.5, 3.5, 0.8, 0.5)


def test_the_published_figures_hold_the_identities_that_the_rules_rest_on():
    assert sum(BY_SEX.values()) == NATIONAL["victims"] > NATIONAL["cases"]
    assert sum(BY_FORM.values()) == 42_342 > NATIONAL["victims"]
    assert sum(shares(BY_FORM, NATIONAL["victims"]).values()) > 120
    assert round(sum(BY_PLACE_SHARES), 1) == 100.0  # of victims
    assert abs(sum(BY_RELATION_SHARES) - 100) <= 0.15  # of pairs, each rounded
    assert NATIONAL["pairs"] > NATIONAL["perpetrators"]
    without = 1 - NATIONAL["perpetrators"] / NATIONAL["cases"]
    assert round(100 * without) == 28  # what the mirror's check R91 says


def test_one_case_with_two_victims_and_two_alleged_perpetrators():
    found = count([entry(record())])
    assert (found.cases, found.victims, found.unnamed, found.perpetrators, found.pairs) == (1, 2, 0, 2, 4)
    assert {label: n for label, n in found.forms.items() if n} == {"Fisik": 1, "Psikis": 2}
    assert shares(found.forms, found.victims)["Psikis"] == 100.0 and sum(shares(found.forms, 2).values()) == 150.0
    assert {label: n for label, n in found.places.items() if n} == {"Rumah Tangga": 2}
    assert {label: n for label, n in found.relations.items() if n} == {"Suami/Istri": 1, "Orang Tua": 1, "NA": 2}
    assert {label: n for label, n in found.services.items() if n} == {"Pengaduan": 2, "Kesehatan": 1}
    assert found.victims_by_childhood == {"Anak": 1, "Dewasa": 1, BLANK: 0}
    assert found.victims_by_sex == {"Laki-laki": 0, "Perempuan": 2, BLANK: 0}
    assert found.perpetrators_by_sex == {"Laki-laki": 2, "Perempuan": 0, BLANK: 0}
    assert found.perpetrators_by_age == {"0-17": 0, "18-24": 0, "25-59": 1, "60+": 0, "NA": 1, BLANK: 0}
    assert found.kdrt == {"Ya": 2, "Tidak": 0, BLANK: 0}


def test_a_victims_own_place_counts_for_that_victim():
    found = count([entry(record("kekerasan[2]/tempat_kategori=sekolah"))])
    assert {label: n for label, n in found.places.items() if n} == {"Rumah Tangga": 1, "Sekolah": 1}


def test_a_kind_of_service_given_twice_to_a_victim_counts_once():
    twice = "layanan_korban[1]/layanan[2]/jenis_layanan=pengaduan"
    assert count([entry(record(twice))]).services["Pengaduan"] == 2


def test_who_is_left_out_stands_in_no_table():
    found = count([entry(record("persetujuan[2]/setuju_simfoni=tidak")), entry(record())])
    assert (found.cases, found.victims, found.unnamed, found.pairs) == (2, 3, 1, 6)
    nobody = count([entry(record("persetujuan[1]/setuju_simfoni=tidak | persetujuan[2]/setuju_simfoni=tidak"))])
    assert (nobody.cases, nobody.victims, nobody.unnamed, nobody.perpetrators) == (0, 0, 2, 0)


def birthday(born: str, incident: str, age: str) -> Record:
    base = "persetujuan[2]/setuju_simfoni=tidak | persetujuan[1]/anak_setuju=ya"
    changes = f"tgl_kejadian={incident} | korban[1]/tgl_lahir_korban={born} | korban[1]/usia_korban={age} | {base}"
    given = record(changes)
    assert given.value("korban[1]/usia_hitung") == age
    return given


def test_seventeen_years_and_364_days_is_a_child_and_the_eighteenth_birthday_is_not():
    eve, day = birthday("2008-10-04", "2026-10-03", "17"), birthday("2008-10-03", "2026-10-03", "18")
    assert count([entry(eve)]).victims_by_childhood == {"Anak": 1, "Dewasa": 0, BLANK: 0}
    assert count([entry(day)]).victims_by_childhood == {"Anak": 0, "Dewasa": 1, BLANK: 0}
    assert count([entry(eve), entry(day)]).victims_by_age["13-17"] == 1


def test_the_bug_of_a_clone_that_counted_18_as_a_child_is_not_ours():
    """One application counted ``usia <= 18`` as children in its SQL (S2); the same people give another number here."""
    given = [birthday(f"{2026 - age}-01-01", "2026-10-03", str(age)) for age in (16, 17, 18, 19)]
    ours = count([entry(each) for each in given]).victims_by_childhood["Anak"]
    theirs = sum(int(each.value("korban[1]/usia_korban")) <= 18 for each in given)
    assert (ours, theirs) == (2, 3)


def test_nothing_adds_up_to_nothing():
    nothing = count([])
    assert (nothing.cases, nothing.victims, nothing.pairs) == (0, 0, 0)
    assert shares(nothing.forms, nothing.victims) == dict.fromkeys(nothing.forms, 0.0)


# made-up records ----------------------------------------------------------------------------------------------


def chosen(list_name: str, most: int = 1) -> st.SearchStrategy[str]:
    """Return blank or some choices of an offline list."""
    names = [choice.name for choice in offline().lists[list_name]]
    return st.lists(st.sampled_from(names), max_size=most, unique=True).map(" ".join)


AGES = st.one_of(st.just(""), st.integers(0, 110).map(str), st.sampled_from(["17", "18"]))
YES_OR_NO = st.sampled_from(["ya", "ya", "ya", "tidak", ""])


@st.composite
def answers(draw: st.DrawFn) -> dict[str, str]:
    """Return the answers of a record of up to three victims and three alleged perpetrators, some left blank."""
    given = {"no_urut": "1"}
    victims, suspects = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    for t in range(1, suspects + 1):
        given |= {
            f"terlapor[{t}]/terlapor_dikenal": "ya", f"terlapor[{t}]/nama_terlapor": f"Orang {t}",
            f"terlapor[{t}]/jk_terlapor": draw(chosen("jk")), f"terlapor[{t}]/presisi_usia_terlapor": "tepat",
            f"terlapor[{t}]/usia_terlapor": draw(AGES),
        }  # fmt: skip
    for k in range(1, victims + 1):
        given |= {
            f"korban[{k}]/nama_korban": f"Nama {k}", f"korban[{k}]/jk_korban": draw(chosen("jk")),
            f"korban[{k}]/usia_korban": draw(AGES), f"kekerasan[{k}]/bentuk": draw(chosen("bentuk", 4)),
            f"kekerasan[{k}]/tempat_kategori": draw(chosen("tempat_kategori")),
            f"kekerasan[{k}]/kdrt": draw(chosen("kdrt")), f"persetujuan[{k}]/setuju_catat": draw(YES_OR_NO),
            f"persetujuan[{k}]/setuju_simfoni": draw(YES_OR_NO), f"persetujuan[{k}]/setuju_statistik": draw(YES_OR_NO),
        }  # fmt: skip
        for t in range(1, suspects + 1):
            given[f"hubungan_korban[{k}]/hubungan[{t}]/jenis_hubungan"] = draw(chosen("hubungan"))
        for n in range(1, draw(st.integers(0, 2)) + 1):
            given[f"layanan_korban[{k}]/layanan[{n}]/jenis_layanan"] = draw(chosen("jenis_layanan"))
    return given


@given(st.lists(answers(), max_size=3))
def test_the_identities_hold_for_any_records_finished_or_not(several):
    records = [Record.from_answers(offline(), each, now=NOW) for each in several]
    entries = [entry(each) for each in records]
    found = count(entries)
    people = sum(len(each.rows("korban")) for each in records)
    assert found.victims + found.unnamed + sum(len(each.left_out) for each in entries) == people
    assert found.victims == sum(len(each.named) for each in entries)
    assert found.cases == sum(1 for each in entries if each.named)
    assert found.pairs == sum(len(e.named) * len(r.rows("terlapor")) for e, r in zip(entries, records, strict=True))
    for single in (
        found.victims_by_sex, found.victims_by_age, found.victims_by_childhood, found.places, found.kdrt,
    ):  # fmt: skip
        assert sum(single.values()) == found.victims
    for single in (found.perpetrators_by_sex, found.perpetrators_by_age):
        assert sum(single.values()) == found.perpetrators
    assert sum(found.relations.values()) == found.pairs
    assert found.victims <= sum(found.forms.values()) <= 7 * found.victims
    assert max(found.forms.values()) <= found.victims
    assert max(found.services.values()) <= found.victims <= sum(found.services.values())


@given(answers())
def test_what_is_entered_is_what_the_offline_record_says(given):
    """Each number of the mirror again, straight from the offline answers."""
    source = Record.from_answers(offline(), given, now=NOW)
    made = entry(source)
    found = count([made])
    named = [consent.key for consent in made.consents if consent.named]
    ages = [source.value(f"korban[{key}]/usia_korban") for key in named]
    assert found.victims_by_childhood["Anak"] == sum(1 for age in ages if age and int(age) < 18)
    assert found.forms["Fisik"] == sum("fisik" in source.value(f"kekerasan[{key}]/bentuk").split() for key in named)
    places = [source.value(f"kekerasan[{key}]/tempat_kategori") for key in named]
    first = next(filter(None, places), "")
    assert found.places["Sekolah"] == sum((place or first) == "sekolah" for place in places)
    relations = [
        source.value(f"hubungan_korban[{key}]/hubungan[{t}]/jenis_hubungan")
        for key in named
        for t in source.rows("terlapor")
    ]
    assert found.relations["Suami/Istri"] == sum(each in ("suami", "istri", "pasangan_adat") for each in relations)
    assert found.relations["NA"] == relations.count("td")
