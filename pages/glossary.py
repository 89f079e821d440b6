"""What does this word mean? The words of the field, each in a sentence or two, and the page that shows it."""

import streamlit as st

from netlab.app.frame import begin, literal
from netlab.formatting import counted
from netlab.glossary import WORDS, anchor, found

begin("Glossary", "What does this word mean? Type a part of it.")
asked = st.text_input(
    "Find a word", key="glossary_find", max_chars=40, bind="query-params", persist_state="session",
    placeholder="gradient, batch, held-back…", icon=":material/search:", width=360,
)  # fmt: skip
names = found(asked)
st.caption(
    f"{counted(len(names), 'word')}. On the pages a word is a link where you first need it: rest the pointer on it to see what "
    "it means, or press it to open this page in another tab."
)
if not names:
    st.info(
        f"“{literal(asked.strip())}” is in none of the words here, nor in what they mean.",
        icon=":material/search_off:",
    )
for name in names:
    with st.container(gap=None):
        st.subheader(name, anchor=anchor(name))
        st.markdown(WORDS[name].meaning)
        st.page_link(f"pages/{WORDS[name].shown}.py", icon=":material/arrow_forward:")
