"""A network, described once: its specification, its Keras model, its NumPy twin, its code."""
