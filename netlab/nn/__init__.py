"""What a network can be made of: one row a choice. NumPy only."""
