"""A hill that is seen only where one stands."""
