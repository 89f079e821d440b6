"""What the page of the race shows."""
