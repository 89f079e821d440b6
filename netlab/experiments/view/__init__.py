"""What the pages about runs share."""
