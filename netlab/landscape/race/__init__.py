"""All optimizers from one start, each at its best learning rate."""
