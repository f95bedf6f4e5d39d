"""Serve the real practice to the tests: `python serve.py ROOM PORT [NAME=VALUE ...]`; prints the port when ready."""

import asyncio
import json
import logging
import signal
import sys

from kasuskit.classroom import open_room
from kasuskit.serving.app import KasusApp
from kasuskit.serving.run import listen


async def main(room, port, **options):
    app = KasusApp(room=open_room(room), log=logging.getLogger("kasuskit.serving"), **options)
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
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    values = dict(each.split("=", 1) for each in sys.argv[3:])
    asyncio.run(main(sys.argv[1], sys.argv[2], **{name: json.loads(value) for name, value in values.items()}))
