"""Pictures brought to the page Draw: read, told apart, cut, tabled; and each of them taken apart."""

from __future__ import annotations

import base64
import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from netlab.app.uploads import MOST
from netlab.drawing import apart, recognize
from netlab.drawing.apart import NAMES, TITLES, Steps
from netlab.drawing.crop import Crop
from netlab.drawing.framing import stages
from netlab.drawing.page import part
from netlab.drawing.picture_file import ENDINGS, IN_WORDS
from netlab.drawing.sheet import as_csv
from netlab.drawing.view import framing_steps, table, upload
from netlab.drawing.view.brought import digest
from netlab.drawing.view.crop import CROPS
from netlab.formatting import probability
from netlab.nets import shipped
from tests.drawing.test_apart import photo, seven
from tests.pages import as_read, opened

pytestmark = pytest.mark.usefixtures("fresh_caches", "job_queue")

PICTURES = Path(__file__).parent / "pictures"
NETWORK = shipped.load("article")
File = tuple[str, bytes, str]


def png(picture: Any, name: str = "seven.png") -> File:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG")
    return name, out.getvalue(), "image/png"


def row_of_sevens(count: int = 3) -> Any:
    return np.concatenate([seven(260)] * count, axis=1)[::2, ::2].copy()


def brought(*files: File, **state: Any) -> AppTest:
    """The page with these files, read by the article's network."""
    at = opened("draw")
    at.file_uploader(key=upload.PICTURES).set_value(list(files))
    for key, value in state.items():
        at.session_state[key] = value
    at.run()
    assert not at.exception, at.exception
    return at


def read_by_article(at: AppTest) -> AppTest:
    next(box for box in at.selectbox if box.label == "Read with").set_value("article").run()
    return at


def test_one_picture_is_read_and_nothing_is_tabled() -> None:
    at = read_by_article(brought(png(photo())))
    assert "It reads a 7" in as_read(at)
    assert not at.dataframe
    assert "seven.png" in as_read(at)


def test_a_picture_of_a_telephone_is_read_as_any_other() -> None:
    at = brought(("IMG_0001.HEIC", (PICTURES / "seven.heic").read_bytes(), "image/heic"))
    assert "It reads a 7" in as_read(at)


def test_every_ending_that_is_named_is_taken() -> None:
    at = opened("draw")
    taken = {ending.lstrip(".") for ending in at.file_uploader(key=upload.PICTURES).allowed_type}
    assert set(ENDINGS) <= taken
    assert IN_WORDS in as_read(at)


def test_several_are_a_table_as_given_and_one_bad_file_spoils_none() -> None:
    files = [png(seven(), "b.png"), ("a.png", b"%PDF-1.7", "image/png"), png(row_of_sevens(), "c.png")]
    at = read_by_article(brought(*files))
    (frame,) = at.dataframe
    rows = frame.value.to_dict("records")
    assert [row["picture"] for row in rows] == ["b.png", "a.png", "c.png"]
    one = recognize.read(*NETWORK, seven())
    assert rows[0]["answer"] == str(one.digit)
    assert rows[0]["sure"] == probability(one.probabilities.max())
    assert rows[1]["answer"] == "–"
    assert rows[1]["doubts"].startswith("This is a PDF")
    assert rows[2]["answer"] == "777"
    assert all(row["url"].startswith("data:image/png") for row in (rows[0], rows[2]))
    assert [error.value.replace("\\", "") for error in at.error] == [f"a.png: {rows[1]['doubts']}"]


def test_the_table_can_be_taken_away() -> None:
    at = read_by_article(brought(png(seven(), "=b.png"), png(row_of_sevens(), "c.png")))
    rows = at.session_state[table.ROWS]
    found = list(csv.DictReader(io.StringIO(as_csv([row.line for row in rows.values()]))))
    assert [row["picture"] for row in found] == ["'=b.png", "c.png"]
    assert [row["answer"] for row in found] == [
        frame["answer"] for frame in at.dataframe[0].value.to_dict("records")
    ]
    assert len(at.download_button) == 1


def test_more_than_can_be_are_told_and_the_first_are_read() -> None:
    at = brought(*(png(seven(pen=10 + place), f"{place}.png") for place in range(MOST + 1)))
    assert len(at.dataframe[0].value) == MOST
    assert f"The first {MOST} of {MOST + 1} pictures are read." in as_read(at)


def test_a_rectangle_is_what_is_read_of_a_picture() -> None:
    name, content, kind = png(row_of_sevens(2))
    at = read_by_article(brought((name, content, kind)))
    assert "It reads 2 digits" in as_read(at)
    at.session_state[CROPS] = {digest(content): Crop(0.0, 0.0, 0.5, 1.0)}
    at.run()
    assert "It reads a 7" in as_read(at)
    assert "It reads 2 digits" not in as_read(at)


def test_the_table_reads_rectangles_too() -> None:
    files = [png(row_of_sevens(2), "two.png"), png(photo(), "one.png")]
    at = brought(*files, **{CROPS: {digest(files[0][1]): Crop(0.0, 0.0, 0.5, 1.0)}})
    assert [row["answer"] for row in at.dataframe[0].value.to_dict("records")] == ["7", "7"]


def test_one_of_several_is_looked_at_closer() -> None:
    at = read_by_article(brought(png(seven(), "one.png"), png(np.full((60, 60), 255, np.uint8), "blank.png")))
    assert upload.NOTHING not in as_read(at)
    at.selectbox(key=upload.CLOSER).set_value(1).run()
    assert upload.NOTHING in as_read(at)


def test_what_becomes_of_pictures_is_told() -> None:
    assert "nothing is written to a disk" in as_read(opened("draw"))


def test_the_camera_is_asked_for_once_its_switch_is_on_and_its_picture_goes_the_way_of_files() -> None:
    at = opened("draw")
    assert not at.camera_input
    at.toggle(key=upload.CAMERA).set_value(True).run()
    (camera,) = at.camera_input
    out = io.BytesIO()
    Image.fromarray(photo()).save(out, "JPEG", quality=95)
    camera.set_value(("camera.jpg", out.getvalue(), "image/jpeg")).run()
    assert not at.exception
    assert "It reads a 7" in as_read(at)
    assert "Photograph" in as_read(at)


def test_where_browsers_lend_no_camera_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "may_ask", lambda address: False)
    at = opened("draw")
    assert upload.NO_CAMERA not in as_read(at)
    at.toggle(key=upload.CAMERA).set_value(True).run()
    assert upload.NO_CAMERA in as_read(at)
    assert not at.camera_input


# --- taken apart --------------------------------------------------------------------------------------


def apart_of(*files: File, **state: Any) -> AppTest:
    return brought(*files, **{framing_steps.OPEN: True, **state})


def test_a_fold_that_is_closed_takes_nothing_apart() -> None:
    at = brought(png(photo()))
    assert framing_steps.ANSWERED not in at.session_state
    assert not [one for one in at.toggle if str(one.key).startswith("apart_")]


def test_with_nothing_drawn_the_fold_says_what_to_do() -> None:
    assert "Draw a digit, or bring a picture of one" in as_read(apart_of())


def test_all_switches_on_give_the_answer_itself() -> None:
    at = read_by_article(apart_of(png(photo())))
    reading = recognize.read(*NETWORK, photo())
    assert f"With all steps it says {reading.digit} ({probability(reading.probabilities.max())})." in as_read(
        at
    )
    assert [one.value for one in at.toggle if str(one.key).startswith("apart_")] == [True] * len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_switch_gives_the_answer_without_its_step_and_the_words_say_it(name: str) -> None:
    at = read_by_article(apart_of(png(photo())))
    source = apart.source(stages(photo()), photo())
    whole, without = apart.answers(*NETWORK, source, [Steps(), apart.without(name)])
    assert apart.effect(without, whole) in as_read(at)
    at.toggle(key=f"apart_{name}").set_value(False).run()
    assert not at.exception
    assert f"Without “{TITLES[name]}” it says {without.words}; with all steps {whole.words}." in as_read(at)
    assert ("not trust the bars" in as_read(at)) == (name == "units")
    at.button(key=framing_steps.SHOW_AGAIN).click().run()
    assert f"With all steps it says {whole.words}." in as_read(at)


def test_steps_that_measure_the_crop_cannot_be_switched_without_it() -> None:
    at = apart_of(png(photo()))
    assert not at.toggle(key="apart_pen").disabled
    at.toggle(key="apart_crop").set_value(False).run()
    assert at.toggle(key="apart_pen").disabled
    assert at.toggle(key="apart_scale").disabled
    assert not at.toggle(key="apart_centre").disabled


def test_the_chain_tells_the_answer_after_each_step() -> None:
    at = read_by_article(apart_of(png(photo())))
    captions = [str(image.proto) for image in at.get("imgs")] or [
        str(image.proto) for image in at.get("image")
    ]
    source = apart.source(stages(photo()), photo())
    for answer in apart.answers(*NETWORK, source, apart.so_far()):
        told = f"{apart.last(answer.apart.steps)}: {answer.words}".replace("\xa0", " ")
        assert any(told in caption.replace("\\302\\240", " ").replace("\xa0", " ") for caption in captions), (
            told
        )


def test_its_reader_chooses_which_digit_of_which_picture() -> None:
    at = read_by_article(apart_of(png(photo(), "one.png"), png(row_of_sevens(), "three.png")))
    which = at.selectbox(key=framing_steps.WHICH)
    assert which.options == ["1. one.png", *(f"2. three.png: digit {at} of 3" for at in (1, 2, 3))]
    which.set_value("2. three.png: digit 2 of 3").run()
    assert not at.exception
    ((_, framing),) = part(row_of_sevens()).rows[0][1:2]
    (answer,) = apart.answers(*NETWORK, apart.source(framing), [Steps()])
    assert f"With all steps it says {answer.words}." in as_read(at)
    assert "apart_ink" not in {one.key for one in at.toggle}


def drawn(count: int) -> None:

    from netlab.drawing import recognize
    from netlab.drawing.page import part, read_parted
    from netlab.drawing.view import framing_steps
    from netlab.drawing.view.reading import Shown
    from netlab.nets import shipped
    from tests.drawing.test_apart import seven
    from tests.drawing.test_page_pictures import row_of_sevens

    picture = seven() if count == 1 else row_of_sevens(count)
    network = shipped.load("article")
    one = recognize.read(*network, picture) if count == 1 else None
    rows = () if count == 1 else read_parted(*network, part(picture, turn=False))
    framing_steps.framing_stages(Shown(one, rows, picture), "article")


def sent(picture: Any) -> str:
    return f"data:image/png;base64,{base64.b64encode(png(picture)[1]).decode()}"


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_on_the_pad_is_taken_apart(count: int) -> None:
    at = AppTest.from_function(drawn, default_timeout=60, kwargs={"count": count})
    at.session_state[framing_steps.OPEN] = True
    at.run()
    assert not at.exception, at.exception
    picture = seven() if count == 1 else row_of_sevens(count)
    framing = stages(picture) if count == 1 else part(picture, turn=False).rows[0][0][1]
    (answer,) = apart.answers(*NETWORK, apart.source(framing), [Steps()])
    assert f"With all steps it says {answer.words}." in as_read(at)
    if count > 1:
        assert at.selectbox(key=framing_steps.WHICH).options == [
            f"Your drawing: digit {one} of 2" for one in (1, 2)
        ]
