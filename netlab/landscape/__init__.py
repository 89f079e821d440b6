"""A loss of two parameters: surfaces, walks down them, and what theory says of both."""
