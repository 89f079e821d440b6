"""What the page Runs shows of comparisons."""
