"""Malformed websocket frames and messages: broken frames, broken JSON, broken envelopes, broken answers."""

from __future__ import annotations

import copy
import json
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

TEXT, BINARY, CLOSE, PING, PONG, GOES_ON = 1, 2, 8, 9, 10, 0
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2**31 - 1, 2**31, 2**63, 2**64, 10**40, 0.5, -0.0, 1e308, "", "x", "\0", "\ud800",
    "‮", "👍", "x" * 70, "x" * 300, [], {}, [[]], {"": ""}, ["set"], {"kind": "hello"}, "__proto__", "constructor",
    "korban[1]/nama_korban", "korban[0]", "korban[-1]", "korban[99999999999]", "korban[1]/../x", "korban[[1]]",
    "a/b/c/d/e", "'; drop table entry; --", "<script>alert(1)</script>", "${nama}", "{0.__class__}", "%s%n",
    "2026-13-45", "NaN", "1e999",
]  # fmt: skip
ADDRESSES = [
    "tgl_lapor", "kode_petugas", "pelapor_adalah", "nama_pelapor", "korban", "korban[1]", "korban[1]/nama_korban",
    "korban[1]/nik_korban", "korban[1]/usia_korban", "korban[1]/bahasa_korban", "korban[2]/tgl_lahir_korban",
    "hubungan_korban[1]/hubungan", "kode_korban", "bagian_a", "tidak_ada", "korban[2]/tidak_ada", "",
]  # fmt: skip
KINDS = ["hello", "answers", "check", "reveal", "again", "state", "saved", "eval", "", "update"]
TYPES = [
    "comm_msg", "comm_open", "comm_close", "execute_request", "shutdown_request", "interrupt_request",
    "kernel_info_request", "input_reply", "inspect_request", "debug_request", "ping", "pong", "", "x" * 500,
]  # fmt: skip
SURE = "  sure: a message that must be answered  "


def frame(
    data: bytes, kind: int = TEXT, *, final: bool = True, masked: bool = True, flags: int = 0, length: int = -1
) -> bytes:
    """Return one websocket frame of a browser; ``length`` is what it claims to be."""
    size = len(data) if length < 0 else length
    head = bytes([(0x80 if final else 0) | flags | kind])
    mark = 0x80 if masked else 0
    if size < 126:
        head += bytes([mark | size])
    elif size < 65_536:
        head += bytes([mark | 126]) + struct.pack("!H", size)
    else:
        head += bytes([mark | 127]) + struct.pack("!Q", size)
    if not masked:
        return head + data
    mask = b"\x37\xfa\x21\x3d"
    many = (mask * (len(data) // 4 + 1))[: len(data)]
    return head + mask + (int.from_bytes(data) ^ int.from_bytes(many)).to_bytes(len(data))


class WordNoise:
    """Makes malformed messages, the same ones for the same seed.

    Parameters
    ----------
    seed : int
        Where chance begins.
    model : str
        The widget that the page shows.
    """

    def __init__(self, seed: int, model: str) -> None:
        self.chance = random.Random(seed)
        self.model = model
        self.kinds: list[Callable[[], bytes]] = [
            *[self.answers] * 6, *[self.said] * 4, *[self.envelope] * 4, *[self.json_broken] * 3, self.deep, self.large,
            self.numbers, self.doubled, self.binary, self.split, self.control, self.bits,
        ]  # fmt: skip
        self.last_words: list[Callable[[], bytes]] = [
            self.bad_utf8, self.bad_flags, self.bad_length, self.bad_control, self.bad_order, self.unmasked,
            self.too_large, self.squeezed,
        ]  # fmt: skip

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        while True:
            last = self.chance.random() < 0.02
            kind = self.chance.choice(self.last_words if last else self.kinds)
            yield kind.__name__, kind()

    # what a line survives ---------------------------------------------------------------------------------

    def custom(self, content: Any, **more: Any) -> dict[str, Any]:
        data = {"method": "custom", "content": content}
        return {
            "header": {"msg_type": "comm_msg"},
            "channel": "shell",
            "content": {"comm_id": self.model, "data": data} | more,
        }

    def _item(self) -> Any:
        good = {
            "n": self.chance.randint(1, 40),
            "op": self.chance.choice(["set", "set", "set", "add", "remove", "restore"]),
            "at": self.chance.choice(ADDRESSES),
            "value": self.chance.choice(["", "x", "3/10/2026", "2026-10-03", "perempuan", "1", "‮👍\u200b", "y" * 400]),
        }
        for name in self.chance.sample(list(good), self.chance.choice([0, 0, 1, 1, 2])):
            if self.chance.random() < 0.3:
                del good[name]
            else:
                good[name] = self._odd()
        return good if self.chance.random() < 0.95 else self._odd()

    def answers(self) -> bytes:
        items: Any = [self._item() for _ in range(self.chance.choice([0, 1, 1, 2, 3]))]
        content: dict[str, Any] = {"kind": "answers", "tab": self.chance.choice(["t1", "t2", "t3"]), "items": items}
        if self.chance.random() < 0.3:
            content[self.chance.choice(list(content))] = self._odd()
        return self._text(self.custom(content))

    def said(self) -> bytes:
        content: Any = {"kind": self.chance.choice(KINDS), self.chance.choice(["tab", "at", "items", "x"]): self._odd()}
        return self._text(self.custom(content if self.chance.random() < 0.8 else self._odd()))

    def envelope(self) -> bytes:
        told = self.custom({"kind": "hello", "tab": "t"})
        told["header"]["msg_type"] = self.chance.choice(TYPES)
        told["channel"] = self.chance.choice(["shell", "control", "stdin", "iopub", "x", 5])
        for _ in range(self.chance.randint(1, 3)):
            place = told
            while True:
                name = self.chance.choice(list(place))
                if isinstance(place[name], dict) and place[name] and self.chance.random() < 0.6:
                    place = place[name]
                    continue
                place[name] = self._odd()
                break
        return self._text(told | {"buffers": [], "metadata": self._odd(), "parent_header": self._odd()})

    def _odd(self) -> Any:
        return "x" * 25_000 if self.chance.random() < 0.001 else copy.deepcopy(self.chance.choice(ODD))

    def _text(self, told: Any) -> bytes:
        return frame(json.dumps(told).encode())

    def json_broken(self) -> bytes:
        text = json.dumps(self.custom({"kind": "hello", "tab": "t"}))
        at = self.chance.randrange(len(text))
        cut = self.chance.choice(
            [text[:at], text[at:], text[:at] + self.chance.choice('{}[]",:\\\0x') + text[at + 1 :]]
        )
        return frame(cut.encode())

    def deep(self) -> bytes:
        levels = self.chance.choice([3, 5, 9, 50, 500, 990])
        one, other = self.chance.choice([("[", "]"), ('{"a":', "}")])
        return frame(self._with(one * levels + "1" + other * levels))

    def large(self) -> bytes:
        if self.chance.random() < 0.7:
            return self._text(
                self.custom({"kind": "answers", "tab": "t", "items": [0] * self.chance.choice([300, 3000])})
            )
        return self._text(self.custom({"kind": "hello", "tab": "x" * 5_000}))

    def numbers(self) -> bytes:
        return frame(
            self._with(self.chance.choice(["NaN", "-Infinity", "1e999", "9" * 4400, "-0", "1E400", "0x1", "01", "1."]))
        )

    def doubled(self) -> bytes:
        return frame(self._with('1, "kind": "hello", "kind": "eval", "tab": "a", "tab": 5'))

    def _with(self, written: str) -> bytes:
        text = json.dumps(self.custom({"kind": "hello", "tab": "t", "x": SURE}))
        return text.replace(json.dumps(SURE), written).encode()

    def binary(self) -> bytes:
        return frame(self.chance.randbytes(self.chance.choice([0, 1, 8, 100, 500])), BINARY)

    def split(self) -> bytes:
        text = json.dumps(self.custom({"kind": "hello", "tab": "t"})).encode()
        at = self.chance.randrange(len(text))
        return frame(text[:at], final=False) + frame(b"", PING) + frame(text[at:], GOES_ON)

    def control(self) -> bytes:
        return frame(self.chance.randbytes(self.chance.randint(0, 125)), self.chance.choice([PING, PONG])) * 5

    def bits(self) -> bytes:
        text = bytearray(json.dumps(self.custom({"kind": "hello", "tab": "t"})).encode())
        for _ in range(3):
            text[self.chance.randrange(len(text))] = self.chance.randrange(128)
        return frame(bytes(text))

    # what ends a line -------------------------------------------------------------------------------------

    def bad_utf8(self) -> bytes:
        return frame(b'{"header": "\xff\xc0\xaf"}')

    def bad_flags(self) -> bytes:
        return frame(
            b"{}", flags=self.chance.choice([0x10, 0x20, 0x40, 0x70]), kind=self.chance.choice([3, 7, 11, 15, TEXT])
        )

    def bad_length(self) -> bytes:
        return frame(b"x", length=self.chance.choice([2**63, 2**64 - 1, 600_000])) + b"y" * 50

    def bad_control(self) -> bytes:
        return self.chance.choice(
            [
                frame(b"x" * 126, PING), frame(b"x", CLOSE), frame(b"\x03\xe8\xff\xfe", CLOSE),
                frame(b"", PING, final=False), frame(b"\0\0", CLOSE), frame(struct.pack("!H", 65_535), CLOSE),
                frame(b"\x03\xe8" + b"r" * 120, CLOSE),
            ]
        )  # fmt: skip

    def bad_order(self) -> bytes:
        return frame(b"x", GOES_ON) + frame(b"a", final=False) + frame(b"b", final=False)

    def unmasked(self) -> bytes:
        return frame(b'{"header": {}}', masked=False)

    def too_large(self) -> bytes:
        return (
            frame(b"x" * 200_000, final=False)
            + frame(b"x" * 200_000, GOES_ON, final=False)
            + frame(b"x" * 200_000, GOES_ON)
        )

    def squeezed(self) -> bytes:
        packer = zlib.compressobj(wbits=-15)
        bomb = packer.compress(b" " * 3_000_000) + packer.flush(zlib.Z_SYNC_FLUSH)
        return frame(self.chance.choice([bomb[:-4], b"\xff" * 40, b"\x00"]), flags=0x40)
