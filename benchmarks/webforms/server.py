"""A small server for the built page and one form, gzipped, on this machine only."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_TYPES = {".html": "text/html", ".js": "text/javascript", ".xml": "text/xml"}


@contextmanager
def serving(folder: Path, xform: str) -> Iterator[str]:
    """Serve the page in ``folder`` with a form; give its address."""
    files = {path.name: path.read_bytes() for path in folder.glob("*.gz")}
    files["form.xml.gz"] = gzip.compress(xform.encode("utf-8"), mtime=0)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.partition("?")[0].lstrip("/") or "index.html"
            body = files.get(f"{name}.gz")
            self.send_response(200 if body is not None else 404)
            if body is not None:
                self.send_header("Content-Type", f"{_TYPES[Path(name).suffix]}; charset=utf-8")
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
