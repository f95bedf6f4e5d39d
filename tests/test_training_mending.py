"""What a participant mended in a flawed form, what is left, and what was broken on the way."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kasuskit.form import Record
from kasuskit.messages import LANGUAGES, text
from kasuskit.training import Found, found
from kasuskit.training.mending import Broken
from tests.test_training_flawed import every_form, form_of, marks


def mended(result: Found) -> list[int]:
    return [each.number for each in result.mended]


def broken(result: Found) -> list[tuple[str, str]]:
    return [(each.at, each.kind) for each in result.broken]


def half_done(name: str, *numbers: int) -> Record:
    return form_of(name).record(numbers)


@every_form
def test_nothing_is_mended_or_broken_in_an_untouched_form(name: str) -> None:
    flawed = form_of(name)
    result = found(flawed, flawed.record())
    assert (mended(result), result.broken, result.missing) == ([], (), ())
    assert (result.score, result.total, result.complete) == (0, len(flawed.seeds), False)
    assert result.left == flawed.seeds
    assert result.praise == text("training.flawed-praise-start")


@every_form
def test_a_fully_mended_form_is_complete(name: str) -> None:
    flawed = form_of(name)
    result = found(flawed, flawed.mended_record())
    assert (result.left, result.broken, result.missing) == ((), (), ())
    assert result.score == result.total and result.complete
    assert result.praise == text("training.flawed-praise-all")


@every_form
def test_each_mended_mistake_counts_by_itself(name: str) -> None:
    flawed = form_of(name)
    numbers = [seed.number for seed in flawed.seeds]
    for number in numbers:
        result = found(flawed, flawed.record([number]))
        assert (mended(result), result.broken, result.missing) == ([number], (), ())
        others = [each for each in numbers if each != number]
        result = found(flawed, flawed.record(others))
        assert (mended(result), result.broken, result.missing) == (others, (), ())
        assert not result.complete and result.praise == text("training.flawed-praise-half")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_half_mended_form_says_what_is_left_without_giving_it_away(lang: str) -> None:
    flawed = form_of("F01")
    result = found(flawed, half_done("F01", 1, 2, 3, 4), lang)
    assert mended(result) == [1, 2, 3, 4] and result.score == 4
    said = {mark.seed.number: mark for mark in result.marks}
    assert said[1].message == text("training.flawed-mended", lang)
    assert said[5].message == text("training.flawed-left-unaided", lang)
    assert said[6].message == text("training.flawed-left", lang)
    assert said[2].expected == "Desa Contoh B (Kec. Contoh Satu)" and "Desa Contoh B" in said[2].reason
    assert said[1].expected == "13/9/2026"
    assert said[10].expected == "1" and said[10].at == "tindak_lanjut"
    for mark in result.marks:
        assert not mark.expected or mark.expected not in mark.message


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: r.set("cara_lapor", "telepon"), [("cara_lapor", "changed")]),
        (lambda r: r.set("korban[1]/usia_tanggungan", ""), [("korban[1]/usia_tanggungan", "emptied")]),
        (lambda r: r.set("korban[1]/nama_korban", "Dewi Lestari"), [("korban[1]/nama_korban", "changed")]),
        (lambda r: r.set("kode_petugas", "PD-03"), [("kode_petugas", "changed")]),
        (lambda r: r.set("korban[1]/kerentanan", "prt"), [("korban[1]/kerentanan", "invented")]),
        (lambda r: r.remove("saksi[1]"), [("saksi", "row-lost")]),
        (lambda r: r.add("saksi"), [("saksi[2]", "row-invented")]),
        (lambda r: r.set("layanan_korban[1]/layanan[1]/tgl_layanan", "14/9/2026"),
         [("layanan_korban[1]/layanan[1]/tgl_layanan", "changed")]),
        (lambda r: r.set("krono_sebelum", r.value("krono_sebelum") + " K1 genit."), [("krono_sebelum", "finding")]),
        (lambda r: r.set("krono_sebelum", r.value("krono_sebelum").replace("Menurut K1", "Kata K1")), []),
        (lambda r: r.set("korban[1]/nama_korban", "NINGSIH  WULANDARI"), []),
    ],
)  # fmt: skip
def test_what_is_newly_broken_is_told(
    change: Callable[[Record], object], told: list[tuple[str, str]], lang: str
) -> None:
    record = form_of("F01").mended_record()
    change(record)
    result = found(form_of("F01"), record, lang)
    assert broken(result) == told
    assert not result.left and result.score == result.total - len(told)
    if told:
        assert result.praise == text("training.flawed-praise-recheck", lang) and not result.complete
    for each in result.broken:
        assert each.message and (bool(each.code) == (each.kind == "finding"))


def test_a_finding_at_an_answer_that_is_told_already_is_not_told_twice() -> None:
    record = form_of("F01").mended_record()
    record.set("korban[1]/usia_korban", "53")
    assert broken(found(form_of("F01"), record)) == [("korban[1]/usia_korban", "changed")]


def test_a_score_is_never_below_nothing() -> None:
    record = form_of("F01").record()
    for at in ("cara_lapor", "presisi_tgl", "frekuensi", "status_kasus"):
        record.set(at, "")
    result = found(form_of("F01"), record)
    assert len(result.broken) >= 4 and result.score == 0


# mended, or only made to look so ----------------------------------------------------------------------------


def test_a_finding_that_is_silenced_is_not_mended() -> None:
    record = form_of("F01").record()
    record.set(
        "kekerasan[1]/bentuk_lain", "Kekerasan dalam rumah tangga"
    )  # long enough for the form, and still no form
    result = found(form_of("F01"), record)
    assert ("kekerasan[1]/bentuk_lain", "F151") not in marks(record)
    assert 4 not in mended(result)


def test_a_swapped_date_is_mended_only_when_both_are_right() -> None:
    record = form_of("F01").record()
    record.set("tgl_lapor", "15/9/2026")
    assert ("tgl_kejadian", "R01") not in marks(record)
    assert 1 not in mended(found(form_of("F01"), record))
    record.set("tgl_kejadian", "12/9/2026")
    assert 1 not in mended(found(form_of("F01"), record))
    record.set("tgl_kejadian", "13/9/2026")
    record.set("tgl_lapor", "14/9/2026")
    assert 1 not in mended(found(form_of("F01"), record))
    record.set("tgl_lapor", "15 September 2026")
    assert mended(found(form_of("F01"), record)) == [1]


def test_a_consent_that_is_made_up_mends_no_referral() -> None:
    flawed = form_of("F02")
    record = flawed.record()
    record.set("persetujuan[1]/setuju_rujuk", "keamanan psikososial")
    result = found(flawed, record)
    assert 9 not in mended(result)
    assert broken(result) == [("persetujuan[1]/setuju_rujuk", "changed")]
    record.set("persetujuan[1]/setuju_rujuk", "psikososial")
    record.remove("layanan_korban[1]/rujukan[2]")
    result = found(flawed, record)
    assert mended(result) == [9] and not result.broken


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("T1 (suami) menampar pipi K1 dua kali dan mendorongnya.", True),
        ("T1 (suami) memukul K1.", True),
        ("T1 (suami) menganiaya  K1.", False),
        ("T1 (suami) MENGANIAYA K1 dengan tangan.", False),
        ("T1 (suami) menganiaya istrinya.", False),
        ("", False),
    ],
)
def test_a_text_may_be_mended_in_other_words(words: str, right: bool) -> None:
    record = form_of("F01").record()
    before, _, rest = record.value("krono_saat").partition("T1 (suami)")
    _, _, after = rest.partition(".")
    record.set("krono_saat", f"{before}{words}{after}" if words else "")
    assert (5 in mended(found(form_of("F01"), record))) is right


def test_one_of_two_mistakes_in_a_text_is_mended_by_itself() -> None:
    record = form_of("F01").record()
    record.set("krono_saat", record.value("krono_saat").replace("K1 memang keras kepala soal uang. ", ""))
    assert mended(found(form_of("F01"), record)) == [6]
    record.set("krono_saat", record.value("krono_saat") + " K1 bandel.")
    assert mended(found(form_of("F01"), record)) == [], "another word of the list is no better"


def test_another_right_answer_is_right_and_a_free_choice_is_judged_by_the_checks() -> None:
    record = form_of("F04").record()
    record.set("status_kasus", "pemantauan")
    assert mended(found(form_of("F04"), record)) == [8]
    record = form_of("F06").record()
    record.set("kekerasan[2]/sub_bentuk", "psi_kontrol eks_kerja_paksa tra_daring")
    assert mended(found(form_of("F06"), record)) == [6]
    record.set("kekerasan[2]/sub_bentuk", "eks_kerja_paksa tra_daring")
    assert mended(found(form_of("F06"), record)) == [], "R34 still finds it"
    record.set("kekerasan[2]/sub_bentuk", "")
    assert mended(found(form_of("F06"), record)) == []


@pytest.mark.parametrize("key", [2, 4, 9])
def test_a_victim_who_is_added_may_stand_in_any_row(key: int) -> None:
    flawed = form_of("F03")
    answers = flawed.mended_record().answers()
    moved = {re.sub(rf"^({LINKED})\[2\]", rf"\1[{key}]", at): answer for at, answer in answers.items()}
    record = Record.from_answers(flawed.form, moved, now=flawed.now)
    assert record.rows("korban") == (1, key)
    assert found(flawed, record).complete


LINKED = "korban|hubungan_korban|kekerasan|dampak|risiko|kebutuhan_korban|persetujuan|layanan_korban"


def test_a_row_that_is_only_begun_is_missing_its_answers_but_breaks_nothing() -> None:
    flawed = form_of("F03")
    record = flawed.record()
    record.add("terlapor")
    result = found(flawed, record)
    assert mended(result) == [4] and not result.broken
    assert {finding.code for finding in result.missing} == {"F150"}
    assert {"terlapor[1]/terlapor_dikenal", "hubungan_korban[1]/hubungan[1]/jenis_hubungan"} <= {
        finding.at for finding in result.missing
    }
    assert not result.complete


def test_the_names_of_two_children_in_one_row_are_not_mended_by_a_second_empty_row() -> None:
    record = form_of("F03").record()
    record.add("korban")
    assert 1 not in mended(found(form_of("F03"), record))
    record.set("korban[1]/nama_korban", "Andi")
    assert 1 in mended(found(form_of("F03"), record))


def test_a_mark_and_what_is_broken_are_checked_at_the_edge() -> None:
    Broken("usia", "changed", "", "Kembalikan.")
    with pytest.raises(ValueError, match=r"Broken\.kind"):
        Broken("usia", "rusak", "", "Kembalikan.")
    with pytest.raises(ValueError, match=r"Broken\.at"):
        Broken(None, "changed", "", "Kembalikan.")  # type: ignore[arg-type]
    result = found(form_of("F01"), form_of("F01").record())
    for thing, name in ((result, "praise"), (result.marks[0], "mended")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, name, "x")


CELLS = tuple(form_of("F05").mended_record().answers())


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(CELLS), st.sampled_from(["", "ya", "td", "1", "15/7/2026", "K1 genit"])), max_size=12
    )
)
def test_whatever_is_typed_is_judged(typed: list[tuple[str, str]]) -> None:
    flawed = form_of("F05")
    record = flawed.record()
    for at, answer in typed:
        if not at.startswith("tindak_lanjut"):
            record.set(at, answer)
    result = found(flawed, record)
    assert len(result.mended) + len(result.left) == result.total == len(flawed.seeds)
    assert 0 <= result.score <= result.total
    assert result.complete is (not marks(record) and not result.left and not result.broken)
