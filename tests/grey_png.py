"""Make a picture of black print small: sixteen greys, four bits each. The standard library is enough."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def grey(png: bytes) -> bytes:
    """Return an 8-bit RGB or RGBA picture in sixteen greys."""
    width, height, channels, data = _opened(png)
    rows = _unfiltered(zlib.decompress(data), width, height, channels)
    packed = b"".join(b"\0" + _four_bits(row[0::channels], row[1::channels], row[2::channels]) for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(packed, 9)) + _chunk(b"IEND", b"")


def _opened(png: bytes) -> tuple[int, int, int, bytes]:
    at, data = len(SIGNATURE), b""
    width = height = channels = 0
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if name == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            channels = {2: 3, 6: 4}[colour]
            assert depth == 8
        elif name == b"IDAT":
            data += body
        at += 12 + length
    return width, height, channels, data


def _unfiltered(raw: bytes, width: int, height: int, channels: int) -> list[bytearray]:
    """Undo what PNG does to each row before it is compressed."""
    stride = width * channels
    rows: list[bytearray] = []
    above = bytearray(stride)
    for number in range(height):
        start = number * (stride + 1)
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        for i in range(stride):
            left = row[i - channels] if i >= channels else 0
            corner = above[i - channels] if i >= channels else 0
            guess = (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]
            row[i] = (row[i] + guess) & 255
        rows.append(row)
        above = row
    return rows


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))


def _four_bits(red: bytes, green: bytes, blue: bytes) -> bytes:
    levels = [(r * 3 + g * 6 + b + 85) // 170 for r, g, b in zip(red, green, blue, strict=True)]
    levels = [min(level, 15) for level in levels] + [15] * (len(levels) % 2)
    return bytes(one << 4 | two for one, two in zip(levels[0::2], levels[1::2], strict=True))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
