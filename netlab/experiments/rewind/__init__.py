"""A run at each of its kept moments, and a new one that begins there."""
