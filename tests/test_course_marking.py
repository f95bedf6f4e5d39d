"""Marking: first a hint, then the answer; and what nobody can answer is refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product
from pathlib import Path

import pytest

from kasuskit.messages import KasusError
from kasuskit.training.course import (
    Course,
    Item,
    Judgement,
    Key,
    accepts,
    card_screen,
    judge,
    load_cards,
    load_course,
    load_keys,
    mark,
)
from kasuskit.training.course.cards import accepts_class
from kasuskit.training.course.items import Option
from kasuskit.training.course.marking import LONGEST, is_right, points

from .small_course import make_course, write_course


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return make_course(tmp_path_factory.mktemp("course") / "kecil")


def possible(item: Item) -> Iterator[str]:
    """Yield every answer to a question that a screen can give (of short answers, some)."""
    names = [option.name for option in item.options]
    if item.kind == "satu":
        yield from names
    elif item.kind == "beberapa":
        for chosen in product((0, 1), repeat=len(names)):
            yield " ".join(name for name, taken in zip(names, chosen, strict=True) if taken)
    elif item.kind == "urutan":
        yield from (" ".join(order) for order in permutations(names))
    elif item.kind == "pasangan":
        for right in product(["", *(partner.name for partner in item.partners)], repeat=len(names)):
            yield " ".join(f"{one}={other}" for one, other in zip(names, right, strict=True) if other)
    else:
        yield from ("Rumah", " rumah ", "RUMAH-TANGGA", "keluarga", "…", "")


def every(course: Course) -> Iterator[tuple[Item, Key, str]]:
    keys = load_keys(course)
    for item in course.items:
        for answer in possible(item):
            yield item, keys[item.id], answer


# what can be answered -----------------------------------------------------------------------------------------


def test_every_answer_that_a_screen_can_give_is_accepted(course: Course) -> None:
    assert all(accepts(item, answer) for item, _, answer in every(course))


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("T01a", ["z", "a b", "A", " a", "1"]),
        ("T02a", ["a a", "a z", "a  c", "a,c", " "]),
        ("T01c", ["a b", "a b c c", "a b z", "abc"]),
        ("T02c", ["a", "a=", "=k1", "a=k9", "z=k1", "a=k1 a=k2", "a=k1=k2", "a=k1  b=k2"]),
        ("T02d", ["x" * (LONGEST + 1), "a\nb", "\u202e", "\x00"]),
    ],
)
def test_what_nobody_can_choose_is_refused_and_marks_as_no_answer(
    course: Course, name: str, answers: list[str]
) -> None:
    for answer in answers:
        assert not accepts(course.item(name), answer), answer
        made = mark(course, name, answer, 2)
        assert (made.right, made.reveal, made.message) == (False, None, "Belum dijawab.")


def test_there_is_no_such_question(course: Course) -> None:
    with pytest.raises(KasusError) as found:
        mark(course, "T99a", "a", 1)
    assert found.value.code == "T278"


# points -------------------------------------------------------------------------------------------------------


def test_full_points_are_what_is_all_right_and_only_that(course: Course) -> None:
    for item, key, answer in every(course):
        worth = points(item, key, answer)
        assert 0 <= worth <= 1
        assert (worth == 1) == is_right(item, key, answer) == mark(course, item.id, answer, 1).right, (item.id, answer)


@pytest.mark.parametrize(
    ("name", "answer", "worth"),
    [
        ("T02a", "a", 0.5),  # right a c: one of two
        ("T02a", "a b", 0.0),  # one right, one wrong
        ("T02a", "a b c", 0.5),
        ("T02a", "a b c d", 0.0),  # ticking everything earns nothing
        ("T02a", "c a", 1.0),
        ("T01c", "c b a", 1 / 3),  # right c a b: two of three pairs in order
        ("T01c", "b a c", 0.0),
        ("T02c", "a=k3 b=k2", 0.25),
        ("T02c", "d=k3 c=k2 b=k1 a=k3", 1.0),
        ("T02d", "R.U.M.A.H", 1.0),
        ("T02d", "keluarga", 0.0),
        ("T01a", "", 0.0),
    ],
)
def test_parts_of_an_answer_are_worth_something(course: Course, name: str, answer: str, worth: float) -> None:
    assert points(course.item(name), load_keys(course)[name], answer) == pytest.approx(worth)


def test_putting_things_in_order_by_chance_earns_little(course: Course) -> None:
    item, key = course.item("T01c"), load_keys(course)["T01c"]
    chance = [points(item, key, answer) for answer in possible(item)]
    assert sum(chance) / len(chance) < 0.3


# first a hint, then the answer --------------------------------------------------------------------------------


def test_nothing_is_given_away_before_the_second_try(course: Course) -> None:
    for item, key, answer in every(course):
        first, second = mark(course, item.id, answer, 1), mark(course, item.id, answer, 2)
        assert (first.right, first.points) == (second.right, second.points)
        if not answer:
            assert first.reveal is second.reveal is None
        elif not first.right:
            assert first.reveal is None
            assert key.explanation not in first.message
            assert second.reveal is not None and second.reveal.answer == key.answer
            assert second.message.endswith("Jawabannya ada di bawah ini.")
        else:
            assert first.reveal == second.reveal and first.remarks == {}


def test_a_remark_is_about_what_was_wrongly_chosen(course: Course) -> None:
    assert mark(course, "T01a", "a", 1).remarks == {"a": "Apakah korban setuju?"}
    assert mark(course, "T02a", "a b d", 1).remarks == dict.fromkeys("bd", "Adakah itu dalam cerita?")
    assert mark(course, "T01c", "a b c", 1).remarks == {}
    assert mark(course, "T01c", "c a b", 1).remarks == {}
    assert mark(course, "T02c", "a=k1 b=k1", 1).remarks == {"a": "Tubuh siapa yang kena?"}
    assert mark(course, "T02d", " Keluarga! ", 1).remarks == {"": "Lihat huruf R pada KDRT."}


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("T01a", "b", "Benar."),
        ("T01a", "a", "Belum tepat. Baca soalnya sekali lagi."),
        ("T02a", "a", "Yang Anda pilih benar, tetapi masih ada yang lain."),
        ("T02a", "a b c", "Ada yang terlalu banyak. Tinjau lagi satu per satu."),
        ("T02a", "a b", "Belum tepat. Ada yang kurang, dan ada yang perlu ditinjau lagi."),
        ("T01c", "c b a", "Belum urut. 1 dari 3 sudah di tempatnya."),
        ("T02c", "a=k3 b=k2", "1 dari 4 pasangan sudah benar."),
        ("T02d", "gereja", "Belum tepat. Periksa ejaannya, atau coba kata lain."),
    ],
)
def test_the_message_says_what_to_do(course: Course, name: str, answer: str, said: str) -> None:
    assert mark(course, name, answer, 1).message == said
    assert mark(course, name, answer, 1, "en").message != said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("T01a", "Menolak dengan sopan"),
        ("T02a", "Fisik; Psikis"),
        ("T01c", "1. Salam pembuka; 2. Kesepakatan belajar; 3. Perkenalan"),
        ("T02c", "Menampar – Fisik; Mengancam – Psikis; Tidak memberi nafkah – Penelantaran; Memukul – Fisik"),
        ("T02d", "Rumah"),
    ],
)
def test_the_right_answer_is_told_in_words(course: Course, name: str, said: str) -> None:
    reveal = mark(course, name, load_keys(course)[name].answer, 1).reveal
    assert reveal is not None and reveal.expected == said


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("T01a", "Standar layanan UPTD PPA"),
        ("T01c", "Panduan kelas (praktik yang lazim)"),
        ("T02b", "UU 23/2004 Pasal 5 (perlu dikonfirmasi ke LBH)"),
        ("T02e", "Kesepakatan tim (kesimpulan kami, perlu dikonfirmasi ke LBH)"),
    ],
)
def test_what_is_not_settled_is_labelled(course: Course, name: str, source: str) -> None:
    reveal = mark(course, name, load_keys(course)[name].answer, 1).reveal
    assert reveal is not None and reveal.source == source


# sorting cards ------------------------------------------------------------------------------------------------


def test_a_set_of_cards_is_shown_without_its_key(course: Course) -> None:
    shown = card_screen(load_cards(course, "bentuk", "polisi"))
    assert [card["id"] for card in shown["cards"]] == ["1", "2"]
    assert [(each["name"], each["several"], len(each["choices"])) for each in shown["dimensions"]] == [
        ("bentuk", True, 3), ("kdrt", False, 2),
    ]  # fmt: skip
    for secret in ("Tamparan itu fisik", "Bukan anggota", "fisik psikis"):
        assert secret not in str(shown)
    assert [card.id for card in load_cards(course, "bentuk", "paralegal").cards] == ["1"]
    assert [card.id for card in load_cards(course, "bentuk").cards] == ["1", "2"]


def test_a_choice_is_one_of_the_dimension(course: Course) -> None:
    forms, kdrt = load_cards(course, "bentuk").dimensions
    for value in ("", "fisik", "psikis fisik", "fisik psikis penelantaran"):
        assert accepts_class(forms, value)
    for value in ("fisik fisik", "fisik  psikis", "lain", " ", "fisik,psikis"):
        assert not accepts_class(forms, value)
    assert accepts_class(kdrt, "ya") and not accepts_class(kdrt, "ya tidak")


@pytest.mark.parametrize(
    ("forms", "kdrt", "verdicts"),
    [
        ("psikis fisik", "ya", ("right", "right")),
        ("fisik", "ya", ("fewer", "right")),
        ("fisik psikis penelantaran", "tidak", ("more", "other")),
        ("fisik penelantaran", "", ("other", "blank")),
        ("", "", ("blank", "blank")),
    ],
)
def test_a_card_is_judged_by_dimension(course: Course, forms: str, kdrt: str, verdicts: tuple[str, str]) -> None:
    def judged(tries: int) -> Judgement:
        return judge(course, "bentuk", "1", {"bentuk": forms, "kdrt": kdrt}, tries)

    first, second = judged(1), judged(2)
    assert tuple(first.verdicts.values()) == verdicts
    assert set(first.messages) == {"bentuk", "kdrt"} and all(first.messages.values())
    assert first.right == (verdicts == ("right", "right")) == (first.reveal is not None)
    assert (second.reveal is None) == ("blank" in verdicts)


def test_the_classes_of_a_card_are_told_in_words_with_reason_and_source(course: Course) -> None:
    reveal = judge(course, "bentuk", "2", {"bentuk": "psikis", "kdrt": "ya"}, 2).reveal
    assert reveal is not None
    assert reveal.answer == "bentuk=fisik; kdrt=tidak"
    assert reveal.expected == "Bentuk kekerasan: Fisik; KDRT: Tidak"
    assert reveal.explanation == "Bukan anggota rumah tangga."
    assert reveal.source == "UU 23/2004 Pasal 2 (perlu dikonfirmasi ke LBH)"


def test_there_is_no_such_set_and_no_such_card(course: Course) -> None:
    for look, code in (
        (lambda: load_cards(course, "zzz"), "T274"),
        (lambda: judge(course, "zzz", "1", {}), "T274"),
        (lambda: judge(course, "bentuk", "9", {}), "T278"),
    ):
        with pytest.raises(KasusError) as found:
            look()
        assert found.value.code == code


def test_a_key_that_was_changed_counts_at_once(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "kecil")
    assert mark(load_course(folder), "T01a", "b", 1).right
    path = folder / "pilihan.csv"
    path.write_text(path.read_text("utf-8").replace("sopan,1", "sopan,0").replace("namanya,0", "namanya,1"), "utf-8")
    assert mark(load_course(folder), "T01a", "a", 1).right
    assert load_course(folder).item("T01a").options[0] == Option("a", "Menyebut namanya")
