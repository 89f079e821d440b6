"""One neuron: it weighs, adds and bends."""
