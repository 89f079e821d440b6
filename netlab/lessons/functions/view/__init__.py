"""What the page on functions shows."""
