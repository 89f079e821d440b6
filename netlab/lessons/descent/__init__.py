"""Gradient descent: one weight, then two; the learning rate and its limit, batches and epochs."""
