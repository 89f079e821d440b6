"""What does a network receive when it looks at a picture? Only numbers."""

import streamlit as st

from netlab.app.digits import mean_digit, to_input
from netlab.app.frame import begin
from netlab.app.lesson import Answer, answered, onward_from, predict_first, reflect, show_code
from netlab.glossary import term
from netlab.lessons.numbers.unit_sum import sum_over
from netlab.lessons.numbers.view import (
    WEIGHTS_OPEN,
    classes,
    look_at_image,
    shapes_table,
    why_divide,
    words_as_vectors,
)
from netlab.lessons.numbers.word_vectors import learn_words, mutual_information, squeeze

KERAS = """import keras

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0  # 0 to 255 becomes 0 to 1
rows = keras.layers.Flatten()(x_train[:1])         # (1, 28, 28) becomes (1, 784)
look_up = keras.layers.Embedding(57, 10)           # a word's number becomes its vector"""

QUESTION_FIRST = """
@media (max-width: 640px) { .st-key-numbers_asked > div > [data-testid="stHorizontalBlock"] { flex-wrap: wrap-reverse; } }
"""
"""On a phone what stands right of the picture stands above it."""

begin("An image is numbers", "What does a network receive when it looks at a picture? Move over it and see.")
SHUFFLED = {"numbers_show": "shuffled"}
st.html(f"<style>{QUESTION_FIRST}</style>")
with st.container(key="numbers_asked"):
    picture, question = st.columns([2.4, 1], gap="medium")
with picture:
    st.fragment(look_at_image)(asked=answered("numbers"))
with question:
    predict_first(
        "numbers",
        f"A network receives a picture as one long row of numbers, and the row no longer says which {term('pixel', 'pixels')} "
        "were neighbours. Suppose we shuffle the pixels of all pictures, always in the same way, and the network of this "
        f"course (784 inputs, 512 {term('hidden')} {term('neuron', 'units')}, 10 outputs) learns from shuffled pictures only. "
        "Will it read them worse than an ordinary network reads ordinary pictures?",
        (
            Answer(
                "Much worse",
                f"You would: your eye needs neighbours. A **{term('dense')}** layer, in which every unit sees every pixel, does not.",
                "See a shuffled picture",
                SHUFFLED,
            ),
            Answer(
                "A little worse",
                f"That would be true of a **{term('convolutional')}** network, which looks at small squares of neighbours. A "
                "dense one does not know its neighbours.",
                "See a shuffled picture",
                SHUFFLED,
            ),
            Answer(
                "Just as well",
                f"Right: its first {term('layer')} is **permutation-invariant**, blind to the order of its inputs.",
                "Lay a unit’s weights over the digit",
                {WEIGHTS_OPEN: True},
            ),
        ),
        "It learns to read them **just as well**. Each of its 512 units (the next page is about one of them) multiplies every "
        f"pixel by a {term('weight')}, a number for that pixel alone, and adds up all 784 products. So the weights can be "
        "shuffled along with the pixels, and the sum stays the same. Try it in the fold under the digit "
        "(permutation-invariant MNIST: Goodfellow et al., 2013).",
    )
with st.expander("More: all 70,000 pictures, and why they are divided by 255"):
    shapes_table()
    why_divide()
with st.expander("More: ten kinds of digit"):
    classes()
with st.expander("More: words are numbers too"):
    st.fragment(words_as_vectors)()
reflect(
    "numbers",
    "A photograph of 1,000 × 1,000 pixels has a million numbers, and three million in colour. A network for it could "
    "first make it 28 × 28, as here. What would it then still see, and what would be lost for good?",
    "Large things remain: it still sees that there is a face, or that it is day. Whatever is smaller than one new pixel is "
    "gone, such as an eyelash or the number on a door: many numbers became one mean, and no network can undo a mean. So "
    "whoever chooses the size decides what the network will be able to see, before it learns anything.",
)
show_code(to_input, mean_digit, sum_over, learn_words, mutual_information, squeeze, keras=KERAS)
onward_from("numbers")
