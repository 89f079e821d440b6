"""What the landscape page gives away."""
