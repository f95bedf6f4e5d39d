"""Nobody takes the server away from the others: buckets with a clock of their own, and a server that holds so much."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from kasuskit.messages import LANGUAGES, KasusError
from kasuskit.serving.doors import Sorry, patience
from kasuskit.serving.envelope import DEEPEST, MOST_PARTS, read_envelope, whole, widget_content
from kasuskit.serving.guarding import GuardedServer, connections_for, more_open_files
from kasuskit.serving.limits import MOST_LINES_OF_ONE, MOST_UNANSWERED, Buckets, Hearing, Limits, Verdict


class Clock:
    """A clock that goes on only when told."""

    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


# ---- buckets


def test_a_bucket_gives_its_burst_and_then_what_comes_back(clock):
    bucket = Buckets(3, 0.5, clock)
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 2.0]
    clock.now += 1
    assert bucket.take("a") == 1.0
    clock.now += 1
    assert bucket.take("a") == 0
    assert bucket.take("a") == 2.0
    assert bucket.take("b") == 0, "each has a bucket of its own"


def test_a_bucket_never_holds_more_than_its_burst(clock):
    bucket = Buckets(3, 10, clock)
    clock.now += 1e6
    assert [bool(bucket.take("a")) for _ in range(5)] == [False] * 3 + [True] * 2
    bucket.give_back("a", 100)
    assert [bool(bucket.take("a")) for _ in range(5)] == [False] * 3 + [True] * 2


def test_what_costs_more_than_a_bucket_holds_waits_until_it_is_full(clock):
    bucket = Buckets(10, 1, clock)
    assert bucket.take("a", 1000) == 0
    assert bucket.take("a", 1000) == 10
    clock.now += 10
    assert bucket.take("a", 1000) == 0


def test_memory_is_bounded_and_the_least_recently_used_goes(clock):
    bucket = Buckets(1, 1e-9, clock, most=100)
    assert bucket.take("kept") == 0
    for number in range(10_000):
        assert bucket.take(number) == 0
        assert bucket.take("kept") > 0, "who comes again and again is not forgotten"
    assert len(bucket) == 100


@given(
    st.floats(1, 100),
    st.floats(0.01, 50),
    st.lists(st.tuples(st.floats(0, 20), st.floats(0.1, 30)), max_size=60),
)
def test_no_order_of_requests_gets_more_than_burst_and_rate(burst, rate, steps):
    clock = Clock()
    start, got, bucket = clock.now, 0.0, Buckets(burst, rate, clock)
    for pause, cost in steps:
        clock.now += pause
        wait = bucket.take("a", cost)
        if not wait:
            got += min(cost, burst)
        assert got <= burst + rate * (clock.now - start) + 1e-6
        assert 0 <= wait < math.inf


# ---- what the limits let people do


def allowed(ask, *args, most=100_000):
    """Return how often something may be done at once."""
    return next(number for number in range(most) if ask(*args))


def test_a_class_of_thirty_may_come_in_through_one_router(clock):
    limits = Limits(30, clock=clock)
    for _ in range(30):
        assert not any(limits.request("10.0.0.1") for _ in range(15)), "start page, form, practice page, scripts"
        assert not limits.entry("10.0.0.1")
        assert not limits.newcomer()


def test_a_larger_class_has_larger_limits(clock):
    small, large = Limits(30, clock=clock), Limits(100, clock=clock)
    assert allowed(small.request, "x") == 600
    assert allowed(large.request, "x") == 2000
    assert allowed(small.entry, "x") == 60
    assert allowed(large.entry, "x") == 200


def test_one_address_cannot_fill_the_class_at_once(clock):
    limits = Limits(30, clock=clock)
    assert allowed(limits.entry, "bad") == 60
    assert limits.entry("good") == 0
    clock.now += 60
    assert allowed(limits.entry, "bad") == 30


def test_a_class_takes_in_a_thousand(clock):
    limits = Limits(30, clock=clock)
    assert allowed(limits.newcomer) == 1000


def test_codes_cannot_be_guessed_through(clock):
    """Six digits are 900,000 codes: a whole day of guessing from one device must stay without hope."""
    limits = Limits(30, clock=clock)
    assert allowed(limits.guess, "bad") == 5
    assert limits.guess("bad") == 60
    assert limits.guess("good") == 0
    tried = 6
    for _ in range(8 * 60):
        clock.now += 60
        tried += allowed(limits.guess, "bad")
    assert tried * 30 / 900_000 < 0.02, "the chance to meet any of thirty codes"


def test_codes_cannot_be_guessed_through_from_many_addresses(clock):
    limits = Limits(30, clock=clock)
    tried = sum(not limits.guess(f"10.0.{number // 250}.{number % 250}") for number in range(5000))
    assert tried == 30
    for minute in range(8 * 60):
        clock.now += 60
        tried += sum(not limits.guess(f"10.{minute}.0.{number}") for number in range(10))
    assert tried * 30 / 900_000 < 0.06


def test_a_refused_guess_costs_its_address_nothing(clock):
    limits = Limits(30, clock=clock)
    for number in range(30):
        assert not limits.guess(f"a{number}")
    assert limits.guess("late") > 0
    clock.now += 100
    assert allowed(limits.guess, "late") == 5


def test_right_codes_count_for_nothing(clock):
    limits = Limits(30, clock=clock)
    for _ in range(100):
        assert not limits.guess("phone of three")
        limits.guessed("phone of three")


def test_behind_a_proxy_addresses_are_not_looked_at_but_the_sums_are(clock):
    limits = Limits(30, by_address=False, clock=clock)
    assert not any(limits.request("proxy") or limits.entry("proxy") for _ in range(5000))
    assert allowed(limits.guess, "proxy") == 30
    limits.guessed("proxy")
    assert allowed(limits.guess, "proxy") == 1
    assert allowed(limits.newcomer) == 1000


def test_one_participant_holds_so_many_lines(clock):
    limits = Limits(clock=clock)
    held = [limits.line(7) for _ in range(MOST_LINES_OF_ONE + 1)]
    waits = [each.__enter__() for each in held]
    assert waits == [0.0] * MOST_LINES_OF_ONE + [5.0]
    with limits.line(8) as wait:
        assert wait == 0
    held[0].__exit__(None, None, None)
    with limits.line(7) as wait:
        assert wait == 0
    with pytest.raises(ZeroDivisionError), limits.line(7):
        raise ZeroDivisionError
    with limits.line(7) as wait:
        assert wait == 0, "a line that ended badly has ended"


def test_lines_cannot_be_opened_and_closed_without_end(clock):
    limits = Limits(clock=clock)
    opened = 0
    for _ in range(200):
        with limits.line(7) as wait:
            opened += not wait
    assert opened == 60
    clock.now += 10
    with limits.line(7) as wait:
        assert not wait


def test_a_participant_may_open_pages_as_people_do(clock):
    limits = Limits(clock=clock)
    for _ in range(1000):
        assert limits.page(1) == 0
        clock.now += 1.5
    assert allowed(limits.page, 2) == 30


def test_a_fast_typist_with_several_tabs_is_never_slowed_down(clock):
    limits = Limits(clock=clock)
    tabs = [limits.hearing(1) for _ in range(4)]
    for _ in range(600):
        for tab in tabs:
            assert tab.judge(1200) is Verdict.TAKE  # each second, in each of four tabs
        clock.now += 1
    form = limits.hearing(2)
    assert all(form.judge(600) is Verdict.TAKE for _ in range(200)), (
        "a form of 200 fields, kept while the line was lost"
    )
    assert limits.hearing(3).judge(500_000) is Verdict.TAKE, "or in one piece"


def test_more_lines_do_not_let_one_participant_say_more(clock):
    limits = Limits(clock=clock)
    lines = [limits.hearing(1) for _ in range(12)]
    taken = sum(line.judge(100) is Verdict.TAKE for _ in range(50) for line in lines)
    assert taken == 200
    assert limits.hearing(2).judge(100) is Verdict.TAKE


def test_large_messages_count_by_their_size(clock):
    line = Limits(clock=clock).hearing(1)
    verdicts = [line.judge(500_000) for _ in range(6)]
    assert verdicts[:4] == [Verdict.TAKE] * 4
    assert verdicts[4:] == [Verdict.SLOW, Verdict.DROP]
    clock.now += 25
    assert line.judge(500_000) is Verdict.TAKE


def test_who_goes_on_regardless_loses_the_line(clock):
    line = Limits(clock=clock).hearing(1)
    verdicts = Counter(line.judge(100) for _ in range(2000))
    assert verdicts == {Verdict.TAKE: 200, Verdict.SLOW: 1, Verdict.DROP: 2000 - 202, Verdict.END: 1}
    clock.now += 1000
    assert line.judge(1) is Verdict.DROP, "a line that is being closed takes nothing more"


def test_who_is_told_to_slow_down_and_does_keeps_the_line(clock):
    line = Limits(clock=clock).hearing(1)
    verdicts = Counter()
    for _ in range(600):
        verdicts.update([line.judge(100) for _ in range(40)])
        clock.now += 1
    assert Verdict.END not in verdicts
    assert verdicts[Verdict.TAKE] == 600 * 40


def test_a_kernel_that_hangs_is_not_buried(clock):
    line = Hearing(lambda size: 0.0, clock)
    assert line.judge_for(0) is line.judge_for(MOST_UNANSWERED - 1) is Verdict.TAKE
    assert line.judge_for(MOST_UNANSWERED) is Verdict.SLOW
    assert line.judge_for(MOST_UNANSWERED) is Verdict.DROP
    clock.now += 2
    assert line.judge_for(MOST_UNANSWERED) is Verdict.SLOW
    assert line.judge_for(3) is Verdict.TAKE


# ---- what people read


def test_who_need_not_wait_is_let_through():
    patience("serving.S550", 0.0)


@pytest.mark.parametrize("code", ["S550", "S551", "S552", "S553", "S554"])
def test_who_must_wait_is_told_how_long(code):
    with pytest.raises(Sorry) as caught:
        patience(f"serving.{code}", 12.2)
    assert (caught.value.status_code, caught.value.seconds) == (429, 13)
    error = caught.value.error
    assert isinstance(error, KasusError)
    for lang in LANGUAGES:
        assert error.sentence(lang) and error.way_out(lang)
        assert code == "S554" or "13" in error.way_out(lang)


# ---- the envelope


def told(content, method="custom", comm_id="w1", **more):
    return {"comm_id": comm_id, "data": {"method": method, "content": content, **more}}


def test_a_widget_message_is_made_anew_from_what_is_known():
    sent = told({"kind": "hello", "tab": "t"}, buffer_paths=[], state={"screen": {}}) | {"metadata": {"x": 1}}
    assert widget_content(sent, {"w1"}.__contains__) == {
        "comm_id": "w1",
        "data": {"method": "custom", "content": {"kind": "hello", "tab": "t"}},
    }


@pytest.mark.parametrize(
    "content",
    [
        None, 5, [], "x", {}, told({}, comm_id="w2"), told({}, comm_id=["w1"]), told({}, comm_id=None),
        told({}, method="update"), told({}, method="request_state"), told({}, method="echo_update"),
        told({}, method=["custom"]), {"comm_id": "w1", "data": "custom"}, {"comm_id": "w1"},
        {"comm_id": "w1", "data": {"method": "custom"}},
        told([0] * (MOST_PARTS + 1)), told({str(n): n for n in range(MOST_PARTS + 1)}),
    ],
)  # fmt: skip
def test_anything_else_is_no_widget_message(content):
    assert widget_content(content, {"w1"}.__contains__) is None


def deep(levels):
    value = "x"
    for _ in range(levels):
        value = [value]
    return value


def test_a_message_is_only_so_deep():
    assert widget_content(told(deep(DEEPEST)), {"w1"}.__contains__) is not None
    assert widget_content(told(deep(DEEPEST + 1)), {"w1"}.__contains__) is None
    assert widget_content(told(deep(400)), {"w1"}.__contains__) is None


@pytest.mark.parametrize(
    "message",
    [
        "", "x", "[]", "null", "5", '{"header": []}', '{"content": 1}', "[" * 100_000, '{"header": {}, "x": NaN}',
        '{"header": {}, "x": Infinity}', '{"header": {}, "x": -Infinity}', '{"header": {}, "x": 1e999}',
        '{"header": {}, "x": ' + "9" * 5000 + "}", b"\xff\xfe", b"\x00", '{"header": {}} x', "'{}'", '{"a": "\x01"}',
    ],
)  # fmt: skip
def test_what_is_not_strict_json_is_no_message(message):
    assert read_envelope(message) == {}


def test_of_two_names_the_last_counts_here_as_in_the_kernel():
    assert read_envelope('{"header": 5, "header": {"msg_type": "ping"}}') == {"header": {"msg_type": "ping"}}


def test_half_a_character_does_not_stop_a_message():
    """A phone that cuts an emoji at the end of a field sends half of it, and sends it again until it is kept."""
    cut = read_envelope('{"header": {}, "content": {"a\\ud83d": ["aman \\ud83d", "\\udc4d", "\\ud83d\\udc4d"]}}')
    made = widget_content(told(cut["content"]), {"w1"}.__contains__)
    assert made["data"]["content"] == {"a\ufffd": ["aman \ufffd", "\ufffd", "👍"]}
    json.dumps(made, ensure_ascii=False).encode()


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_every_text_can_be_written_afterwards(text):
    made = whole(text)
    made.encode("utf-8")
    assert whole(made) == made
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return
    assert made == text


# ---- connections


def test_connections_grow_with_the_class_and_leave_files_for_the_kernels():
    assert connections_for(30, True, files=8192) == {"most": 720, "most_of_one": 240}
    assert connections_for(100, True, files=8192) == {"most": 2400, "most_of_one": 800}
    assert connections_for(30, True, files=512) == {"most": 256, "most_of_one": 128}
    assert connections_for(30, False, files=8192) == {"most": 720, "most_of_one": 720}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_more_files_may_be_open_where_the_system_allows():
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert more_open_files(64) >= min(64, before[0])
    got = more_open_files()
    assert got >= before[0]
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] == before[1]


class _Hello(RequestHandler):
    def get(self):
        self.finish("x" * int(self.get_argument("size", "1")))


async def _serving(**settings):
    server = GuardedServer(Application([("/", _Hello)]), **settings)
    (listening,) = bind_sockets(0, "127.0.0.1")
    server.add_socket(listening)
    return server, listening.getsockname()[1]


async def _knock(port):
    _, writer = pair = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    return pair


async def _answered(pair):
    try:
        return (await pair[0].read(100)).startswith(b"HTTP/1.1 200")
    except ConnectionError:
        return False


@pytest.mark.parametrize(("most", "most_of_one"), [(3, 10), (10, 3)])
def test_there_is_room_for_so_many_connections(most, most_of_one):
    async def story():
        server, port = await _serving(most=most, most_of_one=most_of_one)
        first = [await _knock(port) for _ in range(3)]
        assert [await _answered(pair) for pair in first] == [True] * 3
        more = await _knock(port)
        assert not await _answered(more)
        first[0][1].close()
        await first[0][1].wait_closed()
        for _ in range(200):  # until the server has seen that one hung up
            again = await _knock(port)
            if await _answered(again):
                break
            await asyncio.sleep(0.02)
        else:
            raise AssertionError("nobody got in again")
        server.stop()
        for pair in (*first[1:], more, again):
            pair[1].close()
        await server.close_all_connections()

    asyncio.run(story())


@pytest.mark.parametrize(
    "sent",
    [b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n12"],
)
def test_who_never_finishes_a_request_is_hung_up_on(sent):
    async def story():
        server, port = await _serving(most=9, most_of_one=9, idle_connection_timeout=0.2, body_timeout=0.2)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        assert await asyncio.wait_for(reader.read(), 20) == b""
        writer.close()
        server.stop()
        await server.close_all_connections()

    asyncio.run(story())


def test_headers_are_only_so_long():
    async def story():
        server, port = await _serving(most=9, most_of_one=9)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 20_000 + b"\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            assert not (await asyncio.wait_for(reader.read(), 20)).startswith(b"HTTP/1.1 200")
        writer.close()
        server.stop()
        await server.close_all_connections()

    asyncio.run(story())


def test_a_connection_keeps_only_so_much_for_who_does_not_read():
    async def story():
        server, port = await _serving(most=9, most_of_one=9)
        seen = []
        inner = server.handle_stream

        def handle(stream, address):
            inner(stream, address)
            seen.append(stream)

        server.handle_stream = handle
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        while not seen:
            await asyncio.sleep(0.01)
        assert isinstance(seen[0], IOStream)
        assert seen[0].max_write_buffer_size == 4 * 1024 * 1024
        assert seen[0].max_buffer_size == 1024 * 1024
        writer.close()
        server.stop()
        await server.close_all_connections()

    asyncio.run(story())
