"""Netlab: see how a neural network learns."""

__version__ = "0.2.0"
