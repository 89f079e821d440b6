"""Batches: what becomes of a walk whose every step sees only some of the examples."""
