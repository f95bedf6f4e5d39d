"""Who has a seat, who waits for one, and when a seat is given back."""

from __future__ import annotations

import asyncio

from kasuskit.serving.reserve import ReadyKernel, Reserve
from kasuskit.serving.seats import Seats
from kasuskit.serving.waiting import WaitingRoom


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Line:
    def __init__(self):
        self.heard, self.closed, self.token, self.comms = [], False, "", {"w1"}

    def tell(self, comm_id, data):
        self.heard.append((comm_id, data))

    def close(self):
        self.closed = True


class Wire:
    """Stands in for the line to the kernel."""

    def __init__(self, _manager, hear):
        self.hear, self.told, self.closed, self.working_on = hear, [], False, ""

    def tell(self, comm_id, data):
        self.told.append((comm_id, data))

    def close(self):
        self.closed = True


def kernel(name):
    return ReadyKernel(name, None, None)


def test_a_seat_is_idle_only_while_no_page_is_connected(monkeypatch):
    monkeypatch.setattr("kasuskit.serving.seats.Wire", Wire)
    clock = Clock()
    seats = Seats(clock)
    first, second = seats.take(1, kernel("a")), seats.take(2, kernel("b"))
    line = Line()
    first.join(line)
    clock.now += 500
    assert (first.idle_for(), second.idle_for()) == (0.0, 500.0)
    assert seats.idle(500) == [second]
    assert seats.connected() == 1
    first.leave(line)
    assert first.idle_for() == 0.0, "the time counts from when the page left"
    clock.now += 30
    assert seats.idle(10) == [second, first], "the longest idle first"


def test_a_kernel_that_is_stuck_is_seen_by_looks_and_not_by_the_clock(monkeypatch):
    monkeypatch.setattr("kasuskit.serving.seats.Wire", Wire)
    seat = Seats(Clock()).take(1, kernel("a"))
    assert [seat.look_whether_stuck() for _ in range(3)] == [0, 0, 0], "nobody is connected"
    seat.join(Line())
    seat._wire.working_on = "m1"
    assert [seat.look_whether_stuck() for _ in range(3)] == [0, 1, 2]
    seat._wire.working_on = "m2"
    assert [seat.look_whether_stuck() for _ in range(2)] == [0, 1], "it goes on with the next"
    seat._wire.working_on = ""
    assert seat.look_whether_stuck() == 0


def test_a_seat_belongs_to_one_person():
    seats = Seats(Clock())
    seat = seats.take(1, kernel("a"))
    assert seats.find("a", 1) is seat
    assert seats.find("a", 2) is None
    assert seats.find("b", 1) is None
    newer = seats.take(1, kernel("b"))
    seats.free(seat)
    assert seats.of(1) is newer, "whoever ends the old seat does not take the new one away"


def test_a_widget_is_heard_on_every_line_on_which_it_has_spoken(monkeypatch):
    monkeypatch.setattr("kasuskit.serving.seats.Wire", Wire)
    seat = Seats(Clock()).take(1, kernel("a"))
    seat.comms.add("w1")
    lines = [Line(), Line()]
    other = Line()
    other.comms = {"w2"}
    seat.join(other)
    for line in lines:
        seat.join(line)
    wire = seat._wire
    wire.hear("w1", {"a": 1})
    wire.hear("w2", {"a": 2})
    assert [line.heard for line in lines] == [[("w1", {"a": 1})]] * 2
    assert other.heard == [("w2", {"a": 2})]
    seat.clear()
    assert wire.closed
    assert all(line.closed for line in lines)


def test_who_came_first_goes_in_first():
    clock = Clock()
    queue = WaitingRoom(clock)
    assert queue.place(1, free=1) == 0
    assert [queue.place(who, free=0) for who in (2, 3, 4)] == [1, 2, 3]
    assert queue.place(4, free=1) == 3, "one seat is free, and it is for the first"
    assert queue.place(3, free=2) == 0
    assert queue.place(2, free=1) == 0
    assert queue.place(4, free=1) == 0
    assert len(queue) == 0


def test_who_has_left_the_queue_holds_up_nobody():
    clock = Clock()
    queue = WaitingRoom(clock)
    assert queue.place(1, free=0) == 1
    clock.now += 10
    assert queue.place(2, free=0) == 2
    clock.now += 12
    assert queue.place(2, free=0) == 1
    assert queue.place(1, free=0) == 2, "who comes back after long is last"


class Manager:
    def __init__(self):
        self.alive = True

    async def is_alive(self):
        return self.alive


def reserve(size, **more):
    """Return a reserve of kernels that need a turn of the loop to start, and how many started at the same time."""
    notes = {"made": [], "now": 0, "most": 0}

    async def start():
        notes["now"] += 1
        notes["most"] = max(notes["most"], notes["now"])
        await asyncio.sleep(0.01)
        notes["now"] -= 1
        made = ReadyKernel(str(len(notes["made"])), Manager(), None)
        notes["made"].append(made)
        return made

    return Reserve(lambda: size, start, **more), notes


def test_a_pool_is_filled_several_at_a_time_with_a_step_for_each():
    async def run():
        pool, notes = reserve(7, at_once=3)
        steps = []
        await pool.filled(lambda: steps.append(len(pool)))
        assert len(pool) == len(steps) == len(notes["made"]) == 7
        assert notes["most"] == 3
        await pool.close()

    asyncio.run(run())


def test_a_pool_is_filled_up_again_one_at_a_time():
    async def run():
        pool, notes = reserve(4, at_once=4)
        await pool.filled()
        for _ in range(4):
            await pool.take()
        notes["most"] = 0
        pool.fill()
        pool.fill()
        while len(pool) < 4:
            await asyncio.sleep(0.01)
        assert notes["most"] == 1
        await pool.close()

    asyncio.run(run())


def test_a_dead_kernel_is_not_handed_out_and_a_crowd_does_not_start_all_at_once():
    async def run():
        pool, notes = reserve(2, at_once=2)
        await pool.filled()
        notes["made"][0].manager.alive = False
        taken = await asyncio.gather(*(pool.take() for _ in range(8)))
        assert "0" not in {each.id for each in taken}
        assert len({each.id for each in taken}) == 8
        assert notes["most"] <= 2
        await pool.close()

    asyncio.run(run())


def test_a_start_that_fails_is_tried_again_after_a_pause():
    async def run():
        tries = []

        async def start():
            tries.append(1)
            if len(tries) < 3:
                raise OSError("no memory")
            return ReadyKernel("a", Manager(), None)

        pool = Reserve(lambda: 1, start, pause=0.01)
        await pool.filled()
        assert len(pool) == 0, "the doors open all the same"
        pool.fill()
        while len(pool) < 1:
            await asyncio.sleep(0.01)
        assert len(tries) == 3
        await pool.close()

    asyncio.run(run())
