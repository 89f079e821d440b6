"""A network in four ways: as a picture, as arithmetic, as the Keras summary, as code."""

from __future__ import annotations

import streamlit as st

from netlab.nets.keras_script import differs, drops, keras_script
from netlab.nets.keras_summary import summary
from netlab.nets.script_changes import changed_lines, next_look
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
                "Parameters": (f"{row.arithmetic} = {row.parameters:,}" if row.parameters else row.arithmetic)
                + (f": {row.note}" if row.note else ""),
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
        with code:
            _script(spec)


def _script(spec: NetworkSpec) -> None:
    """The script, what of a run it does not repeat, and which of its lines changed since the last look."""
    same = drops(spec) and st.checkbox(
        "Draw dropout as Netlab does",
        help="The script then brings a layer along that silences the very units that Netlab silences.",
        key="same_dropout",
    )
    script = keras_script(spec, same_dropout=same)
    st.caption(differs(spec, same_dropout=same))
    look = next_look(st.session_state.get("script_look"), script)
    st.session_state["script_look"] = look
    marked = changed_lines(look)
    if marked:
        st.caption("Changed since you last looked:")
        st.code("\n".join(marked), language="diff")
    st.code(script, language="python", line_numbers=True)
