"""The line between a page and its kernel lets through what the page's widgets say, for that participant only."""

from __future__ import annotations

import json
import os
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from socket import create_connection

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from kasuskit.classroom import open_room
from tests.practice_server import PracticeServer, Visitor, alive, wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = PracticeServer(tmp_path_factory.mktemp("kelas") / "kelas.sqlite")
    yield server
    server.stop()


@pytest.fixture
def visitor(server):
    return Visitor(server)


@pytest.fixture
def boot(visitor):
    return visitor.enter().boot


@contextmanager
def line(visitor, kernel, *, origin="own", token="own", host="127.0.0.1"):
    port = visitor.server.port
    token = visitor.cookie() if token == "own" else token
    headers = {"Cookie": f"kasuskit_peserta={token}"} if token else {}
    address = f"ws://{host}:{port}/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
    origin = f"http://{host}:{port}" if origin == "own" else origin
    tcp = create_connection(("127.0.0.1", port))
    with connect(address, sock=tcp, origin=origin, additional_headers=headers, open_timeout=30) as socket:
        yield socket


def message(kind, **content):
    return json.dumps({"header": {"msg_type": kind}, "channel": "shell", "content": content})


def custom(boot, **content):
    data = {"method": "custom", "content": content}
    return message("comm_msg", comm_id=boot["views"][0]["model_id"], data=data)


def heard(socket, seconds=10.0):
    """Return the next thing that the widget says."""
    end = time.monotonic() + seconds
    while True:
        told = json.loads(socket.recv(timeout=max(0.1, end - time.monotonic())))
        if told["header"]["msg_type"] == "comm_msg":
            return told["content"]["data"]["content"]


def silent(socket):
    """Return whether the line still works and nothing but the answer to a ping comes."""
    socket.send(json.dumps({"header": {"msg_type": "ping"}}))
    return json.loads(socket.recv(timeout=10)) == {"header": {"msg_type": "pong"}}


def test_a_line_that_answers_pings_stays_open(tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite", ping_seconds=0.2)
    try:
        visitor = Visitor(server)
        with line(visitor, visitor.enter().boot["kernel"]) as socket:
            time.sleep(1.5)
            assert silent(socket)
    finally:
        server.stop()


def test_answers_are_stored_before_they_are_acknowledged(server, visitor, boot):
    with line(visitor, boot["kernel"]) as socket:
        socket.send(custom(boot, kind="hello", tab="a"))
        assert heard(socket)["kind"] == "state"
        item = {"n": 1, "op": "set", "at": "nama_korban", "value": "Maria"}
        socket.send(custom(boot, kind="answers", tab="a", items=[item]))
        assert heard(socket) == {"kind": "saved", "tab": "a", "n": 1}
    with open_room(server.room, create=False) as room:
        person = room.person_by_token(visitor.cookie())
        entries = room.attempts(person.id)[0].entries()
    assert [(entry.at, entry.value) for entry in entries] == [("nama_korban", "Maria")]


@pytest.mark.parametrize("token", [None, "", "0" * 32, "'; drop table person; --"])
def test_strangers_are_refused(visitor, boot, token):
    with pytest.raises(InvalidStatus, match="403"), line(visitor, boot["kernel"], token=token):
        pass


@pytest.mark.parametrize("origin", [None, "http://jahat.example", "null", "http://127.0.0.1:1"])
def test_pages_from_elsewhere_are_refused(visitor, boot, origin):
    with pytest.raises(InvalidStatus, match="403"), line(visitor, boot["kernel"], origin=origin):
        pass


def test_another_name_for_this_machine_is_refused(visitor, boot):
    with pytest.raises(InvalidStatus, match="403"), line(visitor, boot["kernel"], host="jahat.example"):
        pass


def test_the_kernel_of_another_participant_is_not_there(server, visitor, boot):
    other = Visitor(server)
    other.enter("Bapa Anis")
    assert other.get(f"/api/kernels/{boot['kernel']}").status == 404
    with pytest.raises(InvalidStatus, match="404"), line(other, boot["kernel"]):
        pass
    assert Visitor(server).get(f"/api/kernels/{boot['kernel']}").status == 403
    assert visitor.get(f"/api/kernels/{boot['kernel']}").status == 200


def test_a_kernel_in_the_reserve_is_nobodys(server, visitor, boot):
    with pytest.raises(InvalidStatus, match="404"), line(visitor, str(uuid.uuid4())):
        pass


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("execute_request", {"code": "import os; os._exit(1)", "silent": False}),
        ("shutdown_request", {"restart": False}),
        ("interrupt_request", {}),
        ("comm_open", {"comm_id": "x", "target_name": "jupyter.widget", "data": {}}),
        ("comm_open", {"comm_id": "x", "target_name": "jupyter.widget.control", "data": {}}),
        ("comm_close", {"comm_id": "MODEL", "data": {}}),
        ("comm_info_request", {}),
        ("kernel_info_request", {}),
        ("inspect_request", {"code": "x"}),
        ("debug_request", {}),
        ("comm_msg", {"comm_id": "jupyter.widget.control", "data": {"method": "request_states"}}),
        ("comm_msg", {"comm_id": "MODEL", "data": {"method": "request_state"}}),
        ("comm_msg", {"comm_id": "MODEL", "data": "custom"}),
        ("comm_msg", {"comm_id": ["MODEL"], "data": {"method": "custom"}}),
        ("comm_msg", "text"),
        (["comm_msg"], {}),
    ],
)
def test_other_messages_are_dropped(visitor, boot, kind, content):
    packed = json.dumps(content).replace("MODEL", boot["views"][0]["model_id"])
    for channel in ("shell", "control", "stdin", "iopub", "nowhere"):
        told = {"header": {"msg_type": kind, "msg_id": "x", "session": "y"}, "content": json.loads(packed)}
        with line(visitor, boot["kernel"]) as socket:
            socket.send(json.dumps(told | {"channel": channel}))
            assert silent(socket)
    assert alive(boot["views"][0]["state"]["start"]["pid"])


@pytest.mark.parametrize(
    "told", ["", "nonsense", "[]", "null", '{"header": 5}', '{"content": {}}', "[" * 100_000, b"\x00\xff", b"{}" * 9]
)
def test_what_is_no_message_does_no_harm(visitor, boot, told):
    with line(visitor, boot["kernel"]) as socket:
        socket.send(told)
        assert silent(socket)


def test_a_mistake_in_the_kernel_leaves_the_line_open(visitor, boot):
    with line(visitor, boot["kernel"]) as socket:
        socket.send(custom(boot, kind="answers", tab="a", items="not a list"))
        socket.send(custom(boot, kind="hello", tab="a"))
        assert heard(socket)["kind"] == "state"


def test_the_page_learns_that_its_kernel_is_dead(visitor, boot):
    with line(visitor, boot["kernel"]) as socket:
        assert silent(socket)
        os.kill(boot["views"][0]["state"]["start"]["pid"], signal.SIGKILL)
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=20)
    assert visitor.get(f"/api/kernels/{boot['kernel']}").status == 404


def test_leaving_hangs_up(visitor, boot):
    with line(visitor, boot["kernel"]) as socket:
        assert silent(socket)
        visitor.post("/keluar-peserta")
        with pytest.raises(ConnectionClosed):
            while True:
                socket.recv(timeout=20)


def test_a_page_opened_again_goes_on_with_its_kernel(visitor, boot):
    assert visitor.get("/latihan/K01").boot["kernel"] == boot["kernel"]


def test_two_tabs_share_a_kernel_which_stays_when_one_is_closed(visitor, boot):
    again = visitor.get("/latihan/K01").boot
    assert again["kernel"] == boot["kernel"]
    with line(visitor, again["kernel"]) as second:
        with line(visitor, boot["kernel"]) as socket:
            socket.send(custom(boot, kind="hello", tab="a"))
            assert heard(socket)["kind"] == "state"
        time.sleep(6)
        second.send(custom(again, kind="hello", tab="b"))
        assert heard(second)["kind"] == "state"


def test_two_tabs_that_open_in_the_same_moment_share_a_kernel(server, visitor):
    visitor.enter(kasus="K06")
    with ThreadPoolExecutor(4) as pool:
        boots = list(pool.map(lambda _: visitor.get("/latihan/K05").boot, range(4)))
    assert len({boot["kernel"] for boot in boots}) == 1


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs to stop a process")
def test_a_kernel_that_hangs_is_replaced_and_ended(visitor, boot):
    first = boot["views"][0]["state"]["start"]["pid"]
    os.kill(first, signal.SIGSTOP)
    again = visitor.get("/latihan/K01").boot
    assert again["problem"] == ""
    assert again["kernel"] != boot["kernel"]
    wait_until(lambda: not alive(first))
    assert visitor.get(f"/api/kernels/{again['kernel']}").status == 200


def test_one_kernel_serves_all_the_cases_of_a_participant(server, visitor, boot):
    again = visitor.get("/latihan/K02").boot
    assert again["kernel"] == boot["kernel"]
    assert again["views"][0]["model_id"] != boot["views"][0]["model_id"]
    with line(visitor, boot["kernel"]) as first, line(visitor, boot["kernel"]) as second:
        for socket, page, name in ((first, boot, "Maria"), (second, again, "Yosina")):
            item = {"n": 1, "op": "set", "at": "nama_korban", "value": name}
            socket.send(custom(page, kind="answers", tab="a", items=[item]))
            assert heard(socket)["kind"] == "saved"  # each line hears both pages
    with open_room(server.room, create=False) as room:
        person = room.person_by_token(visitor.cookie())

        def kept():
            return {attempt.case: [entry.value for entry in attempt.entries()] for attempt in room.attempts(person.id)}

        wait_until(lambda: kept() == {"K01": ["Maria"], "K02": ["Yosina"]})


def test_pages_that_open_in_the_same_moment_show_each_its_own_case(visitor):
    visitor.enter(kasus="K06")
    names = ["K01", "K02", "K03", "K04", "K05", "K06"]
    with ThreadPoolExecutor(6) as pool:
        boots = list(pool.map(lambda name: visitor.get(f"/latihan/{name}").boot, names))
    assert [boot["views"][0]["state"]["screen"]["case"] for boot in boots] == names
    assert len({boot["kernel"] for boot in boots}) == 1
