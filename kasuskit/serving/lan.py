"""Which address of this machine can the phones in the room reach?

A laptop has many addresses: Wi-Fi, cable, its own hotspot, and those of containers, virtual machines and VPNs, which
no phone can reach. `list_addresses` reads them, `choose` picks; both can be tried with any machine one can think of.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from kasuskit.messages import KasusError, text

# Kinds that may be chosen, the best first. Cable and unnamed adapters (a Mac's en0 is Wi-Fi as a rule) are equals.
RANKS = {"given": 0, "hotspot": 1, "wifi": 2, "cable": 3, "other": 3, "emergency": 4}
MOST_SHOWN = 3

_PRIVATE = [ipaddress.ip_network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
_CARRIER = ipaddress.ip_network("100.64.0.0/10")  # Tailscale, and mobile networks: no phone in the room is there
_VPN = re.compile(
    r"(tun|tap|utun|ppp|wg|ipsec|zt|gpd|nordlynx|proton)[0-9a-z]*$|.*(vpn|tailscale|wireguard|zerotier|wintun|tap-win"
    r"|fortinet|fortissl|anyconnect|hamachi|warp|pangp)",
    re.IGNORECASE,
)
_VIRTUAL = re.compile(
    r"(docker|veth|br-|virbr|vmnet|vnet|vboxnet|lxc|lxd|cni|flannel|cali|podman|kube|dummy|ifb|awdl|llw|anpi|gif|stf)"
    r"|.*(vethernet|wsl|hyper-v|virtualbox|vmware|host-only|npcap|loopback)",
    re.IGNORECASE,
)
_BRIDGE = re.compile(r"(br|bridge)\d+$|vethernet", re.IGNORECASE)  # a real network may stand behind these
_WIFI = re.compile(r"(wl|ath\d|ra\d|ap\d)|.*(wi-?fi|wireless|wlan|nirkabel)", re.IGNORECASE)
_CABLE = re.compile(r"(eth\d|en[opsx]\w|em\d)|.*ethernet", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """One address of this machine.

    Attributes
    ----------
    ip : str
        The address.
    adapter : str
        What the system calls the network adapter that holds it.
    kind : str
        ``given`` (asked for with ``--address``), ``hotspot`` (this machine gives the network), ``wifi``, ``cable``,
        ``other``, ``emergency`` (169.254, nobody gives addresses there); or one that is never chosen: ``virtual``,
        ``vpn``, ``public``, ``ipv6``, ``loopback``.
    """

    ip: str
    adapter: str
    kind: str

    @property
    def rank(self) -> int:
        """How good it is; the smaller the better. Kinds that are never chosen come last."""
        return RANKS.get(self.kind, 9)

    @property
    def host(self) -> str:
        """The address as it stands in a web address."""
        return f"[{self.ip}]" if ":" in self.ip else self.ip

    def __str__(self) -> str:
        return f"{self.ip} ({self.adapter})" if self.adapter else self.ip


@dataclass(frozen=True)
class Choice:
    """The addresses to listen on, the first one to be shown large; and what else could be meant.

    Attributes
    ----------
    addresses : tuple of Address
        At least one; more when they are equally good and nothing tells which the phones can reach.
    others : tuple of Address
        Those that were passed over though a phone might reach them.
    """

    addresses: tuple[Address, ...]
    others: tuple[Address, ...] = ()

    @property
    def best(self) -> Address:
        """The address to show large."""
        return self.addresses[0]

    def reason(self, lang: str) -> str:
        """Return why this one, in plain words."""
        if len(self.addresses) > 1:
            return text("serving.lan.several", lang)
        return text("serving." + f"lan.reason_{self.best.kind}", lang, adapter=self.best.adapter)


def list_addresses(
    read: Callable[[], Mapping[str, Sequence[Any]]] = psutil.net_if_addrs,
    stats: Callable[[], Mapping[str, Any]] = psutil.net_if_stats,
) -> tuple[Address, ...]:
    """Return this machine's addresses that are up.

    Parameters
    ----------
    read, stats : callable
        As ``psutil.net_if_addrs`` and ``psutil.net_if_stats``.
    """
    up = {name: stat.isup for name, stat in stats().items()}
    return tuple(
        Address(each.address, adapter, kind_of(each.address, adapter))
        for adapter, held in read().items()
        if up.get(adapter, True)
        for each in held
        if each.family in (socket.AF_INET, socket.AF_INET6) and "%" not in each.address
    )


def kind_of(ip: str, adapter: str) -> str:
    """Return what kind of address this is, judged by itself and by the adapter's name: see `Address`."""
    number = ipaddress.ip_address(ip)
    if number.is_loopback:
        return "loopback"
    if _VPN.match(adapter) or number in _CARRIER:
        return "vpn"
    if _VIRTUAL.match(adapter) or ip == "192.168.56.1":  # VirtualBox on Windows calls its adapter "Ethernet 2"
        return "virtual"
    if number.version == 6:
        return "ipv6"
    if number.is_link_local:
        return "emergency"
    if not any(number in block for block in _PRIVATE):
        return "public"
    if _gives_the_network(ip, adapter):
        return "hotspot"
    if _WIFI.match(adapter):
        return "wifi"
    if _BRIDGE.match(adapter):
        return "virtual"
    return "cable" if _CABLE.match(adapter) else "other"


def _gives_the_network(ip: str, adapter: str) -> bool:
    """Return whether this is where systems put the machine that shares its network.

    Windows: 192.168.137.1; NetworkManager on Linux: 10.42.0.1, the next one 10.42.1.1; macOS: 192.168.2.1 on bridge100
    (on that adapter, 192.168.64.1 belongs to virtual machines); hostapd and its kin: ap0.
    """
    shared_by_mac = adapter.lower().startswith("bridge1") and ip.endswith(".1") and not ip.startswith("192.168.64.")
    own_point = re.fullmatch(r"ap\d+", adapter) is not None and ip.endswith(".1")
    return ip == "192.168.137.1" or re.fullmatch(r"10\.42\.\d+\.1", ip) is not None or shared_by_mac or own_point


def choose(addresses: Iterable[Address], route: str = "", now: Sequence[Address] = ()) -> Choice:
    """Choose the addresses that the phones in the room can reach.

    Parameters
    ----------
    addresses : iterable of Address
        What this machine holds.
    route : str
        The address from which this machine reaches the internet, if it does: it decides between equals, and tells
        that a bridge stands for a real network.
    now : sequence of Address
        What is shown already: kept unless it is gone or there is something better.

    Raises
    ------
    KasusError
        S521 when there is no network at all, S522 when there is none that phones could reach.
    """
    held = [_real(address, route) for address in addresses]
    usable = sorted((each for each in held if each.kind in RANKS), key=lambda each: each.rank)
    if not usable:
        left = [str(each) for each in held if each.kind != "loopback"]
        raise KasusError("serving.S522", ", ".join(left)) if left else KasusError("serving.S521")
    best = [each for each in usable if each.rank == usable[0].rank]
    kept = list(now) if set(now) <= set(best) else []
    shown = kept or [each for each in best if each.ip == route] or best
    others = tuple(each for each in usable if each not in shown)
    return Choice(tuple(shown[:MOST_SHOWN]), (*shown[MOST_SHOWN:], *others))


def _real(address: Address, route: str) -> Address:
    """Return a bridge that leads to the internet as what it is: this machine's way into a real network."""
    private = any(ipaddress.ip_address(address.ip) in block for block in _PRIVATE)
    if address.kind == "virtual" and address.ip == route and private and _BRIDGE.match(address.adapter):
        return Address(address.ip, address.adapter, "other")
    return address


@dataclass(frozen=True)
class Given:
    """The address that was asked for with ``--address``, and the adapter that holds it."""

    ip: str
    adapter: str = ""

    def choose(self, addresses: Iterable[Address]) -> Choice:
        """Return this address; when it is gone, another one of the same adapter.

        Raises
        ------
        KasusError
            S523 when the adapter holds no address any more.
        """
        held = tuple(addresses)
        if self.is_held(held):
            return Choice((Address(self.ip, self.adapter, "given"),))
        same = [
            Address(each.ip, each.adapter, "given") for each in held if self.adapter and each.adapter == self.adapter
        ]
        if not same:
            raise not_held(self.ip, held)
        return Choice((same[0],))

    def is_held(self, addresses: Iterable[Address]) -> bool:
        """Return whether the machine holds it; the whole block 127.0.0.0/8 is always the machine itself."""
        return ipaddress.ip_address(self.ip).is_loopback or any(each.ip == self.ip for each in addresses)


def given(ip: str, addresses: Iterable[Address]) -> Given:
    """Return the address that was asked for.

    Raises
    ------
    KasusError
        S523 when this machine does not hold it; the error's place lists those that it holds.
    """
    held = tuple(addresses)
    try:
        number = ipaddress.ip_address(ip.strip().strip("[]"))
    except ValueError:
        raise not_held(ip, held) from None
    found = [each for each in held if each.ip == str(number)]
    wanted = Given(str(number), found[0].adapter if found else "")
    if not wanted.is_held(held):
        raise not_held(ip, held)
    return wanted


def not_held(ip: str, held: Iterable[Address]) -> KasusError:
    """Return the error that this machine does not hold an address."""
    return KasusError("serving.S523", ip, held=", ".join(map(str, held)) or "-")


def default_route(make: Callable[..., socket.socket] = socket.socket) -> str:
    """Return the address from which this machine would reach the internet; empty when it would not.

    Nothing is sent: a UDP socket that is connected only looks up the way. The address at the other end is one that
    nobody has (kept for documentation, RFC 5737).
    """
    try:
        with make(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("198.51.100.1", 9))
            return str(probe.getsockname()[0])
    except OSError:
        return ""
