"""How well Netlab reads drawings of strangers: a folder of pictures whose names say what they show.

A name is KIND-NUMBER-is-LABEL and an ending: ``photo-12-is-7.jpg``. A label of several digits is a row or several, with
"_" or "," between rows; "none" is a picture without a digit. Rates of a kind are printed for each network::

    NETLAB_DRAWINGS=FOLDER python -m benchmarks.strangers [NETWORK or RUN ...]
"""

from __future__ import annotations

import argparse
import os
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from netlab.drawing import page, recognize
from netlab.drawing.picture_file import PictureError, read_picture
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights

NAME = re.compile(r"(?P<kind>[a-z-]+?)-?(?P<number>\d*)-is-(?P<label>none|[0-9_, -]+)", re.IGNORECASE)
NONE = "none"


@dataclass(frozen=True)
class Drawing:
    """A stranger's picture and what it shows: "7", "42 / 17" or "none"."""

    path: Path
    kind: str
    label: str


def drawings(folder: Path) -> list[Drawing]:
    """All pictures of a folder whose names say what they show."""
    found = []
    for path in sorted(folder.iterdir()):
        told = NAME.fullmatch(path.stem)
        if told:
            rows = [row for row in re.split(r"[_, -]+", told["label"]) if row]
            found.append(Drawing(path, told["kind"], " / ".join(rows).lower()))
    return found


def answer(spec: NetworkSpec, weights: Weights, path: Path) -> str:
    """What is read: a digit, several, or "none"."""
    try:
        picture = read_picture(path)
    except PictureError as error:
        return f"not read ({error})"
    rows = page.read_parted(spec, weights, page.part(picture))
    if rows:
        return page.number(rows)
    one = recognize.read(spec, weights, picture)
    return NONE if one.blank or one.doubt is not None else str(one.digit)


def main() -> None:
    """Print what is wrong, and the rates."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("networks", nargs="*", default=["article", "convolutional"])
    options = parser.parse_args()
    folder = os.environ.get("NETLAB_DRAWINGS", "")
    if not folder or not Path(folder).is_dir():
        parser.error(
            "NETLAB_DRAWINGS names a folder of pictures such as photo-12-is-7.jpg; it is not set or no folder."
        )
    pictures = drawings(Path(folder))
    for name in options.networks:
        network = recognize.network(name)
        right: dict[str, list[bool]] = defaultdict(list)
        for one in pictures:
            read = answer(*network, one.path)
            right[one.kind].append(read == one.label)
            if read != one.label:
                print(f"  {name} reads {read} in {one.path.name}")
        for kind, answers in right.items():
            print(f"{name:14} {kind:16} {sum(answers):4} of {len(answers):4} right")
        every = [one for answers in right.values() for one in answers]
        print(f"{name:14} {'all':16} {sum(every):4} of {len(every):4} right")


if __name__ == "__main__":
    main()
