"""Two servers are started on one class file by mistake."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.faults.evidence import check_kept
from tests.practice_server import Visitor


def test_two_servers_on_one_class_file_lose_nothing(serve, arrive, tmp_path):
    with ThreadPoolExecutor(2) as pool:  # in the same moment: only one of them can make the class file
        one, two = pool.map(lambda name: serve(tmp_path / name, kelas=tmp_path / "kelas"), ["satu", "dua"])
    assert one.file == two.file
    first = arrive(one, "Mama Yuli", think=0.05)
    second = arrive(two, "Bapa Anis", think=0.05)
    device = Visitor(two, first.visitor.jar)
    both = arrive(two, "Mama Yuli", visitor=device)  # the same person, at the same case, at the other server
    for n in range(20):
        both.say("kode_petugas", f"P-{n:02}")
    people = [first, second, both]
    for each in people:
        each.wait_for(lambda: len(each.tab.acked) >= 20)  # noqa: B023
        each.finish()
    check_kept(one.file, people)
    one.kernel_process(first.kernel).kill()  # a kernel reads what the other server wrote when it starts
    first.wait_for(lambda: first.renewals == 1)
    assert first.state["answers"].items() >= {**first.answers(), **both.answers()}.items()
