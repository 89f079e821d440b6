"""What the page in the fog shows."""
