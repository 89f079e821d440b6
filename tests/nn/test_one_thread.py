"""A server's products of matrices stay in one thread, also where its libraries were not loaded when it was asked."""

from __future__ import annotations

import json
import subprocess
import sys

SCRIPT = """
import json
from netlab.nn.arithmetic import one_thread, stay_in_one_thread
stay_in_one_thread()
with one_thread():
    pass
import numpy, scipy.ndimage, scipy.linalg
from threadpoolctl import threadpool_info
print(json.dumps([one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]))
"""


def test_all_libraries_stay_in_one_thread() -> None:
    found = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    threads = json.loads(found.stdout)
    assert threads
    assert set(threads) == {1}
