"""What does a network receive when it looks at a picture? Only numbers."""

import streamlit as st

from netlab.app.digits import mean_digit, to_input
from netlab.app.frame import begin
from netlab.app.lesson import onward, predict_first, show_code
from netlab.lessons.numbers.view import classes, look_at_image, shapes_table, words_as_vectors
from netlab.lessons.numbers.word_vectors import learn_words

KERAS = """import keras

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0  # 0 to 255 becomes 0 to 1
rows = keras.layers.Flatten()(x_train[:1])         # (1, 28, 28) becomes (1, 784)
look_up = keras.layers.Embedding(42, 5)            # a word's number becomes its vector"""

begin("An image is numbers", "What does a network receive when it looks at a picture? Move over it and see.")
st.fragment(look_at_image)()
predict_first(
    "numbers",
    "Unrolled, a picture no longer says which pixels were neighbours. Suppose we shuffle the pixels of all pictures, "
    "always in the same way (choose “shuffled” above to see one). The article's network learns from such pictures only. Will it "
    "then read them worse than the usual network reads usual ones?",
    ("Much worse", "A little worse", "Just as well"),
    "It learns to read them **just as well**. Each of its 512 units adds up all 784 numbers, and a sum does not care about "
    "order. Researchers call this task permutation-invariant MNIST (Goodfellow et al., 2013). You read worse, because you use "
    "that neighbouring pixels belong together; so do convolutional networks.",
)
st.subheader("All of them", anchor=False)
shapes_table()
st.markdown(
    "Why divide by 255? A network starts with small random weights and learns by small steps. Inputs near 1 suit both; with "
    "inputs up to 255 the first sums would be hundreds of times too large."
)
st.subheader("Ten kinds of digit", anchor=False)
classes()
st.subheader("Words are numbers too", anchor=False)
st.fragment(words_as_vectors)()
show_code(to_input, mean_digit, learn_words, keras=KERAS)
onward("pages/functions.py", "Next: a network is a function")
