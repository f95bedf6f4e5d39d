"""The shipped cases: whole, honest, harmless, and right by their own key."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from statistics import mean

import pytest

from kasuskit.form import Question, Record, Repeat
from kasuskit.form.rows import parse_address
from kasuskit.places import data_dir
from kasuskit.training import Case, KeyField, check_case, feedback, list_cases, load_case
from kasuskit.training.cases import FILES, cases_dir

CASES = tuple(card.id for card in list_cases())
every_case = pytest.mark.parametrize("name", CASES)


@cache
def case_of(name: str) -> Case:
    return load_case(name)


def content(case: Case, file: str) -> str:
    return (case.folder / file).read_text("utf-8")


def question_of(case: Case, at: str) -> Question:
    return case.form.question(parse_address(at).name)


def plain(text: str) -> str:
    """Return a text as lower-case words with one space around each, so that ``in`` finds whole words."""
    return " ".join(["", *re.findall(r"[^\W_]+", text.lower()), ""])


# whole ------------------------------------------------------------------------------------------------------


def test_the_kit_has_cases_of_three_levels_that_grow() -> None:
    cards = list_cases()
    assert {card.id for card in cards} == {folder.name for folder in cases_dir().iterdir() if folder.is_dir()}
    assert [card.level for card in cards] == sorted(card.level for card in cards)
    assert {card.level for card in cards} == {1, 2, 3}
    assert len({card.title for card in cards}) == len(cards)
    by_level = [[case_of(card.id) for card in cards if card.level == level] for level in (1, 2, 3)]
    for easier, harder in pairwise(by_level):
        assert mean(len(case.key) for case in easier) < mean(len(case.key) for case in harder)
        assert mean(len(case.settings["traps"]) for case in easier) < mean(len(c.settings["traps"]) for c in harder)


@every_case
def test_a_case_is_called_like_its_folder_and_passes_its_check(name: str) -> None:
    case = check_case(name)
    assert case.id == case.folder.name == name
    assert 350 <= case.story.words <= 700


@every_case
def test_a_card_says_what_to_expect_and_where_to_find_help(name: str) -> None:
    card = case_of(name).card
    assert card.title and card.aims and all(aim.strip() for aim in card.aims)
    assert "SAPA 129" in card.content_note
    assert "rekaan" in card.content_note


@every_case
def test_every_quote_stands_in_the_story_once_and_in_whole_words(name: str) -> None:
    case = case_of(name)
    story = " ".join(content(case, "cerita.md").split())
    with (case.folder / "kunci.csv").open(encoding="utf-8", newline="") as file:
        cells = [row["bukti"] for row in csv.DictReader(file)]
    quotes = [" ".join(quote.split()) for cell in cells for quote in cell.split("||") if quote.strip()]
    assert len(quotes) > 50
    for quote in quotes:
        assert story.count(quote) == 1, quote
        before, after = story.split(quote)
        assert not (before[-1:] + quote[0]).isalnum() or not before, quote
        assert not (quote[-1] + after[:1]).isalnum() or not after, quote


@every_case
def test_every_field_shows_its_sentence_or_says_that_there_is_none(name: str) -> None:
    case = case_of(name)
    for at, field in case.key.items():
        assert bool(field.quotes) != bool(field.unsaid), at
        assert field.hint and field.reason, at
        for paragraph, start, end in field.quotes:
            assert case.story.paragraphs[paragraph][start:end].strip(), at
        if not field.answer:
            assert field.unsaid, f"{at}: a blank answer needs the statement that the story does not say it"


@every_case
def test_the_key_holds_every_question_that_is_then_asked(name: str) -> None:
    case = case_of(name)
    record = case.key_record()
    asked = [at for at, node, _ in record.cells() if isinstance(node, Question) and node.asked and record.relevant(at)]
    assert {at for at in asked if record.required(at) and not record.value(at)} == set()
    assert set(asked) == set(case.key)


@every_case
def test_the_key_record_has_no_error(name: str) -> None:
    record = case_of(name).key_record()
    assert [finding for finding in record.findings(moment="completion") if finding.severity == "error"] == []


# fair -------------------------------------------------------------------------------------------------------

MONTHS = (
    "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november",
    "desember",
)  # fmt: skip
DIGITS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")


def numeral(number: int) -> str:
    """Return a number from 0 to 99 in Indonesian words."""
    if number == 0:
        return "nol"
    tens, ones = divmod(number, 10)
    if number in (10, 11):
        return "sepuluh" if number == 10 else "sebelas"
    if tens < 2:
        return f"{DIGITS[ones]} belas" if tens else DIGITS[ones]
    return f"{DIGITS[tens]} puluh {DIGITS[ones]}".strip()


def spoken(question: Question, answer: str) -> Iterator[str]:
    """Yield the ways in which a date, a time, a number or a text is said."""
    yield answer
    if question.type == "date":
        year, month, day = (int(part) for part in answer.split("-"))
        yield from (f"{day} {MONTHS[month - 1]}", f"{day}/{month}/{year}", f"{day}/{month}", f"tanggal {day}")
    elif question.type == "time":
        hour, minute = (int(part) for part in answer.split(":"))
        yield from (f"{hour}.{minute:02}", f"jam {numeral(hour)}", f"jam {numeral((hour - 1) % 12 + 1)}")
    elif question.type == "integer":
        yield numeral(int(answer))
    elif question.type == "text":
        yield from (word for word in answer.split() if word[0].isupper() and len(word) > 3)


def names_choice(hint: str, label: str) -> bool:
    """Return whether a hint names a choice: a part of its label, in whole words, without what stands in brackets.

    ``Ya``, ``Tidak`` and ``Belum`` are in every other sentence: they name the choice where they are written as
    labels are, with a capital inside a sentence, or as a sentence of their own.
    """
    for part in re.split(r",|/| atau ", re.sub(r"\(.*?\)", "", label)):
        if part.strip().lower() in ("ya", "tidak", "belum"):
            if re.search(rf"(?<![.?!] )(?<!^)\b{part.strip()}\b|(?:^|[.?!] ){part.strip()}[.!,]", hint):
                return True
        elif plain(part).strip() and plain(part) in plain(hint):
            return True
    return False


def gives_away(case: Case, field: KeyField) -> bool:
    """Return whether a hint says the answer; one that names other choices of the question beside it asks, and may."""
    question, hint = question_of(case, field.at), field.hint
    if not field.answer:
        return False
    if question.list_name:
        chosen = field.answer.split()
        named = [c.name for c in case.form.lists[question.list_name] if names_choice(hint, c.label["id"])]
        return any(name in chosen for name in named) and all(name in chosen for name in named)
    if field.free:
        words = plain(field.answer).split()
        return any(f" {' '.join(words[i : i + 4])} " in plain(hint) for i in range(max(1, len(words) - 3)))
    return any(plain(way) in plain(hint) for answer in (field.answer, *field.also) for way in spoken(question, answer))


@every_case
def test_no_hint_gives_the_answer_away(name: str) -> None:
    case = case_of(name)
    assert {at: field.hint for at, field in case.key.items() if gives_away(case, field)} == {}


@pytest.mark.parametrize(
    ("at", "hint", "leaks"),
    [
        ("tgl_kejadian", "Kejadiannya 4 Oktober.", True),
        ("tgl_kejadian", "Bukan 12 Oktober.", False),
        ("jam_kejadian", "Jam tujuh malam, pukul berapa?", True),
        ("korban[1]/usia_korban", "Umurnya tiga puluh satu.", True),
        ("korban[1]/usia_korban", "Kurang dari 32 tahun.", False),
        ("no_urut", "Nomor 4.", True),
        ("no_urut", "Nomor 14.", False),
        ("korban[1]/nama_korban", "Ibu Maria punya nama lengkap.", True),
        ("kode_petugas", "Kodenya PD-07.", True),
        ("rahasia_pelapor", "Jawabannya Ya.", True),
        ("rahasia_pelapor", "Ya!", True),
        ("lapor_lain", "Apakah ia tidak melapor? Belum tentu.", False),
        ("lapor_lain", "Pilih Tidak.", True),
        ("terlapor[1]/jk_terlapor", "Terlapor laki-laki.", True),
        ("terlapor[1]/jk_terlapor", "Laki-laki atau perempuan?", False),
        ("kekerasan[1]/bentuk", "Tamparan adalah kekerasan fisik.", True),
        ("kekerasan[1]/bentuk", "Fisik, psikis, atau seksual?", False),
        ("korban[1]/pendidikan_korban", "Ia tamat SMP.", True),
        ("alamat_tkp", "Tulis: dapur rumah korban dan terlapor.", True),
    ],
)  # fmt: skip
def test_the_rule_for_hints_tells_a_leak_from_a_question(at: str, hint: str, leaks: bool) -> None:
    case = case_of("K01")
    field = case.key[at]
    made_up = KeyField(at, field.answer, field.also, field.free, (), "", hint, "", {}, "")
    assert gives_away(case, made_up) is leaks


@every_case
def test_saying_that_something_is_not_known_is_never_called_invented(name: str) -> None:
    case = case_of(name)
    record = case.key_record()
    for at, field in case.key.items():
        if field.unsaid and "td" in record.choices(at):
            record.set(at, "td")
            assert verdicts(record, case)[at] == "right", at
            record.set(at, field.answer)


@every_case
def test_every_tempting_choice_is_one_of_the_question_and_not_accepted(name: str) -> None:
    case = case_of(name)
    for at, field in case.key.items():
        names = case.form.choice_names(question_of(case, at))
        accepted = {part for answer in (field.answer, *field.also) for part in answer.split()}
        assert not accepted & set(field.misread), at
        assert not names or set(field.misread) <= set(names), at
        assert not names or accepted <= set(names), at


# harmless ---------------------------------------------------------------------------------------------------

GRAPHIC = (
    "darah", "berdarah", "perkosa", "memperkosa", "diperkosa", "telanjang", "alat kelamin", "kemaluan", "payudara",
    "sperma", "bacok", "membacok", "tikam", "menikam", "cekik", "mencekik", "mayat", "tulang", "luka menganga",
)  # fmt: skip
PENALTY = ("tahun penjara", "denda Rp", "pidana penjara", "dipenjara", "hukuman penjara", "kurungan")


@every_case
@pytest.mark.parametrize("file", FILES)
def test_nothing_in_a_case_is_real(name: str, file: str) -> None:
    text = content(case_of(name), file)
    digits = re.sub(r"(?<=\d)[ .\u00a0-](?=\d)", "", text)
    assert [found for found in re.findall(r"(?<!\d)\d{16}(?!\d)", digits) if not found.endswith("0000")] == []
    assert re.findall(r"(?<!\d)(?:0|62)\d{8,13}(?!\d)|\+\d{9,}", digits) == []
    with (data_dir() / "reference" / "wilayah.csv").open(encoding="utf-8", newline="") as reference:
        rows = list(csv.DictReader(reference))
    real = [row["nama"] for row in rows if row["tingkat"] in ("desa", "kelurahan", "kecamatan", "kabupaten", "kota")]
    real = [place for place in real if "contoh" not in place.lower()]
    assert len(real) > 80
    assert [place for place in real if re.search(rf"\b{re.escape(place)}\b", text, re.IGNORECASE)] == []


@every_case
@pytest.mark.parametrize("file", FILES)
def test_the_words_spare_everybody(name: str, file: str) -> None:
    words = plain(content(case_of(name), file))
    assert [word for word in (*GRAPHIC, *PENALTY) if plain(word) in words] == []
    assert re.findall(r"\b\w*pelaku\w*\b", words) == [], "terlapor, until there is a verdict"


UNVERIFIED = re.compile(r"\[[LI]\]")
LABELS = ("menunggu konfirmasi", "kesepakatan kit", "konfirmasi ke LBH", "bukan kepastian hukum")


@every_case
def test_what_is_not_verified_is_labelled_where_it_is_printed(name: str) -> None:
    fields = [field for field in case_of(name).key.values() if UNVERIFIED.search(field.source)]
    assert fields
    for field in fields:
        for text in (field.source, field.reason):
            assert any(label in text for label in LABELS), (field.at, text)


@every_case
def test_hints_and_reasons_state_no_law_that_has_no_source(name: str) -> None:
    for at, field in case_of(name).key.items():
        said = " ".join((field.hint, field.reason, *field.misread.values()))
        if re.search(r"\b(UU|Pasal|menurut hukum|wajib)\b", said):
            assert field.source, at


# right by its own key ---------------------------------------------------------------------------------------


def verdicts(record: Record, case: Case) -> dict[str, str]:
    return {field.at: field.verdict for field in feedback(record, case).fields}


@every_case
def test_the_key_record_is_all_right(name: str) -> None:
    case = case_of(name)
    found = feedback(case.key_record(), case)
    assert set(verdicts(case.key_record(), case)) == set(case.key)
    assert found.score == found.total == len(case.key)
    assert found.complete


@every_case
def test_a_blank_record_lacks_what_the_key_answers_and_invents_nothing(name: str) -> None:
    case = case_of(name)
    found = feedback(case.new_record(), case)
    answered = [at for at, field in case.key.items() if field.answer]
    assert [field.verdict for field in found.fields].count("missing") == len(answered)
    assert found.score == len(case.key) - len(answered)
    assert {field.verdict for field in found.fields} == {"missing", "right"}
    assert not found.complete


@every_case
def test_whoever_is_entered_first_the_key_record_is_all_right(name: str) -> None:
    case = case_of(name)
    lists = [node.name for node in case.form.nodes.values() if isinstance(node, Repeat)]
    keys = {key for at in case.key for _, key in parse_address(at).rows}
    turned = {key: len(keys) + 1 - key for key in keys}

    def turn(at: str) -> str:
        return re.sub(rf"\b({'|'.join(lists)})\[(\d+)\]", lambda row: f"{row[1]}[{turned[int(row[2])]}]", at)

    answers = {turn(at): field.answer for at, field in case.key.items()}
    found = feedback(Record.from_answers(case.form, answers, now=case.now), case)
    assert [field for field in found.fields if field.verdict != "right"] == []


@every_case
def test_every_other_right_answer_is_right_and_breaks_no_rule(name: str) -> None:
    case = case_of(name)
    record = case.key_record()
    for at, field in case.key.items():
        for answer in (*field.also, *(["Dengan kata-kata lain."] if field.free else [])):
            record.set(at, answer)
            found = feedback(record, case)
            assert found.complete, (at, answer)
        record.set(at, field.answer)


def other_answers(record: Record, question: Question, field: KeyField) -> Iterator[str]:
    """Yield answers that people can give instead of the key's, blank among them."""
    if question.type == "select_one":
        yield from record.choices(field.at)
    elif question.type == "select_multiple":
        chosen = set(field.answer.split())
        for name in record.choices(field.at):
            yield name
            yield " ".join(each for each in record.choices(field.at) if (each in chosen) != (each == name))
    elif question.type == "date":
        day = date.fromisoformat(field.answer or "2026-01-01")
        yield from ((day - timedelta(days=days)).isoformat() for days in (1, 365))
    elif question.type == "time":
        yield from ("07:00", "23:59")
    elif question.type == "integer":
        yield from (str(int(field.answer or 1) + step) for step in (1, 10))
    elif question.type == "text":
        yield "Sesuatu yang lain"
    yield ""


def some(answers: set[str], field: KeyField, most: int = 16) -> list[str]:
    """Return blank, all tempting wrong choices, and of the others every second, third …, so that they are not many."""
    others = sorted(answers)
    return [answer for n, answer in enumerate(others) if not n % (len(others) // most + 1) or answer in field.misread]


@every_case
def test_changing_one_answer_changes_its_verdict_and_no_other(name: str) -> None:
    """What the change hides, and only that, may be called missing; everything else stays right."""
    case = case_of(name)
    record = case.key_record()
    tried = 0
    for at, field in case.key.items():
        accepted = {field.answer, *field.also}
        for answer in some(set(other_answers(record, question_of(case, at), field)) - accepted, field):
            if field.free and answer:
                continue
            record.set(at, answer)
            found = {each.at: each.verdict for each in feedback(record, case).fields if each.verdict != "right"}
            assert found.pop(at, "right") != "right", (at, answer)
            for other, verdict in found.items():
                assert (verdict, record.relevant(other)) == ("missing", False), (at, answer, other)
            tried += 1
        record.set(at, field.answer)
    assert tried > 3 * len(case.key)
    assert feedback(record, case).complete
