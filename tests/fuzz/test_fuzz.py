"""Noise from all sides: no server falls, no kernel, and nobody's answer is lost. More: ``python -m tests.fuzz``."""

from __future__ import annotations

import sys
from itertools import islice

import pytest

from tests.fuzz.http_noise import HttpNoise
from tests.fuzz.run import BAD_LOG, Report, fuzz, look_at, p95, share, wanted
from tests.fuzz.word_noise import CLOSE, PING, WordNoise, frame

SERVER_GROWS, SERVER_GROWS_LATER, KERNEL_GROWS_LATER = 25.0, 8.0, 4.0  # MB


@pytest.mark.skipif(sys.platform != "linux", reason="measures in /proc")
def test_noise_from_all_sides_disturbs_nobody(tmp_path):
    report = fuzz(tmp_path / "kelas.sqlite", wanted())
    print("\n".join(report.lines_to_print()))
    assert report.problems == []
    assert report.unanswered == 0
    assert len(report.acked) > 20
    assert p95(report.acked) < 3.0, "the others hardly notice"
    first, half, end = (each.own for each in report.server)
    assert end - first < SERVER_GROWS
    assert end - half < SERVER_GROWS_LATER
    assert report.kernels[2].own - report.kernels[1].own < KERNEL_GROWS_LATER
    assert report.statuses["400"] > 100 and report.statuses["200"] > 20, "some of it is refused, some is understood"
    assert report.replies["refused"] > 50 and report.replies["saved"] > 5, "the noise reaches the practice itself"


def test_the_same_seed_makes_the_same_noise():
    for make in (lambda seed: HttpNoise(seed, "c", "k", ("a", "b")), lambda seed: WordNoise(seed, "m")):
        first, again, other = (list(islice(make(seed), 300)) for seed in (1, 1, 2))
        assert first == again != other
        assert len({kind for kind, _ in islice(make(1), 3000)}) >= 12, "every kind comes up"


@pytest.mark.parametrize(
    ("got", "problems"),
    [
        (b"", 0),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", 0),
        (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 500 Internal Server Error\r\n\r\n", 1),
        (b"HTTP/1.1 404 Not Found\r\n\r\nTraceback (most recent call last)", 1),
    ],
)
def test_a_bad_answer_is_noticed(got, problems):
    report = Report(1, 1)
    look_at("line", b"GET /", got, report)
    assert len(report.problems) == problems


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        ("ERROR tornado.application Uncaught exception GET /", True),
        ("Traceback (most recent call last):", True),
        ("ValueError: x", True),
        ("WARNING kasuskit.serving a line was closed: it said too much", False),
        ("WARNING tornado.general 400 POST /x (127.0.0.1): Invalid body", False),
    ],
)
def test_a_bad_line_in_the_log_is_noticed(line, bad):
    assert bool(BAD_LOG.findall(f"x\n{line}\ny")) is bad


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_frames_are_what_browsers_send(size):
    from websockets.frames import Frame
    from websockets.streams import StreamReader

    reader, data = StreamReader(), bytes(range(256)) * (size // 256 + 1)
    reader.feed_data(frame(data[:size]))
    parsing = Frame.parse(reader.read_exact, mask=True)
    try:
        next(parsing)
    except StopIteration as done:
        assert (done.value.opcode, done.value.fin, done.value.data) == (1, True, data[:size])
    assert frame(b"", PING)[0] == 0x89 and frame(b"", CLOSE, final=False)[0] == 0x08


def test_shares_add_up():
    for total in (0, 1, 7, 16, 1000):
        assert sum(share(total, 16, number) for number in range(16)) == total
