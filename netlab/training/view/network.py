"""A network in four ways: as a picture, as arithmetic, as the Keras summary, as code."""

from __future__ import annotations

import streamlit as st

from netlab.nets.keras_script import keras_script
from netlab.nets.keras_summary import summary
from netlab.nets.spec import NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.training.view.network_bars import layers_picture


def network(spec: NetworkSpec) -> None:
    """Picture, parameter table, summary and script of a network."""
    st.html(layers_picture(spec))
    rows = [row for row in spec.parameter_table() if row.parameters]
    terms = " + ".join(f"{row.parameters:,}" for row in rows)
    st.markdown(f"**{spec.parameter_count:,} parameters**" + (f" = {terms}" if len(rows) > 1 else ""))
    table, keras, code = st.tabs(["Arithmetic", "Keras summary", "Keras code"])
    table.table(
        [
            {
                "Layer": row.layer,
                "Output": "×".join(map(str, row.shape)),
                "Parameters": f"{row.arithmetic} = {row.parameters:,}" if row.parameters else row.arithmetic,
            }
            for row in spec.parameter_table()
        ]
    )
    keras.code(summary(spec), language=None)
    row = ON_TRAIN[spec.optimizer]
    if row.keras_class is None:
        code.info(
            f"Keras has no optimizer {row.training_title}; Netlab trains with the rule as its authors wrote it ({row.source})."
        )
    else:
        code.code(keras_script(spec), language="python")
