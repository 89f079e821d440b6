"""What the page Inside shows."""
