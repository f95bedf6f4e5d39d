"""The disk is full, with the class file, the log and all that the server writes on it; later there is room again."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.faults.evidence import check_kept
from tests.practice_server import Visitor

SIZE = "12m"


@pytest.fixture
def disk(need, later):
    """Give a small disk."""
    folder = Path(later.enter_context(tempfile.TemporaryDirectory(prefix="kk-")))
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "kasuskit", folder], capture_output=True)
    if done.returncode:
        need(reason="needs the right to mount a small disk")
    later.callback(subprocess.run, ["umount", folder], check=True)
    return folder


def fill(disk):
    """Fill the disk to the last byte; return the file that does."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    space = os.statvfs(disk)
    assert space.f_bavail == 0
    return ballast


def test_who_cannot_be_stored_is_told_and_keeps_everything(serve, arrive, disk):
    served = serve(disk=disk)
    person, second = arrive(served), arrive(served, "Bapa Anis")
    for each in (person, second):
        each.say("ringkasan", "Selagi ada tempat.")
        each.wait_for(lambda: not each.unsaved)  # noqa: B023
    ballast = fill(disk)
    for n in range(8):  # some of it may still fit into what is there
        person.say("krono_saat", f"Tidak ada tempat lagi, {n}: " + "panjang " * 2000)
    person.wait_for(lambda: person.told)
    assert person.told[0].code == "K307"
    assert "penuh" in person.told[0].text

    second.say("krono_sesudah", "Dan kernelnya mati juga.")
    served.kernel_process(second.kernel).kill()
    second.wait_for(lambda: second.renewals == 1)
    assert second.state["answers"]["ringkasan"] == "Selagi ada tempat."
    for visitor in (person.visitor, Visitor(served)):
        for path in ("/", "/kalender"):
            assert visitor.get(path).status == 200
    refused = Visitor(served).enter("Ina Rambu")
    assert refused.status == 500
    assert "K307" in refused.text
    assert "penuh" in refused.text
    assert "Traceback" not in refused.text
    assert person.unsaved
    assert second.unsaved

    ballast.unlink()
    for each in (person, second):
        each.finish(60)
    late = arrive(served, "Ina Rambu")
    late.say("ringkasan", "Sekarang dapat masuk.")
    late.finish()
    check_kept(served.file, [person, second, late])


def test_a_class_is_opened_when_its_log_cannot_be_written(serve, arrive, disk, tmp_path):
    fill(disk)
    served = serve(tmp_path / "kelas", env={"KASUSKIT_CACHE": str(disk / "cache")})
    person = arrive(served)
    person.say("ringkasan", "Catatan server tidak perlu.")
    served.kernel_process(person.kernel).kill()
    person.finish()
    check_kept(served.file, [person])
