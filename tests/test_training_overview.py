"""The sixteen cases together: what they cover, and the page that lists them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from kasuskit.training import list_cases, load_case
from kasuskit.training.overview import table, with_table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "kasus.md"
CASES = [load_case(card.id) for card in list_cases()]


def said(name: str) -> Counter[str]:
    """Return how many answers of all keys hold each choice of a question."""
    answers = (field.answer for case in CASES for at, field in case.key.items() if at.rpartition("/")[2] == name)
    return Counter(word for answer in answers for word in answer.split())


def test_the_page_of_the_cases_is_up_to_date() -> None:
    page = PAGE.read_text("utf-8")
    assert with_table(page) == page
    assert all(f"| {case.id} | {case.title} |" in table() for case in CASES)


def test_the_cases_cover_what_a_training_needs() -> None:
    """What issue 3 and domain 10.3 ask of sixteen cases; shares as far as sixteen can follow them."""
    assert [case.id for case in sorted(CASES, key=lambda case: case.id)] == [f"K{n:02}" for n in range(1, 17)]
    relations, forms = said("jenis_hubungan"), said("bentuk")
    wanted = {"suami", "pasangan_adat", "mantan_pacar", "ayah_tiri", "anak", "majikan", "tetangga", "tak_dikenal"}
    assert wanted <= set(relations)
    assert {"fisik", "psikis", "seksual", "eksploitasi", "trafficking", "penelantaran", "lainnya"} <= set(forms)
    assert said("kdrt")["ya"] >= 4 and said("kdrt")["ya_belum_catat"] and said("kdrt")["tidak"] >= 6
    assert {"anonim", "korban"} <= set(said("pelapor_adalah"))
    assert said("status_pengaduan").keys() >= {"baru", "lanjutan", "pengulangan", "rujukan"}
    ages = [int(age) for age in said("usia_korban").elements()]
    assert sum(age < 18 for age in ages) >= 4 and max(ages) >= 60
    assert said("disabilitas")["sensorik"] == 1
    assert 0.1 <= said("jk_korban")["l"] / len(ages) <= 0.25
    levels = Counter(case.card.level for case in CASES)
    assert levels[1] >= 2 and levels[2] >= 5 and levels[3] >= 4


def test_no_two_cases_share_a_person() -> None:
    named = [
        field.answer
        for case in CASES
        for at, field in case.key.items()
        if at.rpartition("/")[2] in ("nama_korban", "nama_terlapor", "nik_korban") and field.answer
    ]
    assert [name for name, count in Counter(named).items() if count > 1] == []
