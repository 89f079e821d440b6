"""The menus as a reader sees them offer the rows that say so; what cannot be trained is explained beside the menu."""

from __future__ import annotations

from netlab.nn.activations import ACTIVATIONS
from netlab.nn.losses import LOSSES
from netlab.nn.place import Place, shown_in
from tests.pages import opened


def test_train() -> None:
    at = opened("train")
    menu = at.selectbox(key="activation")
    assert menu.options == list(shown_in(ACTIVATIONS, Place.TRAIN))
    assert "Why not a step?" in menu.help
    losses = shown_in(LOSSES, Place.TRAIN)
    assert at.selectbox(key="loss").options == [row.title for row in losses.values()]
    assert not at.select_slider(key="smoothing").disabled


def test_smoothing_is_idle_where_it_does_nothing() -> None:
    at = opened("train", loss="huber", smoothing="0.1")
    assert not at.exception
    assert at.select_slider(key="smoothing").disabled
    assert not at.warning


def test_old_words_of_links_are_read() -> None:
    at = opened("train", loss="mean_squared_error", activation="gelu", smoothing="0")
    assert (at.selectbox(key="loss").value, at.selectbox(key="activation").value) == (
        "mean_squared_error",
        "gelu",
    )
    at = opened("landscape", ls_surface="neuron", ls_activation="softplus", ls_loss="quadratic")
    assert (at.selectbox(key="ls_activation").value, at.selectbox(key="ls_loss").value) == (
        "softplus",
        "quadratic",
    )


def test_landscape_of_every_activation() -> None:
    at = opened("landscape", ls_surface="neuron")
    assert at.selectbox(key="ls_activation").options == list(shown_in(ACTIVATIONS, Place.LANDSCAPE))
    for key in shown_in(ACTIVATIONS, Place.LANDSCAPE):
        at.selectbox(key="ls_activation").set_value(key).run()
        assert not at.exception, key


def test_the_neuron_page_says_why_a_step_is_not_trained() -> None:
    at = opened("neuron", neuron_card="step")
    assert any("Why not a step?" in info.value for info in at.info)
    at = opened("depth", depth_activation="step", depth_layers="5")
    assert not at.exception
    said = " ".join(markdown.value for markdown in at.markdown)
    assert "slope of Step is 0 everywhere" in said
    assert "With all weights 0" not in said
    at = opened("depth", depth_activation="relu", depth_start="zeros", depth_layers="5")
    assert "With all weights 0" in " ".join(markdown.value for markdown in at.markdown)
    assert not any("Why not a step?" in info.value for info in at.info)
