"""What the page Rewind shows."""
