"""What the page Draw shows."""
