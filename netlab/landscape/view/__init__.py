"""What the page on the loss landscape shows."""
