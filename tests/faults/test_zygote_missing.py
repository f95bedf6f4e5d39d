"""The warm parent of the kernels cannot start at all: kernels start cold, and the class goes on."""

from __future__ import annotations

import os

from tests.faults.evidence import check_kept

BROKEN = "import sys\nif 'kasuskit.serving.zygote' in sys.orig_argv:\n    sys.exit('no warm parent today')\n"


def test_without_a_warm_parent_kernels_start_cold(serve, arrive, tmp_path):
    deep = tmp_path / "folder-for-temporary-files-that-lies-deeper-than-a-socket-may-be-named"
    (tmp_path / "sitecustomize.py").write_text(BROKEN)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    served = serve(env={"PYTHONPATH": path}, temporary=deep, ready_kernels=1)
    assert served.zygote() is None
    person = arrive(served, think=0.05)
    person.wait_for(lambda: len(person.tab.acked) > 10)
    served.kernel_process(person.kernel).kill()
    person.wait_for(lambda: person.renewals == 1, 60)
    person.finish()
    check_kept(served.file, [person])
