"""What the page on back-propagation shows."""
