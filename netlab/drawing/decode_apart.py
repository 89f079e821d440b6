"""Decode a picture in a process of its own, which may take so much memory and time and no more.

An AVIF may be coded larger than its container claims, and its decoder takes the memory before anybody can say no. So it
takes that of a child, which fails alone.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import numpy as np

from netlab.drawing.picture_file import Grey, PictureError, read_here
from netlab.processes.limits import cap_memory

MEMORY_MB = 500
SECONDS = 20.0
HEAD = struct.Struct("<?II")
"""Whether there is a picture, its height and its width."""
ROOT = Path(__file__).resolve().parents[2]


def read_apart(content: bytes) -> Grey:
    """Read a picture as ``netlab.drawing.picture_file.read_picture`` does, in a child.

    Parameters
    ----------
    content : bytes
        Of the file.

    Returns
    -------
    uint8 (h, w)

    Raises
    ------
    PictureError
        If it cannot be read, or takes too much memory or time.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "netlab.drawing.decode_apart", str(MEMORY_MB)],
            input=content, capture_output=True, timeout=SECONDS, cwd=ROOT, check=False,
        )  # fmt: skip
        found, height, width = HEAD.unpack_from(done.stdout)
    except (subprocess.TimeoutExpired, struct.error):
        raise PictureError(
            "The picture takes more memory or time than one may. Save it as PNG or JPEG, and smaller."
        ) from None
    body = done.stdout[HEAD.size :]
    if not found:
        raise PictureError(body.decode("utf-8", "replace"))
    return np.frombuffer(body, np.uint8).reshape(height, width)


def main() -> None:
    """Read a picture from stdin and write it, or why it cannot be read, to stdout."""
    cap_memory(int(sys.argv[1]))
    try:
        picture = read_here(sys.stdin.buffer.read())
    except PictureError as error:
        sys.stdout.buffer.write(HEAD.pack(False, 0, 0) + str(error).encode())
        return
    sys.stdout.buffer.write(HEAD.pack(True, *picture.shape) + picture.tobytes())


if __name__ == "__main__":
    main()
