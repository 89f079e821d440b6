"""Why a network says what it says of one drawing: asked in NumPy, of any network that reads digits."""
