"""What the page Runs shows of all runs."""
