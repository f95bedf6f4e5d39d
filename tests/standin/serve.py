"""Serve the stand-in: `python serve.py ROOM PORT [NAME=VALUE ...]`; prints the port when all is ready."""

import asyncio
import json
import logging
import signal
import sys
from pathlib import Path

from kasuskit.classroom import open_room
from kasuskit.serving.app import KasusApp
from kasuskit.serving.run import listen
from kasuskit.training import CaseCard

HERE = Path(__file__).resolve().parent
CASES = (
    CaseCard("K01", "Laporan di balai desa", 1, "Memuat cerita kekerasan dalam rumah tangga.", ()),
    CaseCard("K02", "Surat dari <sekolah> & guru", 2, "", ()),
    *(CaseCard(f"K0{number}", f"Kasus {number}", 3, "", ()) for number in range(3, 7)),
    CaseCard("K90", "Galat yang dikenal", 3, "", ()),
    CaseCard("K91", "Galat yang tidak dikenal", 3, "", ()),
    CaseCard("K92", "Tanpa layar", 3, "", ()),
)


async def main(room, port, **options):
    app = KasusApp(
        room=open_room(room),
        cases=lambda: CASES,
        notebook_file=str(HERE / "latihan.ipynb"),
        asset_folders=[str(HERE)],
        **options,
    )
    app.prepare()
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    try:
        await app.warm()
        listening = listen(int(port))
        app.listen_on(listening)
        print(listening.getsockname()[1], flush=True)
        await end.wait()
    finally:
        await app.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    values = dict(each.split("=") for each in sys.argv[3:])
    asyncio.run(main(sys.argv[1], sys.argv[2], **{name: json.loads(value) for name, value in values.items()}))
