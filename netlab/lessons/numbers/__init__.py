"""An image is numbers, and so is a word."""
