"""Netlab: see how a neural network learns."""
