"""One neuron, and what becomes of a signal behind many."""
