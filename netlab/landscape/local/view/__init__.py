"""What the landscape page shows of the bowl that a walk is in."""
