"""Which address the phones can reach, on the laptops that people bring; and what happens when networks come and go."""

from __future__ import annotations

import io
import logging
import re
import socket
import subprocess
import sys
from collections import namedtuple
from types import SimpleNamespace

import pytest
import segno
import trustme
from rich.console import Console

from kasuskit.messages import LANGUAGES, KasusError, text
from kasuskit.serving import announce, run
from kasuskit.serving.claim import claimed
from kasuskit.serving.lan import Address, choose, default_route, given, kind_of, list_addresses
from kasuskit.serving.network import Network
from kasuskit.serving.phones import Lan
from kasuskit.serving.qr import Wifi, as_svg, as_text, can_show_blocks, page_code
from kasuskit.serving.run import ServeOptions
from kasuskit.serving.tls import tls_context

Held = namedtuple("Held", "family address")
LOOPBACK = ("lo", "127.0.0.1")


def machine(*held):
    """Return addresses as they are read from a machine: (adapter, address), or (adapter, address, "down")."""
    adapters = {}
    for adapter, ip, *_ in held:
        family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        adapters.setdefault(adapter, []).append(Held(family, ip))
    stats = {adapter: SimpleNamespace(isup="down" not in more) for adapter, _, *more in held}
    return list_addresses(lambda: adapters, lambda: stats)


WINDOWS_HOTSPOT = machine(
    ("Wi-Fi", "192.168.1.23"),
    ("Local Area Connection* 10", "192.168.137.1"),
    ("vEthernet (WSL (Hyper-V firewall))", "172.28.16.1"),
    ("Ethernet", "169.254.12.7", "down"),
    ("Loopback Pseudo-Interface 1", "127.0.0.1"),
)
MACHINES = {
    "Windows, hotspot beside a Wi-Fi that it joined, WSL": (WINDOWS_HOTSPOT, "192.168.1.23", ["192.168.137.1"]),
    "Windows in Indonesian": (
        machine(("Wi-Fi", "10.0.0.7"), ("Koneksi Area Lokal* 3", "192.168.137.1")),
        "10.0.0.7",
        ["192.168.137.1"],
    ),
    "Windows, VirtualBox under an innocent name": (
        machine(("Wi-Fi", "192.168.43.5"), ("Ethernet 2", "192.168.56.1")),
        "192.168.43.5",
        ["192.168.43.5"],
    ),
    "Windows, VMware and a VPN that is the way to the internet": (
        machine(
            ("Wi-Fi", "192.168.8.101"),
            ("VMware Network Adapter VMnet8", "192.168.120.1"),
            ("OpenVPN TAP-Windows6", "10.8.0.6"),
        ),
        "10.8.0.6",
        ["192.168.8.101"],
    ),
    "Windows, Wi-Fi behind a Hyper-V switch": (
        machine(("vEthernet (External)", "192.168.1.40"), ("vEthernet (Default Switch)", "172.20.0.1")),
        "192.168.1.40",
        ["192.168.1.40"],
    ),
    "Linux with docker": (
        machine(
            LOOPBACK,
            ("wlp3s0", "192.168.0.12"),
            ("docker0", "172.17.0.1"),
            ("br-4f1d2c", "172.18.0.1"),
            ("virbr0", "192.168.122.1"),
            ("tailscale0", "100.101.102.103"),
        ),
        "192.168.0.12",
        ["192.168.0.12"],
    ),
    "Linux, its own hotspot, cable to the internet": (
        machine(LOOPBACK, ("wlp3s0", "10.42.0.1"), ("enp0s25", "10.1.2.3")),
        "10.1.2.3",
        ["10.42.0.1"],
    ),
    "Linux, k3s takes the hotspot's address": (
        machine(LOOPBACK, ("cni0", "10.42.0.1"), ("wlan0", "192.168.1.9")),
        "",
        ["192.168.1.9"],
    ),
    "Linux, hostapd": (machine(("ap0", "192.168.12.1"), ("wlan0", "192.168.1.9")), "192.168.1.9", ["192.168.12.1"]),
    "macOS, internet sharing, and virtual machines": (
        machine(("lo0", "127.0.0.1"), ("en0", "192.168.1.5"), ("bridge100", "192.168.2.1"), ("utun3", "10.9.0.2")),
        "192.168.1.5",
        ["192.168.2.1"],
    ),
    "macOS, virtual machines only": (
        machine(("en0", "192.168.1.5"), ("bridge100", "192.168.64.1"), ("awdl0", "169.254.3.4")),
        "",
        ["192.168.1.5"],
    ),
    "a phone's hotspot, no default route": (machine(("Wi-Fi", "192.168.43.77")), "", ["192.168.43.77"]),
    "Wi-Fi and a cable to an office that has the internet": (
        machine(("Wi-Fi", "192.168.43.77"), ("Ethernet", "10.20.30.40")),
        "10.20.30.40",
        ["192.168.43.77"],
    ),
    "only link-local": (machine(LOOPBACK, ("eth0", "169.254.10.20")), "", ["169.254.10.20"]),
    "link-local beside a real one": (machine(("en5", "169.254.10.20"), ("en0", "172.20.10.2")), "", ["172.20.10.2"]),
    "two equally good ones": (
        machine(("en0", "192.168.1.5"), ("en7", "10.0.0.5")),
        "",
        ["192.168.1.5", "10.0.0.5"],
    ),
    "two equally good ones, one leads out": (
        machine(("en0", "192.168.1.5"), ("en7", "10.0.0.5")),
        "10.0.0.5",
        ["10.0.0.5"],
    ),
}


@pytest.mark.parametrize("name", MACHINES)
def test_the_address_that_phones_can_reach_is_chosen(name):
    held, route, wanted = MACHINES[name]
    choice = choose(held, route)
    assert [each.ip for each in choice.addresses] == wanted
    for lang in LANGUAGES:
        assert len(choice.reason(lang)) > 20
    assert not {each.kind for each in choice.others} & {"virtual", "vpn", "public", "loopback"}


def test_what_was_passed_over_is_told():
    assert [each.ip for each in choose(WINDOWS_HOTSPOT, "192.168.1.23").others] == ["192.168.1.23"]
    assert "hotspot" in choose(WINDOWS_HOTSPOT).reason("id")
    both = choose(*MACHINES["two equally good ones"][:2])
    assert both.reason("id") == text("serving.lan.several")


@pytest.mark.parametrize(
    ("held", "code"),
    [
        (machine(LOOPBACK), "S521"),
        ((), "S521"),
        (machine(LOOPBACK, ("Wi-Fi", "192.168.1.2", "down")), "S521"),
        (machine(LOOPBACK, ("docker0", "172.17.0.1")), "S522"),
        (machine(LOOPBACK, ("eth0", "36.66.1.2")), "S522"),
        (machine(LOOPBACK, ("wlan0", "fd00::7"), ("wlan0", "fe80::1%wlan0")), "S522"),
        (machine(("tun0", "10.8.0.2"), ("wwan0", "100.70.1.2")), "S522"),
    ],
)
def test_where_no_phone_can_come_in_the_way_out_is_told(held, code):
    with pytest.raises(KasusError, match=code) as caught:
        choose(held, "172.17.0.1")
    assert "hotspot" in caught.value.way_out("id") and "hotspot" in caught.value.way_out("en")
    if code == "S522":
        assert all(each.ip in caught.value.place for each in held if each.kind != "loopback")


def test_an_address_that_was_asked_for():
    held = machine(LOOPBACK, ("Wi-Fi", "192.168.1.23"), ("eth0", "fd00::7"))
    assert given("192.168.1.23", held).choose(held).best == Address("192.168.1.23", "Wi-Fi", "given")
    assert given("[fd00::7]", held).choose(held).best.host == "[fd00::7]"
    assert given(" 127.0.0.2", held).choose(held).best.ip == "127.0.0.2"
    for wrong in ("192.168.1.24", "0.0.0.0", "localhost", "", "192.168.1", "::"):
        with pytest.raises(KasusError, match="S523") as caught:
            given(wrong, held)
        assert "192.168.1.23 (Wi-Fi)" in caught.value.way_out()


def test_when_it_is_gone_the_same_adapter_is_followed_and_no_other():
    wanted = given("192.168.1.23", machine(("Wi-Fi", "192.168.1.23")))
    later = machine(("Wi-Fi", "192.168.1.99"), ("Ethernet", "10.0.0.1"))
    assert wanted.choose(later).best.ip == "192.168.1.99"
    with pytest.raises(KasusError, match="S523"):
        wanted.choose(machine(("Ethernet", "10.0.0.1")))
    assert wanted.choose(machine(("Wi-Fi", "192.168.1.99"), ("Wi-Fi", "192.168.1.23"))).best.ip == "192.168.1.23"


def test_the_way_out_is_looked_up_without_sending_anything():
    told = []

    class Probe:
        def __init__(self, family, kind):
            told.append((family, kind))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            told.append("closed")

        def connect(self, address):
            told.append(address)

        def getsockname(self):
            return ("192.168.1.23", 5)

    assert default_route(Probe) == "192.168.1.23"
    assert told == [(socket.AF_INET, socket.SOCK_DGRAM), ("198.51.100.1", 9), "closed"]

    class NoWay(Probe):
        def connect(self, address):
            raise OSError(101, "Network is unreachable")

    assert default_route(NoWay) == ""


def test_this_machine_can_be_read():
    assert ("127.0.0.1", "loopback") in {(each.ip, each.kind) for each in list_addresses()}
    assert kind_of("10.42.3.1", "wlan0") == "hotspot"


# ---- networks that come and go


class Doors:
    """Notes on which addresses it listens; some cannot be listened on."""

    def __init__(self, *blocked):
        self.open, self.blocked = [], set(blocked)

    def __call__(self, address):
        if address.ip in self.blocked:
            raise OSError(98, "taken")
        self.open.append(address.ip)
        return SimpleNamespace(stop=lambda: self.open.remove(address.ip))


def network(held, *blocked, pick=lambda later, now: choose(later, "", now)):
    doors = Doors(*blocked)
    made = Network(pick(held, ()), pick, doors, lambda each: f"http://{each.host}:8866/")
    made.look(held)
    return made, doors


WIFI = ("Wi-Fi", "192.168.1.23")
HOTSPOT = ("Local Area Connection* 10", "192.168.137.1")


def test_a_hotspot_that_appears_is_taken_and_the_old_address_stays_open():
    seen, doors = network(machine(WIFI))
    assert (doors.open, seen.news, seen.say("id")) == (["192.168.1.23"], "", "")
    assert seen.look(machine(WIFI, HOTSPOT))
    assert seen.addresses == ("http://192.168.137.1:8866/",)
    assert "http://192.168.137.1:8866/" in seen.say("id") and seen.news == "moved"
    assert sorted(doors.open) == ["192.168.1.23", "192.168.137.1"]
    assert not seen.look(machine(WIFI, HOTSPOT)), "it is said once"


def test_a_network_that_goes_and_comes_back():
    seen, doors = network(machine(WIFI))
    assert seen.look(machine(LOOPBACK)) and seen.lost and seen.news == "lost"
    assert doors.open == []
    assert seen.addresses == ("http://192.168.1.23:8866/",), "it is still shown"
    assert not seen.look(machine(LOOPBACK))
    assert seen.look(machine(LOOPBACK, WIFI)) and not seen.lost and seen.news == "back"
    assert doors.open == ["192.168.1.23"]


def test_a_network_that_comes_back_with_another_address():
    seen, doors = network(machine(WIFI))
    seen.look(machine(LOOPBACK))
    assert seen.look(machine(("Wi-Fi", "192.168.1.99"))) and seen.news == "moved" and not seen.lost
    assert doors.open == ["192.168.1.99"]


def test_an_address_that_is_no_better_changes_nothing():
    seen, doors = network(machine(WIFI))
    for more in (("Wi-Fi 2", "10.0.0.3"), ("docker0", "172.17.0.1"), ("Ethernet", "10.0.0.4")):
        assert not seen.look(machine(more, WIFI))
        assert seen.addresses == ("http://192.168.1.23:8866/",)
    assert doors.open == ["192.168.1.23"]


def test_one_of_two_that_goes_is_no_longer_shown():
    seen, doors = network(machine(("en0", "192.168.1.5"), ("en7", "10.0.0.5")))
    assert len(seen.addresses) == 2
    assert not seen.look(machine(("en0", "192.168.1.5")))
    assert seen.addresses == ("http://192.168.1.5:8866/",)
    assert doors.open == ["192.168.1.5"]


def test_an_address_that_cannot_be_listened_on_is_tried_again(caplog):
    seen, doors = network(machine(WIFI), "192.168.137.1")
    with caplog.at_level(logging.WARNING, "kasuskit.serving"):
        assert not seen.look(machine(WIFI, HOTSPOT))
    assert "192.168.137.1" in caplog.text
    assert doors.open == ["192.168.1.23"] and not seen.lost
    assert seen.look(machine(HOTSPOT)) and seen.lost, "the Wi-Fi is gone, and the hotspot cannot be used"
    doors.blocked.clear()
    assert seen.look(machine(HOTSPOT)) and seen.news == "moved"
    assert doors.open == ["192.168.137.1"]


# ---- codes to scan


def test_a_code_in_the_terminal_has_every_square_of_the_code():
    code = page_code("http://192.168.137.1:8866/")
    light = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}
    drawn = []
    for line in as_text(code).plain.split("\n"):
        pairs = [light[sign] for sign in line]
        drawn += [[pair[half] for pair in pairs] for half in (0, 1)]
    assert [row[2:-2] for row in drawn[2 : 2 + len(code.matrix)]] == [list(row) for row in code.matrix]


def printed(encoding, width=100, wifi=None, **options):
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    console = Console(file=file, width=width, legacy_windows=False, **options)
    announce.print_address(console, "http://192.168.137.1:8866/")
    announce.print_codes(console, "http://192.168.137.1:8866/", wifi, ServeOptions().say)
    file.flush()
    return file.buffer.getvalue().decode(encoding)


def test_codes_stand_side_by_side_where_there_is_room():
    wifi = Wifi("Pelatihan [Soe]", "rahasia123")
    wide, narrow = printed("utf-8", 100, wifi), printed("utf-8", 40, wifi)
    assert re.search(r"Wi-Fi Pelatihan \[Soe\] +Buka halaman latihan", wide)
    assert "rahasia123" not in wide
    assert len(narrow.splitlines()) > len(wide.splitlines()) + 10
    assert max(map(len, narrow.splitlines())) <= 40


@pytest.mark.parametrize(("encoding", "width"), [("cp1252", 100), ("ascii", 100), ("utf-8", 25)])
def test_a_terminal_that_cannot_draw_a_code_gets_the_address_alone(encoding, width):
    shown = printed(encoding, width)
    assert "▀" not in shown and "Buka halaman" not in shown
    assert "http://192.168.137.1:8866/" in re.sub(r"[^\w.:/]", "", shown)
    assert printed("cp437").count("█") > 100, "the old Windows console can"


def test_an_unknown_encoding_is_no_reason_to_stop():
    console = SimpleNamespace(encoding="wtf-9", width=200)
    assert not can_show_blocks(console, page_code("x"))


@pytest.mark.parametrize(
    ("wifi", "said"),
    [
        (Wifi("Pelatihan", "rahasia123"), "WIFI:T:WPA;S:Pelatihan;P:rahasia123;;"),
        (Wifi("Aula; lantai:2", 'a\\b"c;d:e,f'), r"WIFI:T:WPA;S:Aula\; lantai\:2;P:a\\b\"c\;d\:e,f;;"),
        (Wifi("Terbuka"), "WIFI:T:nopass;S:Terbuka;;"),
    ],
)
def test_what_a_wifi_code_says(wifi, said):
    assert wifi.check().code() == segno.make_qr(said)


@pytest.mark.parametrize("wifi", [Wifi("", "12345678"), Wifi("é" * 17), Wifi("Soe", "1234567"), Wifi("Soe", "x" * 64)])
def test_a_wifi_that_no_phone_could_join(wifi):
    with pytest.raises(KasusError, match="S531"):
        wifi.check()


def test_a_code_on_a_page_holds_nothing_but_itself():
    drawn = as_svg(Wifi("<b>&\"'", "12345678").code(), "<b>&\"'")
    assert "<b>" not in drawn and "style=" not in drawn and "<script" not in drawn
    assert drawn.startswith("<svg role=")


def test_the_numbers_are_said_when_they_change():
    console = Console(file=io.StringIO(), width=80)
    with announce.counting(console, "id") as counter:
        for joined, practising in ((0, 0), (0, 0), (1, 0), (1, 1), (3, 1), (3, 0)):
            counter.show(joined, practising)
    assert console.file.getvalue().splitlines() == [f"{count} orang sudah masuk" for count in (0, 1, 3)]


def test_on_a_terminal_the_numbers_stay_in_one_place():
    console = Console(file=io.StringIO(), width=80, force_terminal=True, legacy_windows=False)
    with announce.counting(console, "id") as counter:
        counter.show(1, 0)
        counter.show(12, 7)
        console.print("Jaringan berubah.")
    shown = console.file.getvalue()
    assert "12 orang sudah masuk · 7 sedang berlatih" in shown
    assert "\x1b[2K" in shown, "the line is taken back before the next one"


def test_windows_is_told_about_its_firewall():
    seen, _ = network(machine(WIFI, ("Ethernet", "10.0.0.4")))
    say = ServeOptions().say
    assert say("firewall") in announce.network_lines(seen, say, "id", windows=True)
    lines = announce.network_lines(seen, say, "id", windows=False)
    assert say("firewall") not in lines
    assert "10.0.0.4 (Ethernet)" in lines[-1]


# ---- the certificate


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """Return a folder with a certificate for 127.0.0.2, its key, another key, and a locked one."""
    from cryptography.hazmat.primitives import serialization

    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    for name in ("kelas", "lain"):
        made = authority.issue_cert("127.0.0.2")
        made.private_key_pem.write_to_path(str(folder / f"{name}.key"))
        for blob in made.cert_chain_pems:
            blob.write_to_path(str(folder / f"{name}.pem"))
    key = serialization.load_pem_private_key((folder / "kelas.key").read_bytes(), None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.BestAvailableEncryption(b"rahasia"),
    )
    (folder / "terkunci.key").write_bytes(locked)
    (folder / "rusak.pem").write_text("-----BEGIN CERTIFICATE-----\nbukan\n-----END CERTIFICATE-----\n")
    (folder / "catatan.txt").write_text("catatan rapat")
    return folder


def test_a_certificate_and_its_key(papers):
    assert tls_context(papers / "kelas.pem", papers / "kelas.key").cert_store_stats() is not None


@pytest.mark.parametrize(
    ("cert", "key", "code", "named"),
    [
        ("tidak-ada.pem", "kelas.key", "S527", "tidak-ada.pem"),
        ("kelas.pem", "tidak-ada.key", "S527", "tidak-ada.key"),
        (".", "kelas.key", "S527", ""),
        ("catatan.txt", "kelas.key", "S528", "catatan.txt"),
        ("kelas.pem", "kelas.pem", "S528", "kelas.pem"),
        ("kelas.pem", "lain.key", "S529", "lain.key"),
        ("kelas.pem", "terkunci.key", "S529", "terkunci.key"),
        ("rusak.pem", "kelas.key", "S529", "kelas.key"),
    ],
)
def test_papers_that_cannot_be_used(papers, cert, key, code, named):
    with pytest.raises(KasusError, match=code) as caught:
        tls_context(papers / cert, papers / key)
    assert named in caught.value.place


# ---- options, ports, one class served once


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"address": "127.0.0.2"}, "S525"),
        ({"wifi": Wifi("Soe")}, "S525"),
        ({"cert": "a.pem", "key": "a.key"}, "S525"),
        ({"lan": True, "cert": "a.pem"}, "S526"),
        ({"lan": True, "key": "a.key"}, "S526"),
        ({"lan": True, "wifi": Wifi("Soe", "kurang")}, "S531"),
    ],
)
def test_options_that_do_not_go_together(options, code):
    with pytest.raises(KasusError, match=code):
        ServeOptions(**options).check()
    assert ServeOptions(lan=True, wifi=Wifi("Soe")).check()


def test_a_password_is_asked_for_unseen_and_only_of_a_person(monkeypatch):
    options, console = ServeOptions(lan=True, wifi=Wifi("Soe")), Console(file=io.StringIO())
    monkeypatch.setattr(sys, "stdin", io.StringIO("rahasia123\n"))
    with pytest.raises(KasusError, match="S533"):
        run.ask_password(options, console)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    for typed in ("rahasia123", ""):
        monkeypatch.setattr(run, "getpass", lambda _prompt, typed=typed: typed)
        assert run.ask_password(options, console).wifi == Wifi("Soe", typed)
    assert "Kata sandi Wi-Fi Soe" in console.file.getvalue()
    monkeypatch.setattr(run, "getpass", lambda _prompt: "pendek")
    with pytest.raises(KasusError, match="S531"):
        run.ask_password(options, console)


def test_one_port_on_several_addresses():
    sockets = run.find_ports(None, ["127.0.0.2", "127.0.0.3"])
    try:
        names = [each.getsockname() for each in sockets]
    finally:
        for each in sockets:
            each.close()
    assert [ip for ip, _ in names] == ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
    assert len({port for _, port in names}) == 1


def test_a_port_that_is_taken_on_one_address_is_left_alone_on_all():
    with socket.create_server(("127.0.0.2", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(KasusError, match="S501"):
            run.find_ports(port, ["127.0.0.2"])
        socket.create_server(("127.0.0.1", port)).close()


def test_an_address_that_cannot_be_listened_on():
    for port in (None, 8866):
        with pytest.raises(KasusError, match="S524") as caught:
            run.find_ports(port, ["192.0.2.77"])
        assert "192.0.2.77" in caught.value.sentence()


HOLD = """
import sys
from pathlib import Path
from kasuskit.serving.claim import claimed
with claimed(Path(sys.argv[1])) as claim:
    claim.note("http://127.0.0.1:8866/")
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_class_that_is_served_already_is_said_so_and_a_dead_server_holds_nothing(tmp_path):
    path = tmp_path / "soe.sqlite"
    holding = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holding.stdout.readline() == "held\n"
        with pytest.raises(KasusError, match="S530") as caught, claimed(path):
            pass
        assert "http://127.0.0.1:8866/" in caught.value.sentence()
        with claimed(tmp_path / "lain.sqlite"):
            pass
    finally:
        holding.kill()
        holding.communicate()
    with claimed(path):
        pass
    assert list(tmp_path.iterdir()) == [], "nothing is left beside the class file"


def test_a_cache_that_cannot_be_written_is_no_reason_not_to_serve(tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("")
    monkeypatch.setenv("KASUSKIT_CACHE", str(tmp_path / "cache"))
    with claimed(tmp_path / "soe.sqlite") as claim:
        claim.note("http://127.0.0.1:8866/")


def test_what_is_planned_is_opened_and_the_host_is_known():
    app = SimpleNamespace(host_names=["127.0.0.1"], base_url="/", opened=[])
    app.listen_on = lambda listening, tls=None: app.opened.append(listening) or SimpleNamespace(stop=lambda: None)
    held = [machine(WIFI, HOTSPOT)]
    plan = Lan.plan(scan=lambda: held[0], route=lambda: "")
    assert plan.hosts == ("192.168.137.1",)
    listening = SimpleNamespace(getsockname=lambda: ("192.168.137.1", 8866))
    asked = []
    opened = plan.open(app, 8866, [listening], lambda port, host: asked.append((port, host)) or "socket")
    assert app.opened == [listening]
    assert app.host_names == ["127.0.0.1", "192.168.137.1"]
    assert opened.look(machine(WIFI)) and asked == [(8866, "192.168.1.23")]
    assert app.host_names[-1] == "192.168.1.23"
    assert opened.addresses == ("http://192.168.1.23:8866/",)
