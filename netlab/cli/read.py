"""``netlab read``: say which digit is in each picture."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from netlab.cli.complaint import STATUS, complain
from netlab.formatting import probability

HELP = "say which digit is in each picture"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which pictures, read by which network."""
    parser.set_defaults(command=read)
    parser.add_argument(
        "images",
        type=Path,
        nargs="+",
        metavar="IMAGE",
        help="a picture with a digit or several: PNG, JPEG, HEIC and others",
    )
    parser.add_argument(
        "--model",
        default="convolutional",
        metavar="MODEL",
        help="convolutional (what reads unless told otherwise), article, a run's id, or a file: .npz as `train --save` writes it, or .keras",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a picture")


def read(options: argparse.Namespace) -> int:
    """Read each picture; a picture that cannot be read is told and the others go on."""
    from netlab.drawing import page, recognize
    from netlab.drawing.picture_file import PictureError, read_picture
    from netlab.nets import model_file
    from netlab.nets.weight_file import WeightsError
    from netlab.runs.run import RunError

    try:
        own = model_file.names_a_file(options.model)
        spec, weights = model_file.read(Path(options.model)) if own else recognize.network(options.model)
        recognize.check_digits(spec)
    except (RunError, WeightsError) as error:
        return complain(error)
    status = 0
    for path in options.images:
        try:
            picture = read_picture(path)
            rows = page.read_parted(spec, weights, page.part(picture))
            result = None if rows else recognize.read(spec, weights, picture)
        except (OSError, PictureError) as error:
            status = STATUS
            _tell_refusal(path, error, options.json)
            continue
        if result is None:
            _tell_several(path, rows, options.json)
        else:
            _tell_reading(path, result, options.json)
    return status


def _tell_refusal(path: Path, error: Exception, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"image": str(path), "error": str(error)}))
    else:
        print(f"{path}: {error}", file=sys.stderr)


def _tell_several(path: Path, rows: Any, as_json: bool) -> None:
    from netlab.drawing.page import number

    if not as_json:
        least = min(float(one.reading.probabilities.max()) for row in rows for one in row)
        print(f"{path}: {number(rows)} (each at least {probability(least)})")
        return
    told = [
        [
            {
                "digit": one.reading.digit,
                "probabilities": [round(float(value), 6) for value in one.reading.probabilities],
                "unsure": one.unsure,
                **_doubted(one.reading),
            }
            for one in row
        ]
        for row in rows
    ]
    print(json.dumps({"image": str(path), "digits": number(rows), "rows": told}))


def _doubted(reading: Any) -> dict[str, Any]:
    """What is told of a sign that looks like no digit."""
    if reading.doubt is None:
        return {}
    return {"digit": None, "guess": reading.digit, "note": reading.doubt.sentence}


def _tell_reading(path: Path, result: Any, as_json: bool) -> None:
    if result.blank:
        note = "nothing is drawn here"
        told: dict[str, Any] = {"image": str(path), "digit": None, "probabilities": None, "note": note}
        print(json.dumps(told) if as_json else f"{path}: {note}")
    elif as_json:
        shares = [round(float(value), 6) for value in result.probabilities]
        told = {"image": str(path), "digit": result.digit, "probabilities": shares}
        print(json.dumps(told | _doubted(result)))
    else:
        second, first = result.probabilities.argsort()[-2:]
        written = [probability(value) for value in result.probabilities]
        guess = f"{first} ({written[first]}), else {second} ({written[second]})"
        print(
            f"{path}: {guess}"
            if result.doubt is None
            else f"{path}: no digit. {result.doubt.sentence} If it had to be one: {guess}"
        )
