"""The page on the landscape of a trained network."""
